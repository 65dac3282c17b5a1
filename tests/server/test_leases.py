"""Ids of clients over several servers: who keeps one, and who gets another. (law 5; W3, S5)"""

import asyncio
import time

import pytest

from client.own_redis import OwnRedis
from protocols.codes import RETRY, Close
from server import leases
from tests.server.corners import Corners
from tests.server.harness import until

CLIENT = 4_711


async def test_s5_a_page_that_reconnects_elsewhere_takes_over(corners: Corners) -> None:
    """A phone on its way from one server to another keeps its id, and its old line is cut."""
    one, two = corners.all
    lent, wire = await one.lend(CLIENT, "page")
    assert lent == CLIENT
    assert (await two.lend(CLIENT, "page"))[0] == CLIENT
    assert wire.closed is not None and wire.closed[0] == Close.TAKEN_OVER


async def test_s5_a_copied_tab_on_another_server_gets_another_id(corners: Corners) -> None:
    """The one that lives stays as it is."""
    one, two = corners.all
    _, wire = await one.lend(CLIENT, "page")
    lent, _ = await two.lend(CLIENT, "copy")
    assert lent not in (0, CLIENT) and wire.closed is None
    again, _ = await one.lend(lent, "another copy")
    assert again not in (lent, CLIENT), "the new id is known, too"


async def test_s5_who_gives_no_sign_of_life_loses_the_id(
    corners: Corners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page loaded anew, while its predecessor's line is dead but not closed."""
    monkeypatch.setattr(leases, "PROBE_S", 0.05)
    one, two = corners.all
    _, wire = await one.lend(CLIENT, "page")
    wire.lives = None
    assert (await two.lend(CLIENT, "reloaded"))[0] == CLIENT
    assert wire.closed is not None and wire.closed[0] == Close.TAKEN_OVER


async def test_s5_an_answer_is_waited_for_while_the_old_line_is_probed(
    corners: Corners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than servers are: the other one has said that it is finding out."""
    monkeypatch.setattr(leases, "ANSWER_S", 0.05)
    one, two = corners.all
    _, wire = await one.lend(CLIENT, "page")
    wire.lives = None
    asked = asyncio.create_task(two.lend(CLIENT, "copy"))
    await until(lambda: one.room.leases._probes)
    await asyncio.sleep(0.15)
    assert not asked.done()
    wire.answers[0].set_result(True)
    assert (await asked)[0] != CLIENT


async def test_s5_two_copies_that_come_at_once_do_not_both_get_it(corners: Corners) -> None:
    """Neither server has lent the id yet when it is asked for."""
    for number in range(20):
        client = CLIENT + number
        pages = (corners[0].lend(client, "page"), corners[1].lend(client, "copy"))
        [(first, _), (second, _)] = await asyncio.gather(*pages)
        assert first != second and client in (first, second)


async def test_s5_all_servers_are_asked(corners: Corners) -> None:
    third = await corners.add("server-2")
    await corners.beat()
    await corners[0].lend(CLIENT, "page")
    assert (await third.lend(CLIENT, "copy"))[0] != CLIENT
    assert (await corners[1].lend(CLIENT + 1, "page"))[0] == CLIENT + 1


async def test_s5_nobody_waits_long_for_a_silent_server(corners: Corners) -> None:
    """It fails open: a person must get in."""
    one, two = corners.all
    await one.lend(CLIENT, "page")
    await one.kill()
    began = time.monotonic()
    assert (await two.lend(CLIENT, "page"))[0] == CLIENT
    assert time.monotonic() - began >= leases.ANSWER_S - 0.01, "it was asked for"


async def test_s5_an_answer_that_comes_too_late_still_counts(
    corners: Corners, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else commands of a copied tab would be taken for repeats of its model's: it has to connect
    again, and then gets an id of its own."""
    one, two = corners.all
    _, wire = await one.lend(CLIENT, "page")
    with monkeypatch.context() as impatient:
        impatient.setattr(leases, "ANSWER_S", 0.0)
        lent, copy = await two.lend(CLIENT, "copy")
    assert lent == CLIENT
    await until(lambda: copy.closed)
    assert copy.closed is not None and copy.closed[0] == Close.SERVER_FAULT
    assert copy.closed[0] in RETRY and wire.closed is None
    assert (await two.lend(CLIENT, "copy"))[0] != CLIENT


async def test_s5_nobody_waits_for_a_server_that_has_let_go_of_the_room(corners: Corners) -> None:
    one, two = corners.all
    one.room.stop(left=True)
    await until(lambda: not two.room._heard_at)
    assert two.room._met.is_set()
    asked = asyncio.create_task(two.lend(CLIENT, "page"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asked.done()


async def test_s5_nobody_waits_while_redis_is_away() -> None:
    with OwnRedis() as own:
        async with Corners(own) as corners:
            one, two = corners.all
            await one.lend(CLIENT, "page")
            own.kill()
            await until(lambda: not two.link.is_up)
            asked = asyncio.create_task(two.lend(CLIENT, "copy"))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert asked.done() and asked.result()[0] == CLIENT


async def test_s5_a_room_just_opened_waits_until_it_knows_who_has_it(corners: Corners) -> None:
    """Not knowing its neighbours yet, it must not take their silence for consent."""
    one, two = corners.all
    await one.lend(CLIENT, "page")
    for _ in range(10):
        two.room.stop(left=True)
        await until(lambda: not one.room._heard_at)
        two.open_room()
        assert not two.room._heard_at
        assert (await two.lend(CLIENT, "copy"))[0] != CLIENT
