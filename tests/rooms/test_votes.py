"""Votes: a budget of dots, or an opinion on each card."""

import pytest

from rooms.agenda import BackStep, CloseRoom, SkipStep, StopInput
from rooms.groups import MergeCards, TakeOut
from rooms.kernel import Command, Outcome
from rooms.moderation import HideCard, ParkCard, RedactCard, RestoreCard
from rooms.polls import PollView
from rooms.roles import CUSTOMER, FACILITATOR, LEAD, MEMBER, MODERATORS, NAMES, OBSERVER, STAGE
from rooms.steps import Setting
from rooms.turnout import PartView, TurnoutView
from rooms.votes import (
    Ballot,
    BallotView,
    CastDots,
    CastOpinion,
    Choice,
    ChoiceView,
    Tally,
    TallyView,
)
from tests.rooms.scene import WHO, Person, Scene, plan


def polling(
    *, votes: int = 0, anonymous: bool = False, cards: int = 3, **settings: Setting
) -> tuple[Scene, list[int]]:
    """An open vote on some cards, with the ids of its choices."""
    scene = Scene(
        plan("ideate", hidden=False),
        plan("group"),
        plan("vote", votes=votes, anonymous=anonymous, more=settings),
        plan("break"),
    )
    anna = scene.join(MEMBER, "Автор")
    scene.next()
    for n in range(cards):
        scene.post(anna, f"мысль {n}")
    scene.next()
    scene.next()
    return scene, choices(scene)


def choices(scene: Scene) -> list[int]:
    """The choices of the current step that people can see."""
    return [view.id for view in scene.seen(MEMBER, ChoiceView) if view.step == scene.current.id]


def tally(scene: Scene, choice: int) -> Tally:
    return scene.one(Tally, choice)


def vote(scene: Scene, who: Person, command: Command) -> Outcome:
    """A vote, blind or not, as the step is."""
    return scene.blind(who, command) if scene.current.anonymous else scene.attempt(who, command)


# Choices


def test_v1_choices_are_written_down_when_the_vote_opens() -> None:
    scene, before = polling()
    assert len(before) == 3
    assert {scene.one(Choice, number).step for number in before} == {scene.current.id}
    (poll,) = scene.seen(MEMBER, PollView)
    assert (poll.style, poll.budget, poll.max_per_item, poll.secret) == ("dots", 3, 1, True)
    scene.do(scene.host, HideCard(scene.one(Choice, before[0]).target))
    scene.do(scene.host, RestoreCard(scene.one(Choice, before[0]).target))
    assert sorted(choices(scene)) == before


def test_v1_group_stands_in_for_its_cards() -> None:
    scene = Scene(
        plan("ideate", hidden=False), plan("group"), plan("vote"), plan("vote", style="opinion")
    )
    anna = scene.join()
    scene.next()
    cards = [scene.post(anna) for _ in range(3)]
    scene.next()
    group = scene.do(anna, MergeCards(cards[:2], 0), "Тема")[0]
    scene.next()
    assert [view.target for view in scene.seen(MEMBER, ChoiceView)] == [cards[2], group] or {
        view.target for view in scene.seen(MEMBER, ChoiceView)
    } == {cards[2], group}
    scene.next()
    last = [view.target for view in scene.seen(MEMBER, ChoiceView)][-3:]
    assert last == cards, "an opinion is of a card"


def test_v1_choice_is_seen_by_whoever_sees_its_card() -> None:
    """R6.2: a customer in a vote does not learn what stands on internal cards."""
    everybody = WHO | CUSTOMER
    scene = Scene(
        plan("ideate", hidden=False),
        plan("ideate", who=everybody, hidden=False),
        plan("vote", who=everybody),
    )
    anna, guest = scene.join(), scene.join(CUSTOMER)
    scene.next()
    scene.post(anna, "наше")
    scene.next()
    scene.post(anna, "общее")
    scene.next()
    ours, common = choices(scene)
    assert [view.id for view in scene.seen(CUSTOMER, ChoiceView)] == [common]
    scene.refuses("unknown_choice", guest, CastDots(ours, 1))
    scene.do(scene.host, StopInput())
    assert [view.id for view in scene.seen(CUSTOMER, TallyView)] == [common]


def test_v1_source_narrows_the_choices() -> None:
    scene = Scene(
        plan("ideate", hidden=False),
        plan("ideate", hidden=False),
        plan("vote", source=[(1 << 16) + 1]),
    )
    anna = scene.join()
    scene.next()
    scene.post(anna, "первая")
    scene.next()
    second = scene.post(anna, "вторая")
    scene.next()
    assert [view.target for view in scene.seen(MEMBER, ChoiceView)] == [second]


# Dots


def test_v2_dots_have_a_budget() -> None:
    scene, (first, second, third) = polling(budget=3, max_per_item=2)
    anna = scene.join()
    scene.do(anna, CastDots(first, 2))
    scene.do(anna, CastDots(second, 1))
    scene.refuses("budget_spent", anna, CastDots(third, 1))
    scene.refuses("too_many_on_one", anna, CastDots(first, 3))
    scene.do(anna, CastDots(first, 1))
    scene.do(anna, CastDots(third, 1))
    assert scene.own(anna, PartView)[0].count == 3
    assert {view.dots for view in scene.own(anna, BallotView)} == {1}
    assert (tally(scene, first).dots, tally(scene, first).people) == (1, 1)


def test_v2_most_on_one_is_never_more_than_the_budget() -> None:
    scene, (first, *_) = polling(budget=2, max_per_item=5)
    scene.refuses("too_many_on_one", scene.join(), CastDots(first, 3))


def test_v2_dots_can_all_be_taken_back() -> None:
    scene, (first, *_) = polling()
    anna = scene.join()
    scene.do(anna, CastDots(first, 1))
    scene.do(anna, CastDots(first, 0))
    assert (tally(scene, first).people, tally(scene, first).dots) == (0, 0)
    assert scene.own(anna, PartView)[0].count == 0


# Opinions


def test_v3_opinion_can_change_and_be_taken_back() -> None:
    scene, (first, *_) = polling(style="opinion")
    anna, boris = scene.people(2)
    scene.do(anna, CastOpinion(first, "agree"))
    scene.do(boris, CastOpinion(first, "pass"))
    count = tally(scene, first)
    assert (count.people, count.agree, count.passed) == (2, 1, 1)
    scene.do(anna, CastOpinion(first, "disagree"))
    scene.do(boris, CastOpinion(first, "none"))
    count = tally(scene, first)
    assert (count.people, count.agree, count.disagree, count.passed) == (1, 0, 1, 0)
    assert scene.own(anna, BallotView)[0].opinion == "disagree"


def test_v3_each_style_has_its_own_command() -> None:
    scene, (first, *_) = polling(style="opinion")
    scene.refuses("wrong_kind", scene.join(), CastDots(first, 1))
    scene, (first, *_) = polling()
    scene.refuses("wrong_kind", scene.join(), CastOpinion(first, "agree"))


def test_v3_last_state_of_a_vote_counts() -> None:
    scene, (first, second, _) = polling()
    anna = scene.join()
    for choice, dots in ((first, 1), (second, 1), (first, 0), (first, 1), (second, 0)):
        scene.do(anna, CastDots(choice, dots))
    assert (tally(scene, first).dots, tally(scene, second).dots) == (1, 0)


def test_v9_vote_is_the_seats_and_not_the_devices() -> None:
    """A second device of the same person changes the same vote."""
    scene, (first, *_) = polling()
    anna = scene.join()
    scene.do(anna, CastDots(first, 1))
    phone = Person(MEMBER, anna.link, 999)
    phone.seat = anna.seat
    scene.do(phone, CastDots(first, 1))
    assert tally(scene, first).people == 1


# Secrecy


@pytest.mark.parametrize("anonymous", [False, True])
def test_v5_secret_tally_is_nobodys_until_the_vote_ends(anonymous: bool) -> None:
    """R2.5: people choose by themselves, and not after the count."""
    scene, (first, *_) = polling(anonymous=anonymous)
    anna = scene.join()
    stood = scene.room.seq
    vote(scene, anna, CastDots(first, 1))
    for role in NAMES:
        assert scene.seen(role, TallyView) == [], NAMES[role]
        put, gone = scene.room.view(stood, role, scene.words.get)
        assert "tally" not in repr(put).lower() and ("tally", first) not in gone
    assert scene.seen(STAGE, TurnoutView)[-1].people == 1
    scene.do(scene.host, StopInput())
    views = {view.id: view for view in scene.seen(STAGE, TallyView)}
    assert (views[first].dots, views[first].people) == (1, 1)


def test_v5_deadline_opens_the_tallies_too() -> None:
    scene, _ = polling()
    scene.tick(5 * 60_000)
    assert scene.current.kind == "break" and len(scene.seen(OBSERVER, TallyView)) == 3


def test_v5_closing_the_room_opens_the_tallies() -> None:
    scene, _ = polling()
    scene.do(scene.host, CloseRoom())
    assert len(scene.seen(MEMBER, TallyView)) == 3


def test_v5_open_tally_runs_before_everybodys_eyes() -> None:
    scene, (first, *_) = polling(secret_until_close=False)
    scene.do(scene.join(), CastDots(first, 1))
    assert {view.id: view.dots for view in scene.seen(STAGE, TallyView)}[first] == 1
    scene.do(scene.host, StopInput())
    assert {view.id: view.dots for view in scene.seen(STAGE, TallyView)}[first] == 1


def test_v5_going_back_does_not_open_the_tallies() -> None:
    scene, (first, *_) = polling()
    scene.do(scene.join(), CastDots(first, 1))
    scene.do(scene.host, BackStep())
    assert all(scene.seen(role, TallyView) == [] for role in NAMES)
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert all(scene.seen(role, TallyView) == [] for role in NAMES)
    scene.do(scene.host, SkipStep(scene.step(2).id, True))
    scene.do(scene.host, RestoreCard(scene.one(Choice, first).target))
    assert all(scene.seen(role, TallyView) == [] for role in NAMES)


def test_v5_hiding_a_card_does_not_open_its_tally() -> None:
    scene, (first, *_) = polling()
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert scene.seen(FACILITATOR, TallyView) == []


def test_v4_every_vote_weighs_the_same() -> None:
    """R1.1: a leader's and a clerk's vote move the tally alike."""
    scene, (first, second, _) = polling()
    scene.do(scene.join(LEAD), CastDots(first, 1))
    scene.do(scene.join(MEMBER), CastDots(second, 1))
    one, two = tally(scene, first), tally(scene, second)
    assert (one.people, one.dots) == (two.people, two.dots) == (1, 1)


# Rounds


def test_v7_named_votes_stay_when_the_vote_is_opened_again() -> None:
    scene, (first, second, third) = polling()
    anna = scene.join()
    scene.do(anna, CastDots(first, 1))
    scene.next()
    assert len(scene.seen(MEMBER, TallyView)) == 3
    scene.do(scene.host, BackStep())
    assert scene.seen(MEMBER, TallyView) == []
    assert sorted(choices(scene)) == [first, second, third]
    scene.do(anna, CastDots(first, 0))
    scene.do(scene.host, StopInput())
    assert tally(scene, first).people == 0


def test_v7_anonymous_votes_are_void_in_a_new_round() -> None:
    """R5.6: nobody can tell whose they were, so nobody can change them."""
    scene, (first, *_) = polling(anonymous=True)
    anna = scene.join()
    scene.blind(anna, CastDots(first, 1))
    old = scene.entries[-1].actor.blind
    scene.next()
    scene.do(scene.host, BackStep())
    assert tally(scene, first).dots == 0
    assert scene.seen(MEMBER, TurnoutView)[-1].people == 0
    assert scene.room.get(Ballot, first, old) is None
    scene.blind(anna, CastDots(first, 1))
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert (tally(scene, first).dots, tally(scene, first).people) == (0, 0)


def test_v7_new_round_without_votes_before() -> None:
    scene, before = polling(anonymous=True)
    scene.next()
    scene.do(scene.host, BackStep())
    assert sorted(choices(scene)) == before


def test_v7_new_round_takes_in_what_was_grouped_anew() -> None:
    scene, (first, second, third) = polling()
    anna = scene.join()
    scene.do(anna, CastDots(first, 1))
    scene.do(scene.host, BackStep())
    targets = [scene.one(Choice, number).target for number in (first, second)]
    group = scene.do(anna, MergeCards(targets, 0), "Тема")[0]
    scene.next()
    now = {scene.one(Choice, number).target for number in choices(scene)}
    assert now == {group, scene.one(Choice, third).target}
    assert scene.own(anna, PartView)[-1].count == 0, "dots on what is gone came back"


def test_v7_dissolved_group_is_no_choice() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("group"), plan("vote"))
    anna = scene.join()
    scene.next()
    card = scene.post(anna)
    scene.next()
    scene.do(anna, MergeCards([card], 0), "Тема")
    scene.next()
    scene.do(scene.host, BackStep())
    scene.do(anna, TakeOut(card))
    scene.next()
    assert [scene.one(Choice, number).target for number in choices(scene)] == [card]


# Cards that go


@pytest.mark.parametrize("command", [HideCard, ParkCard, RedactCard])
def test_v8_dots_come_back_when_a_card_goes(command: type[HideCard]) -> None:
    scene, (first, second, _) = polling(budget=1)
    anna = scene.join()
    scene.do(anna, CastDots(first, 1))
    scene.do(scene.host, command(scene.one(Choice, first).target))
    assert (tally(scene, first).people, tally(scene, first).dots) == (0, 0)
    assert first not in choices(scene)
    scene.do(anna, CastDots(second, 1))


def test_v8_dots_come_back_in_an_anonymous_vote() -> None:
    scene, (first, second, _) = polling(budget=1, anonymous=True)
    anna = scene.join()
    scene.blind(anna, CastDots(first, 1))
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert tally(scene, first).dots == 0
    assert not scene.blind(anna, CastDots(second, 1)).refused
    assert scene.blind(anna, CastDots(first, 1)).refused == "not_shown"


def test_v8_hidden_choice_takes_no_votes() -> None:
    scene, (first, *_) = polling()
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    scene.refuses("unknown_choice", scene.join(), CastDots(first, 1))
    deputy = scene.join(2)
    scene.refuses("not_shown", deputy, CastDots(first, 1))


def test_v8_count_stays_when_the_vote_is_over() -> None:
    scene, (first, *_) = polling()
    scene.do(scene.join(), CastDots(first, 1))
    scene.next()
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert tally(scene, first).dots == 1 and tally(scene, first).sees == MODERATORS


def test_v8_last_card_takes_its_group_along() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("group"), plan("vote"))
    anna = scene.join()
    scene.next()
    cards = [scene.post(anna), scene.post(anna)]
    scene.next()
    scene.do(anna, MergeCards(cards, 0), "Тема")
    scene.next()
    (group,) = choices(scene)
    scene.do(anna, CastDots(group, 1))
    scene.do(scene.host, HideCard(cards[0]))
    assert choices(scene) == [group] and tally(scene, group).dots == 1
    scene.do(scene.host, HideCard(cards[1]))
    assert choices(scene) == [] and tally(scene, group).dots == 0


def test_v8_opinions_stay_with_a_hidden_card() -> None:
    scene, (first, *_) = polling(style="opinion")
    scene.do(scene.join(), CastOpinion(first, "agree"))
    scene.do(scene.host, HideCard(scene.one(Choice, first).target))
    assert tally(scene, first).agree == 1


# Who votes


def test_v4_votes_may_be_fewer_than_who_acts() -> None:
    scene, (first, *_) = polling(votes=MEMBER)
    scene.do(scene.join(), CastDots(first, 1))
    scene.refuses("not_your_step", scene.join(LEAD), CastDots(first, 1))


def test_v6_late_vote_never_counts() -> None:
    scene, (first, *_) = polling()
    anna = scene.join()
    step = scene.current.id
    scene.next()
    scene.refuses("too_late", anna, CastDots(first, 1), step=step)
    assert tally(scene, first).dots == 0


def test_v4_choice_belongs_to_its_vote() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("vote"), plan("vote"))
    anna = scene.join()
    scene.next()
    scene.post(anna)
    scene.next()
    (first,) = choices(scene)
    scene.next()
    scene.refuses("unknown_choice", anna, CastDots(first, 1))
    scene.refuses("unknown_choice", anna, CastDots(5, 1))


def test_v9_anonymous_ballot_lies_under_a_blind_name() -> None:
    """R5.6: neither entry nor state ties a ballot to a seat or a client."""
    scene, (first, *_) = polling(anonymous=True)
    anna = scene.join()
    assert not scene.blind(anna, CastDots(first, 1)).refused
    actor = scene.entries[-1].actor
    assert (actor.seat, actor.link) == (0, 0) and actor.client != anna.client
    assert scene.own(anna, BallotView) == [] == scene.own(anna, PartView)
    assert [view.dots for view in scene.seen(MEMBER, BallotView, actor.blind)] == [1]
    scene.blind(anna, CastDots(first, 0))
    assert tally(scene, first).dots == 0
