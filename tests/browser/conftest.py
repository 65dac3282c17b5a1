"""A real server, a real browser, and people in it."""

import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright

ROOT = Path(__file__).resolve().parents[2]
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


class ServerProcess:
    """`oneroom serve` in a folder of its own, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = 0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        environment = {**os.environ, "PORT": str(self.port), "DATA_DIR": str(self.folder)}
        environment.pop("PUBLIC_URL", None)
        environment.pop("HOST", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "client.cli", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=(self.folder.parent / "server.log").open("a"),
            text=True,
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            found = re.search(r"serves on http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = int(found[1])
                return
        raise AssertionError((self.folder.parent / "server.log").read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self._end()

    def stop(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self._end()

    def _end(self) -> None:
        assert self.process is not None and self.process.stdout is not None
        self.process.wait(10)
        self.process.stdout.close()
        self.process = None

    def new_room(self, **wanted: Any) -> tuple[str, dict[str, str]]:
        """A room's code and the paths of its links by role."""
        key = (self.folder / "operator.key").read_text().strip()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/rooms",
            json.dumps(wanted).encode(),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            made = json.load(answer)
        paths = {
            link["role"]: link["url"].removeprefix(f"http://127.0.0.1:{self.port}")
            for link in made["links"]
        }
        return made["code"], paths


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A running server."""
    folder = tmp_path / "data"
    folder.mkdir()
    running = ServerProcess(folder)
    running.start()
    yield running
    if running.process is not None:
        running.stop()


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
                if message.type == "error" and "ERR_CONNECTION" not in message.text
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

    def __init__(self, browser: Browser, server: ServerProcess) -> None:
        self._browser = browser
        self.server = server
        self.people: list[Person] = []

    async def open(
        self, path: str, *, host: str = "127.0.0.1", width: int = 360, height: int = 740
    ) -> Person:
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", has_touch=width < 800
        )
        page = await context.new_page()
        page.set_default_timeout(15_000)
        person = Person(page, context)
        self.people.append(person)
        await page.goto(f"http://{host}:{self.server.port}{path}")
        return person

    def faults(self) -> list[str]:
        return [fault for person in self.people for fault in person.faults]


@pytest.fixture
def crowd(browser: Browser, server: ServerProcess) -> Crowd:
    """People with devices."""
    return Crowd(browser, server)


async def eventually(condition: Any, what: str, tries: int = 150) -> None:
    """Wait until an async condition holds."""
    for _ in range(tries):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"never happened: {what}")
