"""Arithmetic of layered defences and of test records against outside numbers."""

from __future__ import annotations

from collections.abc import Iterator

from hoplon.command.layered import (
    barrage_interceptors,
    least_track_probability,
    shoot_look_shoot_interceptors,
    whole_shot_barrage,
)
from hoplon.interceptor.kill import TestRecord
from hoplon.verification.model import Line
from hoplon.verification.registry import Check, half_a_unit, line, read_yaml


def wilkening() -> Iterator[Line]:
    """Interceptors needed: to half a unit of the last digit published, whole shots exactly.

    Yields
    ------
    Line
    """
    data = read_yaml("wilkening.yaml")
    goal, track, sspk = (
        data["no_leaker_probability"],
        data["track_probability"],
        data["single_shot_kill_probability"],
    )
    for row in data["barrage_fractional"]:
        w, d = row["warheads"], row["decoys"]
        decoys = f" + {d} decoys" if d else ""
        yield line(
            f"barrage, {w} warheads{decoys}, fractional",
            "",
            row["interceptors"],
            barrage_interceptors(w, goal, track, sspk, decoys=d),
            half_a_unit(str(row["interceptors"])),
        )
    for row in data["shoot_look_shoot_fractional"]:
        yield line(
            f"shoot-look-shoot, {row['warheads']} warheads",
            "",
            row["interceptors"],
            shoot_look_shoot_interceptors(row["warheads"], goal, track, sspk),
            half_a_unit(str(row["interceptors"])),
        )
    for row in data["barrage_whole"]:
        whole = whole_shot_barrage(row["warheads"], goal, track, sspk)
        what = f"barrage, {row['warheads']} warheads, whole shots"
        yield line(what, "", row["interceptors"], whole.interceptors, 0.0)
        yield line(
            f"{what}: P(0)",
            "",
            row["no_leaker_probability"],
            whole.no_leaker_probability,
            half_a_unit(f"{row['no_leaker_probability']:.4f}"),
        )
    for row in data["whole_split"]:
        whole = whole_shot_barrage(row["warheads"], goal, track, sspk)
        yield line(
            f"warheads out of {row['warheads']} that get {row['shots']} shots",
            "",
            row["warheads_with_them"],
            whole.warheads_with_one_more
            if row["shots"] > whole.shots
            else row["warheads"] - whole.warheads_with_one_more,
            0.0,
        )
    for row in data["minimum_track_probability"]:
        yield line(
            f"least track probability, {row['warheads']} warheads",
            "",
            row["probability"],
            least_track_probability(goal, row["warheads"]),
            half_a_unit(str(row["probability"])),
        )


def test_records() -> Iterator[Line]:
    """Mean and 90 % interval of the kill probability from flight tests, to 0.001.

    Yields
    ------
    Line
    """
    data = read_yaml("test_records.yaml")
    for row in data["records"]:
        record = TestRecord(
            view=row["system"],
            hits=row["hits"],
            attempts=row["attempts"],
            as_of=row["as_of"],
            source=data["source"],
        )
        posterior = record.posterior()
        low, high = posterior.interval(0.9)
        what = f"{row['system']} {row['hits']}/{row['attempts']}"
        for name, computed in (("mean", posterior.mean), ("low", low), ("high", high)):
            yield line(f"{what}: {name}", "", row[name], computed, data["tolerance"])


CHECKS = (
    Check("wilkening", "Wilkening, Science & Global Security 8 (1999)", wilkening),
    Check("test_records", "public test tallies, Jeffreys prior", test_records),
)
