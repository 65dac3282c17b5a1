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
from rooms.kernel import Actor
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
from tests.rooms.scene import MINUTE, T0, Scene, begun, public


def three(policy: Policy = "hard") -> Scene:
    """Three steps of ten minutes each."""
    return begun(*(public("ideate", minutes=10, policy=policy) for _ in range(3)))


# Acting


def test_a5_input_needs_its_step_its_kind_and_its_time() -> None:
    scene = begun(public("ideate"), public("vote"), public("ideate"))
    person = scene.join()
    scene.refuses("unknown_step", person, PostIdea(0), "x", step=999)
    scene.refuses("wrong_kind", person, PostIdea(0), "x", step=step_id(1))
    scene.refuses("not_open_yet", person, PostIdea(0), "x", step=step_id(2))
    scene.do(person, PostIdea(0), "x")
    scene.next()
    scene.refuses("wrong_kind", person, CastDots(1, 1), step=step_id(0))
    scene.do(scene.host, StopInput())
    scene.refuses("too_late", person, CastDots(1, 1))


def test_a5_only_those_who_may_act_do() -> None:
    """R6.2: rights of roles hold per step, for guests as for leaders."""
    scene = begun(public("ideate", who=LEAD | CUSTOMER))
    for role, code in ((LEAD, ""), (CUSTOMER, ""), (MEMBER, "not_your_step")):
        assert scene.refusal(scene.join(role), PostIdea(0), "x") == code
    scene.refuses("not_your_role", scene.join(OBSERVER), PostIdea(0), "x")


def test_a5_a_step_skipped_takes_nothing() -> None:
    scene = three()
    person = scene.join()
    scene.do(scene.host, SkipStep(step_id(1), True))
    scene.refuses("too_late", person, PostIdea(0), "x", step=step_id(1))


def test_a5_the_voters_are_those_who_act_unless_others_are_named() -> None:
    scene = begun(
        public("ideate", hidden=False, who=MEMBER | LEAD),
        public("vote", who=MEMBER | LEAD, votes=LEAD),
        public("vote", who=MEMBER),
    )
    member, lead = scene.join(), scene.join(LEAD)
    scene.do(member, PostIdea(0), "x")
    assert scene.step(2).votes == MEMBER
    scene.next()
    choice = scene.all(Choice)[0].id
    scene.refuses("not_your_step", member, CastDots(choice, 1))
    assert scene.refusal(lead, CastDots(choice, 1)) == ""


# Seeing


def test_a6_who_may_not_see_a_step_gets_its_clock_alone() -> None:
    """R6.2: a customer gets a waiting card, and not a word of an internal step."""
    scene = begun(public("ideate", who=MEMBER, sees=MEMBER | STAGE))
    seeing = MEMBER | STAGE | FACILITATOR | COFACILITATOR
    for role in NAMES:
        step = scene.seen(role, StepView)[0]
        assert (step.state, step.deadline_ms) == ("open", T0 + 10 * MINUTE)
        if role & seeing:
            assert (step.kind, step.who, step.input) == ("ideate", MEMBER, True)
            assert step.name and step.prompt and step.round
        else:
            assert (step.kind, step.name, step.prompt) == ("", None, None)
            assert (step.who, step.votes, step.round, step.input) == (0, 0, 0, False)


def test_a6_who_acts_sees_and_moderators_see_all() -> None:
    scene = begun(public("ideate", who=CUSTOMER, sees=0))
    for role in (CUSTOMER, FACILITATOR, COFACILITATOR):
        assert scene.seen(role, StepView)[0].kind == "ideate"
    assert scene.seen(MEMBER, StepView)[0].kind == ""


# Counting what comes in


def test_i2_turnout_counts_people_and_cards_per_lane() -> None:
    scene = begun(public("ideate"))
    first, second = scene.people(2)
    for lane in (1, 1, 0):
        scene.do(first, PostIdea(lane), "x")
    card = scene.do(second, PostIdea(1), "x")[0]
    assert scene.seen(STAGE, TurnoutView) == [TurnoutView(step_id(0), 2, (1, 3))]
    assert scene.own(first, PartView) == [PartView(step_id(0), 3)]
    scene.do(second, WithdrawIdea(card))
    assert scene.seen(STAGE, TurnoutView) == [TurnoutView(step_id(0), 2, (1, 2))]


def test_i2_an_anonymous_step_counts_cards_and_not_people() -> None:
    """R5.6: how many cards one person wrote is not counted either."""
    scene = begun(public("ideate", anonymous=True))
    person = scene.join()
    for _ in range(3):
        assert not scene.blind(person, PostIdea(0), "x").refused
    assert scene.seen(STAGE, TurnoutView) == [TurnoutView(step_id(0), 0, (3,))]
    assert not scene.own(person, PartView)


# The clock


def test_a3_the_next_deadline_is_the_one_of_the_running_step() -> None:
    assert next_deadline_ms(new_room()) is None
    scene = Scene(public("brief", policy="grace"), public("brief"))
    assert next_deadline_ms(scene.room) is None
    scene.next()
    assert next_deadline_ms(scene.room) == T0 + 10 * MINUTE + 30_000
    scene.do(scene.host, PauseClock())
    assert next_deadline_ms(scene.room) is None
    scene.do(scene.host, ResumeClock())
    assert next_deadline_ms(scene.room) == T0 + 10 * MINUTE + 30_000
    scene.do(scene.host, StopInput())
    assert next_deadline_ms(scene.room) is None


def test_a7_a_pause_keeps_the_time_left_and_gives_it_back() -> None:
    scene = three()
    scene.wait(s=240).do(scene.host, PauseClock())
    assert (scene.agenda.state, scene.agenda.left_ms) == ("paused", 6 * MINUTE)
    scene.refuses("not_running", scene.host, PauseClock())
    scene.wait(s=9_000).tick()
    assert scene.current.input
    scene.do(scene.host, ResumeClock())
    assert scene.current.deadline_ms == scene.now + 6 * MINUTE
    scene.refuses("not_paused", scene.host, ResumeClock())
    scene.wait(s=360).tick()
    assert scene.current.started_ms == scene.now


def test_a7_a_pause_does_not_stretch_the_grace() -> None:
    scene = three("grace")
    scene.wait(s=601)
    scene.refuses("not_running", scene.host, PauseClock())
    scene.wait(s=30)
    assert scene.refusal(scene.host, PauseClock()) == "not_running"
    assert scene.agenda.state == "waiting"


def test_a7_a_resumed_grace_step_has_its_grace() -> None:
    scene = three("grace")
    scene.do(scene.host, PauseClock())
    scene.wait(s=60).do(scene.host, ResumeClock())
    assert scene.current.closes_ms == scene.current.deadline_ms + 30_000


def test_a8_time_is_lent_from_the_bank_and_the_bank_ends() -> None:
    """R5.1: time is borrowed only from named places, and the end does not move."""
    scene = three()
    ends = scene.agenda.ends_ms
    scene.refuses("bank_empty", scene.host, ExtendStep(1))
    scene.wait(s=300).next()
    deadline = scene.current.deadline_ms
    scene.refuses("bank_empty", scene.host, ExtendStep(5 * MINUTE + 1))
    scene.do(scene.host, ExtendStep(2 * MINUTE))
    assert scene.current.deadline_ms == deadline + 2 * MINUTE
    assert scene.current.closes_ms == scene.current.deadline_ms
    scene.do(scene.host, PauseClock())
    scene.do(scene.host, ExtendStep(3 * MINUTE))
    assert scene.agenda.left_ms == 15 * MINUTE
    scene.refuses("bank_empty", scene.host, ExtendStep(1))
    assert scene.agenda.ends_ms == ends


def test_a8_time_taken_from_a_step_goes_into_the_bank() -> None:
    scene = three()
    scene.do(scene.host, ExtendStep(-4 * MINUTE))
    assert scene.current.deadline_ms == T0 + 6 * MINUTE
    scene.do(scene.host, ExtendStep(4 * MINUTE))
    assert scene.current.deadline_ms == T0 + 10 * MINUTE
    scene.do(scene.host, ExtendStep(-60 * MINUTE))
    assert scene.current.deadline_ms == scene.now


def test_a8_less_time_never_means_more() -> None:
    scene = three("grace")
    scene.wait(s=610).do(scene.host, ExtendStep(-MINUTE))
    assert scene.current.closes_ms == T0 + 10 * MINUTE + 30_000


def test_a8_a_paused_step_loses_at_most_all_its_time() -> None:
    scene = three()
    scene.do(scene.host, PauseClock())
    scene.do(scene.host, ExtendStep(-60 * MINUTE))
    assert scene.agenda.left_ms == 0


def test_a9_the_promised_end_moves_only_openly() -> None:
    """R5.1: whatever the facilitator does with steps, the end stays until the room agrees."""
    scene = three()
    ends = scene.agenda.ends_ms
    scene.do(scene.host, InsertStep(step_id(0), public("break", minutes=30)))
    scene.do(scene.host, SkipStep(step_id(2), True))
    scene.do(scene.host, PauseClock())
    scene.wait(s=500).do(scene.host, ResumeClock())
    scene.wait(s=200).next()
    scene.do(scene.host, BackStep())
    scene.wait(s=5_000).tick()
    assert scene.agenda.ends_ms == ends
    scene.do(scene.host, MoveEnd(90 * MINUTE))
    assert scene.agenda.ends_ms == ends + 90 * MINUTE
    scene.refuses("end_is_past", scene.host, MoveEnd(-600 * MINUTE))
    scene.do(scene.host, MoveEnd(scene.now - ends - 90 * MINUTE))
    assert scene.agenda.ends_ms == scene.now


# Anonymous rounds


def test_a13_a_key_is_needed_while_its_step_is_current_and_a_minute_more() -> None:
    """R5.6: afterwards nobody can make a blind actor of that round again."""
    scene = begun(public("ideate", anonymous=True), public("brief"))
    rounds = {scene.current.round: step_id(0)}
    assert blind_rounds(scene.room, scene.now) == rounds
    scene.do(scene.host, StopInput())
    assert blind_rounds(scene.room, scene.now + 60 * LATE_MS) == rounds
    scene.wait(s=5).next()
    assert scene.step(0).closed_ms == T0
    assert blind_rounds(scene.room, T0 + LATE_MS - 1) == rounds
    assert blind_rounds(scene.room, T0 + LATE_MS) == {}


def test_a13_a_step_opened_again_has_another_key() -> None:
    scene = begun(public("ideate", anonymous=True), public("brief"))
    first = scene.current.round
    scene.next()
    scene.do(scene.host, BackStep())
    assert scene.current.round != first
    assert blind_rounds(scene.room, scene.now) == {scene.current.round: step_id(0)}


def test_a13_a_closed_room_needs_no_key_after_the_minute() -> None:
    scene = begun(public("ideate", anonymous=True))
    scene.do(scene.host, CloseRoom())
    assert blind_rounds(scene.room, scene.now + LATE_MS - 1)
    assert blind_rounds(scene.room, scene.now + LATE_MS) == {}


def test_i12_blind_actors_belong_to_the_round_of_an_anonymous_step() -> None:
    scene = begun(public("ideate", anonymous=True), public("ideate"))
    person = scene.join()
    scene.refuses("wrong_lane", person, PostIdea(0), "x")
    blind = Actor(blind="somebody")
    round_ = scene.current.round
    for lane in (0, round_ + 1):
        outcome = scene.apply(blind, PostIdea(0), "x", ref=1, lane=lane, step=step_id(0))
        assert outcome.refused == "too_late"
    outcome = scene.apply(blind, PostIdea(0), "x", ref=2, lane=round_, step=step_id(0))
    assert not outcome.refused
    scene.next()
    scene.refuses("wrong_lane", Actor(blind="somebody else"), PostIdea(0), "x")
