"""Other servers to be measured beside ours, where their programs are in a folder of their own:
`servers/floor.c`, `servers/asgi_app.py`, `servers/node_ws.js`, `servers/sio.js`, and
`node_modules` or `node/node_modules` beside `servers`."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec import Struct

FLOOR: Final = "C floor"
"""The peer that does nothing but write a prepared frame to everybody."""
START_S: Final = 10.0


class PeerError(RuntimeError):
    """A peer could not be run; the text says why."""


class Peer(Struct, frozen=True):
    """Another server: its command, to which the port is given, and how it is spoken to."""

    name: str
    command: Callable[[int], list[str]]
    speech: str = "raw"
    environment: dict[str, str] = {}


def find(folder: Path | None, scratch: Path) -> tuple[list[Peer], list[str]]:
    """The peers that can be run here, the floor first, and a line for each that cannot. What has
    to be compiled goes to `scratch`."""
    if folder is None:
        return [], ["all peers: name their folder with --peers or ONEROOM_PEERS"]
    found: list[Peer] = []
    skipped: list[str] = []
    finders: tuple[Callable[[], Peer], ...] = (
        lambda: floor(folder / "servers" / "floor.c", scratch),
        lambda: starlette(folder / "servers"),
        lambda: node(folder, "node ws", "node_ws.js", "ws", "raw"),
        lambda: node(folder, "socket.io", "sio.js", "socket.io", "socket.io"),
    )
    for finder in finders:
        try:
            found.append(finder())
        except PeerError as why:
            skipped.append(str(why))
    return found, skipped


def floor(source: Path, scratch: Path) -> Peer:
    """The floor, compiled. PeerError where it is absent or there is nothing to compile it with."""
    if not source.is_file():
        raise PeerError(f"{FLOOR}: no servers/floor.c")
    if shutil.which("cc") is None:
        raise PeerError(f"{FLOOR}: no C compiler (cc)")
    program = scratch / "floor"
    made = subprocess.run(
        ["cc", "-O2", "-o", str(program), str(source), "-lcrypto"],
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        if "openssl/" in made.stderr or "lcrypto" in made.stderr:
            raise PeerError(f"{FLOOR}: the headers or the library of OpenSSL are missing")
        raise PeerError(f"{FLOOR}: {made.stderr.strip()[-300:]}")
    return Peer(FLOOR, lambda port: [str(program), str(port)])


def starlette(servers: Path) -> Peer:
    """A plain loop over the connections of an ASGI application, as one would first write it."""
    if not (servers / "asgi_app.py").is_file():
        raise PeerError("starlette loop: no servers/asgi_app.py")
    start = [sys.executable, "-m", "uvicorn", "asgi_app:app", "--app-dir", str(servers)]
    fixed = ["--host", "127.0.0.1", "--backlog", "4096", "--log-level", "warning"]
    plain = ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false"]
    return Peer(
        "starlette loop",
        lambda port: [*start, *fixed, *plain, "--port", str(port)],
        environment={"SEND": "loop", "POLICY": "naive", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def node(folder: Path, name: str, script: str, module: str, speech: str) -> Peer:
    """A server in JavaScript. PeerError without Node or the module that it needs."""
    source = folder / "servers" / script
    homes = (folder / "node_modules", folder / "node" / "node_modules")
    modules = next((home for home in homes if (home / module).is_dir()), None)
    if not source.is_file():
        raise PeerError(f"{name}: no servers/{script}")
    if modules is None:
        raise PeerError(f"{name}: no node_modules/{module}")
    if shutil.which("node") is None:
        raise PeerError(f"{name}: no Node")
    environment = {"NODE_PATH": str(modules)}
    return Peer(name, lambda port: ["node", str(source), str(port)], speech, environment)


@contextlib.contextmanager
def serving(peer: Peer, core: int) -> Iterator[tuple[str, int]]:
    """Run a peer on one core. Gives its address and process id. PeerError if it does not start."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["taskset", "-c", str(core), *peer.command(port)],
        env={**os.environ, **peer.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(peer, process, port)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.kill()
        process.wait()


def _wait(peer: Peer, process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise PeerError(f"{peer.name}: it does not start") from None
            time.sleep(0.05)
