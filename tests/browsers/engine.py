"""What all engines can do, by a thin driver of our own.

An engine gives the few things that differ: a device, a page on it, running a function in a page, a
finger and a keyboard. Everything else is the same for all and stands here.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from typing import Any, Final

WAIT_S: Final = 20.0
LOOK_S: Final = 0.05
SIZE: Final = (400, 740)
"""Of a device's window: phones are narrower, but not every browser's window can be."""

# Sets a page's clock ahead before its scripts run.
AHEAD: Final = """ms => {
    const Right = Date;
    Date = class extends Right {
        constructor(...parts) { parts.length ? super(...parts) : super(Right.now() + ms); }
        static now() { return Right.now() + ms; }
    };
}"""

# Words may be kept together by spaces that do not break.
READS: Final = "text => document.body.innerText.replaceAll('\\u00a0', ' ').includes(text)"

PLACE: Final = """selector => {
    const found = [...document.querySelectorAll(selector)].find(e => e.getClientRects().length);
    if (!found) return null;
    found.scrollIntoView({block: "center", behavior: "instant"});
    const {left, top, width, height} = found.getBoundingClientRect();
    return [Math.round(left + width / 2), Math.round(top + height / 2)];
}"""

# A link that opens the page once more, as duplicating a tab does; where its middle is.
OPENER: Final = """() => {
    const link = document.createElement("a");
    Object.assign(link, {href: location.href, target: "_blank", rel: "opener"});
    link.textContent = "copy";
    link.style.cssText = "position: fixed; top: 0; left: 0; z-index: 9; padding: 20px";
    link.addEventListener("click", () => setTimeout(() => link.remove()));
    document.body.append(link);
    return [10, 10];
}"""


def by_id(test_id: str, state: str = "") -> str:
    """The selector of a control by its test id, and of its data-state if one is given."""
    return f'[data-testid="{test_id}"]' + (f'[data-state="{state}"]' if state else "")


class Tab(ABC):
    """One page of one device."""

    @abstractmethod
    async def evaluate(self, function: str, *arguments: Any) -> Any:
        """Call a JavaScript function in the page, and wait for its promise if it gives one.
        Arguments and result are JSON."""

    @abstractmethod
    async def go(self, url: str) -> None:
        """Load an address."""

    @abstractmethod
    async def down(self, x: int, y: int) -> None:
        """Press at a place of the window."""

    @abstractmethod
    async def up(self) -> None:
        """Let go."""

    @abstractmethod
    async def keys(self, text: str) -> None:
        """Type into what has the focus."""

    @abstractmethod
    async def png(self) -> bytes:
        """A picture of the window."""

    @abstractmethod
    async def handles(self) -> set[Any]:
        """What the device's tabs are known by."""

    @abstractmethod
    def other(self, handle: Any) -> "Tab":
        """Another tab of the device."""

    async def copy(self) -> "Tab":
        """Duplicate the tab: the same address, with a copy of its session storage."""
        before = await self.handles()
        await self.down(*await self.evaluate(OPENER))
        await self.up()
        async with asyncio.timeout(WAIT_S):
            while not (fresh := await self.handles() - before):
                await asyncio.sleep(LOOK_S)
        return self.other(fresh.pop())

    async def until(self, function: str, *arguments: Any, within: float = WAIT_S) -> Any:
        """Wait until a function gives something true, and return that."""
        end = time.monotonic() + within
        while not (found := await self.evaluate(function, *arguments)):
            if time.monotonic() > end:
                text = await self.evaluate("() => document.body.innerText")
                raise AssertionError(f"never: {function} {arguments}; the page:\n{text}")
            await asyncio.sleep(LOOK_S)
        return found

    async def see(self, test_id: str, state: str = "", within: float = WAIT_S) -> None:
        """Wait for a control to be there."""
        selector = by_id(test_id, state)
        await self.until("s => !!document.querySelector(s)", selector, within=within)

    async def read(self, text: str, within: float = WAIT_S) -> None:
        """Wait for a text to be on the page."""
        await self.until(READS, text, within=within)

    async def count(self, test_id: str, state: str = "") -> int:
        """How many of these controls there are."""
        found: int = await self.evaluate(
            "s => document.querySelectorAll(s).length", by_id(test_id, state)
        )
        return found

    async def text(self, test_id: str) -> str:
        """The text of a control, empty if it is not there."""
        found: str = await self.evaluate(
            "s => document.querySelector(s)?.innerText ?? ''", by_id(test_id)
        )
        return found

    async def press(self, test_id: str) -> None:
        """Put the finger on a control."""
        x, y = await self.until(PLACE, by_id(test_id))
        await self.down(x, y)

    async def tap(self, test_id: str) -> None:
        """Tap a control."""
        await self.press(test_id)
        await self.up()

    async def write(self, test_id: str, text: str) -> None:
        """Type into an empty field."""
        await self.tap(test_id)
        await self.until("s => document.activeElement?.matches(s)", by_id(test_id))
        await self.keys(text)
        await self.until("(s, t) => document.querySelector(s)?.value === t", by_id(test_id), text)


class Engine(ABC):
    """A browser, running. Each device is as good as a phone of its own."""

    name: str

    @abstractmethod
    async def device(self, *, ahead_ms: int = 0) -> Tab:
        """A new device with an empty page, its clock ahead by so much."""

    @abstractmethod
    async def content_processes(self) -> list[int]:
        """The processes in which pages live."""

    async def open(self, url: str, *, ahead_ms: int = 0) -> Tab:
        """A new device that opens a link."""
        tab = await self.device(ahead_ms=ahead_ms)
        await tab.go(url)
        return tab
