"""When a room is told to follow the next rules: what has to be sure before. (L11)"""

import logging

import pytest
from msgspec.structs import replace

from protocols.between import About
from rooms.agenda import CloseRoom, StopInput
from rooms.features import BOOK
from rooms.kernel import Draft, Refused, Room, UseRules
from server.peers import Alone
from server.upgrade import (
    AGAIN_S,
    CALM_BEATS,
    PATIENCE_S,
    ROOMS_PER_BEAT,
    Agreement,
    Upgrade,
    rehearse,
)
from tests.next_rules import NEXT, NEXT_BOOK, NUMBER
from tests.rooms.scene import SERVER, Scene, begun, plan, public

OLD, BOTH = [1], [1, NUMBER]


class Among(Alone):
    """Other servers as a test wants them."""

    is_up = True

    def has(self, **rules: list[int]) -> None:
        self.others = {
            server: About("0" * 12, "", "", known, 0, 0, 0, 0) for server, known in rules.items()
        }


def calm(agreement: Agreement) -> Agreement:
    """An agreement after a quiet time."""
    for _ in range(CALM_BEATS + 1):
        agreement.beat()
    return agreement


def scene_of(*, runs: bool) -> Scene:
    scene = Scene(public("brief"), book=NEXT_BOOK)
    if runs:
        scene.next()
    return scene


ALONE = calm(Agreement(NEXT_BOOK, Alone()))


# What all servers know


def test_l11_what_all_know_is_what_each_knows() -> None:
    peers = Among()
    for others, known in (({}, {1, 2}), ({"a": BOTH}, {1, 2}), ({"a": BOTH, "b": OLD}, {1})):
        peers.has(**others)
        assert calm(Agreement(NEXT_BOOK, peers)).known == known
    assert calm(Agreement(BOOK, peers)).known == {1}


def test_l11_a_server_that_has_just_started_is_not_sure() -> None:
    agreement = Agreement(NEXT_BOOK, Alone())
    for _ in range(CALM_BEATS - 1):
        agreement.beat()
        assert agreement.known == frozenset()
    agreement.beat()
    assert agreement.known == {1, NUMBER}


def test_l11_while_servers_come_and_go_nobody_is_sure() -> None:
    peers = Among()
    peers.has(a=BOTH)
    agreement = calm(Agreement(NEXT_BOOK, peers))
    for others in ({"a": BOTH, "b": BOTH}, {"b": BOTH}, {"b": OLD}):
        peers.has(**others)
        agreement.beat()
        assert agreement.known == frozenset()
        calm(agreement)
        assert agreement.known


def test_l11_who_cannot_hear_the_others_is_not_sure() -> None:
    """A server that Redis is away for has lost sight of the others, not they their rooms."""
    peers = Among()
    agreement = calm(Agreement(NEXT_BOOK, peers))
    peers.is_up = False
    agreement.beat()
    assert agreement.known == frozenset()
    peers.is_up = True
    agreement.beat()
    assert agreement.known == frozenset()


def test_l11_new_rooms_begin_where_every_server_can_follow() -> None:
    peers = Among()
    peers.has(a=OLD)
    assert Agreement(NEXT_BOOK, peers).for_new_rooms == 1
    assert calm(Agreement(NEXT_BOOK, peers)).for_new_rooms == 1
    peers.has(a=BOTH)
    assert calm(Agreement(NEXT_BOOK, peers)).for_new_rooms == NUMBER


# When a room is due


def test_l11_a_room_that_has_not_begun_goes_over_at_once() -> None:
    assert Upgrade("ROOM").due(scene_of(runs=False).room, ALONE, 0.0) == NUMBER


def test_l11_rules_that_not_all_know_are_not_asked_for() -> None:
    room = scene_of(runs=False).room
    assert Upgrade("ROOM").due(room, Agreement(NEXT_BOOK, Alone()), 0.0) == 0
    assert Upgrade("ROOM").due(room, calm(Agreement(BOOK, Alone())), 0.0) == 0


def test_l11_a_running_step_is_given_time() -> None:
    room, upgrade = scene_of(runs=True).room, Upgrade("ROOM")
    assert upgrade.due(room, ALONE, 100.0) == 0
    assert upgrade.due(room, ALONE, 100.0 + PATIENCE_S - 1) == 0
    assert upgrade.due(room, ALONE, 100.0 + PATIENCE_S) == NUMBER


def test_l11_time_given_counts_from_when_all_knew_the_rules() -> None:
    room, upgrade = scene_of(runs=True).room, Upgrade("ROOM")
    assert upgrade.due(room, ALONE, 0.0) == 0
    assert upgrade.due(room, Agreement(NEXT_BOOK, Alone()), 1.0) == 0  # a server came back
    assert upgrade.due(room, ALONE, PATIENCE_S) == 0
    assert upgrade.due(room, ALONE, 2 * PATIENCE_S) == NUMBER


def test_l11_a_step_that_has_ended_does_not_keep_the_room() -> None:
    scene, upgrade = scene_of(runs=True), Upgrade("ROOM")
    assert upgrade.due(scene.room, ALONE, 0.0) == 0
    scene.do(scene.host, StopInput())
    assert upgrade.due(scene.room, ALONE, 1.0) == NUMBER


def test_l11_a_closed_room_goes_over_too() -> None:
    scene = scene_of(runs=True)
    scene.do(scene.host, CloseRoom())
    assert Upgrade("ROOM").due(scene.room, ALONE, 0.0) == NUMBER
    scene.do(SERVER, UseRules(NUMBER))
    assert scene.room.rules is NEXT


def test_l11_a_server_asks_seldom_and_not_when_it_is_done() -> None:
    scene, upgrade = scene_of(runs=False), Upgrade("ROOM")
    assert upgrade.due(scene.room, ALONE, 0.0) == NUMBER
    assert upgrade.due(scene.room, ALONE, AGAIN_S - 1) == 0
    assert upgrade.due(scene.room, ALONE, AGAIN_S) == NUMBER
    scene.do(SERVER, UseRules(NUMBER))
    assert upgrade.due(scene.room, ALONE, 10 * AGAIN_S) == 0


def test_l11_many_rooms_go_over_a_few_at_a_time() -> None:
    agreement = calm(Agreement(NEXT_BOOK, Alone()))
    room = scene_of(runs=False).room
    asked = [Upgrade("ROOM").due(room, agreement, 0.0) for _ in range(ROOMS_PER_BEAT + 3)]
    assert asked == [NUMBER] * ROOMS_PER_BEAT + [0] * 3
    agreement.beat()
    assert Upgrade("ROOM").due(room, agreement, 0.0) == NUMBER


# The rehearsal


def test_l11_a_rehearsal_changes_nothing() -> None:
    scene = begun(plan("ideate"))
    scene.room.book = NEXT_BOOK
    before = scene.digest()
    assert rehearse(scene.room) == ""
    assert scene.digest() == before and scene.room.rules.number == 1


def breaks(draft: Draft) -> None:
    raise KeyError("a lost step")


def refuses(draft: Draft) -> None:
    raise Refused("bad_settings")


@pytest.mark.parametrize(
    ("migrate", "why"), [(breaks, "KeyError: 'a lost step'"), (refuses, "bad_settings")]
)
def test_l11_a_room_that_cannot_go_over_stays_as_it_is(
    migrate: object, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    room: Room = scene_of(runs=False).room
    room.book = {**NEXT_BOOK, NUMBER: replace(NEXT, migrate=migrate)}
    upgrade = Upgrade("ROOM")
    with caplog.at_level(logging.ERROR):
        assert upgrade.due(room, ALONE, 0.0) == upgrade.due(room, ALONE, 9 * AGAIN_S) == 0
    (told,) = caplog.records
    assert "stays as it is" in told.message and why in vars(told)["why"]
