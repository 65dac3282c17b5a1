"""Several servers, one room: what each sees of the others' commands, and what happens when Redis
loses, repeats or forgets (rules L7 to L9). R9.2."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from client.own_redis import OwnRedis
from protocols.codes import Close
from protocols.log import state_digest
from rooms.agenda import NextStep, PauseClock, ResumeClock
from rooms.cards import Card, PostIdea
from rooms.moderation import ErasePerson
from rooms.people import Join, Seat
from rooms.roles import FACILITATOR, MEMBER
from server.live import Live
from server.logs.base import StorageFailed
from server.tokens import open_token
from tests.server.harness import Device, plan, until
from tests.server.nodes import Node


@pytest.fixture
def own() -> Iterator[OwnRedis]:
    with OwnRedis() as server:
        yield server


@pytest.fixture
async def nodes(own: OwnRedis, tmp_path: Path) -> AsyncIterator[list[Node]]:
    async with contextlib.AsyncExitStack() as stack:
        yield [await stack.enter_async_context(Node(tmp_path / name, own)) for name in ("a", "b")]


async def shared_room(nodes: list[Node]) -> tuple[list[Live], list[Device]]:
    """A room in its first step on all servers, with a facilitator and a person on each."""
    own = nodes[0].redis
    assert isinstance(own, OwnRedis)
    first = await nodes[0].room(plan("ideate"), plan("break"))
    boss = await nodes[0].enter(first, FACILITATOR)
    await boss.done(NextStep())
    lives = [await node.open(first) for node in nodes]
    people = [
        await node.enter(live, MEMBER, name=f"Person {n}")
        for n, (node, live) in enumerate(zip(nodes, lives, strict=True))
    ]
    await until(lambda: written_anew(own), "Redis' file is written anew")
    return lives, people


def written_anew(own: OwnRedis) -> bool:
    """Whether servers have had a Redis that was just started write its file anew, which must not
    happen while a test measures that file."""
    told = own.cli("INFO", "persistence")
    return "rewrite_in_progress:0" in told and "aof_last_rewrite_time_sec:-1" not in told


async def left_behind(nodes: list[Node], live: Live, own: OwnRedis, size: int) -> Live:
    """The first server still holds what Redis loses, and hears nothing; the second one dies and
    comes back without it. Returns the second one's room."""
    nodes[0].log.unfollow(live.record.log_id, live._carrier)
    await nodes[1].vanish()
    own.kill()
    own.cut(size)
    own.start()
    await nodes[1].__aenter__()
    again = await nodes[1].hub.get(live.record.code)
    assert again is not None
    return again


def same(*lives: Live) -> bool:
    """Whether all servers hold the same."""
    return (
        len({(live.room.seq, live.history.chain, state_digest(live.room)) for live in lives}) == 1
    )


def texts(live: Live) -> list[str]:
    """The words of all cards, wherever they lie, as often as they are there."""
    cards = [card for plane in live.room.planes for card in live.room.all(Card, plane)]
    return sorted(live.history.words[card.text] for card in cards)


async def test_l7_every_server_holds_the_same(nodes: list[Node]) -> None:
    """R9.2: what one server accepts, the other shows; both apply the same in the same order."""
    lives, people = await shared_room(nodes)
    await asyncio.gather(
        *(person.done(PostIdea(0), f"{n}-{i}") for i in range(4) for n, person in enumerate(people))
    )
    await until(lambda: same(*lives))
    assert (
        texts(lives[0]) == texts(lives[1]) == sorted(f"{n}-{i}" for i in range(4) for n in (0, 1))
    )


async def test_l7_a_lost_subscription_is_made_up_for(nodes: list[Node], own: OwnRedis) -> None:
    """Messages may be lost at any time; the end of the log is looked up."""
    lives, people = await shared_room(nodes)
    own.cli("CLIENT", "KILL", "TYPE", "pubsub")
    await people[0].done(PostIdea(0), "unheard")
    await until(lambda: texts(lives[1]) == ["unheard"])
    assert same(*lives)


async def test_l8_a_seat_that_another_server_gave_a_moment_ago_opens_the_door(
    nodes: list[Node],
) -> None:
    """A phone whose server died comes to another, which may not have heard of its seat yet."""
    lives, people = await shared_room(nodes)
    nodes[1].link.deafen(f"oneroom:{{{lives[1].record.log_id}}}:log")
    late = await nodes[0].enter(lives[0], MEMBER, name="Late")
    claim = open_token(lives[1].record.key, late.token)
    assert claim is not None and await lives[1].admit(claim) == (claim, MEMBER)


async def test_l8_a_seat_that_cannot_be_looked_up_is_not_taken_for_lost(
    nodes: list[Node], own: OwnRedis
) -> None:
    """Redis is away, and its link alone would let a phone in as somebody new: it comes again."""
    lives, _ = await shared_room(nodes)
    nodes[1].link.deafen(f"oneroom:{{{lives[1].record.log_id}}}:log")
    late = await nodes[0].enter(lives[0], MEMBER, name="Late")
    claim = open_token(lives[1].record.key, late.token)
    assert claim is not None
    nodes[1].log.unfollow(lives[1].record.log_id, lives[1]._carrier)
    own.kill()
    with pytest.raises(StorageFailed):
        await lives[1].admit(claim)
    own.start()
    while True:
        try:
            assert await lives[1].admit(claim) == (claim, MEMBER)
        except StorageFailed:
            await asyncio.sleep(0.02)
        else:
            break
    await until(lambda: all(node.link.is_up for node in nodes), "the lines stand again")


async def test_l9_a_lost_tail_is_put_back_as_it_was(nodes: list[Node], own: OwnRedis) -> None:
    """Redis comes back without what it had acknowledged; a server that holds it puts it back."""
    lives, people = await shared_room(nodes)
    own_size = sum(path.stat().st_size for path in own.aof_files())
    await people[0].done(PostIdea(0), "kept one")
    await people[1].done(PostIdea(0), "kept two")
    await until(lambda: same(*lives))
    stood = lives[0].room.seq, lives[0].history.chain
    grown = sum(path.stat().st_size for path in own.aof_files()) - own_size
    own.kill()
    own.cut(grown)
    own.start()
    await people[0].done(PostIdea(0), "new")
    await until(lambda: same(*lives))
    assert texts(lives[0]) == ["kept one", "kept two", "new"]
    assert lives[0].history.chain_at(stood[0]) == stood[1]


@pytest.mark.parametrize("loses_the_entry", [True, False])
async def test_l9_what_was_erased_does_not_come_back(
    nodes: list[Node], own: OwnRedis, monkeypatch: pytest.MonkeyPatch, loses_the_entry: bool
) -> None:
    """Redis comes back without the erasing, with or without the entry that told of it: the servers
    erase once more what nobody has any longer."""
    monkeypatch.setattr("server.history.COMPARE_S", 1.0)
    lives, people = await shared_room(nodes)
    boss = await nodes[0].enter(lives[0], FACILITATOR)
    await people[1].done(PostIdea(0), "never again")
    await until(lambda: same(*lives))
    kept = f"oneroom:{{{lives[0].record.log_id}}}:words"

    def stored() -> bytes:
        with redis.Redis(port=own.port) as direct:
            return b" ".join(direct.hvals(kept))

    assert b"never again" in stored()
    before = sum(path.stat().st_size for path in own.aof_files())
    await boss.done(ErasePerson(people[1].seat))
    await until(lambda: "hdel:calls=2" in own.cli("INFO", "commandstats"), "both have erased")
    await until(lambda: same(*lives) and b"never again" not in stored())
    whole = b"".join(path.read_bytes() for path in own.aof_files())
    own.kill()
    size = len(whole) - (before if loses_the_entry else whole.index(b"HDEL", before))
    own.cut(size)
    own.start()
    await until(lambda: b"never again" not in stored() and same(*lives))
    assert b"Title" in stored() and b"Person 0" in stored()


async def test_l9_who_holds_another_history_erases_nothing(
    nodes: list[Node], own: OwnRedis
) -> None:
    """The log was written anew, and where this server knows of no words there are others' now."""
    lives, _ = await shared_room(nodes)
    boss = await nodes[0].enter(lives[0], FACILITATOR)
    size = sum(path.stat().st_size for path in own.aof_files())
    await boss.done(PauseClock())
    await boss.done(ResumeClock())
    await until(lambda: same(*lives))
    grown = sum(path.stat().st_size for path in own.aof_files()) - size
    again = await left_behind(nodes, lives[0], own, grown)
    fresh = await nodes[1].enter(again, MEMBER, name="Fresh")
    await fresh.done(PostIdea(0), "written anew")
    stale = lives[0].history
    stale._compare_at = 0.0
    await stale.forget()
    words = await nodes[1].log.words(again.record.log_id, again.room.seq)
    assert {"Fresh", "written anew"} <= set(words.values())
    nodes[0].log.follow(lives[0].record.log_id, lives[0]._carrier)
    await until(lambda: same(lives[0], again))
    assert lives[0].history.words == again.history.words


async def test_l9_an_empty_redis_is_filled_again(nodes: list[Node], own: OwnRedis) -> None:
    """From the first entry on, the room's own record too."""
    lives, people = await shared_room(nodes)
    await people[0].done(PostIdea(0), "kept")
    own.cli("FLUSHALL")
    await people[1].done(PostIdea(0), "new")
    await until(lambda: same(*lives))
    assert texts(lives[0]) == ["kept", "new"]
    assert await nodes[0].log.room(lives[0].record.code) == lives[0].record


async def test_l9_the_log_wins_where_it_was_written_anew(nodes: list[Node], own: OwnRedis) -> None:
    """The other server was cut off, and Redis went on without what only it holds: what was lost is
    proposed again under its old ref, its people begin again, and nothing is there twice."""
    lives, people = await shared_room(nodes)
    size = sum(path.stat().st_size for path in own.aof_files())
    await people[0].done(PostIdea(0), "lost and found")
    await until(lambda: same(*lives))
    grown = sum(path.stat().st_size for path in own.aof_files()) - size
    again = await left_behind(nodes, lives[0], own, grown)
    assert texts(again) == []
    fresh = await nodes[1].enter(again, MEMBER, name="Fresh")
    await fresh.done(PostIdea(0), "written anew")
    nodes[0].log.follow(lives[0].record.log_id, lives[0]._carrier)
    await until(lambda: texts(again) == ["lost and found", "written anew"])
    await until(lambda: same(lives[0], again))
    assert people[0].wire.closed and people[0].wire.closed[0] == Close.SERVER_FAULT


async def test_l9_what_was_lost_is_not_laid_at_another_persons_door(
    nodes: list[Node], own: OwnRedis
) -> None:
    """A person came in the lost part, and another has her number now: what she gave is hers again
    when her phone comes back, and never the other's."""
    lives, _ = await shared_room(nodes)
    size = sum(path.stat().st_size for path in own.aof_files())
    lost = await nodes[0].enter(lives[0], MEMBER, name="Lost")
    await lost.done(PostIdea(0), "of the lost one")
    await until(lambda: same(*lives))
    grown = sum(path.stat().st_size for path in own.aof_files()) - size
    again = await left_behind(nodes, lives[0], own, grown)
    other = await nodes[1].enter(again, MEMBER, name="Other")
    assert other.seat == lost.seat, "the number was given anew"
    lost.send(PostIdea(0), "under way")
    nodes[0].log.follow(lives[0].record.log_id, lives[0]._carrier)
    await until(lambda: lost.wire.closed and same(lives[0], again))
    await until(lambda: len(list(again.room.all(Seat))) == 4, "the lost one joins again")
    assert texts(again) == []
    back = await nodes[0].enter(lives[0], MEMBER, client=lost.client)
    await back.done(Join(0, "onsite"), "Lost", ref=1)
    assert back.seat not in (0, other.seat)
    await back.done(PostIdea(0), "of the lost one", ref=2)
    await until(lambda: same(lives[0], again))
    [card] = again.room.all(Card, back.seat)
    assert again.history.words[card.text] == "of the lost one"


async def test_l8_who_holds_another_history_appends_nothing_to_a_longer_log(
    nodes: list[Node], own: OwnRedis
) -> None:
    """The log was written anew and further than the server holds: what its people say there would
    be said in others' names."""
    lives, _ = await shared_room(nodes)
    size = sum(path.stat().st_size for path in own.aof_files())
    lost = await nodes[0].enter(lives[0], MEMBER, name="Lost")
    await until(lambda: same(*lives))
    grown = sum(path.stat().st_size for path in own.aof_files()) - size
    nodes[0].log.unfollow(lives[0].record.log_id, lives[0]._carrier)
    await nodes[1].vanish()
    own.kill()
    own.cut(grown)
    own.start()
    await nodes[1].__aenter__()
    again = await nodes[1].hub.get(lives[0].record.code)
    assert again is not None
    other = await nodes[1].enter(again, MEMBER, name="Other")
    assert other.seat == lost.seat, "the number was given anew"
    await other.done(PostIdea(0), "one")
    await other.done(PostIdea(0), "two")
    assert again.room.seq > lives[0].room.seq
    lost.send(PostIdea(0), "under way")
    await until(lambda: lost.wire.closed and same(lives[0], again))
    assert texts(again) == ["one", "two"]


async def test_l9_a_seat_that_was_lost_with_the_log_is_not_another_persons(
    nodes: list[Node], own: OwnRedis
) -> None:
    """All servers died with the tail, and its numbers were given anew: an old token opens the link
    it came by, and no longer a seat."""
    lives, _ = await shared_room(nodes)
    code = lives[0].record.code
    size = sum(path.stat().st_size for path in own.aof_files())
    lost = await nodes[0].enter(lives[0], MEMBER, name="Lost")
    grown = sum(path.stat().st_size for path in own.aof_files()) - size
    for node in nodes:
        await node.vanish()
    own.kill()
    own.cut(grown)
    own.start()
    for node in nodes:
        await node.__aenter__()
    again = await nodes[0].hub.get(code)
    assert again is not None
    other = await nodes[0].enter(again, MEMBER, name="Other")
    assert other.seat == lost.seat, "the number was given anew"
    claim = open_token(again.record.key, lost.token)
    assert claim is not None
    known, role = await again.admit(claim)
    assert (known.link, known.seat, role) == (claim.link, 0, MEMBER)
    claim = open_token(again.record.key, other.token)
    assert claim is not None and await again.admit(claim) == (claim, MEMBER)


async def test_commands_wait_while_redis_is_away(nodes: list[Node], own: OwnRedis) -> None:
    """Nobody is told of it, nobody gets an answer before it is true; then all go at once."""
    lives, people = await shared_room(nodes)
    own.kill()
    people[0].send(PostIdea(0), "waits")
    people[1].send(PostIdea(0), "waits too")
    await asyncio.sleep(0.5)
    assert texts(lives[0]) == []
    own.start()
    await until(lambda: same(*lives) and texts(lives[0]) == ["waits", "waits too"])
    for person in people:
        assert [m[0] for m in person.read() if m[0] in ("ack", "refused")] == ["ack"]


async def test_what_may_yet_be_lost_is_not_called_stable(nodes: list[Node]) -> None:
    """For some seconds; then a quiet room says that nothing will be lost."""
    lives, people = await shared_room(nodes)
    await people[0].done(PostIdea(0), "young")
    await until(lambda: people[1].read() or people[1].patches()[-1][3] >= lives[0].room.seq)
    seq = lives[1].room.seq
    assert people[1].patches()[-1][5] < seq

    def is_stable() -> bool:
        people[1].read()
        return bool(people[1].patches()[-1][5] >= seq)

    await until(is_stable)


async def test_age_alone_makes_nothing_stable(nodes: list[Node], own: OwnRedis) -> None:
    """Redis lost an entry when it was young and stays away: nobody could put it back yet, so phones
    must keep their copies however old it grows."""
    lives, people = await shared_room(nodes)
    for node in nodes:
        node.log.stable_after_ms = 300
    await people[0].done(PostIdea(0), "young")
    await until(lambda: same(*lives))
    seq = lives[0].room.seq
    own.kill()
    own.cut(1)
    moment = lives[0]._services.clock()
    await until(lambda: lives[0]._services.clock() > moment + 600, "the entry has grown old")
    assert all(live.history.stable_seq(live._services.clock()) < seq for live in lives)
    own.start()
    await until(
        lambda: all(live.history.stable_seq(live._services.clock()) == seq for live in lives)
    )
    assert texts(lives[0]) == ["young"]
