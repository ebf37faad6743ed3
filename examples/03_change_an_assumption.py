"""What if an assumption is wrong? Two ways to change one, and how to see what the change is worth.

Both ways fight the same battles with the same luck (common random numbers), so that a difference between two
studies is the change and not the draw.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import hoplon

RUNS = int(os.environ.get("HOPLON_EXAMPLE_RUNS", "200"))

CROSS_SECTION = "missiles.nodong.reentry_cross_section_x_band_m2"
DECISION_S = "command.actors.command_post.decision_time_s"

# A longer decision than any that the scenario's range allows, as one would write it into a file of one's own.
OVERRIDE = f"""
assumptions:
  {DECISION_S}: {{value: 240, why: what if higher authority has to be asked}}
"""


def paired(before: hoplon.Study, after: hoplon.Study) -> tuple[float, float]:
    """Return the mean of the differences battle by battle, and the standard error of that mean."""
    change = [b - a for a, b in zip(before.leakage_by_run, after.leakage_by_run, strict=True)]
    mean = sum(change) / len(change)
    spread = sum((x - mean) ** 2 for x in change) / max(len(change) - 1, 1)
    return mean, (spread / len(change)) ** 0.5


def main(runs: int = RUNS) -> None:
    """Change one value within its range, one beyond it, and compare."""
    scenario = hoplon.load("one-on-one")
    base = hoplon.study(scenario, runs=runs, seed=1, swings=False)
    assert base.leakage is not None
    print(f"as the scenario has it: {base.leakage.best:.2f} ({base.leakage.low:.2f}-{base.leakage.high:.2f})")

    # 1. Within the range of its source: move the value. Nothing to justify, the range says it may be so.
    leaf = scenario.cited()[CROSS_SECTION]
    print(f"\n{CROSS_SECTION}: {leaf.best:g} ({leaf.low:g}-{leaf.high:g}), {leaf.mark}: {leaf.source}")
    moved = scenario.with_values({CROSS_SECTION: leaf.low})
    mean, error = paired(base, hoplon.study(moved, runs=runs, seed=1, swings=False))
    print(f"at {leaf.low:g} m² the leakage changes by {mean:+.3f} (standard error {error:.3f})")

    # 2. Beyond it: override the value in the scenario file, with a reason that every output then shows.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "slow-decision.yaml"
        path.write_text(scenario.to_yaml() + OVERRIDE, encoding="utf-8")
        slow = hoplon.load(path)
    study = hoplon.study(slow, runs=runs, seed=1, swings=False)
    for sentence in study.overrides:
        print(f"\noverride: {sentence}")
    mean, error = paired(base, study)
    print(f"the leakage changes by {mean:+.3f} (standard error {error:.3f})")


if __name__ == "__main__":
    main()
