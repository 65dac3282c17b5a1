"""Tallies by voice: told where nobody's vote can be made out, and never otherwise."""

import time
from typing import Any

import pytest

from rooms.agenda import BackStep, StopInput
from rooms.cards import PostIdea
from rooms.moderation import HideCard, RestoreCard
from rooms.people import Join
from rooms.roles import CUSTOMER, EXPERT, LEAD, MEMBER, NAMES, PARTNER, STAGE
from rooms.splits import SplitView
from rooms.votes import CastDots, CastOpinion, Choice, TallyView
from tests.rooms.scene import Person, Scene, begun, public

VOTERS = MEMBER | LEAD | CUSTOMER | PARTNER | EXPERT


def polling(cards: int = 1, **settings: Any) -> tuple[Scene, list[int]]:
    """An open vote on some cards, with the ids of its choices."""
    vote = public("vote", who=VOTERS, **{"budget": 3, "max_per_item": 3, **settings})
    scene = begun(public("ideate", hidden=False), vote, public("break"))
    author = scene.join()
    for number in range(cards):
        scene.do(author, PostIdea(0), f"card {number}")
    scene.next()
    return scene, [choice.id for choice in scene.all(Choice)]


def give(scene: Scene, people: list[Person], choice: int, dots: int = 1) -> None:
    for person in people:
        scene.do(person, CastDots(choice, dots))


def closed(scene: Scene, role: int = MEMBER) -> dict[int, list[tuple[int, ...]]]:
    """What a role sees of the voices after the vote was stopped, by choice."""
    if scene.current.input:
        scene.do(scene.host, StopInput())
    return {view.id: list(view.voices) for view in scene.seen(role, SplitView)}


def test_v11_votes_are_told_by_role_when_the_vote_has_ended() -> None:
    scene, (first, second) = polling(cards=2)
    members, leads = scene.people(5), scene.people(4, LEAD)
    give(scene, members, first)
    give(scene, leads, second, 2)
    give(scene, leads[:1], first)
    assert not any(scene.seen(role, SplitView) for role in NAMES)
    assert closed(scene) == {
        first: [(MEMBER, 5, 5, 0, 0, 0), (LEAD, 1, 1, 0, 0, 0)],
        second: [(MEMBER, 0, 0, 0, 0, 0), (LEAD, 4, 8, 0, 0, 0)],
    }


def test_v11_opinions_are_told_by_role() -> None:
    scene, (choice,) = polling(style="opinion")
    members, customers = scene.people(4), scene.people(5, CUSTOMER)
    for person in members:
        scene.do(person, CastOpinion(choice, "agree"))
    for number, person in enumerate(customers):
        scene.do(person, CastOpinion(choice, "disagree" if number else "pass"))
    scene.do(customers[1], CastOpinion(choice, "none"))
    scene.do(customers[1], CastOpinion(choice, "agree"))
    assert closed(scene)[choice] == [(MEMBER, 4, 0, 4, 0, 0), (CUSTOMER, 5, 0, 1, 3, 1)]


def test_v11_small_roles_are_counted_together() -> None:
    scene, (choice,) = polling()
    give(scene, scene.people(6), choice)
    give(scene, scene.people(3, LEAD), choice)
    give(scene, scene.people(2, CUSTOMER), choice, 2)
    assert closed(scene)[choice] == [(MEMBER, 6, 6, 0, 0, 0), (LEAD | CUSTOMER, 5, 7, 0, 0, 0)]


def test_v11_a_leftover_takes_the_smallest_group_along() -> None:
    scene, (choice,) = polling()
    give(scene, scene.people(6), choice)
    give(scene, scene.people(4, LEAD), choice)
    give(scene, scene.people(1, CUSTOMER), choice)
    assert closed(scene)[choice] == [(MEMBER, 6, 6, 0, 0, 0), (LEAD | CUSTOMER, 5, 5, 0, 0, 0)]


@pytest.mark.parametrize("leads", [0, 1, 3])
def test_v11_nothing_is_told_where_one_voice_would_stand_alone(leads: int) -> None:
    """The tally less the one that is told would be the other."""
    scene, (choice,) = polling()
    give(scene, scene.people(5), choice)
    give(scene, scene.people(leads, LEAD), choice)
    assert closed(scene) == {}


def test_v11_only_those_count_who_voted() -> None:
    scene, (choice,) = polling()
    give(scene, scene.people(4), choice)
    leads = scene.people(6, LEAD)
    give(scene, leads[:4], choice)
    give(scene, leads[:1], choice, 0)
    assert closed(scene) == {}


def test_v11_a_cover_that_could_not_see_the_choice_is_none() -> None:
    """Of four voters counted together one is a lead, and the card is for staff: the votes of the
    four on it would be hers."""
    vote = public("vote", who=VOTERS)
    steps = public("ideate", hidden=False, sees=MEMBER | LEAD), public("ideate", hidden=False), vote
    scene = begun(*steps)
    author = scene.join()
    scene.do(author, PostIdea(0), "internal")
    scene.next()
    scene.do(author, PostIdea(0), "common")
    scene.next()
    internal, common = (choice.id for choice in scene.all(Choice))
    members, customers, lead = scene.people(4), scene.people(3, CUSTOMER), scene.join(LEAD)
    give(scene, [*customers, *members], common)
    give(scene, [lead], internal)
    found = closed(scene)
    assert set(found) == {common}
    assert [row[0] for row in found[common]] == [MEMBER, LEAD | CUSTOMER]
    assert set(closed(scene, CUSTOMER)) == {common}


def test_v11_whoever_sees_the_tally_sees_the_voices() -> None:
    scene, (choice,) = polling()
    give(scene, scene.people(4), choice)
    give(scene, scene.people(4, LEAD), choice)
    closed(scene)
    for role in NAMES:
        seen = {view.id for view in scene.seen(role, TallyView)}
        assert {view.id for view in scene.seen(role, SplitView)} == seen == {choice}
    card = scene.one(Choice, choice).target
    scene.do(scene.host, HideCard(card))
    assert [bool(scene.seen(role, SplitView)) for role in NAMES].count(True) == 2
    scene.do(scene.host, RestoreCard(card))
    assert all(scene.seen(role, SplitView) for role in NAMES)


def test_v11_what_leaves_the_stage_takes_its_voices_along() -> None:
    """P8: a customer comes on site, who must not see the step."""
    vote = public("vote", who=MEMBER | LEAD, sees=MEMBER | LEAD | STAGE)
    scene = begun(public("ideate", hidden=False), vote)
    scene.do(scene.join(), PostIdea(0), "card")
    scene.next()
    choice = scene.all(Choice)[0].id
    give(scene, scene.people(4), choice)
    give(scene, scene.people(4, LEAD), choice)
    assert set(closed(scene, STAGE)) == {choice}
    scene.do(scene.guest(CUSTOMER), Join(0, "onsite"), "Guest")
    assert closed(scene, STAGE) == {}
    assert set(closed(scene)) == {choice}


def test_v11_a_vote_opened_again_is_counted_anew() -> None:
    scene, (choice,) = polling()
    members, leads = scene.people(4), scene.people(4, LEAD)
    give(scene, [*members, *leads], choice)
    assert closed(scene)
    scene.next()
    scene.do(scene.host, BackStep())
    assert not any(scene.seen(role, SplitView) for role in NAMES)
    give(scene, scene.people(4), choice, 2)
    assert closed(scene)[choice] == [(MEMBER, 8, 12, 0, 0, 0), (LEAD, 4, 4, 0, 0, 0)]


@pytest.mark.parametrize("newcomers", [1, 3])
def test_v11_the_difference_of_two_counts_tells_nobodys_vote(newcomers: int) -> None:
    """Who has changed or given a vote since the count was told would stand alone in it."""
    scene, (first, second) = polling(cards=2)
    members, leads = scene.people(4), scene.people(4, LEAD)
    give(scene, [*members, *leads], first)
    told = closed(scene)
    for _ in range(2):
        scene.next()
        scene.do(scene.host, BackStep())
        give(scene, scene.people(newcomers, LEAD), first)
        give(scene, members[:1], first, 2)
        assert closed(scene) == {second: told[second]}
        scene.do(scene.host, HideCard(scene.one(Choice, first).target))
        scene.do(scene.host, RestoreCard(scene.one(Choice, first).target))
        assert closed(scene) == {second: told[second]}


def test_v11_a_vote_left_to_be_opened_again_tells_nothing() -> None:
    scene, (choice,) = polling()
    give(scene, [*scene.people(4), *scene.people(4, LEAD)], choice)
    scene.do(scene.host, BackStep())
    assert not any(scene.seen(role, SplitView) for role in NAMES)


def test_v11_a_vote_without_names_is_not_told_by_voice() -> None:
    scene, (choice,) = polling(anonymous=True)
    for person in [*scene.people(4), *scene.people(4, LEAD)]:
        assert not scene.blind(person, CastDots(choice, 1)).refused
    assert closed(scene) == {}


def test_v11_a_vote_of_a_thousand_closes_at_once() -> None:
    """A thousand people and fifty choices, in one entry that nobody notices."""
    scene, found = polling(cards=50, budget=20, max_per_item=1)
    people = [scene.join((MEMBER, LEAD, CUSTOMER)[n % 3], "x") for n in range(1_000)]
    for number, person in enumerate(people):
        for k in range(10):
            scene.do(person, CastDots(found[(number * 7 + k) % 50], 1))
    begun = time.process_time()
    scene.do(scene.host, StopInput())
    assert time.process_time() - begun < 0.5
    tallies = {view.id: view for view in scene.seen(MEMBER, TallyView)}
    split = closed(scene)
    assert len(split) == 50
    for choice, voices in split.items():
        assert sum(row[1] for row in voices) == tallies[choice].people
        assert sum(row[2] for row in voices) == tallies[choice].dots
