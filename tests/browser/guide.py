"""Makes the pictures of the facilitators' guide from a demonstration session.

`python -m tests.browser.guide docs/guide` saves NAME.LANGUAGE.png for both languages.
"""

import asyncio
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from msgspec import Struct
from playwright.async_api import Browser, Page, async_playwright

from client.own_server import OwnServer
from client.sayings import Lang
from tests.browser.conftest import FLAGS
from tests.browser.demonstration import Demonstration, Surface
from tests.browser.palette import paletted
from tests.browser.screens import browser_program, open_page, settled, viewport

DESK: Final = "1280x800"
PHONE: Final = "360x700"
STAGE: Final = "1280x720"
SIZES: Final = {"desk": DESK, "stage": STAGE}
# Two phones beside each other.
PAIR: Final = """<body style="margin:0;background:#dfe2dc;display:flex;gap:24px;padding:16px">
{0}</body>"""
PIXELS: Final = """async address => {
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    const {width, height} = picture;
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    const bytes = canvas.getImageData(0, 0, width, height).data;
    let text = "";
    for (let i = 0; i < bytes.length; i += 4096)
        text += String.fromCharCode(...bytes.subarray(i, i + 4096));
    return [width, height, btoa(text)];
}"""


class Shot(Struct, frozen=True):
    """A picture: whose screen at which moment, and what is tapped before. Two phones at two moments
    make a pair."""

    name: str
    surface: Surface
    moment: str
    taps: tuple[str, ...] = ()
    waits: str = "step-name"
    """What must be there first."""


SHOTS: Final = (
    Shot("2-invite", "desk", "lobby", ("links-open",)),
    Shot("3-gather", "desk", "lobby", waits="voice"),
    Shot("4-phones", "join", "join", waits="join-send"),
    Shot("4-phones", "phone", "ideas"),
    Shot("5-lead", "desk", "ideas"),
    Shot("6-time", "desk", "ideas", ("time-open",)),
    Shot("7-votes", "stage", "dots-closed", waits="stage-tally"),
    Shot("8-take", "phone", "claim", ("invitation-open",)),
    Shot("8-take", "phone", "close"),
    Shot("9-close", "desk", "close"),
    Shot("10-result", "desk", "over"),
)


class Album:
    """The pictures of one language."""

    def __init__(self, browser: Browser, folder: Path, lang: Lang) -> None:
        self._browser = browser
        self._folder = folder
        self._lang = lang
        self._pages: dict[str, Page] = {}
        self._halves: dict[str, bytes] = {}

    async def make(self, server: OwnServer) -> None:
        """All of them."""
        async with Demonstration(server, self._lang) as demonstration:
            await self._home(server, demonstration)
            async for moment in demonstration.moments():
                for shot in SHOTS:
                    if shot.moment == moment:
                        await self._take(shot, demonstration.urls[shot.surface])
        for page in self._pages.values():
            await page.context.close()

    async def _page(self, surface: str, url: str) -> Page:
        if surface not in self._pages:
            size = SIZES.get(surface, PHONE)
            self._pages[surface] = await open_page(self._browser, url, self._lang, size)
        return self._pages[surface]

    async def _take(self, shot: Shot, url: str) -> None:
        page = await self._page(shot.surface, url)
        await page.locator(f"[data-testid={shot.waits}]:visible").first.wait_for()
        await settled(page)
        for control in shot.taps:
            await page.locator(f"[data-testid={control}]:visible").first.click()
        await settled(page)
        picture = await page.screenshot()
        if shot.surface in SIZES:
            await self._save(shot.name, picture)
        elif other := self._halves.pop(shot.name, None):
            await self._save(shot.name, await self._pair(other, picture))
        else:
            self._halves[shot.name] = picture
        if shot.taps:
            await page.keyboard.press("Escape")
            await page.reload()

    async def _home(self, server: OwnServer, demonstration: Demonstration) -> None:
        """The form for a new room, filled in."""
        page = await open_page(self._browser, server.base, self._lang, "1280x900")
        words = demonstration.words
        await page.get_by_test_id("home-title").fill(words.title)
        await page.get_by_test_id("home-goal").fill(words.goal)
        for department in words.departments[:4]:
            await page.get_by_test_id("home-departments").fill(department)
            await page.get_by_test_id("home-departments").press("Enter")
        await page.evaluate("scrollTo(0, 0)")
        await settled(page)
        await self._save("1-make", await page.screenshot())
        await page.context.close()

    async def _pair(self, one: bytes, other: bytes) -> bytes:
        pictures = (f'<img src="{address(half)}">' for half in (one, other))
        page = await self._browser.new_page(viewport=viewport("776x732"))
        await page.set_content(PAIR.format("".join(pictures)))
        await settled(page)
        both = await page.screenshot()
        await page.close()
        return both

    async def _save(self, name: str, picture: bytes) -> None:
        page = await self._browser.new_page()
        width, height, pixels = await page.evaluate(PIXELS, address(picture))
        await page.close()
        small = paletted(width, height, b64decode(pixels))
        target = self._folder / f"{name}.{self._lang}.png"
        target.write_bytes(small)
        print(f"{target}: {len(small) // 1000} kB")  # noqa: T201


def address(picture: bytes) -> str:
    """A picture as a data address."""
    return f"data:image/png;base64,{b64encode(picture).decode()}"


async def main(folder: Path) -> None:
    """The pictures of both languages."""
    folder.mkdir(parents=True, exist_ok=True)
    with OwnServer() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=browser_program(), args=FLAGS
            )
            for lang in ("ru", "en"):
                await Album(browser, folder, lang).make(server)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
