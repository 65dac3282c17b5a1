"""What follows from other things holds in every session (rules A15, M10, P12, P13, T1, V11)."""

import random
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rooms.agenda import (
    BackStep,
    ExtendStep,
    MoveEnd,
    NextStep,
    PauseClock,
    ResumeClock,
    StopInput,
)
from rooms.cards import Card, PostIdea
from rooms.clock import CHANGE_ID, ClockChange
from rooms.decisions import Decision
from rooms.groups import Group
from rooms.kernel import Room
from rooms.moderation import HideCard, RestoreCard
from rooms.people import Join, Seat
from rooms.roles import CUSTOMER, LEAD, MEMBER, NAMES, PEOPLE, STAGE, Mask
from rooms.splits import Division, Split
from rooms.spotlight import SPOTLIGHT_ID, Spotlit
from rooms.steps import AGENDA_ID, Agenda, Step
from rooms.talk import Hand
from rooms.turnout import Heard, Part, Reminder
from rooms.voices import GROUP_FLOOR
from rooms.votes import Ballot, CastDots, CastOpinion, Choice, Opinion, Tally
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, lived
from tests.rooms.scene import begun, public

VOICES = MEMBER | LEAD | CUSTOMER
WHAT = {
    NextStep: "moved_on",
    BackStep: "moved_back",
    StopInput: "stopped",
    PauseClock: "paused",
    ResumeClock: "resumed",
    ExtendStep: "extended",
    MoveEnd: "end_moved",
}


@PLAY
@given(SEEDS, LENGTHS)
def test_a15_only_a_person_changes_time_and_is_named(seed: int, length: int) -> None:
    before: ClockChange | None = None
    for session, done in lived(seed, length):
        now = session.room.get(ClockChange, CHANGE_ID)
        if now != before:
            assert now is not None
            assert now.what == WHAT[type(done.entry.command)]
            assert now.seat == done.entry.actor.seat and not done.outcome.refused
            assert now.at_ms == session.room.at_ms
        if now is not None and now.seat:
            seat = session.room.get(Seat, now.seat)
            assert seat is not None
            assert seat.state != "erased" or session.words.get(now.name) is None
        before = now


@PLAY
@given(SEEDS, LENGTHS)
def test_m10_the_spotlight_is_seen_as_its_target_is(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        spotlight = room.get(Spotlit, SPOTLIGHT_ID)
        if spotlight is None:
            continue
        agenda = room.get(Agenda, AGENDA_ID)
        assert agenda is not None and agenda.current == spotlight.step
        assert agenda.state != "over"
        found = [room.get(kind, spotlight.target) for kind in (Card, Group, Decision)]
        [target] = [one for one in found if one is not None]
        assert target.mask() == spotlight.mask()
        assert not isinstance(target, Card) or target.state in ("shown", "parked")


@PLAY
@given(SEEDS, LENGTHS)
def test_p12_those_are_heard_who_have_put_something_in(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        seats = {seat.id: seat for seat in room.all(Seat)}
        for step in room.all(Step):
            heard = room.get(Heard, step.id)
            parts = [number for number in seats if room.get(Part, step.id, number)]
            assert (heard.people if heard else 0) == len(parts)
            assert heard is None or not step.anonymous
            assert len(set(heard.departments if heard else ())) <= len(parts)


@PLAY
@given(SEEDS, LENGTHS)
def test_p13_nobody_is_waited_for_who_has_given_or_may_not(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        for seat in room.all(Seat):
            for reminder in room.all(Reminder, seat.id):
                step = room.get(Step, reminder.id)
                assert step is not None and step.state == "open" and not step.anonymous
                assert seat.role & step.who
                assert room.get(Part, step.id, seat.id) is None


@PLAY
@given(SEEDS, LENGTHS)
def test_t1_places_in_the_queue_have_no_gap(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        hands = sorted(session.room.all(Hand), key=lambda hand: hand.turn)
        waiting = [hand for hand in hands if not hand.floor]
        assert [hand.turn for hand in waiting] == list(range(1, len(waiting) + 1))
        assert [hand.turn for hand in hands if hand.floor] in ([], [0])
        alike = [n for n, (one, two) in enumerate(pairwise(waiting)) if one.place == two.place]
        left = {hand.place for hand in waiting[alike[0] :]} if alike else {"nobody"}
        assert len(left) == 1, "two of one place in a row while the other waits"


def ended(room: Room) -> dict[int, Counter[tuple[Mask, str]]]:
    """The ballots of all votes that take no input: by choice, of each role what."""
    steps = {step.id for step in room.all(Step) if not step.input}
    found: dict[int, Counter[tuple[Mask, str]]] = {}
    for choice in room.all(Choice):
        if choice.step in steps:
            found[choice.id] = Counter()
    for seat in room.all(Seat):
        for ballot in room.all(Ballot, seat.id):
            if ballot.id in found and (ballot.dots or ballot.opinion != "none"):
                count = found[ballot.id]
                count[(seat.role, "people")] += 1
                count[(seat.role, "dots")] += ballot.dots
                count[(seat.role, ballot.opinion)] += 1
    return found


def check_voices(room: Room) -> None:
    """Hold all voices that are told against tallies and ballots."""
    ballots = ended(room)
    for split in room.all(Split):
        tally = room.get(Tally, split.id)
        assert tally is not None and split.mask() == (tally.mask() if split.voices else 0)
        if not split.voices:
            continue
        counts = (tally.people, tally.dots, tally.agree, tally.disagree, tally.passed)
        assert tuple(map(sum, zip(*split.voices, strict=True)))[1:] == counts
        given = ballots[split.id]
        for mask, people, *_ in split.voices:
            assert people == sum(given[(role, "people")] for role in NAMES if role & mask)


@PLAY
@given(SEEDS)
def test_v11_voices_add_up_and_are_seen_with_the_tally(seed: int) -> None:
    """A vote with everything that can happen to it: cards hidden and shown again, the vote stopped,
    left and opened again, a customer on site who must not see it all."""
    chance = random.Random(seed)
    style = chance.choice(("dots", "opinion"))
    internal = public("ideate", hidden=False, sees=MEMBER | LEAD | STAGE)
    vote = public("vote", who=VOICES, style=style, budget=9, max_per_item=3)
    scene = begun(public("ideate", hidden=False), internal, vote, public("break"))
    people = [
        *scene.people(5),
        *scene.people(4, LEAD),
        *scene.people(chance.randrange(7), CUSTOMER),
    ]
    cards = [scene.do(people[n], PostIdea(0), "common")[0] for n in range(3)]
    scene.next()
    cards += [scene.do(people[n], PostIdea(0), "internal")[0] for n in range(2)]
    scene.next()
    for turn in range(150):
        choice = chance.choice(scene.all(Choice))
        opinion: Opinion = chance.choice(("agree", "disagree", "pass", "none"))
        cast = CastDots(choice.id, chance.randrange(4))
        said = cast if style == "dots" else CastOpinion(choice.id, opinion)
        scene.attempt(chance.choice(people), said)
        if turn > 80 and chance.random() < 0.2:
            card = chance.choice(cards)
            other = (HideCard(card), RestoreCard(card), StopInput(), NextStep(), BackStep())
            scene.attempt(scene.host, chance.choice(other))
        if turn == 120:
            scene.do(scene.guest(CUSTOMER), Join(0, "onsite"), "Guest")
        check_voices(scene.room)
    scene.attempt(scene.host, StopInput())
    check_voices(scene.room)


ROLE = st.sampled_from([role for role in NAMES if role & PEOPLE])
VOTERS = st.lists(st.tuples(ROLE, st.integers(0, 2)), min_size=8, max_size=40)


@given(VOTERS, st.integers(1, PEOPLE))
def test_v11_every_voice_hides_four_people(voters: list[tuple[Mask, int]], seen_by: Mask) -> None:
    """Whatever roles people have, and whoever of them may see the choice."""
    division = Division()
    able: Counter[Mask] = Counter()
    for role, dots in voters:
        division.voters[role] += 1
        if role & seen_by:
            able[role] += 1
            if dots:
                division.add(role, 7, dots, "none")
    voices = division.voices(7, seen_by)
    assert len(voices) != 1
    for n, (mask, *_) in enumerate(voices):
        assert not any(mask & other for other, *_ in voices[:n])
        assert sum(count for role, count in able.items() if role & mask) >= GROUP_FLOOR
    if voices:
        given = [dots for role, dots in voters if dots and role & seen_by]
        assert (sum(row[1] for row in voices), sum(row[2] for row in voices)) == (
            len(given),
            sum(given),
        )
