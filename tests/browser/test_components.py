"""The page of all components, which must not fall behind them."""

import pytest

from tests.browser.conftest import Crowd, eventually
from tests.browser.screens import settled

pytestmark = pytest.mark.timeout(60)

# What is drawn: sections in two themes, phones in frames of their own, stages.
DRAWN = """() => [
    document.querySelectorAll(".show__cell > *").length,
    [...document.querySelectorAll("iframe")].filter(
        frame => frame.contentDocument.body.innerText.trim()).length,
    [...document.querySelectorAll(".show__stage")].filter(
        stage => stage.innerText.trim()).length,
]"""


async def test_all_components_are_drawn_in_both_languages(crowd: Crowd) -> None:
    """Every sample shows something, and nothing on the page fails."""
    page = await crowd.open("/components", width=1440, height=900)
    frames = await page.page.locator("iframe").count()
    stages = await page.page.locator(".show__stage").count()
    assert frames > 40 and stages > 40

    async def drawn() -> bool:
        things, full_frames, full_stages = await page.page.evaluate(DRAWN)
        return bool(things > 60 and (full_frames, full_stages) == (frames, stages))

    for language, title in (("ru", "Компоненты и состояния"), ("en", "Components and states")):
        await page.tap(f"lang-{language}")
        await page.sees(title)
        await settled(page.page)
        await eventually(drawn, f"everything is drawn in {language}")
    assert crowd.faults() == []
