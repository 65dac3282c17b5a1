"""The limits and their token buckets (rules W2, W5, W12)."""

import re
from pathlib import Path

import pytest

from protocols import limits
from protocols.limits import Rate
from rooms.features import COMMANDS

DOCUMENT = Path(limits.__file__).with_name("PROTOCOL.md").read_text(encoding="utf-8")


def uses(rate: Rate, moments: list[float]) -> list[bool]:
    """Whether each use, at these seconds, is allowed to somebody who comes with a full bucket."""
    tokens, last, allowed = float(rate.burst), 0.0, []
    for moment in moments:
        tokens, is_allowed = rate.spend(tokens, moment - last)
        last = moment
        allowed.append(is_allowed)
    return allowed


def test_w12_burst_is_allowed_at_once_and_no_more() -> None:
    assert uses(Rate(burst=3, per_s=1), [0.0] * 5) == [True, True, True, False, False]


def test_w12_bucket_fills_with_time() -> None:
    assert uses(Rate(burst=1, per_s=2), [0, 0.25, 0.5, 0.75, 1.0]) == [
        True,
        False,
        True,
        False,
        True,
    ]


def test_w12_refused_use_costs_nothing() -> None:
    tokens, allowed = Rate(burst=5, per_s=1).spend(0.25, 0.5)
    assert (tokens, allowed) == (0.75, False)


def test_w12_bucket_never_holds_more_than_the_burst() -> None:
    tokens, allowed = Rate(burst=5, per_s=100).spend(5.0, 3_600.0)
    assert (tokens, allowed) == (4.0, True)


def test_w12_seat_gets_fifty_commands_in_ten_seconds() -> None:
    """Nobody is refused at the pace that is promised, after a burst either."""
    assert all(uses(limits.SEAT, [0.0] * 50 + [10 + n / 5 for n in range(50)]))
    assert uses(limits.SEAT, [0.0] * 51)[-1] is False


@pytest.mark.parametrize(
    ("rate", "burst", "per_s"),
    [(limits.SEAT, 50, 5), (limits.ROOM, 5_000, 5_000), (limits.ADDRESS, 2_000, 200)],
)
def test_w12_rates_are_the_promised_ones(rate: Rate, burst: int, per_s: float) -> None:
    assert (rate.burst, rate.per_s) == (burst, per_s)


def test_w2_a_message_holds_the_longest_words_of_any_command() -> None:
    """Four bytes a character, and room for what is around the words."""
    longest = max(sum(kind.WORDS) + 8 * kind.MORE_WORDS for kind in COMMANDS)
    assert 4 * longest + 1_024 < limits.FOR_CLIENTS["message_bytes"]


def test_w12_document_states_the_limits() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", DOCUMENT, re.MULTILINE))
    told = {
        name: [int(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", value)]
        for name, value in rows.items()
    }
    client = limits.FOR_CLIENTS
    assert told["a message to the server"] == [client["message_bytes"] // 1024]
    assert told["commands unanswered"] == [client["unanswered"]]
    assert told["commands of a seat"] == [limits.SEAT.burst, limits.SEAT.per_s]
    assert told["commands of a room"] == [limits.ROOM.per_s]
    address = told["connections from one address without hello"]
    assert address == [limits.ADDRESS.burst, limits.ADDRESS.per_s]
    assert told["hello"] == [limits.HELLO_S]
    cards = told["a card, a name, help"]
    assert cards == [client["card"], client["name"], client["help"]]
    wording = told["a decision: what; result, measure, assumption"]
    assert wording == [client["wording"], client["term"]]
