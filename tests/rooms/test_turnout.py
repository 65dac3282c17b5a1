"""Who was heard in a step, as departments, and who is reminded."""

import pytest

from rooms.agenda import ExtendStep, StopInput
from rooms.cards import PostIdea, WithdrawIdea
from rooms.departments import Department, ExpectDepartment
from rooms.reveal import Reveal
from rooms.roles import COFACILITATOR, CUSTOMER, FACILITATOR, LEAD, MEMBER, MODERATORS, NAMES
from rooms.turnout import HeardView, Remind, ReminderView
from rooms.votes import CastDots, Choice
from tests.rooms.scene import MINUTE, Person, Scene, begun, public

DEPARTMENTS = ("Продажи", "Склад")


def writing(*, anonymous: bool = False, who: int = MEMBER) -> tuple[Scene, list[int]]:
    """A step in which cards are written, and the ids of two departments."""
    step = public("ideate", anonymous=anonymous, who=who)
    scene = begun(step, public("vote"), departments=DEPARTMENTS)
    return scene, [department.id for department in scene.all(Department)]


def heard(scene: Scene) -> list[tuple[tuple[int, ...], int]]:
    return [(one.departments, one.people) for one in scene.seen(FACILITATOR, HeardView)]


def reminded(scene: Scene, person: Person) -> list[int]:
    """When a person was reminded, as she sees it."""
    return [one.at_ms for one in scene.own(person, ReminderView)]


def test_p12_moderators_are_told_which_departments_were_heard() -> None:
    """R1.7: departments, not names; by the first card of each person."""
    scene, (sales, store) = writing()
    anna, boris = scene.join(department=sales), scene.join(department=sales)
    clara, dina = scene.join(department=store), scene.join()
    assert heard(scene) == [((), 0)], "nobody was heard yet"
    scene.do(boris, PostIdea(0), "one")
    scene.do(boris, PostIdea(0), "two")
    scene.do(dina, PostIdea(0), "three")
    assert heard(scene) == [((sales,), 2)]
    scene.do(clara, PostIdea(0), "four")
    scene.do(anna, PostIdea(0), "five")
    assert heard(scene) == [((sales, store), 4)]
    for role in NAMES:
        assert bool(scene.seen(role, HeardView)) is bool(role & MODERATORS)


def test_p12_whoever_has_withdrawn_a_card_was_heard() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(anna, WithdrawIdea(scene.do(anna, PostIdea(0), "no")[0]))
    assert heard(scene) == [((sales,), 1)]


def test_p12_a_vote_hears_people_too() -> None:
    scene = begun(public("ideate", hidden=False), public("vote"), departments=DEPARTMENTS)
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
    assert not scene.blind(anna, PostIdea(0), "unsaid").refused
    assert heard(scene) == []


def test_p13_those_who_have_put_nothing_in_are_reminded_in_private() -> None:
    scene, (sales, store) = writing()
    anna, boris = scene.join(department=sales), scene.join(department=sales)
    clara, dina = scene.join(department=store), scene.join()
    scene.do(anna, PostIdea(0), "card")
    scene.do(scene.host, Remind(sales))
    assert [len(reminded(scene, one)) for one in (anna, boris, clara, dina)] == [0, 1, 0, 0]
    assert not any(scene.seen(role, ReminderView) for role in NAMES)
    at_ms = scene.now
    scene.wait(s=30).do(scene.host, Remind(sales))
    assert reminded(scene, boris) == [at_ms + 30_000]
    scene.do(scene.host, Remind(0))
    assert len(reminded(scene, dina)) == 1


def test_p13_a_reminder_ends_when_something_is_put_in() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(scene.host, Remind(sales))
    scene.do(anna, PostIdea(0), "card")
    assert reminded(scene, anna) == []
    scene.refuses("nobody_to_remind", scene.host, Remind(sales))


def test_p13_a_reminder_ends_with_the_input() -> None:
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(scene.host, Remind(sales))
    scene.do(scene.host, StopInput())
    assert reminded(scene, anna) == []
    scene.refuses("too_late", scene.host, Remind(sales))
    scene.do(scene.host, ExtendStep(MINUTE))
    assert reminded(scene, anna) == []


def test_p13_a_reminder_ends_when_the_cards_are_shown() -> None:
    """Showing them ends the input of a step that is still the current one."""
    scene, (sales, _) = writing()
    anna = scene.join(department=sales)
    scene.do(scene.host, Remind(sales))
    scene.do(scene.host, Reveal(scene.current.id, -1))
    assert reminded(scene, anna) == []


def test_p13_only_those_are_reminded_who_may_act() -> None:
    scene, (sales, _) = writing(who=MEMBER | LEAD)
    scene.join(CUSTOMER, department=sales)
    scene.refuses("nobody_to_remind", scene.host, Remind(sales))
    lead = scene.join(LEAD, department=sales)
    scene.do(scene.host, Remind(sales))
    assert len(reminded(scene, lead)) == 1


def test_p13_in_a_vote_voters_are_reminded() -> None:
    step = public("ideate", hidden=False)
    scene = begun(step, public("vote", who=MEMBER | LEAD, votes=LEAD), departments=DEPARTMENTS)
    sales = scene.all(Department)[0].id
    anna, lead = scene.join(department=sales), scene.join(LEAD, department=sales)
    scene.do(anna, PostIdea(0), "card")
    scene.next()
    scene.do(scene.host, Remind(sales))
    assert [len(reminded(scene, one)) for one in (anna, lead)] == [0, 1]
    scene.do(lead, CastDots(scene.all(Choice)[0].id, 1))
    assert reminded(scene, lead) == []


@pytest.mark.parametrize("anonymous", [False, True])
def test_p13_nobody_is_reminded_where_nobody_is_counted_by_name(anonymous: bool) -> None:
    scene, (sales, _) = writing(anonymous=anonymous)
    scene.join(department=sales)
    code = "step_is_anonymous" if anonymous else ""
    assert scene.refusal(scene.host, Remind(sales)) == code
    assert scene.refusal(scene.host, Remind(999)) == (code or "unknown_department")
    scene.refuses("already_moved", scene.host, Remind(sales), step=1)
    talk = begun(public("discuss"))
    talk.refuses("wrong_kind", talk.host, Remind(0))


def test_p4_one_more_department_is_expected() -> None:
    """R1.4: a department that was forgotten is added while the session runs."""
    scene, _ = writing()
    host = scene.join(COFACILITATOR)
    new = scene.do(host, ExpectDepartment(True), "Бухгалтерия")[0]
    found = scene.one(Department, new)
    assert (scene.words[found.name], found.expected, found.internal) == ("Бухгалтерия", True, True)
    anna = scene.join(department=new)
    scene.do(anna, PostIdea(0), "card")
    assert heard(scene) == [((new,), 1)]
    scene.refuses("missing_words", host, ExpectDepartment(False), "")


def test_p4_only_so_many_departments_are_expected() -> None:
    scene, _ = writing()
    for number in range(198):
        scene.do(scene.host, ExpectDepartment(False), f"Department {number}")
    code = scene.refusal(scene.host, ExpectDepartment(False), "one more")
    assert code == "too_many_departments"
