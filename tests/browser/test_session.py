"""What a browser must bear in a session: a dead server, a wrong clock, plain http, a copied tab."""

import pytest

from tests.browser.conftest import Crowd, Person, eventually

pytestmark = pytest.mark.timeout(240)

ROOM = {
    "template": "first-session-45",
    "title": "An answer within a day",
    "goal": "Every customer has an answer in a day.",
    "lang": "en",
    "departments": [{"name": "Sales"}, {"name": "Accounting", "internal": True}],
}


async def move_on(moderator: Person, kind_shown: str) -> None:
    """Next, once more if people are not done, until the step's name is shown."""
    name = moderator.at("step-name")
    before = await name.inner_text() if await name.count() else ""

    async def moved() -> bool:
        if await name.count() and await name.first.inner_text() != before:
            return True
        await moderator.tap("next")
        await moderator.page.wait_for_timeout(250)
        return bool(await name.count()) and await name.first.inner_text() != before

    await eventually(moved, kind_shown, 30)
    assert kind_shown in await name.first.inner_text()


async def test_phone_keeps_its_words_while_the_server_is_dead(crowd: Crowd) -> None:
    """R6.9: an idea written while the server is gone arrives once it is back, and only once, also
    when the phone was reloaded in between."""
    server = crowd.server
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    await anna.at("idea-text").first.wait_for()
    server.kill()
    await anna.write("idea-text", "written in a tunnel")
    await anna.tap("idea-send")
    await anna.page.locator('[data-testid=idea][data-state="sending"]').wait_for()
    server.start()
    await anna.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
    await anna.page.reload()
    await anna.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
    assert await anna.at("idea").count() == 1


async def test_clock_is_the_servers_on_a_wrong_phone(crowd: Crowd) -> None:
    """R5.1: a phone whose clock is three hours off shows the same countdown."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    right = await crowd.open(links["member"])
    wrong = await crowd.open("/")
    await wrong.page.clock.install()
    await wrong.page.clock.set_system_time(0)
    await wrong.page.goto(f"http://127.0.0.1:{crowd.server.port}{links['member']}")
    await right.join("Right")
    await wrong.join("Wrong")
    await move_on(moderator, "Opening")
    await right.at("timer").first.wait_for()
    await wrong.at("timer").first.wait_for()

    async def equal() -> bool:
        shown = [await person.at("timer").first.inner_text() for person in (right, wrong)]
        minutes = [int(text.split(":")[0]) * 60 + int(text.split(":")[1]) for text in shown]
        return abs(minutes[0] - minutes[1]) <= 1

    await eventually(equal, "both phones show the same time", 30)


async def test_everything_but_the_call_works_on_an_insecure_origin(crowd: Crowd) -> None:
    """R6.9: phones in a meeting reach the server by plain http on a local address."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], host="room.test", width=1440, height=900)
    anna = await crowd.open(links["member"], host="room.test")
    assert not await anna.page.evaluate("window.isSecureContext")
    await anna.join("Anna")
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    await anna.write("idea-text", "from a local address")
    await anna.tap("idea-send")
    await anna.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
    await moderator.tap("reveal-all")
    await moderator.sees("from a local address")
    assert crowd.faults() == []


async def test_copied_tab_gets_an_identity_of_its_own(crowd: Crowd) -> None:
    """A duplicated tab works beside the first; neither swallows the other's ideas."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    async with anna.context.expect_page() as opened:
        await anna.page.evaluate("window.open(location.href)")
    copy = Person(await opened.value, anna.context)
    copy.page.set_default_timeout(15_000)
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    for person, text in ((anna, "from the first tab"), (copy, "from the second tab")):
        await person.write("idea-text", text)
        await person.tap("idea-send")
    for person in (anna, copy):
        await person.sees("from the first tab")
        await person.sees("from the second tab")
