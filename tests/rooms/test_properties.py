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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocols.codes import REFUSALS
from protocols.log import Snapshot, entry, restore, snapshot, state_digest
from rooms import kernel
from rooms.cards import Card
from rooms.features import RULES, new_room
from rooms.kernel import ROOM, PlaneId, Room, tag_of
from rooms.people import Me
from rooms.roles import NAMES, Mask
from rooms.steps import Step
from tests.rooms.actors import Done, Session, Tape, TapeEnd, played
from tests.rooms.wild import wild_command

ROOT = Path(__file__).resolve().parents[2]
TAPES = st.binary(min_size=700, max_size=1_800)
MOST_ENTRIES = 220
PLAY = settings(max_examples=20, suppress_health_check=list(HealthCheck))
KINDS = {tag_of(kind): kind for kind in RULES.entities}

Row = tuple[str, int]


def lived(data: bytes) -> Iterator[tuple[Session, Done]]:
    """A session, once after each thing that happened in it."""
    tape = Tape(data)
    try:
        session = Session(tape)
        while len(session.logged) < MOST_ENTRIES:
            yield session, session.live()
    except TapeEnd:
        return


def private(room: Room) -> list[PlaneId]:
    """The planes of seats and of blind actors."""
    return [plane for plane in room.planes if plane != ROOM]


def copy(session: Session) -> Room:
    """Another replica at the same place."""
    return restore(snapshot(session.room, "log", session.chain))


# The same everywhere


@PLAY
@given(TAPES)
def test_k8_replay_makes_the_same_room(data: bytes) -> None:
    session = played(data, MOST_ENTRIES)
    again = new_room()
    for logged in session.logged:
        outcome = again.apply(entry(logged))
        assert outcome.refused in ("", *REFUSALS)
    assert state_digest(again) == state_digest(session.room)
    for role in NAMES:
        assert again.view(0, role, str) == session.room.view(0, role, str)


@PLAY
@given(TAPES, st.integers(0, 255))
def test_l5_snapshot_and_tail_make_the_same_room(data: bytes, where: int) -> None:
    session = played(data, MOST_ENTRIES)
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
import random, sys
from protocols.log import state_digest
from tests.rooms.actors import played
for seed in range(5):
    session = played(random.Random(seed).randbytes(1500), 150)
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
@given(TAPES, st.binary(min_size=600, max_size=1_200))
def test_k3_no_command_of_a_client_is_an_error(data: bytes, wild: bytes) -> None:
    """Every field takes any value that the wire lets through."""
    session, tape = played(data[:700], 90), Tape(wild)
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


@PLAY
@given(TAPES, st.integers(0, 1 << 32))
def test_k6_patches_lead_to_the_whole_view(data: bytes, seed: int) -> None:
    chance = random.Random(seed)
    viewers = [Viewer(role) for role in NAMES]
    seen: dict[Mask, set[Row]] = {role: set() for role in NAMES}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel, "TOMBSTONES_KEPT", 6)
        for session, _ in lived(data):
            room = session.room
            known = {viewer.plane for viewer in viewers}
            viewers += [Viewer(8, plane) for plane in private(room) if plane not in known]
            for viewer in viewers:
                if viewer.plane == ROOM:
                    seen[viewer.role] |= viewer.whole(session).keys()
                if chance.random() > 0.15:
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
@given(TAPES)
def test_i2_nothing_of_a_hidden_card_is_in_the_room(data: bytes) -> None:
    for session, done in lived(data):
        room = session.room
        hidden = [card for plane in private(room) for card in room.all(Card, plane)]
        secret: set[Any] = {card.id for card in hidden}
        secret |= {session.words[card.text] for card in hidden}
        for role in NAMES:
            put, gone = room.view(done.entry.seq - 1, role, session.words.get)
            assert secret.isdisjoint(parts(put))
            assert secret.isdisjoint(number for _, number in gone)


@PLAY
@given(TAPES)
def test_i6_anonymous_cards_have_no_author_and_others_their_own(data: bytes) -> None:
    for session, _ in lived(data):
        room = session.room
        blind = {one.id for one in room.all(Step) if one.anonymous}
        for card in room.all(Card):
            if card.step in blind and card.state != "parked" and not card.author:
                assert (card.name, card.department) == (0, 0)
                found = room.get(Step, card.step)
                assert found is not None
                assert not card.role & ~found.groups or card.state == "late"
            assert bool(card.author) is not (card.step in blind) or card.state == "parked"
        for plane in private(room):
            owner = 0 if isinstance(plane, str) else plane
            assert {card.author for card in room.all(Card, plane)} <= {owner}
            assert {me.id for me in room.all(Me, plane)} <= {owner}
