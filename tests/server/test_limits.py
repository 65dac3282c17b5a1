"""Limits per person, room and address, and words as they are kept."""

import asyncio

import pytest
from websockets.exceptions import InvalidStatus

from protocols import limits
from rooms.cards import PostIdea
from rooms.people import Join
from server.edge import clean
from server.rates import Guesses, network
from tests.server.harness import plan
from tests.server.phones import People
from tests.server.serving import Process, Serving


async def test_the_51st_command_in_ten_seconds_is_refused(
    shared_process: Process, people: People
) -> None:
    """For a person, on all devices together; others are not touched, and nobody is cut off."""
    room = shared_process.new_room()
    boss = await people.phone(shared_process, room, "facilitator")
    await boss.next_step()
    await boss.next_step()
    phone = await people.phone(shared_process, room, "member", name="Anna")
    tablet = await people.phone(shared_process, room, "member", token=phone.token)
    other = await people.phone(shared_process, room, "member", name="Boris")
    taken = 0
    for _ in range(200):
        answer = await phone.do(PostIdea(0), "x")
        if answer[0] == "refused":
            break
        taken += 1
    assert answer[3] == "too_fast"
    assert limits.SEAT.burst - 2 <= taken <= limits.SEAT.burst + 20
    assert await tablet.refused(PostIdea(0), "x") == "too_fast"
    assert await other.done(PostIdea(0), "x")


def spent(rate: limits.Rate, times: list[float]) -> int:
    """How many of the uses at these times, in seconds, a bucket allows."""
    tokens, last, allowed = float(rate.burst), times[0], 0
    for now in times:
        tokens, ok = rate.spend(tokens, now - last)
        last = now
        allowed += ok
    return allowed


def test_limits_are_buckets_over_time() -> None:
    """A seat: 50 at once, then 5 a second. A room: 5,000 a second. An address: 2,000 at once, then
    200 a second. Waiting never saves up more than the burst."""
    assert spent(limits.SEAT, [0.0] * 51) == 50
    assert spent(limits.SEAT, [0.0] * 60 + [1.0] * 10) == 55
    assert spent(limits.SEAT, [n / 5 for n in range(500)]) == 500
    assert spent(limits.SEAT, [0.0] * 50 + [3600.0] * 60) == 100
    assert spent(limits.ROOM, [0.0] * 6_000) == 5_000
    assert spent(limits.ROOM, [0.0] * 5_000 + [0.5] * 3_000) == 7_500
    assert spent(limits.ADDRESS, [0.0] * 2_500) == 2_000
    assert spent(limits.ADDRESS, [0.0] * 2_000 + [1.0] * 300) == 2_200


async def test_connections_of_one_address_are_limited(
    serving: Serving, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one gets 403 and no handshake; who is connected stays."""
    monkeypatch.setattr("protocols.limits.ADDRESS", limits.Rate(burst=3, per_s=0.0))
    room = await serving.room()
    phone = await people.phone(serving, room, "member")
    for _ in range(2):
        await people.silent(serving, room.code)
    with pytest.raises(InvalidStatus):
        await people.silent(serving, room.code)
    await phone.settled()
    assert serving.metrics.counts["oneroom_turned_away_total"] == 1


async def test_three_hundred_people_may_have_one_name(serving: Serving, people: People) -> None:
    """Names are not compared: each gets a seat of her own."""
    room = await serving.room()
    phones = [await people.phone(serving, room, "member") for _ in range(300)]
    seats = await asyncio.gather(*(phone.done(Join(0, "remote"), "Анна") for phone in phones))
    assert len({seat[0] for seat in seats}) == 300
    boss = await people.phone(serving, room, "facilitator")
    names = [seat.name for seat in boss.replica.room.all("seat")]
    assert names == ["Анна"] * 300


async def test_a_long_idea_is_refused_and_a_just_fitting_one_is_kept(
    serving: Serving, people: People
) -> None:
    """Measured after cleaning, in characters. Nothing a card can hold cuts the connection."""
    room = await serving.room(plan("ideate"))
    boss = await people.phone(serving, room, "facilitator")
    await boss.next_step()
    phone = await people.phone(serving, room, "member", name="Anna")
    assert await phone.refused(PostIdea(0), "Ж" * 601) == "too_long"
    assert await phone.refused(PostIdea(0), "Ж" * 8_000) == "too_long"
    assert await phone.refused(PostIdea(0), "") == "missing_words"
    assert await phone.refused(PostIdea(0), " \n\t\u202e\0 ") == "missing_words"
    await phone.done(PostIdea(0), " " * 300 + "Ж" * 600 + "\0" * 50)
    assert [len(card.text) for card in phone.replica.own.all("card")] == [600]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("plain", "plain"),
        ("  around  ", "around"),
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("tab\tstays", "tab\tstays"),
        ("nul\0bell\x07escape\x1b[31mdelete\x7f", "nulbellescape[31mdelete"),
        ("c1\x85\x9b", "c1"),
        ("\u202eevil\u202c \u2066isolated\u2069", "evil isolated"),
        ("\ufeffmark", "mark"),
        ("e\u0301", "é"),
        ("й", "й"),
        ("Z" + "\u0335" * 40 + "algo", "Z" + "\u0335" * 4 + "algo"),
        ("👩‍👩‍👧 семья", "👩‍👩‍👧 семья"),
        ("שלום", "שלום"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0"),
        ("\uffff\ufffe", ""),
        ("\u0301\u0301", ""),
        (" \u200b\u200d \u00ad", ""),
        ("\u3164", ""),
        ("\U0001fae9", "\U0001fae9"),
    ],
)
def test_words_are_cleaned(text: str, kept: str) -> None:
    """Controls, directional overrides and piles of marks go, everything people write stays; what
    is clean stays as it is."""
    assert clean(text) == kept
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::7", "2001:0db8:0001:0002"),
        ("fe80::1%eth0", "fe80:0000:0000:0000"),
        ("", ""),
        ("a:b", "a:b"),
    ],
)
def test_one_machine_is_one_address(address: str, whose: str) -> None:
    assert network(address) == whose


def test_nobody_guesses_on_from_the_next_address() -> None:
    """A machine with IPv6 has more addresses than there are codes."""
    guesses = Guesses()
    for n in range(limits.GUESSES.burst):
        guesses.missed(f"2001:db8::{n:x}")
    assert guesses.are_spent("2001:db8::ffff") and not guesses.are_spent("2001:db8:0:1::1")
