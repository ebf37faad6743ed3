"""Doctrines, stock and the command post's book of tracks."""

import pytest

from hoplon.command.battery import BatteryState
from hoplon.command.doctrine import Salvo, ShootLookShoot, ShotState
from hoplon.command.post import CommandPost
from hoplon.command.rules import Judgement, Verdict
from hoplon.command.warning import alert_time_s

ENGAGE = Judgement(Verdict.ENGAGE, "tokyo", "predicted to fall on tokyo")
LET_PASS = Judgement(Verdict.LET_PASS, "", "predicted to fall outside defended ground")


def test_salvo_is_fired_once():
    doctrine = Salvo(2)
    assert [doctrine.shots_now(ShotState(n, 0)) for n in range(4)] == [2, 1, 0, 0]
    assert doctrine.shots_now(ShotState(2, 2)) == 0


def test_shoot_look_shoot_fires_again_only_after_it_has_looked():
    doctrine = ShootLookShoot(1)
    assert doctrine.shots_now(ShotState(0, 0)) == 1
    assert doctrine.shots_now(ShotState(1, 0)) == 0
    assert doctrine.shots_now(ShotState(1, 1)) == 1
    assert ShootLookShoot(2).shots_now(ShotState(3, 2)) == 1


def test_battery_keeps_its_launch_interval_and_its_stock():
    battery = BatteryState("araya", 2, 5.0)
    battery.launch(100.0)
    assert (battery.loaded, battery.used, battery.ready_s) == (1, 1, 105.0)
    with pytest.raises(ValueError, match="araya"):
        battery.launch(104.0)
    battery.launch(105.0)
    with pytest.raises(ValueError, match="cannot launch"):
        battery.launch(200.0)


def test_decision_takes_its_time_and_is_taken_once():
    post = CommandPost("command_post", ShootLookShoot())
    assert not post.consider(7, ENGAGE, 100.0, 30.0)
    assert not post.consider(7, ENGAGE, 129.0, 999.0)
    assert post.shots_wanted(7) == 0
    assert post.consider(7, ENGAGE, 130.0, 999.0)
    assert not post.consider(7, ENGAGE, 135.0, 999.0)
    assert post.shots_wanted(7) == 1


def test_overflight_is_never_authorised_and_a_changed_mind_holds_fire():
    post = CommandPost("command_post", Salvo(2))
    assert not post.consider(1, LET_PASS, 0.0, 0.0)
    assert post.shots_wanted(1) == 0
    assert post.consider(1, ENGAGE, 5.0, 0.0)
    assert post.shots_wanted(1) == 2
    post.consider(1, LET_PASS, 10.0, 0.0)
    assert post.shots_wanted(1) == 0


def test_post_shoots_again_after_a_miss_and_stops_after_a_kill():
    post = CommandPost("command_post", ShootLookShoot(1))
    post.consider(1, ENGAGE, 0.0, 0.0)
    post.launched(1)
    assert post.shots_wanted(1) == 0
    post.assess(1, killed=False)
    assert post.shots_wanted(1) == 1
    post.launched(1)
    post.assess(1, killed=True)
    assert post.shots_wanted(1) == 0


def test_alert_waits_for_a_prediction():
    assert alert_time_s(60.0, 150.0, 120.0) == 180.0
    assert alert_time_s(60.0, 400.0, 120.0) == 400.0
