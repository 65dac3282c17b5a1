"""Whole random sessions, each following from a number, and looked at after every entry."""

import random
from collections.abc import Iterator
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st

from protocols.log import restore, snapshot
from rooms.kernel import ROOM, PlaneId, Room
from tests.rooms.actors import Done, Session, Tape

SEEDS: Final = st.integers(0, (1 << 32) - 1)
LENGTHS: Final = st.integers(20, 220)
PLAY: Final = settings(max_examples=40)


def begun(seed: int) -> Session:
    """A session that follows from a number."""
    return Session(Tape(random.Random(seed).randbytes(6_000)))


def lived(seed: int, length: int) -> Iterator[tuple[Session, Done]]:
    """A session of so many entries, once after each."""
    session = begun(seed)
    while len(session.logged) < length:
        yield session, session.live()


def over(seed: int, length: int) -> Session:
    """A session at its end."""
    session = begun(seed)
    while len(session.logged) < length:
        session.live()
    return session


def private(room: Room) -> list[PlaneId]:
    """The planes of seats and of blind actors."""
    return [plane for plane in room.planes if plane != ROOM]


def copy(session: Session) -> Room:
    """Another replica at the same place."""
    return restore(snapshot(session.room, "log", session.chain))
