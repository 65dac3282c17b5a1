"""The stage: what it shows, what it never shows, and what it does when the network goes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from playwright.async_api import WebSocket

from client.room_client import RoomClient
from protocols.commands import (
    ROLES,
    ClaimDecision,
    CloseRoom,
    NextStep,
    PostIdea,
    ProposeDecision,
    RevokeLink,
    SignDecision,
    Spotlight,
)
from rooms.agenda import StepPlan
from rooms.roles import ACTING, EVERYBODY
from rooms.steps import Text
from tests.browser.conftest import Crowd, Person, eventually

pytestmark = pytest.mark.timeout(240)

HIDDEN = "nobody may read this before the reveal"
DECISION = "We answer every letter within a day"
SIZES = [(1920, 1080), (1280, 720), (1024, 768), (768, 1024), (1080, 1920), (3840, 2160)]
SIZE_OF_TEXT = "e => parseFloat(getComputedStyle(e).fontSize)"
STICKS_OUT = """() => {
    const page = document.scrollingElement;
    const outside = ({left, top, right, bottom}, of) =>
        left < of.left - 1 || top < of.top - 1 || right > of.right + 1 || bottom > of.bottom + 1;
    const boxes = names =>
        [...document.querySelectorAll(names)].map(e => e.getBoundingClientRect());
    const [main] = boxes("main");
    const screen = {left: 0, top: 0, right: innerWidth, bottom: innerHeight};
    return page.scrollWidth > innerWidth || page.scrollHeight > innerHeight
        || boxes("h1, main, [role=timer], [data-testid=stage-qr], .st-next")
            .some(box => outside(box, screen))
        || boxes("[data-testid=stage-card]").some(box => outside(box, main));
}"""


def step(kind: str, sees: int = EVERYBODY) -> StepPlan:
    """A step of ten minutes."""
    name = Text(f"Шаг {kind}", f"Step {kind}")
    prompt = Text("Одна мысль на карточку.", "One thought a card.")
    settings: dict[str, Any] = (
        {"lanes": [["Мысли", "Thoughts"]], "hidden": True} if kind == "ideate" else {}
    )
    return StepPlan(kind, name, prompt, 600_000, "grace", ACTING, sees, ACTING, settings=settings)


class Session:
    """A room with the given steps; programs steer and take part, a browser is its stage."""

    def __init__(self, crowd: Crowd, moderator: RoomClient, guest: RoomClient, path: str) -> None:
        self.crowd = crowd
        self.moderator = moderator
        self.guest = guest
        self.path = path

    async def stage(self) -> Person:
        """The stage, once it shows the way in."""
        stage = await self.crowd.open(self.path, width=1920, height=1080)
        await stage.at("stage-qr").wait_for()
        return stage

    async def next(self) -> None:
        """The next step, as all see it."""
        agenda = self.moderator.agenda
        assert agenda is not None
        before = agenda.current
        await self.moderator.do(NextStep(), step=before)
        await self.guest.until(lambda: self.guest.agenda and self.guest.agenda.current != before)


@asynccontextmanager
async def session(crowd: Crowd, *steps: StepPlan) -> AsyncIterator[Session]:
    """A session in English with a moderator and a customer."""
    paths = crowd.room(
        steps=msgspec.to_builtins(list(steps)),
        links=["facilitator", "stage", "member", "customer"],
        title="An answer within a day",
        goal="Every customer has an answer in a day.",
        lang="en",
    )
    base = crowd.server.base
    async with (
        RoomClient(base + paths["facilitator"]) as moderator,
        RoomClient(base + paths["customer"]) as guest,
    ):
        await guest.join("Tamara")
        yield Session(crowd, moderator, guest, paths["stage"])
    assert crowd.faults() == []


async def test_stage_is_never_sent_hidden_words(crowd: Crowd) -> None:
    """R6.2: a card that is not revealed is a number on the stage; its words do not even reach it.
    A step that is not for the stage has neither name nor content there."""
    private = step("ideate", EVERYBODY & ~ROLES["stage"])
    async with session(crowd, step("ideate"), step("reveal"), private) as room:
        received: list[str | bytes] = []

        def listen(socket: WebSocket) -> None:
            socket.on("framereceived", lambda frame: received.append(frame))

        stage = await crowd.open("/", width=1920, height=1080)
        stage.page.on("websocket", listen)
        await stage.page.goto(crowd.server.base + room.path)
        await stage.at("stage-qr").wait_for()
        await room.next()
        await room.guest.do(PostIdea(0), HIDDEN)
        await eventually(lambda: _reads(stage, "stage-count", "1"), "the stage counts the card")
        assert HIDDEN not in await stage.page.content()
        assert received and not any(HIDDEN.encode() in bytes_of(frame) for frame in received)
        await room.next()
        await stage.at("stage-card").filter(has_text=HIDDEN).wait_for()
        assert await stage.at("stage-card").first.evaluate(SIZE_OF_TEXT) >= 28
        await room.next()
        await stage.sees("This part is not for the shared screen")
        assert "Step ideate" not in await stage.text()
        assert await stage.at("stage-timer").count() == 1


def bytes_of(frame: str | bytes) -> bytes:
    """A frame as it came over the wire."""
    return frame if isinstance(frame, bytes) else frame.encode()


async def _reads(person: Person, name: str, text: str) -> bool:
    found = person.at(name)
    return bool(await found.count()) and await found.first.inner_text() == text


async def test_stage_keeps_its_last_picture_while_the_server_is_dead(crowd: Crowd) -> None:
    """R6.9: cards, countdown and code stay when the network goes, with a small mark, and the stage
    goes on by itself."""
    async with session(crowd, step("ideate"), step("reveal"), step("break")) as room:
        await room.next()
        await room.guest.do(PostIdea(0), HIDDEN)
        await room.next()
        stage = await room.stage()
        await stage.sees(HIDDEN)
        crowd.server.kill()
        await stage.sees("Reconnecting")
        for name in ("stage-card", "stage-qr", "stage-timer"):
            assert await stage.at(name).is_visible()
        crowd.server.start()
        await stage.page.get_by_text("Reconnecting").wait_for(state="detached")
        assert await stage.at("stage-card").is_visible()
        await room.next()
        await stage.sees("We go on at")


async def test_board_lights_up_when_an_owner_signs(crowd: Crowd) -> None:
    """R2.3: a decision is an outline until its owner signs; then it fills, and its mark is drawn.
    The code to join stays to the end and after it."""
    async with session(crowd, step("claim"), step("close")) as room:
        await room.next()
        stage = await room.stage()
        made = await room.guest.do(ProposeDecision(0, []), DECISION)
        board = stage.at("stage-decision")
        await board.filter(has_text=DECISION).wait_for()
        assert await board.get_attribute("data-state") == "open"
        await room.guest.do(ClaimDecision(made.made[0]))
        await board.filter(has_text="Tamara").wait_for()
        assert await board.get_attribute("data-state") == "open"
        decision = room.guest.replica.room.get("decision", made.made[0])
        assert decision is not None
        await room.guest.do(SignDecision(decision.id, decision.version, decision.digest))
        await stage.page.locator('[data-testid=stage-decision][data-state="signed"]').wait_for()
        await board.get_by_role("img", name="Tamara").wait_for()
        assert await stage.at("stage-title").inner_text() == "The decision is signed"
        await room.next()
        await room.moderator.do(CloseRoom())
        await stage.at("stage-signatures").wait_for()
        await stage.page.reload()
        await stage.at("stage-qr").wait_for()
        assert await stage.at("stage-qr").evaluate("e => e.complete && e.naturalWidth > 0")
        assert await stage.at("stage-code").inner_text() in room.path


async def test_spotlight_makes_one_card_large(crowd: Crowd) -> None:
    """R0.5: what a moderator points at fills the stage, until the pointing ends."""
    async with session(crowd, step("ideate"), step("reveal")) as room:
        await room.next()
        for text in ("They answered fast", "But not my question"):
            await room.guest.do(PostIdea(0), text)
        await room.next()
        stage = await room.stage()
        await stage.sees("But not my question")
        card = next(c for c in room.guest.replica.room.all("card") if c.text.startswith("But"))
        await room.moderator.do(Spotlight(card.id))
        lit = stage.at("stage-spotlight")
        await lit.filter(has_text="But not my question").wait_for()
        assert "They answered fast" not in await stage.text()
        assert await lit.locator("p").first.evaluate(SIZE_OF_TEXT) > 60
        await room.moderator.do(Spotlight(0))
        await stage.sees("They answered fast")


async def test_poster_fits_every_screen_and_ends_with_dignity(crowd: Crowd) -> None:
    """No size of a screen cuts the frame or brings a scroll bar. A stage whose link was
    revoked says so in words, without a dialog."""
    async with session(crowd, step("ideate"), step("reveal")) as room:
        stage = await room.stage()
        await _fits_everywhere(stage)
        await room.next()
        for n in range(40):
            await room.guest.do(PostIdea(0), f"{HIDDEN}, said {n} times, each time a little longer")
        await _fits_everywhere(stage)
        await room.next()
        await stage.at("stage-card").first.wait_for()
        await _fits_everywhere(stage)
        link = next(x for x in room.moderator.replica.room.all("link") if x.role == ROLES["stage"])
        await room.moderator.do(RevokeLink(link.id))
        await stage.sees("The link of this screen is no longer valid")
        assert await stage.page.get_by_role("dialog").count() == 0


async def _fits_everywhere(stage: Person) -> None:
    for width, height in SIZES:
        await stage.page.set_viewport_size({"width": width, "height": height})
        await eventually(lambda: _fits(stage), f"the poster fits {width} by {height}", 20)


async def _fits(stage: Person) -> bool:
    return not await stage.page.evaluate(STICKS_OUT)


async def test_sound_and_full_screen_wait_until_somebody_asks(crowd: Crowd) -> None:
    """The control of the sound is there while the pointer moves, and off at first; `f` or a double
    click fills the screen."""
    async with session(crowd, step("brief")) as room:
        stage = await room.stage()
        sound = stage.at("stage-sound")
        assert await sound.evaluate("e => getComputedStyle(e).opacity") == "0"
        assert await sound.get_attribute("aria-pressed") == "false"
        await stage.page.mouse.move(300, 300)
        await stage.page.mouse.move(400, 400)
        await sound.click()
        assert await sound.get_attribute("aria-pressed") == "true"
        whole = "document.fullscreenElement !== null"
        assert not await stage.page.evaluate(whole)
        await stage.page.keyboard.press("f")
        await stage.page.wait_for_function(whole)
        await stage.page.mouse.dblclick(400, 400)
        await stage.page.wait_for_function(f"!({whole})")
