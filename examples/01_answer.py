"""The whole answer in eight lines: load a scenario, fight it once, fight it often, write the report."""

import os

import hoplon

RUNS = int(os.environ.get("HOPLON_EXAMPLE_RUNS", "200"))


def main(runs: int = RUNS) -> None:
    """Answer the question of the bundled scenario."""
    scenario = hoplon.load("japan-2018")
    battle = hoplon.engage(scenario, seed=1)
    study = hoplon.study(scenario, runs=runs, seed=1)
    print(f"first battle: {battle.leakage:.0%} got through")
    print(study.leakage)
    hoplon.write_report(study, "report.html")


if __name__ == "__main__":
    main()
