"""The spotlight: seen by whoever sees what it points at, and gone with it."""

import pytest

from rooms.agenda import BackStep, CloseRoom, ExtendStep, StopInput
from rooms.cards import Card, PostIdea, WithdrawIdea
from rooms.decisions import ProposeDecision
from rooms.groups import MergeCards, TakeOut, UndoMerge
from rooms.kernel import Command
from rooms.moderation import ErasePerson, HideCard, ParkCard, RedactCard, RestoreCard
from rooms.people import Join
from rooms.roles import COFACILITATOR, CUSTOMER, EVERYBODY, FACILITATOR, MEMBER, NAMES, STAGE
from rooms.spotlight import SPOTLIGHT_ID, Spotlight, SpotlightView
from tests.rooms.scene import MINUTE, Person, Scene, begun, public

INTERNAL = MEMBER | STAGE


def showing(sees: int = EVERYBODY) -> tuple[Scene, Person, list[int]]:
    """A group step in which two cards are shown, their author, and the cards."""
    first = public("ideate", hidden=False, sees=sees)
    scene = begun(first, public("group"), public("discuss"))
    author = scene.join()
    cards = [scene.do(author, PostIdea(0), f"card {n}")[0] for n in range(2)]
    scene.next()
    return scene, author, cards


def point(scene: Scene, target: int) -> None:
    scene.do(scene.host, Spotlight(target))


def target(scene: Scene, role: int = STAGE) -> int:
    """What the spotlight of a role is on; 0 without one."""
    views = scene.seen(role, SpotlightView)
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
    group = scene.do(author, MergeCards(cards, 0), "group")[0]
    point(scene, group)
    assert target(scene) == group
    decision = scene.do(scene.host, ProposeDecision(0, []), "what")[0]
    point(scene, decision)
    assert target(scene) == decision


def test_m10_what_is_not_shown_is_not_pointed_at() -> None:
    scene = begun(public("ideate"), public("ideate"), public("break"))
    hidden = scene.do(scene.join(), PostIdea(0), "hidden")[0]
    shown = begun(public("ideate", hidden=False))
    card = shown.do(shown.join(), PostIdea(0), "x")[0]
    shown.do(shown.host, HideCard(card))
    shown.refuses("unknown_target", shown.host, Spotlight(card))
    for number in (hidden, 1, 999, scene.agenda.current, scene.host.link):
        scene.refuses("unknown_target", scene.host, Spotlight(number))
    lobby = Scene(public("brief"))
    lobby.refuses("not_open_yet", lobby.host, Spotlight(1))


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
    scene.do(scene.host, command(card))
    assert {target(scene, role) for role in NAMES} == {0}
    if command is HideCard:
        scene.do(scene.host, RestoreCard(card))
        assert target(scene, FACILITATOR) == 0


def test_m10_it_ends_when_its_author_is_erased() -> None:
    scene, author, (card, _) = showing()
    point(scene, card)
    scene.do(author, ErasePerson(author.seat))
    assert target(scene, FACILITATOR) == 0


def test_m10_it_ends_when_its_card_is_withdrawn() -> None:
    scene = begun(public("ideate", hidden=False))
    author = scene.join()
    card = scene.do(author, PostIdea(0), "x")[0]
    point(scene, card)
    scene.do(author, WithdrawIdea(card))
    assert target(scene, FACILITATOR) == 0


def test_m10_a_parked_card_can_still_be_pointed_at() -> None:
    scene, _, (card, _) = showing()
    point(scene, card)
    scene.do(scene.host, ParkCard(card))
    assert target(scene) == card


@pytest.mark.parametrize("undo", [False, True])
def test_m10_it_ends_with_its_group(undo: bool) -> None:
    scene, author, (card, _) = showing()
    group, merge = scene.do(author, MergeCards([card], 0), "group")
    point(scene, group)
    command: Command = UndoMerge(merge) if undo else TakeOut(card)
    scene.do(author, command)
    assert target(scene, FACILITATOR) == 0


def test_m10_it_narrows_with_its_group() -> None:
    """G2: a group that takes in an internal card is no longer for the stage."""
    inner = public("ideate", hidden=False, sees=MEMBER)
    scene = begun(public("ideate", hidden=False), inner, public("group"))
    author = scene.join()
    common = scene.do(author, PostIdea(0), "common")[0]
    scene.next()
    internal = scene.do(author, PostIdea(0), "internal")[0]
    scene.next()
    group = scene.do(author, MergeCards([common], 0), "group")[0]
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
            scene.do(scene.host, BackStep())
        elif leave == "close":
            scene.do(scene.host, CloseRoom())
        else:
            scene.wait(s=601).tick()
        assert target(scene, FACILITATOR) == 0, leave


def test_m10_it_stays_while_the_step_waits_or_goes_on() -> None:
    scene, _, (card, _) = showing()
    point(scene, card)
    scene.do(scene.host, StopInput())
    assert target(scene) == card
    scene.do(scene.host, ExtendStep(MINUTE))
    assert target(scene) == card


def test_m10_the_stage_loses_it_when_it_loses_the_card() -> None:
    """P8: a customer comes on site, who must not see the card."""
    scene, _, (card, _) = showing(sees=INTERNAL)
    point(scene, card)
    assert target(scene) == card
    scene.do(scene.guest(CUSTOMER), Join(0, "onsite"), "Guest")
    assert not scene.one(Card, card).sees & STAGE
    assert (target(scene), target(scene, MEMBER)) == (0, card)
