"""What a server says of itself: /healthz to everybody, /status.json and /status to the operator.

R9.2: where two servers agree in a room's entry and chain they agree in the digest of its state, and
the operator can see it."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from client.own_redis import OwnRedis
from client.serve import WEB
from protocols.codes import Close
from protocols.log import draft, state_digest
from rooms.cards import PostIdea
from rooms.kernel import Actor, UnknownRules, UseRules
from rooms.roles import SYSTEM
from server import promises
from server.promises import MODES, NOTHING
from server.redis_check import check
from server.settings import Settings
from server.status_words import WORDS
from server.tokens import Claim
from tests.server.harness import plan
from tests.server.phones import People, Phone
from tests.server.redises import Lines
from tests.server.serving import CLEAN, Answer, Process, Serving, ask

KEY = "k" * 32
WORD = "слово, которого никто не должен увидеть"


@pytest.fixture
async def pages(tmp_path: Path) -> AsyncIterator[Serving]:
    """A server with its pages."""
    async with Serving(tmp_path / "data", web=WEB) as serving:
        yield serving


async def get(serving: Serving, path: str, token: str = "", lang: str = "") -> Answer:
    """One GET from a server in this event loop."""
    return await asyncio.to_thread(ask, serving.url(path), None, token, lang=lang)


# The report


async def test_status_tells_where_every_room_stands(serving: Serving, people: People) -> None:
    room = await serving.room(plan("ideate"))
    await people.phone(serving, room, "member", name="Anna")
    told = (await get(serving, "/status.json", serving.key)).json
    live = await serving.live(room)
    assert told["rooms"] == [
        {
            "code": room.code,
            "seq": live.room.seq,
            "chain": live.history.chain,
            "digest": state_digest(live.room),
            "rules": 1,
            "people": 1,
        }
    ]
    before = told["rooms"][0]
    await people.phone(serving, room, "member", name="Boris")
    after = (await get(serving, "/status.json", serving.key)).json["rooms"][0]
    assert after["seq"] > before["seq"] and after["people"] == 2
    assert after["digest"] == state_digest(live.room) != before["digest"]


async def test_status_is_for_the_operator_alone(pages: Serving) -> None:
    room = await pages.room()
    for token in ("", "wrong", room.tokens["facilitator"]):
        answer = await get(pages, "/status.json", token)
        assert answer.status == 403 and set(answer.json) == {"error", "message"}
        page = await get(pages, "/status", token)
        assert room.code not in page.body.decode()
        assert page.status == (403 if token else 200)


async def test_status_has_no_names_and_no_words(pages: Serving, people: People) -> None:
    """Not of the room, not of people, not of what they wrote: codes and numbers alone."""
    room = await pages.room(plan("ideate", name=WORD))
    lead = await people.phone(pages, room, "facilitator")
    anna = await people.phone(pages, room, "member", name=WORD)
    await lead.next_step()
    await anna.done(PostIdea(0), WORD)
    for path in ("/status.json", "/status?lang=ru", "/healthz"):
        answer = await get(pages, path, pages.key)
        assert answer.status == 200
        for word in (WORD, "Title", "Goal", "member", *room.tokens.values()):
            assert word not in answer.body.decode()


async def test_status_tells_which_rooms_the_server_is_too_old_for(
    pages: Serving, people: People
) -> None:
    """L6: whoever knocks is sent to another server; the operator is told to upgrade this one."""
    room = await pages.room(plan("ideate"))
    anna = await people.phone(pages, room, "member", name="Anna")
    live = await pages.live(room)
    switch = draft(Actor(SYSTEM), UseRules(2))
    live._carrier.heard(await pages.services.log.append(live.record.log_id, [switch]))
    assert await anna.ended() == Close.OUTDATED
    late = Phone(pages, room.code, room.tokens["member"])
    await late.open()
    assert late.code == Close.OUTDATED
    told = (await get(pages, "/status.json", pages.key)).json
    assert (told["rules"], told["outdated"]) == ([1], [room.code])
    page = (await get(pages, "/status?lang=en", pages.key)).body.decode()
    assert f"too old for these rooms, others serve them: {room.code}." in page
    assert "oneroom_outdated_rooms 1" in pages.metrics.page()


async def test_nobody_is_told_that_a_seat_is_gone_by_a_server_that_cannot_know(
    pages: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    """L6: the seat may have been taken under rules that this server does not know. That it has to
    stop turns out only when it looks for the seat; to be told REVOKED would be for good."""
    room = await pages.room(plan("ideate"))
    live = await pages.live(room)

    async def meets_newer_rules(claim: Claim, seen: int) -> tuple[Claim, int]:
        live._carrier.fail(UnknownRules(9, "rules 2"))
        return claim, 0

    monkeypatch.setattr(live, "admit", meets_newer_rules)
    late = Phone(pages, room.code, room.tokens["member"])
    await late.open()
    assert late.code == Close.OUTDATED


# Several servers


class Shared(Process):
    """One of several servers, with the operator's key that all have."""

    key = KEY


@pytest.fixture
def pair(redis: OwnRedis, tmp_path: Path) -> Iterator[list[Shared]]:
    """Two servers of one Redis."""
    both = [
        Shared(tmp_path / name, 0, REDIS_URL=redis.url, OPERATOR_KEY=KEY).start()
        for name in ("one", "two")
    ]
    yield both
    for one in both:
        assert one.stop() in CLEAN


async def status_of(server: Shared) -> dict[str, Any]:
    """A server's status."""
    answer = await asyncio.to_thread(ask, server.url("/status.json"), None, KEY)
    found: dict[str, Any] = answer.json
    return found


async def test_every_server_tells_the_same_of_a_room_and_counts_it_once(
    pair: list[Shared], people: People
) -> None:
    """R9.2: same entry, chain and digest on both; one room and two people, wherever they hang."""
    room = await asyncio.to_thread(pair[0].new_room)
    for n, server in enumerate(pair):
        await people.phone(server, room, "member", name=f"Person {n}")
    for _ in range(200):
        one, two = [await status_of(server) for server in pair]
        counted = one["all"] == two["all"] == {"rooms": 1, "people": 2}
        if counted and one["rooms"] == two["rooms"]:
            break
        await asyncio.sleep(0.05)
    assert one["rooms"] == two["rooms"] and one["rooms"][0]["people"] == 1
    assert one["all"] == two["all"] == {"rooms": 1, "people": 2}
    assert [other["server"] for other in one["others"]] == [two["server"]]
    assert [other["server"] for other in two["others"]] == [one["server"]]


# The page


@pytest.mark.parametrize(("lang", "other"), [("ru", "en"), ("en", "ru")])
async def test_page_asks_for_the_key_in_the_language_of_the_browser(
    pages: Serving, lang: str, other: str
) -> None:
    for path, accepts in (("/status", lang), (f"/status?lang={lang}", other)):
        page = (await get(pages, path, lang=accepts)).body.decode()
        at = int(lang == "en")
        assert f'<html lang="{lang}"' in page
        assert WORDS["lead"][at] in page and WORDS["lead"][1 - at] not in page
        assert 'type="password"' in page


async def test_page_shows_promise_and_rooms_to_whoever_sends_the_key(pages: Serving) -> None:
    room = await pages.room()
    live = await pages.live(room)
    answer = await get(pages, "/status?lang=en", pages.key)
    page = answer.body.decode()
    assert answer.status == 200 and answer.headers["cache-control"] == "no-store"
    for text in (WORDS["kept"][1], MODES["embedded"].lost[1], room.code, live.history.chain):
        assert text in page
    assert 'type="password"' not in page and pages.key not in page


async def test_page_keeps_to_its_content_policy(pages: Serving) -> None:
    """No script, style or handler stands in the page itself."""
    for token in ("", pages.key):
        answer = await get(pages, "/status", token)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        page = answer.body.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page)


def test_words_are_there_in_both_languages() -> None:
    """R9.1"""
    for ru, en in WORDS.values():
        assert ru and en and ru != en
        assert re.findall(r"{\d}", ru) == re.findall(r"{\d}", en)


# Health


async def test_health_tells_the_mode_of_one_server_alone(serving: Serving) -> None:
    told = (await get(serving, "/healthz")).json
    assert (told["ok"], told["mode"], told["kept"]) == (True, "embedded", True)
    assert "redis" not in told


async def test_health_and_status_tell_at_once_what_redis_keeps(
    redis: OwnRedis, lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promises, "FRESH_S", 0.0)
    promise = await check(lines(redis.url), Settings(redis_url=redis.url), KEY)
    async with Serving(tmp_path / "data", promise=promise, web=WEB) as serving:
        told = (await get(serving, "/healthz")).json
        assert (told["ok"], told["mode"], told["kept"], told["redis"]) == (
            *(True, "redis-safe", True, "up"),
        )
        redis.cli("CONFIG", "SET", "appendfsync", "everysec")
        told = (await get(serving, "/healthz")).json
        assert told["ok"] and not told["kept"]
        assert (told["keeps"], told["why"]) == ("redis-fast", ["each_second"])
        page = (await get(serving, "/status?lang=ru", serving.key)).body.decode()
        assert WORDS["weaker"][0] in page and MODES["redis-fast"].lost[0] in page
        assert "Установите appendfsync always." in page
        redis.cli("CONFIG", "SET", "appendonly", "no")
        page = (await get(serving, "/status?lang=en", serving.key)).body.decode()
        assert WORDS["keeps_nothing"][1] in page and NOTHING.survives[1] in page
        figures = (await get(serving, "/metrics", serving.key)).body.decode()
        assert "\noneroom_promise_kept 0" in figures and "\noneroom_storage_up 1" in figures


async def test_health_tells_that_redis_is_away(
    lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever spreads people over servers may then choose another one."""
    monkeypatch.setattr(promises, "FRESH_S", 0.0)
    with OwnRedis() as redis:
        promise = await check(lines(redis.url), Settings(redis_url=redis.url), KEY)
        async with Serving(tmp_path / "data", promise=promise, web=WEB) as serving:
            redis.kill()
            answer = await get(serving, "/healthz")
            assert answer.status == 503
            assert (answer.json["ok"], answer.json["redis"]) == (False, "away")
            told = (await get(serving, "/status.json", serving.key)).json
            assert told["redis"] == "away" and told["promise"]["kept"]
            page = (await get(serving, "/status?lang=en", serving.key)).body.decode()
            assert WORDS["away"][1] in page and WORDS["away_lead"][1] in page
            redis.start()
            assert (await get(serving, "/healthz")).status == 200
