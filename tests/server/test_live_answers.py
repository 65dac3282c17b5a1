"""A live room's answers, repeats and connections that take over (rules W4 to W6)."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from protocols.codes import Close
from protocols.wire import UNANSWERED
from rooms.cards import PostIdea
from rooms.kernel import WORD_BITS
from rooms.moderation import RedactCard
from rooms.people import Join
from rooms.roles import MEMBER
from rooms.votes import CastDots
from server.logs.base import StorageFailed
from tests.server.harness import Device, Gate, Inside, begun, plan, until
from tests.server.log_contract import everything


def answers(device: Device) -> list[list[Any]]:
    device.read()
    return [message for message in device.told if message[0] in ("ack", "refused")]


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
    assert not [word for word in live.history.words.values() if "refused-" in word]


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
    assert live.history.words.get((card >> 16) << WORD_BITS) is None


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
    monkeypatch.setattr("server.leases.PROBE_S", 0.05)
    live, _ = await begun(inside)
    old = await inside.enter(live, MEMBER, page="one")
    old.wire.lives = None
    new = await inside.enter(live, MEMBER, page="two", client=old.client)
    assert new.client == old.client
    assert old.wire.closed and old.wire.closed[0] == Close.TAKEN_OVER


async def test_two_that_take_over_at_once_do_not_share_an_id(
    inside: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.leases.PROBE_S", 0.05)
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
