"""docs/operations.md: its configurations are run as they stand there, its promises are the
server's, and its backups can be restored."""

import asyncio
import contextlib
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from client.own_redis import OwnRedis, free_port
from client.room_client import RoomClient
from protocols import limits
from server.logs.redis_link import RedisLink
from server.promises import MODES
from server.redis_check import check
from server.settings import Settings
from tests.server.harness import until
from tests.server.serving import Process, RoomLinks

DOC: Final = (Path(__file__).resolve().parents[1] / "docs" / "operations.md").read_text("utf-8")
KEY: Final = "a-key-that-nobody-guesses"


def block(language: str, holds: str = "") -> str:
    """The one configuration in a language that holds some words."""
    found = [one for one in re.findall(rf"```{language}\n(.*?)```", DOC, re.DOTALL) if holds in one]
    assert len(found) == 1, (language, holds)
    return str(found[0])


def replaced(text: str, **by: str) -> str:
    """A configuration with what is this machine's own in the place of the example's."""
    for old, new in by.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


def needs(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.skip(f"{program} is not installed")
    return path


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


# Proxies


@contextlib.contextmanager
def running(*command: str | Path, told: Path, **environment: str) -> Iterator[None]:
    """A program that runs while the context is open."""
    with told.open("w") as log:
        process = subprocess.Popen(
            list(map(str, command)), stdout=log, stderr=log, env={**os.environ, **environment}
        )
    try:
        yield
    finally:
        process.terminate()
        process.wait(15)


def said(*command: str, **environment: str) -> str:
    """What a program prints until it ends."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )
    return done.stdout + done.stderr


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of our own for localhost, and its key."""
    openssl = needs("openssl")
    cert, key = folder / "cert.pem", folder / "key.pem"
    wanted = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split()
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([openssl, *wanted, *names], check=True, capture_output=True)
    return cert, key


@contextlib.asynccontextmanager
async def nginx(folder: Path, servers: list[int], port: int) -> AsyncIterator[Path]:
    """nginx with the documented site. Gives the certificate that is to be trusted."""
    program = needs("nginx")
    cert, key = certificate(folder)
    lines = "\n".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in servers)
    site = replaced(
        block("nginx"),
        **{
            "server 127.0.0.1:8000 max_fails=1 fail_timeout=2s;": lines,
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ": f"listen 127.0.0.1:{port} ",
            "oneroom.example;": "localhost;",
            "/etc/letsencrypt/live/oneroom.example/fullchain.pem": str(cert),
            "/etc/letsencrypt/live/oneroom.example/privkey.pem": str(key),
        },
    )
    places = "".join(
        f"{name}_temp_path {folder / name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"daemon off; pid {folder / 'pid'}; error_log stderr;\n"
        f"events {{ worker_connections 200; }}\nhttp {{\n{places}{site}}}\n"
    )
    (folder / "nginx.conf").write_text(whole)
    arguments = ("-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr")
    told = await asyncio.to_thread(said, program, "-t", *arguments)
    assert "test is successful" in told and "[warn]" not in told, told
    with running(program, *arguments, told=folder / "told"):
        await until(lambda: listens(port), "nginx listens")
        yield cert


@contextlib.asynccontextmanager
async def caddy(folder: Path, servers: list[int], port: int) -> AsyncIterator[Path]:
    """Caddy with the documented site, and certificates that it makes for itself."""
    program = needs("caddy")
    options = f"{{\n admin off\n local_certs\n skip_install_trust\n http_port {free_port()}\n}}\n"
    site = replaced(
        block("caddyfile"),
        **{
            "oneroom.example {": f"https://localhost:{port} {{",
            "127.0.0.1:8000": " ".join(f"127.0.0.1:{one}" for one in servers),
        },
    )
    (folder / "Caddyfile").write_text(options + site)
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    arguments = ("run", "--config", folder / "Caddyfile", "--adapter", "caddyfile")
    root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    with running(program, *arguments, told=folder / "told", **home):
        await until(lambda: root.exists() and listens(port), "Caddy listens")
        await until(lambda: shakes_hands(port, root), "Caddy has a certificate")
        yield root


def shakes_hands(port: int, root: Path) -> bool:
    trusting = ssl.create_default_context(cafile=str(root))
    with (
        contextlib.suppress(OSError),
        socket.create_connection(("127.0.0.1", port), 1) as plain,
        trusting.wrap_socket(plain, server_hostname="localhost"),
    ):
        return True
    return False


def guess(base: str, trusting: ssl.SSLContext, forged: str) -> int:
    """Try a code that no room has, from an address of one's own choice."""
    request = urllib.request.Request(f"{base}/api/join", b'{"code": "NOROOM"}')
    request.add_header("X-Forwarded-For", forged)
    try:
        with urllib.request.urlopen(request, timeout=10, context=trusting) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as why:
        with why:
            return why.code


def page(base: str, trusting: ssl.SSLContext) -> int:
    with urllib.request.urlopen(f"{base}/api/templates", timeout=10, context=trusting) as answer:
        return int(answer.status)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("proxy", [nginx, caddy])
async def test_a_room_works_through_the_documented_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: type
) -> None:
    """A websocket with TLS, the origin of the page, a dead server beside the living one, and
    addresses that nobody can choose."""
    folder, port = tmp_path / "proxy", free_port()
    folder.mkdir()
    base = f"https://localhost:{port}"
    server = Process(tmp_path / "data", PUBLIC_URL=base, TRUSTED_PROXY="127.0.0.1")
    server.port = free_port()
    await asyncio.to_thread(start, server)
    try:
        room = await asyncio.to_thread(server.new_room)
        async with proxy(folder, [free_port(), server.port], port) as cert:
            monkeypatch.setenv("SSL_CERT_FILE", str(cert))
            trusting = ssl.create_default_context()
            for _ in range(4):  # whichever of the two is asked first
                assert await asyncio.to_thread(page, base, trusting) == 200
            async with RoomClient(f"{base}/r/{room.code}", room.tokens["member"]) as anna:
                await anna.join("Anna")
            ws = f"wss://localhost:{port}/ws/{room.code}"
            async with connect(ws, origin=Origin(base), proxy=None):
                pass
            with pytest.raises(InvalidStatus, match="403"):
                async with connect(ws, origin=Origin("https://evil.example"), proxy=None):
                    pass
            tries = range(int(limits.GUESSES.burst) + 5)
            asked = (
                asyncio.to_thread(guess, base, trusting, f"198.51.100.{n}, 127.0.0.1")
                for n in tries
            )
            assert set(await asyncio.gather(*asked)) == {404, 429}
    finally:
        server.stop()


def start(server: Process) -> None:
    """Start it. With PUBLIC_URL it tells that one, and not its own port."""
    port = server.port
    server.process = server.popen()
    assert server.process.stdout is not None
    assert "serves on https://localhost" in server.process.stdout.readline() + (
        server.process.stdout.readline()
    )
    server.port = port


# systemd


@pytest.mark.parametrize("name", ["oneroom.service", "oneroom@.service"])
def test_systemd_takes_the_units(tmp_path: Path, name: str) -> None:
    program = needs("systemd-analyze")
    unit = tmp_path / name
    unit.write_text(
        replaced(
            block("ini", f"/{name}"),
            **{"/opt/oneroom/bin/oneroom serve": "/bin/true", "User=oneroom": "User=root"},
        )
    )
    checked = tmp_path / name.replace("@", "@8001")
    if checked != unit:
        checked.write_text(unit.read_text())
    told = said(program, "verify", str(checked))
    assert str(tmp_path) not in told, told


# Redis


def options(mode: str) -> list[str]:
    """The lines of a documented Redis configuration, as options of its command line."""
    found = []
    for line in block("redis", f", {mode}\n").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition(" ")
            found += [f"--{name}", value.strip('"')]
    return found


@pytest.mark.parametrize("mode", ["redis-safe", "redis-fast", "redis-ha"])
async def test_redis_as_documented_keeps_what_its_mode_promises(mode: str) -> None:
    """R9.2: and what is acknowledged can be written at all."""
    with contextlib.ExitStack() as stack:
        own = stack.enter_context(OwnRedis(*options(mode)))
        if mode == "redis-ha":
            replica = stack.enter_context(OwnRedis(*options(mode)))
            replica.cli("replicaof", "127.0.0.1", str(own.port))
            await until(lambda: "state=online" in own.cli("info", "replication"), "a replica")
        link = RedisLink(own.url)
        try:
            promise = await check(link, Settings(redis_url=own.url, durability=mode), KEY)
            assert (promise.mode, (await promise.now()).is_kept) == (mode, True)
        finally:
            await link.close()


def test_the_promises_are_told_in_the_servers_words() -> None:
    words = " ".join(DOC.split())
    for name, mode in MODES.items():
        for sentence in (mode.survives[1], mode.lost[1]):
            assert sentence in words, name


# Backups


def verified(**environment: str) -> str:
    """What `oneroom verify` says of the one log that there is."""
    told = said(sys.executable, "-m", "client.cli", "verify", **environment)
    found = re.findall(r"^\w+  \d+ entries, .*$", told, re.MULTILINE)
    assert len(found) == 1, told
    return str(found[0])


async def joined(server: Process, room: RoomLinks, *names: str) -> None:
    """So many people take a seat, one after the other."""
    for name in names:
        async with RoomClient(server.url(f"/r/{room.code}"), room.tokens["member"]) as client:
            await client.join(name)


async def test_a_copy_of_the_sqlite_file_and_the_key_is_the_whole_server(tmp_path: Path) -> None:
    server = Process(tmp_path / "data")
    await asyncio.to_thread(server.start)
    room = await asyncio.to_thread(server.new_room)
    await joined(server, room, "Anna")
    await asyncio.to_thread(server.stop)
    restored = tmp_path / "restored"
    restored.mkdir()
    for name in ("oneroom.sqlite3", "operator.key"):
        shutil.copy(tmp_path / "data" / name, restored)
    assert verified(DATA_DIR=str(restored)) == verified(DATA_DIR=str(tmp_path / "data"))
    again = Process(restored)
    await asyncio.to_thread(again.start)
    try:
        assert again.key == server.key
        await joined(again, room, "Boris")
    finally:
        await asyncio.to_thread(again.stop)


@pytest.mark.timeout(60)
async def test_a_copy_of_redis_folder_is_restored_and_running_servers_add_the_rest(
    tmp_path: Path,
) -> None:
    """R9.2: the folder is copied while Redis runs; then Redis loses its disk, gets the copy, and
    the server that still runs puts back what came after it."""
    with OwnRedis(folder=tmp_path / "redis") as own:
        settings = {"REDIS_URL": own.url, "OPERATOR_KEY": KEY}
        server = Process(tmp_path / "data", 0, **settings)
        await asyncio.to_thread(server.start)
        try:
            room = await asyncio.to_thread(server.new_room)
            await joined(server, room, "Anna")
            own.cli("config", "set", "auto-aof-rewrite-percentage", "0")
            await until(lambda: "aof_rewrite_in_progress:0" in own.cli("info", "persistence"))
            shutil.copytree(tmp_path / "redis" / "appendonlydir", tmp_path / "copy")
            await joined(server, room, "Boris", "Vera")
            async with RoomClient(server.url(f"/r/{room.code}"), room.tokens["member"]) as last:
                seq = last.replica.room.seq
            own.kill()
            shutil.rmtree(tmp_path / "redis" / "appendonlydir")
            shutil.copytree(tmp_path / "copy", tmp_path / "redis" / "appendonlydir")
            own.start()
            await joined(server, room, "Galina")
            told = await asyncio.to_thread(partial(verified, DATA_DIR=str(tmp_path), **settings))
            assert int(told.split()[1]) > seq, told
        finally:
            await asyncio.to_thread(server.stop)
