"""Steps: who may act and when, what a step shows, the time bank, keys of anonymous rounds."""

from rooms.agenda import (
    BackStep,
    CloseRoom,
    ExtendStep,
    InsertStep,
    MoveEnd,
    PauseClock,
    ResumeClock,
    SkipStep,
    StopInput,
)
from rooms.cards import PostIdea, WithdrawIdea
from rooms.features import new_room
from rooms.roles import (
    COFACILITATOR,
    CUSTOMER,
    FACILITATOR,
    LEAD,
    MEMBER,
    NAMES,
    OBSERVER,
    STAGE,
)
from rooms.steps import (
    LATE_MS,
    Policy,
    StepView,
    blind_rounds,
    next_deadline_ms,
    step_id,
)
from rooms.turnout import PartView, TurnoutView
from rooms.votes import CastDots, Choice
from tests.rooms.scene import BEGIN_MS, MINUTE, Scene, plan


def three(policy: Policy = "hard") -> Scene:
    """Three steps of ten minutes each."""
    return Scene(*(plan("ideate", minutes=10, policy=policy) for _ in range(3)))


# Acting


def test_a5_input_needs_its_step_its_kind_and_its_time() -> None:
    scene = Scene(plan("ideate"), plan("vote"), plan("ideate"))
    person = scene.join()
    assert scene.refusal(person, PostIdea(0), "x", step=999) == "unknown_step"
    assert scene.refusal(person, PostIdea(0), "x", step=step_id(1)) == "wrong_kind"
    assert scene.refusal(person, PostIdea(0), "x", step=step_id(2)) == "not_open_yet"
    scene.do(person, PostIdea(0), "x")
    scene.next()
    assert scene.refusal(person, CastDots(1, 1), step=step_id(0)) == "wrong_kind"
    scene.do(scene.facilitator, StopInput())
    assert scene.refusal(person, CastDots(1, 1)) == "too_late"


def test_a5_only_those_who_may_act_do() -> None:
    """R6.2: rights of roles hold per step, for guests as for leaders."""
    scene = Scene(plan("ideate", who=LEAD | CUSTOMER))
    for role, code in ((LEAD, ""), (CUSTOMER, ""), (MEMBER, "not_your_step")):
        assert scene.refusal(scene.join(role), PostIdea(0), "x") == code
    assert scene.refusal(scene.join(OBSERVER), PostIdea(0), "x") == "not_your_role"


def test_a5_a_step_skipped_takes_nothing() -> None:
    scene = three()
    person = scene.join()
    scene.do(scene.facilitator, SkipStep(step_id(1), True))
    assert scene.refusal(person, PostIdea(0), "x", step=step_id(1)) == "too_late"


def test_a5_the_voters_are_those_who_act_unless_others_are_named() -> None:
    scene = Scene(
        plan("ideate", hidden=False, who=MEMBER | LEAD),
        plan("vote", who=MEMBER | LEAD, votes=LEAD),
        plan("vote", who=MEMBER),
    )
    member, lead = scene.join(), scene.join(LEAD)
    scene.do(member, PostIdea(0), "x")
    assert scene.nth(2).votes == MEMBER
    scene.next()
    choice = scene.all(Choice)[0].id
    assert scene.refusal(member, CastDots(choice, 1)) == "not_your_step"
    assert scene.refusal(lead, CastDots(choice, 1)) == ""


# Seeing


def test_a6_who_may_not_see_a_step_gets_its_clock_alone() -> None:
    """R6.2: a customer gets a waiting card, and not a word of an internal step."""
    scene = Scene(plan("ideate", who=MEMBER, sees=MEMBER | STAGE))
    seeing = MEMBER | STAGE | FACILITATOR | COFACILITATOR
    for role in NAMES:
        step = scene.sees(StepView, role)[0]
        assert (step.state, step.deadline_ms) == ("open", BEGIN_MS + 10 * MINUTE)
        if role & seeing:
            assert (step.kind, step.who, step.input) == ("ideate", MEMBER, True)
            assert step.name and step.prompt and step.round
        else:
            assert (step.kind, step.name, step.prompt) == ("", None, None)
            assert (step.who, step.votes, step.round, step.input) == (0, 0, 0, False)


def test_a6_who_acts_sees_and_moderators_see_all() -> None:
    scene = Scene(plan("ideate", who=CUSTOMER, sees=0))
    for role in (CUSTOMER, FACILITATOR, COFACILITATOR):
        assert scene.sees(StepView, role)[0].kind == "ideate"
    assert scene.sees(StepView, MEMBER)[0].kind == ""


# Counting what comes in


def test_i2_turnout_counts_people_and_cards_per_lane() -> None:
    scene = Scene(plan("ideate"))
    first, second = scene.crowd(2)
    for lane in (1, 1, 0):
        scene.do(first, PostIdea(lane), "x")
    card = scene.made(second, PostIdea(1), "x")
    assert scene.sees(TurnoutView, STAGE) == [TurnoutView(step_id(0), 2, (1, 3))]
    assert scene.owns(PartView, first) == [PartView(step_id(0), 3)]
    scene.do(second, WithdrawIdea(card))
    assert scene.sees(TurnoutView, STAGE) == [TurnoutView(step_id(0), 2, (1, 2))]


def test_i2_an_anonymous_step_counts_cards_and_not_people() -> None:
    """R5.6: how many cards one person wrote is not counted either."""
    scene = Scene(plan("ideate", anonymous=True))
    person = scene.join()
    for card in (1, 2, 3):
        scene.do(scene.blind(person, card), PostIdea(0), "x")
    assert scene.sees(TurnoutView, STAGE) == [TurnoutView(step_id(0), 0, (3,))]
    assert not scene.owns(PartView, person)


# The clock


def test_a3_the_next_deadline_is_the_one_of_the_running_step() -> None:
    assert next_deadline_ms(new_room()) is None
    scene = Scene(plan("brief", policy="grace"), plan("brief"), begin=False)
    assert next_deadline_ms(scene.room) is None
    scene.next()
    assert next_deadline_ms(scene.room) == BEGIN_MS + 10 * MINUTE + 30_000
    scene.do(scene.facilitator, PauseClock())
    assert next_deadline_ms(scene.room) is None
    scene.do(scene.facilitator, ResumeClock())
    assert next_deadline_ms(scene.room) == BEGIN_MS + 10 * MINUTE + 30_000
    scene.do(scene.facilitator, StopInput())
    assert next_deadline_ms(scene.room) is None


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


# Anonymous rounds


def test_a13_a_key_is_needed_while_its_step_is_current_and_a_minute_more() -> None:
    """R5.6: afterwards nobody can make a blind actor of that round again."""
    scene = Scene(plan("ideate", anonymous=True), plan("brief"))
    rounds = {scene.step().round: step_id(0)}
    assert blind_rounds(scene.room, scene.now) == rounds
    scene.do(scene.facilitator, StopInput())
    assert blind_rounds(scene.room, scene.now + 60 * LATE_MS) == rounds
    scene.later(s=5).next()
    assert scene.nth(0).closed_ms == BEGIN_MS
    assert blind_rounds(scene.room, BEGIN_MS + LATE_MS - 1) == rounds
    assert blind_rounds(scene.room, BEGIN_MS + LATE_MS) == {}


def test_a13_a_step_opened_again_has_another_key() -> None:
    scene = Scene(plan("ideate", anonymous=True), plan("brief"))
    first = scene.step().round
    scene.next()
    scene.do(scene.facilitator, BackStep())
    assert scene.step().round != first
    assert blind_rounds(scene.room, scene.now) == {scene.step().round: step_id(0)}


def test_a13_a_closed_room_needs_no_key_after_the_minute() -> None:
    scene = Scene(plan("ideate", anonymous=True))
    scene.do(scene.facilitator, CloseRoom())
    assert blind_rounds(scene.room, scene.now + LATE_MS - 1)
    assert blind_rounds(scene.room, scene.now + LATE_MS) == {}


def test_i12_blind_actors_belong_to_the_round_of_an_anonymous_step() -> None:
    scene = Scene(plan("ideate", anonymous=True), plan("ideate"))
    person = scene.join()
    assert scene.refusal(person, PostIdea(0), "x") == "wrong_lane"
    blind = scene.blind(person, 1)
    round_ = scene.step().round
    for lane in (0, round_ + 1):
        outcome = scene.enter(blind, PostIdea(0), "x", ref=1, lane=lane, step=step_id(0))
        assert outcome.refused == "too_late"
    outcome = scene.enter(blind, PostIdea(0), "x", ref=2, lane=round_, step=step_id(0))
    assert not outcome.refused
    scene.next()
    assert scene.refusal(scene.blind(person, 2), PostIdea(0), "x") == "wrong_lane"
