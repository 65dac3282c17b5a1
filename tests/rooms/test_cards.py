"""Cards: writing in silence, and showing what was written."""

import pytest

from rooms import cards
from rooms.agenda import BackStep, CloseRoom, NextStep, StopInput
from rooms.cards import Card, CardView, EditIdea, IdeationView, ParkTopic, PostIdea, WithdrawIdea
from rooms.groups import MergeCards
from rooms.moderation import EditCard, HideCard
from rooms.reveal import Reveal, ShowingView
from rooms.roles import CUSTOMER, FACILITATOR, LEAD, MEMBER, NAMES, OBSERVER, STAGE
from rooms.steps import LATE_MS, blind_rounds
from rooms.turnout import PartView, TurnoutView
from tests.rooms.scene import Scene, plan


def writing(*, anonymous: bool = False, hidden: bool = True, by_lane: bool = False) -> Scene:
    """An open step for cards, then one that shows them, then a break."""
    scene = Scene(
        plan("ideate", anonymous=anonymous, hidden=hidden),
        plan("reveal", by_lane=by_lane),
        plan("break"),
    )
    return scene


def opened(*, anonymous: bool = False, hidden: bool = True, by_lane: bool = False) -> Scene:
    scene = writing(anonymous=anonymous, hidden=hidden, by_lane=by_lane)
    scene.next()
    return scene


# Writing


def test_i1_lanes_are_seen_by_whoever_sees_the_step() -> None:
    scene = opened()
    assert scene.seen(MEMBER, IdeationView)[0].lanes == (("Плюсы", "Pros"), ("Минусы", "Cons"))
    assert scene.seen(CUSTOMER, IdeationView) == []


def test_i1_card_names_its_author_where_it_is_not_anonymous() -> None:
    scene = opened(hidden=False)
    anna = scene.join(MEMBER, "Анна", new="Склад")
    scene.post(anna, "мысль", lane=1)
    (card,) = scene.seen(STAGE, CardView)
    assert (card.text, card.name, card.author, card.role) == ("мысль", "Анна", anna.seat, MEMBER)
    assert (card.lane, card.department, card.rank) == (1, scene.department("Склад"), scene.room.seq)


def test_i1_card_goes_to_a_lane_of_an_ideate_step() -> None:
    scene = opened()
    anna = scene.join()
    scene.refuses("unknown_lane", anna, PostIdea(2), "мысль")
    scene.refuses("wrong_kind", anna, PostIdea(0), "мысль", step=scene.step(1).id)
    scene.refuses("unknown_step", anna, PostIdea(0), "мысль", step=7)
    scene.refuses("missing_words", anna, PostIdea(0))


def test_i2_hidden_card_is_seen_by_its_author_alone() -> None:
    scene = opened()
    anna, boris = scene.join(), scene.join()
    scene.post(anna, "тайная мысль")
    assert scene.hidden_everywhere("тайная мысль")
    assert [card.text for card in scene.own(anna, CardView)] == ["тайная мысль"]
    assert scene.own(boris, CardView) == []


def test_i2_turnout_tells_how_many_and_not_what() -> None:
    scene = opened()
    anna, boris = scene.join(), scene.join()
    scene.post(anna)
    scene.post(anna, lane=1)
    scene.post(boris)
    (turnout,) = scene.seen(OBSERVER, TurnoutView)
    assert (turnout.people, turnout.lanes) == (2, (2, 1))
    assert scene.own(anna, PartView)[0].count == 2
    assert scene.seen(CUSTOMER, TurnoutView) == []


def test_i3_author_rewords_and_withdraws() -> None:
    scene = opened()
    anna = scene.join()
    card = scene.post(anna, "черновик")
    scene.do(anna, EditIdea(card), "чисто")
    assert [view.text for view in scene.own(anna, CardView)] == ["чисто"]
    assert "черновик" not in scene.words.values()
    scene.do(anna, WithdrawIdea(card))
    assert scene.own(anna, CardView) == [] and "чисто" not in scene.words.values()
    assert scene.seen(MEMBER, TurnoutView)[0].lanes == (0,)


def test_i3_only_ones_own_card() -> None:
    scene = opened(hidden=False)
    anna, boris = scene.join(), scene.join()
    card = scene.post(anna)
    scene.refuses("not_yours", boris, EditIdea(card), "чужая")
    scene.refuses("unknown_card", boris, WithdrawIdea(5))
    scene.refuses("missing_words", anna, EditIdea(card))
    scene.do(anna, EditIdea(card), "моя")
    assert scene.texts(MEMBER) == ["моя"]


def test_i3_hidden_card_of_another_is_unknown() -> None:
    scene = opened()
    anna, boris = scene.join(), scene.join()
    scene.refuses("unknown_card", boris, EditIdea(scene.post(anna)), "чужая")


def test_i3_nothing_changes_after_input() -> None:
    scene = opened(hidden=False)
    anna = scene.join()
    card = scene.post(anna)
    hidden = scene.post(anna)
    scene.do(scene.host, HideCard(hidden))
    scene.refuses("too_late", anna, EditIdea(hidden), "поздно")
    scene.do(scene.host, StopInput())
    scene.refuses("too_late", anna, EditIdea(card), "поздно")
    scene.refuses("too_late", anna, WithdrawIdea(card))


def test_i3_card_of_another_step_is_closed() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("ideate"))
    anna = scene.join()
    scene.next()
    card = scene.post(anna)
    scene.next()
    scene.refuses("too_late", anna, EditIdea(card), "поздно")


def test_i3_moderators_wording_stands() -> None:
    scene = opened(hidden=False)
    anna = scene.join()
    card = scene.post(anna)
    scene.do(scene.host, EditCard(card), "мягче")
    scene.refuses("edited_by_moderator", anna, EditIdea(card), "резче")


def test_i3_grouped_card_stays() -> None:
    scene = opened(hidden=False)
    anna = scene.join()
    card = scene.post(anna)
    scene.do(scene.host, MergeCards([card], 0), "Тема")
    scene.refuses("in_a_group", anna, WithdrawIdea(card))


@pytest.mark.parametrize("hidden", [True, False])
def test_i4_one_person_writes_so_many(monkeypatch: pytest.MonkeyPatch, hidden: bool) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS_PER_PERSON", 2)
    scene = opened(hidden=hidden)
    anna = scene.join()
    first = scene.post(anna)
    scene.post(anna)
    scene.refuses("too_many_cards", anna, PostIdea(0), "третья")
    scene.do(anna, WithdrawIdea(first))
    scene.post(anna)


def test_i4_a_room_holds_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS", 2)
    scene = opened()
    anna, boris = scene.join(), scene.join()
    scene.post(anna)
    scene.post(boris)
    scene.refuses("too_many_cards", anna, PostIdea(0), "третья")


def test_i4_late_and_parked_cards_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS_PER_PERSON", 1)
    scene = opened()
    anna, boris = scene.join(), scene.join()
    scene.do(anna, ParkTopic(), "стоянка")
    scene.do(anna, ParkTopic(), "стоянка")
    scene.refuses("too_many_cards", anna, ParkTopic(), "стоянка")
    scene.do(scene.host, StopInput())
    scene.refuses("too_many_cards", anna, PostIdea(0), "поздно")
    scene.post(boris)
    monkeypatch.setattr(cards, "MOST_CARDS", 1)
    scene.refuses("too_many_cards", boris, PostIdea(0), "поздно")


# Showing


def test_i5_reveal_step_shows_all_cards_in_shuffled_order() -> None:
    scene = opened()
    anna = scene.join()
    written = [scene.post(anna, f"мысль {n}") for n in range(8)]
    scene.next()
    shown = scene.seen(STAGE, CardView)
    assert sorted(card.id for card in shown) == written
    assert [card.id for card in shown] != written
    assert [card.rank for card in shown] == list(range(1, 9))
    assert scene.own(anna, CardView) == []


def test_i5_cards_shown_are_those_of_the_source() -> None:
    scene = Scene(
        plan("ideate"),
        plan("ideate"),
        plan("reveal", source=[(1 << 16) + 1]),
        plan("reveal"),
    )
    anna = scene.join()
    for text in ("первая", "вторая"):
        scene.next()
        scene.post(anna, text)
    scene.next()
    assert scene.texts(MEMBER) == ["вторая"]
    scene.next()
    assert scene.texts(MEMBER) == ["вторая", "первая"]
    assert len(scene.seen(MEMBER, ShowingView)[-1].source) == 2


def test_i5_cards_show_to_whoever_saw_their_step() -> None:
    """R6.2: revealing an internal step tells a customer nothing."""
    scene = Scene(plan("ideate"), plan("reveal", who=CUSTOMER | MEMBER))
    scene.next()
    scene.post(scene.join(), "наше дело")
    scene.next()
    assert scene.texts(MEMBER) == ["наше дело"] and scene.texts(CUSTOMER) == []


def test_i6_anonymous_card_tells_nothing_of_its_author() -> None:
    """R5.6: no seat, name, department or client; new ids and a shuffled order."""
    scene = writing(anonymous=True)
    people = [scene.join(MEMBER, f"Автор {n}", new=f"Отдел {n}") for n in range(6)]
    scene.next()
    before = [scene.blind(who, PostIdea(0), f"мысль {n}").made[0] for n, who in enumerate(people)]
    assert all(scene.hidden_everywhere(f"мысль {n}") for n in range(6))
    scene.next()
    shown = scene.seen(FACILITATOR, CardView)
    assert {card.author for card in shown} == {card.department for card in shown} == {0}
    assert {card.name for card in shown} == {None}
    assert {card.role for card in shown} == {MEMBER}
    assert not {card.id for card in shown} & set(before)
    assert [card.text for card in shown] != [f"мысль {n}" for n in range(6)]
    assert [card.id for card in shown] == sorted(card.id for card in shown)
    assert scene.seen(MEMBER, TurnoutView)[0].people == 0


def test_i6_entries_of_an_anonymous_step_name_nobody() -> None:
    """R5.6: what the log holds of a card leads to no seat and no client."""
    scene = opened(anonymous=True)
    anna = scene.join()
    scene.blind(anna, PostIdea(0), "мысль")
    actor = scene.entries[-1].actor
    assert (actor.seat, actor.client, actor.link, actor.role) == (0, 0, 0, 0)
    assert (0, 0) not in scene.room.memories


def test_i6_own_anonymous_card_changes_while_input_lasts() -> None:
    scene = opened(anonymous=True)
    anna = scene.join()
    card = scene.blind(anna, PostIdea(0), "черновик").made[0]
    plane = scene.entries[-1].actor.blind
    assert not scene.blind(anna, EditIdea(card), "чисто", plane=plane).refused
    assert scene.seen(MEMBER, CardView, plane)[0].text == "чисто"
    assert scene.blind(anna, EditIdea(card), "чужая", plane="other").refused == "unknown_card"
    scene.do(scene.host, StopInput())
    assert scene.blind(anna, EditIdea(card), "поздно", plane=plane).refused == "too_late"
    assert scene.blind(anna, WithdrawIdea(card), plane=plane).refused == "too_late"


def test_i6_withdrawn_anonymous_card_leaves_no_words() -> None:
    scene = opened(anonymous=True)
    anna = scene.join()
    card = scene.blind(anna, PostIdea(0), "тайна").made[0]
    scene.blind(anna, WithdrawIdea(card), plane=scene.entries[-1].actor.blind)
    assert "тайна" not in scene.words.values()
    assert scene.seen(MEMBER, TurnoutView)[0].lanes == (0,)


def test_i6_shown_anonymous_card_is_nobodys() -> None:
    scene = opened(anonymous=True)
    anna = scene.join()
    scene.blind(anna, PostIdea(0), "мысль")
    scene.next()
    scene.do(scene.host, BackStep())
    (shown,) = scene.room.all(Card)
    assert scene.blind(anna, EditIdea(shown.id), "моя").refused == "not_yours"


def test_i7_moderator_shows_lane_by_lane() -> None:
    scene = opened(by_lane=True)
    anna = scene.join()
    scene.post(anna, "плюс", lane=0)
    scene.post(anna, "минус", lane=1)
    scene.next()
    assert scene.texts(MEMBER) == []
    scene.do(scene.host, Reveal(scene.step(0).id, 1))
    assert scene.texts(MEMBER) == ["минус"]
    scene.do(scene.host, Reveal(scene.step(0).id, -1))
    assert scene.texts(MEMBER) == ["минус", "плюс"]


def test_i7_showing_ends_input() -> None:
    scene = opened()
    anna = scene.join()
    scene.post(anna)
    scene.do(scene.host, Reveal(scene.current.id, 0))
    assert not scene.current.input and scene.current.closed_ms == scene.now
    assert scene.attempt(anna, PostIdea(0), "поздно").refused == ""
    assert scene.texts(MEMBER) == ["мысль"]


def test_i7_only_an_opened_step_of_cards_is_shown() -> None:
    scene = writing()
    scene.refuses("unknown_step", scene.host, Reveal(5, -1))
    scene.refuses("wrong_kind", scene.host, Reveal(scene.step(1).id, -1))
    scene.refuses("not_open_yet", scene.host, Reveal(scene.step(0).id, -1))
    scene.next()
    scene.refuses("unknown_lane", scene.host, Reveal(scene.step(0).id, 2))
    assert scene.current.input


def test_i8_reopened_step_keeps_what_was_shown() -> None:
    scene = opened()
    anna = scene.join()
    scene.post(anna, "первая")
    scene.next()
    scene.do(scene.host, BackStep())
    scene.post(anna, "вторая")
    scene.next()
    assert scene.texts(MEMBER) == ["первая", "вторая"]
    assert [card.rank for card in scene.seen(MEMBER, CardView)] == [1, 2]


# Late


def test_i9_late_card_waits_for_the_moderator() -> None:
    scene = opened()
    anna = scene.join()
    first = scene.current.id
    scene.next()
    card = scene.do(anna, PostIdea(1), "поздняя", step=first)[0]
    assert scene.texts(FACILITATOR) == ["поздняя"]
    assert all(scene.texts(role) == [] for role in NAMES if not role & 3)
    assert scene.one(Card, card).state == "late" and scene.one(Card, card).author == anna.seat


def test_i9_late_card_needs_the_right_to_write() -> None:
    scene = Scene(plan("ideate", who=MEMBER), plan("ideate"))
    boss = scene.join(LEAD)
    first = scene.next().id
    scene.next()
    scene.refuses("not_your_step", boss, PostIdea(0), "поздно", step=first)


def test_i9_late_anonymous_card_comes_while_the_key_lives() -> None:
    scene = writing(anonymous=True)
    people = scene.people(5)
    step = scene.next()
    scene.do(scene.host, StopInput())
    assert blind_rounds(scene.room, scene.now + 10 * LATE_MS) == {step.round: step.id}
    assert scene.blind(people[0], PostIdea(0), "поздняя").refused == ""
    scene.next()
    (card,) = [card for card in scene.room.all(Card) if card.state == "late"]
    assert (card.author, card.role, card.name) == (0, 0, 0)


def test_i9_late_anonymous_card_is_refused_when_the_key_is_gone() -> None:
    scene = writing(anonymous=True)
    anna = scene.join()
    step = scene.next()
    scene.next()
    actor = scene.blind(anna, PostIdea(0), "x")  # meant for a step of another kind
    assert actor.refused == "wrong_kind"

    def late() -> str:
        ref = anna.next_ref(step.round)
        who = scene.entries[-1].actor
        entry = scene.apply(
            type(who)(0, 0, 0, 0, f"late {ref}"),
            PostIdea(0),
            "поздняя",
            ref=ref,
            lane=step.round,
            step=step.id,
        )
        return entry.refused

    scene.wait(LATE_MS - 1)
    assert late() == "" and blind_rounds(scene.room, scene.now)
    scene.wait(1)
    assert late() == "too_late" and not blind_rounds(scene.room, scene.now)


def test_i9_key_lives_no_longer_than_the_session() -> None:
    scene = opened(anonymous=True)
    scene.do(scene.host, CloseRoom())
    assert blind_rounds(scene.room, scene.now + LATE_MS) == {}


def test_i9_step_put_back_takes_nothing() -> None:
    scene = Scene(plan("brief"), plan("ideate"))
    anna = scene.join()
    scene.next()
    second = scene.next().id
    scene.do(scene.host, BackStep())
    scene.refuses("not_open_yet", anna, PostIdea(0), "поздно", step=second)


def test_i10_side_topic_is_parked() -> None:
    scene = opened()
    anna = scene.join(MEMBER, "Анна")
    scene.do(anna, ParkTopic(), "не забыть")
    (card,) = scene.seen(STAGE, CardView)
    assert (card.text, card.state, card.name) == ("не забыть", "parked", "Анна")
    scene.refuses("missing_words", anna, ParkTopic())


def test_i10_outsiders_topic_is_for_the_like_and_moderators() -> None:
    scene = opened()
    scene.do(scene.join(CUSTOMER), ParkTopic(), "вопрос")
    assert scene.texts(CUSTOMER) == scene.texts(FACILITATOR) == ["вопрос"]
    assert scene.texts(MEMBER) == scene.texts(STAGE) == []


def test_i10_nothing_to_park_before_the_session() -> None:
    scene = writing()
    scene.refuses("not_open_yet", scene.join(), ParkTopic(), "рано")


def test_i11_a_thousand_anonymous_cards_are_shown_at_once() -> None:
    scene = writing(anonymous=True)
    people = scene.people(3)
    scene.next()
    for n in range(2_100):
        assert not scene.blind(people[n % 3], PostIdea(0), "мысль").refused
    scene.tick(5 * 60_000)
    assert len(scene.texts(MEMBER)) == 2_100
    assert scene.attempt(scene.host, NextStep()).refused == ""
