"""The generic replica: bytes in, tables out, and never a wrong one."""

from typing import Any

import pytest

from client.replica import Replica, Table, decode, encode


def card(number: int, text: str) -> list[Any]:
    """A card's view as it travels."""
    return ["card", number, 4096, 0, text, 7, "Anna", 8, 0, "shown", 0, 1, False]


def patch(
    since: int, seq: int, put: list[Any], gone: list[Any] | None = None, *, own: bool = False
) -> list[Any]:
    """A patch's fields after its tag."""
    return [own, since, seq, f"chain{seq}", seq, put, gone or []]


def texts(table: Table) -> list[str]:
    return [thing.text for thing in table.all("card")]


def test_message_travels() -> None:
    message = ["do", 1, 0, 4096, 12, ["post_idea", 0], ["мысль"]]
    assert decode(encode(message)) == message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x92\xa4ping",  # cut short
        b"\xa4ping",  # no array
        b"\x90",  # empty
        b"\x91\x01",  # no tag
        b"\x91\xa4ping\xc0",  # something after it
        b"\x91\xa2\xc3\x28",  # not UTF-8
        b"\x92\xa4ping\x81\x01\x02",  # a map with a key that is no text
        b"\x92\xa4ping\xd4\x01\x00",  # an extension
        b"\xdd\xff\xff\xff\xff",  # a promise of four thousand million elements
        b"\x91" * 5_000,  # nested without end
    ],
)
def test_anything_else_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        decode(data)


def test_fields_get_their_names() -> None:
    replica = Replica()
    assert replica.apply(patch(0, 3, [card(5, "a thought")]))
    found = replica.room.get("card", 5)
    assert found is not None
    assert (found.tag, found.text, found.name, found.rank) == ("card", "a thought", "Anna", 1)
    assert replica.position == ["", 3, "chain3"]


def test_upserts_and_removals() -> None:
    replica = Replica()
    replica.apply(patch(0, 1, [card(5, "first"), card(6, "second")]))
    replica.apply(patch(1, 2, [card(5, "reworded")], [["card", 6], ["card", 99]]))
    assert texts(replica.room) == ["reworded"]
    assert replica.room.get("card", 6) is None


def test_an_old_patch_changes_nothing() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "new")]))
    assert replica.apply(patch(0, 4, [card(5, "old")], [["card", 5]]))
    assert texts(replica.room) == ["new"]
    assert replica.position == ["", 5, "chain5"]


def test_an_empty_patch_at_the_same_place_is_harmless() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "new")]))
    assert replica.apply(patch(5, 5, []))
    assert texts(replica.room) == ["new"]


def test_a_patch_from_before_what_is_known_applies() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "known")]))
    assert replica.apply(patch(3, 7, [card(5, "newer")]))
    assert texts(replica.room) == ["newer"]


def test_a_gap_is_told_and_changes_nothing() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "known")]))
    assert not replica.apply(patch(6, 7, [card(5, "lost")]))
    assert texts(replica.room) == ["known"]
    assert replica.room.seq == 5


def test_the_private_table_has_a_place_of_its_own() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "in the room")]))
    replica.apply(patch(0, 4, [card(9, "mine")], own=True))
    assert (texts(replica.room), texts(replica.own)) == (["in the room"], ["mine"])
    assert (replica.room.seq, replica.own.seq) == (5, 4)


def test_after_a_reset_the_whole_view_takes_the_place_of_the_old_one() -> None:
    """W8: nobody sees an empty room in between."""
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "in the room")]))
    replica.apply(patch(0, 5, [card(9, "mine")], own=True))
    replica.reset()
    assert (texts(replica.room), texts(replica.own)) == (["in the room"], ["mine"])
    assert (replica.position[1:], replica.own_position()) == ([0, ""], 0)
    assert not replica.apply(patch(1, 2, [card(1, "a part")]))
    assert replica.apply(patch(0, 2, [card(1, "anew")]))
    assert replica.apply(patch(0, 2, [], own=True))
    assert (texts(replica.room), texts(replica.own)) == (["anew"], [])


def test_an_empty_patch_carries_stability_on() -> None:
    """W7: also where it leads to where the table stands."""
    replica = Replica()
    replica.apply([False, 0, 5, "c", 2, [], []])
    replica.apply([False, 5, 5, "c", 5, [], []])
    assert replica.stable_seq == 5
    replica.apply([False, 0, 5, "c", 3, [], []])
    assert replica.stable_seq == 5, "it never goes back"
    replica.reset()
    assert replica.stable_seq == 0


def test_what_a_thing_is_does_not_depend_on_what_was_done_to_it() -> None:
    replica = Replica()
    replica.apply(patch(0, 5, [card(9, "a")]))
    seen = replica.sight(9)
    replica.own.write([["ballot", 9, 4097, 0, "agree"]], [])
    moved = card(9, "a")
    moved[10] = 77
    replica.apply(patch(5, 6, [moved, ["tally", 9, 4097, 1, 0, 1, 0, 0]]))
    assert replica.sight(9) == seen
    replica.apply(patch(6, 7, [card(9, "b")]))
    assert replica.sight(9) != seen


def test_what_no_chain_vouches_for_is_asked_for_anew() -> None:
    """W9: an answer may bring the private table further than any patch has confirmed."""
    replica = Replica()
    replica.apply(patch(0, 5, [card(5, "in the room")]))
    replica.apply(patch(0, 5, [card(9, "mine")], own=True))
    assert replica.own_position() == 5
    replica.own.write([card(11, "perhaps lost")], [])
    replica.own.seq = 8
    assert replica.own_position() == 0
    replica.apply(patch(0, 7, [card(9, "mine")], own=True))
    assert texts(replica.own) == ["mine"]


def test_a_kind_from_a_later_version_is_passed_over() -> None:
    replica = Replica()
    assert replica.apply(patch(0, 1, [["hologram", 1, "?"], card(5, "known")], [["hologram", 2]]))
    assert list(replica.room.rows()) == [("card", 5)]


def test_a_field_from_a_later_version_is_passed_over() -> None:
    """It stands behind those that are known; one that is missing is no view of ours."""
    replica = Replica()
    assert replica.apply(patch(0, 1, [[*card(1, "a"), "later"]]))
    assert texts(replica.room) == ["a"]
    with pytest.raises(ValueError):
        replica.apply(patch(1, 2, [card(1, "b")[:-1]]))


def test_tables_can_be_compared() -> None:
    one, other = Replica(), Replica()
    one.apply(patch(0, 1, [card(5, "a"), card(6, "b")]))
    other.apply(patch(0, 1, [card(6, "b"), card(5, "a"), card(7, "c")]))
    other.apply(patch(1, 2, [], [["card", 7]]))
    assert one.room.rows() == other.room.rows()
