"""Processes that a test started: their children, and putting them to sleep."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Iterable, Iterator
from glob import glob
from pathlib import Path
from typing import Final

import pytest

GONE_S: Final = 10.0


def program(*names: str) -> str:
    """Where the first of these programs is that there is; a name with a slash is a pattern of
    paths. The test skips where none is, or fails if ONEROOM_REQUIRE_BROWSERS wants them all."""
    for name in names:
        places = glob(name) if "/" in name else [shutil.which(name)]
        for place in filter(None, places):
            return place
    absent = f"no {names[0]}; `make test-browsers` installs it"
    if os.environ.get("ONEROOM_REQUIRE_BROWSERS") == "1":
        pytest.fail(absent)
    pytest.skip(absent)


def family(pid: int) -> dict[int, str]:
    """All processes that descend from one, with their command lines."""
    parents: dict[int, int] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            child = int(folder.name)
            parents[child] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            commands[child] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    found = {pid}
    while grown := {child for child, parent in parents.items() if parent in found} - found:
        found |= grown
    return {child: commands[child] for child in found if child in commands}


@contextlib.contextmanager
def asleep(pids: Iterable[int]) -> Iterator[None]:
    """Stop processes where they stand, and let them go on."""
    stopped = list(pids)
    assert stopped, "there is somebody to put to sleep"
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a process to end, with all its descendants, and make sure."""
    pids = list(family(process.pid))
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GONE_S)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    await process.wait()
