"""Photographs every screen of a demonstration session, to be looked at.

`python -m tests.browser.screens FOLDER` saves FOLDER/SURFACE/NN-MOMENT-SIZE-THEME-LANGUAGE.png for
all surfaces, moments in their order, sizes, themes and languages. Options narrow it down, each a
list with commas, as in `--surface phone,desk --moment ideas,talk --size 360x740 --lang ru`.
"""

import argparse
import asyncio
import os
from itertools import product
from pathlib import Path
from typing import Final, Literal, cast, get_args

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from client.own_server import OwnServer
from client.sayings import Lang
from tests.browser.conftest import FLAGS
from tests.browser.demonstration import Demonstration, Surface

Theme = Literal["light", "dark"]

SIZES: Final = ("360x740", "768x1024", "1440x900", "1920x1080")
ALONE: Final = {"home": "/", "components": "/components"}
"""Pages that belong to no room, and are laid out when they are loaded."""
SURFACES: Final = (*ALONE, *get_args(Surface))
THEMES: Final = ("light", "dark")
LANGS: Final = ("ru", "en")
QUIET_MS: Final = 250
"""So long nothing but the clock must have moved before a screen is looked at."""

# A change of text alone is the clock's; anything else starts the wait anew.
SETTLED: Final = """quiet => document.fonts.ready.then(() => new Promise(done => {
    let timer = setTimeout(done, quiet);
    new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, quiet); })
        .observe(document.body, {childList: true, subtree: true});
}))"""


def browser_program() -> str:
    """The browser that tests drive."""
    return os.environ.get("CHROME_PATH") or "/usr/bin/chromium"


async def settled(page: Page) -> None:
    """Wait until a page has stopped changing."""
    await page.evaluate(SETTLED, QUIET_MS)


def viewport(size: str) -> ViewportSize:
    """A size as people write it, "360x740"."""
    width, height = map(int, size.split("x"))
    return {"width": width, "height": height}


async def open_page(browser: Browser, url: str, lang: Lang, size: str = "360x740") -> Page:
    """A page on a device of its own that speaks a language and likes things to stand still."""
    context = await browser.new_context(
        viewport=viewport(size), locale=lang, reduced_motion="reduce", color_scheme="light"
    )
    page = await context.new_page()
    await page.goto(url)
    return page


class Photographer:
    """Walks through one demonstration and photographs what was asked for."""

    def __init__(self, browser: Browser, server: OwnServer, asked: argparse.Namespace) -> None:
        self._browser = browser
        self._server = server
        self._asked = asked
        self._pages: dict[str, Page] = {}
        self._moments = 0
        self.shots = 0

    async def walk(self, lang: Lang) -> None:
        """One whole session."""
        self._moments = 0
        for surface in ALONE.keys() & set(self._asked.surface):
            url = self._server.base + ALONE[surface]
            await self._look(surface, await self._page(surface, url, lang), surface)
        if set(self._asked.surface) - ALONE.keys():
            await self._session(lang)
        for page in self._pages.values():
            await page.context.close()
        self._pages.clear()

    async def _session(self, lang: Lang) -> None:
        async with Demonstration(self._server, lang) as demonstration:
            async for moment in demonstration.moments():
                for surface, url in demonstration.urls.items():
                    if surface in self._asked.surface and surface not in self._pages:
                        await self._page(surface, url, lang)
                self._moments += 1
                if not self._asked.moment or moment in self._asked.moment:
                    await self._moment(moment)

    async def _page(self, surface: str, url: str, lang: Lang) -> Page:
        page = self._pages[surface] = await open_page(self._browser, url, lang)
        page.set_default_timeout(15_000)
        await page.wait_for_function("document.querySelector('#app').childElementCount > 0")
        return page

    async def _moment(self, moment: str) -> None:
        once = {*ALONE, *(() if moment == "join" else ("join",))}
        shown = [surface for surface in self._pages if surface not in once]
        await asyncio.gather(*(self._look(s, self._pages[s], moment) for s in shown))

    async def _look(self, surface: str, page: Page, moment: str) -> None:
        lang = (await page.get_attribute("html", "lang")) or "ru"
        own_theme = await page.get_attribute("html", "data-theme")
        folder = self._asked.folder / surface
        folder.mkdir(parents=True, exist_ok=True)
        await settled(page)
        themes = [own_theme] if own_theme else self._asked.theme
        for theme, size in product(themes, self._asked.size):
            await page.emulate_media(color_scheme=cast(Theme, theme))
            await page.set_viewport_size(viewport(size))
            if surface in ALONE:
                await page.reload()
                await settled(page)
            target = folder / f"{self._moments:02}-{moment}-{size}-{theme}-{lang}.png"
            whole = self._asked.full or surface in ALONE
            await page.screenshot(path=target, full_page=whole)
            self.shots += 1


def parser() -> argparse.ArgumentParser:
    """What can be asked for."""
    asking = argparse.ArgumentParser(prog="screens", description=__doc__)
    asking.add_argument("folder", type=Path)
    for name, choices in (
        ("surface", SURFACES),
        ("size", SIZES),
        ("theme", THEMES),
        ("lang", LANGS),
        ("moment", ()),
    ):
        asking.add_argument(
            f"--{name}", type=lambda text: text.split(","), default=list(choices), metavar="A,B"
        )
    asking.add_argument(
        "--full", action="store_true", help="whole pages, not what the window shows"
    )
    return asking


async def main(asked: argparse.Namespace) -> None:
    """Photograph."""
    with OwnServer() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=browser_program(), args=FLAGS
            )
            photographer = Photographer(browser, server, asked)
            for lang in asked.lang:
                await photographer.walk(lang)
            await browser.close()
    print(f"{photographer.shots} pictures in {asked.folder}")  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main(parser().parse_args()))
