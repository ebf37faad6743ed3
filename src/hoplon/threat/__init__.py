"""What is fired: threats, raids, and the truth about where they are."""

from hoplon.threat.raid import (
    AFTER_BURNOUT,
    BANDS,
    BOOST,
    FALLEN,
    ON_THE_GROUND,
    Raid,
    Threat,
    TruthGrid,
    truth_states,
)

__all__ = [
    "AFTER_BURNOUT",
    "BANDS",
    "BOOST",
    "FALLEN",
    "ON_THE_GROUND",
    "Raid",
    "Threat",
    "TruthGrid",
    "truth_states",
]
