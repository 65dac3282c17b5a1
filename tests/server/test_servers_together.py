"""Whole servers that hold one room together: who may be in it, who sends, and what is hidden.
R9.2, law 13."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from client.own_redis import OwnRedis
from protocols import limits
from protocols.between import OfRoom, Spent, of_room, room_channel
from protocols.codes import Close
from rooms.agenda import NextStep
from rooms.cards import EditIdea, PostIdea
from rooms.people import Link, RevokeLink
from rooms.roles import FACILITATOR, MEMBER
from rooms.steps import LATE_MS
from rooms.votes import CastOpinion
from server.live import Live
from server.logs.base import RoomRecord
from server.logs.redis_link import RedisLink
from tests.server.harness import Device, plan, until
from tests.server.nodes import OPERATOR, Node, nodes_on, opened
from tests.server.phones import People
from tests.server.redises import files
from tests.server.serving import CLEAN, Process, ask


@pytest.fixture(scope="module")
def redis() -> Iterator[OwnRedis]:
    with OwnRedis() as redis:
        yield redis


@pytest.fixture
async def nodes(redis: OwnRedis, tmp_path: Path) -> AsyncIterator[list[Node]]:
    async with nodes_on(redis, tmp_path) as nodes:
        yield nodes


async def begun(nodes: list[Node], *steps: Any) -> tuple[list[Live], Device]:
    """A room in its first step on all servers, and the facilitator, who is at the first one."""
    live = await nodes[0].room(*steps)
    lives = await opened(nodes, live)
    boss = await nodes[0].enter(live, FACILITATOR)
    await boss.done(NextStep())
    await level(lives)
    return lives, boss


async def level(lives: list[Live]) -> None:
    """Wait until all servers stand at the same entry."""
    await until(lambda: len({live.room.seq for live in lives}) == 1)


def last_present(device: Device) -> list[Any]:
    """What a device was last told of who is here."""
    device.read()
    return next((m[1:] for m in reversed(device.told) if m[0] == "present"), [])


async def test_people_on_all_servers_are_one_room_to_everybody(nodes: list[Node]) -> None:
    """R6.1, R9.2: phones on both servers are told the same figures."""
    lives, boss = await begun(nodes, plan("ideate"))
    anna = await nodes[0].enter(lives[0], MEMBER, name="Anna")
    boris = await nodes[1].enter(lives[1], MEMBER, name="Boris")
    laptop = await nodes[1].enter(lives[1], MEMBER, token=anna.token)
    [step] = [boss.current.id] if boss.current else []
    anna.say(["here", step, True, True])

    def told() -> bool:
        present = [last_present(device)[:3] for device in (boss, anna, boris, laptop)]
        return present == [[2, 1, 1]] * 4

    await until(told, "two people, one done, one typing")
    await until(lambda: [node.hub.everywhere() for node in nodes] == [(1, 2)] * 2)


async def test_a_revoked_link_cuts_people_off_on_every_server(nodes: list[Node]) -> None:
    """P3: at once, wherever they are connected; and no server lets them in again."""
    lives, boss = await begun(nodes, plan("ideate"))
    there = await nodes[1].enter(lives[1], MEMBER, name="Boris")
    [link] = [one.id for one in lives[0].room.all(Link) if one.role == MEMBER]
    await boss.done(RevokeLink(link))
    await until(lambda: there.wire.closed)
    assert there.wire.closed is not None and there.wire.closed[0] == Close.REVOKED


async def test_a_phone_that_changes_servers_sends_under_its_old_id(nodes: list[Node]) -> None:
    """W3, law 5: a repeat of what the first server took is known at the second."""
    lives, _ = await begun(nodes, plan("ideate"))
    phone = await nodes[0].enter(lives[0], MEMBER, name="Anna", page="page")
    [card] = await phone.done(PostIdea(0), "once")
    await level(lives)
    moved = await nodes[1].enter(
        lives[1], MEMBER, token=phone.token, client=phone.client, page="page"
    )
    assert moved.client == phone.client
    assert phone.wire.closed is not None and phone.wire.closed[0] == Close.TAKEN_OVER
    ref = max(phone.refs.values())
    answer = await moved.do(PostIdea(0), "once", ref=ref)
    assert answer[0] == "ack" and answer[4] == [card]


async def test_a_copied_tab_gets_another_id_on_another_server(nodes: list[Node]) -> None:
    lives, _ = await begun(nodes, plan("ideate"))
    tab = await nodes[0].enter(lives[0], MEMBER, name="Anna", page="page")
    await level(lives)
    copy = await nodes[1].enter(lives[1], MEMBER, token=tab.token, client=tab.client, page="copy")
    assert copy.client not in (0, tab.client) and tab.wire.closed is None


async def test_two_copies_that_come_to_one_server_at_once_get_two_ids(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the server has to wait for until they are in."""
    lives, _ = await begun(nodes, plan("ideate", anonymous=True))
    keys = nodes[0].keys
    prepare = keys.prepare

    async def slowly(record: RoomRecord, number: int) -> None:
        await asyncio.sleep(0.01)
        await prepare(record, number)

    monkeypatch.setattr(keys, "prepare", slowly)
    for client in range(1, 6):
        keys.release(lives[0].record.log_id)
        copies = await asyncio.gather(
            *(nodes[0].enter(lives[0], MEMBER, client=client, page=page) for page in "ab")
        )
        assert client in {copy.client for copy in copies}
        assert len({copy.client for copy in copies}) == 2


async def test_many_phones_come_back_at_once_with_their_ids(
    nodes: list[Node], redis: OwnRedis, tmp_path: Path
) -> None:
    """Their server is gone, and another opens the room for them: all keep their ids."""
    lives, _ = await begun(nodes, plan("ideate"))
    phones = [await nodes[0].enter(lives[0], MEMBER, page=f"page {n}") for n in range(50)]
    async with Node(tmp_path / "third", redis) as third:
        await until(lambda: len(third.services.peers.others) == 2)
        live = await third.open(lives[0])
        back = await asyncio.gather(
            *(
                third.enter(live, MEMBER, client=phone.client, page=phone.connection.page)
                for phone in phones
            )
        )
    assert [phone.client for phone in back] == [phone.client for phone in phones]
    assert all(phone.wire.closed and phone.wire.closed[0] == Close.TAKEN_OVER for phone in phones)


# Anonymous rounds


async def test_anonymous_cards_are_their_authors_on_every_server(nodes: list[Node]) -> None:
    """R5.6: a phone that changes servers finds its own cards there and can change them."""
    lives, _ = await begun(nodes, plan("ideate", anonymous=True), plan("break"))
    phone = await nodes[0].enter(lives[0], MEMBER, name="Anna", page="page")
    [card] = await phone.done(PostIdea(0), "unsaid")
    await level(lives)
    moved = await nodes[1].enter(
        lives[1], MEMBER, token=phone.token, client=phone.client, page="page"
    )
    moved.refs = phone.refs
    assert [one.text for one in moved.replica.own.all("card")] == ["unsaid"]
    await moved.done(EditIdea(card), "unsaid, changed")
    other = await nodes[1].enter(lives[1], MEMBER, name="Boris")
    assert await other.refused(EditIdea(card), "mine now") in ("unknown_card", "not_yours")


async def test_a_person_has_one_anonymous_ballot_on_two_servers(nodes: list[Node]) -> None:
    """R5.6, V9: her phone and her laptop are one voter, although the entries name nobody."""
    steps = (
        plan("ideate"),
        plan("reveal"),
        plan("vote", anonymous=True, votes=MEMBER, style="opinion"),
    )
    lives, boss = await begun(nodes, *steps)
    phone = await nodes[0].enter(lives[0], MEMBER, name="Anna")
    await phone.done(PostIdea(0), "choice")
    for _ in range(2):
        await boss.done(NextStep())
    await level(lives)
    await until(lambda: [phone.read(), *phone.replica.room.all("choice")][1:])
    [choice] = [one.id for one in phone.replica.room.all("choice")]
    laptop = await nodes[1].enter(lives[1], MEMBER, token=phone.token)
    await phone.done(CastOpinion(choice, "agree"))
    await laptop.done(CastOpinion(choice, "disagree"))
    await level(lives)
    ballots = [plane for plane in lives[1].room.planes if isinstance(plane, str)]
    assert len(ballots) == 1


async def test_the_key_of_a_round_ends_on_all_servers(nodes: list[Node], redis: OwnRedis) -> None:
    """R5.6: in memory, in Redis and in its file, a minute after the step is over."""
    lives, boss = await begun(nodes, plan("ideate", anonymous=True), plan("break"))
    phone = await nodes[1].enter(lives[1], MEMBER, name="Anna")
    await phone.done(PostIdea(0), "unsaid")
    log_id = lives[0].record.log_id
    [number] = nodes[0].keys.rounds(log_id)
    assert nodes[1].keys.rounds(log_id) == [number]
    name = f"oneroom:{{{log_id}}}:key:{number}"
    line: Any = nodes[0].link.at(name)
    sealed = await line.get(name)
    await boss.done(NextStep())
    await level(lives)
    for live in lives:
        live.beat()
    assert all(node.keys.has(log_id, number) for node in nodes), "a late card is still taken"
    for node in nodes:
        node.later.more_ms += LATE_MS + 1_000
    await until(lambda: [node.keys.rounds(log_id) for node in nodes] == [[], []])
    await until(lambda: sealed not in files(redis), "the file is written anew")
    assert not await line.exists(name)


async def test_phones_hear_of_an_anonymous_step_when_its_key_is_there(
    nodes: list[Node], monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that nobody writes before it can be taken, at whatever server."""
    lives, boss = await begun(nodes, plan("break"), plan("ideate", anonymous=True))
    phone = await nodes[1].enter(lives[1], MEMBER, name="Boris")
    gate = asyncio.Event()
    prepare = nodes[1].keys.prepare

    async def slowly(record: RoomRecord, number: int) -> None:
        await gate.wait()
        await prepare(record, number)

    monkeypatch.setattr(nodes[1].keys, "prepare", slowly)
    await boss.done(NextStep())
    await level(lives)

    def knows() -> bool:
        phone.read()
        return phone.replica.room.seq == lives[1].room.seq

    try:
        await asyncio.sleep(0.1)
        assert not knows()
    finally:
        gate.set()
    await until(knows)
    await phone.done(PostIdea(0), "written at once")


async def test_writing_is_refused_for_a_while_where_the_key_is_not_here(
    nodes: list[Node],
) -> None:
    """`room_busy` passes by itself: the key is asked for each second."""
    lives, _ = await begun(nodes, plan("ideate", anonymous=True), plan("break"))
    phone = await nodes[1].enter(lives[1], MEMBER, name="Anna")
    nodes[1].keys.release(lives[1].record.log_id)
    assert await phone.refused(PostIdea(0), "unsaid") == "room_busy"
    await until(lambda: nodes[1].keys.rounds(lives[1].record.log_id))
    await phone.done(PostIdea(0), "unsaid")


async def test_servers_do_not_tell_each_other_who_writes_anonymously(
    nodes: list[Node], redis: OwnRedis
) -> None:
    """R5.6: the moment of a blind command, beside a seat, would betray its author. In a step with
    names seats are told."""
    lives, boss = await begun(nodes, plan("ideate", anonymous=True), plan("ideate"))
    told: list[OfRoom] = []
    line = RedisLink(redis.url)
    line.listen(room_channel(lives[0].record.log_id), lambda data: told.append(of_room(data)))

    def spent() -> list[Spent]:
        return [one for one in told if isinstance(one, Spent)]

    try:
        await until(lambda: line.is_up and told)
        phone = await nodes[1].enter(lives[1], MEMBER, name="Anna")
        await phone.done(PostIdea(0), "unsaid")
        await until(lambda: sum(one.room for one in spent()) >= 2, "she joined and wrote")
        assert not [one for one in spent() if phone.seat in dict(one.seats)]
        await boss.done(NextStep())
        await level(lives)
        await phone.done(PostIdea(0), "said")
        await until(lambda: [one for one in spent() if dict(one.seats).get(phone.seat) == 1])
    finally:
        await line.close()


# In processes of their own


@pytest.fixture
def processes(redis: OwnRedis, tmp_path: Path) -> Iterator[list[Process]]:
    redis.cli("FLUSHALL")
    both = [Process(tmp_path / name, REDIS_URL=redis.url) for name in ("a", "b")]
    try:
        for process in both:
            process.folder.mkdir()
            (process.folder / "operator.key").write_text(OPERATOR)
            process.start()
        yield both
    finally:
        codes = [process.stop() for process in both if process.process is not None]
    assert all(code in CLEAN for code in codes)
    for process in both:
        assert "Traceback" not in process.errors(), process.errors()


def figures(process: Process) -> dict[str, int]:
    """What a server says of all servers, by the figures' short names."""
    page = ask(process.url("/metrics"), token=OPERATOR).body.decode()
    found = re.findall(r"^oneroom_(servers|all_rooms|all_seats) (\d+)$", page, re.MULTILINE)
    return {name: int(number) for name, number in found}


@pytest.mark.timeout(60)
async def test_two_processes_count_a_room_and_its_people_once(
    processes: list[Process], people: People
) -> None:
    """R9.2: in each one's figures; and a server that is told to stop is missed at once."""
    one, two = processes
    room = one.new_room()
    anna = await people.phone(one, room, "member", name="Anna")
    await people.phone(two, room, "member", name="Boris")
    await people.phone(two, room, "member", token=anna.token)
    together = {"servers": 2, "all_rooms": 1, "all_seats": 2}
    await until(lambda: figures(one) == figures(two) == together)
    await asyncio.to_thread(two.stop)
    await until(lambda: figures(one) == {"servers": 1, "all_rooms": 1, "all_seats": 1})


@pytest.mark.timeout(60)
async def test_nobody_guesses_on_at_the_next_server(processes: list[Process]) -> None:
    """Wrong codes of one address are counted together."""
    one, two = processes
    status = 0
    for number in range(2 * limits.GUESSES.burst):
        status = ask(one.url("/api/join"), {"code": f"WRONG{number}"}).status
        if status == 429:
            break
    assert status == 429
    await until(lambda: ask(two.url("/api/join"), {"code": "WRONG"}).status == 429)


@pytest.mark.timeout(60)
async def test_a_killed_server_s_people_find_their_anonymous_cards_elsewhere(
    processes: list[Process], people: People
) -> None:
    """R5.6, R9.2: under their own ids, on a server that has never had the room open."""
    one, two = processes
    room = one.new_room(names="anonymous")
    boss = await people.phone(one, room, "facilitator")
    anna = await people.phone(one, room, "member", name="Anna")
    step = None
    while step is None or step.kind != "ideate":
        await boss.next_step()
        agenda = boss.replica.room.get("agenda", 2)
        assert agenda is not None
        step = boss.replica.room.get("step", agenda.current)
    assert step.anonymous
    await anna.until(lambda: anna.replica.room.seq == boss.replica.room.seq)
    [card] = await anna.done(PostIdea(0), "unsaid")
    client = anna.client
    one.kill()
    assert await anna.ended()
    anna.server = two
    await anna.open()
    assert anna.client == client
    await anna.done(EditIdea(card), "unsaid, changed")
    assert [own.text for own in anna.replica.own.all("card")] == ["unsaid, changed"]
