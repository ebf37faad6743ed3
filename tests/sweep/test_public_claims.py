"""The example of public claims: true under some assumptions, false under others."""

import itertools
import runpy
from pathlib import Path

import numpy as np
import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "08_public_claims.py"


@pytest.mark.compiled
def test_thaad_at_seongju_covers_more_than_half_of_the_south_and_not_seoul(capsys):
    found = runpy.run_path(str(EXAMPLE))["main"](["seongju"], 10)
    (_, _, best), _, _, (_, turned, away) = found["seongju"]
    # Ministry of Defence of South Korea, 2016: half to two thirds, without Seoul. Ten rows are coarse.
    assert 45 <= int(best.split(" %")[0]) <= 80
    assert "without Seoul" in best
    assert not turned
    assert int(away.split(" %")[0]) < 20
    assert "THAAD at Seongju" in capsys.readouterr().out


@pytest.mark.compiled
def test_a_cue_decides_whether_thaad_meets_a_strategic_warhead():
    sets = runpy.run_path(str(EXAMPLE))["strategic"]((20, 20))
    found = [int(words.split(" circle ")[1].split(" km")[0]) for _, _, words in itertools.islice(sets, 2)]
    # Wilkening, Adelphi Paper 334 (2000): about 120 km with cueing by satellites. Cells of 30 km are coarse.
    assert 90 <= found[0] <= 150
    assert found[1] < 40


def test_the_land_of_both_countries_is_about_as_large_as_it_is():
    example = runpy.run_path(str(EXAMPLE))
    # The four main islands: 363,000 km²; mainland South Korea: 97,000 of 100,000 with its islands.
    for country, box, area_km2 in (
        (example["japan"], (30.9, 45.7, 129.3, 146.1), 363e3),
        (example["south_korea"], (34.0, 38.8, 125.8, 129.8), 97e3),
    ):
        south, north, west, east = box
        lat, lon = np.linspace(south, north, 120), np.linspace(west, east, 120)
        cell = (lat[1] - lat[0]) * (lon[1] - lon[0]) * 111.2**2
        found = (country(lat, lon) * np.cos(np.radians(lat))[:, None]).sum() * cell
        assert found == pytest.approx(area_km2, rel=0.06)
