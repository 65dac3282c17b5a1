"""`oneroom demo-chaos`: it finds what is lost and what differs, and a run of it finds nothing."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from client.chaos_page import Board, Event, Page, PageError, serving_page
from client.demo_chaos import summary
from client.ledger import Ledger
from client.own_redis import free_port
from client.own_server import SETTINGS, OwnServer, RoomLinks, new_room
from client.room_client import RoomClient
from client.side_by_side import Agreement, Side, look
from protocols.log import START, Logged, draft, link
from rooms.agenda import Tick
from rooms.kernel import Actor
from rooms.roles import MEMBER

ROOT = Path(__file__).resolve().parents[2]


class Kept:
    """A log of so many entries, each of a client of its own number."""

    def __init__(self, *clients: int, blind: int = 0) -> None:
        self.entries: list[Logged] = []
        chain = START
        for seq, client in enumerate(clients, 1):
            actor = Actor(MEMBER, 0, client, 0, "blind" if seq == blind else "")
            body = draft(actor, Tick(), seed=1).body
            chain = link(chain, seq, 1_000, body)
            self.entries.append(Logged(seq, 1_000, chain, body))

    async def read(self, log_id: str, after: int = 0) -> AsyncIterator[Logged]:
        for one in self.entries:
            if one.seq > after:
                yield one


async def test_what_was_acknowledged_is_looked_for_in_the_log() -> None:
    log, ledger = Kept(7, 8, 9, blind=2), Ledger()
    await ledger.compare(log, "log")
    for seq, client in ((1, 7), (2, 123), (3, 9)):
        ledger.write(client, seq)
    assert await ledger.compare(log, "log") == []
    ledger.write(7, 3)
    assert await ledger.compare(log, "log") == [3], "the entry is of somebody else"
    ledger.write(9, 3)
    ledger.write(7, 4)
    assert await ledger.compare(log, "log") == [], "not read so far yet"
    assert await ledger.compare(log, "log", anew=True) == [4]
    del log.entries[2:]
    assert await ledger.compare(log, "log", anew=True) == [3, 4], "it was there, and is gone"
    assert ledger.acknowledged == 4


def test_servers_agree_by_number_whenever_they_are_asked() -> None:
    agreement = Agreement()
    assert agreement.take(5, "c5", "d5")
    assert agreement.take(6, "c6", "d6")
    assert agreement.take(5, "c5", "d5")
    assert not agreement.take(6, "c6", "other")
    assert not agreement.take(5, "other", "d5")
    assert (agreement.compared, agreement.differences) == (5, 2)


@pytest.mark.timeout(60)
async def test_a_server_is_looked_at_and_one_that_is_away_says_nothing() -> None:
    side, agreement = Side("1"), Agreement()
    with OwnServer() as server:
        made = await asyncio.to_thread(
            lambda: new_room(server.base, server.key, template="first-session-45", title="T")
        )
        async with RoomClient(made.urls["stage"]) as stage:
            await look(side, server.base, server.key, made.code, agreement)
            position = (side.seq, side.chain)
            assert position == (stage.replica.room.seq, stage.replica.chain)
        assert side.answers and side.people == 1 and len(side.digest) == 32
        await look(side, server.base, server.key, "NOROOM", agreement)
        assert side.answers and side.seq == 0
    await look(side, server.base, "any key", made.code, agreement)
    assert not side.answers


def test_only_what_is_wrong_makes_the_verdict_bad() -> None:
    event = Event("kill_server", "1", 66, 0.5, 4.0, over=True)
    redis = Event("kill_redis", "redis", 0, 0.3, 4.0, over=True)
    board = Board([], 200, acknowledged=10, compared=5, events=[event, redis])
    told, good = summary(board, 1, same=True)
    assert good
    assert "66 people back after 0.50 s" in told
    assert "away 4.0 s; commands again after 0.30 s" in told
    assert not summary(board, 1, same=False)[1]
    for bad in (Board([], 9, lost=1), Board([], 9, differences=1), Board([], 9, sent_away=1)):
        assert not summary(bad, 1, same=True)[1], bad


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        text: str = answer.read().decode()
        return text


async def test_the_page_is_served_with_what_it_shows() -> None:
    page = Page(["1", "2", "3"], 200)
    page.room(RoomLinks("ABC234", {}))
    page.begin(Event("kill_redis", "redis"))
    port = free_port()
    async with serving_page(page, "127.0.0.1", port) as where:
        shell = await asyncio.to_thread(fetched, f"{where}/?lang=en")
        assert '<html lang="en"' in shell and "/assets/chaos" in shell
        board = json.loads(await asyncio.to_thread(fetched, f"{where}/board.json"))
        assert [side["name"] for side in board["servers"]] == ["1", "2", "3"]
        assert (board["code"], board["events"][0]["kind"]) == ("ABC234", "kill_redis")
        with pytest.raises(PageError, match=f"port {port}"):
            async with serving_page(page, "127.0.0.1", port):
                pass


@pytest.mark.timeout(120)
def test_a_run_with_faults_loses_nothing() -> None:
    """R9.2: a small crowd on three servers that are killed while it works. Ctrl-C goes to all
    programs of the terminal; the show still ends as it should."""
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    options = ("--people", "8", "--every", "0.5", "--seed", "3")
    show = subprocess.Popen(
        [sys.executable, "-m", "client.cli", "demo-chaos", *options],
        cwd=ROOT,
        env={**environment, "PORT": str(free_port(2))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            show.wait(20)
        with contextlib.suppress(ProcessLookupError):  # else it says below why it has ended
            os.killpg(show.pid, signal.SIGINT)
        told, errors = show.communicate(timeout=80)
    finally:
        show.kill()
    assert show.returncode == 0, told + errors
    assert "Traceback" not in errors
    assert "Of them missing:        0" in told
    assert "people back after" in told
