"""A whole session in real browsers: three phones, a guest, moderator and stage."""

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


async def test_session_from_joining_to_a_signature(crowd: Crowd) -> None:
    """R2.3, R2.4, R5.1, R6.2, R6.9: ideas stay hidden until the reveal, the vote until it closes,
    one person takes a decision and signs it, and every screen shows the same."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    stage = await crowd.open(links["stage"], width=1920, height=1080)
    await stage.at("stage-qr").wait_for()
    anna, boris, vera = [await crowd.open(links["member"]) for _ in range(3)]
    guest = await crowd.open(links["customer"])
    await anna.join("Anna")
    await boris.join("Boris")
    await vera.join("Vera", "remote")
    await guest.join("Guest", "remote")

    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    for person, text in ((anna, "hidden-alpha"), (boris, "hidden-beta"), (guest, "hidden-gamma")):
        await person.write("idea-text", text)
        await person.tap("idea-send")
        await person.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
    await eventually(lambda: _has(stage, "stage-count", "3"), "the stage counts three cards")
    for person in (vera, moderator, stage, boris):
        assert "hidden-alpha" not in await person.text()

    await move_on(moderator, "What is left unsaid")
    await guest.at("wait").wait_for()
    assert "unsaid" not in (await guest.text()).lower()
    await anna.at("anon-note").wait_for()
    await anna.write("idea-text", "unsaid-delta")
    await anna.tap("idea-send")
    await anna.page.locator('[data-testid=idea][data-state="sent"]').wait_for()

    await move_on(moderator, "Reveal")
    for person in (vera, moderator, stage, guest):
        await person.sees("hidden-alpha")
    await vera.sees("unsaid-delta")
    assert "unsaid-delta" not in await guest.text()

    await move_on(moderator, "Finding themes")
    await vera.page.get_by_test_id("pick").filter(has_text="hidden-alpha").first.click()
    await vera.page.get_by_test_id("pick").filter(has_text="hidden-beta").first.click()
    await vera.tap("merge")
    await vera.tap("group-open")
    await vera.write("group-name", "Theme one")
    await vera.tap("group-rename")
    await moderator.sees("Theme one")

    await move_on(moderator, "Choosing what matters")
    await anna.tap("dot-more")
    await boris.tap("dot-more")
    await vera.at("dots-left").wait_for()
    assert not await vera.at("tally").count()
    assert not await stage.at("stage-tally").count()
    await move_on(moderator, "A short talk")
    await vera.tap("hand-up")
    await moderator.tap("give-floor")
    await stage.sees("Vera")

    await move_on(moderator, "Draft decisions")
    await anna.tap("propose-open")
    await anna.write("propose-what", "We answer every letter within a day")
    await anna.tap("propose-send")
    await stage.sees("We answer every letter within a day")

    await move_on(moderator, "I take it")
    await boris.tap("decision")
    await boris.tap("claim")
    await boris.at("sign").first.hover()
    await boris.page.mouse.down()
    await eventually(lambda: _any(boris, "signed"), "the owner sees the signature")
    await boris.page.mouse.up()
    await stage.sees("Boris")
    for person in (anna, vera, moderator):
        await person.sees("Boris")
    await anna.tap("decision")
    assert not await anna.at("sign").count()

    await move_on(moderator, "Closing")
    await moderator.tap("close-room")
    if await moderator.at("close-sure").count():
        await moderator.tap("close-sure")
    await anna.sees("We answer every letter within a day")
    assert crowd.faults() == []


async def _has(person: Person, name: str, text: str) -> bool:
    found = person.at(name)
    return bool(await found.count()) and text in await found.first.inner_text()


async def _any(person: Person, name: str) -> bool:
    return bool(await person.at(name).count())


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
