"""A server of one's own, as a process beside this one: to be measured, killed and started again."""

import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

from msgspec import Struct

from client.own_redis import free_port

CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")
SETTINGS: Final = ("HOST", "PUBLIC_URL", "REDIS_URL", "DURABILITY", "OPERATOR_KEY", "TRUSTED_PROXY")
"""What a server of one's own does not take over from around it."""


class Cpu(Struct, frozen=True):
    """CPU of a process so far, in seconds: exactly in all, and split by the kernel's ticks."""

    total_s: float
    user_s: float
    system_s: float

    def since(self, before: "Cpu") -> "Cpu":
        """What was used after an earlier reading."""
        return Cpu(
            self.total_s - before.total_s,
            self.user_s - before.user_s,
            self.system_s - before.system_s,
        )


class RoomLinks(Struct, frozen=True):
    """A room just made: its code, and its links by role."""

    code: str
    urls: dict[str, str]

    def at(self, base: str, role: str) -> str:
        """A role's link on another server of the same rooms."""
        link = urlsplit(self.urls[role])
        return f"{base}{link.path}#{link.fragment}"


def new_room(base: str, key: str, **wanted: Any) -> RoomLinks:
    """Have a server make a room. `wanted` as POST /api/rooms takes it. OSError or ValueError with
    what the server said where it does not."""
    request = urllib.request.Request(
        f"{base}/api/rooms",
        json.dumps(wanted).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            made = json.load(answer)
    except urllib.error.HTTPError as why:
        with why:
            raise ValueError(why.read().decode(errors="replace")) from None
    links = {link["role"]: urlsplit(link["url"]) for link in made["links"]}
    urls = {role: f"{base}{link.path}#{link.fragment}" for role, link in links.items()}
    return RoomLinks(made["code"], urls)


class OwnServer:
    """`oneroom serve` in a temporary folder on a free port of the loopback address. With `core` it
    runs on that CPU core alone; `environment` has further settings, as REDIS_URL."""

    def __init__(self, core: int | None = None, **environment: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="oneroom-")
        self._core = core
        self._environment = environment
        self._process: subprocess.Popen[str] | None = None
        self._used_s = 0.0
        self.port = 0
        self.apart = False
        """Whether Ctrl-C in the terminal is for this program alone, and not for the server too."""

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
        self._folder.cleanup()

    @property
    def data_dir(self) -> Path:
        """Its DATA_DIR."""
        return Path(self._folder.name) / "data"

    @property
    def base(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None, "it is running"
        return self._process.pid

    @property
    def key(self) -> str:
        """Its operator's key."""
        given = self._environment.get("OPERATOR_KEY")
        return given or (self.data_dir / "operator.key").read_text().strip()

    @property
    def is_running(self) -> bool:
        """Whether it was started and not stopped since."""
        return self._process is not None

    def start(self) -> None:
        """Start it, on the port it had before if it had one. RuntimeError with its last words
        where it does not come up."""
        environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}
        self.port = self.port or free_port()
        environment |= {"PORT": str(self.port), "DATA_DIR": str(self.data_dir)}
        environment |= self._environment
        log = Path(self._folder.name) / "server.log"
        pinned = [] if self._core is None else ["taskset", "-c", str(self._core)]
        with log.open("a") as errors:
            self._process = subprocess.Popen(
                [*pinned, sys.executable, "-m", "client.cli", "serve"],
                cwd=Path(__file__).resolve().parent.parent,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                process_group=0 if self.apart else None,
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if "serves on" in line:
                return
        raise RuntimeError(f"the server did not start:\n{log.read_text()[-2000:]}")

    def kill(self) -> None:
        """kill -9."""
        self._used_s += self.cpu().total_s
        assert self._process is not None
        self._process.kill()
        self._gone()

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        if self._process is not None:
            self._process.terminate()
            self._gone()

    def _gone(self) -> None:
        assert self._process is not None and self._process.stdout is not None
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._process = None

    def used_s(self) -> float:
        """CPU seconds of all its lives."""
        return self._used_s + (self.cpu().total_s if self._process is not None else 0.0)

    def cpu(self) -> Cpu:
        """CPU of all its threads so far, from the scheduler's own account."""
        return cpu_of(self.pid)

    def rss_kb(self) -> int:
        """Its resident memory in KiB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0

    def metrics(self) -> str:
        """Its page of figures."""
        request = urllib.request.Request(
            f"{self.base}/metrics", headers={"Authorization": f"Bearer {self.key}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            page: str = answer.read().decode()
        return page


def cpu_of(pid: int) -> Cpu:
    """CPU of a process so far: nanoseconds from schedstat of each thread, ticks from stat."""
    total = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((thread / "schedstat").read_text().split()[0])
        except OSError:
            continue  # the thread ended meanwhile
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(after_name[11]), int(after_name[12])
    return Cpu(total / 1e9, user / CLOCK_TICKS, system / CLOCK_TICKS)
