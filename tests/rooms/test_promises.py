"""What several features promise together: one owner, tallies that equal ballots, who sees what."""

import random

from rooms.agenda import StopInput
from rooms.cards import CardView, PostIdea
from rooms.decisions import Decision, ProposeDecision
from rooms.moderation import HideCard
from rooms.owners import ClaimDecision, ReleaseDecision
from rooms.people import Join
from rooms.roles import CUSTOMER, EVERYBODY, MEMBER, MODERATORS, NAMES, PEOPLE
from rooms.steps import StepView
from rooms.turnout import TurnoutView
from rooms.votes import Ballot, CastDots, Choice, Tally, TallyView
from tests.rooms.scene import begun, public


def test_d4_a_thousand_races_have_one_owner_each() -> None:
    """R2.4: of two claims for one decision the first in the log has it, a thousand times."""
    scene = begun(public("claim", minutes=600))
    two = scene.people(2)
    decision = scene.do(scene.host, ProposeDecision(0, []), "what")[0]
    order = random.Random(4)
    won = [0, 0]
    for _ in range(1_000):
        first = order.randrange(2)
        winner, loser = two[first], two[1 - first]
        assert scene.refusal(winner, ClaimDecision(decision)) == ""
        scene.refuses("already_claimed", loser, ClaimDecision(decision))
        assert scene.one(Decision, decision).owner == winner.seat
        scene.refuses("not_yours", loser, ReleaseDecision(decision), "why")
        scene.do(winner, ReleaseDecision(decision), "why")
        won[first] += 1
    assert min(won) > 0 and sum(won) == 1_000


def test_v10_tallies_equal_ballots_after_any_order_of_votes() -> None:
    """R1.1: counted from the ballots alone, every voter weighs the same."""
    vote = public("vote", budget=5, max_per_item=3, minutes=600)
    scene = begun(public("ideate", hidden=False), vote)
    people = scene.people(6)
    cards = [scene.do(person, PostIdea(0), "x")[0] for person in people]
    scene.next()
    choices = scene.all(Choice)
    chance = random.Random(10)
    for turn in range(600):
        person, choice = chance.choice(people), chance.choice(choices)
        scene.attempt(person, CastDots(choice.id, chance.randrange(4)))
        if turn == 400:
            scene.do(scene.host, HideCard(cards[0]))
    for choice in choices:
        ballots = [scene.room.get(Ballot, choice.id, person.seat) for person in people]
        dots = [ballot.dots for ballot in ballots if ballot]
        tally = scene.one(Tally, choice.id)
        assert (tally.dots, tally.people) == (sum(dots), sum(map(bool, dots)))
    for person in people:
        assert sum(ballot.dots for ballot in scene.all(Ballot, person.seat)) <= 5
    assert not any(scene.seen(role, TallyView) for role in NAMES)
    scene.do(scene.host, StopInput())
    assert all(len(scene.seen(role, TallyView)) >= 5 for role in NAMES)


def test_m2_a_hidden_card_is_gone_for_those_who_saw_it_and_was_never_for_others() -> None:
    scene = begun(public("ideate", hidden=False, sees=MEMBER))
    card = scene.do(scene.join(), PostIdea(0), "secret")[0]
    before = scene.room.seq
    scene.do(scene.host, HideCard(card))
    assert scene.patch(before, MEMBER)[1] == [("card", card)]
    assert scene.patch(before, CUSTOMER)[1] == []
    put, gone = scene.patch(before, MODERATORS)
    assert [view.id for view in put if isinstance(view, CardView)] == [card]
    assert not gone


def test_p2_each_of_nine_roles_sees_exactly_the_steps_it_may() -> None:
    """R6.2: nine kinds join by links of their own; each sees the steps that are for it."""
    roles = [role for role in NAMES if role & PEOPLE]
    scene = begun(*(public("ideate", who=role, sees=role) for role in roles))
    for role in roles:
        guest = scene.guest(role)
        assert scene.refusal(guest, Join(0, "remote"), "name") == ""
    for role in NAMES:
        steps = sorted(scene.seen(role, StepView), key=lambda step: step.id)
        kinds = [step.kind for step in steps]
        seen = [role == other or bool(role & MODERATORS) for other in roles]
        assert kinds == ["ideate" if there else "" for there in seen]


def test_i2_a_customer_is_told_nothing_of_an_internal_step() -> None:
    """R6.2: no patch for a customer, from the opening to the end, holds a word of it."""
    scene = begun(public("ideate", hidden=False, sees=MEMBER), public("break", who=EVERYBODY))
    person = scene.join()
    before = scene.room.seq
    for number in range(5):
        scene.do(person, PostIdea(0), f"internal {number}")
    scene.next()
    put, gone = scene.patch(before, CUSTOMER)
    assert "internal" not in str(put)
    assert not gone
    assert not [view for view in put if isinstance(view, CardView | TurnoutView)]
