"""What moderators do with words that stand in the room, and being forgotten."""

import pytest

from rooms.agenda import CloseRoom, NextStep, StopInput
from rooms.cards import Card, CardView, EditIdea, ParkTopic, PostIdea
from rooms.decisions import Decision, DecisionView, ProposeDecision
from rooms.groups import Group, MergeCards
from rooms.kernel import Command
from rooms.moderation import (
    EditCard,
    ErasePerson,
    HideCard,
    LeaveCard,
    ParkCard,
    RedactCard,
    RestoreCard,
)
from rooms.owners import ClaimDecision, HelpView, OfferHelp, ReleaseDecision, SignDecision
from rooms.people import ChangeProfile, MeView, RemoveSeat, Seat, SeatView
from rooms.roles import COFACILITATOR, FACILITATOR, MEMBER, MODERATORS, NAMES, STAGE
from rooms.talk import HandView, RaiseHand
from tests.rooms.scene import Person, Scene, plan


def wall() -> tuple[Scene, Person, int]:
    """A card on the wall."""
    scene = Scene(plan("ideate", hidden=False), plan("claim"), plan("discuss"))
    anna = scene.join(MEMBER, "Анна")
    scene.next()
    return scene, anna, scene.post(anna, "грубость")


def state(scene: Scene, card: int) -> str:
    return scene.one(Card, card).state


def test_m1_hidden_card_is_for_moderators() -> None:
    scene, _, card = wall()
    scene.do(scene.host, HideCard(card))
    for role in NAMES:
        assert scene.texts(role) == (["грубость"] if role & MODERATORS else [])
    scene.refuses("not_shown", scene.host, HideCard(card))
    scene.refuses("unknown_card", scene.host, HideCard(5))


def test_m3_hidden_card_is_restored_to_its_place() -> None:
    scene, anna, card = wall()
    scene.post(anna, "вторая")
    rank = scene.one(Card, card).rank
    scene.do(scene.host, HideCard(card))
    scene.do(scene.host, RestoreCard(card))
    assert sorted(map(str, scene.texts(STAGE))) == ["вторая", "грубость"]
    assert scene.one(Card, card).rank == rank


def test_m4_card_is_parked_and_fetched_back() -> None:
    scene, anna, card = wall()
    scene.do(scene.host, ParkCard(card))
    assert scene.seen(STAGE, CardView)[0].state == "parked"
    scene.do(scene.host, HideCard(card))
    scene.do(scene.host, RestoreCard(card))
    assert state(scene, card) == "shown"
    topic = scene.do(anna, ParkTopic(), "тема")[0]
    scene.do(scene.host, RestoreCard(topic))
    assert scene.one(Card, topic).rank > scene.one(Card, card).rank


def test_m5_late_card_is_admitted_or_left() -> None:
    scene, anna, _ = wall()
    step = scene.current.id
    scene.next()
    first = scene.do(anna, PostIdea(0), "поздняя", step=step)[0]
    second = scene.do(anna, PostIdea(0), "лишняя", step=step)[0]
    scene.do(scene.host, RestoreCard(first))
    assert scene.texts(MEMBER) == ["грубость", "поздняя"]
    assert scene.one(Card, first).rank > 0
    scene.do(scene.host, LeaveCard(second))
    assert state(scene, second) == "left" and "лишняя" not in scene.texts(MEMBER)
    scene.refuses("not_late", scene.host, LeaveCard(first))


def test_m6_moderator_rewords_and_the_authors_text_is_kept() -> None:
    scene, _, card = wall()
    scene.do(scene.host, EditCard(card), "мягче")
    scene.do(scene.host, EditCard(card), "ещё мягче")
    (view,) = scene.seen(MEMBER, CardView)
    assert (view.text, view.edited) == ("ещё мягче", True)
    assert "мягче" not in scene.words.values()
    scene.do(scene.host, RestoreCard(card))
    (view,) = scene.seen(MEMBER, CardView)
    assert (view.text, view.edited) == ("грубость", False)
    assert "ещё мягче" not in scene.words.values()
    scene.refuses("missing_words", scene.host, EditCard(card))


def test_m7_redacted_words_are_gone_for_good() -> None:
    scene, anna, card = wall()
    scene.do(scene.host, EditCard(card), "мягче")
    scene.do(scene.host, RedactCard(card))
    assert scene.texts(FACILITATOR) == [None] and scene.texts(MEMBER) == []
    assert not {"грубость", "мягче"} & set(scene.words.values())
    scene.refuses("redacted", scene.host, RestoreCard(card))
    scene.refuses("too_late", anna, EditIdea(card), "снова")


@pytest.mark.parametrize("command", [HideCard, ParkCard, RedactCard])
def test_m1_card_that_goes_leaves_its_group(command: type[HideCard]) -> None:
    scene, anna, card = wall()
    other = scene.post(anna, "вторая")
    group = scene.do(scene.host, MergeCards([card, other], 0), "Тема")[0]
    scene.do(scene.host, command(card))
    assert scene.one(Group, group).cards == 1 and scene.one(Card, card).group == 0
    scene.do(scene.host, command(other))
    assert scene.room.get(Group, group) is None


def everything() -> tuple[Scene, Person]:
    """Somebody who has said something in every place there is."""
    scene = Scene(plan("ideate"), plan("ideate", hidden=False), plan("claim"), plan("discuss"))
    anna, boris = scene.join(MEMBER, "Анна Первая"), scene.join(MEMBER, "Борис")
    scene.next()
    scene.post(anna, "слова скрытые")
    scene.next()
    card = scene.post(anna, "слова открытые")
    scene.post(boris, "чужие")
    scene.do(scene.host, EditCard(card), "слова ведущего")
    scene.do(anna, ParkTopic(), "слова стоянки")
    scene.next()
    first = scene.do(scene.host, ProposeDecision(0, []), "Первое")[0]
    second = scene.do(scene.host, ProposeDecision(0, []), "Второе")[0]
    scene.do(anna, OfferHelp(first), "слова помощи")
    scene.do(anna, ClaimDecision(second))
    scene.do(anna, ReleaseDecision(second), "слова отказа")
    third = scene.do(scene.host, ProposeDecision(0, []), "Третье")[0]
    scene.do(anna, ClaimDecision(third))
    decision = scene.one(Decision, third)
    scene.do(anna, SignDecision(third, 1, decision.digest))
    scene.next()
    scene.do(anna, RaiseHand())
    scene.do(anna, ChangeProfile(0, "remote"), "Анна Вторая")
    return scene, anna


def test_m8_erased_person_leaves_no_words() -> None:
    scene, anna = everything()
    scene.do(scene.host, ErasePerson(anna.seat))
    left = [word for word in scene.words.values() if "слова" in word or "Анна" in word]
    assert left == []
    assert "чужие" in scene.words.values()
    for role in NAMES:
        shown = repr(scene.table(role))
        assert "слова" not in shown and "Анна" not in shown
    assert scene.own(anna, CardView) == [] and scene.own(anna, MeView)[0].name is None


def test_m8_erased_persons_places_show_nothing() -> None:
    scene, anna = everything()
    scene.do(anna, ErasePerson(anna.seat))
    seats = {view.id: view for view in scene.seen(FACILITATOR, SeatView)}
    assert (seats[anna.seat].state, seats[anna.seat].name) == ("erased", None)
    views = {view.what: view for view in scene.seen(MEMBER, DecisionView)}
    assert (views["Третье"].owner_name, views["Третье"].signed) == (None, True)
    assert views["Второе"].reason is None
    assert [view.text for view in scene.seen(MEMBER, HelpView)] == [None]
    assert scene.seen(MEMBER, HandView) == []
    scene.refuses("seat_removed", anna, RaiseHand())


def test_m8_changes_reach_whoever_had_seen_the_words() -> None:
    scene, anna = everything()
    stood = scene.room.seq
    scene.do(scene.host, ErasePerson(anna.seat))
    put, gone = scene.room.view(stood, STAGE, scene.words.get)
    assert {view.what for view in put if isinstance(view, DecisionView)} == {"Второе", "Третье"}
    assert {tag for tag, _ in gone} == {"card", "hand"}
    put, _ = scene.room.view(stood, MEMBER, scene.words.get, anna.seat)
    assert [view.name for view in put if isinstance(view, MeView)] == [None]


def test_m8_people_erase_themselves_only() -> None:
    scene, anna, _ = wall()
    boris = scene.join()
    scene.refuses("not_yours", boris, ErasePerson(anna.seat))
    scene.refuses("not_yours", scene.guest(MEMBER), ErasePerson(anna.seat))
    scene.refuses("unknown_seat", boris, ErasePerson(5))
    scene.do(scene.join(COFACILITATOR), ErasePerson(boris.seat))


def test_m8_whoever_was_shown_out_can_be_forgotten() -> None:
    scene, anna, _ = wall()
    scene.do(scene.host, RemoveSeat(anna.seat))
    scene.do(scene.host, ErasePerson(anna.seat))
    scene.do(scene.host, ErasePerson(anna.seat))
    assert scene.one(Seat, anna.seat).state == "erased" and "Анна" not in scene.words.values()


def test_m9_forgetting_is_possible_when_the_room_is_closed() -> None:
    scene, anna, card = wall()
    other = scene.join()
    scene.do(scene.host, CloseRoom())
    scene.refuses("room_closed", scene.host, HideCard(card))
    scene.do(scene.host, RedactCard(card))
    scene.do(anna, ErasePerson(anna.seat))
    scene.do(scene.host, ErasePerson(other.seat))


@pytest.mark.parametrize(
    "command", [HideCard(5), RestoreCard(5), ParkCard(5), LeaveCard(5), EditCard(5), RedactCard(5)]
)
def test_k5_words_of_others_are_the_moderators(command: Command) -> None:
    scene, anna, _ = wall()
    scene.refuses("not_your_role", anna, command)
    scene.refuses("unknown_card", scene.host, command, "слово")
    assert StopInput.BY == NextStep.BY == MODERATORS
