"""Talking: a queue of hands, and who has the floor."""

import pytest

from rooms.people import Place, RemoveSeat
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, STAGE
from rooms.talk import GiveFloor, Hand, HandView, LowerHand, RaiseHand
from tests.rooms.scene import Person, Scene, plan


def talking() -> Scene:
    scene = Scene(plan("discuss"), plan("brief"))
    scene.next()
    return scene


def queue(scene: Scene) -> list[str | None]:
    """The names of those who wait, in their order."""
    hands = sorted(scene.seen(STAGE, HandView), key=lambda hand: hand.turn)
    waiting = [hand for hand in hands if not hand.floor]
    assert [hand.turn for hand in waiting] == list(range(1, len(waiting) + 1))
    assert [hand.turn for hand in hands if hand.floor] in ([], [0])
    return [hand.name for hand in waiting]


def mixed(scene: Scene, names: str) -> dict[str, Person]:
    """People who raise their hands in this order; capital letters are on site."""
    people: dict[str, Person] = {}
    for name in names:
        place: Place = "onsite" if name.isupper() else "remote"
        people[name] = scene.join(MEMBER, name, place=place)
        scene.do(people[name], RaiseHand())
    return people


def test_t1_hands_stand_in_the_order_of_raising() -> None:
    scene = talking()
    anna, boris = scene.join(MEMBER, "Анна", place="onsite"), scene.join(MEMBER, "Борис")
    scene.do(boris, RaiseHand())
    scene.do(anna, RaiseHand())
    hands = sorted(scene.seen(STAGE, HandView), key=lambda hand: hand.turn)
    assert [(hand.name, hand.place, hand.role) for hand in hands] == [
        ("Борис", "remote", MEMBER),
        ("Анна", "onsite", MEMBER),
    ]
    assert scene.seen(CUSTOMER, HandView) == []
    scene.refuses("already_raised", anna, RaiseHand())


@pytest.mark.parametrize(
    ("raised", "stand"),
    [
        ("ABCd", "AdBC"),
        ("ABcd", "AcBd"),
        ("abCD", "aCbD"),
        ("aBCDe", "aBeCD"),
        ("ABC", "ABC"),
        ("abcdE", "aEbcd"),
    ],
)
def test_t1_on_site_and_remote_come_by_turns(raised: str, stand: str) -> None:
    """R6.5: the queue alternates when both wait."""
    scene = talking()
    mixed(scene, raised)
    assert queue(scene) == list(stand)


def test_t1_whoever_has_the_floor_counts_too() -> None:
    """R6.5: eight hands, on site first; each gets the floor in the order of the queue."""
    scene = talking()
    people = mixed(scene, "ABCDefgh")
    spoken = ""
    for between in (False, True) * 4:
        first = queue(scene)[0] or ""
        scene.do(scene.host, GiveFloor(people[first].seat))
        spoken += first
        if between:
            scene.do(scene.host, GiveFloor(0))
    assert spoken == "AeBfCgDh"


def test_t1_a_remote_hand_goes_up_while_somebody_on_site_speaks() -> None:
    scene = talking()
    people = mixed(scene, "ABC")
    scene.do(scene.host, GiveFloor(people["A"].seat))
    mixed(scene, "d")
    assert queue(scene) == ["d", "B", "C"]
    scene.do(scene.host, GiveFloor(people["C"].seat))
    assert queue(scene) == ["d", "B"]


@pytest.mark.parametrize(
    ("down", "stand"), [("A", "dBeC"), ("d", "AeBC"), ("B", "AdCe"), ("e", "AdBC")]
)
def test_t1_the_queue_closes_up_when_a_hand_comes_down(down: str, stand: str) -> None:
    for command in (LowerHand(), None):
        scene = talking()
        people = mixed(scene, "ABCde")
        assert queue(scene) == list("AdBeC")
        if command is None:
            scene.do(scene.host, RemoveSeat(people[down].seat))
        else:
            scene.do(people[down], command)
        assert queue(scene) == list(stand)


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
