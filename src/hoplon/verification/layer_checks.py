"""The product's own doctrines with whole shots, played in a layer, against Wilkening's numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hoplon.command.doctrine import ShootShootLook
from hoplon.command.doctrine_door import make_doctrine
from hoplon.engagement.layer import Layer
from hoplon.engagement.layer_expected import expected
from hoplon.interceptor.kill import CommonMode, KillPosterior
from hoplon.studies.layer import sample
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, half_a_unit, line, read_yaml

#: Plays behind a drawn line, and the level of the interval that the published number must lie in.
RUNS, LEVEL = 20_000, 0.99
#: The fewest warheads are played here; the others take longer (`validation/check_layer.py`).
_QUICK = 4


def barrage(row: dict[str, Any], data: dict[str, Any]) -> Layer:
    """Return a barrage of Wilkening's as a layer, with the doctrine that scenarios call ``barrage``.

    Parameters
    ----------
    row : dict
        Of ``barrage_whole``.
    data : dict
        The whole file.

    Returns
    -------
    Layer
    """
    return Layer(
        threats=row["warheads"],
        interceptors=row["interceptors"],
        doctrine=make_doctrine("barrage", {"warheads": row["warheads"]}),
        kill=KillPosterior.certain(data["single_shot_kill_probability"]),
        common=CommonMode(track=data["track_probability"]),
    )


def drawn_line(row: dict[str, Any], data: dict[str, Any]) -> Line:
    """Play a barrage and set its P(0) beside the published one: half the 99 % interval is the tolerance.

    Parameters
    ----------
    row, data : dict
        As for `barrage`.

    Returns
    -------
    Line
    """
    found = sample(barrage(row, data), RUNS, level=LEVEL).no_leaker_probability
    what = f"barrage, {row['warheads']} warheads, {row['interceptors']} shots: P(0), {RUNS} plays"
    return line(what, "", row["no_leaker_probability"], found.best, 0.5 * (found.high - found.low))


def wilkening_played() -> Iterator[Line]:
    """P(0) of whole-shot barrages: from the tree to half a unit of the last digit, and drawn.

    Yields
    ------
    Line
    """
    data = read_yaml("wilkening.yaml")
    for row in data["barrage_whole"]:
        published = row["no_leaker_probability"]
        yield line(
            f"barrage, {row['warheads']} warheads, {row['interceptors']} shots: P(0), expected",
            "",
            published,
            expected(barrage(row, data)).no_leaker_probability,
            half_a_unit(f"{published:.4f}"),
        )
        if row["warheads"] <= _QUICK:
            yield drawn_line(row, data)
    for row in data["shoot_look_shoot_fractional"]:
        yield _shoot_look_shoot(row, data)


def _shoot_look_shoot(row: dict[str, Any], data: dict[str, Any]) -> Line:
    """Shoot-look-shoot with whole shots on either side of the fractional number, interpolated.

    Expected use is linear in the shots at a miss, so that the published fraction lies on the straight line
    between the whole numbers; warheads that are not tracked draw no shot, as in the source.
    """
    from hoplon.command.layered import shots_per_warhead

    w, p = row["warheads"], data["single_shot_kill_probability"]
    n = shots_per_warhead(w, data["no_leaker_probability"], data["track_probability"], p)
    few = int(n)
    used = []
    for shots in (few, few + 1):
        one = Layer(1, shots, ShootShootLook(1, shots - 1), KillPosterior.certain(p), volleys=2)
        used.append(w * data["track_probability"] * expected(one).interceptors_used)
    between = used[0] + (n - few) * (used[1] - used[0])
    what = f"shoot-look-shoot, {w} warheads: interceptors, expected, between whole shots"
    return line(what, "", row["interceptors"], between, half_a_unit(str(row["interceptors"])))


CHECKS = (Check("wilkening_played", "Wilkening, Science & Global Security 8 (1999)", wilkening_played),)
