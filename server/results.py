"""Handing out results: made once for all who see the same, as the page's data or as a file.

A large room's result takes its time, and everybody with a link may ask for it again and again. So
who asks soon after one was made waits for the next one, and files are written beside the event
loop, one at a time.
"""

import asyncio
import re
import time
from collections.abc import Callable
from typing import Annotated, Final, Literal
from urllib.parse import quote
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Meta, Struct
from starlette.responses import Response

from rooms.roles import Mask
from rooms.steps import Lang
from server.live import Live
from server.result import Result
from server.result_build import build
from server.result_csv import as_csv
from server.result_markdown import as_markdown
from server.result_words import Speech

FRESH_MS: Final = 5_000
"""How long a result serves while a clock runs and nothing else changes."""
REST: Final = 10
"""After a result was made, none of that room and role is made for so many times as long."""
LONGEST_REST_S: Final = 5.0
FILES_KEPT: Final = 4
"""Files of one result that are kept: each of a large room takes megabytes."""
NAME_LENGTH: Final = 60
NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\s\u202a-\u202e\u2066-\u2069]+')
"""What some system does not take in the name of a file, or shows as something else."""
TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


class AskResult(Struct, frozen=True, forbid_unknown_fields=True):
    """What may be asked of a result: a file (none: the data for the page), its language (none: the
    room's), and for times of day how many minutes the reader is east of Greenwich."""

    kind: Literal["", "json", "csv", "md"] = msgspec.field(default="", name="as")
    lang: Lang | None = None
    utc_offset: Annotated[int, Meta(ge=-14 * 60, le=14 * 60)] = 0


class Made(Struct, frozen=True):
    """A result, also as JSON and in files, and where the room stood. `at_s` is when it was ready,
    in seconds of the monotonic clock, and `took_s` how long it took."""

    seq: int
    result: Result
    json: bytes
    at_s: float
    took_s: float
    files: dict[AskResult, bytes]


class Results:
    """The results of the rooms in memory. When a session ends everybody asks at once."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._made: WeakKeyDictionary[Live, dict[Mask, Made]] = WeakKeyDictionary()
        self._writing = asyncio.Lock()

    def made(self, live: Live, role: Mask) -> Made:
        """The result of a room for a role, as it stands."""
        of_room = self._made.setdefault(live, {})
        known = of_room.get(role)
        if known is not None and self._stands(live, known):
            return known
        begun = time.monotonic()
        result = build(live.record.code, live.room, role, live.history.words.get, self._clock())
        json, seq = msgspec.json.encode(result), live.room.seq
        now = time.monotonic()
        made = of_room[role] = Made(seq, result, json, now, now - begun, {})
        return made

    def _stands(self, live: Live, made: Made) -> bool:
        """Whether nothing has changed since a result was made."""
        lately = self._clock() - made.result.at_ms < FRESH_MS
        return made.seq == live.room.seq and (lately or not live.clock_runs)

    async def made_in_turn(self, live: Live, role: Mask) -> Made:
        """The same, where it was made a moment ago after a rest that others wait for too. Nobody
        gets what was made before having asked and is no longer true."""
        asked = time.monotonic()
        while (known := self._made.get(live, {}).get(role)) and not self._stands(live, known):
            if known.at_s > asked:
                return known
            rest = known.at_s + min(known.took_s * REST, LONGEST_REST_S) - time.monotonic()
            if rest <= 0:
                break
            await asyncio.sleep(rest)
        return self.made(live, role)

    async def _file(self, made: Made, wanted: AskResult) -> bytes:
        async with self._writing:
            content = made.files.get(wanted)
            if content is None:
                content = await asyncio.to_thread(written, made, wanted)
                if len(made.files) >= FILES_KEPT:
                    made.files.clear()
                made.files[wanted] = content
        return content

    async def answer(self, live: Live, role: Mask, wanted: AskResult) -> Response:
        """What somebody of a role asked for."""
        made = await self.made_in_turn(live, role)
        if not wanted.kind:
            return Response(made.json, media_type="application/json")
        content = await self._file(made, wanted)
        say = speech(made, wanted)
        headers = {"Content-Disposition": disposition(made.result, say, wanted.kind)}
        return Response(content, media_type=TYPES[wanted.kind], headers=headers)


def speech(made: Made, wanted: AskResult) -> Speech:
    """The language of a file."""
    return Speech(wanted.lang or made.result.lang, wanted.utc_offset)


def written(made: Made, wanted: AskResult) -> bytes:
    """A result as the file that was asked for."""
    if wanted.kind == "csv":
        return as_csv(made.result, speech(made, wanted))
    if wanted.kind == "md":
        return as_markdown(made.result, speech(made, wanted))
    return msgspec.json.format(made.json, indent=2)


def disposition(result: Result, say: Speech, kind: str) -> str:
    """Under which name a browser is to save a file: in words, and plainly for those who cannot."""
    day = say.moment(result.started_ms or result.at_ms)[:10]
    title = NOT_IN_NAMES.sub(" ", result.title or "")[:NAME_LENGTH].strip(" .")
    named = f"{say('result')} {day} {title}".strip() + f".{kind}"
    simple = f"result-{result.code}-{day}.{kind}"
    quoted = quote(named, safe="", errors="replace")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quoted}"
