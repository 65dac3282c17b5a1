"""A result as a document in Markdown.

Its texts were written by anybody in the room, so no word may become markup.
"""

import re
from collections.abc import Iterator
from typing import Final

from server.result import Decided, Owner, Result
from server.result_words import Speech

MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~&$^=])")
"""What has a meaning somewhere in a line, in plain Markdown or in what is built on it."""
AT_START: Final = re.compile(r"^(?:(\d{1,9})([.)])|([-+:]))")
"""What has a meaning where a line begins."""
SPACE: Final = re.compile(r"[^\S\u00a0\u202f]+")


def plain(text: str) -> str:
    """A text on one line of Markdown that shows as it was written."""
    text = MARKS.sub(r"\\\1", SPACE.sub(" ", text).strip())
    return AT_START.sub(lambda m: rf"{m[1]}\{m[2]}" if m[1] else rf"\{m[3]}", text)


def as_markdown(result: Result, say: Speech) -> bytes:
    """The result as a document."""
    lines = "\n".join(_document(result, say))
    return (re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n").encode("utf-8", errors="replace")


def _document(result: Result, say: Speech) -> Iterator[str]:
    yield f"# {plain(say.text(result.title))}\n"
    if result.goal != "":
        yield f"**{say('goal')}:** {plain(say.text(result.goal))}\n"
    counts = result.counts
    numbers = (counts.people, counts.cards, counts.decisions, counts.signed)
    yield say("counts", *numbers) + "\n"
    yield from _decision_sections(result, say)
    yield from _share_section(result, say)
    if result.ideas:
        yield f"## {say('ideas')}\n"
    for idea in result.ideas:
        yield f"- {plain(say.text(idea.idea))} ({plain(say.offer(idea.offer))})"
    yield ""
    yield from _vote_section(result, say)
    if result.parking_lot:
        yield f"## {say('parking_lot')}\n"
        yield from (f"- {plain(say.text(topic))}" for topic in result.parking_lot)
    yield from _time_section(result, say)
    yield f"\n## {say('next')}\n"
    signed = (one for one in result.decisions if one.state == "signed" and one.owner)
    for one in sorted(signed, key=lambda one: (one.due, one.number)):
        name = plain(say.text(one.owner.name)) if one.owner else ""
        yield f"- {say('next.owner', say.day(one.due), name, one.number)}"
    yield f"- {say('next.link')}"
    yield f"- {say('next.change')}"


def _decision_sections(result: Result, say: Speech) -> Iterator[str]:
    taken = [one for one in result.decisions if one.state in ("signed", "sign_again", "taken")]
    yield f"## {say('decisions')}\n"
    if not taken:
        yield say("none") + "\n"
    for one in taken:
        yield from _decision_text(one, say)
    for state in ("open", "awaiting", "nobody", "parked", "dropped"):
        others = [one for one in result.decisions if one.state == state]
        if others:
            yield f"## {say(state)}\n"
        for one in others:
            yield from _decision_text(one, say)


def _decision_text(one: Decided, say: Speech) -> Iterator[str]:
    yield f"### {one.number}\\. {plain(say.text(one.what))}\n"
    words = (("gain", one.result), ("measure", one.measure), ("assumption", one.assumption))
    for label, text in words:
        if text != "":
            yield f"- **{say(label)}:** {plain(say.text(text))}"
    yield f"- **{say('due')}:** {say.day(one.due)}"
    if one.owner:
        yield f"- **{say('owner')}:** {_owner(one.owner, say)}"
    if one.signature:
        moment = f"{say.moment(one.signature.at_ms)} {say.zone}"
        yield f"- {say('signed', moment, one.signature.version)}"
    else:
        yield f"- **{say('state')}:** {say(f'state.{one.state}')}"
    if one.reason != "":
        yield f"- **{say('reason')}:** {plain(say.text(one.reason))}"
    for offer in one.helpers:
        yield f"- **{say('helpers')}:** {plain(say.offer(offer))}"
    for event in one.history:
        yield f"- {plain(say.event(event))}"
    yield ""


def _owner(owner: Owner, say: Speech) -> str:
    parts = (say.text(owner.name), owner.department, say.role(owner.role))
    return ", ".join(plain(part) for part in parts if part)


def _share_section(result: Result, say: Speech) -> Iterator[str]:
    if result.shares:
        yield f"## {say('shares')}\n"
    for share in result.shares:
        did = (("owns", share.owns), ("helps", share.helps))
        parts = (f"{say(word)} {', '.join(map(str, of))}" for word, of in did if of)
        yield f"- **{plain(share.department)}:** {'; '.join(parts)}"
    yield ""


def _vote_section(result: Result, say: Speech) -> Iterator[str]:
    for vote in result.votes:
        heads = ("dots", "people") if vote.style == "dots" else ("agree", "disagree", "passed")
        names = " | ".join(say(head) for head in heads)
        yield f"## {say('votes')}: {plain(say.step(vote.step))}\n"
        yield f"| {say('theme')} | {names} | {say('voices')} |"
        yield f"| --- | {'--: | ' * len(heads)}--- |"
        for theme in vote.themes:
            numbers = (str(getattr(theme.count, head)) for head in heads)
            voices = (f"{say.roles(v.roles)} {say.voted(v.count)}" for v in theme.voices)
            yield f"| {' | '.join((plain(say.text(theme.text)), *numbers, '; '.join(voices)))} |"
        yield ""


def _time_section(result: Result, say: Speech) -> Iterator[str]:
    yield f"\n## {say('time')}\n"
    yield f"| {say('step')} | {say('planned')} | {say('real')} |"
    yield "| --- | --: | --: |"
    for step in result.steps:
        real = say("skipped") if step.state == "skipped" else say.minutes(step.real_ms)
        name = plain(say.step(step.name))
        yield f"| {name} | {say.minutes(step.planned_ms)} | {real} |"
    time = result.time
    if time.between_ms:
        yield f"| {say('between')} | | {say.minutes(time.between_ms)} |"
    yield f"| **{say('total')}** | {say.minutes(time.planned_ms)} | {say.minutes(time.real_ms)} |"
    if time.after_ms:
        yield f"| {say('after')} | | {say.minutes(time.after_ms)} |"
    yield ""
