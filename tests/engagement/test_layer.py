"""A layer without geometry: Wilkening's numbers from the product's own doctrines, exactly and by draws."""

import itertools
import math

import pytest

from hoplon.command.doctrine import (
    Barrage,
    Salvo,
    SaveTheInventory,
    ShootLookShoot,
    ShootShootLook,
    ShotState,
    Situation,
)
from hoplon.command.doctrine_door import make_doctrine, register
from hoplon.command.kill_assessment import KillAssessment
from hoplon.command.layered import shoot_look_shoot_interceptors, shots_per_warhead
from hoplon.engagement.layer import Layer, play
from hoplon.engagement.layer_expected import expected
from hoplon.engagement.luck import SeededLuck
from hoplon.errors import InputError
from hoplon.interceptor.kill import CommonMode, KillPosterior
from hoplon.studies.layer import sample

WILKENING = CommonMode(track=0.99)
SSPK = KillPosterior.certain(0.7)


def barrage(warheads, interceptors):
    doctrine = make_doctrine("barrage", {"warheads": warheads})
    return Layer(warheads, interceptors, doctrine, SSPK, WILKENING)


@pytest.mark.parametrize("warheads, interceptors, p0", [(20, 116, 0.8006), (10, 38, 0.8023), (4, 11, 0.8052)])
def test_whole_shots_reach_wilkenings_goal(warheads, interceptors, p0):
    # Wilkening (1999): to the four digits given.
    assert expected(barrage(warheads, interceptors)).no_leaker_probability == pytest.approx(p0, abs=5e-5)


@pytest.mark.compiled
def test_drawn_battles_of_a_barrage_give_wilkenings_number():
    # Seed and runs fixed: no test of luck. 99 % interval of 2,000 plays, 2.3 points either way.
    played = sample(barrage(4, 11), 2000, seed=2)
    assert played.no_leaker_probability.low < 0.8052 < played.no_leaker_probability.high
    assert played.interceptors_used == 11


def test_shoot_look_shoot_uses_the_interceptors_of_the_closed_form():
    # One shot first, the other n - 1 at the misses, n whole: W P (1 + (1 - p)(n - 1)) for tracked warheads,
    # and n for each of the others, at which a battle fires in vain and Wilkening does not.
    n, w, p, track = 5, 20, 0.7, 0.99
    layer = Layer(w, n * w, ShootShootLook(1, n - 1), SSPK, WILKENING, volleys=2)
    found = expected(layer)
    by_hand = w * track * (1.0 + (1.0 - p) * (n - 1)) + w * (1.0 - track) * n
    assert found.interceptors_used == pytest.approx(by_hand, rel=1e-12)
    assert found.no_leaker_probability == pytest.approx((track * (1.0 - 0.3**n)) ** w, rel=1e-12)
    # The same in the closed form of fractional shots, at the goal that n whole shots reach.
    goal = found.no_leaker_probability
    assert shots_per_warhead(w, goal, track, p) == pytest.approx(n, rel=1e-9)
    closed = shoot_look_shoot_interceptors(w, goal, track, p)
    assert found.interceptors_used - w * (1.0 - track) * n == pytest.approx(closed, rel=1e-9)


def enumerated(layer, p_kill):
    """Return P(no leakers) and mean use by playing every sequence of draws: the slow, obvious twin."""
    total = [0.0, 0.0, 0.0]

    class Script:
        """Hands out zeros and ones instead of draws, and remembers the odds of what it handed out."""

        def __init__(self, given):
            self.given, self.asked, self.odds, self.memory = given, 0, 1.0, {}

        def uniform(self, *address, number=0):
            key = address, number
            if key not in self.memory:
                chance = self.chance_of(address[0])
                low = self.given[self.asked] if self.asked < len(self.given) else None
                self.asked += 1
                if low is None:
                    raise IndexError
                # Below any probability, or above all: what is drawn is a matter of yes or no here.
                self.memory[key] = 0.0 if low else 1.0 - 1e-12
                self.odds *= chance if low else 1.0 - chance
            return self.memory[key]

        def chance_of(self, what):
            return {"shots": p_kill, "common_track": layer.common.track, "kill_assessment": None}.get(
                what, 1.0
            )

    def walk(given):
        script = Script(given)
        try:
            outcome = play(layer, script)
        except IndexError:
            walk((*given, True))
            walk((*given, False))
            return
        total[0] += script.odds * (outcome.leakers == 0)
        total[1] += script.odds * sum(outcome.shots)
        total[2] += script.odds * sum(outcome.wasted)

    walk((True,))  # the draw of the kill probability, which is certain here
    return total


@pytest.mark.parametrize(
    "doctrine",
    [
        Salvo(2),
        ShootLookShoot(1),
        ShootLookShoot(2),
        ShootShootLook(),
        Barrage(3, 5),
        SaveTheInventory(keep=2, least_value=2.0),
    ],
    ids=repr,
)
def test_the_tree_gives_what_playing_every_sequence_of_draws_gives(doctrine):
    # Stock short, so that threats are coupled; values differ, so that a kept stock matters.
    layer = Layer(3, 5, doctrine, SSPK, CommonMode(track=0.8), volleys=2, values=(1.0, 3.0, 1.0))
    found = expected(layer)
    p0, used, wasted = enumerated(layer, 0.7)
    assert found.no_leaker_probability == pytest.approx(p0, abs=1e-12)
    assert found.interceptors_used == pytest.approx(used, abs=1e-12)
    assert found.wasted == pytest.approx(wasted, abs=1e-12)
    assert sum(found.leakers) == pytest.approx(1.0, abs=1e-12)


def test_errors_of_kill_assessment_cost_what_they_do_by_hand():
    # One threat, two single shots with a look between; a look at what lives says dead with 0.1, at what is
    # dead alive with 0.2: the second shot goes off after a hit seen wrongly, or a miss seen rightly.
    looks = KillAssessment(false_dead=0.1, false_alive=0.2)
    found = expected(Layer(1, 2, ShootLookShoot(), SSPK, assessment=looks))
    again = 0.7 * 0.2 + 0.3 * 0.9
    assert found.interceptors_used == pytest.approx(1.0 + again)
    assert found.no_leaker_probability == pytest.approx(0.7 + 0.3 * 0.9 * 0.7)
    assert found.wasted == pytest.approx(0.7 * 0.2)


@pytest.mark.compiled
def test_errors_of_kill_assessment_are_drawn_as_often():
    looks = KillAssessment(false_dead=0.1, false_alive=0.2)
    layer = Layer(2, 4, ShootLookShoot(), SSPK, CommonMode(discrimination=0.9), looks)
    played, found = sample(layer, 2000, seed=5), expected(layer)
    # Shares: the 99 % interval. Means: standard deviations are below 1 a play, four standard errors.
    assert played.leakage.low < found.leakage < played.leakage.high
    assert played.interceptors_used == pytest.approx(found.interceptors_used, abs=4.0 / math.sqrt(2000))
    assert played.wasted == pytest.approx(found.wasted, abs=4.0 / math.sqrt(2000))


def test_a_kill_probability_in_common_is_integrated_exactly():
    # One threat, a salvo: 1 - prod (b + i) / (a + b + i), which `salvo_mean` gives. Two threats, one shot
    # each: E[p^2] of the beta distribution, a (a + 1) / ((a + b)(a + b + 1)).
    posterior = KillPosterior("9 of 17", 9.5, 8.5)
    alone = expected(Layer(1, 6, Salvo(6), posterior))
    assert alone.no_leaker_probability == pytest.approx(posterior.salvo_mean(6), rel=1e-12)
    both = expected(Layer(2, 2, Salvo(1), posterior))
    assert both.no_leaker_probability == pytest.approx(9.5 * 10.5 / (18.0 * 19.0), rel=1e-12)


def test_shots_at_one_threat_share_its_track_and_others_do_not():
    layer = Layer(2, 8, Salvo(4), KillPosterior.certain(1.0), CommonMode(track=0.5))
    fates = [play(layer, SeededLuck(1, run)).killed for run in range(400)]
    # Four shots that always hit kill as often as one: 0.5, and two threats are independent: 0.25 each pair.
    # Four standard errors of 400 plays.
    for pair in itertools.product((True, False), repeat=2):
        assert fates.count(pair) / 400 == pytest.approx(0.25, abs=4.0 * math.sqrt(0.25 * 0.75 / 400))


def test_what_cannot_be_is_refused():
    for wrong in ({"threats": 0}, {"interceptors": -1}, {"volleys": 0}, {"values": (1.0,)}):
        with pytest.raises(InputError):
            Layer(**({"threats": 2, "interceptors": 1, "doctrine": Salvo(), "kill": SSPK} | wrong))
    with pytest.raises(InputError, match="runs"):
        sample(barrage(4, 11), 0)


class Thrifty:
    """One shot each, as long as more than half of the stock is left."""

    def shots_now(self, state: ShotState) -> int:
        around: Situation = state.around
        return int(state.fired == 0 and 2 * around.stock > around.loaded)


def test_a_doctrine_of_the_users_own_is_walked_too():
    register("thrifty", Thrifty)
    found = expected(Layer(4, 4, make_doctrine("thrifty", {}), KillPosterior.certain(1.0)))
    assert found.interceptors_used == 2.0
    assert found.leakers[2] == 1.0
