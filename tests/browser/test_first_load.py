"""How light the phone comes, and that nothing on it moves by itself."""

from typing import Any, Final

import pytest
from playwright.async_api import Browser, Page

from client.own_server import OwnServer
from tests.browser.conftest import Crowd, Person, eventually
from tests.browser.screens import open_page, settled
from tests.browser.test_session import ROOM, move_on

pytestmark = pytest.mark.timeout(240)

FIRST_LOAD_BYTES: Final = 60_000
SHIFT: Final = 0.01
"""A tenth of what is called good."""
VISIBLE_PX: Final = 440
"""What a keyboard leaves of a phone's height."""

WATCH_SHIFTS: Final = """window.shifts = [];
new PerformanceObserver(list => {
    for (const {value, sources} of list.getEntries())
        shifts.push([value, ...sources.map(({node}) => node?.outerHTML?.slice(0, 120))]);
}).observe({type: "layout-shift", buffered: true})"""

# A keyboard that lies over the page, as on an iPhone.
COVER: Final = """visible => {
    Object.defineProperty(visualViewport, "height", {value: visible});
    visualViewport.dispatchEvent(new Event("resize"));
}"""

# Where everything in the middle of the screen stands.
PLACES: Final = """() => [...document.querySelectorAll("main *")].map(element => {
    const {left, top, width} = element.getBoundingClientRect();
    return [element.tagName, left, top, width].join(" ");
})"""


async def test_the_door_stands_within_sixty_kilobytes(browser: Browser, server: OwnServer) -> None:
    """The join page with all that was fetched until it stands: bytes as they came over the wire,
    compressed, with their headers."""
    link = Crowd(browser, server).room(**ROOM)["member"]
    page = await open_page(browser, "about:blank", "ru")
    wire = await page.context.new_cdp_session(page)
    carried: dict[str, float] = {}
    wire.on(
        "Network.loadingFinished",
        lambda told: carried.update({told["requestId"]: told["encodedDataLength"]}),
    )
    await wire.send("Network.enable")
    await page.goto(server.base + link)
    await page.get_by_test_id("join-send").wait_for()
    await page.wait_for_load_state("networkidle")
    await page.context.close()
    assert 20_000 < sum(carried.values()) <= FIRST_LOAD_BYTES, carried


async def shifts(page: Page) -> list[Any]:
    """All layout shifts since the page began to load, with what moved."""
    await settled(page)
    found: list[Any] = await page.evaluate("shifts")
    return found


async def test_nothing_moves_while_a_phone_loads(crowd: Crowd) -> None:
    """Neither the door nor a step jumps while it is loading."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    anna = await crowd.open("/healthz")
    await anna.page.add_init_script(WATCH_SHIFTS)
    await anna.page.goto(crowd.server.base + links["member"])
    await anna.at("join-send").wait_for()
    moved = await shifts(anna.page)
    await anna.join("Anna")
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    await anna.page.reload()
    await anna.at("idea-text").wait_for()
    moved += await shifts(anna.page)
    assert sum(value for value, *_ in moved) <= SHIFT, moved


@pytest.mark.parametrize("covers", [False, True], ids=["page shrinks", "page is covered"])
async def test_nothing_but_the_composer_moves_when_the_keyboard_opens(
    crowd: Crowd, covers: bool
) -> None:
    """R2.4: whether the keyboard takes from the page's height or lies over it, the page stays where
    it is and the composer stands on the keyboard."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    await anna.tap("idea-text")
    await settled(anna.page)
    before = await anna.page.evaluate(PLACES)
    assert before
    if covers:
        await anna.page.evaluate(COVER, VISIBLE_PX)
    else:
        await anna.page.set_viewport_size({"width": 360, "height": VISIBLE_PX})
    await eventually(lambda: stands_on_keyboard(anna), "the composer stands on the keyboard", 30)
    await settled(anna.page)
    assert await anna.page.evaluate(PLACES) == before


async def stands_on_keyboard(person: Person) -> bool:
    """Whether the composer ends within what a keyboard leaves to be seen."""
    box = await person.at("idea-send").first.bounding_box()
    return box is not None and VISIBLE_PX - 40 < box["y"] + box["height"] <= VISIBLE_PX
