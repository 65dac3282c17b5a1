"""R9.2, through Redis: a server promises what its Redis keeps and no more, says so at once when
that changes, and refuses a Redis that would lose or mix up rooms, in one sentence.

All with real Redis processes; only a version older than any that can be installed is played.
"""

import asyncio
import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from client.own_redis import OwnRedis
from rooms.moderation import ErasePerson
from server import promises, redis_check
from server.logs.base import RoomRecord
from server.promises import FLAWS, MODES, NOTHING, UNKNOWN, Promise, Standing, flaws, strongest
from server.redis_check import check
from server.redis_claim import ABOUT, fingerprint, fits
from server.redis_facts import Facts
from server.settings import EMBEDDED, REDIS, Settings, SettingsError
from tests.server.harness import until
from tests.server.phones import People
from tests.server.redises import Lines
from tests.server.serving import CLEAN, Process, ask

KEY = "k" * 32
SAFE = Facts("7.0.15", "master", 1, True, "always", False, 0, "noeviction")
"""A Redis that keeps the strongest promise."""


@contextlib.contextmanager
def pair() -> Iterator[tuple[OwnRedis, OwnRedis]]:
    """A primary and its replica, which may still be connecting."""
    with (
        OwnRedis("--repl-diskless-sync-delay", "0") as primary,
        OwnRedis("--replicaof", "127.0.0.1", str(primary.port)) as replica,
    ):
        yield primary, replica


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not answer now will not answer later either."""
    monkeypatch.setattr(redis_check, "WAIT_S", 0.0)


async def begin(lines: Lines, url: str, durability: str = "", key: str = KEY) -> Promise:
    """Check a Redis as a starting server does."""
    return await check(lines(url), Settings(redis_url=url, durability=durability), key)


async def refused(lines: Lines, url: str, durability: str = "", key: str = KEY) -> str:
    """Why a server does not start with this Redis."""
    with pytest.raises(SettingsError) as why:
        await begin(lines, url, durability, key)
    assert "\n" not in str(why.value)
    return str(why.value)


# The words


def test_every_mode_has_its_promise_in_both_languages() -> None:
    """R9.1: what an acknowledgement survives, and what it does not."""
    assert set(MODES) == {*EMBEDDED, *REDIS}
    for mode in (*MODES.values(), NOTHING, UNKNOWN):
        for ru, en in (mode.survives, mode.lost):
            assert ru.endswith(".") and en.endswith(".") and ru != en
    for flaw in FLAWS.values():
        assert all(flaw.told) and all(flaw.remedy)


# The judgement


@pytest.mark.parametrize(
    ("changes", "mode", "why", "keeps"),
    [
        ({}, "redis-ha", (), "redis-ha"),
        ({}, "redis-fast", (), "redis-fast"),
        ({"replicas": 0}, "redis-ha", ("no_replica",), "redis-safe"),
        ({"replicas": 0}, "redis-safe", (), "redis-safe"),
        ({"sync": "everysec"}, "redis-ha", ("each_second",), "redis-fast"),
        ({"sync": "everysec"}, "redis-safe", ("each_second",), "redis-fast"),
        ({"sync": "everysec"}, "redis-fast", (), "redis-fast"),
        ({"sync": "no"}, "redis-fast", ("no_sync",), ""),
        ({"sync": ""}, "redis-fast", ("unknown",), ""),
        ({"pauses_sync": True}, "redis-safe", ("pauses_sync",), ""),
        ({"appends_to_file": False}, "redis-fast", ("no_file",), ""),
        ({"most_memory": 1 << 30}, "redis-safe", (), "redis-safe"),
        ({"policy": "allkeys-lru"}, "redis-safe", (), "redis-safe"),
        (
            {"most_memory": 1 << 30, "policy": "volatile-ttl", "replicas": 0},
            "redis-ha",
            ("evicts", "no_replica"),
            "",
        ),
        ({"role": "slave"}, "redis-fast", ("read_only",), ""),
    ],
)
def test_what_is_kept_follows_from_how_redis_is_set_up(
    changes: dict[str, Any], mode: str, why: tuple[str, ...], keeps: str
) -> None:
    found = flaws([replace(SAFE, **changes)], mode)
    assert found == why
    assert strongest(found, mode) == keeps


@pytest.mark.parametrize(
    ("version", "old"),
    [("6.2.14", True), ("7.0.0", False), ("8.2", False), ("255.255.255", False), ("?", True)],
)
def test_seven_is_new_enough(version: str, old: bool) -> None:
    assert replace(SAFE, version=version).is_too_old is old


# The start


async def test_without_a_mode_named_the_promise_is_what_redis_keeps(
    redis: OwnRedis, lines: Lines
) -> None:
    assert (await begin(lines, redis.url)).mode == "redis-safe"
    redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    promise = await begin(lines, redis.url)
    assert promise.mode == "redis-fast"
    assert promise.standing.is_kept and promise.standing.words == MODES["redis-fast"]


async def test_a_weaker_mode_than_redis_keeps_may_be_named(redis: OwnRedis, lines: Lines) -> None:
    promise = await begin(lines, redis.url, "redis-fast")
    assert promise.mode == "redis-fast" and promise.standing.is_kept


async def test_a_stronger_mode_than_redis_keeps_is_refused(redis: OwnRedis, lines: Lines) -> None:
    redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    told = await refused(lines, redis.url, "redis-safe")
    assert "DURABILITY is redis-safe" in told and "appendfsync everysec" in told
    assert "set appendfsync always, or set DURABILITY to redis-fast" in told
    redis.cli("CONFIG", "SET", "appendfsync", "always")
    told = await refused(lines, redis.url, "redis-ha")
    assert "no replica connected" in told and "set DURABILITY to redis-safe" in told


@pytest.mark.parametrize("durability", ["", "redis-fast", "redis-safe"])
@pytest.mark.parametrize(
    ("settings", "remedy"),
    [
        ({"appendonly": "no"}, "set appendonly yes"),
        ({"appendfsync": "no"}, "set appendfsync always"),
        ({"no-appendfsync-on-rewrite": "yes"}, "set no-appendfsync-on-rewrite no"),
        (
            {"maxmemory": "100mb", "maxmemory-policy": "allkeys-lru"},
            "set maxmemory-policy noeviction",
        ),
        (
            {"maxmemory": "100mb", "maxmemory-policy": "volatile-lfu"},
            "set maxmemory-policy noeviction",
        ),
    ],
)
async def test_a_redis_that_would_lose_rooms_is_refused(
    redis: OwnRedis, lines: Lines, settings: dict[str, str], remedy: str, durability: str
) -> None:
    for name, value in settings.items():
        redis.cli("CONFIG", "SET", name, value)
    told = await refused(lines, redis.url, durability)
    assert told.endswith(remedy)
    assert redis.cli("DBSIZE") == "0", "nothing was written"


async def test_a_limit_of_memory_without_eviction_will_do(redis: OwnRedis, lines: Lines) -> None:
    redis.cli("CONFIG", "SET", "maxmemory", "100mb")
    assert (await begin(lines, redis.url)).standing.is_kept


async def test_a_full_redis_is_told(redis: OwnRedis, lines: Lines) -> None:
    redis.cli("CONFIG", "SET", "maxmemory", "1")
    assert "is full and takes nothing new: raise its maxmemory" in await refused(lines, redis.url)


async def test_a_replica_is_refused_and_makes_its_primary_fit_for_ha(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pair() as (primary, replica):
        told = await refused(lines, replica.url)
        assert "read-only replica: give REDIS_URL the address of its primary" in told
        monkeypatch.setattr(redis_check, "WAIT_S", 10.0)  # it needs a moment to connect
        promise = await begin(lines, primary.url, "redis-ha")
        assert promise.mode == "redis-ha" and promise.standing.is_kept
        assert (await begin(lines, primary.url)).mode == "redis-safe", "used only where named"


# What answers, and what does not


async def test_no_answer_is_told(free_port: int, lines: Lines) -> None:
    told = await refused(lines, f"redis://:secret@127.0.0.1:{free_port}/0")
    assert told.startswith(f"Redis at 127.0.0.1:{free_port} cannot be reached (")
    assert told.endswith("start it, or mend REDIS_URL") and "secret" not in told


async def test_an_unknown_host_is_told(lines: Lines) -> None:
    assert "cannot be reached" in await refused(lines, "redis://no-such-host.invalid/0")


async def test_a_frozen_redis_is_told(lines: Lines) -> None:
    with OwnRedis() as frozen:
        frozen.freeze()
        assert "cannot be reached" in await refused(lines, frozen.url)


async def test_a_redis_that_starts_a_moment_later_is_waited_for(
    free_port: int, tmp_path: Path, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_check, "WAIT_S", 15.0)
    late = OwnRedis(folder=tmp_path, port=free_port)
    beginning = asyncio.create_task(begin(lines, late.url))
    await asyncio.sleep(0)
    try:
        await asyncio.to_thread(late.start)
        assert (await beginning).mode == "redis-safe"
    finally:
        late.stop()


async def test_passwords_are_asked_for_and_checked(lines: Lines) -> None:
    with OwnRedis("--requirepass", "right-one") as locked:
        at = f"127.0.0.1:{locked.port}"
        assert "wants a password: put it in REDIS_URL" in await refused(lines, locked.url)
        told = await refused(lines, f"redis://:wrong-one@{at}/0")
        assert "does not take the name and password" in told and "wrong-one" not in told
        assert (await begin(lines, f"redis://:right-one@{at}/0")).mode == "redis-safe"


async def test_a_database_that_is_not_there_is_told(redis: OwnRedis, lines: Lines) -> None:
    assert "end REDIS_URL with /0" in await refused(lines, redis.url.replace("/0", "/99"))


async def test_an_option_that_there_is_not_is_told(redis: OwnRedis, lines: Lines) -> None:
    assert "REDIS_URL has an option" in await refused(lines, redis.url + "?colour=red")


async def test_what_is_no_redis_is_told(lines: Lines) -> None:
    async def web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(web, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        told = await refused(lines, f"redis://127.0.0.1:{port}/0")
    assert told == f"what answers at 127.0.0.1:{port} is no Redis: mend REDIS_URL"


async def test_a_redis_too_old_is_refused(lines: Lines) -> None:
    """The only Redis that is played: none so old can be installed beside the one in use."""
    info = b"redis_version:6.2.14\r\nrole:master\r\naof_enabled:1\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            words = [
                (await reader.readexactly(int((await reader.readline())[1:]) + 2))[:-2].upper()
                for _ in range(int(line[1:]))
            ]
            if words[0] == b"INFO":
                writer.write(b"$%d\r\n%s\r\n" % (len(info), info))
            elif words[0] == b"HELLO":
                writer.write(b"%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$5\r\nproto\r\n:3\r\n")
            else:
                writer.write(b"+OK\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        line = lines(f"redis://127.0.0.1:{port}/0")
        settings = Settings(redis_url=f"redis://127.0.0.1:{port}/0", durability="redis-ha")
        with pytest.raises(SettingsError, match=r"is version 6\.2\.14: take 7\.0 or newer"):
            await check(line, settings, KEY)
        await line.close()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for this machine that nobody has signed, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    paths = tmp_path / "certificate.pem", tmp_path / "key.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext".split()
    name = ["subjectAltName=IP:127.0.0.1", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(["openssl", *words, *name], check=True, capture_output=True)
    return paths


async def test_redis_is_spoken_to_by_tls_where_its_certificate_is_trusted(
    certificate: tuple[Path, Path], free_port: int, lines: Lines
) -> None:
    files = ("--tls-cert-file", str(certificate[0]), "--tls-key-file", str(certificate[1]))
    with OwnRedis("--tls-port", str(free_port), *files, "--tls-auth-clients", "no"):
        url = f"rediss://127.0.0.1:{free_port}/0"
        assert "is not trusted: name the file" in await refused(lines, url)
        told = await refused(lines, f"{url}?ssl_ca_certs={certificate[0]}.gone")
        assert told == "a file that REDIS_URL names is not there: mend its path"
        promise = await begin(lines, f"{url}?ssl_ca_certs={certificate[0]}")
        assert promise.standing.is_kept


# What its access list lets us know and do


def listed(*rules: str) -> OwnRedis:
    """A Redis whose users may do only what these rules of its access list say."""
    return OwnRedis("--user", "default", "on", "nopass", *rules)


async def test_where_nothing_is_known_nothing_is_claimed(lines: Lines) -> None:
    with listed("~oneroom:*", "&oneroom:*", "+@all", "-config") as redis:
        promise = await begin(lines, redis.url)
        standing = promise.standing
        assert standing.mode == "redis-fast" and not standing.is_kept
        assert (standing.keeps, standing.why) == ("", ("unknown",))
        assert standing.is_unknown and standing.words == UNKNOWN
        told = await refused(lines, redis.url, "redis-fast")
        assert "does not tell how it is set up" in told and "config|get" in told


async def test_what_is_known_without_config_is_used(lines: Lines) -> None:
    with OwnRedis("--rename-command", "CONFIG", "", "--appendonly", "no") as redis:
        assert (await refused(lines, redis.url)).endswith("set appendonly yes")
    with OwnRedis(
        *("--rename-command", "CONFIG", ""),
        *("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"),
    ) as redis:
        assert (await refused(lines, redis.url)).endswith("set maxmemory-policy noeviction")


@pytest.mark.parametrize(
    "rules",
    [
        ("~oneroom:*", "&oneroom:*", "+@all", "-info"),
        ("~oneroom:*", "&oneroom:*", "+@all", "-eval"),
        ("~oneroom:*", "resetchannels", "+@all"),
        ("~other:*", "&oneroom:*", "+@all"),
    ],
)
async def test_rights_that_are_missing_are_told(rules: tuple[str, ...], lines: Lines) -> None:
    with listed(*rules) as redis:
        told = await refused(lines, redis.url)
    assert "may not do what rooms need" in told and told.endswith(redis_check.RIGHTS)


async def test_the_rights_that_are_advised_are_enough(tmp_path: Path, people: People) -> None:
    """A user that may touch nothing else, nor stop or empty Redis, can have a room and erase."""
    with listed(*redis_check.RIGHTS.split()) as redis:
        (tmp_path / "data").mkdir()
        running = Process(tmp_path / "data", REDIS_URL=redis.url).start()
        try:
            room = await asyncio.to_thread(running.new_room)
            anna = await people.phone(running, room, "member", name="Anna")
            await anna.done(ErasePerson(anna.seat))
            health = (await asyncio.to_thread(ask, running.url("/healthz"))).json
            assert health["kept"] and health["mode"] == "redis-safe"
            await people.close()
        finally:
            assert running.stop() in CLEAN
        assert 'level": "error' not in running.errors()


# Whose Redis it is


async def test_all_servers_of_a_redis_have_one_operator(redis: OwnRedis, lines: Lines) -> None:
    await begin(lines, redis.url)
    await begin(lines, redis.url)
    told = await refused(lines, redis.url, key="another" * 5)
    assert "another operator's key: set OPERATOR_KEY to the same on all of them" in told
    redis.cli("HDEL", ABOUT, "operator")
    await begin(lines, redis.url, key="another" * 5)
    assert "another operator's key" in await refused(lines, redis.url)


def test_a_fingerprint_does_not_tell_the_key() -> None:
    one, two = fingerprint(KEY), fingerprint(KEY)
    assert one != two and fits(KEY, one) and fits(KEY, two)
    assert not fits("l" * 32, one) and not fits(KEY, b"") and KEY.encode() not in one


@pytest.mark.parametrize(
    "foreign",
    [
        ("SET", "oneroom:about", "x"),
        ("RPUSH", "oneroom:rooms", "ABC"),
        ("SADD", "oneroom:users", "bob"),
        ("SET", "oneroom:{0123456789abcdef}:log", "x"),
        ("SET", "oneroom:code:ABCDEF", "x", "ZADD"),
    ],
)
async def test_data_of_another_program_is_not_touched(
    redis: OwnRedis, lines: Lines, foreign: tuple[str, ...]
) -> None:
    if foreign[-1] == "ZADD":
        redis.cli("ZADD", "oneroom:rooms", "1", "ABCDEF")
        foreign = foreign[:-1]
    redis.cli(*foreign)
    before = redis.cli("DEBUG", "DIGEST")
    told = await refused(lines, redis.url)
    assert "data of another program" in told and "redis://host:6379/1" in told
    assert redis.cli("DEBUG", "DIGEST") == before, "nothing was written"


async def test_other_keys_of_another_program_are_no_matter(redis: OwnRedis, lines: Lines) -> None:
    redis.cli("SET", "users", "x")
    await begin(lines, redis.url)
    assert redis.cli("GET", "users") == "x"


async def test_rooms_put_back_into_an_emptied_redis_are_ours(redis: OwnRedis, lines: Lines) -> None:
    record = RoomRecord("ABCDEF", "0123456789abcdef", b"k" * 32, 1)
    line = lines(redis.url).at(ABOUT)
    await line.set("oneroom:code:ABCDEF", msgspec.msgpack.encode(record))
    await line.zadd("oneroom:rooms", {"ABCDEF": 1, "CUTOFF": 2})
    await line.hset("oneroom:{0123456789abcdef}:meta", "seq", "1")
    await line.xadd("oneroom:{0123456789abcdef}:log", {"b": "x"}, id="1-0")
    await line.set("oneroom:{0123456789abcdef}:lease", "x")
    assert (await begin(lines, redis.url)).standing.is_kept


async def test_rooms_of_a_newer_form_are_left_alone(redis: OwnRedis, lines: Lines) -> None:
    redis.cli("HSET", ABOUT, "form", "2")
    assert "take the version of its other servers" in await refused(lines, redis.url)


# Afterwards


@pytest.fixture
def always_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks has Redis asked."""
    monkeypatch.setattr(promises, "FRESH_S", 0.0)


@pytest.mark.usefixtures("always_fresh")
async def test_a_weaker_truth_is_told_at_once(redis: OwnRedis, lines: Lines) -> None:
    """Redis is set up anew under a running server."""
    promise = await begin(lines, redis.url)
    redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    assert await promise.now() == Standing("redis-safe", "redis-fast", ("each_second",))
    redis.cli("CONFIG", "SET", "appendonly", "no")
    standing = await promise.now()
    assert standing.keeps == "" and standing.why == ("no_file", "each_second")
    assert standing.words == NOTHING and not standing.is_kept
    redis.cli("CONFIG", "SET", "appendonly", "yes", "appendfsync", "always")
    assert await promise.now() == Standing("redis-safe", "redis-safe")


@pytest.mark.usefixtures("always_fresh")
async def test_a_stronger_truth_is_not_claimed(redis: OwnRedis, lines: Lines) -> None:
    """Whoever started with a weaker promise keeps to it."""
    redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    promise = await begin(lines, redis.url)
    redis.cli("CONFIG", "SET", "appendfsync", "always")
    assert await promise.now() == Standing("redis-fast", "redis-fast")


@pytest.mark.usefixtures("always_fresh")
async def test_a_lost_replica_and_a_demotion_are_told(
    lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis fails over: the replica goes, then the primary becomes one itself."""
    monkeypatch.setattr(redis_check, "WAIT_S", 10.0)
    with pair() as (primary, replica):
        promise = await begin(lines, primary.url, "redis-ha")
        replica.cli("REPLICAOF", "NO", "ONE")
        assert (await promise.now()).why == ("no_replica",)
        assert promise.standing.keeps == "redis-safe"
        primary.cli("REPLICAOF", "127.0.0.1", str(replica.port))
        standing = await promise.now()
        assert standing.why[0] == "read_only" and standing.keeps == ""


@pytest.mark.usefixtures("always_fresh")
async def test_a_redis_that_is_away_is_told_and_comes_back(lines: Lines) -> None:
    with OwnRedis() as redis:
        promise = await begin(lines, redis.url)
        redis.kill()
        standing = await promise.now()
        assert not standing.reachable and standing.is_kept, "nothing is acknowledged meanwhile"
        redis.start()
        assert await promise.now() == Standing("redis-safe", "redis-safe")


@pytest.mark.usefixtures("always_fresh")
async def test_an_emptied_redis_is_claimed_again(redis: OwnRedis, lines: Lines) -> None:
    """Else a server of another operator could start before rooms are put back."""
    promise = await begin(lines, redis.url)
    redis.cli("FLUSHALL")
    await promise.now()
    assert "another operator's key" in await refused(lines, redis.url, key="another" * 5)


async def test_many_who_ask_ask_redis_once_a_second() -> None:
    looks = 0
    now_s = 0.0

    async def look() -> list[Facts]:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return [SAFE]

    promise = Promise("redis-ha", look, lambda: now_s)
    await asyncio.gather(*(promise.now() for _ in range(20)))
    assert looks == 1
    now_s = promises.FRESH_S
    await asyncio.gather(*(promise.now() for _ in range(20)))
    assert looks == 2


async def test_a_watch_tells_the_log_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(promises, "WATCH_S", 0.001)
    monkeypatch.setattr(promises, "FRESH_S", 0.0)
    looks = 0

    async def look() -> list[Facts]:
        nonlocal looks
        looks += 1
        return [replace(SAFE, sync="everysec")]

    watching = asyncio.create_task(Promise("redis-safe", look).watch())
    await until(lambda: looks > 3, "it looks by itself")
    watching.cancel()
    told = [record for record in caplog.records if record.name == "oneroom.promises"]
    assert [record.getMessage() for record in told] == ["redis keeps less than was promised"]
    assert vars(told[0])["keeps"] == "redis-fast"


async def test_a_promise_of_this_server_alone_needs_nobody() -> None:
    promise = Promise("embedded")
    assert await promise.now() == Standing("embedded", "embedded")
    await promise.watch()


# The program


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a server that cannot serve; returns the one sentence it says."""

    def fail(**environment: str) -> str:
        running = Process(tmp_path / "data", 0, **environment)
        running.log.write_text("")
        code, told = running.fail()
        assert code == 2
        said = [line for line in told.splitlines() if not line.startswith("{")]  # the log is JSON
        assert len(said) == 1 and said[0].startswith("oneroom: ")
        return said[0]

    yield fail


def test_program_ends_with_one_sentence(
    failing: Callable[..., str], free_port: int, redis: OwnRedis
) -> None:
    """R9.2: exit code 2, no trace of a fault, nothing written."""
    assert "start it, or mend REDIS_URL" in failing(REDIS_URL=f"redis://127.0.0.1:{free_port}")
    redis.cli("CONFIG", "SET", "appendfsync", "everysec")
    told = failing(REDIS_URL=redis.url, DURABILITY="redis-safe", OPERATOR_KEY=KEY)
    assert told.endswith("set appendfsync always, or set DURABILITY to redis-fast")
    assert redis.cli("DBSIZE") == "0"


def test_two_programs_of_two_operators_do_not_share_a_redis(
    failing: Callable[..., str], redis: OwnRedis, tmp_path: Path
) -> None:
    (tmp_path / "first").mkdir()
    first = Process(tmp_path / "first", REDIS_URL=redis.url, OPERATOR_KEY=KEY).start()
    try:
        assert ask(first.url("/healthz")).json["mode"] == "redis-safe"
        assert "another operator's key" in failing(REDIS_URL=redis.url)
        assert ask(first.url("/status.json"), token=KEY).json["redis"] == "up"
    finally:
        first.stop()


def test_program_tells_the_mode_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    running = Process(tmp_path / "data", DURABILITY="embedded-fast").start()
    try:
        assert ask(running.url("/healthz")).json["mode"] == "embedded-fast"
    finally:
        assert running.stop() in CLEAN
