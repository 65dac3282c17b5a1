"""The page of `oneroom demo-chaos`, for a projector: everything in one picture, what differs or is
broken at once to be seen."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from client import chaos_page
from client.chaos_page import Event
from client.own_redis import free_port
from client.own_server import RoomLinks
from tests.browser.test_accessibility import AXE, RULES, RUN, THEMES

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def board() -> AsyncIterator[tuple[chaos_page.Board, str]]:
    """A board of three servers in the middle of it, and where it is shown."""
    page = chaos_page.Page(["1", "2", "3"], 200)
    page.room(RoomLinks("ABC234", {}))
    page.begin(Event("kill_server", "1", people=67, recovery_s=0.43, lasted_s=4.0, over=True))
    for side in page.board.servers:
        side.answers, side.seq, side.people = True, 12_459, 67
        side.chain, side.digest = "c5feb979f3078b17", "ff7f2891518f0a235a196023ef2fffea"
    page.board.acknowledged, page.board.people, page.board.compared = 12_450, 200, 90
    async with chaos_page.serving_page(page, "127.0.0.1", free_port()) as where:
        yield page.board, where


async def opened(browser: Browser, where: str, how: str = "") -> Page:
    page = await browser.new_page(viewport={"width": 1280, "height": 720}, locale="en-GB")
    await page.goto(f"{where}/{how}")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


async def test_what_is_broken_or_differs_stands_out(
    browser: Browser, board: tuple[chaos_page.Board, str]
) -> None:
    """R9.2: the same on all servers; one that is killed; one that says something else."""
    now, where = board
    page = await opened(browser, where)
    await expect(page.get_by_text("All hold the same")).to_be_visible()
    await expect(page.get_by_text("12,450")).to_be_visible()
    await expect(page.get_by_text("67 people back after 0.43 s")).to_be_visible()
    now.servers[1].state, now.servers[1].answers, now.redis = "killed", False, "frozen"
    now.waiting = 12
    await expect(page.locator(".ch-server.is-killed")).to_contain_text("Server 2 killed")
    await expect(page.locator(".ch-redis")).to_contain_text("frozen waiting for an answer: 12")
    await expect(page.get_by_text("All hold the same")).to_have_count(0)
    assert not await page.locator(".is-other").count()
    now.servers[2].digest, now.servers[2].differs, now.differences = "0" * 32, True, 1
    await expect(page.locator(".ch-server.is-other")).to_contain_text("differs")
    await expect(page.get_by_text("The servers differ: 1")).to_be_visible()
    now.over = True
    await expect(page.get_by_text("The show is over")).to_be_visible()


@pytest.mark.parametrize("theme", THEMES)
async def test_it_fits_a_projector_in_both_languages_and_themes(
    browser: Browser, board: tuple[chaos_page.Board, str], theme: str
) -> None:
    """R2.3, R8.3: nothing is cut off, and whoever sees badly sees it too."""
    now, where = board
    now.servers[2].differs, now.servers[1].state = True, "killed"
    now.events = now.events * 8
    for lang in ("ru", "en"):
        page = await opened(browser, where, f"?lang={lang}&theme={theme}")
        over = await page.evaluate(
            "() => [document.documentElement.scrollHeight - innerHeight,"
            " document.documentElement.scrollWidth - innerWidth]"
        )
        assert max(over) <= 0, (lang, over)
        await page.add_script_tag(path=AXE)
        assert await page.evaluate(RUN, RULES) == []
        await page.close()
