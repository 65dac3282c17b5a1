"""The home page: a room is made through it alone, found again, and entered by its code."""

from typing import Any, Final

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Crowd, Person
from tests.browser.test_accessibility import AXE, RULES, RUN, THEMES

pytestmark = pytest.mark.timeout(120)

WIDE: Final[dict[str, Any]] = {"width": 1440, "height": 900}
GOAL: Final = "By New Year every customer has an answer within a day."


async def fill(person: Person, key: str) -> None:
    """What a room needs at least."""
    await person.write("home-goal", GOAL)
    await person.write("home-key", key)


async def made(person: Person) -> str:
    """Wait until the room is ready; returns its code."""
    await person.at("home-ready").wait_for()
    return str(await person.page.evaluate("location.hash.slice(1)"))


async def clean(person: Person) -> None:
    """No rule of accessibility is broken, in either theme, and nothing is wider than the page."""
    await person.page.evaluate(AXE.read_text("utf-8"))
    for theme in THEMES:
        await person.page.emulate_media(color_scheme=theme)
        assert await person.page.evaluate(RUN, RULES) == []
    assert await person.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_room_is_made_through_the_page_alone(crowd: Crowd) -> None:
    """R0.1: template, goal, language, departments, names and links, and the desk opens."""
    person = await crowd.open("/", **WIDE)
    await person.page.get_by_text("One decision in twenty minutes").click()
    await person.sees("Wording it")
    await fill(person, crowd.server.key)
    await person.write("home-title", "An answer within a day")
    await person.tap("home-nameless")
    await person.sees("Nobody can tell the authors")
    await person.page.get_by_test_id("home-usual").filter(has_text="Sales").click()
    await person.page.get_by_test_id("home-usual").filter(has_text="Accounting").click()
    await person.tap("home-role-customer")
    await person.tap("home-role-expert")
    await person.tap("home-key-keep")
    await person.tap("home-create")
    code = await made(person)
    await expect(person.at("home-link")).to_have_count(5)
    for role in ("Facilitator", "Stage", "Participant", "Leader", "Expert"):
        await person.page.get_by_role("textbox", name=role, exact=True).wait_for()
    await clean(person)
    await person.tap("home-qr")
    await expect(person.page.locator("img.qr")).to_be_visible()
    await person.page.keyboard.press("Escape")

    await person.tap("home-desk")
    await person.page.wait_for_url(f"**/m/{code}")
    await person.sees("An answer within a day")

    await person.page.goto(f"http://127.0.0.1:{crowd.server.port}/")
    room = person.at("home-room")
    await expect(room).to_contain_text("An answer within a day")
    await expect(room).to_contain_text("not begun yet")
    await person.sees("The key is remembered on this device.")
    await person.tap("home-room-links")
    assert await made(person) == code
    assert crowd.faults() == []


async def test_internal_department_is_missed(crowd: Crowd) -> None:
    """R1.4: with only sales and service invited there is a warning; with accounting it is gone."""
    person = await crowd.open("/", **WIDE)
    warning = person.at("home-no-internal")
    await person.page.get_by_test_id("home-usual").filter(has_text="Sales").click()
    await person.page.get_by_test_id("home-usual").filter(has_text="Support").click()
    await expect(warning).to_contain_text("No internal department")
    await person.write("home-departments", "Accounting, Warehouse")
    await person.page.keyboard.press("Enter")
    await expect(person.at("home-department")).to_have_count(4)
    await expect(warning).to_be_empty()
    for name in ("Accounting", "Warehouse"):
        row = person.at("home-department").filter(has_text=name)
        await row.get_by_test_id("home-department-mark").click()
    await expect(warning).to_contain_text("No internal department")


async def test_mistakes_are_told_where_they_are(crowd: Crowd) -> None:
    """What is missing or wrong is told in words beside its field, and nothing is lost."""
    person = await crowd.open("/", **WIDE)
    await person.tap("home-create")
    await expect(person.at("home-goal")).to_have_attribute("aria-invalid", "true")
    await expect(person.at("home-goal")).to_be_focused()
    await clean(person)
    await fill(person, "not the key")
    await person.tap("home-create")
    await person.sees("The operator's key does not fit")
    await expect(person.at("home-goal")).to_have_value(GOAL)
    crowd.server.kill()
    await person.write("home-key", "another")
    await person.tap("home-create")
    await person.sees("The server did not answer")
    crowd.server.start()
    await person.write("home-key", crowd.server.key)
    await person.tap("home-create")
    await made(person)


async def test_room_leaves_the_list_and_comes_back(crowd: Crowd) -> None:
    """A desk that was opened on this device stands on the list until it is taken off."""
    links = crowd.room(template="first-session-45", title="Mine", lang="en")
    person = await crowd.open(links["facilitator"], **WIDE)
    await person.sees("Mine")
    await person.page.goto(f"http://127.0.0.1:{crowd.server.port}/")
    await expect(person.at("home-room")).to_contain_text("Mine")
    await person.tap("home-forget")
    await expect(person.at("home-room")).to_have_count(0)
    await person.tap("home-undo")
    await expect(person.at("home-room")).to_have_count(1)
    await person.tap("home-forget")
    await person.page.reload()
    await person.sees("The rooms that you run from this device will stand here.")


@pytest.mark.parametrize("written", ["{code}", " {spaced} ", "{link}"])
async def test_code_opens_the_room(crowd: Crowd, written: str) -> None:
    """R6.9: the code on the stage, however it is typed, or a whole link leads into the room."""
    links = crowd.room(template="first-session-45", title="The room", lang="en")
    code = links["member"].split("/")[2].split("#")[0]
    link = crowd.server.base + links["member"]
    spaced = f"{code[:3].lower()} {code[3:].lower()}"
    person = await crowd.open("/")
    await person.write("home-code", written.format(code=code, spaced=spaced, link=link))
    await person.page.keyboard.press("Enter")
    await person.at("join-name").wait_for()
    assert person.page.url.endswith(f"/r/{code}")
    assert crowd.faults() == []


async def test_wrong_code_is_told_in_words(crowd: Crowd) -> None:
    """R6.9: an unknown code, no code, and the code of a session that is over."""
    person = await crowd.open("/")
    await person.tap("home-enter")
    problem = person.at("home-code-problem")
    await expect(problem).to_contain_text("Enter the code")
    await person.write("home-code", "ZZZZZZ")
    await expect(problem).to_have_count(0)
    await person.tap("home-enter")
    await expect(problem).to_contain_text("There is no room with this code")
    await clean(person)


async def test_phone_makes_a_room_too(crowd: Crowd) -> None:
    """R0.1, R6.9: on a phone of 320 pixels the way in comes first, and a room can be made."""
    person = await crowd.open("/", width=320, height=640)
    await expect(person.at("home-code")).to_be_visible()
    await expect(person.at("home-goal")).to_have_count(0)
    await person.tap("home-new")
    await fill(person, crowd.server.key)
    await clean(person)
    await person.tap("home-create")
    await made(person)
    await clean(person)
