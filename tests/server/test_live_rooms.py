"""Rooms through time: deadlines, coming and going, damage and faults (rules L5, L6, W4)."""

import asyncio
from pathlib import Path

import pytest

from protocols.codes import Close
from protocols.log import entry, state_digest
from rooms.agenda import NextStep, Tick
from rooms.cards import PostIdea
from rooms.roles import FACILITATOR, MEMBER, OBSERVER
from rooms.steps import Agenda
from server.logs.sqlite import wall_clock_ms
from tests.server.harness import MINUTE_MS, Gate, Inside, begun, database_of, plan, until
from tests.server.log_contract import everything

# The clock


async def test_a_deadline_is_met_with_nobody_connected(tmp_path: Path) -> None:
    """The server appends a Tick of its own, and the next step opens."""
    async with Inside(tmp_path / "data", wall_clock_ms) as inside:
        live, boss = await begun(inside, plan("ideate", minutes=0.002), plan("ideate"))
        first = boss.current
        boss.wire.lose()
        await until(lambda: next(live.room.all(Agenda)).current != first.id if first else 0)
        entries = await everything(inside.log, live.record.log_id)
        assert [type(entry(one).command) for one in entries[2:]] == [Tick]


async def test_time_catches_up_before_the_first_view(inside: Inside) -> None:
    """A room that is loaded after its deadline shows the step that is open now; its deadline
    counts from the old one."""
    live, boss = await begun(inside, plan("ideate"), plan("ideate"), plan("ideate"))
    begun_ms = inside.clock.now_ms
    await inside.__aexit__()
    inside.clock.now_ms += 15 * MINUTE_MS
    await inside.__aenter__()
    live = await inside.open(live)
    phone = await inside.enter(live, MEMBER)
    agenda = phone.replica.room.get("agenda", 2)
    step = phone.replica.room.get("step", agenda.current) if agenda else None
    assert agenda and step and agenda.state == "running"
    assert agenda.order.index(agenda.current) == 1
    assert step.deadline_ms == begun_ms + 20 * MINUTE_MS
    assert boss.current


async def test_several_missed_deadlines_pause_the_agenda(inside: Inside) -> None:
    """A server that was away for an hour must not race through steps that nobody saw."""
    live, _ = await begun(inside, *(plan("ideate") for _ in range(5)))
    await inside.__aexit__()
    inside.clock.now_ms += 60 * MINUTE_MS
    await inside.__aenter__()
    live = await inside.open(live)
    phone = await inside.enter(live, FACILITATOR)
    agenda = phone.replica.room.get("agenda", 2)
    assert agenda and (agenda.state, agenda.missed) == ("paused", True)
    assert agenda.order.index(agenda.current) == 1


# Coming and going of rooms


async def test_an_idle_room_is_let_go_and_read_again(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Equal by digest to what it was, and to its log replayed from the start."""
    live = await inside.room(plan("ideate"))
    phone = await inside.enter(live, MEMBER, name="Anna")
    digest = state_digest(live.room)
    assert len(inside.hub) == 1
    monkeypatch.setattr("server.hub.IDLE_S", 0.0)
    await asyncio.sleep(0)
    await inside.hub._look_after(live.record.code, live)
    assert len(inside.hub) == 1, "somebody is here"
    phone.wire.lose()
    await until(lambda: len(inside.hub) == 0, "it is let go")
    again = await inside.open(live)
    assert again is not live and state_digest(again.room) == digest
    assert again.history.chain == live.history.chain and again.history.words == live.history.words
    back = await inside.enter(again, token=phone.token, have=phone.replica)
    assert [m[0] for m in back.told].count("reset") == 0


async def test_no_room_misses_its_beats_while_another_is_let_go(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which takes its time where the log does not answer."""
    idle, other = await inside.room(plan("ideate")), await inside.room(plan("ideate"))
    await inside.enter(other, FACILITATOR)
    gate, close = asyncio.Event(), idle.close

    async def slowly() -> None:
        await gate.wait()
        await close()

    monkeypatch.setattr(idle, "close", slowly)
    monkeypatch.setattr("server.hub.IDLE_S", 0.0)
    await until(lambda: len(inside.hub) == 1, "it is being let go")
    beats = other.presence._beats
    await until(lambda: other.presence._beats >= beats + 2)
    gate.set()
    await until(lambda: idle.is_empty)


async def test_a_room_whose_clock_runs_stays(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.hub.IDLE_S", -1.0)
    live, boss = await begun(inside)
    boss.wire.lose()
    await inside.hub._look_after(live.record.code, live)
    assert len(inside.hub) == 1


async def test_a_damaged_snapshot_is_left_out(inside: Inside) -> None:
    """It is a cache: the room is read from its log instead."""
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, name="Anna")
    await phone.done(PostIdea(0), "an idea")
    digest = state_digest(live.room)
    await inside.hub.close()
    database_of(inside).execute(
        "UPDATE snapshots SET state = CAST(x'01' || substr(state, 2) AS BLOB)"
    )
    live = await inside.again(live)
    assert state_digest(live.room) == digest


async def test_a_damaged_log_is_not_served(inside: Inside) -> None:
    """ValueError, and with the next try again; other rooms are served."""
    live, _ = await begun(inside)
    live.failed = True
    await inside.hub.close()
    database_of(inside).execute("UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 2")
    await inside.__aexit__()
    await inside.__aenter__()
    for _ in range(2):
        with pytest.raises(ValueError, match="entry 2"):
            await inside.open(live)
    other = await inside.room()
    assert await inside.enter(other, FACILITATOR)


async def test_a_room_that_failed_is_read_anew(
    inside: Inside, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of ours ends this copy of the room: its people are told to come back, and whoever
    comes finds one that works, at once."""
    live, boss = await begun(inside)
    gate.fault = RuntimeError("a fault of ours")
    boss.send(NextStep())
    await until(lambda: boss.wire.closed)
    assert boss.wire.closed and boss.wire.closed[0] == Close.SERVER_FAULT
    gate.fault = None
    again = await inside.open(live)
    assert again is not live
    back = await inside.enter(again, FACILITATOR, have=boss.replica)
    await back.done(NextStep())
    await until(lambda: len(inside.hub) == 1)
    caplog.clear()


async def test_no_fault_hides_who_stays_in_a_failed_room(
    inside: Inside, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is left in a copy that answers nothing: it is closed with all that came since."""
    live, boss = await begun(inside)
    gate.fault = RuntimeError("a fault of ours")
    boss.send(NextStep())
    await until(lambda: live.failed)
    late = await inside.enter(live, OBSERVER)  # was let in a moment before the fault
    await until(lambda: late.wire.closed, "it is told to come back")
    assert late.wire.closed and late.wire.closed[0] == Close.SERVER_FAULT
    caplog.clear()


async def test_a_snapshot_of_another_history_is_left_out(inside: Inside) -> None:
    """The log is right: the room is read from it."""
    live, _ = await begun(inside)
    digest = state_digest(live.room)
    await inside.hub.close()
    database_of(inside).execute("UPDATE snapshots SET chain = 'ffffffffffffffff'")
    live = await inside.again(live)
    assert state_digest(live.room) == digest
