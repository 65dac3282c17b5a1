"""Theme groups: putting like cards together, reversibly."""

import pytest

from rooms import groups
from rooms.agenda import StopInput
from rooms.cards import Card, CardView
from rooms.groups import (
    Group,
    GroupingView,
    GroupView,
    Merge,
    MergeCards,
    MergeView,
    RenameGroup,
    TakeOut,
    UndoMerge,
)
from rooms.moderation import HideCard
from rooms.roles import CUSTOMER, FACILITATOR, LEAD, MEMBER, STAGE
from rooms.steps import Step
from tests.rooms.scene import WHO, Person, Scene, plan


def table(max_groups: int = 0, count: int = 4) -> tuple[Scene, Person, list[int]]:
    """An open group step with some cards on the wall."""
    scene = Scene(
        plan("ideate", hidden=False),
        plan("group", max_groups=max_groups),
        plan("vote"),
        plan("group"),
    )
    anna = scene.join()
    scene.next()
    cards = [scene.post(anna, f"мысль {n}") for n in range(count)]
    scene.next()
    return scene, anna, cards


def test_g1_cards_come_together_under_a_name() -> None:
    scene, anna, cards = table()
    group, merge = scene.do(anna, MergeCards(cards[:2], 0), "Тема")
    (view,) = scene.seen(STAGE, GroupView)
    assert (view.id, view.name, view.cards) == (group, "Тема", 2)
    assert scene.seen(MEMBER, MergeView)[0].cards == tuple(cards[:2])
    assert [card.group for card in scene.seen(MEMBER, CardView)].count(group) == 2
    scene.do(anna, MergeCards([cards[2]], group))
    assert scene.one(Group, group).cards == 3
    assert merge != group


def test_g1_group_may_have_no_name_yet() -> None:
    scene, anna, cards = table()
    scene.do(anna, MergeCards(cards[:2], 0))
    assert scene.seen(MEMBER, GroupView)[0].name == ""


def test_g1_merge_wants_cards_on_the_wall() -> None:
    scene, anna, cards = table()
    scene.do(scene.host, HideCard(cards[3]))
    scene.refuses("unknown_card", anna, MergeCards([cards[0], 5], 0))
    scene.refuses("unknown_card", anna, MergeCards([cards[3]], 0))
    scene.refuses("same_card_twice", anna, MergeCards([cards[0], cards[0]], 0))
    scene.refuses("unknown_group", anna, MergeCards([cards[0]], 5))
    group = scene.do(anna, MergeCards(cards[:2], 0))[0]
    scene.refuses("already_there", anna, MergeCards(cards[:2], group))


def test_g1_moved_card_leaves_its_group() -> None:
    scene, anna, cards = table()
    first = scene.do(anna, MergeCards(cards[:2], 0))[0]
    second = scene.do(anna, MergeCards([cards[0]], 0))[0]
    assert scene.one(Group, first).cards == scene.one(Group, second).cards == 1
    scene.do(anna, MergeCards([cards[1]], second))
    assert scene.room.get(Group, first) is None


def mixed() -> tuple[Scene, Person, Person, int, int]:
    """A wall with a card for all and one for staff alone."""
    scene = Scene(
        plan("ideate", who=WHO | CUSTOMER, hidden=False),
        plan("ideate", hidden=False),
        plan("group", who=WHO | CUSTOMER),
    )
    anna, guest = scene.join(), scene.join(CUSTOMER)
    scene.next()
    common = scene.post(anna, "общая")
    scene.next()
    ours = scene.post(anna, "наша")
    scene.next()
    return scene, anna, guest, common, ours


def test_g2_group_is_seen_by_whoever_sees_all_its_cards() -> None:
    scene, anna, _, common, ours = mixed()
    group = scene.do(anna, MergeCards([common], 0), "Тема")[0]
    assert scene.seen(CUSTOMER, GroupView)
    stood = scene.room.seq
    scene.do(anna, MergeCards([ours], group))
    assert scene.seen(CUSTOMER, GroupView) == []
    assert scene.seen(MEMBER, GroupView)[0].cards == 2
    assert [view.cards for view in scene.seen(CUSTOMER, MergeView)] == [(common,)]
    assert ("group", group) in scene.room.view(stood, CUSTOMER, scene.words.get)[1]


def test_g2_hidden_group_is_unknown() -> None:
    scene, anna, guest, common, ours = mixed()
    group = scene.do(anna, MergeCards([ours], 0), "Внутреннее")[0]
    scene.refuses("unknown_card", guest, MergeCards([ours], 0))
    scene.refuses("unknown_group", guest, MergeCards([common], group))
    scene.refuses("unknown_group", guest, RenameGroup(group), "Моё")


def test_g3_merge_can_be_undone() -> None:
    scene, anna, cards = table()
    first = scene.do(anna, MergeCards(cards[:2], 0), "Тема")[0]
    second, merge = scene.do(anna, MergeCards(cards[:2], 0), "Другая")
    assert scene.room.get(Group, first) is None
    scene.do(anna, UndoMerge(merge))
    assert scene.room.get(Group, second) is None, "what is empty is gone"
    assert {scene.one(Card, card).group for card in cards} == {0}
    scene.refuses("unknown_merge", anna, UndoMerge(merge))


def test_g3_undo_puts_cards_back_into_their_group() -> None:
    scene, anna, cards = table()
    first = scene.do(anna, MergeCards(cards[:3], 0), "Тема")[0]
    merge = scene.do(anna, MergeCards([cards[0], cards[1]], 0), "Другая")[1]
    scene.do(anna, UndoMerge(merge))
    assert scene.one(Group, first).cards == 3


def test_g3_undo_leaves_what_was_moved_since() -> None:
    scene, anna, cards = table()
    merge = scene.do(anna, MergeCards(cards[:2], 0))[1]
    scene.do(anna, TakeOut(cards[0]))
    other = scene.do(anna, MergeCards([cards[0]], 0))[0]
    scene.do(anna, UndoMerge(merge))
    assert scene.one(Card, cards[0]).group == other
    assert scene.one(Card, cards[1]).group == 0


def test_g3_so_many_merges_can_be_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "MERGES_KEPT", 3)
    scene, anna, cards = table()
    made = [scene.do(anna, MergeCards([cards[n % 2]], 0))[1] for n in range(5)]
    assert [merge.id for merge in scene.room.all(Merge)] == made[2:]


def test_g4_card_is_taken_out() -> None:
    scene, anna, cards = table()
    group = scene.do(anna, MergeCards(cards[:2], 0))[0]
    scene.do(anna, TakeOut(cards[0]))
    assert scene.one(Group, group).cards == 1
    scene.refuses("not_in_a_group", anna, TakeOut(cards[0]))
    scene.do(anna, TakeOut(cards[1]))
    assert scene.room.get(Group, group) is None
    scene.refuses("unknown_card", anna, TakeOut(5))


def test_g4_group_gets_another_name() -> None:
    scene, anna, cards = table()
    group = scene.do(anna, MergeCards(cards[:2], 0), "Тема")[0]
    scene.refuses("missing_words", anna, RenameGroup(group))
    scene.refuses("unknown_group", anna, RenameGroup(5), "Имя")
    scene.do(anna, RenameGroup(group), "Имя")
    assert scene.seen(MEMBER, GroupView)[0].name == "Имя"
    assert "Тема" not in scene.words.values()


def test_g5_people_group_in_their_step_and_moderators_in_any() -> None:
    scene, anna, cards = table()
    scene.refuses("no_seat", scene.guest(LEAD), MergeCards(cards[:1], 0))
    scene.next()
    for command in (MergeCards(cards[:1], 0), UndoMerge(1), TakeOut(cards[0]), RenameGroup(1)):
        scene.refuses("vote_is_open", scene.host, command, "Имя")
        scene.refuses("wrong_kind", anna, command, "Имя")
    scene.do(scene.host, StopInput())
    scene.do(scene.host, MergeCards(cards[:1], 0))


def test_g5_nobody_groups_before_the_session() -> None:
    scene = Scene(plan("group"))
    scene.refuses("not_open_yet", scene.host, MergeCards([1], 0))


def test_g6_so_many_groups_in_a_step() -> None:
    scene, anna, cards = table(max_groups=1)
    assert scene.seen(MEMBER, GroupingView)[0].max_groups == 1
    scene.do(anna, MergeCards(cards[:2], 0))
    scene.refuses("too_many_groups", anna, MergeCards(cards[2:], 0))
    scene.next()
    assert scene.next().kind == "group"
    scene.do(scene.host, MergeCards(cards[2:], 0))


def test_g6_merges_name_who_did_them() -> None:
    scene, anna, cards = table()
    scene.do(scene.host, MergeCards(cards[:1], 0))
    scene.do(anna, MergeCards(cards[1:], 0))
    assert [view.seat for view in scene.seen(FACILITATOR, MergeView)] == [0, anna.seat]
    assert {view.step for view in scene.seen(FACILITATOR, MergeView)} == {
        step.id for step in scene.room.all(Step) if step.state == "open"
    }
