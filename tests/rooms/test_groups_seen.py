"""Groups and merges are never seen, or undone, by more people than see their cards."""

from rooms.cards import Card, PostIdea
from rooms.groups import Group, MergeCards, MergeView, UndoMerge
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from tests.rooms.scene import Scene, plan


def test_g2_a_card_that_left_the_stage_takes_the_group_along_when_a_merge_is_undone() -> None:
    """R6.2: an outsider enters between a merge and its undoing."""
    both = MEMBER | CUSTOMER
    scene = Scene(
        plan("ideate", hidden=False, sees=MEMBER | STAGE),
        plan("ideate", hidden=False, who=both),
        plan("group", who=both),
    )
    person = scene.join()
    ours = scene.made(person, PostIdea(0), "ours")
    scene.next()
    common = scene.made(person, PostIdea(0), "common")
    scene.next()
    group = scene.made(person, MergeCards([common, ours], 0), "both")
    merge = scene.do(person, MergeCards([ours], 0), "ours alone").made[1]
    scene.join(CUSTOMER, place="onsite")
    assert not scene.get(Card, ours).sees & STAGE
    scene.do(person, UndoMerge(merge))
    assert scene.get(Card, ours).group == group
    assert not scene.get(Group, group).sees & ~scene.get(Card, ours).sees


def test_g3_nobody_undoes_a_merge_that_is_not_for_their_eyes() -> None:
    """R6.2: a customer in a group step cannot move internal cards by guessing an id."""
    scene = Scene(
        plan("ideate", hidden=False, sees=MEMBER),
        plan("group", who=MEMBER | CUSTOMER),
    )
    person, customer = scene.join(), scene.join(CUSTOMER)
    card = scene.made(person, PostIdea(0), "ours")
    scene.next()
    group, merge = scene.do(person, MergeCards([card], 0), "ours").made
    assert not scene.sees(MergeView, CUSTOMER)
    assert scene.refusal(customer, UndoMerge(merge)) == "unknown_merge"
    assert scene.get(Card, card).group == group
    assert scene.sees(MergeView, FACILITATOR)
    scene.do(scene.facilitator, UndoMerge(merge))
    assert not scene.get(Card, card).group
