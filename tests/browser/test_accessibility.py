"""Every screen of every kind, in both languages and both themes, under the rules of axe-core."""

import asyncio
from typing import Final, Literal

import pytest
from playwright.async_api import Browser, Page

from client.own_server import OwnServer
from client.sayings import Lang
from rooms.features import KINDS
from tests.browser.demonstration import LAYERS, Demonstration
from tests.browser.screens import open_page, settled
from tests.conftest import ROOT

pytestmark = pytest.mark.timeout(240)

AXE: Final = ROOT / "client" / "node_modules" / "axe-core" / "axe.min.js"
SIZES: Final = {"desk": "1440x900", "stage": "1920x1080", "home": "1440x900"}
LANGS: Final[tuple[Lang, ...]] = ("ru", "en")
Theme = Literal["light", "dark"]
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A target that the lower zone covers just now is measured again in the middle of the screen.
RUN: Final = """async tags => {
    const hidden = async ({target}) => {
        const element = document.querySelector(target[0]);
        element.scrollIntoView({block: "center"});
        const again = await axe.run(element, {runOnly: {type: "rule", values: ["target-size"]}});
        return again.violations.length === 0;
    };
    const {violations} = await axe.run(document, {runOnly: tags, resultTypes: ["violations"]});
    const found = [];
    for (const {id, help, nodes} of violations) {
        const real = [];
        for (const node of nodes)
            if (id !== "target-size" || !(await hidden(node))) real.push(node.html.slice(0, 200));
        if (real.length) found.push([`${id}: ${help}`, real]);
    }
    return found;
}"""


class Inspector:
    """Pages in both languages, looked at again at every moment."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[tuple[str, Lang], Page] = {}
        self.faults: dict[str, list[str]] = {}

    async def open(self, surface: str, url: str) -> None:
        """A surface in both languages, unless it is open."""
        for lang in LANGS:
            if (surface, lang) in self._pages:
                continue
            size = SIZES.get(surface, "360x740")
            page = await open_page(self._browser, "about:blank", lang, size)
            await page.add_init_script(f"localStorage.setItem('oneroom:lang', '{lang}')")
            # The stage speaks the room's language and is dark, unless its address says otherwise.
            await page.goto(url.replace("#", f"?lang={lang}&theme=system#"))
            await page.wait_for_function("document.querySelector('#app').childElementCount > 0")
            await page.evaluate(AXE.read_text("utf-8"))
            self._pages[surface, lang] = page

    async def close(self, surface: str) -> None:
        """A surface is not looked at any more."""
        for lang in LANGS:
            await self._pages.pop((surface, lang)).context.close()

    async def look(self, moment: str) -> None:
        """Run the rules over every page in both themes."""
        await asyncio.gather(*(settled(page) for page in self._pages.values()))
        await asyncio.gather(*(self._look(*page, moment) for page in self._pages))

    async def _look(self, surface: str, lang: Lang, moment: str) -> None:
        page = self._pages[surface, lang]
        assert await page.get_attribute("html", "lang") == lang
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            await self._run(page, f"{surface}, {moment}, {lang}, {theme}")

    async def _run(self, page: Page, where: str) -> None:
        if not await page.evaluate("'axe' in window"):
            await page.evaluate(AXE.read_text("utf-8"))
        for rule, places in await page.evaluate(RUN, RULES):
            found = self.faults.setdefault(rule, [])
            found += [f"{where}: {place}" for place in places]

    async def open_layers(self, moment: str) -> None:
        """Open what can be opened at a moment: in Russian and light, in English and dark."""
        for (surface, when), layers in LAYERS.items():
            if when == moment:
                pairs = zip(LANGS, THEMES, strict=True)
                await asyncio.gather(*(self._layers(surface, *pair, layers) for pair in pairs))

    async def _layers(
        self, surface: str, lang: Lang, theme: Theme, layers: tuple[str, ...]
    ) -> None:
        page = self._pages[surface, lang]
        await page.emulate_media(color_scheme=theme)
        for layer in layers:
            for control in layer.split():
                await page.locator(f"[data-testid={control}]:visible").first.click()
            await settled(page)
            await self._run(page, f"{surface}, {layer}, {lang}, {theme}")
            for _ in layer.split():
                await page.keyboard.press("Escape")
        await page.reload()

    def report(self) -> str:
        """What is wrong, rule by rule, with the first places where it was seen."""
        lines = []
        for rule, places in self.faults.items():
            lines.append(f"{rule} ({len(places)} times)")
            lines += [f"    {place}" for place in places[:8]]
        return "\n".join(lines)


async def test_no_screen_shuts_anybody_out(browser: Browser, server: OwnServer) -> None:
    """R2.3: phones, desk and stage at every moment of a session, the door and the home page."""
    inspector = Inspector(browser)
    await inspector.open("home", server.base)
    kinds = set()
    async with Demonstration(server, "ru") as demonstration:
        async for moment in demonstration.moments():
            for surface, url in demonstration.urls.items():
                if surface != "join" or moment == "join":
                    await inspector.open(surface, url)
            await inspector.look(moment)
            await inspector.open_layers(moment)
            if moment == "join":
                await inspector.close("home")
                await inspector.close("join")
            if demonstration.moderator.step:
                kinds.add(demonstration.step.kind)
    assert kinds == set(KINDS)
    assert not inspector.faults, inspector.report()
