"""Commands that name things of earlier ones, on a log that loses its end and gives ids anew."""

from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from msgspec import Struct

from client.outbox import Outbox, Sent
from protocols.commands import ID_BITS
from protocols.wire import UNSTABLE

FOREIGN: Final = -1


class Line(Struct):
    """One entry of the log. A post has no target; `text` tells it from all others."""

    ref: int
    text: int
    target: int = 0
    refused: bool = False


class Names(RuleBasedStateMachine):
    """One author who posts and edits, against a log that others write too."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = Outbox()
        self.log: list[Line] = []
        self.stable = self.history = 0
        self.have = (0, 0)
        self.texts: dict[int, int] = {}
        self.wishes: dict[int, int] = {}
        self.ids: dict[int, int] = {}
        self.lost: set[int] = set()
        self.risky: set[int] = set()
        self.connect()

    def connect(self) -> None:
        self.to_server: list[tuple[Sent, list[Any]]] = []
        self.outbox.connected()
        history, have = self.have
        if history == self.history and have <= len(self.log):
            self.outbox.doubt(have, lambda _: True, lost=False)
        else:
            adrift = {n for n in self.outbox.unsure() if self.seen(n) != self.sight(n)}
            gone = self.outbox.doubt(0, lambda _: True, lost=True, adrift=adrift)
            self.lost |= {sent.ref for sent in gone}
        self.have = (self.history, len(self.log))
        self.ids = {line.text: n for n in self.numbers() if (line := self.sight(n))}

    def numbers(self) -> list[int]:
        """The ids that the log gives."""
        return [(at + 1) << ID_BITS for at in range(len(self.log))]

    def sight(self, number: int) -> Line | None:
        """The author's own card of an id, as the log has it now."""
        at = (number >> ID_BITS) - 1
        line = self.log[at] if at < len(self.log) else Line(0, FOREIGN)
        return None if line.text == FOREIGN or line.target or line.refused else line

    def seen(self, number: int) -> Line | None:
        """The same as the author has seen it."""
        texts = [text for text, known in self.ids.items() if known == number]
        return Line(texts[0], texts[0]) if texts else None

    def append(self, ref: int, text: int, command: list[Any]) -> Line:
        """What the log says of a command: the entry it is, or was."""
        mine = [line for line in self.log if line.text != FOREIGN]
        if mine and ref <= mine[-1].ref:
            return next(line for line in mine if line.ref == ref)
        line = Line(ref, text)
        if command[0] == "edit_idea":
            at = (command[1] >> ID_BITS) - 1
            named = self.log[at] if at < len(self.log) else Line(0, FOREIGN)
            line.refused = named.text == FOREIGN or bool(named.target)
            line.target = named.text
        self.log.append(line)
        return line

    @precondition(lambda self: len(self.texts) < UNSTABLE)
    @rule()
    def post(self) -> None:
        sent = self.outbox.add(0, 10, 0, ["post_idea", 0], [])
        self.texts[sent.ref] = sent.ref

    @precondition(lambda self: self.ids and len(self.texts) < UNSTABLE)
    @rule(which=st.integers(0, 99))
    def edit(self, which: int) -> None:
        """Of a card that the author sees, under the id that it has now."""
        text = sorted(self.ids)[which % len(self.ids)]
        sent = self.outbox.add(0, 10, 0, ["edit_idea", self.ids[text]], [])
        self.texts[sent.ref], self.wishes[sent.ref] = sent.ref, text
        self.risky |= {sent.ref for one in self.outbox.all if one.is_lost and one.ref == text}

    @rule()
    def send(self) -> None:
        while (sent := self.outbox.next(0.0)) is not None:
            self.to_server.append((sent, list(sent.command)))

    @precondition(lambda self: self.to_server)
    @rule()
    def answer(self) -> None:
        sent, command = self.to_server.pop(0)
        line = self.append(sent.ref, self.texts[sent.ref], command)
        if line.refused:
            gone = self.outbox.refused(0, sent.ref, "unknown_card", 0.0)
            self.lost |= {one.ref for one in gone}
            return
        at = self.log.index(line) + 1
        made = [] if line.target else [at << ID_BITS]
        self.outbox.acknowledged(0, sent.ref, at, made)
        if made:
            self.ids[line.text] = made[0]

    @rule(share=st.floats(0, 1))
    def hear_news(self, share: float) -> None:
        self.stable += int((len(self.log) - self.stable) * share)
        self.have = (self.history, len(self.log))
        self.outbox.stable(self.stable)

    @rule()
    def somebody_else(self) -> None:
        self.log.append(Line(0, FOREIGN))

    @rule()
    def cut(self) -> None:
        self.connect()

    @rule(share=st.floats(0, 1), foreign=st.integers(0, 3), fork=st.booleans())
    def lose(self, share: float, foreign: int, fork: bool) -> None:
        """The end of the log is gone, and others write at once. With `fork` a server lives that
        held it, and proposes again what names nothing that was lost, up to the first that does."""
        keep = self.stable + int((len(self.log) - self.stable) * share)
        held, self.log = self.log[keep:], self.log[:keep]
        self.history += bool(held)
        self.log += [Line(0, FOREIGN) for _ in range(foreign)]
        for line in held if fork else ():
            if line.target in {one.text for one in held}:
                break
            if line.text != FOREIGN and not line.target:
                self.append(line.ref, line.text, ["post_idea", 0])
            elif line.text != FOREIGN:
                at = [one.text for one in self.log].index(line.target) + 1
                self.append(line.ref, line.text, ["edit_idea", at << ID_BITS])
        self.connect()

    def teardown(self) -> None:
        """All is well again: every edit is of the card it was meant for. None is missing, but one
        of a card that was lost again before its author heard that it had been put back."""
        self.connect()
        for _ in self.texts:
            self.send()
            while self.to_server:
                self.answer()
        assert self.outbox.waiting == []
        mine = [line for line in self.log if line.text != FOREIGN and not line.refused]
        assert [line.text for line in mine] == sorted(set(self.texts.values()) - self.lost)
        for line in mine:
            assert line.target == self.wishes.get(line.text, 0)
        assert self.lost <= self.risky


Names.TestCase.settings = settings(
    max_examples=150, stateful_step_count=40, deadline=None, print_blob=True
)
TestNames = Names.TestCase
