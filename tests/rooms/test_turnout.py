"""Who was heard in a step, as departments, and who is reminded."""

import pytest

from rooms.agenda import ExtendStep, StopInput
from rooms.cards import PostIdea, WithdrawIdea
from rooms.departments import Department, ExpectDepartment
from rooms.roles import COFACILITATOR, CUSTOMER, FACILITATOR, LEAD, MEMBER, MODERATORS, NAMES
from rooms.turnout import HeardView, Remind, ReminderView
from rooms.votes import CastDots, Choice
from tests.rooms.scene import MINUTE, Person, Scene, plan

DEPARTMENTS = (("Продажи", False), ("Склад", True))


def writing(*, anonymous: bool = False, who: int = MEMBER) -> tuple[Scene, list[int]]:
    """A step in which cards are written, and the ids of two departments."""
    step = plan("ideate", anonymous=anonymous, who=who)
    scene = Scene(step, plan("vote"), departments=DEPARTMENTS)
    return scene, [department.id for department in scene.all(Department)]


def heard(scene: Scene) -> list[tuple[tuple[int, ...], int]]:
    return [(one.departments, one.people) for one in scene.sees(HeardView, FACILITATOR)]


def reminded(scene: Scene, person: Person) -> list[int]:
    """When a person was reminded, as she sees it."""
    return [one.at_ms for one in scene.owns(ReminderView, person)]


def test_p12_moderators_are_told_which_departments_were_heard() -> None:
    """R1.7: departments, not names; by the first card of each person."""
    scene, (sales, store) = writing()
    anna, boris = scene.join(department=sales), scene.join(department=sales)
    clara, dina = scene.join(department=store), scene.join()
    assert heard(scene) == []
    scene.do(boris, PostIdea(0), "one")
    scene.do(boris, PostIdea(0), "two")
    scene.do(dina, PostIdea(0), "three")
    assert heard(scene) == [((sales,), 2)]
    scene.do(clara, PostIdea(0), "four")
    scene.do(anna, PostIdea(0), "five")
    assert heard(scene) == [((sales, store), 4)]
    for role in NAMES:
        assert bool(scene.sees(HeardView, role)) is bool(role & MODERATORS)


def test_p12_whoever_has_withdrawn_a_card_was_heard() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(anna, WithdrawIdea(scene.made(anna, PostIdea(0), "no")))
    assert heard(scene) == [((sales,), 1)]


def test_p12_a_vote_hears_people_too() -> None:
    scene = Scene(plan("ideate", hidden=False), plan("vote"), departments=DEPARTMENTS)
    sales, store = (department.id for department in scene.all(Department))
    anna, boris = scene.join(department=sales), scene.join(department=store)
    scene.do(anna, PostIdea(0), "card")
    scene.next()
    scene.do(boris, CastDots(scene.all(Choice)[0].id, 1))
    assert heard(scene) == [((sales,), 1), ((store,), 1)]


def test_p12_an_anonymous_step_tells_nothing_of_it() -> None:
    """R1.7: never a person in an anonymous step, nor a department."""
    scene, (sales, _) = writing(anonymous=True)
    anna = scene.join(department=sales)
    scene.do(scene.blind(anna, 1), PostIdea(0), "unsaid")
    assert heard(scene) == []


def test_p13_those_who_have_put_nothing_in_are_reminded_in_private() -> None:
    scene, (sales, store) = writing()
    anna, boris = scene.join(department=sales), scene.join(department=sales)
    clara, dina = scene.join(department=store), scene.join()
    scene.do(anna, PostIdea(0), "card")
    scene.do(scene.facilitator, Remind(sales))
    assert [len(reminded(scene, one)) for one in (anna, boris, clara, dina)] == [0, 1, 0, 0]
    assert not any(scene.sees(ReminderView, role) for role in NAMES)
    at_ms = scene.now
    scene.later(s=30).do(scene.facilitator, Remind(sales))
    assert reminded(scene, boris) == [at_ms + 30_000]
    scene.do(scene.facilitator, Remind(0))
    assert len(reminded(scene, dina)) == 1


def test_p13_a_reminder_ends_when_something_is_put_in() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(scene.facilitator, Remind(sales))
    scene.do(anna, PostIdea(0), "card")
    assert reminded(scene, anna) == []
    assert scene.refusal(scene.facilitator, Remind(sales)) == "nobody_to_remind"


def test_p13_a_reminder_ends_with_the_input() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(scene.facilitator, Remind(sales))
    scene.do(scene.facilitator, StopInput())
    assert reminded(scene, anna) == []
    assert scene.refusal(scene.facilitator, Remind(sales)) == "too_late"
    scene.do(scene.facilitator, ExtendStep(MINUTE))
    assert reminded(scene, anna) == []


def test_p13_only_those_are_reminded_who_may_act() -> None:
    scene, (sales, _) = writing(who=MEMBER | LEAD)
    scene.join(CUSTOMER, department=sales)
    assert scene.refusal(scene.facilitator, Remind(sales)) == "nobody_to_remind"
    lead = scene.join(LEAD, department=sales)
    scene.do(scene.facilitator, Remind(sales))
    assert len(reminded(scene, lead)) == 1


def test_p13_in_a_vote_voters_are_reminded() -> None:
    step = plan("ideate", hidden=False)
    scene = Scene(step, plan("vote", who=MEMBER | LEAD, votes=LEAD), departments=DEPARTMENTS)
    sales = scene.all(Department)[0].id
    anna, lead = scene.join(department=sales), scene.join(LEAD, department=sales)
    scene.do(anna, PostIdea(0), "card")
    scene.next()
    scene.do(scene.facilitator, Remind(sales))
    assert [len(reminded(scene, one)) for one in (anna, lead)] == [0, 1]
    scene.do(lead, CastDots(scene.all(Choice)[0].id, 1))
    assert reminded(scene, lead) == []


@pytest.mark.parametrize("anonymous", [False, True])
def test_p13_nobody_is_reminded_where_nobody_is_counted_by_name(anonymous: bool) -> None:
    scene, (sales, _) = writing(anonymous=anonymous)
    scene.join(department=sales)
    code = "step_is_anonymous" if anonymous else ""
    assert scene.refusal(scene.facilitator, Remind(sales)) == code
    assert scene.refusal(scene.facilitator, Remind(999)) == (code or "unknown_department")
    assert scene.refusal(scene.facilitator, Remind(sales), step=1) == "already_moved"
    talk = Scene(plan("discuss"))
    assert talk.refusal(talk.facilitator, Remind(0)) == "wrong_kind"


def test_p4_one_more_department_is_expected() -> None:
    """R1.4: a department that was forgotten is added while the session runs."""
    scene, _ = writing()
    host = scene.join(COFACILITATOR)
    new = scene.made(host, ExpectDepartment(True), "Бухгалтерия")
    found = scene.get(Department, new)
    assert (scene.words[found.name], found.expected, found.internal) == ("Бухгалтерия", True, True)
    anna = scene.join(department=new)
    scene.do(anna, PostIdea(0), "card")
    assert heard(scene) == [((new,), 1)]
    assert scene.refusal(host, ExpectDepartment(False), "") == "missing_words"


def test_p4_only_so_many_departments_are_expected() -> None:
    scene, _ = writing()
    for number in range(198):
        scene.do(scene.facilitator, ExpectDepartment(False), f"Department {number}")
    code = scene.refusal(scene.facilitator, ExpectDepartment(False), "one more")
    assert code == "too_many_departments"
