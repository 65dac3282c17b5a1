"""The agenda and its clock: the design, moving through it, deadlines."""

import pytest

from rooms.agenda import (
    MOST_STEPS,
    BackStep,
    CloseRoom,
    ExtendStep,
    InsertStep,
    MoveEnd,
    NextStep,
    OpenRoom,
    PauseClock,
    ResumeClock,
    SkipStep,
    StepPlan,
    StopInput,
    Tick,
)
from rooms.cards import Card, PostIdea
from rooms.decisions import ProposeDecision, SetFate
from rooms.departments import MOST_DEPARTMENTS, Department
from rooms.features import new_room
from rooms.kernel import Command
from rooms.moderation import RedactCard
from rooms.people import Join, Link, RevokeLink
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, NAMES
from rooms.steps import AgendaView, Policy, Session, SessionView, step_id
from tests.rooms.scene import BEGIN_MS, MINUTE, SERVER, Scene, plan


def three(policy: Policy = "hard") -> Scene:
    """Three steps of ten minutes each."""
    return Scene(*(plan("ideate", minutes=10, policy=policy) for _ in range(3)))


def opening(*steps: StepPlan, links: list[int], words: tuple[str, ...], internal: int = 0) -> str:
    """The code with which a design is refused as entry 1; "" if it is taken."""
    scene = Scene(plan("brief"), begin=False)
    scene.room = new_room()
    command = OpenRoom(1, "ru", list(steps), links, [False] * internal)
    outcome = scene.attempt(SERVER, command, *words, step=0)
    if outcome.refused:
        assert not any(plane.entities for plane in scene.room.planes.values())
    return outcome.refused


# The design


def test_a1_the_first_entry_makes_steps_links_and_departments() -> None:
    scene = Scene(
        plan("brief"), plan("ideate"), departments=[("Sales", False), ("IT", True)], begin=False
    )
    assert scene.agenda.order == (step_id(0), step_id(1))
    assert [link.role for link in scene.all(Link)] == list(NAMES)
    assert [(d.expected, d.internal) for d in scene.all(Department)] == [
        (True, False),
        (True, True),
    ]
    assert scene.agenda.state == "lobby"
    assert scene.get(Session, 1).opened_ms == BEGIN_MS
    assert scene.sees(SessionView, MEMBER)[0].title == "Title"


def test_a1_a_room_is_opened_once() -> None:
    scene = Scene(plan("brief"))
    again = OpenRoom(1, "en", [plan("brief")], [], [])
    assert scene.refusal(SERVER, again, "Other") == "already_open"
    assert scene.refusal(scene.facilitator, again, "Other") == "not_your_role"
    assert scene.sees(SessionView, MEMBER)[0].title == "Title"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (plan("dance"), "unknown_kind"),
        (plan("brief", lanes=[]), "bad_settings"),
        (plan("brief", anonymous=True), "bad_settings"),
        (plan("ideate", lanes=[]), "bad_settings"),
        (plan("ideate", lanes=[["one"]]), "bad_settings"),
        (plan("ideate", lanes=[["a", "b"]] * 13), "bad_settings"),
        (plan("ideate", lanes=[["a", "b" * 201]]), "bad_settings"),
        (plan("ideate", lanes="many"), "bad_settings"),
        (plan("ideate", hidden=0), "bad_settings"),
        (plan("ideate", colour="red"), "bad_settings"),
        (plan("reveal", source=["a"]), "bad_settings"),
        (plan("reveal", source=[-1]), "bad_settings"),
        (plan("group", max_groups=-1), "bad_settings"),
        (plan("vote", style="stars"), "bad_settings"),
        (plan("vote", budget=0), "bad_settings"),
        (plan("vote", budget=21), "bad_settings"),
        (plan("vote", budget="3"), "bad_settings"),
        (plan("draft", max_decisions=0), "bad_settings"),
        (plan("draft", due_within_days=1_000_000), "bad_settings"),
        (plan("claim", max_decisions=1), "bad_settings"),
    ],
)
def test_a1_a12_wrong_settings_are_refused_and_never_an_exception(
    wrong: StepPlan, code: str
) -> None:
    assert opening(plan("brief"), wrong, links=[FACILITATOR], words=("t",)) == code
    scene = Scene(plan("brief"))
    assert scene.refusal(scene.facilitator, InsertStep(step_id(0), wrong)) == code
    assert scene.agenda.order == (step_id(0),)


def test_a1_i12_anonymous_needs_hidden_cards_or_a_secret_tally() -> None:
    assert opening(plan("ideate", anonymous=True), links=[], words=("t",)) == ""
    assert opening(plan("vote", anonymous=True), links=[], words=("t",)) == ""
    for wrong in (
        plan("ideate", anonymous=True, hidden=False),
        plan("vote", anonymous=True, secret_until_close=False),
        plan("draft", anonymous=True),
        plan("discuss", anonymous=True),
    ):
        assert opening(wrong, links=[], words=("t",)) == "bad_settings"


def test_a1_wrong_links_and_departments_are_refused() -> None:
    brief = plan("brief")
    for role in (0, 3, 1024, EVERYBODY):
        assert opening(brief, links=[role], words=("t", "g")) == "unknown_role"
    assert opening(brief, links=[], words=("t", "g"), internal=1) == "missing_words"
    assert opening(brief, links=[], words=("t", "g", ""), internal=1) == "missing_words"
    names = ("t", "g", *["d"] * (MOST_DEPARTMENTS + 1))
    many = MOST_DEPARTMENTS + 1
    assert opening(brief, links=[], words=names, internal=many) == "too_many_departments"


def test_a1_nothing_comes_before_the_first_entry() -> None:
    scene = Scene(plan("brief"), begin=False)
    scene.room = new_room()
    assert scene.do(SERVER, Tick(), step=0).seq == 1
    assert scene.refusal(scene.facilitator, NextStep(), step=0) == "link_revoked"


# Moving


def test_a2_the_first_next_begins_and_fixes_the_promised_end() -> None:
    scene = Scene(plan("brief", minutes=5), plan("ideate", minutes=20), begin=False)
    scene.later(s=100).next()
    agenda = scene.agenda
    assert (agenda.state, agenda.started_ms) == ("running", scene.now)
    assert agenda.ends_ms == scene.now + 25 * MINUTE
    assert scene.step().deadline_ms == scene.now + 5 * MINUTE


@pytest.mark.parametrize("command", [NextStep(), BackStep(), StopInput()])
def test_a2_the_same_button_pressed_by_two_moderators_counts_once(command: Command) -> None:
    scene = three()
    first = scene.current
    scene.next()
    for step in (first, 0, step_id(2), 12345):
        assert scene.refusal(scene.facilitator, command, step=step) == "already_moved"
    assert scene.current == step_id(1)


def test_a2_stopping_input_waits_for_the_moderator() -> None:
    scene = three()
    person = scene.join()
    scene.later(s=60).do(scene.facilitator, StopInput())
    assert (scene.step().state, scene.step().input) == ("closed", False)
    assert scene.step().spent_ms == MINUTE
    assert scene.agenda.state == "waiting"
    assert scene.refusal(person, PostIdea(0), "late") == ""
    assert scene.all(Card)[0].state == "late"
    scene.later(s=36_000).tick()
    assert scene.current == step_id(0)
    scene.do(scene.facilitator, StopInput())
    assert scene.step().spent_ms == MINUTE
    scene.next()
    assert scene.nth(0).state == "done"


def test_a2_nothing_but_next_moves_a_lobby() -> None:
    scene = Scene(plan("brief"), begin=False)
    for command, code in (
        (BackStep(), "already_moved"),
        (StopInput(), "not_open_yet"),
        (PauseClock(), "not_running"),
        (ResumeClock(), "not_paused"),
        (ExtendStep(1), "not_running"),
        (MoveEnd(1), "not_running"),
    ):
        assert scene.refusal(scene.facilitator, command) == code


# Deadlines


@pytest.mark.parametrize("late_ms", [0, 1, 7_777, 10 * MINUTE - 1])
def test_a3_step_ends_at_its_own_deadline(late_ms: int) -> None:
    """R5.4: steps of equal length begin at equal distances, whenever that is noticed."""
    scene = three()
    deadline = scene.step().deadline_ms
    assert deadline == BEGIN_MS + 10 * MINUTE
    scene.later(ms=10 * MINUTE + late_ms).tick()
    assert (scene.nth(0).state, scene.nth(0).closed_ms) == ("done", deadline)
    assert scene.current == step_id(1)
    assert scene.step().started_ms == deadline
    assert scene.step().deadline_ms == deadline + 10 * MINUTE
    assert not scene.agenda.missed


def test_a3_a_millisecond_before_the_deadline_nothing_ends() -> None:
    scene = three()
    scene.later(ms=10 * MINUTE - 1).tick()
    assert scene.current == step_id(0)
    assert scene.step().input


def test_a3_a_refused_or_repeated_command_moves_time_too() -> None:
    scene = three()
    person = scene.join()
    scene.later(s=601)
    assert scene.refusal(person, NextStep()) == "not_your_role"
    assert scene.current == step_id(1)
    guest = scene.guest(MEMBER)
    join = Join(0, "remote")
    scene.enter(guest.actor, join, "B", ref=1)
    scene.later(s=600)
    assert scene.enter(guest.actor, join, "B", ref=1).repeat
    assert scene.current == step_id(2)


def test_a3_grace_closes_input_half_a_minute_after_zero_and_waits() -> None:
    scene = three("grace")
    person = scene.join()
    step = scene.step()
    assert step.closes_ms == step.deadline_ms + 30_000
    scene.later(ms=10 * MINUTE + 29_999).do(person, PostIdea(0), "in the last second")
    scene.later(s=5).tick()
    assert (scene.step().state, scene.step().closed_ms) == ("closed", step.closes_ms)
    assert (scene.agenda.state, scene.current) == ("waiting", step_id(0))
    scene.later(s=3600).tick()
    assert scene.current == step_id(0)


def test_a3_the_last_step_waits_even_under_the_hard_policy() -> None:
    scene = Scene(plan("ideate", minutes=10))
    scene.later(s=700).tick()
    assert (scene.step().state, scene.step().closed_ms) == ("closed", BEGIN_MS + 10 * MINUTE)
    assert scene.agenda.state == "waiting"


def test_a3_a_step_left_out_is_passed_over_by_the_clock() -> None:
    scene = three()
    scene.do(scene.facilitator, SkipStep(step_id(1), True))
    scene.later(s=601).tick()
    assert scene.current == step_id(2)


def test_a4_a_second_deadline_pauses_and_marks_missed() -> None:
    scene = three()
    scene.later(s=1200).tick()
    assert scene.current == step_id(1)
    assert (scene.agenda.state, scene.agenda.missed) == ("paused", True)
    assert scene.agenda.left_ms == 10 * MINUTE
    assert scene.step().deadline_ms == 0
    scene.later(s=36_000).tick()
    assert scene.current == step_id(1)
    assert scene.sees(AgendaView, FACILITATOR)[0].missed
    scene.do(scene.facilitator, ResumeClock())
    assert not scene.agenda.missed
    assert scene.step().deadline_ms == scene.now + 10 * MINUTE


# Back, skip, insert, close


def test_a10_back_opens_a_new_round_with_the_time_that_was_left() -> None:
    """R0.2: a step is repeated and nothing posted is lost."""
    scene = three()
    person = scene.join()
    card = scene.made(person, PostIdea(0), "kept")
    first = scene.step().round
    scene.later(s=240).next()
    scene.later(s=60).do(scene.facilitator, BackStep())
    step = scene.step()
    assert (step.id, step.state, step.input) == (step_id(0), "open", True)
    assert step.round != first
    assert step.deadline_ms == scene.now + 6 * MINUTE
    assert (scene.nth(1).state, scene.nth(1).spent_ms) == ("ahead", MINUTE)
    assert scene.get(Card, card, person.seat).state == "written"
    scene.do(person, PostIdea(0), "one more")
    scene.next()
    assert scene.step().deadline_ms == scene.now + 10 * MINUTE


def test_a10_a_step_opened_again_has_at_least_a_minute() -> None:
    scene = three()
    scene.later(s=599).next()
    scene.do(scene.facilitator, BackStep())
    assert scene.step().deadline_ms == scene.now + MINUTE


def test_a10_there_is_nothing_before_the_first_and_after_the_last() -> None:
    scene = three()
    assert scene.refusal(scene.facilitator, BackStep()) == "first_step"
    scene.next()
    scene.next()
    assert scene.refusal(scene.facilitator, NextStep()) == "last_step"
    assert scene.step().input


def test_a10_back_passes_over_what_was_left_out() -> None:
    scene = three()
    scene.do(scene.facilitator, SkipStep(step_id(1), True))
    scene.next()
    scene.do(scene.facilitator, BackStep())
    assert scene.current == step_id(0)


def test_a11_a_step_ahead_is_left_out_and_taken_in_again() -> None:
    scene = three()
    scene.do(scene.facilitator, SkipStep(step_id(1), True))
    assert scene.nth(1).state == "skipped"
    scene.do(scene.facilitator, SkipStep(step_id(1), False))
    assert scene.nth(1).state == "ahead"
    assert scene.next() == step_id(1)


def test_a11_what_is_open_or_done_is_not_left_out() -> None:
    scene = three()
    scene.next()
    for place in (0, 1):
        code = scene.refusal(scene.facilitator, SkipStep(step_id(place), True))
        assert code == "already_begun"
    assert scene.refusal(scene.facilitator, SkipStep(999, True)) == "unknown_step"


def test_a12_a_new_step_goes_in_after_the_current_one() -> None:
    """R0.2: a step is put in while the session runs."""
    scene = three()
    scene.next()
    new = scene.made(scene.facilitator, InsertStep(step_id(1), plan("break")))
    assert scene.agenda.order == (step_id(0), step_id(1), new, step_id(2))
    behind = InsertStep(step_id(0), plan("break"))
    assert scene.refusal(scene.facilitator, behind) == "already_begun"
    nowhere = InsertStep(999, plan("break"))
    assert scene.refusal(scene.facilitator, nowhere) == "unknown_step"
    assert scene.next() == new


def test_a12_there_are_only_so_many_steps() -> None:
    scene = Scene(*(plan("brief") for _ in range(MOST_STEPS - 1)))
    scene.do(scene.facilitator, InsertStep(step_id(0), plan("break")))
    code = scene.refusal(scene.facilitator, InsertStep(step_id(0), plan("break")))
    assert code == "too_many_steps"


def test_a14_a_room_closes_when_every_decision_has_a_fate() -> None:
    """R2.6: an unclaimed decision must be given a fate first."""
    scene = Scene(plan("draft"))
    decision = scene.made(scene.facilitator, ProposeDecision(0, []), "what")
    assert scene.refusal(scene.facilitator, CloseRoom()) == "decisions_without_fate"
    assert scene.step().input
    scene.do(scene.facilitator, SetFate(decision, "nobody"))
    scene.later(s=60).do(scene.facilitator, CloseRoom())
    assert scene.get(Session, 1).closed_ms == scene.now
    assert (scene.agenda.state, scene.step().state) == ("over", "done")


def test_a14_a_closed_room_still_hears_the_clock_and_erases() -> None:
    scene = Scene(plan("ideate", hidden=False))
    person = scene.join()
    card = scene.made(person, PostIdea(0), "words")
    scene.do(scene.facilitator, CloseRoom())
    assert scene.refusal(person, PostIdea(0), "more") == "room_closed"
    scene.later(s=36_000).tick()
    assert scene.agenda.state == "over"
    scene.do(scene.facilitator, RedactCard(card))
    scene.do(scene.facilitator, RevokeLink(person.link))


def test_a14_a_room_that_never_began_can_close() -> None:
    scene = Scene(plan("brief"), begin=False)
    scene.do(scene.facilitator, CloseRoom())
    assert scene.sees(AgendaView, MEMBER)[0].state == "over"
