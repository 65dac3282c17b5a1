"""The spotlight: seen by whoever sees what it points at, and gone with it."""

import pytest

from rooms.agenda import BackStep, CloseRoom, ExtendStep, StopInput
from rooms.cards import Card, PostIdea, WithdrawIdea
from rooms.decisions import ProposeDecision
from rooms.groups import MergeCards, TakeOut, UndoMerge
from rooms.kernel import Command
from rooms.moderation import ErasePerson, HideCard, ParkCard, RedactCard, RestoreCard
from rooms.people import Join
from rooms.roles import COFACILITATOR, CUSTOMER, FACILITATOR, MEMBER, NAMES, STAGE
from rooms.spotlight import SPOTLIGHT_ID, Spotlight, SpotlightView
from tests.rooms.scene import MINUTE, Person, Scene, plan

INTERNAL = MEMBER | STAGE


def showing(sees: int = -1) -> tuple[Scene, Person, list[int]]:
    """A group step in which two cards are shown, their author, and the cards."""
    first = plan("ideate", hidden=False, sees=sees) if sees >= 0 else plan("ideate", hidden=False)
    scene = Scene(first, plan("group"), plan("discuss"))
    author = scene.join()
    cards = [scene.made(author, PostIdea(0), f"card {n}") for n in range(2)]
    scene.next()
    return scene, author, cards


def point(scene: Scene, target: int) -> None:
    scene.do(scene.facilitator, Spotlight(target))


def target(scene: Scene, role: int = STAGE) -> int:
    """What the spotlight of a role is on; 0 without one."""
    views = scene.sees(SpotlightView, role)
    assert [view.id for view in views] in ([], [SPOTLIGHT_ID])
    return views[0].target if views else 0


def test_m10_a_moderator_points_and_ends_it() -> None:
    scene, _, (first, second) = showing()
    point(scene, first)
    assert {target(scene, role) for role in NAMES} == {first}
    scene.do(scene.join(COFACILITATOR), Spotlight(second))
    assert {target(scene, role) for role in NAMES} == {second}
    before = scene.room.seq
    point(scene, 0)
    assert {target(scene, role) for role in NAMES} == {0}
    assert scene.patch(before, MEMBER) == ([], [("spotlight", SPOTLIGHT_ID)])
    point(scene, 0)


def test_m10_groups_and_decisions_can_be_pointed_at() -> None:
    scene, author, cards = showing()
    group = scene.made(author, MergeCards(cards, 0), "group")
    point(scene, group)
    assert target(scene) == group
    decision = scene.made(scene.facilitator, ProposeDecision(0, []), "what")
    point(scene, decision)
    assert target(scene) == decision


def test_m10_what_is_not_shown_is_not_pointed_at() -> None:
    scene = Scene(plan("ideate"), plan("ideate"), plan("break"))
    hidden = scene.made(scene.join(), PostIdea(0), "hidden")
    shown = Scene(plan("ideate", hidden=False))
    card = shown.made(shown.join(), PostIdea(0), "x")
    shown.do(shown.facilitator, HideCard(card))
    assert shown.refusal(shown.facilitator, Spotlight(card)) == "unknown_target"
    for number in (hidden, 1, 999, scene.current, scene.facilitator.link):
        assert scene.refusal(scene.facilitator, Spotlight(number)) == "unknown_target"
    lobby = Scene(plan("brief"), begin=False)
    assert lobby.refusal(lobby.facilitator, Spotlight(1)) == "not_open_yet"


def test_m10_who_may_not_see_a_card_is_not_told_that_it_is_pointed_at() -> None:
    scene, _, (card, _) = showing(sees=MEMBER)
    before = scene.room.seq
    point(scene, card)
    assert target(scene, MEMBER) == card
    for role in (CUSTOMER, STAGE):
        assert target(scene, role) == 0
        assert scene.patch(before, role) == ([], [])


@pytest.mark.parametrize("command", [HideCard, RedactCard])
def test_m10_it_ends_when_its_card_is_no_longer_shown(command: type[HideCard]) -> None:
    scene, _, (card, _) = showing()
    point(scene, card)
    scene.do(scene.facilitator, command(card))
    assert {target(scene, role) for role in NAMES} == {0}
    if command is HideCard:
        scene.do(scene.facilitator, RestoreCard(card))
        assert target(scene, FACILITATOR) == 0


def test_m10_it_ends_when_its_author_is_erased() -> None:
    scene, author, (card, _) = showing()
    point(scene, card)
    scene.do(author, ErasePerson(author.seat))
    assert target(scene, FACILITATOR) == 0


def test_m10_it_ends_when_its_card_is_withdrawn() -> None:
    scene = Scene(plan("ideate", hidden=False))
    author = scene.join()
    card = scene.made(author, PostIdea(0), "x")
    point(scene, card)
    scene.do(author, WithdrawIdea(card))
    assert target(scene, FACILITATOR) == 0


def test_m10_a_parked_card_can_still_be_pointed_at() -> None:
    scene, _, (card, _) = showing()
    point(scene, card)
    scene.do(scene.facilitator, ParkCard(card))
    assert target(scene) == card


@pytest.mark.parametrize("undo", [False, True])
def test_m10_it_ends_with_its_group(undo: bool) -> None:
    scene, author, (card, _) = showing()
    group, merge = scene.do(author, MergeCards([card], 0), "group").made
    point(scene, group)
    command: Command = UndoMerge(merge) if undo else TakeOut(card)
    scene.do(author, command)
    assert target(scene, FACILITATOR) == 0


def test_m10_it_narrows_with_its_group() -> None:
    """G2: a group that takes in an internal card is no longer for the stage."""
    steps = plan("ideate", hidden=False), plan("ideate", hidden=False, sees=MEMBER), plan("group")
    scene = Scene(*steps)
    author = scene.join()
    common = scene.made(author, PostIdea(0), "common")
    scene.next()
    internal = scene.made(author, PostIdea(0), "internal")
    scene.next()
    group = scene.made(author, MergeCards([common], 0), "group")
    point(scene, group)
    assert target(scene) == group
    before = scene.room.seq
    scene.do(author, MergeCards([internal], group))
    assert (target(scene), target(scene, MEMBER)) == (0, group)
    assert ("spotlight", SPOTLIGHT_ID) in scene.patch(before, STAGE)[1]


def test_m10_it_ends_with_the_step_also_by_the_clock() -> None:
    for leave in ("next", "back", "time", "close"):
        scene, _, (card, _) = showing()
        point(scene, card)
        if leave == "next":
            scene.next()
        elif leave == "back":
            scene.do(scene.facilitator, BackStep())
        elif leave == "close":
            scene.do(scene.facilitator, CloseRoom())
        else:
            scene.later(s=601).tick()
        assert target(scene, FACILITATOR) == 0, leave


def test_m10_it_stays_while_the_step_waits_or_goes_on() -> None:
    scene, _, (card, _) = showing()
    point(scene, card)
    scene.do(scene.facilitator, StopInput())
    assert target(scene) == card
    scene.do(scene.facilitator, ExtendStep(MINUTE))
    assert target(scene) == card


def test_m10_the_stage_loses_it_when_it_loses_the_card() -> None:
    """P8: a customer comes on site, who must not see the card."""
    scene, _, (card, _) = showing(sees=INTERNAL)
    point(scene, card)
    assert target(scene) == card
    scene.do(scene.guest(CUSTOMER), Join(0, "onsite"), "Guest")
    assert not scene.get(Card, card).sees & STAGE
    assert (target(scene), target(scene, MEMBER)) == (0, card)
