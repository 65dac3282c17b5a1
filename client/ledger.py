"""What a crowd of clients was told to be kept, compared with what the log really holds.

An acknowledgement names an entry. That entry must be in the log, and be of the client that was
answered, or of nobody where the step was anonymous. Whatever else happened, that is the promise.
"""

import asyncio
import time
from typing import Any, Final, Protocol

from client.outbox import Answer
from client.room_client import RoomClient
from protocols.commands import Command
from protocols.log import entry

NOBODY: Final = -1
"""Whose an entry of an anonymous step is."""


class Kept(Protocol):
    """A log that can be read."""

    def read(self, log_id: str, after: int = 0) -> Any:
        """The entries after a number, in order."""


class Ledger:
    """The acknowledgements of one room."""

    def __init__(self) -> None:
        self.last_s = 0.0
        """When the last one came, in seconds of the monotonic clock."""
        self._told: dict[int, int] = {}
        self._kept: dict[int, int] = {}
        self._read = 0

    @property
    def acknowledged(self) -> int:
        """Commands acknowledged so far."""
        return len(self._told)

    def write(self, client: int, seq: int) -> None:
        """A client was told that its command is entry `seq`."""
        self.last_s = time.monotonic()
        self._told[seq] = client

    async def compare(self, log: Kept, log_id: str, *, anew: bool = False) -> list[int]:
        """Read on in the log, with `anew` from its beginning. Returns the numbers of acknowledged
        entries that are not there; those past what was read are not there `anew` alone."""
        if anew:
            self._read = 0
            self._kept.clear()
        async for logged in log.read(log_id, self._read):
            actor = entry(logged).actor
            self._kept[logged.seq] = NOBODY if actor.blind else actor.client
            self._read = logged.seq
        return sorted(
            seq
            for seq, client in self._told.items()
            if (anew or seq <= self._read) and self._kept.get(seq) not in (client, NOBODY)
        )


class Noting(RoomClient):
    """A client that writes what it is told into a ledger."""

    def __init__(self, url: str, ledger: Ledger) -> None:
        super().__init__(url)
        self._ledger = ledger

    async def submit(
        self, command: Command, *words: str, step: int | None = None
    ) -> asyncio.Future[Answer]:
        """As `RoomClient.submit`."""
        answer = await super().submit(command, *words, step=step)
        answer.add_done_callback(self._note)
        return answer

    def _note(self, answer: asyncio.Future[Answer]) -> None:
        if not answer.cancelled() and answer.exception() is None:
            self._ledger.write(self.client, answer.result().seq)
