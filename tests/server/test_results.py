"""Results over HTTP: who may ask, in which form, and that a room which is over still answers."""

import asyncio
import json
import threading
import time
from typing import Any

import msgspec
import pytest

from rooms.agenda import CloseRoom
from rooms.decisions import ProposeDecision, SetFate
from rooms.people import RevokeLink
from rooms.roles import CUSTOMER, MEMBER
from server import results as module
from server.result import Result
from server.result_build import build
from server.results import FRESH_MS, REST, AskResult, Made, Results, written
from tests.server.harness import Inside, begun
from tests.server.phones import People, Phone
from tests.server.serving import Answer, Process, RoomLinks, ask

TEMPLATE = {"title": "Ответ за день", "goal": "Каждому ответ.", "lang": "ru"}


def result(process: Process, room: RoomLinks, token: str, **wanted: Any) -> Answer:
    return ask(process.url(f"/api/rooms/{room.code}/result"), wanted, token)


async def at_claiming(process: Process, people: People, room: RoomLinks) -> Phone:
    """The facilitator of a room that has come to its claim step."""
    boss = await people.phone(process, room, "facilitator")
    for _ in range(9):
        await boss.next_step()
    return boss


async def test_everybody_with_a_link_or_a_seat_may_ask(
    shared_process: Process, people: People
) -> None:
    """R7.5: every role has its version at its own link, before, during and after the session."""
    room = shared_process.new_room(**TEMPLATE)
    anna = await people.phone(shared_process, room, "member", name="Анна")

    def everybody() -> set[str]:
        made = [result(shared_process, room, token) for token in room.tokens.values()]
        seat = result(shared_process, room, anna.token)
        assert {answer.status for answer in (*made, seat)} == {200}
        assert {answer.json["role"] for answer in made} == set(room.tokens)
        return {answer.json["state"] for answer in (*made, seat)}

    assert everybody() == {"lobby"}
    boss = await at_claiming(shared_process, people, room)
    number = (await boss.done(ProposeDecision(0, []), "Отвечаем за день"))[0]
    assert everybody() == {"running"}
    await boss.done(SetFate(number, "parked"))
    await boss.done(CloseRoom())
    assert everybody() == {"over"}
    found = result(shared_process, room, anna.token).json["decisions"]
    assert [(one["what"], one["state"]) for one in found] == [("Отвечаем за день", "parked")]


async def test_nobody_else_gets_a_result(shared_process: Process, people: People) -> None:
    """A foreign, wrong or revoked token gets nothing, nor does a room that is not there."""
    room, other = shared_process.new_room(), shared_process.new_room()
    member = room.tokens["member"]
    for token in ("", "x", member + "x", other.tokens["facilitator"], shared_process.key):
        assert result(shared_process, room, token).status == 403
    nowhere = RoomLinks("ZZZZZZ", {})
    assert result(shared_process, nowhere, member).status == 404
    boss = await people.phone(shared_process, room, "facilitator")
    links = boss.replica.room.all("link")
    await boss.done(RevokeLink(next(link.id for link in links if link.role == MEMBER)))
    assert result(shared_process, room, member).status == 403


def test_files_come_under_their_name(shared_process: Process) -> None:
    """R2.5: page, CSV and Markdown, in the language that was asked for."""
    room = shared_process.new_room(**TEMPLATE)
    token = room.tokens["member"]
    plainly = result(shared_process, room, token)
    assert "content-disposition" not in plainly.headers
    seen = {}
    for kind in ("json", "csv", "md"):
        answer = result(shared_process, room, token, **{"as": kind, "lang": "en"})
        assert answer.status == 200
        assert f"result-{room.code}" in answer.headers["content-disposition"]
        assert f".{kind}" in answer.headers["content-disposition"]
        seen[kind] = (answer.headers["content-type"], answer.body.decode())
    assert seen["csv"][0] == "text/csv; charset=utf-8"
    assert '"Section","No."' in seen["csv"][1]
    assert seen["md"][1].startswith("# Ответ за день\n")
    assert "What happens next" in seen["md"][1]
    assert json.loads(seen["json"][1])["goal"] == "Каждому ответ."
    russian = result(shared_process, room, token, **{"as": "csv"}).body.decode()
    assert '"Раздел";"№"' in russian


def test_wrong_questions_are_refused(shared_process: Process) -> None:
    room = shared_process.new_room()
    token = room.tokens["member"]
    for wanted in ({"as": "exe"}, {"lang": "fr"}, {"utc_offset": 9999}, {"more": 1}):
        answer = result(shared_process, room, token, **wanted)
        assert (answer.status, answer.json["error"]) == (400, "bad_request")


def test_json_has_the_documented_fields(shared_process: Process) -> None:
    """What is downloaded can be read back into the types that document it, strictly."""
    room = shared_process.new_room(**TEMPLATE)
    answer = result(shared_process, room, room.tokens["member"], **{"as": "json"})
    made = msgspec.json.decode(answer.body, type=Result)
    assert (made.code, made.title, len(made.steps)) == (room.code, "Ответ за день", 10)
    assert set(json.loads(answer.body)) == set(Result.__struct_fields__)


async def test_result_is_made_once_for_all_of_a_role(inside: Inside) -> None:
    """When a session ends everybody asks at once; who sees the same gets the same."""
    live, boss = await begun(inside)
    results = Results(inside.time)
    first = results.made(live, MEMBER)
    assert results.made(live, MEMBER) is first
    assert results.made(live, CUSTOMER) is not first
    await boss.done(ProposeDecision(0, []), "Решение")
    changed = results.made(live, MEMBER)
    assert [one.what for one in changed.result.decisions] == ["Решение"]


async def test_result_of_a_running_clock_does_not_stand(inside: Inside) -> None:
    """R7.2: the minutes of an open step go on although nothing else happens."""
    live, _ = await begun(inside)
    results = Results(inside.time)
    before = results.made(live, MEMBER).result.time.real_ms
    inside.clock.now_ms += FRESH_MS
    assert results.made(live, MEMBER).result.time.real_ms == before + FRESH_MS


async def test_result_that_takes_long_is_seldom_made(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks again and again while the room changes cannot hold up the others."""
    live, boss = await begun(inside)
    took, slowly = 0.02, []

    def slow(*known: Any) -> Result:
        slowly.append(time.monotonic())
        time.sleep(took)
        return build(*known)

    monkeypatch.setattr(module, "build", slow)
    results = Results(inside.time)
    await results.made_in_turn(live, MEMBER)
    await boss.done(ProposeDecision(0, []), "Решение")
    asked = [results.made_in_turn(live, MEMBER) for _ in range(20)]
    for made in await asyncio.gather(*asked):
        assert [one.what for one in made.result.decisions] == ["Решение"]
    first, second = slowly
    assert second - first >= took * REST


async def test_files_are_written_beside_the_event_loop(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of ten thousand cards takes a third of a second, in which nobody's command waits."""
    live, _ = await begun(inside)
    threads: list[threading.Thread] = []

    def noted(made: Made, wanted: AskResult) -> bytes:
        threads.append(threading.current_thread())
        return written(made, wanted)

    monkeypatch.setattr(module, "written", noted)
    results = Results(inside.time)
    answers = [results.answer(live, MEMBER, AskResult("csv")) for _ in range(5)]
    assert len({answer.body for answer in await asyncio.gather(*answers)}) == 1
    assert len(threads) == 1 and threads[0] is not threading.main_thread()
