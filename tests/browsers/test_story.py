"""The same short story in Chromium, Firefox and WebKit."""

import asyncio
from collections.abc import AsyncIterator
from statistics import median
from typing import Final

import pytest

from client.own_server import OwnServer
from protocols.commands import ProposeDecision, StopInput
from tests.browsers.engine import Engine, Tab, by_id
from tests.browsers.processes import asleep
from tests.browsers.room import ANSWERED, Room
from tests.browsers.wire import Wire

pytestmark = pytest.mark.timeout(120)

THREE_HOURS_MS: Final = 3 * 3_600_000
ASLEEP_S: Final = 4.0
AWAKE_S: Final = 3.0
WATCH_MS: Final = 5_500
APART_MS: Final = 300
TICK_MS: Final = 250
"""All clocks move at the same quarters of a second, which may be so much after the true second."""

# What a clock shows from when on, by the page's own Date.
TICKS: Final = """(selector, ms) => new Promise(done => {
    const seen = [], text = () => document.querySelector(selector)?.textContent;
    let last = text();
    const watch = new MutationObserver(() => {
        if (text() !== last) seen.push([last = text(), Date.now()]);
    });
    watch.observe(document.body, {subtree: true, childList: true, characterData: true});
    setTimeout(() => { watch.disconnect(); done(seen); }, ms);
})"""

CHANGED: Final = "(selector, before) => document.querySelector(selector).innerText !== before"


@pytest.fixture
async def room(server: OwnServer, wire: Wire, engine: Engine) -> AsyncIterator[Room]:
    """A room led by a program."""
    async with Room(server, wire, engine) as room:
        yield room


async def test_from_the_door_to_the_signature(room: Room) -> None:
    """R2.3, R6.2, R6.9: one joins, writes, votes, takes a decision and signs it, and other
    screens show the same."""
    anna, boris, stage = (
        await room.phone("Анна"),
        await room.phone("Борис"),
        await room.open("stage"),
    )
    await room.next()
    await anna.write("idea-text", "Отвечать в тот же день")
    await anna.tap("idea-send")
    await anna.see("idea", "sent")
    assert room.cards() == []
    await room.next()
    for screen in (boris, stage):
        await screen.read("Отвечать в тот же день")
    await room.next()
    await anna.tap("dot-more")
    await anna.tap("dot-more")
    await boris.tap("dot-more")
    for phone in (anna, boris):
        await phone.until(ANSWERED)
    assert await boris.count("tally") == 0
    await room.moderator.do(StopInput())
    await boris.see("tally")
    await room.next()
    await room.moderator.do(ProposeDecision(0, []), "Отвечаем на письма за день")
    await boris.tap("decision")
    await boris.tap("claim")
    await boris.press("sign")
    await boris.see("signed")
    await boris.up()
    for screen in (anna, stage):
        await screen.read("Борис")
    [tally] = room.moderator.replica.room.all("tally")
    assert tally.dots == 3
    [decision] = room.moderator.replica.room.all("decision")
    assert decision.signed


async def test_all_clocks_show_the_same(room: Room) -> None:
    """R5.1: phones, one of them three hours ahead, desk and stage count down within 0.3 s."""
    clocks = {
        "right": (await room.phone("Анна"), "timer", 0),
        "wrong": (await room.phone("Борис", ahead_ms=THREE_HOURS_MS), "timer", THREE_HOURS_MS),
        "desk": (await room.open("facilitator"), "timer", 0),
        "stage": (await room.open("stage"), "stage-timer", 0),
    }
    step = await room.next()
    for tab, name, _ in clocks.values():
        await tab.see(name)
    late = await asyncio.gather(*(lateness(*clock, step.deadline_ms) for clock in clocks.values()))
    found = dict(zip(clocks, late, strict=True))
    assert max(late) - min(late) <= APART_MS, found
    assert max(map(abs, late)) <= TICK_MS + APART_MS, found


async def lateness(tab: Tab, name: str, ahead_ms: int, deadline_ms: int) -> float:
    """By how much a clock is late, in milliseconds, at the middle of some seconds."""
    seen = await tab.evaluate(TICKS, f'[data-testid="{name}"]', WATCH_MS)
    assert len(seen) >= 4, seen
    late = (at - ahead_ms - (deadline_ms - 1000 * seconds(text)) for text, at in seen)
    return float(median(late))


def seconds(text: str) -> int:
    """What a clock shows."""
    minutes, rest = text.strip().split(":")
    return 60 * int(minutes) + int(rest)


async def test_phone_that_slept_wakes_up_in_the_present(
    room: Room, wire: Wire, engine: Engine
) -> None:
    """R6.9: after sleep, with a connection that died without a word, the screen is right within
    three seconds, and what was half written is still there."""
    anna = await room.phone("Анна")
    step = await room.next()
    await anna.write("idea-text", "Наполовину")
    with asleep(await engine.content_processes()):
        wire.deaden()
        step = await room.next()
        await asyncio.sleep(ASLEEP_S)
    await anna.evaluate("() => void document.dispatchEvent(new Event('visibilitychange'))")
    await anna.until(
        "(name) => document.querySelector('[data-testid=step-name]').innerText.includes(name)",
        step.name[0],
        within=AWAKE_S,
    )
    await anna.see("leftover-text")
    assert await anna.evaluate("() => document.querySelector('[data-testid=leftover-text]').value")


async def test_copied_tab_is_the_same_person(room: Room) -> None:
    """A duplicated tab works beside the first: both tabs' ideas count, and one person's dots."""
    anna = await room.phone("Анна")
    await room.next()
    copy = await anna.copy()
    for tab, text in ((anna, "Из первой вкладки"), (copy, "Из второй вкладки")):
        await tab.write("idea-text", text)
        await tab.tap("idea-send")
        await tab.see("idea", "sent")
    await room.next()
    await room.moderator.until(lambda: len(room.cards()) == 2)
    assert room.cards() == ["Из второй вкладки", "Из первой вкладки"]
    await room.next()
    for tab in (anna, copy):
        await tab.see("dots-left")
    for tab in (anna, copy):
        before = await tab.text("dots-left")
        await tab.tap("dot-more")
        for screen in (anna, copy):
            await screen.until(CHANGED, by_id("dots-left"), before)
    await room.moderator.do(StopInput())
    await copy.see("tally")
    assert sum(tally.dots for tally in room.moderator.replica.room.all("tally")) == 2


async def test_words_written_offline_arrive_once(room: Room, wire: Wire) -> None:
    """R6.9: cut off below the browser, a phone keeps what is written and says so; it arrives when
    the wire is back, and once."""
    anna = await room.phone("Анна")
    await room.next()
    await anna.see("idea-text")
    await wire.cut()
    await anna.write("idea-text", "Из туннеля")
    await anna.tap("idea-send")
    await anna.see("idea", "sending")
    await anna.until("() => !!document.querySelector('.wire')")
    await wire.mend()
    await anna.see("idea", "sent")
    await room.next()
    await room.moderator.until(room.cards)
    assert room.cards() == ["Из туннеля"]
