"""Whose word is taken for a phone's address, with headers that anybody can forge."""

import asyncio
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from protocols import limits
from server.settings import SettingsError, from_environment
from tests.server.phones import Phone
from tests.server.serving import Process

GUESSES = int(limits.GUESSES.burst)


def guess(server: Process, forwarded: str | None = None) -> int:
    """Try a code that no room has; the status of the answer."""
    request = urllib.request.Request(server.url("/api/join"), b'{"code": "NOROOM"}')
    if forwarded is not None:
        request.add_header("X-Forwarded-For", forwarded)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            status: int = answer.status
    except urllib.error.HTTPError as why:
        with why:
            status = why.code
    return status


async def tried(server: Process, times: int, forwarded: str) -> set[int]:
    """Guess so many times; `{n}` in the header becomes another number each time."""
    asked = (asyncio.to_thread(guess, server, forwarded.format(n=n)) for n in range(times))
    return set(await asyncio.gather(*asked))


async def test_nobody_chooses_an_address_where_no_proxy_is_named(tmp_path: Path) -> None:
    """The header is no way around the limit, not even from this machine, where a plain forwarder
    may stand; and the log tells once what is missing."""
    server = Process(tmp_path / "data").start()
    try:
        found = await tried(server, GUESSES + 20, "198.51.100.{n}")
        assert found == {404, 429}, "all of them count as one"
        assert guess(server) == 429
    finally:
        server.stop()
    assert server.errors().count("TRUSTED_PROXY") == 1


async def test_a_trusted_proxy_tells_phones_apart(tmp_path: Path) -> None:
    server = Process(tmp_path / "data", TRUSTED_PROXY="127.0.0.1").start()
    try:
        assert await tried(server, GUESSES + 20, "198.51.100.7") == {404, 429}
        assert guess(server, "198.51.100.7") == 429
        assert guess(server, "198.51.100.8") == 404, "another phone has its own"
        assert guess(server) == 404, "and so has the proxy itself"
        headers: dict[str, Any] = {"X-Forwarded-For": "198.51.100.7"}
        phone = await Phone(server, "NOROOM", "").open(**headers)
        assert await phone.ended() == 4429, "a websocket's address is told in the same way"
    finally:
        server.stop()
    assert "TRUSTED_PROXY" not in server.errors()


async def test_what_a_phone_forges_stands_before_what_the_proxy_adds(tmp_path: Path) -> None:
    """A proxy appends the address it sees; what the phone wrote there itself is not believed, nor
    what it says to come from a trusted one."""
    server = Process(tmp_path / "data", TRUSTED_PROXY="127.0.0.1, 10.0.0.0/24").start()
    try:
        forged = await tried(server, GUESSES + 20, "192.0.2.{n}, 198.51.100.7")
        assert forged == {404, 429}
        for way in ("10.0.0.5, 198.51.100.7", "192.0.2.1, 198.51.100.7, 10.0.0.5"):
            assert guess(server, way) == 429, way
        assert guess(server, "192.0.2.1") == 404
    finally:
        server.stop()


async def test_a_stranger_is_not_believed_for_there_is_a_trusted_proxy(tmp_path: Path) -> None:
    server = Process(tmp_path / "data", TRUSTED_PROXY="10.0.0.1").start()
    try:
        assert await tried(server, GUESSES + 20, "10.0.0.{n}") == {404, 429}
    finally:
        server.stop()


def test_proxies_that_cannot_be_trusted_are_told() -> None:
    for wrong in ("*", "proxy", "10.0.0.1/24", "0.0.0.0/0", "::/0", "127.0.0.1 10.0.0.1"):
        with pytest.raises(SettingsError, match="TRUSTED_PROXY"):
            from_environment({"TRUSTED_PROXY": wrong})
    settings = from_environment({"TRUSTED_PROXY": " 127.0.0.1,::1 , 10.0.0.0/24,"})
    assert settings.trusted_proxies == ("127.0.0.1", "::1", "10.0.0.0/24")
    assert from_environment({}).trusted_proxies == ()
