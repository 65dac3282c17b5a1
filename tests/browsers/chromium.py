"""Chromium, driven by Playwright."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from tests.browser.conftest import FLAGS
from tests.browsers.engine import AHEAD, SIZE, Engine, Tab
from tests.browsers.processes import program


class ChromiumTab(Tab):
    """A page of a context."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def evaluate(self, function: str, *arguments: Any) -> Any:
        return await self._page.evaluate(f"all => ({function})(...all)", list(arguments))

    async def go(self, url: str) -> None:
        await self._page.goto(url)

    async def down(self, x: int, y: int) -> None:
        await self._page.mouse.move(x, y)
        await self._page.mouse.down()

    async def up(self) -> None:
        await self._page.mouse.up()

    async def keys(self, text: str) -> None:
        await self._page.keyboard.type(text)

    async def png(self) -> bytes:
        return await self._page.screenshot()

    async def handles(self) -> set[Any]:
        return set(self._page.context.pages)

    def other(self, handle: Page) -> Tab:
        return ChromiumTab(handle)


class Chromium(Engine):
    """A headless Chromium, a context for each device."""

    name = "chromium"

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def device(self, *, ahead_ms: int = 0) -> Tab:
        width, height = SIZE
        context = await self._browser.new_context(
            viewport={"width": width, "height": height}, locale="ru"
        )
        if ahead_ms:
            await context.add_init_script(f"({AHEAD})({ahead_ms})")
        return ChromiumTab(await context.new_page())

    async def content_processes(self) -> list[int]:
        session = await self._browser.new_browser_cdp_session()
        told = await session.send("SystemInfo.getProcessInfo")
        await session.detach()
        return [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]


@asynccontextmanager
async def chromium() -> AsyncIterator[Engine]:
    """Chromium, running."""
    path = program(os.environ.get("CHROME_PATH") or "/usr/bin/chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield Chromium(browser)
        await browser.close()
