"""Handing out results: made once for all who see the same, as the page's data or as a file."""

import re
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
NAME_LENGTH: Final = 60
NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|\s\u202a-\u202e\u2066-\u2069]+')
"""What some system does not take in the name of a file, or shows as something else."""
TYPES: Final = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


class AskResult(Struct, forbid_unknown_fields=True):
    """What may be asked of a result: a file (none: the data for the page), its language (none: the
    room's), and for times of day how many minutes the reader is east of Greenwich."""

    kind: Literal["", "json", "csv", "md"] = msgspec.field(default="", name="as")
    lang: Lang | None = None
    utc_offset: Annotated[int, Meta(ge=-14 * 60, le=14 * 60)] = 0


class Made(Struct, frozen=True):
    """A result, also as JSON, and where the room stood."""

    seq: int
    result: Result
    json: bytes


class Results:
    """The results of the rooms in memory. When a session ends everybody asks at once."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._made: WeakKeyDictionary[Live, dict[Mask, Made]] = WeakKeyDictionary()

    def made(self, live: Live, role: Mask) -> Made:
        """The result of a room for a role, as it stands."""
        of_room = self._made.setdefault(live, {})
        known, now = of_room.get(role), self._clock()
        if known is not None and known.seq == live.room.seq:
            if not live.clock_runs or now - known.result.at_ms < FRESH_MS:
                return known
        result = build(live.record.code, live.room, role, live.history.words.get, now)
        made = of_room[role] = Made(live.room.seq, result, msgspec.json.encode(result))
        return made

    def answer(self, live: Live, role: Mask, wanted: AskResult) -> Response:
        """What somebody of a role asked for."""
        made = self.made(live, role)
        if not wanted.kind:
            return Response(made.json, media_type="application/json")
        say = Speech(wanted.lang or made.result.lang, wanted.utc_offset)
        if wanted.kind == "csv":
            content = as_csv(made.result, say)
        elif wanted.kind == "md":
            content = as_markdown(made.result, say)
        else:
            content = msgspec.json.format(made.json, indent=2)
        headers = {"Content-Disposition": disposition(made.result, say, wanted.kind)}
        return Response(content, media_type=TYPES[wanted.kind], headers=headers)


def disposition(result: Result, say: Speech, kind: str) -> str:
    """Under which name a browser is to save a file: in words, and plainly for those who cannot."""
    day = say.moment(result.started_ms or result.at_ms)[:10]
    title = NOT_IN_NAMES.sub(" ", result.title or "")[:NAME_LENGTH].strip(" .")
    named = f"{say('result')} {day} {title}".strip() + f".{kind}"
    simple = f"result-{result.code}-{day}.{kind}"
    quoted = quote(named, safe="", errors="replace")
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quoted}"
