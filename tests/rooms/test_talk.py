"""Talking: a queue of hands, and who has the floor."""

from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from rooms.talk import GiveFloor, Hand, HandView, LowerHand, RaiseHand
from tests.rooms.stage import Scene, plan


def talking() -> Scene:
    scene = Scene(plan("discuss"), plan("brief"))
    scene.next()
    return scene


def test_t1_hands_stand_in_the_order_of_raising() -> None:
    scene = talking()
    anna, boris = scene.join(MEMBER, "Анна", place="onsite"), scene.join(MEMBER, "Борис")
    scene.do(boris, RaiseHand())
    scene.do(anna, RaiseHand())
    queue = sorted(scene.seen(STAGE, HandView), key=lambda hand: hand.turn)
    assert [(hand.name, hand.place, hand.role) for hand in queue] == [
        ("Борис", "remote", MEMBER),
        ("Анна", "onsite", MEMBER),
    ]
    assert scene.seen(CUSTOMER, HandView) == []
    scene.refuses("already_raised", anna, RaiseHand())


def test_t2_hand_is_lowered_by_its_owner() -> None:
    scene = talking()
    anna = scene.join()
    scene.refuses("not_raised", anna, LowerHand())
    scene.do(anna, RaiseHand())
    scene.do(anna, LowerHand())
    assert scene.seen(FACILITATOR, HandView) == []
    scene.do(anna, RaiseHand())


def test_t3_one_person_has_the_floor() -> None:
    scene = talking()
    anna, boris, clara = scene.people(3)
    for who in (anna, boris):
        scene.do(who, RaiseHand())
    scene.refuses("not_raised", scene.host, GiveFloor(clara.seat))
    scene.do(scene.host, GiveFloor(anna.seat))
    assert [hand.floor for hand in scene.room.all(Hand) if hand.id == anna.seat] == [True]
    scene.do(scene.host, GiveFloor(boris.seat))
    assert [(hand.id, hand.floor) for hand in scene.room.all(Hand)] == [(boris.seat, True)]
    scene.do(scene.host, GiveFloor(0))
    assert list(scene.room.all(Hand)) == []


def test_t4_hands_go_down_with_the_step() -> None:
    scene = talking()
    scene.do(scene.join(), RaiseHand())
    scene.tick(5 * 60_000)
    assert scene.seen(MEMBER, HandView) == []
    scene.refuses("wrong_kind", scene.join(), RaiseHand())
