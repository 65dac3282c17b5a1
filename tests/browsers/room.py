"""A short session, led by a program."""

from functools import partial
from typing import Any, Final, Self

import msgspec

from client.own_server import OwnServer, new_room
from client.replica import Thing
from client.room_client import RoomClient
from protocols.commands import NextStep
from rooms.agenda import StepPlan
from rooms.roles import ACTING, EVERYBODY
from rooms.steps import Text
from tests.browsers.engine import Engine, Tab
from tests.browsers.wire import Wire

# Whether all that a page has sent was acknowledged.
ANSWERED: Final = """() => Object.entries(localStorage)
    .filter(([key]) => key.includes(":out:"))
    .every(([, text]) => JSON.parse(text).entries.every(one => one.seq && !one.doubted))"""
MINUTE_MS: Final = 60_000
AGENDA: Final[tuple[tuple[str, str, dict[str, Any]], ...]] = (
    ("ideate", "Идеи", {"lanes": [["Мысли", "Thoughts"]]}),
    ("reveal", "Показ", {}),
    ("vote", "Выбор", {"budget": 3, "max_per_item": 2}),
    ("claim", "Беру на себя", {}),
)


def plan(kind: str, name: str, settings: dict[str, Any]) -> StepPlan:
    """A step that everybody may act in."""
    text = Text(name, name)
    return StepPlan(
        kind, text, text, 5 * MINUTE_MS, "grace", ACTING, EVERYBODY, ACTING, settings=settings
    )


class Room:
    """The room and its moderator."""

    def __init__(self, server: OwnServer, wire: Wire, engine: Engine) -> None:
        steps = [plan(*step) for step in AGENDA]
        made = new_room(
            server.base, server.key, title="Ответ за день", steps=msgspec.to_builtins(steps)
        )
        self._links = {role: url.replace(server.base, wire.base) for role, url in made.urls.items()}
        self._engine = engine
        self.moderator = RoomClient(made.urls["facilitator"])

    async def __aenter__(self) -> Self:
        await self.moderator.connect()
        return self

    async def __aexit__(self, *why: object) -> None:
        await self.moderator.close()

    async def open(self, role: str, *, ahead_ms: int = 0) -> Tab:
        """A device of its own that opens the link of a role."""
        return await self._engine.open(self._links[role], ahead_ms=ahead_ms)

    async def phone(self, name: str, *, ahead_ms: int = 0) -> Tab:
        """Somebody who joins."""
        tab = await self.open("member", ahead_ms=ahead_ms)
        await tab.write("join-name", name)
        await tab.tap("join-onsite")
        await tab.tap("join-send")
        await tab.see("lobby")
        return tab

    async def next(self) -> Thing:
        """On to the next step."""
        agenda = self.moderator.agenda
        assert agenda is not None
        await self.moderator.do(NextStep())
        await self.moderator.until(partial(self._has_left, agenda.current))
        step = self.moderator.step
        assert step is not None
        return step

    def _has_left(self, step: int) -> bool:
        agenda = self.moderator.agenda
        return agenda is not None and bool(agenda.current != step)

    def cards(self) -> list[str]:
        """What the moderator reads on the cards."""
        return sorted(card.text for card in self.moderator.replica.room.all("card"))
