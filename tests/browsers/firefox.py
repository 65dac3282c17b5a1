"""Stock Firefox, driven over WebDriver BiDi without a driver program."""

import asyncio
import json
import re
import tempfile
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect

from tests.browsers.engine import AHEAD, SIZE, WAIT_S, Engine, Tab
from tests.browsers.processes import end, family, program

LISTENING: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# It talks to nobody but our server, and asks nobody anything.
PREFERENCES: Final = {
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.downloads.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.disable_open_during_load": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "intl.accept_languages": "ru",
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}


class Bidi:
    """Commands and their answers over one websocket."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        async for text in self._socket:
            told = json.loads(text)
            waiter = self._waiting.pop(told.get("id") or 0, None)
            if waiter is not None and not waiter.done():
                waiter.set_result(told)

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give a command and wait for its result. RuntimeError with what Firefox said."""
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        told: dict[str, Any] = await asyncio.wait_for(answer, WAIT_S)
        if told["type"] == "error":
            raise RuntimeError(f"{method}: {told['error']}: {told['message']}")
        result: dict[str, Any] = told["result"]
        return result


class FirefoxTab(Tab):
    """A tab of a container."""

    def __init__(self, bidi: Bidi, context: str) -> None:
        self._bidi = bidi
        self._context = context

    async def evaluate(self, function: str, *arguments: Any) -> Any:
        call = f"({function})(...{json.dumps(arguments)})"
        told = await self._bidi.do(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await {call}))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if told["type"] == "exception":
            raise RuntimeError(told["exceptionDetails"]["text"])
        return json.loads(told["result"]["value"]) if "value" in told["result"] else None

    async def go(self, url: str) -> None:
        await self._bidi.do(
            "browsingContext.navigate", context=self._context, url=url, wait="complete"
        )

    async def down(self, x: int, y: int) -> None:
        await self._point(
            {"type": "pointerMove", "x": x, "y": y}, {"type": "pointerDown", "button": 0}
        )

    async def up(self) -> None:
        await self._point({"type": "pointerUp", "button": 0})

    async def _point(self, *actions: dict[str, Any]) -> None:
        await self._act({"type": "pointer", "id": "finger", "actions": list(actions)})

    async def keys(self, text: str) -> None:
        await self._bidi.do("browsingContext.activate", context=self._context)
        await self.until("() => document.hasFocus()")
        strokes = [{"type": way, "value": key} for key in text for way in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keyboard", "actions": strokes})

    async def _act(self, source: dict[str, Any]) -> None:
        await self._bidi.do("input.performActions", context=self._context, actions=[source])

    async def png(self) -> bytes:
        told = await self._bidi.do("browsingContext.captureScreenshot", context=self._context)
        return b64decode(told["data"])

    async def handles(self) -> set[Any]:
        tree = await self._bidi.do("browsingContext.getTree", maxDepth=0)
        return {one["context"] for one in tree["contexts"]}

    def other(self, handle: str) -> Tab:
        return FirefoxTab(self._bidi, handle)


class Firefox(Engine):
    """A headless Firefox, a container for each device."""

    name = "firefox"

    def __init__(self, bidi: Bidi, pid: int) -> None:
        self._bidi = bidi
        self._pid = pid

    async def device(self, *, ahead_ms: int = 0) -> Tab:
        user = (await self._bidi.do("browser.createUserContext"))["userContext"]
        # Each device has a window of its own: a tab behind another one would sleep.
        made = await self._bidi.do("browsingContext.create", type="window", userContext=user)
        context = made["context"]
        width, height = SIZE
        await self._bidi.do(
            "browsingContext.setViewport",
            context=context,
            viewport={"width": width, "height": height},
        )
        if ahead_ms:
            await self._bidi.do(
                "script.addPreloadScript",
                functionDeclaration=f"() => ({AHEAD})({ahead_ms})",
                contexts=[context],
            )
        return FirefoxTab(self._bidi, context)

    async def content_processes(self) -> list[int]:
        lines = family(self._pid).items()
        return [pid for pid, line in lines if "-contentproc" in line and line.endswith(" tab ")]


@asynccontextmanager
async def firefox() -> AsyncIterator[Engine]:
    """Firefox, running."""
    path = program("firefox-esr", "firefox")
    with tempfile.TemporaryDirectory(prefix="oneroom-firefox-") as profile:
        lines = [f"user_pref({json.dumps(n)}, {json.dumps(v)});" for n, v in PREFERENCES.items()]
        Path(profile, "user.js").write_text("\n".join(lines))
        process = await asyncio.create_subprocess_exec(
            path,
            *("--headless", "--no-remote", "--profile", profile),
            *("--remote-debugging-port", "0", "about:blank"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with connect(await _address(process), max_size=None, proxy=None) as socket:
                bidi = Bidi(socket)
                await bidi.do("session.new", capabilities={})
                yield Firefox(bidi, process.pid)
        finally:
            await end(process)


async def _address(process: asyncio.subprocess.Process) -> str:
    """Where it listens, from its own words."""
    assert process.stderr is not None
    said = []
    async with asyncio.timeout(WAIT_S):
        async for line in process.stderr:
            said.append(line.decode(errors="replace"))
            if found := LISTENING.search(said[-1]):
                return f"{found[1]}/session"
    raise RuntimeError("Firefox did not start:\n" + "".join(said))
