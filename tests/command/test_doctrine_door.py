"""The door for doctrines: ours come in through it, and what comes in is looked at."""

import numpy as np
import pytest

from hoplon.command.doctrine import (
    Barrage,
    HoldForLowerLayer,
    SaveTheInventory,
    ShootShootLook,
    ShotState,
    Situation,
)
from hoplon.command.doctrine_door import BUILT_IN, DoctrineError, make_doctrine, names, register
from hoplon.errors import InputError

#: What a doctrine must be told that has no default for it.
NEEDED = {"barrage": {"warheads": 3}, "save_the_inventory": {"keep": 2, "least_value": 5.0}}


@pytest.mark.parametrize("name", BUILT_IN)
def test_ours_come_in_by_name_and_answer(name):
    doctrine = make_doctrine(name, NEEDED.get(name, {}))
    assert doctrine.shots_now(ShotState(0, 0, Situation(stock=6, loaded=6))) >= 1
    assert name in names()


@pytest.mark.parametrize(
    "name, options, said",
    [
        ("salvvo", {}, "'salvo'"),
        ("salvo", {"salvos": 2}, "'salvo'"),
        ("barrage", {}, "warheads: …"),
        ("save_the_inventory", {"keep": 3}, "least_value"),
        ("barrage", {"warheads": 0}, "from 1"),
        ("shoot_look_shoot", {"salvo": 0}, "from 1"),
    ],
)
def test_what_cannot_be_made_is_refused_with_what_to_write(name, options, said):
    with pytest.raises(InputError) as refused:
        make_doctrine(name, options)
    assert said in str(refused.value)


class Odd:
    """Answers what it was made with."""

    def __init__(self, answer=0):
        self.answer = answer

    def shots_now(self, state):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("answer", [-1, 1.0, True, None, "two", RuntimeError("no idea"), float("nan")])
def test_an_answer_that_is_no_number_of_shots_fails_by_name(answer):
    register("odd", Odd)
    with pytest.raises(DoctrineError, match="'odd'"):
        make_doctrine("odd", {"answer": answer}).shots_now(ShotState(0, 0))


def test_a_whole_number_of_numpy_is_one():
    register("odd", Odd)
    assert make_doctrine("odd", {"answer": np.int64(2)}).shots_now(ShotState(0, 0)) == 2


def test_what_has_no_method_is_refused():
    register("nothing", dict)
    with pytest.raises(InputError, match="without shots_now"):
        make_doctrine("nothing", {})


def test_shoot_shoot_look_fires_two_then_one_after_each_look():
    doctrine = ShootShootLook()
    asked = [(0, 0), (1, 0), (2, 0), (2, 2), (3, 2), (3, 3)]
    assert [doctrine.shots_now(ShotState(*shots)) for shots in asked] == [2, 1, 0, 1, 0, 1]


def test_an_upper_layer_holds_its_fire_only_while_a_lower_one_can_reach():
    doctrine = HoldForLowerLayer()
    upper = Situation(layer=1, lower_layer_can_reach=True)
    assert doctrine.shots_now(ShotState(0, 0, upper)) == 0
    assert doctrine.shots_now(ShotState(0, 0, Situation(layer=1))) == 1
    assert doctrine.shots_now(ShotState(0, 0, Situation(layer=2))) == 1


def test_a_kept_stock_is_for_what_is_valuable():
    doctrine = SaveTheInventory(keep=4, least_value=10.0, salvo=2)

    def wanted(stock, value):
        return doctrine.shots_now(ShotState(0, 0, Situation(stock=stock, value=value)))

    assert [wanted(stock, 1.0) for stock in (8, 6, 5, 4, 0)] == [2, 2, 1, 0, 0]
    assert [wanted(stock, 10.0) for stock in (8, 5, 4)] == [2, 2, 2]


def test_a_barrage_gives_sixteen_warheads_six_and_four_five():
    # Wilkening's 116 interceptors for 20 warheads.
    share = [Barrage(20).shots_now(ShotState(0, 0, Situation(loaded=116, place=i))) for i in range(22)]
    assert share == [6] * 16 + [5] * 4 + [0, 0]
    assert Barrage(20, interceptors=40).shots_now(ShotState(1, 0, Situation(loaded=116, place=19))) == 1
