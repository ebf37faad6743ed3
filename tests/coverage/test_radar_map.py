"""Maps of what radars see: against the textbook's horizon, the radar's own plan, and counting by hand."""

import itertools
import math

import numpy as np
import pytest

from hoplon.coverage.question import firings, place_of
from hoplon.coverage.radar_area import radar_map
from hoplon.coverage.radar_flights import family_layers, firm_probability
from hoplon.coverage.reference import one_missile
from hoplon.earth.geodesics import distances_km
from hoplon.engagement import assemble, fight, prepare
from hoplon.errors import InputError
from hoplon.result.map_facts import area_at_least_km2
from hoplon.scenario import load
from hoplon.sensor.radar import detection_range_m


@pytest.fixture(scope="module")
def japan():
    return load("japan-2018")


def range_from(scenario, chart, name):
    radar = next(assemble.radar(scenario, s) for s in scenario.sensors if s.name == name)
    at = np.meshgrid(chart.latitude_deg, chart.longitude_deg, indexing="ij")
    here = np.full(at[0].shape, radar.site.latitude_deg), np.full(at[0].shape, radar.site.longitude_deg)
    return radar, distances_km(*here, *at)


@pytest.mark.compiled
def test_a_low_target_is_lost_at_the_horizon_of_the_textbook(japan):
    """Height of a beam over a 4/3 Earth: h = √(d² + k²R² + 2 d k R sin e) - k R + h₀.

    Doviak and Zrnić, Doppler Radar and Weather Observations (2nd ed., 1993), equation 2.28b. For a target at
    10 km and the radar's own height and lowest beam; a huge echo, so that nothing else ends it.
    """
    chart = radar_map(
        japan, sensors=["shimokoshiki"], cross_section_m2=1e3, altitude_km=10.0, step_km=25.0,
        region=(26.0, 122.0, 37.0, 137.0),
    )  # fmt: skip
    radar, away = range_from(japan, chart, "shimokoshiki")
    seen = chart.layers[1].values > 0.99
    k_r, sine = 4.0 / 3.0 * 6371.0, math.sin(math.radians(radar.lowest_elevation_deg))
    top = k_r + 10.0 - radar.site.altitude_m / 1e3
    expected = -k_r * sine + math.sqrt((k_r * sine) ** 2 + top**2 - k_r**2)
    # Cells are 25 km apart; the air is exponential, which bends a little less higher up.
    assert away[seen].max() == pytest.approx(expected, abs=20.0)
    below = chart.layers[1].reasons == chart.reasons.index(
        "below the horizon, the terrain or the lowest beam"
    )
    assert below.any()
    assert away[below].min() == pytest.approx(expected, abs=20.0)


@pytest.mark.compiled
def test_the_contour_of_one_half_lies_at_the_range_of_one_look(japan):
    """The slant range by the radar equation (checked elsewhere against published ranges), in mid-sector."""
    chart = radar_map(japan, sensors=["shariki"], cross_section_m2=0.1, altitude_km=300.0, step_km=20.0)
    radar, away = range_from(japan, chart, "shariki")
    reach_km = detection_range_m(radar, 0.1, 0.5, radar.search_dwell_s) / 1e3
    # Ground range of a target 300 km up at that slant range, on a sphere (cosine rule).
    r, top = 6371.0, 6371.0 + 300.0
    ground = r * math.acos((r * r + top * top - reach_km**2) / (2.0 * r * top))
    half = chart.layers[0].values >= 0.5
    assert away[half].max() == pytest.approx(ground, abs=25.0)
    weak = chart.layers[0].reasons == chart.reasons.index("in view, but its echo is too weak")
    assert away[weak].min() == pytest.approx(ground, abs=30.0)
    width = (radar.azimuth_to_deg - radar.azimuth_from_deg) % 360.0
    sphere_sector = math.radians(width) * r**2 * (1.0 - math.cos(ground / r))
    area = area_at_least_km2(chart, chart.layers[0], 0.5)
    # Less what lies above the highest beam and beside the sector in cells that are half in it.
    assert area == pytest.approx(sphere_sector, rel=0.06)


@pytest.mark.compiled
def test_more_radars_see_more_and_together_as_their_product(japan):
    chart = radar_map(japan, step_km=150.0)
    search, track, *each = chart.layers
    assert len(each) == 12
    assert (track.values >= search.values - 1e-12).all()
    missed = np.prod([1.0 - layer.values for layer in each], axis=0)
    np.testing.assert_allclose(search.values, 1.0 - missed, atol=1e-12)
    assert ((search.reasons == 0) == (search.values >= 0.5)).all()
    assert {a.mark for a in chart.assumptions} >= {"assumed", "checked"}
    assert all(
        a.path.startswith(("sensors.", "sites.", "missiles.nodong.reentry")) for a in chart.assumptions
    )


@pytest.mark.compiled
def test_a_flight_is_found_or_a_reason_is_named(japan):
    chart = radar_map(japan, missiles=["scud_er"], sensors=["sado"], step_km=150.0)
    firm, minutes = chart.layers
    assert firm.name == "scud_er from kittaeryong"
    # Scud-ER reaches 1000 km: Sapporo (1220 km) is out of its reach, Fukuoka (649 km) is not.
    words = chart.reasons[int(firm.reasons[-1, -1])]
    assert words == "out of the missile's reach"
    assert np.isnan(firm.values[-1, -1])
    assert ((firm.reasons == 1) == np.isnan(firm.values)).all()
    known = np.isfinite(firm.values)
    assert ((firm.values[known] >= 0.0) & (firm.values[known] <= 1.0)).all()
    flight_min = 12.0  # none of these flights of up to 1000 km is longer
    assert ((minutes.values[known] >= 0.0) & (minutes.values[known] < flight_min)).all()


@pytest.mark.compiled
def test_the_first_detection_comes_when_it_does_in_battles(japan):
    """Median of sampled battles of one Nodong at Tokyo, all radars; minutes before the impact."""
    (firing,) = firings(japan, ["nodong"])
    tokyo = place_of("tokyo", japan)
    radars = [assemble.radar(japan, s) for s in japan.sensors if s.type_id in japan.radar_types]
    here = np.array([tokyo.latitude_deg]), np.array([tokyo.longitude_deg])
    (firm, minutes), _, _ = family_layers(japan.missiles, [firing], radars, *here)
    assert firm.values[0, 0] == pytest.approx(1.0, abs=1e-3)
    world = prepare(one_missile(japan, firing, firing.place, tokyo))
    moments = [fight(world, 1, run).outcomes[0].moments_s for run in range(8)]
    before = [(world.threats[0].impact_s - m["first_detection"]) / 60.0 for m in moments]
    # Satellites cue the radars in battles, and not here; looks are up to 10 s apart.
    assert minutes.values[0, 0] == pytest.approx(float(np.median(before)), abs=0.25)


def makes_a_track(hits, window, silence):
    """Play the tracker's rules on one row of looks."""
    first = last = None
    number = 0
    for t, hit in enumerate(hits):
        if number and (t - last > silence or t - first > window):
            number = 0
        if hit:
            first = t if number == 0 else first
            last, number = t, number + 1
        if number == 3:
            return True
    return False


@pytest.mark.parametrize(("window", "silence"), [(20, 10), (4, 2), (5, 1), (6, 3)])
def test_the_law_of_a_firm_track_is_that_of_counting(window, silence):
    """Against all 2^n outcomes of n looks, one by one, by the tracker's rules."""
    looks = 12
    search = np.random.default_rng(window).random((3, looks)) * np.array([[0.2], [0.5], [0.9]])
    found = firm_probability(search, 1.0, window_s=window, silence_s=silence)
    expected = np.zeros(3)
    for hits in itertools.product((0, 1), repeat=looks):
        if makes_a_track(hits, window, silence):
            expected += np.prod(np.where(hits, search, 1.0 - search), axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_certain_looks_make_a_certain_track():
    ones = np.ones((1, 10))
    assert firm_probability(ones, 2.0)[0] == pytest.approx(1.0, abs=1e-9)
    assert firm_probability(ones[:, :2], 2.0)[0] == 0.0  # three detections take three looks
    assert firm_probability(0.0 * ones, 2.0)[0] == 0.0
    assert firm_probability(ones, 11.0)[0] == 0.0  # no look within ten seconds of the last one


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sensors": ["sharki"]}, "Did you mean 'shariki'"),
        ({"cross_section_m2": 0.0}, "cross-section is 0"),
        ({"altitude_km": -1.0}, "altitude is -1"),
        ({"missiles": ["nodong"], "altitude_km": 100.0}, "has its own cross-section and altitude"),
        ({"missiles": ["nodnog"]}, "nodong"),
    ],
)
def test_what_cannot_be_asked_is_refused(japan, options, words):
    with pytest.raises(InputError) as refused:
        radar_map(japan, **options)
    assert words in str(refused.value)
