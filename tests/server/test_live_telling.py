"""How a live room tells its people, and who comes late or back (rules W7 to W9)."""

import pytest

from rooms.agenda import NextStep
from rooms.cards import EditIdea, PostIdea
from rooms.moderation import EditCard, HideCard, RedactCard
from rooms.roles import FACILITATOR, LEAD, MEMBER, OBSERVER, STAGE
from rooms.talk import LowerHand, RaiseHand
from rooms.votes import CastDots, Choice
from server.live import Live
from tests.server.harness import Inside, begun, plan, until


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
    log_id, seq, chain = live.record.log_id, live.room.seq, live.history.chain
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
    monkeypatch.setattr("rooms.plane.TOMBSTONES_KEPT", 4)
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


async def test_a_restart_tells_who_was_behind_what_is_new_only(inside: Inside) -> None:
    """Also where the room was read from a snapshot that is newer than where the client stands."""
    live, boss = await begun(inside, plan("ideate", hidden=False))
    phone = await inside.enter(live, OBSERVER)
    phone.wire.lose()
    writer = await inside.enter(live, MEMBER, name="Anna")
    [card] = await writer.done(PostIdea(0), "new")
    live = await inside.again(live)
    back = await inside.enter(live, OBSERVER, have=phone.replica)
    assert "reset" not in [m[0] for m in back.told]
    assert [view[1] for view in back.told[1][6] if view[0] == "card"] == [card]
    assert boss.client
