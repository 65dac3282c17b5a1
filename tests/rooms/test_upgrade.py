"""Going over to the next rules in the middle of a session (rules K10, K11)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from protocols.codes import REFUSALS
from protocols.log import Logged, draft, entry, restore, snapshot, state_digest
from rooms.agenda import OpenRoom, Tick
from rooms.cards import Card, CardView, PostIdea, WithdrawIdea, view_card
from rooms.features import BOOK, RULES, bind, new_room
from rooms.kernel import (
    ROOM,
    Actor,
    Entry,
    Room,
    UnknownRules,
    UseRules,
    View,
    Words,
    tag_of,
)
from rooms.plane import Plane
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, Mask
from rooms.spotlight import SPOTLIGHT_ID, Spotlight, Spotlit
from rooms.steps import SESSION_ID, Session
from tests.next_rules import (
    COUNTED_ID,
    NEXT,
    NEXT_BOOK,
    NUMBER,
    Counted,
    PointAt,
    SpotlitSince,
    Wave,
)
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, over
from tests.rooms.scene import SERVER, Person, Scene, plan


def pointed() -> tuple[Scene, Person, int]:
    """A room under the rules before: two cards, one of them pointed at, one taken back."""
    scene = Scene(plan("ideate", hidden=False), plan("ideate"), book=NEXT_BOOK)
    scene.next()
    anna = scene.join()
    card = scene.post(anna)
    scene.do(anna, WithdrawIdea(scene.post(anna, "другая")))
    scene.do(scene.host, Spotlight(card))
    return scene, anna, card


def upgraded() -> tuple[Scene, Person, int]:
    """The same room, under the next rules."""
    scene, anna, card = pointed()
    scene.do(SERVER, UseRules(NUMBER))
    return scene, anna, card


def replay(logged: list[Logged], room: Room) -> Room:
    """A room, with these entries after it."""
    for one in logged:
        room.apply(entry(one, room.book))
    return room


def test_k10_rules_come_into_force_with_the_next_entry() -> None:
    scene, anna, _ = pointed()
    assert scene.room.rules is RULES
    early = {"ref": anna.next_ref(0), "step": scene.agenda.current, "rules": NUMBER}
    assert scene.apply(anna.actor, Wave(3), **early).refused == "other_rules"
    scene.do(SERVER, UseRules(NUMBER))
    assert scene.room.rules is NEXT
    scene.do(anna, Wave(3))
    assert scene.room.get(Counted, COUNTED_ID) == Counted(COUNTED_ID, 1, 3)


def test_k10_session_tells_the_rules_in_force() -> None:
    scene, _, _ = upgraded()
    session = scene.room.get(Session, SESSION_ID)
    assert session is not None and session.rules == NUMBER


def test_k10_saying_it_twice_is_harmless() -> None:
    scene, _, _ = upgraded()
    for number in (NUMBER, RULES.number, NUMBER + 7):
        scene.refuses("other_rules", SERVER, UseRules(number))
    assert scene.room.rules is NEXT


def test_k10_rules_are_not_left_out() -> None:
    scene, _, _ = pointed()
    scene.refuses("other_rules", SERVER, UseRules(NUMBER + 1))


def test_k10_servers_alone_say_so() -> None:
    scene, anna, _ = pointed()
    scene.refuses("not_your_role", scene.host, UseRules(NUMBER))
    scene.refuses("not_your_role", anna, UseRules(NUMBER))
    scene.refuses("wrong_lane", Actor(blind="nobody"), UseRules(NUMBER))
    assert scene.room.rules is RULES


def test_k10_a_server_of_the_rules_before_stops_there_and_changes_nothing() -> None:
    scene, _, _ = upgraded()
    scene.wait(s=3_600)  # a step would end with the next entry
    old = replay(scene.logged[:-1], new_room(BOOK))
    before = state_digest(old)
    late = Logged(old.seq + 1, scene.now, "", scene.logged[-1].body)
    with pytest.raises(UnknownRules, match=rf"entry {old.seq + 1} needs rules {NUMBER}"):
        old.apply(entry(late, BOOK))
    assert (old.seq, state_digest(old)) == (late.seq - 1, before)


def test_k10_an_entry_of_unknown_rules_changes_nothing() -> None:
    scene = Scene()
    before = scene.digest()
    with pytest.raises(UnknownRules, match="rules 9"):
        scene.room.apply(replace(scene.entries[0], seq=2, command=Tick(), rules=9))
    assert scene.digest() == before


def test_k10_room_begins_under_the_rules_of_its_first_entry() -> None:
    opening = OpenRoom(NUMBER, "ru", [plan("brief")], [FACILITATOR, MEMBER], [])
    body = draft(SERVER, opening, rules=NUMBER).body
    room = new_room(NEXT_BOOK)
    assert not room.apply(entry(Logged(1, 0, "", body), NEXT_BOOK)).refused
    assert room.rules is NEXT
    with pytest.raises(UnknownRules, match=f"rules {NUMBER}"):
        entry(Logged(1, 0, "", body), BOOK)


@pytest.mark.parametrize(("design", "named"), [(1, NUMBER), (NUMBER, 1)])
def test_k10_design_and_entry_name_the_same_rules(design: int, named: int) -> None:
    opening = OpenRoom(design, "ru", [plan("brief")], [FACILITATOR], [])
    body = draft(SERVER, opening, rules=named).body
    outcome = new_room(NEXT_BOOK).apply(entry(Logged(1, 0, "", body), NEXT_BOOK))
    assert outcome.refused == "other_rules"


def test_k10_rules_do_not_change_before_the_room_is_open() -> None:
    first = entry(Logged(1, 0, "", draft(SERVER, UseRules(NUMBER)).body))
    room = new_room(NEXT_BOOK)
    assert room.apply(first).refused == "not_open_yet"
    assert room.rules is RULES


def test_k10_what_was_on_its_way_counts_where_the_command_is_the_same() -> None:
    scene, anna, _ = upgraded()
    on_its_way = {"ref": 40, "step": scene.agenda.current, "rules": RULES.number}
    assert not scene.apply(anna.actor, PostIdea(0), "мысль", **on_its_way).refused
    counted = scene.room.get(Counted, COUNTED_ID)
    assert counted is not None and counted.cards == 2, "under the rules in force"


def test_k10_what_was_on_its_way_is_refused_where_the_command_is_another() -> None:
    """The same tag, but a field more: what it means now nobody can say."""
    scene, _, card = upgraded()
    step = scene.agenda.current
    late = {"ref": scene.host.next_ref(0), "step": step, "rules": RULES.number}
    assert scene.apply(scene.host.actor, Spotlight(card), **late).refused == "other_rules"
    scene.do(scene.host, PointAt(card, 5))


def test_k10_remembered_answers_stay() -> None:
    scene, anna, card = upgraded()
    again = scene.apply(anna.actor, PostIdea(0), "мысль", ref=2, step=scene.agenda.current)
    assert again.repeat and again.made == (card,)


def test_k11_state_is_brought_over() -> None:
    scene, _, card = upgraded()
    assert scene.room.get(Counted, COUNTED_ID) == Counted(COUNTED_ID, 1, 0)
    spotlit = scene.room.get(SpotlitSince, SPOTLIGHT_ID)
    assert spotlit is not None and (spotlit.target, spotlit.since_ms) == (card, 0)
    assert scene.room.get(Spotlit, SPOTLIGHT_ID) is None
    assert scene.room.get(Card, card) is not None


def test_k11_everybody_is_told_of_it_once() -> None:
    scene, anna, card = pointed()
    at = scene.room.seq
    outcome = scene.apply(SERVER, UseRules(NUMBER))
    put, gone = scene.room.view(at, MEMBER, scene.words.get)
    assert [(view.__struct_config__.tag, view.id) for view in put] == [
        ("session", SESSION_ID),
        ("spotlight", SPOTLIGHT_ID),
        ("counted", COUNTED_ID),
    ]
    assert gone == []
    assert {ROOM, anna.seat} <= set(outcome.touched)
    assert scene.room.view(at + 1, MEMBER, scene.words.get) == ([], [])


def test_k11_what_has_another_view_is_told_anew() -> None:
    """Else a newcomer would see it the new way, and everybody else the old way for ever."""
    scene, _, card = pointed()

    def louder(seen: Card, role: int, words: Words) -> CardView:
        told = view_card(seen, role, words)
        return replace(told, text=f"{told.text}!")

    other = replace(NEXT, views={**NEXT.views, Card: louder})
    room = replay(scene.logged, new_room({1: RULES, NUMBER: other}))
    room.apply(replace(scene.entries[0], seq=room.seq + 1, command=UseRules(NUMBER)))
    put, _ = room.view(room.seq - 1, MEMBER, scene.words.get)
    assert [view.text for view in put if isinstance(view, CardView)] == ["мысль!"]
    seen = [view.id for view in put]
    assert card in seen and len(set(seen)) == len(seen)


def test_k11_who_has_seen_a_thing_is_told_when_it_goes() -> None:
    scene, _, _ = upgraded()
    at = scene.room.seq
    scene.next()
    _, gone = scene.room.view(at, MEMBER, scene.words.get)
    assert gone == [("spotlight", SPOTLIGHT_ID)]


def test_k11_removals_from_before_are_still_told() -> None:
    scene, _, _ = pointed()
    at = scene.room.seq
    scene.next()  # the spotlight goes
    scene.do(SERVER, UseRules(NUMBER))
    _, gone = scene.room.view(at, MEMBER, scene.words.get)
    assert ("spotlight", SPOTLIGHT_ID) in gone
    copy = restore(snapshot(scene.room, "log", scene.chain), NEXT_BOOK)
    assert copy.view(at, MEMBER, scene.words.get)[1] == gone


def test_k11_private_planes_are_brought_over_too() -> None:
    plane = Plane()
    plane.write((Spotlit, 1), Spotlit(1, 2, 3, EVERYBODY), 4)
    plane.write((Spotlit, 5), Spotlit(5, 6, 7, 0), 8)
    plane.write((Spotlit, 5), None, 9)
    plane.recast(NEXT.shapes, 10)
    assert plane.entities[SpotlitSince] == {1: SpotlitSince(1, 2, 3, EVERYBODY, 0)}
    assert list(plane.order.items()) == [((SpotlitSince, 5), 9), ((SpotlitSince, 1), 10)]
    assert list(plane.gone) == [(SpotlitSince, 5)]
    assert plane.shown[(SpotlitSince, 1)] == EVERYBODY


@pytest.mark.parametrize("back", range(12))
def test_k11_replay_and_snapshot_with_its_tail_agree(back: int) -> None:
    """Wherever the snapshot was taken: before the switch, right after it, or later."""
    scene, anna, card = upgraded()
    scene.do(anna, Wave(2))
    scene.post(anna)
    scene.do(scene.host, PointAt(card, 1))
    whole = replay(scene.logged, new_room(NEXT_BOOK))
    assert state_digest(whole) == scene.digest()
    cut = len(scene.logged) - back
    part = replay(scene.logged[:cut], new_room(NEXT_BOOK))
    copy = restore(snapshot(part, "log", "0" * 16), NEXT_BOOK)
    assert copy.rules is part.rules
    assert state_digest(replay(scene.logged[cut:], copy)) == scene.digest()


def test_k11_digest_tells_the_rules_in_force() -> None:
    scene, _, _ = pointed()
    bare = {2: replace(RULES, number=2), 1: RULES}
    old, new = (replay(scene.logged, new_room(book)) for book in (BOOK, bare))
    tick = replace(scene.entries[0], seq=old.seq + 1, command=Tick())
    old.apply(tick)
    new.rules = bare[2]
    new.apply(replace(tick, rules=2))
    assert state_digest(old) != state_digest(new)


def test_k11_old_rules_cannot_read_a_snapshot_of_the_next() -> None:
    scene, _, _ = upgraded()
    taken = snapshot(scene.room, "log", scene.chain)
    with pytest.raises(ValueError, match=f"under rules {NUMBER}"):
        restore(taken, BOOK)


def test_k11_next_rules_lose_no_kind_of_entity() -> None:
    poorer = replace(NEXT, entities=tuple(kind for kind in NEXT.entities if kind is not Card))
    with pytest.raises(ValueError, match="lose.*card"):
        bind(RULES, poorer)
    with pytest.raises(ValueError, match="do not follow"):
        bind(RULES, replace(NEXT, number=NUMBER + 1))


# Whatever people send, and whenever it comes

Seen = dict[tuple[str, int], View]


def with_switch(entries: list[Entry], where: int) -> list[Entry]:
    """The same entries, with the next rules from a place on. What comes after it was given under
    the rules before, as if all of it had been on its way."""
    before, after = entries[:where], entries[where:]
    at_ms = before[-1].at_ms
    switch = Entry(where + 1, at_ms, SERVER, 0, 0, 0, 0, UseRules(NUMBER))
    return [*before, switch, *(replace(one, seq=one.seq + 1) for one in after)]


@PLAY
@given(SEEDS, LENGTHS, st.integers(1, 255), st.integers(0, 255))
def test_k11_the_switch_may_come_anywhere_and_so_may_a_snapshot(
    seed: int, length: int, where: int, cut: int
) -> None:
    lived = [entry(one) for one in over(seed, length).logged]
    switch = max(1, len(lived) * where // 256)
    entries = with_switch(lived, switch)
    whole, part = new_room(NEXT_BOOK), new_room(NEXT_BOOK)
    viewers = {role: (0, Seen()) for role in (MEMBER, FACILITATOR)}
    for one in entries:
        outcome = whole.apply(one)
        assert outcome.refused in ("", *REFUSALS)
        assert part.apply(one) == outcome
        if one.seq == len(entries) * cut // 256:
            part = restore(snapshot(part, "log", "0" * 16), NEXT_BOOK)
        if one.seq % 7 == 0 or one.seq in (switch, switch + 1, len(entries)):
            viewers = {role: follow(whole, role, *at) for role, at in viewers.items()}
    assert whole.rules is part.rules is NEXT
    assert state_digest(whole) == state_digest(part)
    for role, (_, seen) in viewers.items():
        put, _ = whole.view(0, role, str)
        assert seen == {(tag_of(type(view)), view.id): view for view in put}


def follow(room: Room, role: Mask, since: int, seen: Seen) -> tuple[int, Seen]:
    """What a viewer knows who is told what changed."""
    if room.too_far_behind(since):
        since, seen = 0, {}
    put, gone = room.view(since, role, str)
    seen = seen | {(tag_of(type(view)), view.id): view for view in put}
    return room.seq, {key: view for key, view in seen.items() if key not in gone}
