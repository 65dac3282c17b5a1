"""Anonymous rounds: whose cards they are while the key lives, and the end of the key. (R5.6)"""

from pathlib import Path
from typing import Any

from protocols.log import entry
from rooms.agenda import NextStep
from rooms.cards import EditIdea, PostIdea, WithdrawIdea
from rooms.kernel import Command
from rooms.roles import FACILITATOR, MEMBER
from rooms.steps import LATE_MS
from tests.server.harness import Inside, begun, plan, until
from tests.server.log_contract import everything


async def anonymous(inside: Inside) -> tuple[Any, Any, list[Path]]:
    """A room in an anonymous step with a card in it: the room, the facilitator, the key's file."""
    live = await inside.room(plan("ideate", anonymous=True), plan("break"))
    boss = await inside.enter(live, FACILITATOR)
    await boss.done(NextStep())
    phone = await inside.enter(live, MEMBER, name="Anna")
    await phone.done(PostIdea(0), "unsaid")
    keys = list((inside.folder / "blind-keys").iterdir())
    assert len(keys) == 1
    return live, boss, keys


async def test_a_key_is_destroyed_when_its_round_cannot_be_undone(inside: Inside) -> None:
    """R5.6: a minute after the step was left, when no late card is taken any more. Its bytes are
    nowhere then."""
    live, boss, [path] = await anonymous(inside)
    key = path.read_bytes()
    await boss.done(NextStep())
    live.beat()
    assert path.exists(), "a late card is still taken"
    inside.clock.now_ms += LATE_MS
    live.beat()
    assert not path.exists()
    assert key not in inside.files()
    assert inside.keys.rounds(live.record.log_id) == []


async def test_a_key_does_not_outlive_its_round_over_a_restart(inside: Inside) -> None:
    """Although nobody ever comes back to the room."""
    _, boss, [path] = await anonymous(inside)
    await boss.done(NextStep())
    await inside.__aexit__()
    assert path.exists()
    inside.clock.now_ms += LATE_MS
    await inside.__aenter__()
    await until(lambda: not path.exists(), "the key is destroyed")


async def test_a_person_finds_her_anonymous_cards_again_while_the_key_lives(
    inside: Inside,
) -> None:
    """On the same device, over a restart of the server; and can change them. Others cannot."""
    live, _, _ = await anonymous(inside)
    phone = await inside.enter(live, MEMBER, name="Boris")
    [card] = await phone.done(PostIdea(0), "mine")
    live = await inside.again(live)
    back = await inside.enter(live, token=phone.token, client=phone.client)
    back.refs = phone.refs
    assert [one.text for one in back.replica.own.all("card")] == ["mine"]
    await back.done(EditIdea(card), "mine, changed")
    assert [one.text for one in back.replica.own.all("card")] == ["mine, changed"]
    other = await inside.enter(live, MEMBER, name="Vera")
    commands: list[Command] = [EditIdea(card), WithdrawIdea(card)]
    for command in commands:
        assert await other.refused(command, *(["x"] if command == commands[0] else [])) in (
            "unknown_card",
            "not_yours",
        )
    await back.done(WithdrawIdea(card))
    assert not list(back.replica.own.all("card"))


async def test_cards_of_one_person_cannot_be_told_by_their_numbers(inside: Inside) -> None:
    """R5.6: the log gives each anonymous card the numbers of one that stands alone, and a repeat is
    still known as one."""
    live, _ = await begun(inside, plan("ideate", anonymous=True))
    phone = await inside.enter(live, MEMBER, name="Anna")
    for number in range(5):
        [card] = await phone.done(PostIdea(0), f"idea {number}")
        await phone.done(EditIdea(card), f"idea {number}, changed")
    lane = phone.current.round if phone.current else 0
    seq = live.room.seq
    repeated = await phone.do(PostIdea(0), "in-a-repeat", lane=lane, ref=9)
    assert repeated[0] == "ack" and repeated[4] == [card]
    assert (await phone.do(EditIdea(card), "in-a-repeat", lane=lane, ref=10))[0] == "ack"
    assert live.room.seq == seq
    entries = [entry(one) for one in await everything(inside.log, live.record.log_id)]
    assert [one.ref for one in entries if one.lane] == [1, 2] * 5
    assert len({one.actor.blind for one in entries if one.lane}) == 5
