"""What people see while servers answer and Redis does not, and after Redis has lost something.
R9.2."""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.async_api import Browser

from client.own_redis import OwnRedis
from client.own_server import OwnServer
from tests.browser.conftest import Crowd, Person, eventually
from tests.browser.screens import settled
from tests.browser.test_first_load import PLACES
from tests.browser.test_session import ROOM, move_on
from tests.browsers.wire import Wire
from tests.client.test_last_defence import lose, size

pytestmark = pytest.mark.timeout(240)

SAFE: Final = "Your text is safe, sending…"
ALL_SAFE: Final = "All is safe with you, sending…"
SPOKEN: Final = "() => [...document.querySelectorAll('[role=status]')].map(one => one.textContent)"

# How few of her cards a person has seen, and whether ever something else stood in their place.
WATCH: Final = """window.seen = {cards: Infinity, gone: false};
const look = () => {
    seen.cards = Math.min(seen.cards, document.querySelectorAll("[data-testid=idea]").length);
    seen.gone ||= !document.querySelector("[data-testid=idea-text]");
};
look();
new MutationObserver(look).observe(document.body, {childList: true, subtree: true})"""


@pytest.fixture
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as running:
        yield running


@pytest.fixture
def server(redis: OwnRedis) -> Iterator[OwnServer]:
    """A server that keeps its rooms in a Redis."""
    with OwnServer(REDIS_URL=redis.url) as running:
        yield running


async def writing(crowd: Crowd) -> tuple[Person, Person]:
    """A moderator, and somebody in the step of silent ideas."""
    links = crowd.room(**ROOM)
    moderator = await crowd.open(links["facilitator"], width=1440, height=900)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    await move_on(moderator, "Opening")
    await move_on(moderator, "Silent ideas")
    await anna.at("idea-text").wait_for()
    return moderator, anna


async def post(person: Person, text: str) -> None:
    await person.write("idea-text", text)
    await person.tap("idea-send")


async def sent(person: Person, text: str) -> None:
    """Wait until a card has its tick."""
    cards = person.page.locator('[data-testid=idea][data-state="sent"]')
    await cards.filter(has_text=text).wait_for()


async def places(person: Person) -> list[str]:
    """Where everything stands but what turns on its place."""
    found: list[str] = await person.page.evaluate(PLACES)
    return [place for place in found if not place.startswith("I ")]


@pytest.mark.parametrize("how", ["stands still", "is gone"])
async def test_while_redis_is_away_phones_say_that_texts_are_safe(
    crowd: Crowd, redis: OwnRedis, how: str
) -> None:
    """R9.2: calmly, nothing moves, the clock goes on; and it is gone with the answer."""
    moderator, anna = await writing(crowd)
    await post(anna, "before")
    await sent(anna, "before")
    if how == "is gone":
        redis.kill()
    else:
        redis.freeze()
    await post(anna, "meanwhile")
    await anna.page.locator('[data-testid=idea][data-state="sending"]').wait_for()
    await settled(anna.page)
    before = await places(anna)
    await anna.sees(SAFE)
    assert await anna.at("step-name").inner_text() == SAFE
    assert SAFE in await anna.page.evaluate(SPOKEN), "a screen reader is told"
    assert await places(anna) == before, "nothing moves"
    clock = await anna.at("timer").inner_text()
    await eventually(lambda: differs(anna, clock), "the clock goes on", 50)
    await moderator.tap("plus1")
    await moderator.sees(ALL_SAFE)
    if how == "is gone":
        redis.start()
    else:
        redis.thaw()
    await sent(anna, "meanwhile")
    await eventually(lambda: named(anna, "Silent ideas"), "the step has its name again", 50)
    await moderator.page.get_by_text(ALL_SAFE).first.wait_for(state="detached")
    assert await anna.at("idea").count() == 2
    assert crowd.faults() == []


async def differs(person: Person, clock: str) -> bool:
    return await person.at("timer").inner_text() != clock


async def named(person: Person, step: str) -> bool:
    return step in await person.at("step-name").inner_text()


async def test_without_a_connection_the_words_are_the_same(crowd: Crowd) -> None:
    _, anna = await writing(crowd)
    crowd.server.kill()
    await anna.sees("No connection since")
    await anna.sees("Your text is safe, trying again")
    await post(anna, "into the dark")
    await anna.sees(SAFE)
    assert await named(anna, "Silent ideas")
    crowd.server.start()
    await sent(anna, "into the dark")
    assert crowd.faults() == []


async def test_what_redis_lost_comes_back_and_nobody_sees_an_empty_room(
    crowd: Crowd, redis: OwnRedis
) -> None:
    """R9.2: the phone is the last that holds a card. What is being typed stays where it is."""
    _, anna = await writing(crowd)
    await post(anna, "kept by Redis")
    await sent(anna, "kept by Redis")
    await eventually(lambda: nothing_kept(anna), "all is stable", 100)
    before = size(redis)
    await post(anna, "kept by Anna alone")
    await sent(anna, "kept by Anna alone")
    await anna.write("idea-text", "half a thought")
    await anna.page.evaluate(WATCH)
    lose(redis, crowd.server, before)
    boris = await crowd.open(crowd.room(**ROOM)["member"])  # the server is back
    await boris.at("join-send").wait_for()
    await anna.page.wait_for_function(
        "() => document.querySelector('[data-testid=conn]').dataset.s === 'on'"
    )
    await eventually(lambda: nothing_kept(anna), "all is stable again", 150)
    await sent(anna, "kept by Redis")
    await sent(anna, "kept by Anna alone")
    assert await anna.at("idea").count() == 2
    assert await anna.page.evaluate("seen") == {"cards": 2, "gone": False}
    assert await anna.at("idea-text").input_value() == "half a thought"
    assert await anna.page.evaluate("document.activeElement.dataset.testid") == "idea-text"
    assert await anna.at("returned").count() == 0
    assert crowd.faults() == []


async def test_a_phone_comes_back_to_another_server_and_stays_where_it_was(
    browser: Browser, redis: OwnRedis, server: OwnServer
) -> None:
    """R9.2: its server is stopped, the next one takes over: the room is never empty, and what is
    being typed, the focus and what was scrolled stay."""
    with OwnServer(REDIS_URL=redis.url, OPERATOR_KEY=server.key) as other:
        async with Wire(server.port) as wire:
            crowd = Crowd(browser, server)
            links = crowd.room(**ROOM)
            moderator = await crowd.open(links["facilitator"], port=other.port, width=1440)
            anna = await crowd.open(links["member"], port=wire.port, height=560)
            await anna.join("Anna")
            await move_on(moderator, "Opening")
            await move_on(moderator, "Silent ideas")
            await anna.at("idea-text").wait_for()
            for number in range(8):
                await post(anna, f"idea {number}")
                await sent(anna, f"idea {number}")
            await anna.write("idea-text", "half a thought")
            await anna.page.evaluate("scrollTo(0, 200)")
            await anna.page.evaluate(WATCH)
            wire.lead_to(other.port)
            server.stop()
            await eventually(lambda: is_online(anna, False), "the line is lost", 50)
            await eventually(lambda: is_online(anna, True), "the other server has her", 100)
            await settled(anna.page)
            assert await anna.page.evaluate("seen") == {"cards": 8, "gone": False}
            assert await anna.page.evaluate("scrollY") == 200
            assert await anna.page.evaluate("document.activeElement.dataset.testid") == "idea-text"
            assert await anna.at("idea-text").input_value() == "half a thought"
            await anna.tap("idea-send")
            await sent(anna, "half a thought")
            assert crowd.faults() == []


async def is_online(person: Person, expected: bool) -> bool:
    state = await person.at("conn").first.get_attribute("data-s")
    return (state == "on") is expected


async def nothing_kept(person: Person) -> bool:
    """Whether the outbox is empty, of acknowledged commands too."""
    found: bool = await person.page.evaluate(
        """() => Object.keys(localStorage).filter(key => key.includes(":out:"))
            .every(key => JSON.parse(localStorage[key]).entries.length === 0)"""
    )
    return found
