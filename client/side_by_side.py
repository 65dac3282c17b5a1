"""Several servers of one room side by side: what each says of it, and whether they agree.

Servers are asked one after another while the room goes on, so they seldom stand at the same entry
when asked. But each number has one chain and one digest, whoever tells it and whenever.
"""

import asyncio
import json
import urllib.request
from collections import OrderedDict
from typing import Any, Final, Literal

from msgspec import Struct

ANSWER_S: Final = 2.0
REMEMBERED: Final = 5_000
"""Numbers of which chain and digest are remembered."""

State = Literal["up", "killed", "stopped", "frozen", "starting"]


class Side(Struct):
    """One server and where it stands in the room. `state` is what was done to it; `answers`,
    whether it tells anything; `differs`, whether it told another chain or digest than the others
    at the same number."""

    name: str
    state: State = "up"
    answers: bool = False
    seq: int = 0
    chain: str = ""
    digest: str = ""
    people: int = 0
    differs: bool = False


class Agreement:
    """What was told of each number."""

    def __init__(self) -> None:
        self._told: OrderedDict[int, tuple[str, str]] = OrderedDict()
        self.compared = 0
        """How often something could be compared."""
        self.differences = 0

    def take(self, seq: int, chain: str, digest: str) -> bool:
        """Take what one server tells; whether it is what was told of that number before."""
        known = self._told.setdefault(seq, (chain, digest))
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)
        self.compared += 1
        agrees = known == (chain, digest)
        self.differences += not agrees
        return agrees


def ask(base: str, key: str) -> dict[str, Any]:
    """A server's status. OSError or ValueError where it does not tell."""
    request = urllib.request.Request(
        f"{base}/status.json", headers={"Authorization": f"Bearer {key}"}
    )
    with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
        told: dict[str, Any] = json.load(answer)
        return told


async def look(side: Side, base: str, key: str, code: str, agreement: Agreement) -> None:
    """Ask one server about a room, and write down what it says."""
    try:
        told = await asyncio.to_thread(ask, base, key)
        rooms = [room for room in told["rooms"] if room["code"] == code]
    except (OSError, ValueError, KeyError):
        side.answers = False
        return
    side.answers = True
    if not rooms:
        side.seq, side.chain, side.digest, side.people, side.differs = 0, "", "", 0, False
        return
    room = rooms[0]
    side.seq, side.chain, side.digest = room["seq"], room["chain"], room["digest"]
    side.people = room["people"]
    side.differs = not agreement.take(side.seq, side.chain, side.digest)
