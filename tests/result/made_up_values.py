"""Values of the made-up study that nothing else in it depends on: warning of the public, and assumptions."""

import math

from hoplon.result.model import Assumption
from hoplon.result.warning import AlertComparison, CityStatistics, PeopleWarned, WarningSummary

WARNING = WarningSummary(
    confidence=0.05,
    runs=20,
    cities=(
        CityStatistics(
            "tokyo", "Tokyo", 9.7e6, 1, 0.4, 1, 200.0, 260.0, 300.0, 400.0, 0.05, 0.1, 0.6, 0, math.nan
        ),
        CityStatistics("x", "<i>X</i>", math.nan, 0, 0, 0.5, *([math.nan] * 4), 0, 0, 0.5, 0.5, 120.0),
    ),
    people=tuple(
        PeopleWarned(m, max(0.0, 1 - m / 6), max(0.0, 1 - m / 8)) for m in (1.0, 2.0, 4.0, 6.0, 8.0)
    ),
    median_minutes=3.0,
    tenth_minutes=0.6,
    unwarned_share=0.12,
    alerts=4.0,
    false_alerts=1.5,
    missed_alerts=0.25,
    late_alerts=0.1,
    shot_down=0.5,
    passed_over=0.4,
    nothing_came=0.6,
)

ALERT = AlertComparison("J-Alert", "press", 180.0, 240.0, 300.0, 66.0, 130.0, 150.0, 232.0, 518.0, "sapporo")

ASSUMPTIONS = (
    Assumption(
        "sensors.early_warning.detection_delay_s",
        50.0,
        30.0,
        90.0,
        "s",
        "assumed",
        "",
        "No delay of the satellites is public.",
        "From 30 s (cloud top) to the end of boost.",
        None,
    ),
    Assumption(
        "command.post.decision_time_s",
        30.0,
        15.0,
        90.0,
        "s",
        "assumed",
        "",
        "No figure for the decision chain is public.",
        "Half to three times the best.",
        None,
    ),
    Assumption(
        "missiles.nodong.radar_cross_section_x_band_m2",
        0.02,
        0.01,
        0.1,
        "m²",
        "weak",
        "Lewis and Postol 2012, order of magnitude",
        "",
        "",
        0.03,
    ),
    Assumption(
        "missiles.nodong.payload_kg",
        1000.0,
        700.0,
        1200.0,
        "kg",
        "unchecked",
        "Wright 1999, Science & Global Security 8",
        "",
        "",
        None,
    ),
    Assumption(
        "interceptors.sm3_iia.burnout_speed_m_s",
        4500.0,
        4300.0,
        5500.0,
        "m/s",
        "checked",
        "National Research Council 2012, table 5-2",
        "",
        "",
        None,
    ),
    Assumption(
        "sensors.araya.range_ratio_to_spy_1",
        3.9,
        2.0,
        5.0,
        "",
        "derived",
        "Ratio of product of power and aperture",
        "",
        "",
        None,
    ),
)
