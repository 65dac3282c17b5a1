"""Measures what a reveal costs the stage: script, style and layout of each frame, from a trace.

`python -m tests.browser.measure_stage` has a room write cards, reveals them in front of a traced
stage, and prints figures of several such rooms. `--slow 4` slows the CPU down as much.
"""

import argparse
import asyncio
import json
import statistics
import sys
from bisect import bisect_left
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from playwright.async_api import Browser, async_playwright

from client.own_server import OwnServer
from client.room_client import RoomClient
from client.sayings import SAYINGS
from protocols.commands import NextStep, PostIdea
from tests.browser.conftest import FLAGS, Crowd, Person
from tests.browser.screens import browser_program

BAR_MS: Final = 16.0
SHOWN_MS: Final = 1_500
"""So long after the reveal the trace goes on: its movement takes a quarter of a second."""
PEOPLE: Final = 30
ROLES: Final = ("member", "member", "lead", "customer", "partner", "expert")
CATEGORIES: Final = [
    "devtools.timeline",
    "devtools.timeline.frame",
    "disabled-by-default-devtools.timeline",
]
COMMIT: Final = "BeginCommitCompositorFrame"
WORK: Final = frozenset(
    "FunctionCall EvaluateScript TimerFire FireAnimationFrame EventDispatch RunMicrotasks "
    "WebSocketReceive MinorGC MajorGC UpdateLayoutTree Layout PrePaint".split()
)


class Work(Struct, frozen=True, order=True):
    """A stretch of work of the page's main thread: times in milliseconds, and what it took of the
    CPU, which other programs on this machine do not add to."""

    begin_ms: float
    end_ms: float
    cpu_ms: float


class Cost(Struct, frozen=True):
    """CPU milliseconds of script, style and layout in the frames of one reveal that had any."""

    frames: list[float]

    @property
    def median_ms(self) -> float:
        """Of the frames."""
        return statistics.median(self.frames)

    @property
    def worst_ms(self) -> float:
        """The costliest frame."""
        return max(self.frames)


def work_of(trace: dict[str, Any]) -> tuple[list[float], list[Work]]:
    """When frames were done, and the work of the page, none of it twice."""
    events = trace["traceEvents"]
    threads: dict[tuple[int, int], list[Work]] = {}
    for event in events:
        if event.get("ph") == "X" and event["name"] in WORK:
            begin, took = event["ts"] / 1000, event["dur"] / 1000
            cpu = event.get("tdur", event["dur"]) / 1000
            threads.setdefault((event["pid"], event["tid"]), []).append(
                Work(begin, begin + took, cpu)
            )
    # The stage is the one page that is busy.
    main = max(threads, key=lambda thread: sum(work.cpu_ms for work in threads[thread]))
    done = [e["ts"] / 1000 for e in events if e["name"] == COMMIT and e["pid"] == main[0]]
    return sorted(done), outermost(sorted(threads[main]))


def outermost(spans: list[Work]) -> list[Work]:
    """Without what lies within another stretch and is counted there."""
    found: list[Work] = []
    for work in spans:
        if not found or work.begin_ms >= found[-1].end_ms:
            found.append(work)
    return found


def cost_of(trace: dict[str, Any]) -> Cost:
    """What the frames of a trace cost: a frame is all that leads to it."""
    done, spans = work_of(trace)
    frames = [0.0] * (len(done) + 1)
    for work in spans:
        frames[bisect_left(done, work.begin_ms)] += work.cpu_ms
    return Cost([frame for frame in frames if frame > 0])


class Reveal:
    """A room whose people have written so many cards, and its stage."""

    def __init__(self, crowd: Crowd, cards: int) -> None:
        links = crowd.room(template="first-session-45", title="An answer within a day", lang="ru")
        self._urls = {role: crowd.server.base + path for role, path in links.items()}
        self._stage_path = links["stage"]
        self._crowd = crowd
        self._cards = cards

    async def measure(self, browser: Browser, slow: float) -> Cost:
        """Write, reveal, and look at what that cost."""
        async with RoomClient(self._urls["facilitator"]) as moderator:
            await self._next(moderator)
            await self._next(moderator)
            await asyncio.gather(*(self._write(person) for person in range(PEOPLE)))
            await self._next(moderator)
            stage = await self._stage(slow)
            await browser.start_tracing(page=stage.page, categories=CATEGORIES)
            await self._next(moderator)
            await stage.at("stage-card").first.wait_for()
            await stage.page.wait_for_timeout(SHOWN_MS)
            trace = json.loads(await browser.stop_tracing())
            await stage.context.close()
        return cost_of(trace)

    async def _next(self, moderator: RoomClient) -> None:
        assert moderator.agenda is not None
        before = moderator.agenda.current
        await moderator.do(NextStep(), step=before)
        await moderator.until(lambda: moderator.agenda and moderator.agenda.current != before)

    async def _write(self, person: int) -> None:
        sayings = SAYINGS["ru"]
        texts = [*sayings.good, *sayings.bad]
        async with RoomClient(self._urls[ROLES[person % len(ROLES)]]) as client:
            await client.join(f"Person {person}")
            await client.until(lambda: client.step and client.step.kind == "ideate")
            for n in range(person, self._cards, PEOPLE):
                await client.do(PostIdea(n % 2), f"{texts[n % len(texts)]} {n}")

    async def _stage(self, slow: float) -> Person:
        stage = await self._crowd.open(self._stage_path, width=1920, height=1080)
        await stage.at("stage-qr").wait_for()
        await stage.page.evaluate("document.fonts.ready")
        session = await stage.context.new_cdp_session(stage.page)
        await session.send("Emulation.setCPUThrottlingRate", {"rate": slow})
        return stage


async def main(cards: int, rooms: int, slow: float) -> None:
    """Measure so many rooms and print what came out."""
    with OwnServer() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=Path(browser_program()), args=FLAGS
            )
            crowd = Crowd(browser, server)
            costs = [await Reveal(crowd, cards).measure(browser, slow) for _ in range(rooms)]
            await browser.close()
    sys.stdout.write("\n".join(report(cards, costs)) + "\n")


def report(cards: int, costs: list[Cost]) -> list[str]:
    """The figures as lines."""
    median = statistics.median(cost.median_ms for cost in costs)
    worst = statistics.median(cost.worst_ms for cost in costs)
    return [
        *(
            f"reveal of {cards} cards: {len(cost.frames)} frames with work, "
            f"median {cost.median_ms:.1f} ms, costliest {cost.worst_ms:.1f} ms, "
            f"{sum(cost.frames):.1f} ms in all"
            for cost in costs
        ),
        "CPU of script, style and layout, at the median of the rooms: "
        f"{median:.1f} ms in the median frame, {worst:.1f} ms in the costliest",
        f"bar of {BAR_MS:.0f} ms for the median frame: {'kept' if median <= BAR_MS else 'missed'}",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=300)
    parser.add_argument("--rooms", type=int, default=3)
    parser.add_argument("--slow", type=float, default=1.0)
    given = parser.parse_args()
    asyncio.run(main(given.cards, given.rooms, given.slow))
