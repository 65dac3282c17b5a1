"""How many people a room holds at once."""

from rooms.agenda import CloseRoom
from rooms.decisions import Decision, ProposeDecision
from rooms.moderation import ErasePerson
from rooms.people import Join, Places, RemoveSeat, RevokeLink
from rooms.roles import CUSTOMER, FACILITATOR, LEAD, MEMBER
from rooms.succession import AskAbsent, SignByLink
from tests.rooms.scene import Person, Scene, plan


def test_p11_a_full_room_takes_no_more_but_moderators() -> None:
    scene = Scene(most_people=2)
    first, _ = scene.join(MEMBER), scene.join(CUSTOMER)
    late = scene.guest(MEMBER)
    scene.refuses("room_full", late, Join(0, "onsite"), "Поздний")
    scene.join(FACILITATOR)
    scene.do(scene.host, RemoveSeat(first.seat))
    late.seat = scene.do(late, Join(0, "onsite"), "Поздний")[0]
    scene.refuses("room_full", scene.guest(LEAD), Join(0, "onsite"), "Ещё один")


def test_p11_a_place_is_freed_once_however_somebody_leaves() -> None:
    scene = Scene(most_people=2)
    here = [scene.join(), scene.join()]
    for _ in range(3):
        gone, stays = here
        scene.do(scene.host, RemoveSeat(gone.seat))
        scene.do(scene.host, RemoveSeat(gone.seat))
        scene.do(scene.host, ErasePerson(gone.seat))
        here = [stays, scene.join()]
        scene.refuses("room_full", scene.guest(MEMBER), Join(0, "remote"), "Ещё один")
    scene.do(scene.host, RevokeLink(here[0].link))
    assert [place.taken for place in scene.all(Places)] == [0]


def test_p11_who_is_asked_to_sign_finds_room_after_the_session() -> None:
    """R2.7: a room that was full keeps nobody from signing."""
    scene = Scene(plan("claim"), most_people=1)
    scene.next()
    scene.join()
    [number] = scene.do(scene.host, ProposeDecision(0, []), "Отвечаем за день")
    made = scene.do(scene.host, AskAbsent(number, MEMBER), "Вера")
    scene.do(scene.host, CloseRoom())
    vera = Person(MEMBER, made[0], 777)
    vera.seat = scene.do(vera, Join(0, "remote"), "Вера")[0]
    decision = scene.one(Decision, number)
    scene.do(vera, SignByLink(number, decision.version, decision.digest))
    scene.do(vera, ErasePerson(vera.seat))
    assert [place.taken for place in scene.all(Places)] == [1]
