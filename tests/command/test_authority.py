"""How an order comes about: cases worked by hand."""

import math

import pytest

from hoplon.command.authority import (
    Actor,
    Authority,
    Form,
    Silence,
    Wire,
    arrange,
    consent_cycle,
    course,
)

NATIONS = {"post": "JP", "cabinet": "JP", "ally": "US"}
TIMES = {"post": 30.0, "cabinet": 50.0, "ally": 40.0, "chief": 20.0}


def going(authority, *, engage_s=100.0, sees=None, used=True):
    seen = sees or {}
    return course(
        authority,
        engage_s,
        takes_s=TIMES.__getitem__,
        sees_s=lambda name: seen.get(name, -math.inf),
        data_used=lambda name: used,
    )


def asking(*others, wires=None, predelegated_after_s=math.inf, **how):
    """Let the post ask others, each as `how` says by name."""
    actors = {"post": Actor("post", "JP", asks=others)}
    actors |= {name: how.get(name, Actor(name, "US")) for name in (*others, *how)}
    return Authority("post", actors, Form.ALLIED_CONSENT, wires or {}, predelegated_after_s)


def test_alone_the_order_comes_when_the_mind_is_made_up():
    authority = Authority("post", {"post": Actor("post", "JP")})
    assert authority.alone
    found = going(authority)
    assert (found.granted_s, found.refused_s, found.steps) == (130.0, math.inf, ())
    assert found.rule == "own authority"


def test_consent_is_asked_for_after_the_own_decision_and_there_and_back():
    found = going(asking("ally", wires={frozenset(("ally", "post")): Wire(5.0)}))
    # 100 + 30 own, 5 there, 40 the ally's, 5 back.
    assert found.granted_s == 180.0
    assert [(step.t_s, step.kind, step.actor) for step in found.steps] == [
        (130.0, "consent_request", "post"),
        (175.0, "consent", "ally"),
    ]
    assert found.rule == "with the consent of ally"


def test_several_are_asked_at_once_and_the_last_answer_counts():
    assert going(asking("ally", "cabinet")).granted_s == 130.0 + 50.0


def test_who_is_asked_may_have_to_ask_in_turn():
    chain = asking("ally", ally=Actor("ally", "US", asks=("chief",)), chief=Actor("chief", "US"))
    found = going(chain)
    assert found.granted_s == 100.0 + 30.0 + 40.0 + 20.0
    assert [step.actor for step in found.steps if step.kind == "consent_request"] == ["post", "ally"]


@pytest.mark.parametrize(
    ("silence", "granted_s", "refused_s"),
    [(Silence.ASSUME_CONSENT, 190.0, math.inf), (Silence.REFUSE, math.inf, 190.0)],
)
def test_silence_of_one_who_is_cut_off(silence, granted_s, refused_s):
    ally = Actor("ally", "US", silent_after_s=60.0, silence=silence)
    cut = {frozenset(("ally", "post")): Wire(5.0, ((0.0, 86400.0),))}
    found = going(asking("ally", ally=ally, wires=cut))
    assert (found.granted_s, found.refused_s) == (granted_s, refused_s)
    assert found.steps[0].note == "asks ally for consent; the link is down"
    assert any(step.kind == "silence" and step.t_s == 190.0 for step in found.steps)
    assert any(step.kind == "not_engaged" for step in found.steps) is (silence is Silence.REFUSE)


def test_without_a_limit_one_waits_for_ever_and_says_for_whom():
    cut = {frozenset(("ally", "post")): Wire(5.0, ((0.0, 86400.0),))}
    found = going(asking("ally", wires=cut))
    assert found.granted_s == found.refused_s == math.inf
    assert found.rule == "waits for ally, who cannot be reached"
    assert found.stuck_s == 130.0


def test_a_link_that_is_lost_between_question_and_answer():
    lost = {frozenset(("ally", "post")): Wire(5.0, ((150.0, 86400.0),))}
    found = going(asking("ally", wires=lost))
    assert found.granted_s == math.inf
    assert "the answer of ally" in found.rule
    # The ally has said its word, and nobody has heard it.
    assert found.steps[-1].kind == "consent"
    # Nobody knows before that it will not be heard.
    assert found.stuck_s == found.steps[-1].t_s == 175.0


def test_a_link_that_comes_back_is_called_again():
    back = {frozenset(("ally", "post")): Wire(5.0, ((120.0, 200.0),))}
    assert going(asking("ally", wires=back)).granted_s == 200.0 + 5.0 + 40.0 + 5.0


def test_nobody_consents_to_what_it_does_not_see():
    authority = asking("ally", ally=Actor("ally", "US", feeds=((0, Wire()),)))
    blind = going(authority, sees={"ally": math.inf})
    assert blind.granted_s == math.inf
    assert blind.rule == "waits for ally, who does not see the track"
    assert going(authority, sees={"ally": 300.0}).granted_s == 340.0
    assert going(authority, sees={"ally": 10.0}).granted_s == 170.0


def test_consent_to_the_use_of_data_is_asked_only_where_they_are_used():
    authority = asking("ally", ally=Actor("ally", "US", asked_for_data_only=True))
    assert going(authority, used=True).granted_s == 170.0
    assert going(authority, used=False).granted_s == 130.0
    assert not going(authority, used=False).steps


def test_fire_is_free_after_a_time_unless_it_was_refused_before():
    cut = {frozenset(("ally", "post")): Wire(5.0, ((0.0, 86400.0),))}
    found = going(asking("ally", wires=cut, predelegated_after_s=90.0))
    assert (found.granted_s, found.rule) == (190.0, "pre-delegated: no order after 90 s")
    no = Actor("ally", "US", silent_after_s=10.0, silence=Silence.REFUSE)
    assert going(asking("ally", ally=no, wires=cut, predelegated_after_s=90.0)).refused_s == 140.0
    # An order that comes sooner is an order.
    assert going(asking("ally", predelegated_after_s=90.0)).granted_s == 170.0


def test_in_one_cell_all_decide_at_once_and_the_slowest_counts():
    actors = {name: Actor(name, nation) for name, nation in NATIONS.items()}
    cell = Authority("post", actors, Form.JOINT)
    found = going(cell)
    assert (found.granted_s, found.rule) == (150.0, "joint cell")
    assert [step.actor for step in found.steps] == ["post", "ally", "cabinet"]
    blind = {**actors, "ally": Actor("ally", "US", feeds=(), silent_after_s=70.0)}
    late = Authority("post", blind, Form.JOINT)
    assert going(late, sees={"ally": math.inf}).refused_s == 170.0


def test_who_has_the_say():
    stated = {"post": ("cabinet", "ally")}
    assert arrange("national", NATIONS, stated) == ("post", {"post": ("cabinet",), "cabinet": ()})
    assert arrange("national", NATIONS, {}) == ("post", {"post": ()})
    assert arrange("allied_consent", NATIONS, {})[1] == {"post": ("ally",), "ally": ()}
    # Whom the cabinet asks, the post need not ask.
    through = arrange("allied_consent", NATIONS, {"post": ("cabinet",), "cabinet": ("ally",)})
    assert through[1] == {"post": ("cabinet",), "cabinet": ("ally",), "ally": ()}
    assert arrange("allied", NATIONS, {}) == ("ally", {"ally": ()})
    assert arrange("joint", NATIONS, {})[1] == {"post": (), "cabinet": (), "ally": ()}


def test_circles_are_found():
    assert consent_cycle({"a": ("b",), "b": ("c",), "c": ("b",)}) == ("b", "c", "b")
    assert consent_cycle({"a": ("a",)}) == ("a", "a")
    assert consent_cycle({"a": ("b", "c"), "b": ("c",), "c": ()}) == ()
