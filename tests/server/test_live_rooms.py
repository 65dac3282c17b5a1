"""A live room: answers, repeats, telling, resuming, clocks and failures (rules W4 to W9)."""

import asyncio
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from protocols.codes import Close
from protocols.log import Draft, Logged, entry, state_digest
from protocols.wire import UNANSWERED
from rooms.agenda import NextStep, StepPlan, Tick
from rooms.cards import EditIdea, PostIdea
from rooms.kernel import WORD_BITS
from rooms.moderation import EditCard, HideCard, RedactCard
from rooms.people import Join
from rooms.roles import FACILITATOR, LEAD, MEMBER, OBSERVER, STAGE
from rooms.steps import Agenda
from rooms.talk import LowerHand, RaiseHand
from rooms.votes import CastDots, Choice
from server.live import Live
from server.logs.base import StorageFailed
from server.logs.sqlite import SqliteLog, wall_clock_ms
from tests.server.harness import MINUTE_MS, Device, Inside, plan, until
from tests.server.log_contract import everything


class Gate:
    """Stands before the log: can hold appends back until it is opened, or have them fail."""

    def __init__(self, inside: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.fault: Exception | None = None
        self.calls = 0
        append = inside.log.append

        async def held(log_id: str, drafts: Sequence[Draft]) -> list[Logged]:
            self.calls += 1
            await self.open.wait()
            if self.fault is not None:
                raise self.fault
            return await append(log_id, drafts)

        monkeypatch.setattr(inside.log, "append", held)


@pytest.fixture
def gate(inside: Inside, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """A gate before the log, open."""
    gate = Gate(inside, monkeypatch)
    yield gate
    gate.open.set()


async def begun(inside: Inside, *steps: StepPlan) -> tuple[Live, Device]:
    """A room in its first step, and the facilitator."""
    live = await inside.room(*(steps or (plan("ideate"), plan("break"))))
    boss = await inside.enter(live, FACILITATOR)
    await boss.done(NextStep())
    return live, boss


def answers(device: Device) -> list[list[Any]]:
    device.read()
    return [message for message in device.told if message[0] in ("ack", "refused")]


# Answers


async def test_no_answer_and_no_news_before_it_is_durable(inside: Inside, gate: Gate) -> None:
    """While the log has not answered, nobody learns anything: neither sender nor others."""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    phone = await inside.enter(live, MEMBER, name="Anna")
    await until(lambda: not live._fanout._timer)
    boss.read()
    gate.open.clear()
    gate.calls = 0
    before = len(answers(phone))
    phone.send(PostIdea(0), "text")
    await until(lambda: gate.calls, "the command is on its way")
    await asyncio.sleep(0.05)
    assert len(answers(phone)) == before and not boss.read() and live.room.seq == 3
    gate.open.set()
    await until(lambda: len(answers(phone)) > before)
    entries = await everything(inside.log, live.record.log_id)
    assert answers(phone)[-1][3] == 4 == len(entries)
    await until(lambda: boss.read() and any(boss.replica.room.all("card")))


async def test_a_repeat_gets_the_same_answer(inside: Inside) -> None:
    """On the same connection, on another one, and from a server that was started again; the log
    does not grow, and the words of the repeat are kept nowhere."""
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, name="Anna")
    first = await phone.do(PostIdea(0), "an idea", ref=7)
    no = await phone.do(PostIdea(5), "no such lane", ref=8)
    seq = live.room.seq
    for _ in range(2):
        assert (await phone.do(PostIdea(0), "in-a-repeat", ref=7))[:5] == first[:5]
        assert await phone.do(PostIdea(5), "in-a-repeat", ref=8) == no
        phone.wire.lose()
        phone = await inside.enter(live, token=phone.token, client=phone.client)
    live = await inside.again(live)
    phone = await inside.enter(live, token=phone.token, client=phone.client)
    assert (await phone.do(PostIdea(0), "in-a-repeat", ref=7))[:5] == first[:5]
    assert await phone.do(PostIdea(5), "in-a-repeat", ref=8) == no
    assert await phone.refused(PostIdea(0), "in-a-repeat", ref=1) == "too_old"
    assert live.room.seq == seq
    assert b"in-a-repeat" not in inside.files()


async def test_a_repeat_on_its_way_is_carried_out_once(inside: Inside, gate: Gate) -> None:
    """Sent twice before the log answered: two entries, one card, one text, equal answers."""
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, name="Anna")
    gate.open.clear()
    gate.calls = 0
    phone.send(PostIdea(0), "the-first-text", ref=2)
    phone.send(PostIdea(0), "the-second-text", ref=2)
    before = len(answers(phone))
    gate.open.set()
    await until(lambda: len(answers(phone)) == before + 2)
    one, two = answers(phone)[-2:]
    assert one[:5] == two[:5]
    assert [card.text for card in phone.replica.own.all("card")] == ["the-first-text"]
    await live.settled()
    await until(lambda: b"the-second-text" not in inside.files(), "its words are erased")


async def test_a_lost_answer_to_join_is_given_again_whole(inside: Inside) -> None:
    """The seat, its token and the private table, on a connection that still has the link only."""
    live, boss = await begun(inside)
    phone = await inside.enter(live, MEMBER)
    answer = await phone.do(Join(0, "remote"), "Anna", ref=1)
    client = phone.client
    phone.wire.lose()
    other = await inside.enter(live, MEMBER, name="Boris")
    again = await inside.enter(live, MEMBER, client=client)
    repeated = await again.do(Join(0, "remote"), "Anna", ref=1)
    assert repeated[:5] == answer[:5] and repeated[7] == answer[7] != other.token
    await until(lambda: again.read() or any(again.replica.own.all("me")), "who I am")
    assert [me.name for me in again.replica.own.all("me")] == ["Anna"]
    assert len(list(boss.replica.room.all("seat"))) <= 2


async def test_words_of_refused_commands_are_kept_nowhere(inside: Inside) -> None:
    """Whether a rule refused them or the edge."""
    live, _ = await begun(inside, plan("ideate"), plan("ideate"))
    phone = await inside.enter(live, MEMBER, name="Anna")
    assert await phone.refused(PostIdea(9), "refused-by-a-rule") == "unknown_lane"
    assert await phone.refused(PostIdea(0), "refused-text " * 99) == "too_long"
    assert await phone.refused(PostIdea(0), "refused-text", "refused-text") == "bad_words"
    assert await phone.refused(CastDots(1, 1), "refused-text") == "bad_words"
    await until(lambda: b"refused-" not in inside.files(), "they are erased")
    live = await inside.again(live)
    assert b"refused-" not in inside.files()
    assert not [word for word in live.words.values() if "refused-" in word]


async def test_words_are_erased_although_the_first_try_failed(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a full disk at that moment nor a stop right after brings them back."""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    phone = await inside.enter(live, MEMBER, name="Anna")
    [card] = await phone.done(PostIdea(0), "to-be-redacted")

    async def fails(log_id: str, words: Sequence[int]) -> None:
        raise StorageFailed("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(inside.log, "forget", fails)
        await boss.done(RedactCard(card))
        await inside.__aexit__()
    await inside.__aenter__()
    live = await inside.open(live)
    assert b"to-be-redacted" not in inside.files()
    assert live.words.get((card >> 16) << WORD_BITS) is None


async def test_no_more_than_eight_may_be_unanswered(inside: Inside, gate: Gate) -> None:
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, name="Anna")
    gate.open.clear()
    gate.calls = 0
    before = len(answers(phone))
    for _ in range(UNANSWERED + 2):
        phone.send(PostIdea(0), "text")
    assert [m[3] for m in answers(phone)[before:]] == ["too_fast", "too_fast"]
    gate.open.set()
    await until(lambda: len(answers(phone)) == before + UNANSWERED + 2)
    assert await phone.done(PostIdea(0), "text")


# Whose connection it is


async def test_the_same_page_takes_over_at_once(inside: Inside) -> None:
    """A phone that lost its network is back under its own id; the old connection is cut."""
    live, _ = await begun(inside)
    old = await inside.enter(live, MEMBER, page="page")
    old.wire.lives = None
    new = await inside.enter(live, MEMBER, page="page", client=old.client)
    assert new.client == old.client
    assert old.wire.closed and old.wire.closed[0] == Close.TAKEN_OVER


async def test_a_copied_tab_gets_an_id_of_its_own(inside: Inside) -> None:
    """While both live, both work, and what both send under one number is two things."""
    live, _ = await begun(inside)
    tab = await inside.enter(live, MEMBER, name="Anna")
    copy = await inside.enter(live, token=tab.token, client=tab.client)
    assert copy.client not in (0, tab.client) and tab.wire.closed is None
    assert copy.seat == tab.seat
    one = await tab.done(PostIdea(0), "first", ref=9)
    two = await copy.done(PostIdea(0), "second", ref=9)
    assert one != two


async def test_a_silent_old_connection_is_taken_over(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another page with the same id, the old one answers no probe: a phone after a restart."""
    monkeypatch.setattr("server.live.TAKEOVER_S", 0.05)
    live, _ = await begun(inside)
    old = await inside.enter(live, MEMBER, page="one")
    old.wire.lives = None
    new = await inside.enter(live, MEMBER, page="two", client=old.client)
    assert new.client == old.client
    assert old.wire.closed and old.wire.closed[0] == Close.TAKEN_OVER


async def test_two_that_take_over_at_once_do_not_share_an_id(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.live.TAKEOVER_S", 0.05)
    live, _ = await begun(inside)
    old = await inside.enter(live, MEMBER, page="one")
    old.wire.lives = None
    new = await asyncio.gather(
        *(inside.enter(live, MEMBER, page=f"p{n}", client=old.client) for n in range(3))
    )
    living = [one.client for one in new if one.wire.closed is None]
    assert len(set(living)) == len(living) and old.client in living


async def test_an_id_that_was_never_lent_is_taken_as_it_is(inside: Inside) -> None:
    """A phone that comes back to a server that was started again keeps its number."""
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, client=12_345)
    assert phone.client == 12_345


# Telling


async def test_a_storm_of_votes_costs_few_frames(inside: Inside) -> None:
    """A burst of N votes: each phone gets a handful of frames, each encoded once per audience."""
    live, boss = await begun(
        inside,
        plan("ideate", hidden=False),
        plan("vote", budget=5, max_per_item=5, secret_until_close=False),
    )
    people = [await inside.enter(live, MEMBER, name=f"P{n}") for n in range(40)]
    leads = [await inside.enter(live, LEAD) for _ in range(5)]
    for n in range(4):
        await people[n].done(PostIdea(0), f"idea {n}")
    await boss.done(NextStep())
    choices = list(people[0].live.room.all(Choice))
    for one in (*people, *leads, boss):
        await until(lambda one=one: one.read() or one.replica.room.seq == live.room.seq)  # type: ignore[misc]
    counts = inside.metrics.counts
    flushes, encodes = counts["oneroom_flushes_total"], counts["oneroom_encodes_total"]
    before = {one: len(one.patches()) for one in (*people, *leads)}
    for dots in (1, 2, 3):
        for one in people:
            one.send(CastDots(choices[0].id, dots))
        await live.settled()
    await until(lambda: leads[0].read() or leads[0].replica.room.seq == live.room.seq)
    await until(lambda: not live._fanout._timer)
    for one in (*people, *leads):
        one.read()
        tally = one.replica.room.get("tally", choices[0].id)
        assert tally and (tally.people, tally.dots) == (40, 120)
        assert len(one.patches()) - before[one] <= 6
    told = counts["oneroom_flushes_total"] - flushes
    audiences = 3
    assert 1 <= told <= 6
    assert counts["oneroom_encodes_total"] - encodes <= told * audiences


async def test_everybody_of_a_role_gets_the_same_bytes(inside: Inside) -> None:
    """One encode per audience and flush, whatever the number of people."""
    live, boss = await begun(inside, plan("ideate", hidden=False), plan("break"))
    people = [await inside.enter(live, OBSERVER) for _ in range(30)]
    counts = inside.metrics.counts
    flushes, encodes = counts["oneroom_flushes_total"], counts["oneroom_encodes_total"]
    await until(lambda: not live._fanout._timer)
    for one in people:
        one.read()
        one.frames.clear()
    await boss.done(NextStep())
    await until(lambda: all(one.read() or one.frames for one in people))
    assert len({tuple(one.frames) for one in people}) == 1
    told = counts["oneroom_flushes_total"] - flushes
    assert told == 1 and counts["oneroom_encodes_total"] - encodes == 2


async def test_what_nobody_may_see_sends_nothing(inside: Inside) -> None:
    """A ballot in a secret vote after the first, which counts somebody in: no frame at all."""
    live, boss = await begun(
        inside, plan("ideate", hidden=False), plan("vote", budget=5, max_per_item=5)
    )
    phone = await inside.enter(live, MEMBER, name="Anna")
    await phone.done(PostIdea(0), "one")
    await boss.done(NextStep())
    [choice] = live.room.all(Choice)
    await phone.done(CastDots(choice.id, 1))
    others = [boss, await inside.enter(live, STAGE), await inside.enter(live, MEMBER)]
    await until(lambda: not live._fanout._timer)
    for one in others:
        one.read()
    frames = inside.metrics.counts["oneroom_frames_total"]
    await phone.done(CastDots(choice.id, 0))
    await phone.done(CastDots(choice.id, 2))
    await phone.done(CastDots(choice.id, 1))
    await until(lambda: not live._fanout._timer)
    assert all(not one.read() for one in others)
    assert inside.metrics.counts["oneroom_frames_total"] == frames


async def test_two_devices_of_one_person_see_each_others_private_changes(inside: Inside) -> None:
    """And nobody else does."""
    live, _ = await begun(inside)
    phone = await inside.enter(live, MEMBER, name="Anna")
    tablet = await inside.enter(live, token=phone.token)
    other = await inside.enter(live, MEMBER, name="Boris")
    [card] = await phone.done(PostIdea(0), "from-the-phone")
    await until(lambda: tablet.read() or tablet.replica.own.get("card", card))
    await tablet.done(EditIdea(card), "from-the-tablet")
    phone.read()
    mine = phone.replica.own.get("card", card)
    assert mine and mine.text == "from-the-tablet"
    assert phone.replica.own.rows() == tablet.replica.own.rows()
    other.read()
    assert b"from-the" not in b"".join(other.frames)


async def test_a_stalled_reader_is_written_past_and_told_once(inside: Inside) -> None:
    """Private news as well as the room's: after it reads again, equal tables by one patch each."""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    phone = await inside.enter(live, MEMBER, name="Anna")
    tablet = await inside.enter(live, token=phone.token)
    tablet.wire.stall()
    cards = [(await phone.done(PostIdea(0), f"idea {n}"))[0] for n in range(10)]
    await boss.done(HideCard(cards[0]))
    await until(lambda: not live._fanout._timer)
    assert not tablet.wire.chunks
    before = len(tablet.told)
    tablet.wire.drain()
    tablet.read()
    assert [m[0] for m in tablet.told[before:]] in (["patch"], ["patch", "patch"])
    await until(lambda: phone.read() or phone.replica.room.seq == live.room.seq)
    assert tablet.replica.room.rows() == phone.replica.room.rows()
    assert tablet.replica.own.rows() == phone.replica.own.rows()


@pytest.mark.parametrize("role", [FACILITATOR, MEMBER, STAGE, OBSERVER])
async def test_a_late_comers_table_equals_a_steady_ones(inside: Inside, role: int) -> None:
    """In every role; also one who gets a shared full frame, and one who resumes."""
    live, boss = await begun(inside, plan("ideate", hidden=False), plan("group"), plan("ideate"))
    steady = await inside.enter(live, role)
    resumes = await inside.enter(live, role, page="again")
    early = await inside.enter(live, role)
    writer = await inside.enter(live, MEMBER, name="Anna")
    cards = [(await writer.done(PostIdea(0), f"idea {n}"))[0] for n in range(6)]
    resumes.wire.lose()
    early.wire.lose()
    await boss.done(HideCard(cards[0]))
    await boss.done(RedactCard(cards[1]))
    await boss.done(EditCard(cards[2]), "reworded")
    await boss.done(NextStep())
    for _ in range(2):
        late = await inside.enter(live, role)
        back = await inside.enter(live, role, have=resumes.replica)
        await until(lambda: not live._fanout._timer)
        for one in (steady, late, back):
            one.read()
        assert late.replica.room.rows() == steady.replica.room.rows() == back.replica.room.rows()
        assert "reset" not in [m[0] for m in back.told]
        resumes = back
        if boss.current and boss.current.kind == "group":
            await boss.done(NextStep())


@pytest.mark.parametrize("how", ["hidden", "reworded", "redacted"])
async def test_a_newcomer_never_gets_what_was_taken_back(inside: Inside, how: str) -> None:
    """Not even in a shared full frame with the removal right behind it. (R5.6, law 7)"""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    writer = await inside.enter(live, MEMBER, name="Anna")
    [card] = await writer.done(PostIdea(0), "taken-back")
    first = await inside.enter(live, OBSERVER)  # has the full frame made
    assert b"taken-back" in b"".join(first.frames)
    match how:
        case "hidden":
            await boss.done(HideCard(card))
        case "reworded":
            await boss.done(EditCard(card), "better words")
        case "redacted":
            await boss.done(RedactCard(card))
    late = await inside.enter(live, OBSERVER)
    assert b"taken-back" not in b"".join(late.frames)


# Resuming


async def test_who_comes_back_is_told_what_is_new_and_nothing_else(inside: Inside) -> None:
    """Entering is always answered, be it with an empty patch."""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    writer = await inside.enter(live, MEMBER, name="Anna")
    phone = await inside.enter(live, OBSERVER)
    phone.wire.lose()
    back = await inside.enter(live, OBSERVER, have=phone.replica)
    assert [m[0] for m in back.told] == ["welcome", "patch"]
    assert back.told[1][6] == [] and back.told[1][7] == []
    back.wire.lose()
    [card] = await writer.done(PostIdea(0), "new")
    again = await inside.enter(live, OBSERVER, have=back.replica)
    assert [view[:2] for view in again.told[1][6] if view[0] == "card"] == [["card", card]]
    assert len(again.told[1][6]) <= 2


async def test_who_comes_back_to_a_killed_server_goes_on_where_it_was(inside: Inside) -> None:
    """From the log alone, without a whole view."""
    live, _ = await begun(inside, plan("ideate", hidden=False))
    writer = await inside.enter(live, MEMBER, name="Anna")
    await writer.done(PostIdea(0), "before")
    phone = await inside.enter(live, OBSERVER)
    live.failed = True  # as killed: no snapshot is kept
    live = await inside.again(live)
    back = await inside.enter(live, OBSERVER, have=phone.replica)
    assert [m[0] for m in back.told] == ["welcome", "patch"] and back.told[1][6] == []


async def reset_of(inside: Inside, live: Live, log_id: str, seq: int, chain: str) -> list[str]:
    """The reasons why a client that says it stands there is told to begin anew."""
    phone = await inside.enter(live, OBSERVER)
    phone.wire.lose()
    replica = phone.replica
    whole = replica.room.rows()
    replica.log_id, replica.room.seq, replica.chain = log_id, seq, chain
    back = await inside.enter(live, OBSERVER, have=replica)
    assert back.replica.room.rows() == whole
    return [m[1] for m in back.told if m[0] == "reset"]


async def test_another_log_or_history_is_told_to_begin_anew(inside: Inside) -> None:
    live, _ = await begun(inside)
    log_id, seq, chain = live.record.log_id, live.room.seq, live.chain
    assert await reset_of(inside, live, "f" * 16, seq, chain) == ["another_log"]
    assert await reset_of(inside, live, log_id, seq, "f" * 16) == ["another_history"]
    assert await reset_of(inside, live, log_id, seq + 1, chain) == ["another_history"]
    assert await reset_of(inside, live, log_id, (1 << 53) - 1, chain) == ["another_history"]
    assert await reset_of(inside, live, log_id, seq - 1, chain) == ["another_history"]
    assert await reset_of(inside, live, "", 0, "") == []
    assert await reset_of(inside, live, log_id, seq, chain) == []


async def test_who_is_too_far_behind_gets_the_whole_view(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where removals were forgotten since."""
    monkeypatch.setattr("rooms.kernel.TOMBSTONES_KEPT", 4)
    live, boss = await begun(inside, plan("discuss"))
    phone = await inside.enter(live, OBSERVER)
    people = [await inside.enter(live, MEMBER, name=f"P{n}") for n in range(8)]
    for one in people:
        await one.done(RaiseHand())
    await until(lambda: phone.read() or len(list(phone.replica.room.all("hand"))) == 8)
    phone.wire.lose()
    for one in people:
        await one.done(LowerHand())
    back = await inside.enter(live, OBSERVER, have=phone.replica)
    assert [m[1] for m in back.told if m[0] == "reset"] == ["too_far_behind"]
    assert not list(back.replica.room.all("hand"))


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


def database_of(inside: Inside) -> sqlite3.Connection:
    """The database under the log, to be damaged."""
    assert isinstance(inside.log, SqliteLog)
    return inside.log._database


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
    assert again.chain == live.chain and again.words == live.words
    back = await inside.enter(again, token=phone.token, have=phone.replica)
    assert [m[0] for m in back.told].count("reset") == 0


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
