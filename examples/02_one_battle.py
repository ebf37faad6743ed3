"""One battle, event by event: what happened, when it was known, and why it ended as it did.

A record holds truth and belief side by side. The defence never saw the column `threat`; it worked with track
numbers.
"""

from itertools import pairwise

import hoplon


def main() -> None:
    """Fight one battle and read its record."""
    scenario = hoplon.load("one-on-one")
    print(scenario.question)
    # The same seed and run give the same battle, here or as one of a study's thousand.
    record = hoplon.engage(scenario, seed=1, run=0)

    print("\nEverything that happened, in the order of time:")
    for event in record.events:
        who = f"{event.actor} (track {event.track})" if event.track >= 0 else event.actor
        print(f"{event.t_s:7.1f} s  {event.kind:20} {who:32} {event.note}")

    print("\nWhat became of each missile:")
    for outcome in record.outcomes:
        why = f", {outcome.reason}" if outcome.reason else ""
        print(f"{outcome.threat} at {outcome.aim}: {outcome.outcome}{why}, {outcome.shots} shots")
        print(f"  people had {outcome.warning_s:.0f} s between alert and impact")
        # How long each link of the chain took.
        moments = sorted(outcome.moments_s.items(), key=lambda item: item[1])
        for (before, t0), (after, t1) in pairwise(moments):
            print(f"  {t1 - t0:6.1f} s from {before} to {after}")

    print("\nHow well the impact was known while it flew (belief against truth):")
    tracks = record.tracks
    for t_s, error_km in zip(tracks.t_s, tracks.impact_error_km, strict=True):
        if error_km == error_km:  # NaN while there was no prediction
            print(f"{t_s:7.1f} s  predicted {error_km:5.1f} km from where it would fall")

    print("\nDrawn once for this battle:")
    for name, value in record.draws.items():
        print(f"  {name} = {value:.2f}")


if __name__ == "__main__":
    main()
