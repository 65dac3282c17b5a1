"""Two servers on one Redis that hold a room differently. (S6)"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.own_redis import OwnRedis
from protocols.codes import Close
from protocols.log import state_digest
from rooms.cards import PostIdea
from rooms.kernel import ROOM
from rooms.roles import MEMBER
from server import digests
from tests.server.harness import plan, until
from tests.server.nodes import Node, nodes_on, opened


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[list[Node]]:
    with OwnRedis() as redis:
        async with nodes_on(redis, tmp_path) as both:
            yield both


async def test_s6_who_differs_from_the_log_is_found_and_reads_the_room_anew(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9.2: the other server's people notice nothing."""
    monkeypatch.setattr(digests, "REST_BEATS", 0)
    good, bad = await opened(nodes, await nodes[0].room(plan("ideate")))
    anna = await nodes[0].enter(good, MEMBER, name="Anna")
    boris = await nodes[1].enter(bad, MEMBER, name="Boris")
    await until(lambda: bad.room.seq == good.room.seq)
    bad.room.planes[ROOM].floor += 1
    assert state_digest(good.room) != state_digest(bad.room)
    await anna.refused(PostIdea(0), "too early")  # something happens, and then the room rests
    await until(lambda: bad.failed)
    assert boris.wire.closed is not None and boris.wire.closed[0] == Close.SERVER_FAULT
    again = await nodes[1].open(bad)
    assert state_digest(again.room) == state_digest(good.room)
    assert anna.wire.closed is None and not good.failed
    assert all(node.metrics.counts["oneroom_digest_mismatches_total"] for node in nodes)


async def test_s6_servers_that_agree_go_on_in_silence(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "REST_BEATS", 0)
    lives = await opened(nodes, await nodes[0].room(plan("ideate")))
    for live, node in zip(lives, nodes, strict=True):
        await node.enter(live, MEMBER, name="Anna")
    told = [live.neighbours.digests for live in lives]
    await until(
        lambda: all(one._own.keys() & {(t.seq, t.chain) for t in one._heard} for one in told)
    )
    assert not any(node.metrics.counts["oneroom_digest_mismatches_total"] for node in nodes)
