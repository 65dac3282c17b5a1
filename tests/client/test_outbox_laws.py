"""The outbox by itself, against a log of a few lines that may lose its end."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from client.outbox import TRY_AGAIN_S, UNSTABLE_BYTES, Outbox, Sent
from protocols.commands import ID_BITS
from protocols.wire import UNANSWERED, UNSTABLE

LANES = (0, 700)


def given_now(outbox: Outbox, now: float = 0.0) -> list[Sent]:
    """All that may be sent now."""
    found = []
    while (sent := outbox.next(now)) is not None:
        found.append(sent)
    return found


def refs(sent: Sequence[Sent]) -> list[int]:
    return [one.ref for one in sent]


def post(outbox: Outbox, text: str = "idea", lane: int = 0) -> Sent:
    return outbox.add(lane, 10, 5, ["post_idea", 0], [text])


def acknowledged(number: int, outbox: Outbox | None = None) -> Outbox:
    """An outbox with so many commands acknowledged, at 101 and on, none of them stable."""
    outbox = Outbox() if outbox is None else outbox
    for n in range(1, number + 1):
        post(outbox)
        given_now(outbox)
        outbox.acknowledged(0, n, 100 + n, [(100 + n) << 12])
    return outbox


def everything(_: Sent) -> bool:
    return True


def test_w8_what_is_acknowledged_is_kept_until_it_is_stable() -> None:
    outbox = acknowledged(3)
    assert (outbox.waiting, refs(outbox.unstable)) == ([], [1, 2, 3])
    outbox.stable(102)
    assert refs(outbox.unstable) == [3]
    outbox.stable(50)
    outbox.stable(103)
    assert outbox.all == []


def test_w8_what_is_stable_when_it_is_acknowledged_is_not_kept() -> None:
    outbox = Outbox()
    outbox.stable(101)
    assert refs(acknowledged(2, outbox).unstable) == [2]


def test_w8_after_a_reset_it_is_offered_again_in_order_before_all_else() -> None:
    outbox = acknowledged(3)
    post(outbox), given_now(outbox)
    post(outbox)
    outbox.connected()
    assert outbox.doubt(0, everything, lost=True) == []
    offered = []
    while sent := given_now(outbox):
        offered += refs(sent)
        assert len(sent) == 1 or offered == [1, 2, 3, 4, 5]
        for one in sent:
            outbox.acknowledged(0, one.ref, 50 + one.ref, [])
    assert offered == [1, 2, 3, 4, 5]
    assert [one.seq for one in outbox.unstable] == [51, 52, 53, 54, 55]


def test_w8_what_the_chain_vouches_for_is_not_offered_again() -> None:
    outbox = acknowledged(3)
    outbox.connected()
    outbox.doubt(102, everything, lost=False)
    assert refs(given_now(outbox)) == [3]


def test_w8_a_reset_in_the_middle_leaves_alone_what_is_under_way() -> None:
    outbox = acknowledged(2)
    for _ in range(UNANSWERED):
        post(outbox)
    assert refs(given_now(outbox)) == list(range(3, 3 + UNANSWERED))
    outbox.doubt(0, everything, lost=True)
    assert given_now(outbox) == [], "eight are unanswered"
    outbox.acknowledged(0, 3, 120, [])
    assert refs(given_now(outbox)) == [1]


def test_w8_one_that_is_put_off_comes_again_under_its_number_and_is_not_overtaken() -> None:
    outbox = acknowledged(2)
    outbox.connected()
    outbox.doubt(0, everything, lost=True)
    assert refs(given_now(outbox)) == [1]
    assert outbox.refused(0, 1, "room_busy", now=10.0) == []
    assert given_now(outbox, 10.0) == []
    assert outbox.held_for(10.0) == TRY_AGAIN_S
    assert refs(given_now(outbox, 10.0 + TRY_AGAIN_S)) == [1]


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        (["post_idea", 0], "too_old", False),
        (["claim_decision", 7], "already_yours", False),
        (["claim_decision", 7], "already_claimed", True),
        (["sign_decision", 7, 1, "d"], "already_signed", False),
        (["edit_decision", 7, 1, 0], "already_signed", True),
        (["next_step"], "already_moved", False),
        (["cast_dots", 7, 1], "too_late", True),
        (["withdraw_idea", 7], "unknown_card", False),
        (["edit_idea", 7], "unknown_card", True),
    ],
)
def test_w8_only_what_is_really_lost_is_told(command: list[Any], code: str, told: bool) -> None:
    outbox = Outbox()
    outbox.add(0, 10, 5, command, ["words"])
    given_now(outbox)
    outbox.acknowledged(0, 1, 101, [])
    outbox.connected()
    outbox.doubt(0, everything, lost=True)
    (sent,) = given_now(outbox)
    assert outbox.refused(0, 1, code, 0.0) == ([sent] if told else [])
    assert outbox.all == []


def test_w8_an_old_answer_is_missed_only_by_what_was_never_acknowledged() -> None:
    outbox = Outbox()
    sent = post(outbox)
    given_now(outbox)
    assert outbox.refused(0, 1, "too_old", 0.0) == [sent]


def test_w8_what_follows_means_the_things_that_were_made_anew() -> None:
    outbox = Outbox()
    old, new = 101 << 12, 57 << 12
    post(outbox)
    outbox.add(0, 10, 5, ["merge_cards", [4096, old], 0], [])
    outbox.add(0, old, 5, ["withdraw_idea", old], [])
    given_now(outbox)
    outbox.acknowledged(0, 1, 101, [old])
    outbox.acknowledged(0, 2, 102, [])
    outbox.connected()
    outbox.doubt(0, everything, lost=True)
    given_now(outbox)
    outbox.acknowledged(0, 1, 57, [new])
    assert outbox.next(0.0).command == ["merge_cards", [4096, new], 0]  # type: ignore[union-attr]
    outbox.acknowledged(0, 2, 58, [])
    last = outbox.next(0.0)
    assert last is not None
    assert (last.step, last.command) == (new, ["withdraw_idea", new])


def test_w8_an_id_that_was_anothers_before_is_not_taken_for_it() -> None:
    """Everything moves up by one: the first card's new id is the second one's old."""
    outbox = Outbox()
    first, second, third = 101 << 12, 102 << 12, 103 << 12
    post(outbox, "first"), post(outbox, "second")
    outbox.add(0, 10, 5, ["edit_idea", first], ["first, said better"])
    given_now(outbox)
    outbox.acknowledged(0, 1, 101, [first])
    outbox.acknowledged(0, 2, 102, [second])
    outbox.acknowledged(0, 3, 103, [])
    for lost_again in (False, True):
        outbox.connected()
        outbox.doubt(0, everything, lost=True)
        given_now(outbox)
        outbox.acknowledged(0, 1, 102, [second])
        if not lost_again:  # the log is lost once more, in the middle of it
            continue
        given_now(outbox)
        outbox.acknowledged(0, 2, 103, [third])
    (edit,) = given_now(outbox)
    assert edit.command == ["edit_idea", second]


def test_w8_what_rests_on_something_lost_is_lost_with_it() -> None:
    """It must not reach whatever has that id now."""
    outbox = Outbox()
    old = 101 << 12
    posted = post(outbox)
    rests = outbox.add(0, 10, 5, ["edit_idea", old], ["said better"])
    also = outbox.add(0, 10, 5, ["merge_cards", [4096, old], 0], [])
    other = post(outbox)
    given_now(outbox)
    outbox.acknowledged(0, 1, 101, [old])
    outbox.connected()
    outbox.doubt(0, everything, lost=True)
    given_now(outbox)
    assert outbox.refused(0, 1, "room_closed", 0.0) == [posted, rests, also]
    assert given_now(outbox) == [other]


def test_w8_what_names_another_thing_now_goes_nowhere() -> None:
    outbox = Outbox()
    outbox.stable(100)
    old, young = 100 << ID_BITS, (101 << ID_BITS) + 1
    vote = outbox.add(0, 10, 5, ["cast_dots", young, 1], [])
    merge = outbox.add(0, 10, 5, ["merge_cards", [old, young], 0], [])
    other = post(outbox)
    given_now(outbox)
    outbox.acknowledged(0, 1, 102, [])
    assert outbox.unsure() == {young}
    outbox.connected()
    assert outbox.doubt(0, everything, lost=True, adrift={young}) == [vote, merge]
    assert given_now(outbox) == [other]


def test_w8_of_a_closed_round_what_is_not_lost_is_forgotten() -> None:
    outbox = Outbox()
    old = 101 << 12
    post(outbox, lane=700)
    edit = outbox.add(700, 10, 5, ["edit_idea", old], ["said better"])
    given_now(outbox)
    outbox.acknowledged(700, 1, 101, [old])
    outbox.connected()
    assert outbox.doubt(0, lambda _: False, lost=False) == []
    assert given_now(outbox) == [edit]
    assert edit.command == ["edit_idea", old]


def test_w8_of_another_round_nothing_is_offered() -> None:
    outbox = Outbox()
    secret = post(outbox, "unsaid", lane=700)
    given_now(outbox)
    outbox.acknowledged(700, 1, 101, [])
    outbox.connected()
    assert outbox.doubt(0, lambda sent: sent.lane != 700, lost=True) == [secret]
    assert (outbox.all, given_now(outbox)) == ([], [])


def test_w8_what_is_kept_is_bounded_in_number() -> None:
    outbox = acknowledged(UNSTABLE + 5)
    assert refs(outbox.unstable) == list(range(6, UNSTABLE + 6))


def test_w8_what_is_kept_is_bounded_in_bytes() -> None:
    outbox, long = Outbox(), "x" * (UNSTABLE_BYTES // 4)
    for n in range(1, 9):
        post(outbox, long)
        given_now(outbox)
        outbox.acknowledged(0, n, 100 + n, [])
    assert refs(outbox.unstable) == [6, 7, 8]


def test_w8_a_seat_offers_nothing_that_was_given_before_it_was_taken() -> None:
    """The log would take it for another command: there it is told by seat and client."""
    outbox = acknowledged(1)
    outbox.add(0, 0, 5, ["join", 0, "remote", 0], ["Anna"])
    given_now(outbox)
    outbox.acknowledged(0, 2, 102, [700])
    outbox.connected()
    outbox.doubt(0, everything, lost=True)
    assert refs(outbox.waiting) == [2]


def test_w8_whoever_gets_another_id_forgets_what_was_acknowledged() -> None:
    outbox = acknowledged(2)
    waits = post(outbox)
    assert outbox.clear() == [waits]
    assert outbox.all == []
    assert post(outbox).ref == 1


class Phone(RuleBasedStateMachine):
    """One outbox over connections that break, and a log that loses its end: with the servers that
    held it, so that this phone alone is left, or with a server that puts back what it held."""

    def __init__(self) -> None:
        super().__init__()
        self.outbox = Outbox()
        self.now = 0.0
        self.log: list[tuple[int, int, int]] = []
        self.history = 0
        self.stable = 0
        self.texts: dict[tuple[int, int], int] = {}
        self.acknowledged: set[int] = set()
        self.refused: set[int] = set()
        self.have = (0, 0)
        self.connect()

    def connect(self) -> None:
        """A new connection, to a server that holds the whole log."""
        self.to_server: list[Sent] = []
        self.to_phone: list[tuple[Any, ...]] = []
        self.offered: list[int] = []
        self.put_off: set[int] = set()
        self.outbox.connected()
        history, have = self.have
        if history == self.history and have <= len(self.log):
            self.outbox.doubt(have, everything, lost=False)
        else:
            self.reset()
        self.hear_of_room()

    def reset(self) -> None:
        assert self.outbox.doubt(0, everything, lost=True) == []

    def hear_of_room(self) -> None:
        """A patch of the room."""
        self.have = (self.history, len(self.log))
        self.outbox.stable(self.stable)

    def memory(self, lane: int) -> list[tuple[int, int]]:
        """Refs of a lane that the log has, with where they stand."""
        return [(ref, n + 1) for n, (of, ref, _) in enumerate(self.log) if of == lane]

    def append(self, lane: int, ref: int) -> tuple[Any, ...]:
        """What the server answers to a command."""
        known = self.memory(lane)
        if known and ref <= known[-1][0]:
            at = dict(known[-8:]).get(ref)
            if at is None:
                return "refused", lane, ref, "too_old"
            return "ack", lane, ref, at
        self.log.append((lane, ref, self.texts[lane, ref]))
        return "ack", lane, ref, len(self.log)

    @rule(lane=st.sampled_from(LANES))
    def write(self, lane: int) -> None:
        sent = self.outbox.add(lane, 10, 0, ["post_idea", 0], [])
        self.texts[lane, sent.ref] = len(self.texts)

    @rule()
    def send(self) -> None:
        for sent in given_now(self.outbox, self.now):
            self.to_server.append(sent)
            self.offered.append(self.texts[sent.lane, sent.ref])

    @precondition(lambda self: self.to_server)
    @rule(busy=st.integers(0, 9))
    def serve(self, busy: int) -> None:
        sent = self.to_server.pop(0)
        known = any(ref >= sent.ref for ref, _ in self.memory(sent.lane))
        if busy == 0 and not known:
            self.to_phone.append(("refused", sent.lane, sent.ref, "too_fast"))
        else:
            self.to_phone.append(self.append(sent.lane, sent.ref))

    @precondition(lambda self: self.to_phone)
    @rule()
    def hear(self) -> None:
        kind, lane, ref, what = self.to_phone.pop(0)
        text = self.texts[lane, ref]
        if kind == "ack":
            self.outbox.acknowledged(lane, ref, what, [])
            self.acknowledged.add(text)
            return
        self.put_off.add(text)
        for lost in self.outbox.refused(lane, ref, what, self.now):
            assert not lost.seq, "what was acknowledged is never lost"
            self.refused.add(text)

    @rule()
    def hear_news(self) -> None:
        if not self.to_phone:  # what was answered before comes before it
            self.hear_of_room()

    @rule(share=st.floats(0, 1))
    def settle(self, share: float) -> None:
        self.stable += int((len(self.log) - self.stable) * share)

    @rule()
    def wait(self) -> None:
        self.now += TRY_AGAIN_S

    @rule()
    def cut(self) -> None:
        self.connect()

    @rule(share=st.floats(0, 1), foreign=st.integers(0, 2))
    def lose_all(self, share: float, foreign: int) -> None:
        """The end of the log is gone, and with it every server that had it."""
        self.lose(share, foreign)
        self.connect()

    @rule(share=st.floats(0, 1), foreign=st.integers(0, 2))
    def fork(self, share: float, foreign: int) -> None:
        """The end of the log is gone. Our server is alive, has to take what others wrote instead,
        and proposes again what it held."""
        held = self.lose(share, foreign)
        for lane, ref, _ in held:
            if lane:
                self.append(lane, ref)
        for lane, ref, _ in held:
            if not lane:
                self.append(lane, ref)
        self.deliver_what_is_written()
        self.offered = [self.texts[sent.lane, sent.ref] for sent in self.to_server]
        self.reset()
        self.hear_of_room()

    def lose(self, share: float, foreign: int) -> list[tuple[int, int, int]]:
        keep = self.stable + int((len(self.log) - self.stable) * share)
        held, self.log = self.log[keep:], self.log[:keep]
        if held or foreign:
            self.history += 1
            self.log += [(1, n, -1) for n in range(foreign)]
        return [entry for entry in held if entry[0] != 1]

    def deliver_what_is_written(self) -> None:
        """Answers that were on the wire before a reset come before it."""
        while self.to_phone:
            self.hear()

    @invariant()
    def never_too_many(self) -> None:
        assert sum(sent.given for sent in self.outbox.waiting) <= UNANSWERED
        assert len(self.outbox.unstable) <= UNSTABLE

    @invariant()
    def acknowledged_is_in_the_log_or_here(self) -> None:
        assert len(self.texts) <= UNSTABLE  # no more than what is kept at all
        there = {text for *_, text in self.log}
        here = {self.texts[sent.lane, sent.ref] for sent in self.outbox.all}
        assert self.acknowledged <= there | here

    @invariant()
    def offered_once_and_in_order(self) -> None:
        once = [text for text in self.offered if text not in self.put_off]
        assert len(set(once)) == len(once)

    def teardown(self) -> None:
        """All is well again: everything is in the log, once, and each lane in its order."""
        self.connect()
        for _ in range(len(self.texts) + 2):
            self.now += TRY_AGAIN_S
            self.send()
            while self.to_server:
                self.serve(1)
            while self.to_phone:
                self.hear()
        assert self.outbox.waiting == []
        for lane in LANES:
            texts = [text for of, _, text in self.log if of == lane]
            assert texts == sorted(set(texts)), "once each, in order"
        written = {text for of, _, text in self.log if of in LANES}
        assert written | self.refused == set(self.texts.values())
        assert self.acknowledged <= written


Phone.TestCase.settings = settings(
    max_examples=150, stateful_step_count=UNSTABLE, deadline=None, print_blob=True
)
TestPhone = Phone.TestCase
