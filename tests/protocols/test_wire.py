"""The messages on the wire: exact bytes, strict decoding (rules W1, W2, W4, W5)."""

import re
from pathlib import Path
from typing import Any, get_args

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from protocols import wire
from protocols.commands import array
from protocols.wire import (
    CLIENT_COMMANDS,
    VERSION,
    Ack,
    BadMessage,
    Do,
    Farewell,
    Hello,
    Here,
    Patch,
    Ping,
    Pong,
    Position,
    Present,
    React,
    Refusal,
    Reset,
    Welcome,
    decode,
    encode,
    speaks,
)
from rooms.agenda import InsertStep, MoveEnd, OpenRoom, Tick
from rooms.cards import CardView, PostIdea
from rooms.features import RULES
from rooms.kernel import tag_of
from rooms.people import Join
from rooms.reveal import Reveal
from rooms.spotlight import Spotlight
from rooms.votes import BallotView, CastDots
from tests.next_rules import NEXT, NEXT_BOOK, PointAt, Wave

DOCUMENT = Path(wire.__file__).with_name("PROTOCOL.md").read_text(encoding="utf-8")
HELLO = ["hello", 1, "token", 7, "page", ["log", 9, "0" * 16], 4]
BIG = 1 << 53


def pack(message: object) -> bytes:
    """What the independent encoder makes of a message."""
    packed: bytes = msgpack.packb(message, use_bin_type=True)
    return packed


def unpack(data: bytes) -> Any:
    """What the independent decoder reads."""
    return msgpack.unpackb(data, raw=False, strict_map_key=True)


def do(command: object, *, ref: Any = 1, lane: Any = 0, **more: Any) -> list[Any]:
    """A command as a client sends it."""
    step, seen = more.get("step", 0), more.get("seen", 0)
    return ["do", ref, lane, step, seen, command, more.get("words", [])]


def is_refused(message: object) -> bool:
    """Whether the server calls a message bad. Any other exception is a fault."""
    try:
        decode(pack(message))
    except BadMessage:
        return True
    return False


# Exact bytes


@pytest.mark.parametrize(
    ("message", "data"),
    [
        (Pong(1, 2), "93 a4706f6e67 01 02"),
        (Refusal(3, 0, "too_late"), "94 a772656675736564 03 00 a8746f6f5f6c617465"),
        (Reset("another_log"), "92 a57265736574 ab616e6f746865725f6c6f67"),
        (Farewell(3000), "92 a8666172657765 6c6c cd0bb8"),
        (
            Present(3, 2, 1, [(65536, True)], 1, [(8, 3, 2)], [("agree", 4)]),
            "98 a770726573656e74 03 02 01 91 92 ce00010000 c3"
            " 01  91 93 08 03 02  91 92 a56167726565 04",
        ),
        (
            Ack(1, 0, 5, (327680,), [BallotView(9, 8, 1, "none")], [("card", 7)], ""),
            "98 a361636b 01 00 05 91 ce00050000"
            " 91 95 a662616c6c6f74 09 08 01 a46e6f6e65  91 92 a463617264 07  a0",
        ),
        (
            Patch(False, 1, 2, "ab", 2, [], []),
            "98 a57061746368 c2 01 02 a26162 02 90 90",
        ),
        (
            Welcome(1, "ABC234", "f0", 5, 0, 8, 1 << 40, 24, 0),
            "9a a777656c636f6d65 01 a6414243323334 a26630 05 00 08 cf0000010000000000 18 00",
        ),
    ],
)
def test_w1_server_message_is_these_bytes(message: wire.ServerMessage, data: str) -> None:
    assert encode(message) == bytes.fromhex(data)


def test_w1_client_message_is_these_bytes() -> None:
    data = bytes.fromhex("97 a2646f 02 00 0a 09 92 a9706f73745f69646561 01 91 a26869")
    assert decode(data) == Do(2, 0, 10, 9, PostIdea(1), ["hi"])
    assert decode(bytes.fromhex("92 a470696e67 05")) == Ping(5)
    assert decode(bytes.fromhex("94 a468657265 07 c3 c2")) == Here(7, True, False)
    assert decode(bytes.fromhex("92 a57265616374 a56167726565")) == React("agree")
    assert is_refused(["react", "boo"])


def test_w3_hello_is_read() -> None:
    assert decode(pack(HELLO)) == Hello(1, "token", 7, "page", Position("log", 9, "0" * 16), 4)


@pytest.mark.parametrize("kind", CLIENT_COMMANDS, ids=tag_of)
def test_w4_every_command_has_the_tag_of_its_class(kind: type[Struct]) -> None:
    assert tag_of(kind) == re.sub(r"(?<!^)([A-Z])", r"_\1", kind.__name__).lower()


def test_w4_command_of_a_client_is_read_from_the_other_encoder() -> None:
    for command in (Join(0, "onsite"), CastDots(70_000, 2), Reveal(5, -1), MoveEnd(-60_000)):
        read = decode(pack(do(array(command), words=["Анна", "Отдел"])))
        assert isinstance(read, Do)
        assert read.command == command
        assert list(read.words) == ["Анна", "Отдел"]


def test_w4_words_may_be_left_out() -> None:
    read = decode(pack(do(["next_step"])[:-1]))
    assert isinstance(read, Do)
    assert read.words == []


@pytest.mark.parametrize("kind", [OpenRoom, Tick], ids=tag_of)
def test_w4_commands_of_the_server_are_not_taken(kind: type[Struct]) -> None:
    assert kind not in CLIENT_COMMANDS
    assert is_refused(do([tag_of(kind)]))


def test_w1_other_decoder_reads_what_the_server_says() -> None:
    card = CardView(1 << 40, 2, 0, "Ёж 🦔", 0, None, 8, 0, "shown", 0, 3, False)
    read = unpack(encode(Patch(True, 0, 2**40, "c" * 16, 2**40, [card], [("step", 5)])))
    assert read == [
        "patch", True, 0, 2**40, "c" * 16, 2**40,
        [["card", 1 << 40, 2, 0, "Ёж 🦔", 0, None, 8, 0, "shown", 0, 3, False]],
        [["step", 5]],
    ]  # fmt: skip


def test_w2_document_names_every_message_and_its_fields() -> None:
    of_clients, _, _ = DOCUMENT.partition("## The log")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\w[^|]*) \|$", of_clients, re.MULTILINE))
    for kind in (*get_args(wire.ClientMessage), *get_args(wire.ServerMessage)):
        told = re.sub(r" = \[[^\]]*\]", "", rows.pop(tag_of(kind))).split(", ")
        assert told == list(kind.__struct_fields__), kind
    assert rows == {}


# Strict decoding


@pytest.mark.parametrize(
    "message",
    [
        None, True, 0, -1, 1.5, "hello", b"hello", {}, {"hello": 1}, [], [[]], [None], ["x"],
        ["hello"], [1, 2], ["ping"], ["do"], ["pong", 1, 2],
        ["ping", 1, 2], ["ping", -1], ["ping", BIG], ["ping", 2**64 - 1], ["ping", True],
        ["ping", 1.0], ["ping", "1"], ["ping", None], ["ping", msgpack.ExtType(5, b"x")],
        ["ping", msgpack.Timestamp(0)],
        ["here", 1, 1, False], ["here", 1, True], ["here", 1, True, False, 0],
        ["here", 1, None, False],
        [b"ping", 1],
        [*HELLO, 0], HELLO[:-1], [*HELLO[:-1], -1], [*HELLO[:-1], BIG],
        ["hello", "1", "token", 7, "page", ["log", 9, ""], 4],
        ["hello", 1, "t" * 201, 7, "page", ["log", 9, ""], 4],
        ["hello", 1, b"token", 7, "page", ["log", 9, ""], 4],
        ["hello", 1, "token", 7, "p" * 41, ["log", 9, ""], 4],
        ["hello", 1, "token", 7, "page", ["l" * 33, 9, ""], 4],
        ["hello", 1, "token", 7, "page", ["log", 9, "c" * 17], 4],
        ["hello", 1, "token", 7, "page", ["log", 9, "", 0], 4],
        ["hello", 1, "token", 7, "page", ["log", 9], 4],
        ["hello", 1, "token", 7, "page", None, 4],
        ["hello", 2**64 - 1, "token", BIG, "page", ["log", 9, ""], 4],
    ],
)  # fmt: skip
def test_w2_what_is_no_message_is_refused(message: object) -> None:
    assert is_refused(message)


@pytest.mark.parametrize(
    "message",
    [
        do(["no_such_command"]), do([]), do(["next_step", 0]), do(["next_step", None]),
        do(["post_idea"]), do(["post_idea", -1]), do(["post_idea", 12]), do(["post_idea", True]),
        do(["post_idea", 0.0]), do(["post_idea", 0, 0]), do(["reveal", 1, -2]),
        do(["cast_dots", -1, 1]), do(["cast_dots", 1, 21]), do(["cast_dots", BIG, 1]),
        do(["cast_opinion", 1, "maybe"]), do(["cast_opinion", 1, b"agree"]),
        do(["join", 0, "moon"]), do(["join", 0, None]),
        do(["merge_cards", [], 0]), do(["merge_cards", [1] * 201, 0]),
        do(["merge_cards", [-1], 0]), do(["merge_cards", {}, 0]),
        do(["add_link", 0]), do(["add_link", 1024]), do(["add_link", 2**63]),
        do(["extend_step", 12 * 3_600_000 + 1]), do(["move_end", -12 * 3_600_000 - 1]),
        do(["sign_decision", 1, 0, "d"]), do(["sign_decision", 1, 1, "d" * 65]),
        do(["propose_decision", 100_000, []]), do(["propose_decision", 1, [1] * 21]),
        do("next_step"), do({"tag": "next_step"}), ["do", 1, 0, 0, 0, None, []],
        do(["next_step"], ref=0), do(["next_step"], ref=-1), do(["next_step"], ref=1 << 31),
        do(["next_step"], ref=True), do(["next_step"], ref="1"), do(["next_step"], ref=None),
        do(["next_step"], lane=-1), do(["next_step"], lane=BIG), do(["next_step"], lane=False),
        do(["next_step"], step=-1), do(["next_step"], seen=BIG), do(["next_step"], seen=2**64 - 1),
        do(["next_step"], words=["w"] * 9), do(["next_step"], words=["w" * 8_001]),
        do(["next_step"], words=[b"w"]), do(["next_step"], words=[None]),
        do(["next_step"], words="w"), do(["next_step"], words={"0": "w"}),
        do(["next_step"], words=[["w"]]),
        [*do(["next_step"]), 0],
    ],
)  # fmt: skip
def test_w2_what_is_no_command_is_refused(message: object) -> None:
    assert is_refused(message)


def plan(**changes: Any) -> list[Any]:
    """The design of a step, with some fields replaced."""
    fields = {"kind": "vote", "name": ["а", "a"], "prompt": ["", ""], "planned_ms": 60_000}
    fields |= {"policy": "hard", "who": 8, "sees": 8, "votes": 8, "anonymous": False}
    return [*(fields | {"settings": {}} | changes).values()]


def test_w4_step_that_a_moderator_adds_is_read() -> None:
    settings = {"lanes": [["Идеи", "Ideas"]], "hidden": True, "source": [1], "style": "dots"}
    read = decode(pack(do(["insert_step", 65_536, plan(settings=settings)])))
    assert isinstance(read, Do)
    assert isinstance(read.command, InsertStep)
    assert read.command.plan.settings == settings


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "k" * 41}, {"name": ["а"]}, {"name": ["а", "a", "b"]}, {"name": "а"},
        {"name": ["а" * 2_001, ""]}, {"planned_ms": -1}, {"planned_ms": 12 * 3_600_000 + 1},
        {"policy": "soft"}, {"who": -1}, {"who": 1024}, {"anonymous": 1}, {"settings": []},
        {"settings": {1: 1}}, {"settings": {"lanes": [[["deep"]]]}}, {"settings": {"f": 0.5}},
        {"settings": {"n": None}}, {"settings": {"m": {}}}, {"more": 1},
    ],
    ids=str,
)  # fmt: skip
def test_w2_badly_designed_step_is_refused(changes: dict[str, Any]) -> None:
    assert is_refused(do(["insert_step", 65_536, plan(**changes)]))


@pytest.mark.parametrize(
    "opening", [b"\x91", b"\xdc\x00\x01", b"\x81\xa1a", b"\xdd\x00\x00\x00\x01"]
)
@pytest.mark.parametrize("before", [b"", b"\x92\xa4ping", b"\x97\xa2do\x01\x00\x00\x00"])
def test_w2_deep_nesting_is_refused(opening: bytes, before: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(before + opening * 60_000)
    with pytest.raises(BadMessage):
        decode(before + opening * 60_000 + b"\xc0")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xdd\xff\xff\xff\xff",
        b"\xdf\xff\xff\xff\xff",
        b"\xdb\xff\xff\xff\xff",
        b"\xc6\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x01",
        b"\xc1",
        b"\x92\xa4ping",
        b"\x92\xa4ping\xc1",
        b"\x92\xa4ping\x05\x05",
        b"\x92\xa4pin",
        b"\x92\xa4\xff\xfe\xfd\xfc\x05",
        b"\x97\xa2do\x01\x00\x00\x00\x91\xa9next_step\xdd\xff\xff\xff\xff",
        b"\x97\xa2do\x01\x00\x00\x00\x91\xa9next_step\x91\xdb\xff\xff\xff\xff",
        b"\x97\xa2do\x01\x00\x00\x00\x91\xa9next_step\x91\xa2\xc3\x28",
        b"\x97\xa2do\x01\x00\x00\x00\x91\xa9next_step\x91\xa3\xed\xa0\x80",
        b"\x97\xa2do\x01\x00\x00\x00\x91\xa9next_st\xff\x90",
    ],
    ids=lambda data: data.hex()[:24],
)
def test_w2_broken_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(data)


def test_w2_reason_is_a_text_that_fits_a_line() -> None:
    with pytest.raises(BadMessage, match=r"^[^\n]+$"):
        decode(b"\xdd\xff\xff\xff\xff")


# Fuzz

VALID = [
    HELLO,
    ["ping", 1_700_000_000_000],
    ["here", 65_536, True, False],
    do(["post_idea", 1], words=["Меньше бумаги", ""]),
    do(["cast_dots", 1 << 40, 3], ref=12, lane=1 << 33, step=65_537, seen=99),
    do(["merge_cards", [1, 2, 3], 0], words=["Тема"]),
    do(["insert_step", 65_536, plan(settings={"budget": 3, "lanes": [["а", "a"]]})]),
    do(["propose_decision", 20_000, [65_536]], words=["что", "итог", "мера", "если"]),
]
PACKED = [pack(message) for message in VALID]


def mutated(data: bytes, orders: bytes) -> bytes:
    """A message with bytes replaced, put in, taken out or cut off, as triples of bytes order."""
    message = bytearray(data)
    for how, where, value in zip(orders[::3], orders[1::3], orders[2::3], strict=False):
        place = where % (len(message) + 1)
        if how % 8 == 0:
            del message[place:]
        elif how % 8 == 1:
            del message[place : place + 1 + value % 8]
        elif how % 8 < 5:
            message[place : place + 1] = bytes([value])
        else:
            message[place:place] = bytes([value])
    return bytes(message)


@settings(max_examples=2_000)
@given(st.sampled_from(PACKED), st.binary(min_size=3, max_size=15))
def test_w2_mutated_message_is_read_or_refused(data: bytes, orders: bytes) -> None:
    try:
        message = decode(mutated(data, orders))
    except BadMessage:
        return
    assert decode(wire._encoder.encode(message)) == message


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_w2_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        decode(data)
    except BadMessage:
        return


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=9)
    | st.binary(max_size=9)
)
FIELDS = SCALARS | st.lists(SCALARS, max_size=3)


@settings(max_examples=300)
@given(st.sampled_from([tag_of(kind) for kind in CLIENT_COMMANDS]), st.lists(FIELDS, max_size=3))
def test_w2_command_with_any_fields_is_read_or_refused(tag: str, fields: list[Any]) -> None:
    message = do([tag, *fields])
    if not is_refused(message):
        read = decode(pack(message))
        assert isinstance(read, Do)
        assert array(read.command)[: len(fields) + 1] == unpack(pack([tag, *fields]))


def test_w2_commands_are_those_of_the_rules_in_force() -> None:
    pointed = pack(do(["spotlight", 7, 3]))
    read = decode(pointed, NEXT, NEXT_BOOK)
    assert isinstance(read, Do) and read.command == PointAt(7, 3)
    with pytest.raises(BadMessage):
        decode(pointed)


def test_w2_commands_of_other_rules_are_read_so_that_they_can_be_refused() -> None:
    """A page that was loaded before an upgrade, or from a server that was upgraded already."""
    before = pack(do(["spotlight", 7]))
    after = pack(do(["wave", 2]))
    for data, rules, command in ((before, NEXT, Spotlight(7)), (after, RULES, Wave(2))):
        read = decode(data, rules, NEXT_BOOK)
        assert isinstance(read, Do) and read.command == command
        assert type(command) not in rules.handlers
    with pytest.raises(BadMessage):
        decode(pack(do(["milk"])), NEXT, NEXT_BOOK)


def test_w3_a_server_speaks_its_own_version_and_the_one_before() -> None:
    assert [version for version in range(-1, 9) if speaks(version, own=4)] == [3, 4]
    assert [version for version in range(-1, 9) if speaks(version, own=1)] == [1]
    assert speaks(VERSION)
