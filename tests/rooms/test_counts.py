"""What is counted equals what there is, in every session (rules G1, I2, P5, V2, V5, V8, V10)."""

from collections import Counter

from hypothesis import given

from rooms.cards import Card, PostIdea, WithdrawIdea
from rooms.departments import Coverage
from rooms.groups import Group
from rooms.kernel import Room
from rooms.people import Seat
from rooms.polls import Poll
from rooms.roles import MODERATORS
from rooms.steps import Step
from rooms.turnout import Part, Turnout
from rooms.votes import Ballot, Choice, Tally
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, lived, private


@PLAY
@given(SEEDS, LENGTHS)
def test_v10_tallies_are_what_the_ballots_say(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        said: dict[int, Counter[str]] = {one.id: Counter() for one in room.all(Choice)}
        for plane in private(room):
            for ballot in room.all(Ballot, plane):
                said[ballot.id] += Counter({"dots": ballot.dots, ballot.opinion: 1})
                said[ballot.id] += Counter(people=ballot.dots > 0 or ballot.opinion != "none")
        assert {one.id for one in room.all(Tally)} == said.keys()
        for tally in room.all(Tally):
            counts = said[tally.id]
            told = (tally.people, tally.dots, tally.agree, tally.disagree, tally.passed)
            names = ("people", "dots", "agree", "disagree", "pass")
            assert told == tuple(counts[name] for name in names)


@PLAY
@given(SEEDS, LENGTHS)
def test_v2_nobody_has_more_dots_than_the_budget(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        for poll in room.all(Poll):
            for plane in private(room):
                dots = [b.dots for b in room.all(Ballot, plane) if b.step == poll.id]
                part = room.get(Part, poll.id, plane)
                assert 0 <= sum(dots) <= poll.budget
                assert max(dots, default=0) <= poll.max_per_item
                assert sum(dots) == (part.count if part else 0)


@PLAY
@given(SEEDS, LENGTHS)
def test_v8_nothing_that_is_not_shown_holds_dots_or_is_seen(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        shown = {card.id for card in room.all(Card) if card.state == "shown"}
        shown |= {group.id for group in room.all(Group)}
        for choice in room.all(Choice):
            step = room.get(Step, choice.step)
            card = room.get(Card, choice.target)
            assert step is not None
            if card is not None and card.id not in shown:
                assert choice.sees == MODERATORS
            if step.input and choice.target not in shown:
                for plane in private(room):
                    ballot = room.get(Ballot, choice.id, plane)
                    assert ballot is None or not ballot.dots


@PLAY
@given(SEEDS, LENGTHS)
def test_v5_secret_tally_is_seen_by_nobody_while_the_vote_is_open(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        for poll in room.all(Poll):
            step = room.get(Step, poll.id)
            assert step is not None
            if poll.secret and step.input:
                assert not any(one.sees for one in room.all(Tally) if one.step == poll.id)


@PLAY
@given(SEEDS, LENGTHS)
def test_i2_turnout_counts_cards_and_people(seed: int, length: int) -> None:
    lanes: Counter[tuple[int, int]] = Counter()
    places: dict[int, tuple[int, int]] = {}
    for session, done in lived(seed, length):
        room, command, outcome = session.room, done.entry.command, done.outcome
        if not outcome.refused and not outcome.repeat:
            if isinstance(command, PostIdea) and not is_late(room, outcome.made[0]):
                places[outcome.made[0]] = (done.entry.step, command.lane)
                lanes[places[outcome.made[0]]] += 1
            elif isinstance(command, WithdrawIdea):
                lanes[places[command.card]] -= 1
        for turnout in room.all(Turnout):
            for lane, count in enumerate(turnout.lanes):
                assert count == lanes[(turnout.id, lane)]
            took_part = sum(1 for p in private(room) if room.get(Part, turnout.id, p))
            assert turnout.people == took_part
        counted = sum(sum(turnout.lanes) for turnout in room.all(Turnout))
        assert counted == lanes.total()


def is_late(room: Room, number: int) -> bool:
    card = room.get(Card, number)
    return card is not None and card.state == "late"


@PLAY
@given(SEEDS, LENGTHS)
def test_g1_groups_and_departments_count_what_is_in_them(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        grouped = Counter(card.group for card in room.all(Card) if card.group)
        assert {group.id: group.cards for group in room.all(Group)} == dict(grouped)
        here = Counter(seat.department for seat in room.all(Seat) if seat.state == "here")
        for coverage in room.all(Coverage):
            assert coverage.joined == here[coverage.id]
