"""The operator's page: it asks for the key once, shows what the server says while it is looked at,
and says when the server is silent."""

import pytest
from playwright.async_api import expect

from client.own_server import new_room
from server.status_words import WORDS
from tests.browser.conftest import Crowd
from tests.browser.test_home import WIDE, clean

pytestmark = pytest.mark.timeout(120)


async def test_operator_sees_what_the_server_promises(crowd: Crowd) -> None:
    """R9.2: by keyboard, with the key asked once for the tab and never kept beyond it."""
    server = crowd.server
    person = await crowd.open("/status", **WIDE)
    page = person.page
    await clean(person)
    key = page.locator("#key")
    await key.fill("not the key")
    await key.press("Enter")
    await expect(page.get_by_role("alert")).to_have_text(WORDS["wrong_key"][1])
    await expect(key).to_be_focused()
    person.faults.clear()  # the browser tells of the refusal, too

    await key.fill(server.key)
    await key.press("Enter")
    heading = page.get_by_role("heading", level=1)
    await expect(heading).to_have_text(WORDS["kept"][1])
    await expect(page.get_by_text(WORDS["no_rooms"][1])).to_be_visible()

    await page.reload()
    await expect(heading).to_have_text(WORDS["kept"][1])
    forget = page.get_by_role("button", name=WORDS["forget"][1])
    await forget.focus()
    room = new_room(server.base, server.key, template="first-session-45", title="Title")
    await expect(page.get_by_role("rowheader", name=room.code)).to_be_visible()
    await expect(forget).to_be_focused()
    await clean(person)

    await page.get_by_role("link", name="Рус").click()
    await expect(heading).to_have_text(WORDS["kept"][0])
    assert await page.evaluate("localStorage.length") == 0

    server.stop()
    await expect(page.locator("#silent")).to_have_text(WORDS["silent"][0])
    await expect(page.get_by_role("rowheader", name=room.code)).to_be_visible()
    server.start()
    await expect(page.locator("#silent")).to_have_text("")

    await page.get_by_role("button", name=WORDS["forget"][0]).click()
    await expect(key).to_be_visible()
    assert not crowd.faults()


async def test_page_fits_a_phone(crowd: Crowd) -> None:
    """R2.3: 320 wide, nothing is wider than the page; tables move by themselves."""
    person = await crowd.open("/status", width=320, height=640)
    new_room(crowd.server.base, crowd.server.key, template="first-session-45", title="Title")
    await person.page.locator("#key").fill(crowd.server.key)
    await person.page.get_by_role("button", name=WORDS["show"][1]).click()
    await person.page.get_by_role("region", name=WORDS["rooms"][1]).wait_for()
    await clean(person)
    assert not crowd.faults()
