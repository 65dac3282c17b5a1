"""The replicated machine itself: numbers, answers, planes, removals."""

import pytest

from protocols.log import restore, snapshot, state_digest
from rooms import features, kernel
from rooms.agenda import NextStep, OpenRoom, Tick
from rooms.cards import Card, CardView, PostIdea, WithdrawIdea
from rooms.features import RULES, merge
from rooms.kernel import ROOM, Actor, Draft, Entity, Entry, Refused, View, tag_of
from rooms.moderation import HideCard, RestoreCard
from rooms.owners import SignDecision
from rooms.people import Join, Link, RevokeLink, Seat
from rooms.plane import Plane
from rooms.roles import FACILITATOR, MEMBER, OBSERVER, STAGE, mask_of, names_of
from rooms.steps import Kind, Session
from tests.rooms.scene import SERVER, T0, Scene, plan, replayed


def ideating() -> Scene:
    scene = Scene(plan("ideate", hidden=False), plan("brief"))
    scene.next()
    return scene


def test_k1_entries_follow_each_other() -> None:
    scene = Scene()
    late = Entry(scene.room.seq + 2, T0, SERVER, 0, 0, 0, 0, Tick())
    with pytest.raises(ValueError, match="does not follow"):
        scene.room.apply(late)


def test_k1_time_never_runs_back() -> None:
    scene = Scene()
    scene.tick(-5_000)
    assert scene.room.at_ms == T0


def test_k2_ids_come_from_the_entry() -> None:
    scene = ideating()
    anna = scene.join()
    assert scene.post(anna) == scene.room.seq << kernel.ID_BITS


def test_k2_one_entry_makes_so_many_things_at_most() -> None:
    scene = Scene()
    draft = Draft(scene.room, scene.entries[0], T0, first_made=kernel.MADE_PER_ENTRY - 2)
    draft.new_id()
    with pytest.raises(Refused, match="too_much_at_once"):
        draft.new_id()


def test_k2_shuffle_follows_the_seed() -> None:
    scene = ideating()
    for n in range(6):
        scene.post(scene.join(), f"мысль {n}")
    cards = sorted(scene.room.all(Card), key=lambda card: card.id)
    orders = []
    for seed in (1, 1, 2):
        entry = Entry(99, T0, SERVER, 0, 0, 0, seed, Tick())
        orders.append([card.id for card in Draft(scene.room, entry, T0).shuffled(cards)])
    assert orders[0] == orders[1] != orders[2]
    assert orders[0] != [card.id for card in cards]


def test_k3_refusal_writes_nothing() -> None:
    scene = ideating()
    before = state_digest(scene.room)
    scene.refuses("unknown_lane", scene.join(), PostIdea(7), "мысль")
    assert scene.room.all(Card) is not None and not list(scene.room.all(Card))
    assert state_digest(scene.room) != before  # the answer itself is remembered


def test_k3_handler_reads_what_it_wrote() -> None:
    scene = ideating()
    card = scene.one(Card, scene.post(scene.join()))
    draft = Draft(scene.room, scene.entries[0], T0)
    draft.drop(card)
    assert draft.get(Card, card.id) is None and draft.all(Card) == []
    draft.put(card)
    assert draft.all(Card) == [card]
    assert draft.get(Card, card.id, 12345) is None and draft.all(Card, 12345) == []


def test_k3_made_and_dropped_at_once_leaves_no_trace() -> None:
    scene = Scene()
    draft = Draft(scene.room, scene.entries[0], T0)
    link = draft.put(Link(5, MEMBER, False), 77)
    draft.drop(link, 77)
    draft.commit()
    assert scene.room.planes[77].order == {}


def test_k4_repeat_gets_the_same_answer() -> None:
    scene = ideating()
    anna = scene.join()
    first = scene.attempt(anna, PostIdea(0), "мысль", ref=5)
    again = scene.attempt(anna, PostIdea(1), "другая", ref=5)
    assert again.repeat and not first.repeat
    assert (again.seq, again.made) == (first.seq, first.made)
    assert scene.texts(MEMBER) == ["мысль"]


def test_k4_repeat_of_a_refusal_is_refused_alike() -> None:
    scene = ideating()
    anna = scene.join()
    scene.attempt(anna, PostIdea(9), "мысль", ref=5)
    assert scene.attempt(anna, PostIdea(0), "мысль", ref=5).refused == "unknown_lane"


def test_k4_only_the_last_eight_are_remembered() -> None:
    scene = ideating()
    anna = scene.join()
    for ref in range(5, 14):
        scene.attempt(anna, PostIdea(0), "мысль", ref=ref)
    assert scene.attempt(anna, PostIdea(0), "мысль", ref=5).refused == "too_old"
    assert scene.attempt(anna, PostIdea(0), "мысль", ref=6).refused == ""


def test_k4_gap_of_refs_is_legal_and_closed_for_good() -> None:
    scene = ideating()
    anna = scene.join()
    scene.attempt(anna, PostIdea(0), "мысль", ref=9)
    assert scene.attempt(anna, PostIdea(0), "мысль", ref=7).refused == "too_old"


def test_k4_repeat_moves_time_all_the_same() -> None:
    scene = ideating()
    anna = scene.join()
    scene.attempt(anna, PostIdea(0), "мысль", ref=5)
    scene.wait(5 * 60_000)
    scene.attempt(anna, PostIdea(0), "мысль", ref=5)
    assert scene.current.kind == "brief"


def test_k5_revoked_link_acts_no_more() -> None:
    scene = ideating()
    anna = scene.join()
    scene.do(scene.host, RevokeLink(anna.link))
    scene.refuses("link_revoked", anna, PostIdea(0), "мысль")


def test_k5_role_is_the_links() -> None:
    scene = ideating()
    anna = scene.join()
    anna.role = FACILITATOR
    scene.refuses("link_revoked", anna, NextStep())


def test_k5_seat_is_needed_and_its_own() -> None:
    scene = ideating()
    scene.refuses("no_seat", scene.guest(MEMBER), PostIdea(0), "мысль")
    stranger = scene.join(OBSERVER)
    stranger.role, stranger.link = MEMBER, scene.links[MEMBER]
    scene.refuses("seat_removed", stranger, PostIdea(0), "мысль")
    stranger.seat = 4242
    scene.refuses("no_seat", stranger, PostIdea(0), "мысль")


def test_k5_server_gives_only_its_own_orders() -> None:
    scene = Scene()
    assert scene.apply(SERVER, NextStep()).refused == "not_your_role"


def test_k5_blind_actor_gives_only_blind_orders() -> None:
    scene = Scene(plan("ideate", anonymous=True))
    anna = scene.join()
    lane = scene.next().round
    blind = Actor(0, 0, 0, 0, "b1")
    for command in (Join(0, "remote"), SignDecision(1, 1, ""), NextStep()):
        assert scene.apply(blind, command, ref=1, lane=lane).refused == "wrong_lane"
    assert not scene.blind(anna, PostIdea(0), "мысль").refused


def test_k5_nothing_happens_before_entry_one() -> None:
    room = features.new_room()
    outcome = room.apply(Entry(1, T0, Actor(MEMBER, 0, 1, 1), 1, 0, 0, 0, NextStep()))
    assert outcome.refused == "link_revoked"
    blind = Actor(0, 0, 0, 0, "b1")
    assert room.apply(Entry(2, T0, blind, 1, 9, 0, 0, PostIdea(0))).refused == "not_open_yet"


def test_k6_view_tells_what_changed_since() -> None:
    scene = ideating()
    anna = scene.join()
    scene.post(anna, "раз")
    stood = scene.room.seq
    scene.post(anna, "два")
    put, gone = scene.room.view(stood, MEMBER, scene.words.get)
    assert [view.text for view in put if isinstance(view, CardView)] == ["два"]
    assert gone == []


def test_k6_removal_is_told_to_whoever_could_have_seen_it() -> None:
    scene = ideating()
    card = scene.post(scene.join())
    stood = scene.room.seq
    scene.do(scene.host, HideCard(card))
    assert ("card", card) in scene.room.view(stood, STAGE, scene.words.get)[1]
    assert ("card", card) not in scene.room.view(stood, FACILITATOR, scene.words.get)[1]
    assert ("card", card) not in scene.room.view(0, STAGE, scene.words.get)[1]


def test_k6_hidden_twice_is_still_told() -> None:
    scene = ideating()
    card = scene.post(scene.join())
    stood = scene.room.seq
    scene.do(scene.host, HideCard(card))
    scene.do(scene.host, RestoreCard(card))
    scene.do(scene.host, HideCard(card))
    assert ("card", card) in scene.room.view(stood, MEMBER, scene.words.get)[1]


def test_k6_no_plane_no_view() -> None:
    scene = Scene()
    assert scene.room.view(0, MEMBER, scene.words.get, 999) == ([], [])
    assert not scene.room.too_far_behind(3, 999)
    assert list(scene.room.all(Seat, 999)) == []
    assert scene.room.get(Seat, 1, 999) is None


def test_k6_room_knows_what_a_plane_holds() -> None:
    scene = ideating()
    anna = scene.join()
    assert scene.room.holds(ROOM, anna.seat) and scene.room.holds(anna.seat, anna.seat)
    assert not scene.room.holds("nobody", anna.seat)
    assert not scene.room.holds(anna.seat, 5)


def test_k7_old_removals_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.plane.TOMBSTONES_KEPT", 4)
    scene = ideating()
    anna = scene.join()
    cards = [scene.post(anna) for _ in range(5)]
    stood = scene.room.seq
    for card in cards[:4]:
        scene.do(anna, WithdrawIdea(card))
    assert not scene.room.too_far_behind(stood)
    scene.do(anna, WithdrawIdea(cards[4]))
    assert scene.room.too_far_behind(stood)
    assert not scene.room.too_far_behind(0), "from the start nothing is missing"
    floor = scene.room.planes[ROOM].floor
    assert not scene.room.too_far_behind(floor)
    gone = scene.room.view(floor, MEMBER, scene.words.get)[1]
    assert gone == [("card", card) for card in reversed(cards[2:])]


def test_k7_forgotten_removals_survive_a_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rooms.plane.TOMBSTONES_KEPT", 4)
    scene = ideating()
    anna = scene.join()
    for card in [scene.post(anna) for _ in range(5)]:
        scene.do(anna, WithdrawIdea(card))
    copy = restore(snapshot(scene.room, "log", "0" * 16))
    assert copy.planes[ROOM].floor == scene.room.planes[ROOM].floor > 0
    assert state_digest(copy) == state_digest(scene.room)


def test_k7_card_that_returns_is_no_removal() -> None:
    plane = Plane()
    link = Link(5, MEMBER, False)
    plane.write((Link, 5), link, 1)
    plane.write((Link, 5), None, 2)
    plane.write((Link, 5), link, 3)
    assert plane.gone == {} and plane.since(1, FACILITATOR) == ([link], [])


def test_k8_replay_makes_the_same_room() -> None:
    scene = ideating()
    anna = scene.join()
    scene.post(anna)
    scene.attempt(anna, PostIdea(9), "мысль")
    assert state_digest(replayed(scene.entries)) == scene.digest()


def test_k9_features_do_not_overlap() -> None:
    with pytest.raises(ValueError, match="two features"):
        merge(1, (*features.FEATURES, features.FEATURES[0]))


def test_k9_every_entity_has_a_view() -> None:
    class Orphan(Entity, frozen=True):
        pass

    with pytest.raises(ValueError, match="needs a view"):
        merge(1, (kernel.Feature(entities=(Orphan,), kinds={"brief": Kind()}),))
    with pytest.raises(NotImplementedError):
        Orphan(1).mask()


def test_k9_views_carry_tag_and_id_of_their_entity() -> None:
    for entity in RULES.entities:
        view = RULES.views[entity].__annotations__["return"]
        assert issubclass(view, View) and tag_of(view) == tag_of(entity)
        assert view.__struct_fields__[0] == "id"


def test_k9_roles_have_names() -> None:
    assert mask_of(["member", "stage"]) == MEMBER | STAGE
    assert names_of(MEMBER | STAGE) == ["member", "stage"]
    assert mask_of(["all"]) & OBSERVER == 0
    with pytest.raises(KeyError):
        mask_of(["king"])


def test_k9_rooms_open_once() -> None:
    scene = Scene()
    again = OpenRoom(1, "ru", [plan("brief")], [], [])
    assert scene.apply(SERVER, again).refused == "already_open"
    assert len([*scene.room.all(Session)]) == 1


def test_k4_known_answer_can_be_looked_up_without_an_entry() -> None:
    scene = Scene(plan("ideate", anonymous=True))
    anna = scene.join()
    scene.next()
    made = scene.blind(anna, PostIdea(0), "мысль").made
    joined = scene.room.known(Actor(MEMBER, 0, anna.client, anna.link), 1)
    assert joined is not None and joined.made == (anna.seat,)
    known = scene.room.known(scene.entries[-1].actor, 1)
    assert known is not None and known.made == made
    assert scene.room.known(scene.entries[-1].actor, 2) is None
    assert scene.room.known(anna.actor, 9) is None
