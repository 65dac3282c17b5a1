"""`oneroom cluster` and the Procfile: they start, bear a kill, and leave nothing behind."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Self

import pytest

from client.cluster import ClusterError, alone, redis_part
from client.own_redis import free_port
from client.own_server import SETTINGS, new_room
from client.room_client import RoomClient
from protocols.commands import NextStep
from tests.server.harness import until

ROOT = Path(__file__).resolve().parents[2]


def environment(**ours: str) -> dict[str, str]:
    """The environment without settings, but for ours."""
    return {name: value for name, value in os.environ.items() if name not in SETTINGS} | ours


class Cluster:
    """`oneroom cluster` as a process of its own, and what it prints."""

    def __init__(self, folder: Path, *arguments: str, **ours: str) -> None:
        self.port = int(ours.setdefault("PORT", str(free_port())))
        self.errors = folder.with_name(folder.name + ".stderr")
        with self.errors.open("w") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "client.cli", "cluster", *arguments],
                cwd=ROOT,
                env=environment(DATA_DIR=str(folder), **ours),
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.printed = ""

    def started(self) -> Self:
        """Wait until all of it runs."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if "Phones scan this" in line:
                return self
        raise AssertionError(self.printed + self.errors.read_text())

    def link(self, role: str) -> str:
        found = re.search(rf"^  {role} +(\S+)$", self.printed, re.MULTILINE)
        assert found, self.printed
        return found[1]

    def parts(self, name: str = "") -> list[int]:
        """The process ids of its parts, those whose command holds `name`."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [pid for pid in map(int, children.split()) if name in command_of(pid)]

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.printed += self.process.stdout.read()
        self.process.stdout.close()
        return code


def command_of(pid: int) -> str:
    """The command line of a process; "" where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def is_gone(pid: int) -> bool:
    return not command_of(pid)


def has_seen(client: RoomClient, seq: int) -> bool:
    return client.replica.room.seq >= seq


async def move_on(host: RoomClient, phone: RoomClient) -> None:
    """To the next step, until both see it."""
    seq = (await host.do(NextStep())).seq
    for client in (host, phone):
        await client.until(partial(has_seen, client, seq), 15)


@contextlib.contextmanager
def running(folder: Path, *arguments: str, **ours: str) -> Iterator[Cluster]:
    """A cluster that is gone afterwards, whatever the test finds."""
    one = Cluster(folder, *arguments, **ours)
    try:
        yield one
    finally:
        if one.process.poll() is None:
            one.interrupt()


@pytest.mark.timeout(90)
async def test_a_phone_bears_the_death_of_its_server_and_ctrl_c_leaves_nothing(
    tmp_path: Path,
) -> None:
    """R9.2: whichever server dies, its people are back and the room goes on; stopped and started
    again, the cluster has the same room with everything in it."""
    folder = tmp_path / "data"
    with running(folder) as one:
        await asyncio.to_thread(one.started)
        assert one.link("member").startswith(f"http://127.0.0.1:{one.port}/r/")
        servers, redis = one.parts("client.cli serve"), one.parts("redis-server")
        assert len(servers) == 3 and len(redis) == 1
        async with RoomClient(one.link("member")) as anna, RoomClient(one.link("facilitator")) as f:
            await anna.join("Anna")
            await move_on(f, anna)
            for pid in servers:
                os.kill(pid, signal.SIGKILL)
                await until(partial(is_gone, pid))
                await move_on(f, anna)
            assert anna.connections + f.connections >= 4, "each lost its server at least once"
            await until(lambda: len(one.parts("client.cli serve")) == 3, "all are started again")
            seat, seq = anna.token, anna.replica.room.seq
        parts = one.parts()
        assert one.interrupt() == 0
        assert all(is_gone(pid) for pid in (*parts, *servers)), "no process stays"
        assert "Traceback" not in one.errors.read_text()
        assert one.printed.count("is started again") == 3
    with running(folder) as again:
        await asyncio.to_thread(again.started)
        assert again.link("member").rpartition("/")[2] == one.link("member").rpartition("/")[2]
        async with RoomClient(again.link("member"), seat) as anna:
            assert anna.seat and anna.replica.room.seq >= seq


def fails(folder: Path, *arguments: str, **ours: str) -> str:
    """What it says where it cannot begin."""
    with running(folder, *arguments, **ours) as one:
        assert one.process.wait(30) == 2
        assert one.process.stdout is not None
        one.process.stdout.close()
        return one.errors.read_text()


def test_what_keeps_a_cluster_from_starting_is_one_sentence(tmp_path: Path) -> None:
    assert "unset REDIS_URL" in fails(tmp_path / "a", REDIS_URL="redis://127.0.0.1:1/0")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = fails(tmp_path / "b", PORT=port)
    assert f"port {port}" in told and "Traceback" not in told
    (tmp_path / "c").write_text("")
    assert "DATA_DIR" in fails(tmp_path / "c")


@pytest.mark.timeout(60)
def test_a_server_that_cannot_start_ends_the_cluster_with_its_reason(tmp_path: Path) -> None:
    told = fails(tmp_path / "d", DURABILITY="redis-ha")
    assert "no replica" in told and "did not start; it said why above" in told
    assert "Traceback" not in told


def test_two_clusters_never_share_a_folder(tmp_path: Path) -> None:
    with (
        alone(tmp_path / "one"),
        alone(tmp_path / "two"),
        pytest.raises(ClusterError, match="another cluster"),
        alone(tmp_path / "one"),
    ):
        pass
    with alone(tmp_path / "one"):
        pass


def test_redis_that_is_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ClusterError, match="apt-get install redis-server"):
        redis_part(tmp_path, 1, 0)


def honcho(log: Path, **ours: str) -> "subprocess.Popen[bytes]":
    with log.open("w") as told:
        return subprocess.Popen(
            [sys.executable, "-m", "honcho", "start", "-c", "web=3"],
            cwd=ROOT,
            env=environment(**ours),
            stdout=told,
            stderr=told,
        )


@pytest.mark.timeout(60)
async def test_the_procfile_runs_with_honcho(tmp_path: Path) -> None:
    """Three servers and Redis, in one folder for the first time: one makes the key. A room is there
    on each of them."""
    base = free_port(3)
    ours = {"PORT": str(base), "REDIS_PORT": str(free_port()), "DATA_DIR": str(tmp_path)}
    process = await asyncio.to_thread(honcho, tmp_path / "told", **ours)
    try:
        ports = [base, base + 1, base + 2]
        await until(lambda: all(map(answers, ports)) or process.poll() is not None)
        first, key = f"http://127.0.0.1:{base}", (tmp_path / "operator.key").read_text().strip()
        room = await asyncio.to_thread(
            lambda: new_room(first, key, template="first-session-45", title="T")
        )
        link = room.urls["member"]
        async with RoomClient(link.replace(str(base), str(base + 2))) as anna:
            await anna.join("Anna")
    finally:
        process.send_signal(signal.SIGINT)
        code = await asyncio.to_thread(process.wait, 20)
    words = (tmp_path / "told").read_text()
    assert code in (0, -signal.SIGINT, 128 + signal.SIGINT), words
    assert "Traceback" not in words
    assert not any(map(answers, ports))


def answers(port: int) -> bool:
    """Whether somebody listens."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
