"""One judgement for every fault: did the room keep what it promises (A1 to A7)?

- A1 No acknowledged command is missing from the final log and room, and none that was refused to
  its sender was carried out.
- A2 No command is carried out twice.
- A3 Everybody agrees on order and content, with each other and with the log.
- A4 At most one vote of a seat counts for one question.
- A5 Nobody's number goes back, or changes its meaning, without an explicit reset.
- A6 The digest of the state is equal on all servers, and equal to a replay of the stored log.
- A7 Nothing that was shown is later missing without a reset.

A promise that cannot be kept must at least not be kept up in silence: with `honest` only the
honesty counts, so what is lost is a violation only for a bot that was not told by a reset.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final as Constant
from typing import Literal

from msgspec import Struct

from tests.chaos.records import Count, Fact, Final, Ident, Patch, Record, Reset, Sent, Standing

Promise = Literal["A1", "A2", "A3", "A4", "A5", "A6", "A7", "late", "other"]
OPINIONS: Constant = ("agree", "disagree", "pass")


class Violation(Struct, frozen=True, order=True):
    """One broken promise, and how it shows. `late` is a bound of time, `other` anything else that
    must not happen to a bot."""

    promise: Promise
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.what}"


class Verdict(Struct):
    """What was found. `lost` counts acknowledged commands that are gone although their senders
    were told so by a reset; without `honest` they are violations as well. `evidence` names the
    folder with what the processes said, where something was found."""

    violations: list[Violation] = []
    lost: int = 0
    resets: int = 0
    commands: int = 0
    evidence: str = ""

    def promises(self) -> Counter[str]:
        """How often each promise was broken."""
        return Counter(violation.promise for violation in self.violations)

    def explain(self, most: int = 12) -> str:
        """The first violations, a line each."""
        lines = [str(violation) for violation in sorted(self.violations)]
        more = [f"and {len(lines) - most} more"] if len(lines) > most else []
        return "\n".join([*lines[:most], *more])


def check(
    records: list[Record],
    final: Final,
    servers: Iterable[Standing] = (),
    *,
    honest: bool = False,
    silent: bool = False,
) -> Verdict:
    """Judge a run that has come to rest. With `silent` nobody may even be reset, since nothing was
    lost."""
    verdict = Verdict()
    by_ident = _by_ident(final)
    on_cards = Counter(final.cards.values())
    for record in records:
        verdict.commands += len(record.sent)
        resets = [event for event in record.events if isinstance(event, Reset)]
        verdict.resets += len(resets)
        if silent:
            verdict.violations += [
                Violation("other", f"{record.name} was reset at {one.at_s:.3f} for nothing")
                for one in resets
            ]
        verdict.violations += _turned_away(record)
        lost = list(_missing(record, by_ident, on_cards))
        told = [sent for sent in lost if record.was_reset_after(sent.acked_s)]
        verdict.lost += len(told)
        bad = [sent for sent in lost if not honest or sent not in told]
        verdict.violations += [
            Violation("A1", f"{record.name}: {sent.ident} {sent.text!r}, acknowledged, is missing")
            for sent in bad
        ]
        verdict.violations += _contradicted(record, by_ident)
        verdict.violations += _disagrees(record, final)
        verdict.violations += _goes_back(record)
        verdict.violations += _vanished(record, final)
    verdict.violations += _twice(by_ident, on_cards)
    verdict.violations += _miscounted(final)
    verdict.violations += _servers_differ(servers, final)
    return verdict


def _by_ident(final: Final) -> dict[Ident, list[Fact]]:
    """The entries that were carried out, by the command they carry."""
    found: dict[Ident, list[Fact]] = {}
    for fact in final.facts:
        if fact.applied and fact.ident[2]:
            found.setdefault(fact.ident, []).append(fact)
    return found


def _turned_away(record: Record) -> Iterator[Violation]:
    if record.ended:
        yield Violation("other", f"{record.name} was turned away: {record.ended}")
    for sent in record.sent:
        if not sent.acked_seq and not sent.refused:
            yield Violation("other", f"{record.name}: {sent.ident} was never answered")


def _missing(
    record: Record, by_ident: dict[Ident, list[Fact]], on_cards: Counter[str]
) -> Iterator[Sent]:
    """A1: what was acknowledged and is not in the log, or not in the room."""
    for sent in record.sent:
        if sent.acked_seq and (
            sent.ident not in by_ident or (sent.text and not on_cards[sent.text])
        ):
            yield sent


def _contradicted(record: Record, by_ident: dict[Ident, list[Fact]]) -> Iterator[Violation]:
    """A1: what was refused and yet carried out."""
    for sent in record.sent:
        if sent.refused and sent.ident in by_ident:
            what = f"{record.name}: {sent.ident}, refused as {sent.refused}, was carried out"
            yield Violation("A1", what)


def _twice(by_ident: dict[Ident, list[Fact]], on_cards: Counter[str]) -> Iterator[Violation]:
    """A2, by identity and by text: a command that came again under another identity shows too."""
    for ident, facts in by_ident.items():
        if len(facts) > 1:
            entries = ", ".join(str(fact.seq) for fact in facts)
            yield Violation("A2", f"{ident} was carried out by the entries {entries}")
    for text, count in on_cards.items():
        if count > 1:
            yield Violation("A2", f"{text!r} stands on {count} cards")


def _disagrees(record: Record, final: Final) -> Iterator[Violation]:
    """A3: what the bot still believes, against the log and against a replay of it."""
    for patch in record.standing():
        if final.chain(patch.seq) != patch.chain:
            yield Violation("A3", f"{record.name}: another history at {patch.seq}")
            return
        for number, text in patch.cards.items():
            if final.cards.get(number, text) != text:
                yield Violation("A3", f"{record.name}: card {number} reads {text!r}")
    wanted = final.views.get(record.role)
    if wanted is not None and record.rows != wanted:
        keys = [k for k in {*wanted, *record.rows} if wanted.get(k) != record.rows.get(k)]
        what = f"{record.name}: {len(keys)} things differ in the end, as {sorted(keys)[:3]}"
        yield Violation("A3", what)


def _goes_back(record: Record) -> Iterator[Violation]:
    """A5: a number that falls, or stands for something else, with no reset before it."""
    last: Patch | None = None
    for event in record.events:
        if isinstance(event, Reset):
            last = None
            continue
        if last is not None and event.seq < last.seq:
            yield Violation("A5", f"{record.name}: from {last.seq} back to {event.seq}")
        elif last is not None and event.seq == last.seq and event.chain != last.chain:
            yield Violation("A5", f"{record.name}: {event.seq} became another entry")
        last = event


def _vanished(record: Record, final: Final) -> Iterator[Violation]:
    """A7: cards that the bot saw, was never told to forget, and that are not in the room."""
    for patch in record.standing():
        for number, text in patch.cards.items():
            if number not in final.cards:
                yield Violation(
                    "A7", f"{record.name}: card {number} {text!r} was shown and is gone"
                )
        for number in patch.gone:
            yield Violation("A7", f"{record.name}: card {number} was taken away")


def _miscounted(final: Final) -> Iterator[Violation]:
    """A4: each question's tally against one vote of each seat, the last in the log."""
    last: dict[tuple[int, int], str] = {}
    for fact in final.facts:
        if fact.applied and fact.vote is not None:
            choice, opinion = fact.vote
            last[fact.seat, choice] = opinion
    wanted: dict[int, Counter[str]] = {choice: Counter() for choice in final.tallies}
    for (_, choice), opinion in last.items():
        wanted.setdefault(choice, Counter())[opinion] += 1
    for choice, votes in wanted.items():
        count: Count = (
            sum(votes[opinion] for opinion in OPINIONS),
            votes["agree"],
            votes["disagree"],
            votes["pass"],
        )
        found = final.tallies.get(choice, (0, 0, 0, 0))
        if found != count:
            yield Violation("A4", f"choice {choice}: counted {found}, voted {count}")


def _servers_differ(servers: Iterable[Standing], final: Final) -> Iterator[Violation]:
    """A6: every server against the replay of the stored log."""
    for one in servers:
        if (one.seq, one.chain) != (final.seq, final.chain(final.seq)):
            yield Violation("A6", f"server {one.server} stands at {one.seq} of {final.seq}")
        elif one.digest != final.digest:
            yield Violation("A6", f"server {one.server} has another digest at {one.seq}")
