"""The agenda and its clock: the design, moving through it, deadlines, the time bank, the end."""

import pytest

from rooms.agenda import (
    BackStep,
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
from rooms.features import new_room
from rooms.kernel import Entity
from rooms.people import MOST_DEPARTMENTS, Department, Join, Link
from rooms.roles import EVERYBODY, FACILITATOR, MEMBER, NAMES
from rooms.steps import AgendaView, Session, SessionView, Setting, step_id
from tests.rooms.scene import BEGIN_MS, MINUTE, SERVER, Scene, plan


def three(policy: str = "hard") -> Scene:
    """Three steps of ten minutes each."""
    kept = "grace" if policy == "grace" else "hard"
    return Scene(*(plan("ideate", minutes=10, policy=kept) for _ in range(3)))


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
    open_cards: dict[str, Setting] = {"hidden": False}
    open_tally: dict[str, Setting] = {"secret_until_close": False}
    assert opening(plan("ideate", anonymous=True), links=[], words=("t",)) == ""
    assert opening(plan("vote", anonymous=True), links=[], words=("t",)) == ""
    for wrong in (
        plan("ideate", anonymous=True, **open_cards),
        plan("vote", anonymous=True, **open_tally),
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
def test_a2_the_same_button_pressed_by_two_moderators_counts_once(command: Entity) -> None:
    scene = three()
    first = scene.current
    scene.next()
    for step in (first, 0, step_id(2), 12345):
        assert scene.refusal(scene.facilitator, command, step=step) == "already_moved"  # type: ignore[arg-type]
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


# Pausing, lending, the end


def test_a7_a_pause_keeps_the_time_left_and_gives_it_back() -> None:
    scene = three()
    scene.later(s=240).do(scene.facilitator, PauseClock())
    assert (scene.agenda.state, scene.agenda.left_ms) == ("paused", 6 * MINUTE)
    assert scene.refusal(scene.facilitator, PauseClock()) == "not_running"
    scene.later(s=9_000).tick()
    assert scene.step().input
    scene.do(scene.facilitator, ResumeClock())
    assert scene.step().deadline_ms == scene.now + 6 * MINUTE
    assert scene.refusal(scene.facilitator, ResumeClock()) == "not_paused"
    scene.later(s=360).tick()
    assert scene.step().started_ms == scene.now


def test_a7_a_pause_does_not_stretch_the_grace() -> None:
    scene = three("grace")
    scene.later(s=601)
    assert scene.refusal(scene.facilitator, PauseClock()) == "not_running"
    scene.later(s=30)
    assert scene.refusal(scene.facilitator, PauseClock()) == "not_running"
    assert scene.agenda.state == "waiting"


def test_a7_a_resumed_grace_step_has_its_grace() -> None:
    scene = three("grace")
    scene.do(scene.facilitator, PauseClock())
    scene.later(s=60).do(scene.facilitator, ResumeClock())
    assert scene.step().closes_ms == scene.step().deadline_ms + 30_000


def test_a8_time_is_lent_from_the_bank_and_the_bank_ends() -> None:
    """R5.1: time is borrowed only from named places, and the end does not move."""
    scene = three()
    ends = scene.agenda.ends_ms
    assert scene.refusal(scene.facilitator, ExtendStep(1)) == "bank_empty"
    scene.later(s=300).next()
    deadline = scene.step().deadline_ms
    assert scene.refusal(scene.facilitator, ExtendStep(5 * MINUTE + 1)) == "bank_empty"
    scene.do(scene.facilitator, ExtendStep(2 * MINUTE))
    assert scene.step().deadline_ms == deadline + 2 * MINUTE
    assert scene.step().closes_ms == scene.step().deadline_ms
    scene.do(scene.facilitator, PauseClock())
    scene.do(scene.facilitator, ExtendStep(3 * MINUTE))
    assert scene.agenda.left_ms == 15 * MINUTE
    assert scene.refusal(scene.facilitator, ExtendStep(1)) == "bank_empty"
    assert scene.agenda.ends_ms == ends


def test_a8_time_taken_from_a_step_goes_into_the_bank() -> None:
    scene = three()
    scene.do(scene.facilitator, ExtendStep(-4 * MINUTE))
    assert scene.step().deadline_ms == BEGIN_MS + 6 * MINUTE
    scene.do(scene.facilitator, ExtendStep(4 * MINUTE))
    assert scene.step().deadline_ms == BEGIN_MS + 10 * MINUTE
    scene.do(scene.facilitator, ExtendStep(-60 * MINUTE))
    assert scene.step().deadline_ms == scene.now


def test_a8_less_time_never_means_more() -> None:
    scene = three("grace")
    scene.later(s=610).do(scene.facilitator, ExtendStep(-MINUTE))
    assert scene.step().closes_ms == BEGIN_MS + 10 * MINUTE + 30_000


def test_a8_a_paused_step_loses_at_most_all_its_time() -> None:
    scene = three()
    scene.do(scene.facilitator, PauseClock())
    scene.do(scene.facilitator, ExtendStep(-60 * MINUTE))
    assert scene.agenda.left_ms == 0


def test_a9_the_promised_end_moves_only_openly() -> None:
    """R5.1: whatever the facilitator does with steps, the end stays until the room agrees."""
    scene = three()
    ends = scene.agenda.ends_ms
    scene.do(scene.facilitator, InsertStep(step_id(0), plan("break", minutes=30)))
    scene.do(scene.facilitator, SkipStep(step_id(2), True))
    scene.do(scene.facilitator, PauseClock())
    scene.later(s=500).do(scene.facilitator, ResumeClock())
    scene.later(s=200).next()
    scene.do(scene.facilitator, BackStep())
    scene.later(s=5_000).tick()
    assert scene.agenda.ends_ms == ends
    scene.do(scene.facilitator, MoveEnd(90 * MINUTE))
    assert scene.agenda.ends_ms == ends + 90 * MINUTE
    assert scene.refusal(scene.facilitator, MoveEnd(-600 * MINUTE)) == "end_is_past"
    scene.do(scene.facilitator, MoveEnd(scene.now - ends - 90 * MINUTE))
    assert scene.agenda.ends_ms == scene.now


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
