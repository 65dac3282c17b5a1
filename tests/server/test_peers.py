"""Servers that share a Redis: who is there, and what becomes of a message. (S1, S2)"""

import json
import logging
from typing import Any

import msgspec
import pytest

from client.own_redis import OwnRedis
from protocols.between import (
    LONGEST,
    SERVERS,
    About,
    Crowd,
    Goodbye,
    Knocks,
    Left,
    Lending,
    MayLend,
    Message,
    Spent,
    encode,
    of_room,
    of_servers,
    room_channel,
)
from protocols.wire import BadMessage
from server.peers import SILENT_BEATS, Alone, Ear, Figures
from tests.server.corners import LOG_ID, Corners
from tests.server.harness import until

ME = "0123456789ab"
ALL: list[Message] = [
    About(ME, "http://127.0.0.1:8000", "0.1.0", [4], 3, 50, 2, 40),
    Knocks(ME, [("192.0.2.7", 3)], []),
    Goodbye(ME),
    Crowd(ME, True, 7, 1, [(2, [65_537])], [65_537], 1, [("applause", 2)]),
    Spent(ME, 12, [(65_537, 12)]),
    Left(ME),
    MayLend(ME, 1, 77, "page"),
    Lending(ME, ME, 1, "free"),
]


def of_any(data: bytes) -> Any:
    """A message of any channel."""
    try:
        return of_room(data)
    except BadMessage:
        return of_servers(data)


@pytest.mark.parametrize("message", ALL, ids=lambda one: type(one).__name__)
def test_s1_messages_are_read_as_they_were_told(message: Message) -> None:
    assert of_any(encode(message)) == message


@pytest.mark.parametrize("message", ALL, ids=lambda one: type(one).__name__)
def test_s1_an_older_server_passes_over_what_a_newer_one_adds(message: Message) -> None:
    fields = msgspec.msgpack.decode(encode(message))
    assert of_any(msgspec.msgpack.encode([*fields, {"new": 1}])) == message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        b"\xff" * 100,
        msgspec.msgpack.encode(["about", ME]),
        msgspec.msgpack.encode(["unheard_of", ME]),
        msgspec.msgpack.encode(["left", "not a server"]),
        msgspec.msgpack.encode(["left", 7]),
        msgspec.msgpack.encode(["spent", ME, -1, []]),
        msgspec.msgpack.encode(["spent", ME, 1, [[1]]]),
        msgspec.msgpack.encode(["lending", ME, ME, 1, "perhaps"]),
        b"\x91" * 5_000,
        encode(Knocks(ME, [("1", 1)] * 2_000, [])),
        b"\x92\xa4left" + b"\xda\xff\xff" + b"x" * LONGEST,
    ],
    ids=range(13),
)
def test_s1_what_is_no_message_is_no_fault(data: bytes) -> None:
    """It is dropped, and the first one is logged."""
    for decode in (of_servers, of_room):
        with pytest.raises(BadMessage):
            decode(data)


def test_s1_a_flood_of_bad_messages_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """R8: nobody's log is filled by another's fault; good messages are still heard."""
    heard: list[Message] = []
    ear = Ear("a" * 12, of_room, heard.append)
    with caplog.at_level(logging.WARNING):
        for _ in range(500):
            ear(b"\xc1")
            ear(encode(Left("a" * 12)))
        ear(encode(Left(ME)))
    assert [record.message for record in caplog.records] == ["a server's message was dropped"]
    assert heard == [Left(ME)], "what it told itself is left out"


def test_s2_one_server_alone_tells_nobody() -> None:
    alone = Alone()
    alone.listen(SERVERS, lambda _: pytest.fail("nobody speaks"))
    alone.tell(SERVERS, b"")
    alone.beat(Figures())
    alone.goodbye()
    assert len(alone.me) == 12 and not alone.others and not alone.can_hear


async def test_s2_servers_know_each_other(corners: Corners) -> None:
    """R9.2: id, address, version and rules, and how much each one holds."""
    one, two = corners.all
    one.peers.beat(Figures(3, 50, 2, 40))
    told = About(one.peers.me, "server-0", "1", [4, 5], 3, 50, 2, 40)
    await until(lambda: two.peers.others.get(one.peers.me) == told)
    assert list(one.peers.others) == [two.peers.me]
    assert two.peers.can_hear


async def test_s2_a_newcomer_knows_everybody_before_anybody_s_next_beat(corners: Corners) -> None:
    """Those who hear of somebody new tell of themselves at once; no beat is called here."""
    third = await corners.add("server-2")
    assert third.peers.others.keys() == {corner.peers.me for corner in corners.all[:2]}


async def test_s2_a_stopping_server_is_gone_at_once(corners: Corners) -> None:
    one, two = corners.all
    one.peers.goodbye()
    await until(lambda: not two.peers.others)
    two.beat()
    one.peers.beat(Figures())  # people are still leaving it
    await corners.settled()
    assert not two.peers.others


async def test_s2_a_silent_server_is_gone_after_fifteen_seconds(corners: Corners) -> None:
    one, two = corners.all
    await one.kill()
    for _ in range(SILENT_BEATS):
        two.beat()
    assert list(two.peers.others) == [one.peers.me]
    two.beat()
    assert not two.peers.others


async def test_s2_nobody_is_taken_for_gone_while_redis_is_away() -> None:
    """Who really has gone meanwhile is missed afterwards, and who comes is known."""
    with OwnRedis() as own:
        async with Corners(own) as corners:
            one, two = corners.all
            own.kill()
            await until(lambda: not one.link.is_up and not two.link.is_up)
            assert not one.peers.can_hear
            for _ in range(SILENT_BEATS + 1):
                one.beat()
                two.beat()
            assert one.peers.others and two.peers.others, "silence tells nothing now"
            await two.kill()
            own.start()
            await until(lambda: one.link.is_up)
            for _ in range(SILENT_BEATS):
                one.beat()
            assert one.peers.can_hear
            one.beat()
            assert not one.peers.others
            third = await corners.add("server-2", knows=one)
            assert one.peers.others.keys() == {third.peers.me}


async def test_s1_a_room_is_heard_by_all_who_listen(corners: Corners) -> None:
    """A room that is read anew listens beside its predecessor until that is let go of."""
    one, two = corners.all
    heard: dict[str, list[bytes]] = {"first": [], "second": []}
    channel = room_channel("f" * 16)
    first, second = heard["first"].append, heard["second"].append
    ready: list[str] = []
    two.peers.listen(channel, first, lambda: ready.append("first"))
    await until(lambda: ready)
    two.peers.listen(channel, second, lambda: ready.append("second"))
    assert ready == ["first", "second"]
    one.peers.tell(channel, b"1")
    await until(lambda: heard == {"first": [b"1"], "second": [b"1"]})
    two.peers.deafen(channel, first)
    one.peers.tell(channel, b"2")
    await until(lambda: heard["second"] == [b"1", b"2"])
    assert heard["first"] == [b"1"]
    two.peers.deafen(channel, second)
    await corners.settled()
    one.peers.tell(channel, b"3")
    await corners.settled()
    assert heard["second"] == [b"1", b"2"]


async def test_s1_nonsense_on_the_channels_harms_nobody(
    corners: Corners, redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever can write to Redis can write to these channels."""
    one, two = corners.all
    for channel in (SERVERS, room_channel(LOG_ID)):
        for data in (b"\xc1", json.dumps(["left", one.peers.me]).encode(), b""):
            one.peers.tell(channel, data)
    await corners.settled()
    one.enter(5)
    await corners.beat()
    assert two.presence.message(1).online == 1
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]
