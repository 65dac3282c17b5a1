"""A Redis of one's own, as a process beside this one: for the cluster on one machine, for
measurements, and to be killed, frozen and cut by tests."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

START_S: Final = 10.0
SAFE: Final = ("--save", "", "--appendonly", "yes", "--appendfsync", "always")
"""What keeps every acknowledged write: the append-only file, synced before each answer."""


class OwnRedis:
    """`redis-server` on a free port of the loopback address. `options` are those of its command
    line; later ones win over ours. Without `folder` it keeps its data in a temporary one.
    `environment` has what is set beside our own environment."""

    def __init__(
        self,
        *options: str,
        folder: Path | None = None,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._options = options
        self._environment = dict(os.environ) | dict(environment or {})
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="oneroom-redis-")
        self.folder = folder or Path(self._temporary.name if self._temporary else "")
        self.port = port
        self.apart = False
        """Whether Ctrl-C in the terminal is for this program alone, and not for Redis as well."""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if self._temporary is not None:
            self._temporary.cleanup()

    @property
    def url(self) -> str:
        """What REDIS_URL is to be."""
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it is running"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._process is not None

    @property
    def log(self) -> str:
        """What it has written about itself."""
        path = self.folder / "redis.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it, on the port it had before if it had one, and wait until it answers.
        RuntimeError where it is not installed or does not come up."""
        program = shutil.which("redis-server")
        if program is None:
            raise RuntimeError(
                "redis-server is not installed (on Debian: apt-get install redis-server)"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = self.port or free_port()
        place = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        with (self.folder / "redis.log").open("ab") as told:
            self._process = subprocess.Popen(
                [program, *place, *SAFE, *self._options],
                env=self._environment,
                stdout=told,
                stderr=told,
                process_group=0 if self.apart else None,
            )
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(0.01)
        self.kill()
        raise RuntimeError(f"redis-server did not start:\n{self.log[-2000:]}")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"PING\r\n")
                answer = probe.recv(64)
        except OSError:
            return False
        return answer.startswith((b"+PONG", b"-NOAUTH"))

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        writers = children_of(process.pid)
        process.send_signal(signal.SIGCONT)
        process.send_signal(how)
        for pid in writers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def freeze(self) -> None:
        """Have it stand still, with its connections open."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def aof_files(self) -> list[Path]:
        """The parts of its append-only file, oldest first."""
        return sorted(
            self.folder.rglob("appendonly.aof.*.aof"),  # a rewrite makes others, which vanish
            key=lambda path: (path.stat().st_mtime_ns, path.name),
        )

    def cut(self, size: int) -> None:
        """Take so many bytes off the end of the append-only file, as a power failure does with
        what was not synced. Only while it is down."""
        assert self._process is None, "it must be down"
        newest = [path for path in self.aof_files() if ".incr." in path.name][-1]
        os.truncate(newest, max(0, newest.stat().st_size - size))

    def cli(self, *words: str) -> str:
        """What redis-cli prints for one command."""
        done = subprocess.run(
            ["redis-cli", "-p", str(self.port), *words],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return done.stdout.strip() or done.stderr.strip()


def children_of(pid: int) -> list[int]:
    """The processes that a process has begun. One that writes Redis' file anew also holds its port,
    and would outlive it."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def free_port(in_a_row: int = 1) -> int:
    """A port of the loopback address that nobody uses just now, or the first of so many in a row.
    It is below those that systems give to whoever connects, so it can be had again after a
    restart."""
    while True:
        first = random.randrange(10_000, 30_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for port in range(first, first + in_a_row):
                stack.enter_context(socket.create_server(("127.0.0.1", port)))
            return first
