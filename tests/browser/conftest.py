"""A real server, a real browser, and people in it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

from client.own_server import OwnServer, new_room

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A host that is not localhost, so not a secure origin, and yet on this machine.
    "--host-resolver-rules=MAP room.test 127.0.0.1",
]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    """A server process in a folder of its own."""
    with OwnServer() as running:
        yield running


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        await launched.close()


class Person:
    """One page of one device."""

    def __init__(self, page: Page, context: BrowserContext) -> None:
        self.page = page
        self.context = context
        self.faults: list[str] = []
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on(
            "console",
            lambda message: (
                self.faults.append(message.text)
                if message.type == "error"
                and "ERR_CONNECTION" not in message.text
                and "WebSocket" not in message.text
                else None
            ),
        )

    def at(self, name: str) -> Locator:
        """The controls with this test id."""
        return self.page.get_by_test_id(name)

    async def tap(self, name: str) -> None:
        await self.at(name).first.click()

    async def write(self, name: str, text: str) -> None:
        await self.at(name).first.fill(text)

    async def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        await self.page.get_by_text(text).first.wait_for()

    async def text(self) -> str:
        return await self.page.locator("body").inner_text()

    async def join(self, name: str, place: str = "onsite") -> None:
        await self.write("join-name", name)
        await self.tap(f"join-{place}")
        await self.tap("join-send")
        await self.at("join-send").wait_for(state="detached")


class Crowd:
    """Opens devices against one server."""

    def __init__(self, browser: Browser, server: OwnServer) -> None:
        self._browser = browser
        self.server = server
        self.people: list[Person] = []

    def room(self, **wanted: Any) -> dict[str, str]:
        """A new room: the paths of its links by role."""
        made = new_room(self.server.base, self.server.key, **wanted)
        return {role: url.removeprefix(self.server.base) for role, url in made.urls.items()}

    async def open(
        self,
        path: str,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        width: int = 360,
        height: int = 740,
    ) -> Person:
        """A page on a device of its own; `port` leads to the server by another way."""
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", has_touch=width < 800
        )
        page = await context.new_page()
        page.set_default_timeout(15_000)
        person = Person(page, context)
        self.people.append(person)
        await page.goto(f"http://{host}:{port or self.server.port}{path}")
        return person

    def faults(self) -> list[str]:
        return [fault for person in self.people for fault in person.faults]


@pytest.fixture
def crowd(browser: Browser, server: OwnServer) -> Crowd:
    """People with devices."""
    return Crowd(browser, server)


async def eventually(condition: Any, what: str, tries: int = 150) -> None:
    """Wait until an async condition holds."""
    for _ in range(tries):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never happened: {what}")
