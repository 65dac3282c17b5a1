"""A session played by programs, moment by moment, so that screens can be looked at.

It passes through every kind of step. Pages look over the shoulder of its people: a page opened with
a seat's token is that person's phone.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from functools import partial
from types import TracebackType
from typing import Any, Final, Literal, Self

import msgspec
from msgspec import Struct

from client.own_server import OwnServer, new_room
from client.replica import Thing
from client.room_client import CommandRefused, RoomClient
from client.sayings import SAYINGS, Lang
from protocols.commands import (
    ROLES,
    CastDots,
    CastOpinion,
    ClaimDecision,
    CloseRoom,
    ExtendStep,
    GiveFloor,
    MergeCards,
    NextStep,
    OfferHelp,
    ParkTopic,
    PostIdea,
    ProposeDecision,
    RaiseHand,
    SetFate,
    SignDecision,
    StopInput,
)
from rooms.agenda import StepPlan
from rooms.roles import ACTING, EVERYBODY
from rooms.steps import Text
from server.templates import design, shipped
from tests.browser.words import WORDS, Part

Surface = Literal["join", "phone", "guest", "desk", "stage"]

LAST_MINUTE_MS: Final = 45_000
OPINIONS: Final = StepPlan(
    "vote",
    Text("Согласны ли мы", "Do we agree"),
    Text(
        "Прочтите каждую мысль и скажите, согласны ли вы. Можно пропустить.",
        "Read each thought and say whether you agree. You may pass.",
    ),
    4 * 60_000,
    "grace",
    ACTING,
    EVERYBODY,
    ACTING,
    settings={"style": "opinion"},
)
BREAK: Final = StepPlan(
    "break",
    Text("Перерыв", "Break"),
    Text("Пять минут. Возвращаемся вовремя.", "Five minutes. Back on time."),
    5 * 60_000,
    "hard",
    ACTING,
    EVERYBODY,
    0,
)


def agenda() -> list[Any]:
    """The first session, with a vote by opinion and a break put in, as the server takes it."""
    steps = design(shipped()["first-session-45"], "ru", []).steps
    kinds = [step.kind for step in steps]
    vote, talk = kinds.index("vote") + 1, kinds.index("discuss") + 1
    whole: list[Any] = msgspec.to_builtins(
        [*steps[:vote], OPINIONS, *steps[vote:talk], BREAK, *steps[talk:]]
    )
    return whole


LAYERS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("phone", "ideas"): (
        "step-name",
        "step-name menu-park",
        "step-name menu-profile",
        "step-name menu-leave",
    ),
    ("phone", "themes"): ("group-open",),
    ("phone", "draft"): ("propose-open",),
    ("phone", "claim"): ("invitation-open",),
    ("phone", "signed"): ("decision",),
    ("desk", "ideas"): (
        "links-open",
        "name-me",
        "menu-open",
        "menu-open keys-open",
        "everybody-open",
        "expect-open",
        "time-open",
        "insert-open",
        "open-stage",
        "mod-tab-trays",
    ),
    ("desk", "reveal"): ("card-open",),
    ("desk", "claim"): ("invite", "decision-edit", "mod-tab-decisions"),
    ("desk", "close"): ("menu-open result-open",),
}
"""What can be opened on a surface at a moment: the controls to tap, one after another. Only the
last may be something that Escape does not close."""


class Player(Struct):
    """One of the people: her part, and the program that plays her."""

    part: Part
    client: RoomClient


class Demonstration:
    """One room and its people. `urls` tells where each surface is: `join` and `desk` and `stage`
    by their links, `phone` and `guest` as a person of the cast, from the moment "lobby" on."""

    def __init__(self, server: OwnServer, lang: Lang) -> None:
        self.lang = lang
        self.words = WORDS[lang]
        self._server = server
        self._stack = AsyncExitStack()
        self._players: dict[str, Player] = {}
        self.urls: dict[Surface, str] = {}

    async def __aenter__(self) -> Self:
        words = self.words
        made = new_room(
            self._server.base,
            self._server.key,
            steps=agenda(),
            links=list(ROLES),
            title=words.title,
            goal=words.goal,
            lang=self.lang,
            departments=[
                {"name": name, "internal": n > 2} for n, name in enumerate(words.departments)
            ],
        )
        self.code, self.links = made.code, made.urls
        self.urls = {
            "join": made.urls["member"],
            "desk": made.urls["facilitator"],
            "stage": made.urls["stage"],
        }
        self.moderator = await self._stack.enter_async_context(RoomClient(made.urls["facilitator"]))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def moments(self) -> AsyncIterator[str]:
        """The session from the door to the result; each name is a moment worth looking at."""
        yield "join"
        for name, play in self._scenes():
            await play()
            yield name

    def _scenes(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        return [
            ("lobby", self._lobby),
            ("brief", self._next),
            ("ideas", self._ideas),
            ("last-minute", self._last_minute),
            ("unsaid", self._unsaid),
            ("reveal", self._next),
            ("themes", self._themes),
            ("dots", self._dots),
            ("dots-closed", self._stop),
            ("opinions", self._opinions),
            ("opinions-closed", self._stop),
            ("talk", self._talk),
            ("break", self._next),
            ("draft", self._draft),
            ("claim", self._claim),
            ("signed", self._sign),
            ("close", self._close),
            ("over", self._over),
        ]

    # The moderator

    @property
    def step(self) -> Thing:
        """The current step."""
        step = self.moderator.step
        assert step is not None, "the session has begun"
        return step

    async def _next(self) -> None:
        agenda = self.moderator.agenda
        assert agenda is not None
        before = agenda.current
        await self.moderator.do(NextStep(), step=before)

        def moved() -> bool:
            agenda = self.moderator.agenda
            return agenda is not None and agenda.current != before

        await self.moderator.until(moved)
        for player in self._players.values():
            await player.client.until(partial(self._is_at, player.client, self.step.id))

    def _is_at(self, client: RoomClient, step: int) -> bool:
        return client.agenda is not None and bool(client.agenda.current == step)

    async def _stop(self) -> None:
        await self.moderator.do(StopInput())

    async def _last_minute(self) -> None:
        spare_ms = self.step.deadline_ms - time.time_ns() // 1_000_000 - LAST_MINUTE_MS
        await self.moderator.do(ExtendStep(-int(spare_ms)))
        await self._player(1).do(ParkTopic(), self.words.parked)

    # The people

    def _player(self, number: int) -> RoomClient:
        return list(self._players.values())[number].client

    def _of(self, *roles: str) -> list[RoomClient]:
        return [p.client for p in self._players.values() if p.part.role in roles]

    async def _lobby(self) -> None:
        for part in self.words.cast:
            client = await self._stack.enter_async_context(RoomClient(self.links[part.role]))
            rooms = client.replica.room
            named = {one.name: one.id for one in rooms.all("department")}
            await client.join(part.name, named.get(part.department, 0), part.place)
            self._players[part.name] = Player(part, client)
        self.urls["phone"] = self._shoulder(self._of("member")[0])
        self.urls["guest"] = self._shoulder(self._of("customer")[0])

    def _shoulder(self, client: RoomClient) -> str:
        return f"{self._server.base}/r/{self.code}#{client.token}"

    async def _ideas(self) -> None:
        await self._next()
        sayings = SAYINGS[self.lang]
        writers = self._of("member", "lead", "customer", "partner", "expert")
        for n, text in enumerate(sayings.good):
            await writers[n % len(writers)].do(PostIdea(0), text)
        for n, text in enumerate([*sayings.bad, self.words.long_idea]):
            await writers[-n % len(writers)].do(PostIdea(1), text)
        await writers[2].here(typing=True)
        for writer in writers[5:8]:
            await writer.here(done=True)

    async def _unsaid(self) -> None:
        await self._next()
        writers = self._of("member", "lead")
        for writer, text in zip(writers, self.words.unsaid, strict=False):
            await writer.do(PostIdea(0), text)

    async def _themes(self) -> None:
        await self._next()
        me = self._of("member")[1]
        cards = [card.id for card in me.replica.room.all("card") if card.state == "shown"]
        sizes = (6, 4, 3, 2)
        for name, size in zip(SAYINGS[self.lang].themes, sizes, strict=False):
            await me.do(MergeCards(cards[:size], 0), name)
            cards = cards[size:]

    async def _dots(self) -> None:
        await self._next()
        for n, voter in enumerate(self._of("member", "lead", "customer", "partner")):
            choices = [c.id for c in voter.replica.room.all("choice") if c.step == self.step.id]
            for k, dots in ((0, 2), (n % 4 + 1, 1), (n % 3 + 2, 1))[: 1 + n % 3]:
                with suppress(CommandRefused, IndexError):
                    await voter.do(CastDots(choices[k], dots))

    async def _opinions(self) -> None:
        await self._next()
        for n, voter in enumerate(self._of("member", "lead", "customer", "partner", "expert")):
            choices = [c.id for c in voter.replica.room.all("choice") if c.step == self.step.id]
            for k, choice in enumerate(choices[: 2 if n == 0 else 8]):
                agrees = (n * 7 + k * 3) % 5
                opinion: Literal["agree", "disagree", "pass"] = "agree" if agrees > 1 else "pass"
                await voter.do(CastOpinion(choice, "disagree" if agrees == 1 else opinion))

    async def _talk(self) -> None:
        await self._next()
        speakers = self._of("member", "customer")
        for speaker in (*speakers[1:4], speakers[-1]):
            await speaker.do(RaiseHand())
        await self.moderator.do(GiveFloor(speakers[1].seat))

    async def _draft(self) -> None:
        await self._next()
        authors = self._of("member", "lead")
        room = self.moderator.replica.room
        cards = [card.id for card in room.all("card") if card.state == "shown"][:2]
        wordings = [*SAYINGS[self.lang].decisions[:3], self.words.long_decision]
        for author, wording in zip(authors, wordings, strict=False):
            await author.do(ProposeDecision(0, cards), *wording)

    def _decisions(self) -> list[Thing]:
        return list(self.moderator.replica.room.all("decision"))

    async def _claim(self) -> None:
        await self._next()
        await self.moderator.do(ProposeDecision(0, []), *SAYINGS[self.lang].decisions[3])
        decisions = self._decisions()
        members = self._of("member")
        await members[0].do(ClaimDecision(decisions[0].id))
        await members[1].do(ClaimDecision(decisions[1].id))
        for helper, text in zip(members[2:], SAYINGS[self.lang].help[:2], strict=False):
            await helper.do(OfferHelp(decisions[0].id), text)
        await self._sign_as(members[1], decisions[1].id)

    async def _sign(self) -> None:
        decisions = self._decisions()
        members, leads = self._of("member"), self._of("lead")
        await self._sign_as(members[0], decisions[0].id)
        await leads[0].do(ClaimDecision(decisions[2].id))
        await self._sign_as(leads[0], decisions[2].id)

    async def _sign_as(self, owner: RoomClient, number: int) -> None:
        def mine() -> bool:
            decision = owner.replica.room.get("decision", number)
            return decision is not None and bool(decision.owner == owner.seat)

        await owner.until(mine)
        decision = owner.replica.room.get("decision", number)
        assert decision is not None
        await owner.do(SignDecision(number, decision.version, decision.digest))

    async def _close(self) -> None:
        await self._next()

    async def _over(self) -> None:
        fates: list[Literal["parked", "nobody"]] = ["parked", "nobody"]
        open_ones = [d for d in self._decisions() if d.fate == "open" and not d.signed]
        for decision, fate in zip(open_ones, fates, strict=False):
            await self.moderator.do(SetFate(decision.id, fate))
        await self.moderator.do(CloseRoom())
