"""The keys of one room's anonymous rounds: had before anybody writes, destroyed when a round can no
longer be undone."""

import logging

from rooms.kernel import Room
from rooms.steps import blind_rounds
from server.keys import KeyAway, Keys
from server.logs.base import RoomRecord
from server.logs.sqlite import Clock

logger = logging.getLogger("oneroom.room")


class RoundKeys:
    """Which keys a room needs just now, and which no more."""

    def __init__(self, record: RoomRecord, keys: Keys, clock: Clock) -> None:
        self._record = record
        self._keys = keys
        self._clock = clock

    def missing(self, room: Room) -> list[int]:
        """The anonymous rounds whose key is not here yet."""
        log_id = self._record.log_id
        return [n for n in blind_rounds(room, self._clock()) if not self._keys.has(log_id, n)]

    async def prepare(self, room: Room) -> None:
        """Have the keys of anonymous rounds here. Where one cannot be had, writing in its round is
        refused for now, and everything else goes on."""
        for number in self.missing(room):
            try:
                await self._keys.prepare(self._record, number)
            except KeyAway as why:
                extra = {"room": self._record.code, "why": str(why.__cause__)}
                logger.warning("the key of a round cannot be had, trying again", extra=extra)
                return

    def sweep(self, room: Room) -> list[int]:
        """Destroy the keys of rounds that can no longer be undone. Returns those rounds; one whose
        key could not be destroyed is tried again the next time."""
        log_id = self._record.log_id
        existing = self._keys.rounds(log_id)
        alive = blind_rounds(room, self._clock()) if existing else {}
        over = [number for number in existing if number not in alive]
        for number in over:
            try:
                self._keys.destroy(log_id, number)
            except OSError as why:
                extra = {"room": self._record.code, "why": str(why)}
                logger.error("a key could not be destroyed, trying again", extra=extra)
        return over
