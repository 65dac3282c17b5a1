"""What holds in every session, whatever people send and when."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from protocols.codes import REFUSALS
from protocols.log import Snapshot, entry, restore, snapshot, state_digest
from rooms import kernel
from rooms.agenda import MoveEnd, NextStep, Tick
from rooms.cards import Card, Ideation, ParkTopic, PostIdea
from rooms.decisions import Decision, EditDecision
from rooms.features import RULES, new_room
from rooms.kernel import ROOM, Actor, Entry, Outcome, PlaneId, Room, tag_of
from rooms.moderation import ErasePerson
from rooms.owners import Asking, ClaimDecision, Invitation, ReleaseDecision, SignDecision
from rooms.people import Me, RemoveSeat, RevokeLink, Seat
from rooms.roles import NAMES, STAFF, SYSTEM, Mask
from rooms.steps import AGENDA_ID, SESSION_ID, Agenda, Step
from rooms.steps import Session as SessionState
from tests.rooms.actors import Done, Session, Tape, TapeEnd
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, copy, lived, over, private
from tests.rooms.wild import wild_command

ROOT = Path(__file__).resolve().parents[2]
KINDS = {tag_of(kind): kind for kind in RULES.entities}

Row = tuple[str, int]


# The same everywhere


@PLAY
@given(SEEDS, LENGTHS)
def test_k8_replay_makes_the_same_room(seed: int, length: int) -> None:
    session = over(seed, length)
    again = new_room()
    for logged in session.logged:
        outcome = again.apply(entry(logged))
        assert outcome.refused in ("", *REFUSALS)
    assert state_digest(again) == state_digest(session.room)
    for role in NAMES:
        assert again.view(0, role, str) == session.room.view(0, role, str)


@PLAY
@given(SEEDS, LENGTHS, st.integers(0, 255))
def test_l5_snapshot_and_tail_make_the_same_room(seed: int, length: int, where: int) -> None:
    session = over(seed, length)
    cut = len(session.logged) * where // 256
    whole = new_room()
    for logged in session.logged[:cut]:
        whole.apply(entry(logged))
    kept = msgspec.msgpack.encode(snapshot(whole, "log", ""))
    part = restore(msgspec.msgpack.decode(kept, type=Snapshot))
    for logged in session.logged[cut:]:
        assert part.apply(entry(logged)) == whole.apply(entry(logged))
        for plane in (ROOM, *private(whole)[-3:]):
            since = max(0, logged.seq - 5)
            assert part.view(since, 1, str, plane) == whole.view(since, 1, str, plane)
            assert part.too_far_behind(since, plane) == whole.too_far_behind(since, plane)
    assert state_digest(part) == state_digest(whole) == state_digest(session.room)


PROGRAM = """
import sys
from protocols.log import state_digest
from tests.rooms.lived import over
for seed in range(5):
    session = over(seed, 150)
    sys.stdout.write(f"{state_digest(session.room)} {session.chain}\\n")
"""


def test_k8_state_does_not_depend_on_the_hash_seed() -> None:
    said = []
    for seed in ("0", "31337"):
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        )
        said.append(ran.stdout)
    assert said[0] == said[1]
    assert len(set(said[0].splitlines())) == 5


@PLAY
@given(SEEDS, LENGTHS)
def test_k3_no_command_of_a_client_is_an_error(seed: int, length: int) -> None:
    """Every field takes any value that the wire lets through."""
    session, tape = over(seed, length // 2), Tape(random.Random(~seed).randbytes(1_500))
    try:
        while True:
            command = wild_command(tape, session.room)
            if command is None:
                continue
            person = tape.choose(session.people)
            steps = [0, 1, *(one.id for one in session.room.all(Step))]
            lanes = [0, 0, 1, *(one.round for one in session.room.all(Step))]
            session.tape = tape
            session.now_ms += tape.choose((0, 7, 45_000))
            done = session.act(person, command, lane=tape.choose(lanes), at=tape.choose(steps))
            assert done.outcome.refused in ("", *REFUSALS)
    except TapeEnd:
        assert state_digest(copy(session)) == state_digest(session.room)


# What people are told


class Viewer:
    """A table kept by patches, as a client's replica."""

    def __init__(self, role: Mask, plane: PlaneId = ROOM) -> None:
        self.role, self.plane, self.seq = role, plane, 0
        self.often = role & STAFF > 0
        self.table: dict[Row, Any] = {}

    def update(self, session: Session) -> tuple[list[Any], list[Row]]:
        room = session.room
        if room.too_far_behind(self.seq, self.plane):
            self.seq, self.table = 0, {}
        put, gone = room.view(self.seq, self.role, session.words.get, self.plane)
        for view in put:
            self.table[(tag_of(type(view)), view.id)] = view
        for row in gone:
            self.table.pop(row, None)
        self.seq = room.seq
        return put, gone

    def whole(self, session: Session) -> dict[Row, Any]:
        put, _ = session.room.view(0, self.role, session.words.get, self.plane)
        return {(tag_of(type(view)), view.id): view for view in put}


def changes(room: Room) -> Iterator[tuple[Row, int]]:
    """The last changes in the room's plane, newest first."""
    for (kind, number), seq in reversed(room.planes[ROOM].order.items()):
        yield (tag_of(kind), number), seq


@PLAY
@given(SEEDS, LENGTHS)
def test_k6_patches_lead_to_the_whole_view(seed: int, length: int) -> None:
    chance = random.Random(seed)
    viewers = [Viewer(role) for role in NAMES]
    seen: dict[Mask, set[Row]] = {role: set() for role in NAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rooms.plane.TOMBSTONES_KEPT", 2)
        for session, done in lived(seed, length):
            room = session.room
            # What a step's end showed, and the command of the same entry hid, nobody has seen.
            # Its id may be told as gone all the same.
            twice = done.outcome.touched.count(ROOM) > 1
            flashed = {row for row, seq in changes(room) if twice and seq == room.seq}
            known = {viewer.plane for viewer in viewers}
            viewers += [Viewer(8, plane) for plane in private(room) if plane not in known]
            for viewer in viewers:
                if viewer.plane == ROOM:
                    seen[viewer.role] |= viewer.whole(session).keys() | flashed
                if chance.random() > (0.2 if viewer.often else 0.03):
                    continue
                put, gone = viewer.update(session)
                assert viewer.table == viewer.whole(session)
                for view in put if viewer.plane == ROOM else []:
                    entity = room.get(KINDS[tag_of(type(view))], view.id)
                    assert entity is not None
                    assert entity.mask() & viewer.role
                if viewer.plane == ROOM:
                    assert set(gone) <= seen[viewer.role]


def parts(value: Any, name: str = "") -> Iterator[Any]:
    """All numbers and texts in a view, but for times."""
    if isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from parts(getattr(value, field), field)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from parts(item, name)
    elif not name.endswith("_ms"):
        yield value


@PLAY
@given(SEEDS, LENGTHS)
def test_i2_nothing_of_a_hidden_card_is_in_the_room(seed: int, length: int) -> None:
    fresh: dict[str, tuple[int, int]] = {}  # texts, by the step and round that still hide them
    for session, done in lived(seed, length):
        room, command, seq = session.room, done.entry.command, done.entry.seq
        fresh = {text: at for text, at in fresh.items() if is_hiding(room, *at)}
        step = room.get(Step, done.entry.step)
        if isinstance(command, PostIdea) and step and is_hiding(room, step.id, step.round):
            fresh |= {text: (step.id, step.round) for text in done.texts if text}
        hidden = [card for plane in private(room) for card in room.all(Card, plane)]
        secret: set[Any] = {card.id for card in hidden} | fresh.keys()
        secret |= {session.words[card.text] for card in hidden}
        for role in NAMES:
            put, gone = room.view(seq - 1, role, session.words.get)
            assert secret.isdisjoint(parts(put))
            assert secret.isdisjoint(number for _, number in gone)


def is_hiding(room: Room, number: int, opened: int) -> bool:
    """Whether a step, since an opening, takes cards and shows none."""
    step, settings = room.get(Step, number), room.get(Ideation, number)
    hides = settings is not None and settings.hidden
    return hides and step is not None and step.input and step.round == opened


@PLAY
@given(SEEDS, LENGTHS)
def test_i6_cards_tell_no_author_in_an_anonymous_step(seed: int, length: int) -> None:
    topics: set[int] = set()  # for the parking lot, in one's own name
    written: set[int] = set()  # ids that tell when a card was written
    for session, done in lived(seed, length):
        room = session.room
        if isinstance(done.entry.command, ParkTopic):
            topics.update(done.outcome.made)
        blind = {one.id for one in room.all(Step) if one.anonymous}
        for card in room.all(Card):
            named = card.step not in blind or card.id in topics
            assert bool(card.author) is named
            assert named or not card.name and not card.department
        for plane in private(room):
            owner = 0 if isinstance(plane, str) else plane
            written.update(card.id for card in room.all(Card, plane) if not owner)
            assert {card.author for card in room.all(Card, plane)} <= {owner}
            assert {me.id for me in room.all(Me, plane)} <= {owner}
        assert written.isdisjoint(card.id for card in room.all(Card))


@PLAY
@given(SEEDS, LENGTHS)
def test_d8_invitations_lie_with_the_invited_person(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        room = session.room
        asked = {(a.decision, a.seat) for a in room.all(Asking) if a.state == "asked"}
        found = {(i.id, plane) for plane in private(room) for i in room.all(Invitation, plane)}
        assert found == asked


# What moves only by the right command


@PLAY
@given(SEEDS, LENGTHS)
def test_a9_promised_end_moves_only_openly(seed: int, length: int) -> None:
    ends = 0
    for session, done in lived(seed, length):
        agenda = session.room.get(Agenda, AGENDA_ID)
        assert agenda is not None
        if agenda.ends_ms != ends:
            first = not ends and isinstance(done.entry.command, NextStep)
            assert first or isinstance(done.entry.command, MoveEnd)
            assert not done.outcome.refused
            assert not done.outcome.repeat
        ends = agenda.ends_ms


@PLAY
@given(SEEDS, LENGTHS)
def test_a14_closed_room_takes_no_more(seed: int, length: int) -> None:
    closed = False
    for session, done in lived(seed, length):
        if closed and not done.entry.command.AFTER_CLOSE:
            assert done.outcome.refused or done.outcome.repeat
        found = session.room.get(SessionState, SESSION_ID)
        closed = found is not None and bool(found.closed_ms)
        decisions = list(session.room.all(Decision))
        assert not closed or not any(d.fate == "open" and not d.signed for d in decisions)


def check_owner(before: Decision | None, now: Decision, done: Done) -> None:
    """What may have happened to owner and signature at one entry."""
    command, actor = done.entry.command, done.entry.actor
    owner = before.owner if before else 0
    if now.owner != owner:
        if now.owner:
            assert command == ClaimDecision(now.id)
            assert (owner, now.owner) == (0, actor.seat)
        elif isinstance(command, ReleaseDecision):
            assert actor.seat == owner
        else:  # who took it goes, or is gone and the wording that was signed has changed
            assert isinstance(command, RemoveSeat | RevokeLink | ErasePerson | EditDecision)
    if now.signed_digest != (before.signed_digest if before else ""):
        if now.signed_digest:
            assert command == SignDecision(now.id, now.version, now.digest)
            assert now.owner == actor.seat
            assert now.signed
        else:
            assert not now.owner
    if before and (now.version, now.digest) != (before.version, before.digest):
        assert not now.signed


@PLAY
@given(SEEDS, LENGTHS)
def test_d4_owner_and_signature_come_by_own_will_alone(seed: int, length: int) -> None:
    before: dict[int, Decision] = {}
    for session, done in lived(seed, length):
        now = {one.id: one for one in session.room.all(Decision)}
        assert before.keys() <= now.keys()
        here = {seat.id for seat in session.room.all(Seat) if seat.state == "here"}
        for number, decision in now.items():
            check_owner(before.get(number), decision, done)
            assert decision.signed or decision.owner in {0, *here}
        before = now


Key = tuple[PlaneId, int]


@PLAY
@given(SEEDS, LENGTHS)
def test_k4_repeat_changes_nothing_and_gets_the_same_answer(seed: int, length: int) -> None:
    chance = random.Random(seed)
    answered: list[tuple[Entry, Outcome]] = []
    for session, done in lived(seed, length):
        if done.entry.ref and not done.outcome.repeat:
            answered.append((done.entry, done.outcome))
        if not answered or chance.random() > 0.2:
            continue
        one, first = chance.choice(answered[-40:])
        place = {"seq": session.room.seq + 1, "at_ms": session.now_ms}
        other = chance.choice((one.command, NextStep(), MoveEnd(1)))
        repeated, ticked = copy(session), copy(session)
        outcome = repeated.apply(replace(one, command=other, **place))
        ticked.apply(replace(one, actor=Actor(SYSTEM), ref=0, command=Tick(), **place))
        assert state_digest(repeated) == state_digest(ticked)
        later = [e for e, _ in answered if memory(e) == memory(one) and e.seq > one.seq]
        assert outcome.repeat
        if len(later) < kernel.RESULTS_KEPT:
            told = (first.seq, first.refused, first.made)
            assert (outcome.seq, outcome.refused, outcome.made) == told
        else:
            assert (outcome.seq, outcome.refused, outcome.made) == (0, "too_old", ())


def memory(one: Entry) -> Key:
    """Whose memory an entry's answer lies in."""
    return (one.actor.blind or one.actor.seat, one.actor.client)
