"""Do two Aegis Ashore sites cover Japan? Yes and no, by what is assumed.

In December 2017 it was said that two sites would cover the whole country. A map asks each cell: one missile
is aimed here, how likely is it stopped? Here the same map is made under different assumptions, and the cities
are counted at which a shot is possible at all.
"""

import os

from hoplon.front_map import make_map
from hoplon.result.map_facts import place_values
from hoplon.scenario import Scenario, load, without
from hoplon.scenario.loading import loads

STEP_KM = float(os.environ.get("HOPLON_EXAMPLE_STEP_KM", "100"))
#: Half of what one shot achieves: from here on, a shot is possible in half of all cases.
LEVEL = 0.25


def main(step_km: float = STEP_KM) -> None:
    """Make the map under each set of assumptions and count the places on covered ground."""
    planned = load("japan-2018")
    ours = {"araya_radar", "mutsumi_radar"}
    alone = without(planned, [sensor.name for sensor in planned.sensors if sensor.name not in ours])
    faint = {"missiles.nodong.reentry_cross_section_s_band_m2": 0.001}
    cases = {
        "as planned": planned,
        "one site only (Araya)": without(planned, ["mutsumi_battery"]),
        "a decision takes four minutes": assuming(
            planned, {"command.actors.command_post.decision_time_s": 240}
        ),
        "the sites' own radars alone": alone,
        "the sites' own radars alone, and a faint re-entry body": assuming(alone, faint),
    }
    print(f"Nodong from Kittaeryong, cells {step_km:g} km apart; stopped with at least {LEVEL:.0%}:\n")
    for name, scenario in cases.items():
        made = make_map(
            scenario, "defended", missiles=["nodong"], region="japan", step_km=step_km, level=LEVEL
        )
        layer = made.layers[0]
        values = {v.site.name: v for v in place_values(made, layer) if v.site.kind == "asset"}
        covered = [place for place, v in values.items() if v.value >= LEVEL]
        print(f"{name}: {len(covered)} of {len(values)} places")
        for place, v in values.items():
            print(f"    {place:10} {v.value:5.0%}  {v.reason}")


def assuming(scenario: Scenario, values: dict[str, float]) -> Scenario:
    """Return the scenario with other values; each change discloses itself in every output."""
    lines = [f"  {path}: {{value: {value}, why: to see what it means}}" for path, value in values.items()]
    return loads("\n".join([scenario.to_yaml(), "assumptions:", *lines, ""]), scenario.name)


if __name__ == "__main__":
    main()
