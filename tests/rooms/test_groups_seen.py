"""Groups and merges are never seen, or undone, by more people than see their cards."""

from rooms.cards import Card, PostIdea
from rooms.groups import Group, MergeCards, MergeView, UndoMerge
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from tests.rooms.scene import begun, public


def test_g2_a_card_that_left_the_stage_takes_the_group_along_when_a_merge_is_undone() -> None:
    """R6.2: an outsider enters between a merge and its undoing."""
    both = MEMBER | CUSTOMER
    scene = begun(
        public("ideate", hidden=False, sees=MEMBER | STAGE),
        public("ideate", hidden=False, who=both),
        public("group", who=both),
    )
    person = scene.join()
    ours = scene.do(person, PostIdea(0), "ours")[0]
    scene.next()
    common = scene.do(person, PostIdea(0), "common")[0]
    scene.next()
    group = scene.do(person, MergeCards([common, ours], 0), "both")[0]
    merge = scene.do(person, MergeCards([ours], 0), "ours alone")[1]
    scene.join(CUSTOMER, place="onsite")
    assert not scene.one(Card, ours).sees & STAGE
    scene.do(person, UndoMerge(merge))
    assert scene.one(Card, ours).group == group
    assert not scene.one(Group, group).sees & ~scene.one(Card, ours).sees


def test_g3_nobody_undoes_a_merge_that_is_not_for_their_eyes() -> None:
    """R6.2: a customer in a group step cannot move internal cards by guessing an id."""
    scene = begun(
        public("ideate", hidden=False, sees=MEMBER),
        public("group", who=MEMBER | CUSTOMER),
    )
    person, customer = scene.join(), scene.join(CUSTOMER)
    card = scene.do(person, PostIdea(0), "ours")[0]
    scene.next()
    group, merge = scene.do(person, MergeCards([card], 0), "ours")
    assert not scene.seen(CUSTOMER, MergeView)
    scene.refuses("unknown_merge", customer, UndoMerge(merge))
    assert scene.one(Card, card).group == group
    assert scene.seen(FACILITATOR, MergeView)
    scene.do(scene.host, UndoMerge(merge))
    assert not scene.one(Card, card).group
