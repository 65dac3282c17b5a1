"""Who gets in, and what happens to whom the server cannot understand."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator

import msgpack
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from client.own_server import OwnServer, RoomLinks, new_room
from client.replay import design
from protocols.codes import Close
from server.edge import clean
from server.tokens import Claim, new_key, open_token, seal
from tests.server.world import Raw, World, tokens


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    """One server for all of them: whoever it turns away must not hurt the next."""
    with OwnServer() as running:
        yield running


@pytest.fixture
def made(server: OwnServer) -> RoomLinks:
    return new_room(server.base, server.key, **design())


def rooms_own(made: RoomLinks, role: str) -> str:
    return tokens(made.urls)[role]


BAD_TOKENS = (
    "",
    "x",
    ".",
    "..",
    "...",
    "1.0.",
    "1.0.x",
    "zz.0.AAAA",
    "-1.0.AAAA",
    "1.0." + "A" * 190,
    "ё.0.ю",
    "1003.0.\u0000",
    "1003.0." + "A" * 24,
)


@pytest.mark.parametrize("token", BAD_TOKENS)
async def test_forged_token_is_turned_away(world: World, made: RoomLinks, token: str) -> None:
    one = await world.raw(made.code, token).enter()
    assert one.closed is not None and one.closed[0] in (Close.BAD_TOKEN, Close.BAD_MESSAGE)
    assert not one.messages, "not a byte of the room"
    assert "fault" not in world.log


async def test_token_of_another_room_is_turned_away(world: World, made: RoomLinks) -> None:
    other = new_room(world.server.base, world.server.key, **design())
    one = await world.raw(made.code, rooms_own(other, "facilitator")).enter()
    assert one.closed is not None and one.closed[0] == Close.BAD_TOKEN


async def test_unknown_room_and_version(world: World, made: RoomLinks) -> None:
    one = await world.raw("ZZZZZZ", rooms_own(made, "member")).enter()
    assert one.closed is not None and one.closed[0] == Close.NO_SUCH_ROOM
    two = world.raw(made.code, rooms_own(made, "member"))
    await two.open()
    await two.send(["hello", 999, two.token, 0, "p", ["", 0, ""], 0])
    await two.until(lambda: two.closed)
    assert two.closed is not None and two.closed[0] == Close.VERSION


def test_seal_holds_every_letter() -> None:
    key = new_key()
    token = seal(key, Claim(4100, 77))
    assert open_token(key, token) == Claim(4100, 77)
    assert open_token(new_key(), token) is None
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert open_token(key, changed) is None


async def test_revoked_link_cuts_live_sockets(world: World, made: RoomLinks) -> None:
    facilitator = await world.raw(made.code, rooms_own(made, "facilitator")).enter()
    seated = await world.raw(made.code, rooms_own(made, "member")).enter()
    await seated.join("Anna")
    watching = await world.raw(made.code, rooms_own(made, "member")).enter()
    links = facilitator.replica.room.all("link")
    number = next(link.id for link in links if link.role == 8)
    await facilitator.good(["revoke_link", number])
    for one in (seated, watching):
        await one.until(lambda one=one: one.closed)
        assert one.closed is not None and one.closed[0] == Close.REVOKED
    for token in (seated.token, rooms_own(made, "member")):
        again = await world.raw(made.code, token).enter()
        assert again.closed is not None and again.closed[0] == Close.REVOKED
    assert facilitator.closed is None


async def test_removed_seat_is_cut_and_stays_out(world: World, made: RoomLinks) -> None:
    facilitator = await world.raw(made.code, rooms_own(made, "facilitator")).enter()
    anna = await world.raw(made.code, rooms_own(made, "member")).enter()
    seat = await anna.join("Anna")
    await facilitator.good(["remove_seat", seat])
    await anna.until(lambda: anna.closed)
    assert anna.closed is not None and anna.closed[0] == Close.REVOKED
    again = await world.raw(made.code, anna.token).enter()
    assert again.closed is not None and again.closed[0] == Close.REVOKED


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://127.0.0.1:{port}", True),
        ("http://evil.example", False),
        ("null", False),
        ("http://sub.127.0.0.1:{port}", False),
        ("http://127.0.0.1:1", False),
        ("http://127.0.0.1:{port}.evil.example", False),
        ("", False),
    ],
)
async def test_pages_of_other_sites_cannot_connect(
    world: World, made: RoomLinks, origin: str, allowed: bool
) -> None:
    one = world.raw(made.code, rooms_own(made, "member"))
    header = {"Origin": origin.format(port=world.server.port)}
    if allowed:
        await one.open(**header)
        return
    with pytest.raises(InvalidStatus) as refused:
        await one.open(**header)
    assert refused.value.response.status_code == 403


async def silent_and_hasty(world: World, made: RoomLinks) -> Raw:
    one = world.raw(made.code, rooms_own(made, "member"))
    await one.open()
    return one


async def test_silence_is_ended(world: World, made: RoomLinks) -> None:
    one = await silent_and_hasty(world, made)
    await one.until(lambda: one.closed)
    assert one.closed is not None and one.closed[0] == Close.HELLO_TIMEOUT


BOMBS = {
    "command before hello": msgpack.packb(["do", 1, 0, 0, 0, ["join", 0, "remote"], ["x"]]),
    "empty": b"",
    "not messagepack": b"\xc1",
    "a map": msgpack.packb({"hello": 1}),
    "unknown tag": msgpack.packb(["helo", 1]),
    "huge array": b"\xdd\xff\xff\xff\xff",
    "huge text": b"\xdb\xff\xff\xff\xff",
    "nested": b"\x91" * 60_000,
    "extension": b"\x92\xa5hello\xc7\x04\x01abcd",
    "bad utf-8": b"\x92\xa5hello\xa2\xff\xfe",
    "negative version": msgpack.packb(["hello", -(2**63), "", 0, "", ["", 0, ""], 0]),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_nonsense_closes_and_harms_nobody(world: World, made: RoomLinks, name: str) -> None:
    other = await world.raw(made.code, rooms_own(made, "member")).enter()
    one = await silent_and_hasty(world, made)
    await one.send(BOMBS[name])
    await one.until(lambda: one.closed)
    assert one.closed is not None and one.closed[0] in (Close.BAD_MESSAGE, Close.VERSION)
    assert one.closed[1], "the reason is told"
    await other.join("Anna")
    assert "fault" not in world.log


async def test_messages_after_hello_are_held_to_the_protocol(world: World, made: RoomLinks) -> None:
    for message in (
        ["hello", 1, "", 0, "p", ["", 0, ""], 0],
        ["do", 1, 0, 0, 0, ["unknown_command"], []],
        ["do", 1, 0, 0, 0, ["tick"], []],
        ["do", 0, 0, 0, 0, ["next_step"], []],
        ["do", 1, 0, 0, 0, ["cast_dots", 1, 2**60], []],
        ["do", 1, 0, 0, 0, ["join", 0, "remote", 1], []],
        ["do", 1, 0, 0, 0, ["join", True, "remote"], []],
        ["do", 1, 0, 0, 0, ["next_step"], ["x"] * 9],
        ["here", 1, 2, 3],
    ):
        one = await world.raw(made.code, rooms_own(made, "member")).enter()
        await one.send(message)
        await one.until(lambda one=one: one.closed)
        assert one.closed is not None and one.closed[0] == Close.BAD_MESSAGE, message
    text = await world.raw(made.code, rooms_own(made, "member")).enter()
    await text.send_text("hello")
    await text.until(lambda: text.closed)
    assert text.closed is not None and text.closed[0] == Close.BAD_MESSAGE
    assert "fault" not in world.log


@pytest.mark.parametrize("size", [65_537, 17 * 1024 * 1024])
async def test_oversize_message_costs_no_memory(world: World, made: RoomLinks, size: int) -> None:
    before = world.server.rss_kb()
    one = await world.raw(made.code, rooms_own(made, "member")).enter()
    with contextlib.suppress(ConnectionClosed):  # it may close while we are still sending
        await one.send(b"\x00" * size)
    await one.until(lambda: one.closed)
    assert one.closed is not None and one.closed[0] in (Close.TOO_LARGE, 1006)
    assert world.server.rss_kb() - before < 4 * 1024


async def test_long_words_are_refused_and_kept_nowhere(world: World, made: RoomLinks) -> None:
    facilitator = await world.raw(made.code, rooms_own(made, "facilitator")).enter()
    anna = await world.raw(made.code, rooms_own(made, "member")).enter()
    await anna.join("Anna")
    await facilitator.good(["next_step"])
    await anna.until(lambda: anna.replica.room.get("agenda", 2).current)  # type: ignore[union-attr]
    long = await anna.do(["post_idea", 0], "x" * 7_000)
    assert long == ["refused", long[1], 0, "too_long"]
    empty = await anna.do(["post_idea", 0], " \n\u200b\u0007 ".replace("\u200b", ""))
    assert empty[3] == "missing_words"
    many = await anna.do(["post_idea", 0], "one", "two")
    assert many[3] == "bad_words"
    ten_thousand = world.raw(made.code, anna.token)
    await ten_thousand.enter()
    await ten_thousand.send(["do", 90, 0, 0, 0, ["post_idea", 0], ["x" * 10_000]])
    await ten_thousand.until(lambda: ten_thousand.closed)
    assert ten_thousand.closed is not None and ten_thousand.closed[0] == Close.BAD_MESSAGE
    assert "length" in ten_thousand.closed[1]


async def test_three_hundred_people_of_one_name(world: World, made: RoomLinks) -> None:
    crowd = [world.raw(made.code, rooms_own(made, "member")) for _ in range(300)]
    for start in range(0, 300, 50):
        await asyncio.gather(*(one.enter() for one in crowd[start : start + 50]))
        await asyncio.gather(*(one.join("Анна") for one in crowd[start : start + 50]))
    assert len({one.seat for one in crowd}) == 300


async def test_burst_over_the_limit_is_refused(world: World, made: RoomLinks) -> None:
    anna = await world.raw(made.code, rooms_own(made, "member")).enter()
    await anna.join("Anna")
    codes = [(await anna.do(["raise_hand"], step=1))[3] for _ in range(60)]
    assert codes[:45] == ["unknown_step"] * 45
    assert "too_fast" in codes


def test_words_are_cleaned() -> None:
    assert clean("  a\r\nb\rc  ") == "a\nb\nc"
    assert clean("a\u0000b\u0007c\u009fd") == "abcd"
    assert clean("\u202eevil\u202c \u2066x\u2069") == "evil x"
    assert clean("e\u0301") == "é"
    stacked = clean("a" + "\u0336" * 200)
    assert len(stacked) < 8
    assert clean("👩‍👩‍👧 שלום") == "👩‍👩‍👧 שלום"
    assert clean("\n\n \t") == ""


def test_handshake_with_garbage_is_answered(server: OwnServer) -> None:
    for request in (
        b"GET /ws/X HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
        struct.pack("!I", 0xFFFFFFFF) * 64,
    ):
        with socket.create_connection(("127.0.0.1", server.port), 5) as raw:
            raw.sendall(request)
            raw.settimeout(5)
            assert raw.recv(64).startswith(b"HTTP/1.1 4")
