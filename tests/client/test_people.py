"""Simulated people take a whole session through, with nobody at the wheel but the demo."""

import asyncio
from collections import Counter
from random import Random

import pytest

from client.demo import Steering, at, open_room
from client.own_server import OwnServer
from client.people import TEMPERAMENTS, crowd, temperaments
from client.room_client import RoomClient
from client.sayings import NAMES, SAYINGS, Lang
from protocols.limits import FOR_CLIENTS

HURRY = 400.0
"""People hardly pause at all; steps are a little longer, so that they come to act in each."""


def test_temperaments_come_in_their_shares() -> None:
    found = Counter(one.name for one in temperaments(50, Random(1)))
    assert found == {one.name: 2 * one.share for one in TEMPERAMENTS}
    assert sum(one.share for one in TEMPERAMENTS) == 25


def test_a_run_can_be_repeated() -> None:
    links = {"member": "http://h/r/A#1", "lead": "http://h/r/A#2", "stage": "http://h/s/A#3"}

    def once() -> list[tuple[str, str, str]]:
        people = crowd(links, 30, SAYINGS["en"], Random(4), 1.0)
        return [(person.temper.name, name, place) for person, name, place in people]

    assert once() == once()
    assert len({name for _, name, _ in once()}) == 30


@pytest.mark.parametrize("lang", list(SAYINGS))
def test_sayings_fit_the_limits(lang: Lang) -> None:
    said = SAYINGS[lang]
    assert max(map(len, said.good + said.bad)) <= FOR_CLIENTS["card"]
    assert max(map(len, NAMES[lang])) <= FOR_CLIENTS["name"]
    assert max(map(len, said.help)) <= FOR_CLIENTS["help"]
    for what, *rest in said.decisions:
        assert len(what) <= FOR_CLIENTS["wording"]
        assert max(map(len, rest)) <= FOR_CLIENTS["term"]


@pytest.mark.timeout(60)
async def test_a_session_runs_to_its_end() -> None:
    with OwnServer() as server:
        made = open_room(server.base, server.key, "en")
        links = {link["role"]: at(server.base, link["url"]) for link in made["links"]}
        people = crowd(links, 9, SAYINGS["en"], Random(2), HURRY)
        async with RoomClient(links["facilitator"]) as moderator:
            lives = asyncio.gather(*(one.live(name, place) for one, name, place in people))
            try:
                await Steering(moderator, len(people), HURRY / 10).run()
                await asyncio.wait_for(lives, 20)
            finally:
                await asyncio.gather(*(one.client.close() for one, _, _ in people))
            room = moderator.replica.room
            await moderator.until(lambda: moderator.agenda and moderator.agenda.state == "over")
            assert sum(1 for _ in room.all("seat")) == len(people)
            assert {card.state for card in room.all("card")} <= {"shown", "late"}
            assert any(room.all("card"))
            decisions = list(room.all("decision"))
            assert all(d.signed or d.fate == "nobody" for d in decisions)
            assert {d.owner for d in decisions if d.signed} <= {
                one.client.seat for one, _, _ in people
            }
