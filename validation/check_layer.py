"""Drawn plays of a layer give what its tree gives, for every doctrine, and Wilkening's numbers."""

from __future__ import annotations

from collections.abc import Iterator

from hoplon.command.doctrine import Barrage, Salvo, SaveTheInventory, ShootLookShoot, ShootShootLook
from hoplon.command.kill_assessment import KillAssessment
from hoplon.engagement.layer import Layer
from hoplon.engagement.layer_expected import expected
from hoplon.interceptor.kill import CommonMode, KillPosterior
from hoplon.studies.layer import sample
from hoplon.verification import Check, Line, line
from hoplon.verification.layer_checks import RUNS, drawn_line
from hoplon.verification.registry import read_yaml

#: The doctrines that ship, but for the one that needs a second layer.
DOCTRINES = (
    Salvo(2),
    ShootLookShoot(1),
    ShootLookShoot(2),
    ShootShootLook(),
    SaveTheInventory(keep=3, least_value=2.0),
    Barrage(4, 6),
)
LOOKS = (KillAssessment(), KillAssessment(false_dead=0.1, false_alive=0.2))
KILLS = (KillPosterior.certain(0.7), KillPosterior("3 of 4", 3.5, 1.5))


def wilkening_drawn() -> Iterator[Line]:
    """P(0) of every whole-shot barrage, drawn: the published number within the 99 % interval.

    Yields
    ------
    Line
    """
    data = read_yaml("wilkening.yaml")
    for row in data["barrage_whole"]:
        yield drawn_line(row, data)


def layer_played() -> Iterator[Line]:
    """Leakage by draws against the tree: half the 99.9 % interval, since there are many lines.

    Yields
    ------
    Line
    """
    for doctrine in DOCTRINES:
        for looks in LOOKS:
            for kill in KILLS:
                layer = Layer(
                    threats=4,
                    interceptors=7,
                    doctrine=doctrine,
                    kill=kill,
                    common=CommonMode(track=0.95, discrimination=0.9),
                    assessment=looks,
                    volleys=3,
                    values=(1.0, 3.0, 1.0, 3.0),
                )
                found = sample(layer, RUNS, level=0.999).leakage
                errs = ", looks err" if looks.errs else ""
                yield line(
                    f"{doctrine!r}, kill probability {kill.view}{errs}: leakage",
                    "",
                    expected(layer).leakage,
                    found.best,
                    0.5 * (found.high - found.low),
                )


CHECKS = (
    Check("wilkening_drawn", "Wilkening, Science & Global Security 8 (1999)", wilkening_drawn),
    Check("layer_played", "the tree of the same layer", layer_played),
)
