"""Who gets in, and what becomes of whom the server cannot or will not serve.

The tests share one server process; at the end it must not have complained of anything.
"""

import asyncio
import secrets
from typing import Any

import msgpack
import pytest
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame, Opcode

from client.replica import encode
from protocols.codes import RETRY, Close
from protocols.commands import array
from protocols.wire import MESSAGE_BYTES, VERSION
from rooms.agenda import NextStep
from rooms.people import RemoveSeat, RevokeLink
from server.tokens import Claim, new_key, open_token, seal
from tests.server.phones import People, Phone
from tests.server.serving import Process, RoomLinks, Serving


@pytest.fixture(scope="module")
def room(shared_process: Process) -> RoomLinks:
    return shared_process.new_room()


@pytest.fixture(scope="module")
def other(shared_process: Process) -> RoomLinks:
    return shared_process.new_room()


def parts(token: str) -> tuple[str, str, str]:
    link, seat, mac = token.split(".")
    return link, seat, mac


def link_of(token: str) -> int:
    """The number of a token's link."""
    return int(parts(token)[0].partition("-")[0], 16)


def forged(token: str, other: str) -> dict[str, Any]:
    """Tokens that nobody was given, made from a good one and one of another room."""
    link, seat, mac = parts(token)
    mark = link.partition("-")[2]
    return {
        "empty": "",
        "a space": " ",
        "points": "..",
        "only a mac": mac,
        "no mac": f"{link}.{seat}.",
        "half a mac": f"{link}.{seat}.{mac[:12]}",
        "a longer mac": f"{token}A",
        "another mac": f"{link}.{seat}.{secrets.token_urlsafe(18)}",
        "one letter changed": f"{link}.{seat}.{'B' if mac[0] == 'A' else 'A'}{mac[1:]}",
        "upper case": token.upper() + "x",
        "another link": f"{link_of(token) + 1:x}-{mark}.{seat}.{mac}",
        "another mark": f"{link_of(token):x}-00000000.{seat}.{mac}",
        "no mark": f"{link_of(token):x}.{seat}.{mac}",
        "a seat added": f"{link}.10000.{mac}",
        "no hex": f"zz.{seat}.{mac}",
        "negative": f"-{link}.{seat}.{mac}",
        "huge numbers": f"{'f' * 70}.{'f' * 70}.{mac}",
        "unicode": "токен.мой.ключ",
        "digits of another script": f"١.٢.{mac}",
        "NUL": f"{link}.{seat}\0.{mac}",
        "of another room": other,
        "spaces around": f" {token} ",
        "twice": f"{token}.{token}"[:200],
    }


@pytest.mark.parametrize("kind", list(forged("1-cafe.0." + "m" * 24, "")))
async def test_a_token_nobody_was_given_is_closed_with_4401(
    shared_process: Process, people: People, room: RoomLinks, other: RoomLinks, kind: str
) -> None:
    """In every role; not a byte of the room is sent."""
    for role in ("facilitator", "member"):
        token = forged(room.tokens[role], other.tokens[role])[kind]
        phone = await people.silent(shared_process, room.code)
        await phone.say(["hello", VERSION, token, 0, "page", ["", 0, ""], 0])
        assert await phone.ended() == Close.BAD_TOKEN
        assert phone.frames == []


async def test_a_token_too_long_or_no_text_is_closed_with_4400(
    shared_process: Process, people: People, room: RoomLinks
) -> None:
    for token in ("x" * 201, "x" * 60_000, 5, None, ["a"], b"bytes", True, 1.5):
        phone = await people.silent(shared_process, room.code)
        await phone.say(["hello", VERSION, token, 0, "page", ["", 0, ""], 0])
        assert await phone.ended() == Close.BAD_MESSAGE


async def test_unknown_rooms_are_closed_with_4404(
    shared_process: Process, people: People, room: RoomLinks
) -> None:
    """Whatever a code looks like; a good one in lower case is found."""
    for code in ("AAAAAA", "A", "%00", "%D0%9F%D1%80", "A" * 2_000, "'%20OR%201=1--"):
        phone = await people.silent(shared_process, code)
        await phone.say(["hello", VERSION, room.tokens["member"], 0, "page", ["", 0, ""], 0])
        assert await phone.ended() == Close.NO_SUCH_ROOM
    phone = Phone(shared_process, room.code.lower(), room.tokens["member"])
    await phone.open()
    assert phone.role
    await phone.close()


@pytest.mark.parametrize("version", [0, 2, -1, 10**6])
async def test_another_version_is_closed_with_4426(
    shared_process: Process, people: People, room: RoomLinks, version: int
) -> None:
    phone = await people.silent(shared_process, room.code)
    await phone.say(["hello", version, room.tokens["member"], 0, "page", ["", 0, ""], 0])
    assert await phone.ended() == Close.VERSION
    assert str(VERSION) in phone.reason


async def test_revoking_a_link_cuts_who_came_by_it(shared_process: Process, people: People) -> None:
    """At once, with and without a seat; neither link nor seat opens the room again, others stay."""
    room = shared_process.new_room()
    boss = await people.phone(shared_process, room, "facilitator")
    seated = await people.phone(shared_process, room, "member", name="Anna")
    bare = await people.phone(shared_process, room, "member")
    lead = await people.phone(shared_process, room, "lead", name="Boris")
    link = link_of(room.tokens["member"])
    await boss.done(RevokeLink(link))
    for phone in (seated, bare):
        assert await phone.ended() == Close.REVOKED
    for token in (room.tokens["member"], seated.token):
        back = await people.phone(shared_process, room, "member", token=token)
        assert await back.ended() == Close.REVOKED and back.frames == []
    await lead.settled()
    assert not lead.code


async def test_removing_a_seat_cuts_its_devices_and_no_others(
    shared_process: Process, people: People
) -> None:
    """The seat's token is worthless afterwards; the link is not."""
    room = shared_process.new_room()
    boss = await people.phone(shared_process, room, "facilitator")
    phone = await people.phone(shared_process, room, "member", name="Anna")
    tablet = await people.phone(shared_process, room, "member", token=phone.token)
    other = await people.phone(shared_process, room, "member", name="Boris")
    await boss.done(RemoveSeat(phone.seat))
    assert await phone.ended() == await tablet.ended() == Close.REVOKED
    back = await people.phone(shared_process, room, "member", token=phone.token)
    assert await back.ended() == Close.REVOKED
    await other.settled()
    assert not other.code
    assert await people.phone(shared_process, room, "member", name="Anna again")


def test_a_seats_token_is_of_one_link_and_one_room() -> None:
    """Sealed with the room's key, over link and seat together."""
    key = new_key()
    token = seal(key, Claim(0x20001, 0x30000, "0a1b2c3d", "e4f5a6b7"))
    assert open_token(key, token) == Claim(0x20001, 0x30000, "0a1b2c3d", "e4f5a6b7")
    assert open_token(key, seal(key, Claim(0x20001, 0))) == Claim(0x20001, 0)
    _, seat, mac = parts(token)
    assert open_token(key, f"20002.{seat}.{mac}") is None
    assert open_token(new_key(), token) is None
    assert len(mac) * 6 >= 128, "nobody guesses a token"


# Where the page comes from


@pytest.mark.parametrize(
    ("origin", "lets_in"),
    [
        (None, True),
        ("{own}", True),
        ("http://evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("http://sub.{host}", False),
        ("http://{host}.evil.example", False),
        ("http://127.0.0.1:1", False),
        ("http://127.0.0.1", False),
        ("http://localhost:{port}", False),
        ("http://user@{host}", False),
        ("{host}", False),
        ("http://[", False),
        ("http://[::1", False),
        ("http://{host}, http://evil.example", False),
        ("file://", False),
        ("\u00e9", False),
    ],
)
async def test_pages_of_other_sites_get_no_socket(
    shared_process: Process, people: People, room: RoomLinks, origin: str | None, lets_in: bool
) -> None:
    """Answered with 403 before the handshake; a program without Origin needs a token all the
    same."""
    host = f"127.0.0.1:{shared_process.port}"
    headers = {}
    if origin is not None:
        origin = origin.format(own=f"http://{host}", host=host, port=shared_process.port)
        headers = {"Origin": origin}
    if lets_in:
        await people.silent(shared_process, room.code, **headers)
        return
    with pytest.raises(InvalidStatus) as refused:
        await people.silent(shared_process, room.code, **headers)
    assert refused.value.response.status_code == 403


async def test_the_public_address_is_an_own_one(tmp_path: Any, people: People) -> None:
    """Behind a proxy Host is not what the page was loaded from; PUBLIC_URL says it."""
    async with Serving(tmp_path / "data", public_url="https://room.example") as serving:
        await people.silent(serving, "ABC234", Origin="https://room.example")
        for origin in ("http://room.example", "https://room.example.evil.example"):
            with pytest.raises(InvalidStatus):
                await people.silent(serving, "ABC234", Origin=origin)
        await people.close()


# What is said, and when


async def test_who_says_nothing_is_closed_with_4408(
    serving: Serving, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time for hello, however many pings of websockets come meanwhile."""
    monkeypatch.setattr("protocols.limits.HELLO_S", 0.2)
    room = await serving.room()
    phone = await people.silent(serving, room.code)
    await phone.socket.ping()
    assert await phone.ended() == Close.HELLO_TIMEOUT
    assert Close.HELLO_TIMEOUT in RETRY


HELLO = ["hello", VERSION, "token", 0, "page", ["", 0, ""], 0]
DO = ["do", 1, 0, 0, 0, array(NextStep()), []]


@pytest.mark.parametrize("message", [DO, ["ping", 1], ["here", 0, False, False]])
async def test_anything_before_hello_is_closed_with_4400(
    shared_process: Process, people: People, room: RoomLinks, message: list[Any]
) -> None:
    phone = await people.silent(shared_process, room.code)
    await phone.say(message)
    assert await phone.ended() == Close.BAD_MESSAGE


async def test_a_second_hello_is_closed_with_4400(
    shared_process: Process, people: People, room: RoomLinks
) -> None:
    """Also in the same breath as the first."""
    phone = await people.phone(shared_process, room, "member")
    await phone.say(phone.hello())
    assert await phone.ended() == Close.BAD_MESSAGE
    one = await people.rude(shared_process, room.code)
    data = Frame(Opcode.BINARY, encode(phone.hello())).serialize(mask=True)
    await one.bytes(data * 2)
    assert await one.ended() == Close.BAD_MESSAGE


def bombs() -> dict[str, bytes]:
    """Messages that are none."""
    pack = msgpack.packb
    good = pack(HELLO)
    return {
        "empty": b"",
        "nil": b"\xc0",
        "never used": b"\xc1",
        "a number": b"\x05",
        "a map": pack({"hello": 1}),
        "an empty array": b"\x90",
        "an unknown tag": pack(["open_room", 1]),
        "a server's tag": pack(["ack", 1, 0, 1, [], [], [], ""]),
        "tag is a number": pack([1, 2]),
        "too short": pack(HELLO[:-1]),
        "too long": pack([*HELLO, 1]),
        "cut off": good[:-1],
        "something behind": good + b"\xc0",
        "nested arrays": b"\x91" * 60_000,
        "nested maps": b"\x81\xa1a" * 20_000,
        "array of 4 billion": b"\xdd\xff\xff\xff\xff",
        "map of 4 billion": b"\xdf\xff\xff\xff\xff",
        "text of 4 GB": b"\xdb\xff\xff\xff\xff",
        "bytes of 4 GB": b"\xc6\xff\xff\xff\xff",
        "array of 65,000": b"\xdc\xfd\xe8" + b"\xc0" * 65_000,
        "extension": b"\x92\xa4ping" + msgpack.packb(msgpack.ExtType(5, b"x")),
        "timestamp": b"\x92\xa4ping" + msgpack.packb(msgpack.Timestamp(1)),
        "bad utf-8": b"\x92\xa4ping\xa2\xff\xfe",
        "bad utf-8 in the token": pack(HELLO).replace(b"token", b"to\xff\xfe\xfd"),
        "surrogate": pack(HELLO).replace(b"token", b"to\xed\xa0\x80"),
        "negative": pack(["ping", -1]),
        "too large a number": pack(["ping", 2**53]),
        "2**64 - 1": pack(["ping", 2**64 - 1]),
        "float": pack(["ping", 1.0]),
        "NaN": pack(["ping", float("nan")]),
        "true for a number": pack(["ping", True]),
        "number for true": pack(["here", 0, 1, 0]),
        "ref 0": pack(["do", 0, *DO[2:]]),
        "ref too large": pack(["do", 2**31, *DO[2:]]),
        "unknown command": pack([*DO[:5], ["explode"], []]),
        "the server's command": pack([*DO[:5], ["tick"], []]),
        "open_room": pack([*DO[:5], ["open_room", 1, "en", [], [], []], []]),
        "a field too many": pack([*DO[:5], ["next_step", 1], []]),
        "a field of another type": pack([*DO[:5], ["post_idea", "0"], ["x"]]),
        "a lane out of range": pack([*DO[:5], ["post_idea", 12], ["x"]]),
        "nine words": pack([*DO[:6], ["x"] * 9]),
        "a word that is none": pack([*DO[:6], [5]]),
        "words that are none": pack([*DO[:6], "x"]),
        "random": secrets.token_bytes(60_000),
    }


@pytest.mark.parametrize("kind", list(bombs()))
async def test_what_is_no_message_is_closed_with_4400(
    shared_process: Process, people: People, room: RoomLinks, kind: str
) -> None:
    """Before hello and after it; somebody who is connected meanwhile is served as ever."""
    steady = await people.phone(shared_process, room, "observer")
    data = bombs()[kind]
    assert len(data) <= MESSAGE_BYTES
    before = await people.silent(shared_process, room.code)
    after = await people.phone(shared_process, room, "member")
    for phone in (before, after):
        await phone.raw(data)
        assert await phone.ended() == Close.BAD_MESSAGE
        assert len(phone.reason.encode()) <= 123
    await steady.settled()
    assert not steady.code


async def test_a_text_with_nul_is_a_text(shared_process: Process, people: People) -> None:
    """Cleaned, kept, and shown without it."""
    room = shared_process.new_room()
    boss = await people.phone(shared_process, room, "facilitator")
    await people.phone(shared_process, room, "member", name="An\0na\u202e")
    await boss.until(lambda: any(boss.replica.room.all("seat")))
    assert [seat.name for seat in boss.replica.room.all("seat")] == ["Anna"]


async def test_a_broken_handshake_harms_nobody(
    shared_process: Process, people: People, room: RoomLinks
) -> None:
    """Answered or hung up on."""
    requests = [
        b"GET /ws/X HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET /ws/X HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /ws/X HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 8\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
        b"POST /ws/X HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + secrets.token_bytes(200),
        b"\0" * 5_000,
        b"GET / HTTP/9.9\r\n\r\n",
    ]
    for request in requests:
        reader, writer = await asyncio.open_connection("127.0.0.1", shared_process.port)
        writer.write(request)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), 5)
        assert b" 101 " not in answer[:20]
        writer.close()
        await writer.wait_closed()
    phone = await people.phone(shared_process, room, "member")
    await phone.settled()
