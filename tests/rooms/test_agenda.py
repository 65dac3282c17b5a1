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
from tests.rooms.scene import MINUTE, SERVER, T0, Scene, begun, public


def three(policy: Policy = "hard") -> Scene:
    """Three steps of ten minutes each."""
    return begun(*(public("ideate", minutes=10, policy=policy) for _ in range(3)))


def opening(*steps: StepPlan, links: list[int], words: tuple[str, ...], internal: int = 0) -> str:
    """The code with which a design is refused as entry 1; "" if it is taken."""
    scene = Scene(public("brief"))
    scene.room = new_room()
    command = OpenRoom(1, "ru", list(steps), links, [False] * internal)
    outcome = scene.attempt(SERVER, command, *words, step=0)
    if outcome.refused:
        assert not any(plane.entities for plane in scene.room.planes.values())
    return outcome.refused


# The design


def test_a1_the_first_entry_makes_steps_links_and_departments() -> None:
    plans = public("brief"), public("ideate")
    scene = Scene(*plans, departments=("Sales", "IT"), external=("Sales",))
    assert scene.agenda.order == (step_id(0), step_id(1))
    assert [link.role for link in scene.all(Link)] == list(NAMES)
    assert [(d.expected, d.internal) for d in scene.all(Department)] == [
        (True, False),
        (True, True),
    ]
    assert scene.agenda.state == "lobby"
    assert scene.one(Session, 1).opened_ms == T0
    assert scene.seen(MEMBER, SessionView)[0].title == "Наш клиент"


def test_a1_a_room_is_opened_once() -> None:
    scene = begun(public("brief"))
    again = OpenRoom(1, "en", [public("brief")], [], [])
    scene.refuses("already_open", SERVER, again, "Other")
    scene.refuses("not_your_role", scene.host, again, "Other")
    assert scene.seen(MEMBER, SessionView)[0].title == "Наш клиент"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (public("dance"), "unknown_kind"),
        (public("brief", lanes=[]), "bad_settings"),
        (public("brief", anonymous=True), "bad_settings"),
        (public("ideate", lanes=[]), "bad_settings"),
        (public("ideate", lanes=[["one"]]), "bad_settings"),
        (public("ideate", lanes=[["a", "b"]] * 13), "bad_settings"),
        (public("ideate", lanes=[["a", "b" * 201]]), "bad_settings"),
        (public("ideate", lanes="many"), "bad_settings"),
        (public("ideate", hidden=0), "bad_settings"),
        (public("ideate", colour="red"), "bad_settings"),
        (public("reveal", source=["a"]), "bad_settings"),
        (public("reveal", source=[-1]), "bad_settings"),
        (public("group", max_groups=-1), "bad_settings"),
        (public("vote", style="stars"), "bad_settings"),
        (public("vote", budget=0), "bad_settings"),
        (public("vote", budget=21), "bad_settings"),
        (public("vote", budget="3"), "bad_settings"),
        (public("draft", max_decisions=0), "bad_settings"),
        (public("draft", due_within_days=1_000_000), "bad_settings"),
        (public("claim", max_decisions=1), "bad_settings"),
    ],
)
def test_a1_a12_wrong_settings_are_refused_and_never_an_exception(
    wrong: StepPlan, code: str
) -> None:
    assert opening(public("brief"), wrong, links=[FACILITATOR], words=("t",)) == code
    scene = begun(public("brief"))
    assert scene.refusal(scene.host, InsertStep(step_id(0), wrong)) == code
    assert scene.agenda.order == (step_id(0),)


def test_a1_i12_anonymous_needs_hidden_cards_or_a_secret_tally() -> None:
    assert opening(public("ideate", anonymous=True), links=[], words=("t",)) == ""
    assert opening(public("vote", anonymous=True), links=[], words=("t",)) == ""
    for wrong in (
        public("ideate", anonymous=True, hidden=False),
        public("vote", anonymous=True, secret_until_close=False),
        public("draft", anonymous=True),
        public("discuss", anonymous=True),
    ):
        assert opening(wrong, links=[], words=("t",)) == "bad_settings"


def test_a1_wrong_links_and_departments_are_refused() -> None:
    brief = public("brief")
    for role in (0, 3, 1024, EVERYBODY):
        assert opening(brief, links=[role], words=("t", "g")) == "unknown_role"
    assert opening(brief, links=[], words=("t", "g"), internal=1) == "missing_words"
    assert opening(brief, links=[], words=("t", "g", ""), internal=1) == "missing_words"
    names = ("t", "g", *["d"] * (MOST_DEPARTMENTS + 1))
    many = MOST_DEPARTMENTS + 1
    assert opening(brief, links=[], words=names, internal=many) == "too_many_departments"


def test_a1_nothing_comes_before_the_first_entry() -> None:
    scene = Scene(public("brief"))
    scene.room = new_room()
    assert scene.attempt(SERVER, Tick(), step=0).seq == 1
    scene.refuses("link_revoked", scene.host, NextStep(), step=0)


# Moving


def test_a2_the_first_next_begins_and_fixes_the_promised_end() -> None:
    scene = Scene(public("brief", minutes=5), public("ideate", minutes=20))
    scene.wait(s=100).next()
    agenda = scene.agenda
    assert (agenda.state, agenda.started_ms) == ("running", scene.now)
    assert agenda.ends_ms == scene.now + 25 * MINUTE
    assert scene.current.deadline_ms == scene.now + 5 * MINUTE


@pytest.mark.parametrize("command", [NextStep(), BackStep(), StopInput()])
def test_a2_the_same_button_pressed_by_two_moderators_counts_once(command: Command) -> None:
    scene = three()
    first = scene.agenda.current
    scene.next()
    for step in (first, 0, step_id(2), 12345):
        scene.refuses("already_moved", scene.host, command, step=step)
    assert scene.agenda.current == step_id(1)


def test_a2_stopping_input_waits_for_the_moderator() -> None:
    scene = three()
    person = scene.join()
    scene.wait(s=60).do(scene.host, StopInput())
    assert (scene.current.state, scene.current.input) == ("closed", False)
    assert scene.current.spent_ms == MINUTE
    assert scene.agenda.state == "waiting"
    assert scene.refusal(person, PostIdea(0), "late") == ""
    assert scene.all(Card)[0].state == "late"
    scene.wait(s=36_000).tick()
    assert scene.agenda.current == step_id(0)
    scene.do(scene.host, StopInput())
    assert scene.current.spent_ms == MINUTE
    scene.next()
    assert scene.step(0).state == "done"


def test_a2_nothing_but_next_moves_a_lobby() -> None:
    scene = Scene(public("brief"))
    for command, code in (
        (BackStep(), "already_moved"),
        (StopInput(), "not_open_yet"),
        (PauseClock(), "not_running"),
        (ResumeClock(), "not_paused"),
        (ExtendStep(1), "not_running"),
        (MoveEnd(1), "not_running"),
    ):
        assert scene.refusal(scene.host, command) == code


# Deadlines


@pytest.mark.parametrize("late_ms", [0, 1, 7_777, 10 * MINUTE - 1])
def test_a3_step_ends_at_its_own_deadline(late_ms: int) -> None:
    """R5.4: steps of equal length begin at equal distances, whenever that is noticed."""
    scene = three()
    deadline = scene.current.deadline_ms
    assert deadline == T0 + 10 * MINUTE
    scene.wait(10 * MINUTE + late_ms).tick()
    assert (scene.step(0).state, scene.step(0).closed_ms) == ("done", deadline)
    assert scene.agenda.current == step_id(1)
    assert scene.current.started_ms == deadline
    assert scene.current.deadline_ms == deadline + 10 * MINUTE
    assert not scene.agenda.missed


def test_a3_a_millisecond_before_the_deadline_nothing_ends() -> None:
    scene = three()
    scene.wait(10 * MINUTE - 1).tick()
    assert scene.agenda.current == step_id(0)
    assert scene.current.input


def test_a3_a_refused_or_repeated_command_moves_time_too() -> None:
    scene = three()
    person = scene.join()
    scene.wait(s=601)
    assert scene.refusal(person, NextStep()) == "not_your_role"
    assert scene.agenda.current == step_id(1)
    guest = scene.guest(MEMBER)
    join = Join(0, "remote")
    scene.apply(guest.actor, join, "B", ref=1)
    scene.wait(s=600)
    assert scene.apply(guest.actor, join, "B", ref=1).repeat
    assert scene.agenda.current == step_id(2)


def test_a3_grace_closes_input_half_a_minute_after_zero_and_waits() -> None:
    scene = three("grace")
    person = scene.join()
    step = scene.current
    assert step.closes_ms == step.deadline_ms + 30_000
    scene.wait(10 * MINUTE + 29_999).do(person, PostIdea(0), "in the last second")
    scene.wait(s=5).tick()
    assert (scene.current.state, scene.current.closed_ms) == ("closed", step.closes_ms)
    assert (scene.agenda.state, scene.agenda.current) == ("waiting", step_id(0))
    scene.wait(s=3600).tick()
    assert scene.agenda.current == step_id(0)


def test_a3_the_last_step_waits_even_under_the_hard_policy() -> None:
    scene = begun(public("ideate", minutes=10))
    scene.wait(s=700).tick()
    assert (scene.current.state, scene.current.closed_ms) == ("closed", T0 + 10 * MINUTE)
    assert scene.agenda.state == "waiting"


def test_a3_a_step_left_out_is_passed_over_by_the_clock() -> None:
    scene = three()
    scene.do(scene.host, SkipStep(step_id(1), True))
    scene.wait(s=601).tick()
    assert scene.agenda.current == step_id(2)


def test_a4_a_second_deadline_pauses_and_marks_missed() -> None:
    scene = three()
    scene.wait(s=1200).tick()
    assert scene.agenda.current == step_id(1)
    assert (scene.agenda.state, scene.agenda.missed) == ("paused", True)
    assert scene.agenda.left_ms == 10 * MINUTE
    assert scene.current.deadline_ms == 0
    scene.wait(s=36_000).tick()
    assert scene.agenda.current == step_id(1)
    assert scene.seen(FACILITATOR, AgendaView)[0].missed
    scene.do(scene.host, ResumeClock())
    assert not scene.agenda.missed
    assert scene.current.deadline_ms == scene.now + 10 * MINUTE


# Back, skip, insert, close


def test_a10_back_opens_a_new_round_with_the_time_that_was_left() -> None:
    """R0.2: a step is repeated and nothing posted is lost."""
    scene = three()
    person = scene.join()
    card = scene.do(person, PostIdea(0), "kept")[0]
    first = scene.current.round
    scene.wait(s=240).next()
    scene.wait(s=60).do(scene.host, BackStep())
    step = scene.current
    assert (step.id, step.state, step.input) == (step_id(0), "open", True)
    assert step.round != first
    assert step.deadline_ms == scene.now + 6 * MINUTE
    assert (scene.step(1).state, scene.step(1).spent_ms) == ("ahead", MINUTE)
    assert scene.one(Card, card, person.seat).state == "written"
    scene.do(person, PostIdea(0), "one more")
    scene.next()
    assert scene.current.deadline_ms == scene.now + 10 * MINUTE


def test_a10_a_step_opened_again_has_at_least_a_minute() -> None:
    scene = three()
    scene.wait(s=599).next()
    scene.do(scene.host, BackStep())
    assert scene.current.deadline_ms == scene.now + MINUTE


def test_a10_there_is_nothing_before_the_first_and_after_the_last() -> None:
    scene = three()
    scene.refuses("first_step", scene.host, BackStep())
    scene.next()
    scene.next()
    scene.refuses("last_step", scene.host, NextStep())
    assert scene.current.input


def test_a10_back_passes_over_what_was_left_out() -> None:
    scene = three()
    scene.do(scene.host, SkipStep(step_id(1), True))
    scene.next()
    scene.do(scene.host, BackStep())
    assert scene.agenda.current == step_id(0)


def test_a11_a_step_ahead_is_left_out_and_taken_in_again() -> None:
    scene = three()
    scene.do(scene.host, SkipStep(step_id(1), True))
    assert scene.step(1).state == "skipped"
    scene.do(scene.host, SkipStep(step_id(1), False))
    assert scene.step(1).state == "ahead"
    assert scene.next().id == step_id(1)


def test_a11_what_is_open_or_done_is_not_left_out() -> None:
    scene = three()
    scene.next()
    for place in (0, 1):
        code = scene.refusal(scene.host, SkipStep(step_id(place), True))
        assert code == "already_begun"
    scene.refuses("unknown_step", scene.host, SkipStep(999, True))


def test_a12_a_new_step_goes_in_after_the_current_one() -> None:
    """R0.2: a step is put in while the session runs."""
    scene = three()
    scene.next()
    new = scene.do(scene.host, InsertStep(step_id(1), public("break")))[0]
    assert scene.agenda.order == (step_id(0), step_id(1), new, step_id(2))
    behind = InsertStep(step_id(0), public("break"))
    scene.refuses("already_begun", scene.host, behind)
    nowhere = InsertStep(999, public("break"))
    scene.refuses("unknown_step", scene.host, nowhere)
    assert scene.next().id == new


def test_a12_there_are_only_so_many_steps() -> None:
    scene = begun(*(public("brief") for _ in range(MOST_STEPS - 1)))
    scene.do(scene.host, InsertStep(step_id(0), public("break")))
    code = scene.refusal(scene.host, InsertStep(step_id(0), public("break")))
    assert code == "too_many_steps"


def test_a14_a_room_closes_when_every_decision_has_a_fate() -> None:
    """R2.6: an unclaimed decision must be given a fate first."""
    scene = begun(public("draft"))
    decision = scene.do(scene.host, ProposeDecision(0, []), "what")[0]
    scene.refuses("decisions_without_fate", scene.host, CloseRoom())
    assert scene.current.input
    scene.do(scene.host, SetFate(decision, "nobody"))
    scene.wait(s=60).do(scene.host, CloseRoom())
    assert scene.one(Session, 1).closed_ms == scene.now
    assert (scene.agenda.state, scene.current.state) == ("over", "done")


def test_a14_a_closed_room_still_hears_the_clock_and_erases() -> None:
    scene = begun(public("ideate", hidden=False))
    person = scene.join()
    card = scene.do(person, PostIdea(0), "words")[0]
    scene.do(scene.host, CloseRoom())
    scene.refuses("room_closed", person, PostIdea(0), "more")
    scene.wait(s=36_000).tick()
    assert scene.agenda.state == "over"
    scene.do(scene.host, RedactCard(card))
    scene.do(scene.host, RevokeLink(person.link))


def test_a14_a_room_that_never_began_can_close() -> None:
    scene = Scene(public("brief"))
    scene.do(scene.host, CloseRoom())
    assert scene.seen(MEMBER, AgendaView)[0].state == "over"
