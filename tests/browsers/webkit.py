"""WebKitGTK, driven by its own WebDriver over plain HTTP, on a display that nobody sees."""

import asyncio
import json
import os
import socket
import urllib.error
import urllib.request
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

from tests.browsers.engine import SIZE, WAIT_S, Engine, Tab
from tests.browsers.processes import end, family, program

BROWSER: Final = "/usr/lib/*/webkit2gtk-4.1/MiniBrowser"
FAKE_TIME: Final = "/usr/lib/*/faketime/libfaketime.so.1"
"""There is no way here to run a script before a page's own, so the whole browser is deceived."""
# With either of these set, asking for a picture never ends.
HARMFUL: Final = ("WEBKIT_DISABLE_DMABUF_RENDERER", "WEBKIT_DISABLE_COMPOSITING_MODE")
STARTED_S: Final = 10.0


class Driver:
    """One WebKitWebDriver, which holds one session: one device."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._session = ""

    async def do(self, method: str, path: str, body: Any = None) -> Any:
        """Ask it something. RuntimeError with what it said."""
        return await asyncio.to_thread(self._do, method, path, body)

    def _do(self, method: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(
            f"{self._base}{self._session}{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=WAIT_S) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as why:
            with why:
                raise RuntimeError(f"{path}: {why.read().decode(errors='replace')}") from None

    async def begin(self, browser: str) -> None:
        """Start the browser."""
        options = {"binary": browser, "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options}}
        made = await self.do("POST", "/session", {"capabilities": wanted})
        self._session = f"/session/{made['sessionId']}"

    async def finish(self) -> None:
        """Close the browser."""
        await self.do("DELETE", "")


class WebKitTab(Tab):
    """A window of a device."""

    def __init__(self, driver: Driver, handle: str) -> None:
        self._driver = driver
        self._handle = handle

    async def _do(self, method: str, path: str, body: Any = None) -> Any:
        await self._driver.do("POST", "/window", {"handle": self._handle})
        return await self._driver.do(method, path, body)

    async def evaluate(self, function: str, *arguments: Any) -> Any:
        script = f"return ({function})(...arguments)"
        return await self._do("POST", "/execute/sync", {"script": script, "args": arguments})

    async def go(self, url: str) -> None:
        await self._do("POST", "/url", {"url": url})

    async def down(self, x: int, y: int) -> None:
        await self._point(
            {"type": "pointerMove", "duration": 0, "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
        )

    async def up(self) -> None:
        await self._point({"type": "pointerUp", "button": 0})

    async def _point(self, *actions: dict[str, Any]) -> None:
        finger = {"type": "pointer", "id": "finger", "actions": actions}
        await self._do("POST", "/actions", {"actions": [finger]})

    async def keys(self, text: str) -> None:
        found = await self._do("GET", "/element/active")
        element = next(iter(found.values()))
        await self._do("POST", f"/element/{element}/value", {"text": text})

    async def png(self) -> bytes:
        return b64decode(await self._do("GET", "/screenshot"))

    async def handles(self) -> set[Any]:
        return set(await self._driver.do("GET", "/window/handles"))

    def other(self, handle: str) -> Tab:
        return WebKitTab(self._driver, handle)


class WebKit(Engine):
    """WebKitGTK's small browser, a process for each device."""

    name = "webkit"

    def __init__(self, display: str, stack: AsyncExitStack) -> None:
        self._driver = program("WebKitWebDriver")
        self._browser = program(BROWSER)
        self._display = display
        self._stack = stack
        self._pids: list[int] = []

    async def device(self, *, ahead_ms: int = 0) -> Tab:
        driver = Driver(await self._start(ahead_ms))
        await driver.begin(self._browser)
        self._stack.push_async_callback(driver.finish)
        width, height = SIZE
        await driver.do("POST", "/window/rect", {"width": width, "height": height})
        return WebKitTab(driver, await driver.do("GET", "/window"))

    async def _start(self, ahead_ms: int) -> str:
        """A driver program of its own: it knows one session at a time."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {k: v for k, v in os.environ.items() if k not in HARMFUL}
        if ahead_ms:
            environment |= {
                "LD_PRELOAD": program(FAKE_TIME),
                "FAKETIME": f"+{ahead_ms // 1000}s",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
        process = await asyncio.create_subprocess_exec(
            self._driver,
            *("--host=127.0.0.1", f"--port={port}"),
            env=environment | {"DISPLAY": self._display},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        self._stack.push_async_callback(end, process)
        self._pids.append(process.pid)
        await self._listens(port)
        return f"http://127.0.0.1:{port}"

    async def _listens(self, port: int) -> None:
        async with asyncio.timeout(STARTED_S):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return

    async def content_processes(self) -> list[int]:
        lines = [item for pid in self._pids for item in family(pid).items()]
        return [pid for pid, line in lines if "WebKitWebProcess" in line]


@asynccontextmanager
async def webkit() -> AsyncIterator[Engine]:
    """WebKitGTK with a display of its own."""
    async with AsyncExitStack() as stack:
        display = await asyncio.create_subprocess_exec(
            program("Xvfb"),
            *("-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        stack.push_async_callback(end, display)
        assert display.stdout is not None
        number = (await asyncio.wait_for(display.stdout.readline(), STARTED_S)).decode().strip()
        yield WebKit(f":{number}", stack)
