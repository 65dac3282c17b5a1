"""What people do to time: told to everybody, and a round that goes on after its time was up."""

import pytest
from msgspec.structs import replace

from rooms.agenda import (
    BackStep,
    CloseRoom,
    ExtendStep,
    MoveEnd,
    NextStep,
    PauseClock,
    ResumeClock,
    StopInput,
)
from rooms.cards import Card, CardView, EditIdea, PostIdea
from rooms.clock import CHANGE_ID, ClockChange, ClockChangeView
from rooms.kernel import Command
from rooms.moderation import ErasePerson
from rooms.people import Join
from rooms.reveal import Reveal
from rooms.roles import (
    COFACILITATOR,
    CUSTOMER,
    FACILITATOR,
    LEAD,
    MEMBER,
    MODERATORS,
    NAMES,
    STAGE,
)
from rooms.steps import Policy, blind_rounds, step_id
from rooms.talk import HandView, RaiseHand
from rooms.votes import CastDots, Choice, Tally
from tests.rooms.scene import MINUTE, Scene, begun, public


def three(policy: Policy = "hard") -> Scene:
    """Three steps of ten minutes each, a minute after the first began."""
    scene = begun(*(public("ideate", policy=policy) for _ in range(3)))
    return scene.wait(s=60)


def told(scene: Scene) -> ClockChangeView | None:
    """The last change of time, which everybody sees alike; but what was left of a step that was
    stopped is for moderators."""
    views = {role: view for role in NAMES for view in scene.seen(role, ClockChangeView)}
    if not views:
        return None
    seen = views[FACILITATOR]
    others = replace(seen, by_ms=0) if seen.what == "stopped" else seen
    for role in NAMES:
        assert views[role] == (seen if role & MODERATORS else others)
    return seen


def stopped(scene: Scene) -> Scene:
    """After the moderator has stopped the current step."""
    scene.do(scene.host, StopInput())
    return scene


# What is told


@pytest.mark.parametrize(
    ("command", "what", "by_ms"),
    [
        (ExtendStep(-MINUTE), "extended", -MINUTE),
        (ExtendStep(-60 * MINUTE), "extended", -9 * MINUTE),
        (PauseClock(), "paused", 0),
        (StopInput(), "stopped", 9 * MINUTE),
        (MoveEnd(7 * MINUTE), "end_moved", 7 * MINUTE),
        (NextStep(), "moved_on", 0),
    ],
)
def test_a15_what_a_person_does_to_time_is_told_to_everybody(
    command: Command, what: str, by_ms: int
) -> None:
    scene = three()
    host = scene.join(COFACILITATOR, "Илья")
    scene.do(host, command)
    assert told(scene) == ClockChangeView(
        CHANGE_ID,
        what,  # type: ignore[arg-type]  # one of the words of the view
        by_ms,
        scene.agenda.current,
        "Илья",
        scene.now,
    )


def test_a15_resuming_going_back_and_more_time_are_told() -> None:
    scene = three()
    scene.do(scene.host, PauseClock())
    scene.do(scene.host, ExtendStep(-MINUTE))
    change = told(scene)
    assert change is not None
    assert (change.what, change.by_ms) == ("extended", -MINUTE)
    scene.do(scene.host, ResumeClock())
    change = told(scene)
    assert change is not None
    assert (change.what, change.by_ms) == ("resumed", 0)
    scene.do(scene.host, ExtendStep(MINUTE))
    change = told(scene)
    assert change is not None
    assert (change.what, change.by_ms) == ("extended", MINUTE)
    scene.next()
    scene.do(scene.host, BackStep())
    change = told(scene)
    assert change is not None
    assert (change.what, change.step) == ("moved_back", step_id(0))


def test_a15_a_paused_step_that_is_stopped_tells_what_was_left() -> None:
    scene = three()
    scene.do(scene.host, PauseClock())
    change = told(stopped(scene.wait(s=300)))
    assert change is not None
    assert (change.what, change.by_ms) == ("stopped", 9 * MINUTE)


def test_a15_nobody_is_named_who_has_not_joined() -> None:
    scene = three()
    scene.do(scene.host, PauseClock())
    change = told(scene)
    assert change is not None and change.name is None


@pytest.mark.parametrize("command", [ExtendStep(0), MoveEnd(0)])
def test_a15_what_changes_nothing_is_not_told(command: Command) -> None:
    scene = three()
    scene.do(scene.host, PauseClock())
    before = told(scene)
    scene.wait(s=5).do(scene.host, command)
    assert told(scene) == before


def test_a15_a_second_stop_is_not_told() -> None:
    scene = stopped(three())
    before = told(scene)
    assert told(stopped(scene.wait(s=5))) == before


def test_a15_what_time_does_by_itself_is_no_change() -> None:
    scene = three("grace")
    before = told(scene)
    scene.wait(s=700).tick()
    assert scene.agenda.state == "waiting"
    assert told(scene) == before


def test_a15_whoever_is_erased_is_named_no_longer() -> None:
    """The name leaves the room, also for those who follow along."""
    scene = three()
    host = scene.join(COFACILITATOR, "Илья")
    scene.do(host, PauseClock())
    before = scene.room.seq
    scene.do(scene.host, ErasePerson(host.seat))
    assert scene.one(ClockChange, CHANGE_ID).name in scene.forgot
    put, _ = scene.patch(before, CUSTOMER)
    [view] = [view for view in put if isinstance(view, ClockChangeView)]
    assert view.name is None and view.what == "paused"


# A round that goes on


def test_a16_a_step_stopped_by_mistake_goes_on_with_what_was_left() -> None:
    """R0.2: the undo of a stop. All of it comes back but for the seconds that passed."""
    scene = three()
    person = scene.join()
    card = scene.do(person, PostIdea(0), "before")[0]
    opened = scene.current.round
    change = told(stopped(scene))
    assert change is not None
    scene.wait(s=6).do(scene.host, ExtendStep(change.by_ms))
    step = scene.current
    assert (step.state, step.input, step.round) == ("open", True, opened)
    assert scene.agenda.state == "running"
    assert step.deadline_ms == step.closes_ms == scene.now + 9 * MINUTE - 6_000
    scene.do(person, EditIdea(card), "after")
    scene.wait(step.deadline_ms - scene.now).tick()
    assert scene.step(0).spent_ms == 10 * MINUTE - 6_000


def test_a16_time_is_up_and_a_minute_more_is_given() -> None:
    scene = three("grace")
    scene.do(scene.host, MoveEnd(5 * MINUTE))
    scene.wait(s=600).tick()
    person = scene.join()
    assert not scene.current.input
    scene.wait(s=10).do(scene.host, ExtendStep(MINUTE))
    assert scene.current.deadline_ms == scene.now + MINUTE
    assert scene.current.closes_ms == scene.now + MINUTE + 30_000
    scene.do(person, PostIdea(0), "in the minute more")
    assert [card.state for card in scene.all(Card, person.seat)] == ["written"]


def test_a16_the_bank_gives_what_it_holds_and_no_more() -> None:
    """R5.1: the promised end does not move."""
    scene = stopped(three())
    ends = scene.agenda.ends_ms
    scene.wait(s=500).do(scene.host, ExtendStep(30 * MINUTE))
    assert scene.current.deadline_ms == scene.now + 9 * MINUTE - 500_000
    change = told(scene)
    assert change is not None and change.by_ms == 9 * MINUTE - 500_000
    stopped(scene.wait(s=30)).wait(s=60)
    scene.refuses("bank_empty", scene.host, ExtendStep(MINUTE))
    assert not scene.current.input
    assert scene.agenda.ends_ms == ends


@pytest.mark.parametrize("by_ms", [0, -1, -MINUTE])
def test_a16_nothing_is_taken_from_a_step_that_is_over(by_ms: int) -> None:
    scene = stopped(three())
    scene.refuses("not_running", scene.host, ExtendStep(by_ms))


def test_a16_a_closed_room_does_not_go_on() -> None:
    scene = stopped(three())
    scene.do(scene.host, CloseRoom())
    scene.refuses("room_closed", scene.host, ExtendStep(MINUTE))


def test_a16_whoever_wrote_without_a_name_can_go_on_with_it() -> None:
    """The round, and with it its key, stays the same; what was sent before the stop fits."""
    scene = begun(public("ideate", anonymous=True), public("reveal"))
    people = scene.people(5)
    [card] = scene.blind(people[0], PostIdea(0), "unsaid").made
    author = scene.entries[-1].actor.blind
    opened = scene.current.round
    stopped(scene.wait(s=200))
    scene.wait(s=200).do(scene.host, ExtendStep(MINUTE))
    assert blind_rounds(scene.room, scene.now) == {opened: step_id(0)}
    assert not scene.blind(people[0], EditIdea(card), "better", plane=author).refused
    assert not scene.blind(people[1], PostIdea(0), "another").refused
    assert not scene.seen(MEMBER, CardView)
    scene.next()
    assert len(scene.seen(MEMBER, CardView)) == 2


def test_a16_whoever_came_in_between_does_not_stand_alone() -> None:
    """P9: were the members still told apart by their role, one lead would be the only other."""
    scene = begun(public("ideate", anonymous=True, who=MEMBER | LEAD), public("reveal"))
    scene.people(4)
    assert scene.current.groups == 0, "nobody was there when the step opened"
    scene.do(scene.host, NextStep())
    scene.do(scene.host, BackStep())
    assert scene.current.groups == MEMBER
    stopped(scene)
    scene.join(LEAD)
    scene.wait(s=1).do(scene.host, ExtendStep(MINUTE))
    assert scene.current.groups == 0
    assert not scene.current.few


def test_a16_what_was_shown_stays_shown_and_new_cards_are_hidden() -> None:
    scene = begun(public("ideate"))
    person = scene.join()
    scene.do(person, PostIdea(0), "first")
    scene.do(scene.host, Reveal(step_id(0), -1))
    stopped(scene)
    scene.do(scene.host, ExtendStep(MINUTE))
    scene.do(person, PostIdea(0), "second")
    assert [card.text for card in scene.seen(MEMBER, CardView)] == ["first"]


def vote(secret: bool, *, anonymous: bool = False) -> Scene:
    """An open vote on one card, with one dot on it."""
    poll = public("vote", secret_until_close=secret, anonymous=anonymous)
    scene = begun(public("ideate", hidden=False), poll)
    person = scene.join()
    scene.do(person, PostIdea(0), "card")
    scene.next()
    dot = CastDots(scene.all(Choice)[0].id, 1)
    outcome = scene.blind(person, dot) if anonymous else scene.attempt(person, dot)
    assert not outcome.refused
    return scene


@pytest.mark.parametrize("anonymous", [False, True])
def test_a16_nobody_votes_in_secret_who_has_seen_the_tally(anonymous: bool) -> None:
    scene = stopped(vote(True, anonymous=anonymous))
    change = told(scene)
    assert change is not None and change.by_ms == 0, "there is nothing to undo it with"
    scene.refuses("tally_is_shown", scene.host, ExtendStep(MINUTE))
    assert not scene.current.input
    assert scene.all(Tally)[0].dots == 1


def test_a16_an_open_vote_goes_on_with_its_votes() -> None:
    scene = stopped(vote(False))
    scene.do(scene.host, ExtendStep(MINUTE))
    other = scene.join()
    scene.do(other, CastDots(scene.all(Choice)[0].id, 1))
    assert scene.all(Tally)[0].dots == 2


def test_a16_hands_that_came_down_stay_down() -> None:
    scene = begun(public("discuss"))
    person = scene.join()
    scene.do(person, RaiseHand())
    stopped(scene)
    scene.do(scene.host, ExtendStep(MINUTE))
    assert scene.seen(MEMBER, HandView) == []
    scene.do(person, RaiseHand())


def test_a16_the_stage_is_shielded_from_whoever_came_in_between() -> None:
    """P8 holds for a step that goes on."""
    scene = begun(public("ideate", who=MEMBER, sees=MEMBER | STAGE))
    stopped(scene)
    scene.do(scene.guest(CUSTOMER), Join(0, "onsite"), "Guest")
    scene.do(scene.host, ExtendStep(MINUTE))
    person = scene.join()
    scene.do(person, PostIdea(0), "internal")
    scene.do(scene.host, Reveal(step_id(0), -1))
    assert "internal" not in repr(scene.table(STAGE))
