"""Swings: values stand at the ends of their ranges, drawn ones too, and what is not moved is named."""

import pytest

from hoplon.cited import Mark
from hoplon.engagement import assemble
from hoplon.scenario import load
from hoplon.studies.limitations import limitations
from hoplon.studies.swings import ALL_AT_ONCE, IN_COMMON, KILL_POSTERIOR, THEMES, ends, unmoved, worlds


@pytest.fixture(scope="module")
def japan():
    return load("japan-2018")


@pytest.fixture(scope="module")
def moves(japan):
    return {move.name: move for move in worlds(japan)}


def test_every_theme_has_two_ends_within_the_ranges(japan):
    cited = japan.cited()
    for theme in THEMES:
        against, in_favour = ends(theme, cited)
        assert against or theme.name == IN_COMMON, theme.name
        assert set(against) == set(in_favour)
        for path in against:
            assert {against[path], in_favour[path]} == {cited[path].low, cited[path].high}
            assert cited[path].mark is not Mark.CHECKED


def test_a_drawn_delay_is_held_at_the_end_and_no_longer_drawn(moves):
    # Catalogue: 15 to 90 s. A triangle with its mode at an end would still be drawn, and reach neither.
    slow = assemble.decision_time_s(moves["decision time"].against.scenario)
    quick = assemble.decision_time_s(moves["decision time"].in_favour.scenario)
    assert (slow.low, slow.best, slow.high) == (90.0, 90.0, 90.0)
    assert (quick.low, quick.best, quick.high) == (15.0, 15.0, 15.0)


def test_the_worse_radar_is_the_one_against_the_defence(moves, japan):
    move = moves["radars: sensitivity, dwell, beams"]
    spec = next(s for s in japan.sensors if s.name == "kyogamisaki")
    snr = [
        float(assemble.radar(world.scenario, spec).snr(1e6, 0.01, 0.1))
        for world in (move.against, move.in_favour)
    ]
    assert snr[0] < snr[1]


def test_all_at_once_moves_all_that_the_groups_move(moves):
    together = set(moves[ALL_AT_ONCE].paths)
    for name, move in moves.items():
        assert set(move.paths) <= together, name
    assert (moves[KILL_POSTERIOR].against.kill_quantile, moves[KILL_POSTERIOR].in_favour.kill_quantile) == (
        0.05,
        0.95,
    )


def test_what_is_uncertain_and_not_moved_is_named_in_the_limitations(japan):
    words = " ".join(limitations(japan))
    for key in unmoved(japan.cited()):
        assert key.replace("_", " ") in words
