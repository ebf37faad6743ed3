"""Launchers, and on whose track a battery fires."""

import pytest

from hoplon.errors import InputError
from hoplon.scenario import catalogue, load, loads, names, without
from hoplon.scenario.library import FOLDER

BATTERY = "loaded: 24, nation: JP}"


@pytest.fixture(scope="module")
def text():
    return (FOLDER / "scenarios" / "japan-2018.yaml").read_text(encoding="utf-8")


def _with(text, more):
    assert BATTERY in text
    return loads(text.replace(BATTERY, f"loaded: 24, nation: JP, {more}}}", 1))


def test_by_default_the_network_is_enough():
    assert {battery.fire_control for battery in load("japan-2018").batteries} == {"engage_on_remote"}
    assert "fire_control" not in load("japan-2018").to_yaml()


@pytest.mark.parametrize("mode", ["own_radar", "launch_on_remote"])
def test_own_radar_is_the_one_beside_the_battery_and_is_written_out(text, mode):
    scenario = _with(text, f"launcher: mk_41_ashore, fire_control: {mode}")
    battery = scenario.batteries[0]
    assert (battery.fire_control, battery.own_radar, battery.launcher) == (
        mode,
        "araya_radar",
        "mk_41_ashore",
    )
    assert loads(scenario.to_yaml()) == scenario
    named = _with(text, f"fire_control: {mode}, own_radar: shariki")
    assert named.batteries[0].own_radar == "shariki"
    # What was taken away may be named in a file that says so.
    alone = without(scenario, ("araya_radar",))
    assert loads(alone.to_yaml()).batteries == alone.batteries


@pytest.mark.parametrize(
    "more, what, remedy",
    [
        ("fire_control: own_radar, own_radar: sharik", "no radar", "shariki"),
        ("own_radar: shariki", "without a use", "fire_control"),
        ("fire_control: alone", "fire_control", "own_radar"),
        ("launcher: mk_14", "unknown launcher", "list"),
        ("launcher: thaad_truck", "takes no 'sm3_iia'", "thaad"),
    ],
)
def test_batteries_that_cannot_be_are_refused(text, more, what, remedy):
    with pytest.raises(InputError, match=what) as caught:
        _with(text, more)
    assert "batteries" in caught.value.where
    assert remedy in caught.value.remedy


def test_own_radar_needs_a_radar_beside_it(text):
    moved = text.replace(
        "araya_radar: {type: an_spy_7, site: araya", "araya_radar: {type: an_spy_7, site: shariki"
    )
    moved = moved.replace(
        "site: shariki, nation: JP}", "site: shariki, azimuth_from_deg: 0, azimuth_to_deg: 360, nation: JP}"
    )
    with pytest.raises(InputError, match="no radar stands at 'araya'"):
        _with(moved, "fire_control: own_radar")


def test_cells_hold_what_their_launcher_says(text):
    patriot = text.replace(
        "interceptor: sm3_iia, site: araya, cells: 24", "interceptor: pac3_mse, site: araya, cells: 8"
    )
    patriot = patriot.replace("test_record: {view: own_tests}", "test_record: {as_of: 2018-01-16}")
    assert _with(patriot, "launcher: m903_patriot").batteries[0].loaded == 24
    with pytest.raises(InputError, match="need 8 cells"):
        _with(patriot.replace("cells: 8", "cells: 7"), "launcher: m903_patriot")
    with pytest.raises(InputError, match="8 cells"):
        loads(patriot)


def test_a_battery_of_several_kinds_becomes_one_of_each(text):
    several = text.replace(
        "interceptor: sm3_iia, site: araya, cells: 24, loaded: 24",
        "loads: {sm3_iia: 16, sm3_ib: 6}, site: araya, cells: 24, launcher: mk_41_ashore",
    )
    scenario = loads(several)
    stock = {b.name: (b.interceptor, b.cells, b.loaded) for b in scenario.batteries}
    assert stock["araya_battery-sm3_iia"] == ("sm3_iia", 16, 16)
    assert stock["araya_battery-sm3_ib"] == ("sm3_ib", 6, 6)
    assert scenario.interceptors.keys() == {"sm3_iia", "sm3_ib"}
    assert loads(scenario.to_yaml()) == scenario
    with pytest.raises(InputError, match="need 30 cells"):
        loads(several.replace("sm3_ib: 6", "sm3_ib: 14"))
    with pytest.raises(InputError, match="30, but there are 24"):
        loads(several.replace("sm3_ib: 6", "sm3_ib: 14").replace(", launcher: mk_41_ashore", ""))
    with pytest.raises(InputError, match="both one interceptor"):
        loads(several.replace("cells: 24, launcher", "cells: 24, loaded: 3, launcher"))
    with pytest.raises(InputError, match="'interceptor' is missing"):
        loads(text.replace("interceptor: sm3_iia, site: araya", "site: araya"))
    with pytest.raises(InputError, match="unknown interceptor 'sm3_ic'") as caught:
        loads(several.replace("sm3_ib: 6", "sm3_ic: 6"))
    assert caught.value.where.endswith("batteries.araya_battery.loads.sm3_ic")


def test_every_launcher_holds_interceptors_that_are_known():
    library = catalogue()
    assert names("launchers").keys() == library.launchers.keys()
    for launcher in library.launchers.values():
        assert launcher.holds.keys() <= library.interceptors.keys()
    held = {name for launcher in library.launchers.values() for name in launcher.holds}
    assert held == set(library.usable_interceptors())
    # 16 PAC-3 CRI or 12 MSE a launcher.
    patriot = library.launchers["m903_patriot"]
    assert patriot.cells.best * patriot.holds["pac3_cri"].best == 16
    assert patriot.cells.best * patriot.holds["pac3_mse"].best == 12
