"""A result as a table for spreadsheets.

Its texts were written by anybody in the room, so no cell may become a formula.
"""

import csv
import io
import re
from collections.abc import Iterator
from typing import Final

from server.result import Decided, Owner, Result, Theme
from server.result_words import Speech

BOM: Final = "\ufeff"
"""By this Excel knows that a file is UTF-8."""
SEPARATORS: Final = {"ru": ";", "en": ","}
"""What Excel expects depends on its language."""
FORMULA: Final = re.compile(r"(^\s*|[\n;,\t])(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a formula could begin: at a cell's beginning, and wherever a program that expects another
separator would begin a new cell."""

COLUMNS: Final = (
    "section",
    "number",
    "text",
    "gain",
    "measure",
    "assumption",
    "due",
    "state",
    "owner",
    "owner_role",
    "department",
    "signed_at",
    "version",
    "helpers",
    "reason",
    "history",
    "cards",
    "dots",
    "people",
    "agree",
    "disagree",
    "passed",
    "voices",
    "planned",
    "real",
)
Row = dict[str, str | int]


def defused(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe stands before what could begin
    one. Line breaks are those that Excel makes within a cell."""
    text = text.replace("\r\n", "\n")
    if text[:1] in ("\t", "\r"):
        text = "'" + text
    return FORMULA.sub(r"\1'", text.replace("\r", "\n"))


def as_csv(result: Result, say: Speech) -> bytes:
    """One table of everything, its rows told apart by the first column."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATORS[say.lang], quoting=csv.QUOTE_ALL)
    writer.writerow(say(name, say.zone) for name in COLUMNS)
    for row in _rows(result, say):
        cells = (row.get(name, "") for name in COLUMNS)
        writer.writerow(defused(cell) if cell and isinstance(cell, str) else cell for cell in cells)
    return (BOM + out.getvalue()).encode("utf-8", errors="replace")


def _rows(result: Result, say: Speech) -> Iterator[Row]:
    title, goal = say.text(result.title), say.text(result.goal)
    yield {"section": say("room"), "number": result.code, "text": title}
    if goal:
        yield {"section": say("goal"), "text": goal}
    yield from (_decision_row(one, say) for one in result.decisions)
    for number, idea in enumerate(result.ideas, start=1):
        helpers = say.offer(idea.offer)
        text = say.text(idea.idea)
        yield {"section": say("idea"), "number": number, "text": text, "helpers": helpers}
    for vote in result.votes:
        for number, theme in enumerate(vote.themes, start=1):
            yield {"section": say("theme"), "number": number, **_theme_cells(theme, say)}
    for number, topic in enumerate(result.parking_lot, start=1):
        yield {"section": say("topic"), "number": number, "text": say.text(topic)}
    yield from _time_rows(result, say)


def _decision_row(one: Decided, say: Speech) -> Row:
    owner = one.owner or Owner("", "", "")
    signed = one.signature
    return {
        "section": say("decision"),
        "number": one.number,
        "text": say.text(one.what),
        "gain": say.text(one.result),
        "measure": say.text(one.measure),
        "assumption": say.text(one.assumption),
        "due": one.due,
        "state": say(f"state.{one.state}"),
        "owner": say.text(owner.name),
        "owner_role": say.role(owner.role),
        "department": say.text(owner.department),
        "signed_at": say.moment(signed.at_ms) if signed else "",
        "version": one.version,
        "helpers": "\n".join(say.offer(offer) for offer in one.helpers),
        "reason": say.text(one.reason),
        "history": "\n".join(say.event(event) for event in one.history),
    }


def _theme_cells(theme: Theme, say: Speech) -> Row:
    count = theme.count
    voices = (f"{say.roles(voice.roles)}: {say.voted(voice.count)}" for voice in theme.voices)
    return {
        "text": say.text(theme.text),
        "cards": "\n".join(say.text(card) for card in theme.cards),
        "dots": count.dots,
        "people": count.people,
        "agree": count.agree,
        "disagree": count.disagree,
        "passed": count.passed,
        "voices": "\n".join(voices),
    }


def _time_rows(result: Result, say: Speech) -> Iterator[Row]:
    for number, step in enumerate(result.steps, start=1):
        yield {
            "section": say("step"),
            "number": number,
            "text": say.step(step.name),
            "state": say("skipped") if step.state == "skipped" else "",
            "planned": say.minutes(step.planned_ms),
            "real": say.minutes(step.real_ms),
        }
    time = result.time
    for name, real_ms in (("between", time.between_ms), ("after", time.after_ms)):
        yield {"section": say("time"), "text": say(name), "real": say.minutes(real_ms)}
    yield {
        "section": say("time"),
        "text": say("total"),
        "planned": say.minutes(time.planned_ms),
        "real": say.minutes(time.real_ms),
    }
