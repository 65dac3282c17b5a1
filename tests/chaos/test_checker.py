"""The checker finds every kind of broken history, and nothing in a whole one."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.chaos.checker import check
from tests.chaos.figures import back_after, spread, staleness
from tests.chaos.records import Fact, Final, Patch, Record, Reset, Sent, Standing

ANNA, BORIS = (1, 0), (2, 0)
CARD = 7
CHOICE = 9
DIGEST = "d" * 32


class Run:
    """A whole history of two bots: Anna writes a card and votes, Boris votes and watches."""

    def __init__(self) -> None:
        self.final = Final(
            [
                Fact(1, "c1", (0, 0, 0), 0, "open_room"),
                Fact(2, "c2", (*ANNA, 1), 11, "park_topic"),
                Fact(3, "c3", (*ANNA, 2), 11, "cast_opinion", vote=(CHOICE, "agree")),
                Fact(4, "c4", (*BORIS, 1), 12, "cast_opinion", vote=(CHOICE, "pass")),
                Fact(5, "c5", (*BORIS, 1), 12, "cast_opinion", repeat=True, vote=(CHOICE, "pass")),
                Fact(6, "c6", (*BORIS, 2), 12, "park_topic", refused="missing_words"),
            ],
            {CARD: "anna 1"},
            {CHOICE: (2, 1, 0, 1)},
            DIGEST,
            {8: {("card", CARD): {"text": "anna 1"}}},
        )
        self.anna = self.bot("anna")
        self.anna.sent = [
            Sent((*ANNA, 1), 1.0, "anna 1", 1.1, 2),
            Sent((*ANNA, 2), 1.2, "", 1.3, 3),
        ]
        self.boris = self.bot("boris")
        self.boris.sent = [
            Sent((*BORIS, 1), 1.3, "", 1.5, 4),
            Sent((*BORIS, 2), 1.6, "", 0.0, 0, "missing_words"),
        ]
        self.servers = [Standing("a", 6, "c6", DIGEST), Standing("b", 6, "c6", DIGEST)]

    def bot(self, name: str) -> Record:
        """Somebody who has seen everything."""
        events: list[Patch | Reset] = [
            Patch(1.0, 0, 1, "c1", 1),
            Patch(1.2, 1, 2, "c2", 2, {CARD: "anna 1"}),
            Patch(1.6, 2, 6, "c6", 6),
        ]
        return Record(name, 8, events, [], dict(self.final.views[8]))

    def told(self, *, honest: bool = False, silent: bool = False) -> str:
        """The promises that were broken."""
        bots = [self.anna, self.boris]
        verdict = check(bots, self.final, self.servers, honest=honest, silent=silent)
        return " ".join(sorted(verdict.promises()))


def patch_of(run: Run, index: int) -> Patch:
    found = run.boris.events[index]
    assert isinstance(found, Patch)
    return found


def lose_entry(run: Run) -> None:
    """Anna's vote is gone from the log, and the tally with it."""
    run.final.facts[2] = Fact(3, "c3", (0, 0, 0), 0, "tick")
    run.final.tallies[CHOICE] = (1, 0, 0, 1)


def lose_card_from_room(run: Run) -> None:
    """Anna's entry is there, but her card is not; nobody had seen it yet."""
    run.final.cards.clear()
    run.final.views[8].clear()
    for record in (run.anna, run.boris):
        record.rows.clear()
        record.events[1] = Patch(1.2, 1, 2, "c2", 2)


def refuse_what_was_done(run: Run) -> None:
    run.boris.sent[0] = Sent((*BORIS, 1), 1.3, refused="too_late")


def apply_twice(run: Run) -> None:
    run.final.facts[4] = replace(run.final.facts[4], repeat=False)


def apply_under_another_ref(run: Run) -> None:
    """A phone sent its card again under a new number, and both were taken."""
    run.final.cards[8] = "anna 1"


def fork(run: Run) -> None:
    """Boris was shown another second entry than the log has now."""
    run.boris.events[1] = replace(patch_of(run, 1), chain="x2")


def show_another_text(run: Run) -> None:
    run.boris.events[1] = replace(patch_of(run, 1), cards={CARD: "forged"})


def end_with_another_table(run: Run) -> None:
    run.boris.rows = {("card", CARD): {"text": "anna 1"}, ("card", 8): {"text": "more"}}


def show_what_is_not_logged(run: Run) -> None:
    """Boris' server showed two entries that never reached the log."""
    run.boris.events.append(Patch(1.7, 6, 8, "c8", 6))


def count_twice(run: Run) -> None:
    run.final.tallies[CHOICE] = (3, 2, 0, 1)


def go_back(run: Run) -> None:
    run.boris.events.insert(2, Patch(1.3, 0, 1, "c1", 1))


def reissue_number(run: Run) -> None:
    run.boris.events.insert(1, Patch(1.1, 0, 1, "x1", 1))


def differ_in_state(run: Run) -> None:
    run.servers[1] = replace(run.servers[1], digest="e" * 32)


def lag_behind(run: Run) -> None:
    run.servers[0] = Standing("a", 4, "c4", "f" * 32)


def differ_from_replay(run: Run) -> None:
    """The servers agree with each other, and not with the log."""
    run.servers = [replace(one, digest="e" * 32) for one in run.servers]


def show_and_lose(run: Run) -> None:
    """A card nobody was answered for was shown to Boris, and is gone."""
    run.boris.events[2] = replace(patch_of(run, 2), cards={8: "hers, not acknowledged"})


def take_away(run: Run) -> None:
    run.boris.events[2] = replace(patch_of(run, 2), gone=(CARD,))


def leave_unanswered(run: Run) -> None:
    run.boris.sent[1] = Sent((*BORIS, 2), 1.6)


def turn_away(run: Run) -> None:
    run.boris.ended = "4403 revoked"


def test_whole_history_has_no_violation() -> None:
    run = Run()
    assert run.told() == ""
    assert check([run.anna], run.final, run.servers).commands == 2


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lose_entry, "A1"),
        (lose_card_from_room, "A1"),
        (refuse_what_was_done, "A1"),
        (apply_twice, "A2"),
        (apply_under_another_ref, "A2"),
        (fork, "A3"),
        (show_another_text, "A3"),
        (end_with_another_table, "A3"),
        (show_what_is_not_logged, "A3"),
        (count_twice, "A4"),
        (go_back, "A5"),
        (reissue_number, "A3 A5"),
        (differ_in_state, "A6"),
        (lag_behind, "A6"),
        (differ_from_replay, "A6"),
        (show_and_lose, "A7"),
        (take_away, "A7"),
        (leave_unanswered, "other"),
        (turn_away, "other"),
    ],
)
def test_each_broken_promise_is_found(broken: Callable[[Run], None], told: str) -> None:
    run = Run()
    broken(run)
    # A1 and A7 overlap where a card is gone; each must be found by itself.
    assert run.told() == told


def test_reset_makes_going_back_honest() -> None:
    """A5, A7: after a reset numbers may fall, and what was shown before may be gone."""
    run = Run()
    show_and_lose(run)
    run.boris.events += [Reset(2.0), Patch(2.1, 0, 6, "c6", 6, {CARD: "anna 1"})]
    assert run.told() == ""
    fork(run)
    assert run.told() == ""


def test_reset_for_nothing_is_found() -> None:
    run = Run()
    run.boris.events += [Reset(2.0), Patch(2.1, 0, 6, "c6", 6, {CARD: "anna 1"})]
    assert run.told() == "" and run.told(silent=True) == "other"


@pytest.mark.parametrize(("reset_s", "told"), [(None, "A1"), (1.25, "A1"), (2.0, "")])
def test_loss_is_honest_only_with_a_later_reset(reset_s: float | None, told: str) -> None:
    """A1: where a loss is possible, it counts unless its sender was told so after the answer."""
    run = Run()
    lose_entry(run)
    if reset_s is not None:
        run.anna.events += [Reset(reset_s), Patch(2.1, 0, 6, "c6", 6, {CARD: "anna 1"})]
    assert run.told(honest=True) == told
    assert run.told() == "A1", "a promise that is kept allows no loss at all"


def test_verdict_counts_and_explains() -> None:
    run = Run()
    lose_entry(run)
    run.anna.events.append(Reset(2.0))
    verdict = check([run.anna, run.boris], run.final, honest=True)
    assert (verdict.lost, verdict.resets, verdict.violations) == (1, 1, [])
    verdict = check([run.anna, run.boris], run.final)
    assert "(1, 0, 2)" in verdict.explain()
    assert check([run.anna, run.boris], run.final).explain(0) == "and 1 more"


def test_figures() -> None:
    assert spread([]).count == 0 and str(spread([])) == "–"
    assert str(spread([0.1] * 94 + [0.5] * 5 + [2.0])) == "0.10 / 0.50 / 2.00"
    run = Run()
    assert back_after([run.anna, run.boris], 1.25) == pytest.approx([0.05, 0.25])
    # Entry 2 was acknowledged at 1.1 and seen at 1.2; 3 and 4 at 1.3 and 1.5, both seen at 1.6.
    assert sorted(staleness([run.anna, run.boris])) == pytest.approx([0.1, 0.1, 0.1, 0.1, 0.3, 0.3])
