"""The page of what decides, on findings that are made up: whole, self-contained, nothing unescaped."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from hoplon.front_decide import write_decides
from hoplon.front_report import rewrite_report
from hoplon.report.saturation_picture import draw_saturation
from hoplon.report.study_page import decides_html
from hoplon.report.tornado_picture import draw_values
from hoplon.result.decides import (
    Bar,
    BreakEven,
    Crossing,
    Curve,
    CurvePoint,
    Decides,
    Index,
    Place,
    Profile,
    Reading,
    Sensitivity,
    decides_facts,
)
from hoplon.result.model import Interval, Swing

_KILL = Reading("interceptors.sm3_iia.single_shot_kill_probability", "", 0.1, 0.5, 0.9, "test record")
_DELAY = Reading("command.actors.post.decision_time_s", "s", 15.0, 30.0, 90.0, "assumed")


def _interval(best, half):
    return Interval(best, best - half, best + half, 64)


def _curve(name, stopped):
    points = []
    for number, size in enumerate((4, 8, 16, 24)):
        done = min(size, stopped)
        marginal = _interval(float(size > stopped), 0.05) if number else _interval(math.nan, math.nan)
        points.append(CurvePoint(size, _interval(1 - done / size, 0.03), _interval(done, 0.5), marginal))
    return Curve(name, tuple(points))


@pytest.fixture(scope="module")
def decides():
    apart = Interval(0.1, math.nan, math.nan, 0)
    return Decides(
        scenario="made-up",
        title="Two <sites> & a raid",
        question="What decides?",
        date="2018-01-16",
        leakage=0.45,
        sentences=("The answer turns on the kill probability.", "A second sentence."),
        groups=(Swing("decision time", ("a",), 0.45, 0.6, 0.3, apart, apart),),
        bars=(
            Bar("kill", "kill probability of one shot", (_KILL,), 0.88, 0.45, 0.07),
            Bar("delay", "decision time of post", (_DELAY,), 0.36, 0.45, 0.46),
            Bar("lost", "a value at whose end nothing flies", (_DELAY,), math.nan, 0.45, 0.46),
        ),
        left_out=("Positions are not moved.",),
        profiles=(
            Profile(
                "delay",
                "decision time of post",
                (_DELAY,),
                tuple(Place((15.0 * 6.0 ** (i / 4),), 0.36 + 0.02 * i) for i in range(5)),
                0.4,
                (2.0,),
                logarithmic=True,
            ),
        ),
        sensitivity=Sensitivity(
            (
                Index("kill probability", 1, _interval(0.8, 0.2), _interval(0.85, 0.2)),
                Index("radars", 65, _interval(-0.02, 0.05), _interval(0.03, 0.02)),
            ),
            64,
            1,
            256,
            1,
            Interval(0.43, 0.11, 0.81, 128, 0.9),
            0.2,
        ),
        break_even=BreakEven(
            _DELAY,
            "decision time of post",
            0.4,
            (Crossing(18.0, 18.4, 0.39, 0.41),),
            ((15.0, 0.36), (18.0, 0.39), (18.4, 0.41), (90.0, 0.46)),
            logarithmic=False,
        ),
        curves=(_curve("shoot_look_shoot", 12), _curve("shoot_shoot", 9)),
        overrides=("x is 2 instead of 1: why not",),
        scenario_yaml="format: hoplon-scenario\n",
    )


def test_the_page_is_whole_and_asks_no_host(decides):
    page = decides_html(decides)
    for section in (
        "answer",
        "changed",
        "values",
        "groups",
        "profiles",
        "variance",
        "break-even",
        "saturation",
    ):
        assert f'id="{section}"' in page
    assert page.count("<svg") == 6
    assert "http" not in page.replace("http-equiv", "")
    assert "Two &lt;sites&gt; &amp; a raid" in page
    assert "nan" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    assert decides_html(decides) == page


def test_the_page_can_be_written_again_from_the_folder(decides, tmp_path):
    folder = write_decides(decides, tmp_path / "out")
    page = (folder / "report.html").read_bytes()
    (folder / "report.html").unlink()
    assert rewrite_report(folder).read_bytes() == page


def test_what_was_not_asked_leaves_no_heading(decides):
    bare = replace(
        decides, bars=(), groups=(), profiles=(), sensitivity=None, curves=(), left_out=(), overrides=()
    )
    page = decides_html(bare)
    assert page.count("<svg") == 1
    assert 'id="break-even"' in page
    for section in ("changed", "values", "groups", "profiles", "variance", "saturation"):
        assert f'id="{section}"' not in page


def test_bars_end_where_they_should(decides):
    drawn = str(draw_values(decides.bars))
    # 81 points span the plot but for 12 % room at either side: the low end of the kill probability lies
    # 43 points right of the best value, its high end 38 points left.
    low, high = (
        float(width)
        for width in re.findall(
            r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"[^>]*class="(?:low|high)-end"', drawn
        )[:2]
    )
    assert low / high == pytest.approx(43.0 / 38.0, rel=0.01)
    assert draw_values(()) is None


def test_saturation_needs_two_sizes(decides):
    one = replace(decides.curves[0], points=decides.curves[0].points[:1])
    assert draw_saturation([one]) is None
    assert draw_saturation([]) is None
    expected = replace(
        decides.curves[0],
        points=tuple(
            replace(
                p,
                leakage=replace(p.leakage, low=math.nan, high=math.nan),
                stopped=replace(p.stopped, low=math.nan, high=math.nan),
            )
            for p in decides.curves[0].points
        ),
    )
    assert "curve-band" not in str(draw_saturation([expected]))
    assert str(draw_saturation(decides.curves)).count("curve-band") == 4


def test_the_facts_name_their_units(decides):
    facts = decides_facts(decides)
    assert facts["format"] == "hoplon-decides"
    assert facts["expected_leakage_share"] == 0.45
    assert "scenario_yaml" not in facts
