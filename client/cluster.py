"""`oneroom cluster`: Redis, several servers and a proxy in front of them, on this machine.

For trying out what many servers do: kill one by its process id and see that nobody notices. What
ends unasked is started again after a second. HOST, PORT, PUBLIC_URL and DATA_DIR hold for all of
it, as they do for `oneroom serve`; it is kept in DATA_DIR/cluster and there at the next start.
"""

import argparse
import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from client.own_redis import SAFE, free_port
from client.proxy import Proxy, ProxyError, Target
from client.serve import loop_factory, prepare, raise_file_limit, reachable, say
from server.settings import Settings, from_environment

ROOT: Final = Path(__file__).resolve().parent.parent
SERVERS: Final = 3
MOST_SERVERS: Final = 16
START_S: Final = 30.0
AGAIN_S: Final = 1.0
"""How long after its end a process is started again."""
STOP_S: Final = 10.0
"""How long a process may take to stop before it is killed."""
LINE_BYTES: Final = 1 << 20
LOOK_S: Final = 0.05
STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ClusterError(RuntimeError):
    """The cluster cannot begin; the text says why and what to do."""


class Part:
    """One process of the cluster. It has a session of its own, so that Ctrl-C in the terminal
    reaches the cluster alone, which then stops its parts in order."""

    def __init__(
        self, name: str, command: Sequence[str], environment: dict[str, str], keeps: int = -1
    ) -> None:
        self.name = name
        self._command = list(command)
        self._environment = environment
        self._keeps = [keeps] if keeps >= 0 else []
        self._process: asyncio.subprocess.Process | None = None
        self._running: asyncio.Task[None] | None = None
        self._stops = False

    async def start(self, *further: str, shows: bool = False) -> None:
        """Start it, with `further` arguments this once, and watch over it from then on. With
        `shows` what it prints is for the person who started the cluster."""
        await self._spawn(further, shows=shows)
        self._running = asyncio.create_task(self._watch(), name=self.name)

    async def _spawn(self, further: Sequence[str] = (), *, shows: bool = False) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            *further,
            cwd=ROOT,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=None if shows else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            pass_fds=self._keeps,
            start_new_session=True,
        )

    async def _watch(self) -> None:
        while True:
            process = self._process
            assert process is not None, "it was started"
            await self._repeat_errors(process)
            code = await process.wait()
            if self._stops:
                return
            how = f"signal {-code}" if code < 0 else f"code {code}"
            say(f"{self.name} ended ({how}) and is started again")
            await asyncio.sleep(AGAIN_S)
            if self._stops:
                return
            await self._spawn()

    async def _repeat_errors(self, process: asyncio.subprocess.Process) -> None:
        """Say after it what it writes to standard error, with its name."""
        assert process.stderr is not None
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:  # longer than any line that is worth reading
                continue
            if not line:
                return
            sys.stderr.write(f"{self.name} | {line.decode(errors='replace')}")
            sys.stderr.flush()

    @property
    def has_ended(self) -> bool:
        """Whether it is not running just now."""
        return self._process is None or self._process.returncode is not None

    async def stop(self) -> None:
        """Ask it to stop and wait; kill it where it does not."""
        self._stops = True
        if self._running is None or self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(self._running), STOP_S)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._running


# Its parts


def redis_part(folder: Path, port: int, keeps: int) -> Part:
    """Redis that keeps every acknowledged command through a power cut. ClusterError where it is
    not installed."""
    program = shutil.which("redis-server")
    if program is None:
        raise ClusterError(
            "redis-server is not installed (on Debian: apt-get install redis-server)"
        )
    folder.mkdir(parents=True, exist_ok=True)
    place = ("--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder))
    told = ("--loglevel", "warning", "--logfile", str(folder / "redis.log"))
    return Part("redis", [program, *place, *SAFE, *told], dict(os.environ), keeps)


def server_part(number: int, settings: Settings) -> Part:
    """One server, as `oneroom serve` with these settings."""
    own = {
        "HOST": settings.host,
        "PORT": str(settings.port),
        "DATA_DIR": str(settings.data_dir),
        "PUBLIC_URL": settings.public_url,
        "REDIS_URL": settings.redis_url,
        "OPERATOR_KEY": settings.operator_key,
    }
    command = [sys.executable, "-m", "client.cli", "serve"]
    return Part(f"web-{number}", command, {**os.environ, **own})


async def _redis_answers(port: int) -> bool:
    """Whether it serves; while it still reads its file, it does not."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"PING\r\n")
            return (await reader.readline()).startswith(b"+PONG")
        finally:
            writer.transport.abort()
    except OSError:
        return False


async def _server_answers(target: Target) -> bool:
    await target.check()
    return target.answers


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[int]:
    """The folder for this cluster alone: two Redis on one file would spoil it. Gives the lock,
    which Redis holds too, should it outlive us. ClusterError where another cluster has it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = (folder / "lock").open("w")
    except OSError as why:
        raise ClusterError(
            f"{folder} cannot be used ({why.strerror}): make it writable, or set another DATA_DIR"
        ) from None
    with opened as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ClusterError(
                f"{folder} is in use by another cluster: stop that one, or set another DATA_DIR"
            ) from None
        yield lock.fileno()


@contextlib.asynccontextmanager
async def cluster(settings: Settings, servers: int, lock: int) -> AsyncIterator[None]:
    """A cluster that runs while the context is open, with the Redis that `settings` names; its
    first server prints the demo room."""
    folder = settings.data_dir
    redis_port = urlsplit(settings.redis_url).port or 0
    targets = [Target("127.0.0.1", free_port()) for _ in range(servers)]
    redis = redis_part(folder / "redis", redis_port, lock)
    proxy = Proxy(targets, settings.host, settings.port)
    await proxy.start()
    public = settings.public_url or reachable(settings.host, proxy.port)
    settings = replace(settings, public_url=public, host="127.0.0.1")
    web = [
        server_part(n, replace(settings, port=target.port, data_dir=folder / f"web-{n}"))
        for n, target in enumerate(targets, 1)
    ]
    try:
        await redis.start()
        await _until(redis, partial(_redis_answers, redis_port))
        say(f"{servers} servers behind one port, and Redis. Ctrl-C stops them all.")
        await web[0].start("--demo", shows=True)
        for part in web[1:]:
            await part.start()
        for part, target in zip(web, targets, strict=True):
            await _until(part, partial(_server_answers, target))
        yield
    finally:
        proxy.close()
        await asyncio.gather(*(part.stop() for part in web))
        await proxy.stop(0)
        await redis.stop()


async def _until(part: Part, answers: Callable[[], Awaitable[bool]]) -> None:
    """Wait until a part does its work. ClusterError where it does not come up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(START_S):
            while not await answers():
                if part.has_ended:
                    raise ClusterError(f"{part.name} did not start; it said why above")
                await asyncio.sleep(LOOK_S)
            return
    raise ClusterError(f"{part.name} does not answer after {START_S:.0f} s")


# The command


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `oneroom cluster`."""
    parser.add_argument("--servers", type=int, default=SERVERS, choices=range(1, MOST_SERVERS + 1))


def run(options: argparse.Namespace) -> int:
    """`oneroom cluster`: 0 when it was told to stop, 2 where it could not begin."""
    raise_file_limit()
    try:
        if os.environ.get("REDIS_URL"):
            raise ClusterError(
                "REDIS_URL is set, but a cluster starts a Redis of its own: unset REDIS_URL"
            )
        own = f"redis://127.0.0.1:{free_port()}/0"
        settings = from_environment({**os.environ, "REDIS_URL": own})
        settings = replace(settings, data_dir=settings.data_dir / "cluster")
        with alone(settings.data_dir) as lock, asyncio.Runner(loop_factory=loop_factory()) as loop:
            settings = replace(settings, operator_key=prepare(settings))
            loop.run(_run(settings, options.servers, lock))
    except (ClusterError, ProxyError) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    except asyncio.CancelledError:
        return 0
    return 0


async def _run(settings: Settings, servers: int, lock: int) -> None:
    loop, work = asyncio.get_running_loop(), asyncio.current_task()
    assert work is not None

    def stop() -> None:
        for number in STOPPING:  # once is enough, and stopping must not be cut short
            loop.add_signal_handler(number, lambda: None)
        work.cancel()

    for number in STOPPING:
        loop.add_signal_handler(number, stop)
    async with cluster(settings, servers, lock):
        await asyncio.Event().wait()
