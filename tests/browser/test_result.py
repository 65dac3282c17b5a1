"""The result page for member, customer and moderator, during a session and after it."""

import csv
import io
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.async_api import expect

from client.room_client import RoomClient
from protocols.commands import (
    CastDots,
    ClaimDecision,
    CloseRoom,
    NextStep,
    OfferHelp,
    PostIdea,
    ProposeDecision,
    SetFate,
    SignDecision,
)
from rooms.roles import ACTING, OBSERVER, STAFF, STAGE
from tests.browser.conftest import Crowd, Person

pytestmark = pytest.mark.timeout(120)

MINUTE: Final = 60_000
ALL: Final = ACTING | OBSERVER | STAGE


def step(kind: str, name: str, who: int, sees: int, **settings: Any) -> list[Any]:
    text = [name, name]
    return [kind, text, text, 5 * MINUTE, "grace", who, sees, who, False, settings]


LANES: Final = [["Идеи", "Ideas"]]
STEPS: Final = [
    step("ideate", "Everybody writes", ACTING, ALL, lanes=LANES),
    step("ideate", "Only among us", STAFF, STAFF, lanes=LANES),
    step("reveal", "Reading", ACTING, ALL),
    step("vote", "Choosing", ACTING, ALL, style="dots", budget=3, max_per_item=3),
    step("claim", "Taking", ACTING, ALL),
]


def _has_left(client: RoomClient, step: int) -> bool:
    return client.agenda is not None and bool(client.agenda.current != step)


class Session:
    """A session of two people, played by programs up to the decisions."""

    def __init__(self, boss: RoomClient, anna: RoomClient, guest: RoomClient) -> None:
        self.boss, self.anna, self.guest = boss, anna, guest

    async def next(self) -> None:
        agenda = self.boss.agenda
        assert agenda is not None
        before = agenda.current
        await self.boss.do(NextStep(), step=before)
        for client in (self.boss, self.anna, self.guest):
            await client.until(partial(_has_left, client, before))

    async def play(self) -> None:
        """Write, read and vote, and word two decisions; Anna takes the first."""
        await self.next()
        await self.anna.do(PostIdea(0), "=1+1; a promise with a date")
        await self.guest.do(PostIdea(0), "an answer in plain words")
        await self.next()
        await self.anna.do(PostIdea(0), "we fear the phone")
        await self.next()
        await self.next()
        await self.anna.until(lambda: len(list(self.anna.replica.room.all("choice"))) == 3)
        for choice in self.guest.replica.room.all("choice"):
            await self.guest.do(CastDots(choice.id, 1))
        await self.next()
        for words in (
            ("We answer every letter within a day", "an answer", "hours"),
            ("Somebody calls back", "", ""),
        ):
            await self.anna.do(ProposeDecision(0, []), *words)
        await self.anna.until(lambda: len(self.decisions) == 2)
        await self.anna.do(ClaimDecision(self.decisions[0].id))
        await self.guest.do(OfferHelp(self.decisions[0].id), "a customer's eye")

    @property
    def decisions(self) -> list[Any]:
        return list(self.anna.replica.room.all("decision"))

    async def sign(self) -> None:
        first = self.decisions[0]
        await self.anna.do(SignDecision(first.id, first.version, first.digest))

    async def end(self) -> None:
        await self.boss.do(SetFate(self.decisions[1].id, "nobody"))
        await self.boss.do(CloseRoom())


@asynccontextmanager
async def session(crowd: Crowd) -> AsyncIterator[tuple[Session, dict[str, str]]]:
    """A session in its claim step, and where each page of it lies."""
    links = crowd.room(
        steps=STEPS,
        links=["facilitator", "stage", "member", "customer"],
        title="An answer within a day",
        goal="Every customer has an answer in a day.",
        lang="en",
        departments=[{"name": "Sales"}],
    )
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        base = crowd.server.base
        boss = await enter(RoomClient(base + links["facilitator"]))
        anna = await enter(RoomClient(base + links["member"]))
        guest = await enter(RoomClient(base + links["customer"]))
        sales = next(iter(anna.replica.room.all("department")))
        await anna.join("Anna", sales.id)
        await guest.join("Tamara")
        played = Session(boss, anna, guest)
        await played.play()
        paths = {
            "desk": links["facilitator"],
            "anna": links["member"].split("#")[0] + "#" + anna.token,
            "guest": links["customer"].split("#")[0] + "#" + guest.token,
        }
        yield played, paths


async def at_result(person: Person) -> Person:
    """Open the result by the page's own controls."""
    if "/m/" in person.page.url:
        await person.tap("menu-open")
        await person.tap("result-open")
    else:
        await person.tap("step-name")
        await person.tap("menu-result")
    await person.at("result-decision").first.wait_for()
    return person


async def test_everybody_has_a_version_during_and_after(crowd: Crowd) -> None:
    """R2.5, R2.6, R7.5: member, customer and moderator see what was decided, by whom, and what
    nobody took, while the session runs and after; a customer sees nothing of an internal step."""
    async with session(crowd) as (played, paths):
        anna = await at_result(await crowd.open(paths["anna"]))
        guest = await at_result(await crowd.open(paths["guest"], width=1440, height=900))
        desk = await at_result(await crowd.open(paths["desk"], width=1440, height=900))
        people = (anna, guest, desk)
        for person in people:
            await person.sees("One decision, no signature yet")
        own = anna.page.locator(".clause.is-mine")
        await expect(own).to_contain_text("Your decision")
        await expect(guest.page.locator(".clause.is-mine")).to_have_count(0)

        await played.sign()
        for person in people:
            await person.sees("One decision and one signature")
            signed = person.page.locator('[data-testid=result-decision][data-state="signed"]')
            await expect(signed).to_contain_text("Anna")
            await expect(signed).to_contain_text("Sales")
            await expect(signed).to_contain_text("a customer's eye")
        await expect(own).to_contain_text("signed")

        await played.end()
        for person in people:
            nobody = person.page.locator('[data-testid=result-decision][data-state="nobody"]')
            await expect(nobody.first).to_contain_text("Somebody calls back")
            await person.sees("What happens next")
        assert "we fear the phone" in await anna.text()
        text = await guest.page.content()
        for internal in ("we fear the phone", "Only among us"):
            assert internal not in text
        assert "A step of another group" in await guest.text()
    assert crowd.faults() == []


@pytest.mark.parametrize("kind", ["csv", "md", "json"])
async def test_files_are_downloaded_by_a_click(crowd: Crowd, kind: str, tmp_path: Path) -> None:
    """R2.5: the table opens in columns without a formula; text and data tell the same."""
    async with session(crowd) as (played, paths):
        await played.sign()
        person = await at_result(await crowd.open(paths["anna"]))
        async with person.page.expect_download() as coming:
            await person.tap(f"result-{kind}")
        download = await coming.value
        name = download.suggested_filename
        assert name.startswith("Session result ") and name.endswith(
            f"An answer within a day.{kind}"
        )
        saved = tmp_path / "file"
        await download.save_as(saved)
        content = saved.read_text("utf-8")
        assert "We answer every letter within a day" in content and "Anna" in content
        if kind == "csv":
            rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))
            assert content.startswith("\ufeff") and len({len(row) for row in rows}) == 1
            assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@")]
            assert "'=1+1; a promise with a date" in [cell for row in rows for cell in row]
        if kind == "json":
            assert json.loads(content)["decisions"][0]["owner"]["name"] == "Anna"
    assert crowd.faults() == []


async def test_paper_holds_the_document_alone(crowd: Crowd) -> None:
    """R2.5: printing shows the document and nothing of the page around it, from any surface."""
    async with session(crowd) as (played, paths):
        await played.sign()
        for path, size in ((paths["anna"], (360, 740)), (paths["desk"], (1440, 900))):
            person = await crowd.open(path, width=size[0], height=size[1])
            await at_result(person)
            page = person.page
            await page.emulate_media(media="print", color_scheme="dark")
            await page.evaluate("dispatchEvent(new Event('beforeprint'))")
            paper = page.locator("body > .doc--paper")
            await expect(paper).to_be_visible()
            await expect(page.locator("#app")).to_be_hidden()
            await expect(paper.get_by_test_id("result-csv")).to_be_hidden()
            ink = await paper.evaluate("one => getComputedStyle(one).color")
            assert ink == "rgb(0, 0, 0)"
            await page.evaluate("dispatchEvent(new Event('afterprint'))")
            await expect(paper).to_have_count(0)
            await expect(page.locator("#app")).to_be_visible()


async def test_last_result_stays_while_the_server_is_gone(crowd: Crowd) -> None:
    """R6.9: without a connection the last result stays, says so, and comes up to date by itself."""
    async with session(crowd) as (played, paths):
        person = await at_result(await crowd.open(paths["anna"]))
        await played.sign()
        await person.sees("One decision and one signature")
        crowd.server.kill()
        person.faults.clear()
        async with person.page.expect_download(timeout=1_000_000) as coming:
            await person.tap("result-csv")
            await person.sees("The download failed")
            await person.sees("One decision and one signature")
            crowd.server.start()
            await played.end()
            await person.sees("What happens next")
            await person.tap("result-csv")
        assert (await coming.value).suggested_filename.endswith(".csv")


async def test_result_says_that_nothing_is_decided(crowd: Crowd) -> None:
    """Before there is a decision the page says what will stand there."""
    links = crowd.room(template="first-session-45", title="T", goal="G", lang="en")
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    await anna.tap("step-name")
    await anna.tap("menu-result")
    await anna.sees("Nothing decided yet")
    await anna.sees("The session has not begun")
