"""A program in a room: what it sends, keeps and sends again."""

import asyncio

import pytest

from client.own_server import OwnServer, new_room
from client.replay import design
from client.room_client import CommandRefused, ConnectionEnded, Pacer, RoomClient
from protocols import limits
from protocols.commands import CastOpinion, NextStep, PostIdea, RevokeLink


def test_pacer_lets_a_burst_pass_and_then_keeps_the_rate() -> None:
    pacer = Pacer(limits.Rate(burst=10, per_s=2))
    assert [pacer.wait_s(0.0) for _ in range(9)] == [0.0] * 9
    assert pacer.wait_s(0.0) == pytest.approx(1 / 1.8)
    assert pacer.wait_s(0.0) == pytest.approx(2 / 1.8)
    assert pacer.wait_s(60.0) == 0.0


def test_pacer_never_outruns_the_server() -> None:
    """The same seconds, spent by the server's own bucket: nothing is refused."""
    pacer, now, tokens, last = Pacer(limits.SEAT), 0.0, float(limits.SEAT.burst), 0.0
    for _ in range(500):
        now += pacer.wait_s(now)
        tokens, allowed = limits.SEAT.spend(tokens, now - last)
        last = now
        assert allowed


async def test_commands_survive_a_killed_server() -> None:
    """R6.9: what was sent while the server was dead arrives once, in order, when it is back."""
    with OwnServer() as server:
        links = new_room(server.base, server.key, **design())
        moderator = RoomClient(links.urls["facilitator"])
        anna = RoomClient(links.urls["member"])
        await moderator.connect()
        await anna.connect()
        await anna.join("Anna")
        await moderator.do(NextStep())
        await anna.until(lambda: anna.step)
        server.kill()
        waiting = [await anna.submit(PostIdea(0), f"idea {number}") for number in range(20)]
        assert anna.unanswered == 20
        server.start()
        answers = await asyncio.gather(*waiting)
        assert [a.seq for a in answers] == sorted(a.seq for a in answers)
        cards = [card.text for card in anna.replica.own.all("card")]
        assert cards == [f"idea {number}" for number in range(20)]
        assert anna.connections > 1
        await anna.close()
        await moderator.close()


async def test_who_loses_a_server_comes_to_the_next_one(free_port: int) -> None:
    """R9.2: of several servers of a room, any will do."""
    with OwnServer() as server:
        links = new_room(server.base, server.key, **design())
        gone = links.at(f"http://127.0.0.1:{free_port}", "member")
        async with RoomClient(gone, servers=[server.base]) as anna:
            assert await anna.join("Anna")


async def test_refusals_and_closed_doors_are_told() -> None:
    with OwnServer() as server:
        links = new_room(server.base, server.key, **design())
        async with RoomClient(links.urls["member"]) as anna:
            await anna.join("Anna")
            with pytest.raises(CommandRefused, match="unknown_step"):
                await anna.do(CastOpinion(1, "agree"))
            with pytest.raises(CommandRefused, match="not_your_role"):
                await anna.do(NextStep())
            async with RoomClient(links.urls["facilitator"]) as moderator:
                member = next(
                    link.id for link in moderator.replica.room.all("link") if link.role == 8
                )
                await moderator.do(RevokeLink(member))
            with pytest.raises(ConnectionEnded):
                await anna.until(lambda: False)
        with pytest.raises(ConnectionEnded):
            await RoomClient(links.urls["member"]).connect()
        with pytest.raises(ConnectionEnded):
            await RoomClient(f"{server.base}/r/ZZZZZZ#1.0.x").connect()


async def test_clock_offset_comes_from_the_best_sample() -> None:
    with OwnServer() as server:
        links = new_room(server.base, server.key, **design())
        async with RoomClient(links.urls["member"]) as anna:
            for _ in range(5):
                await anna.ping()
            await anna.until(lambda: anna._best_trip_ms < 1 << 30)
            assert abs(anna.clock_offset_ms) < 1_000, "one machine, one clock"
