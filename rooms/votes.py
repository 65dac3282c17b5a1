"""Votes: a budget of dots, or an opinion on each card (rules V1 to V10).

What can be voted on is written down as choices when the vote opens and does not grow. The last
state of a person's vote counts. A secret tally is an entity that nobody sees until input ends.
"""

from typing import Annotated, Literal

from msgspec import Meta

from rooms.cards import Card
from rooms.groups import Group
from rooms.kernel import Command, Draft, Entity, Feature, PlaneId, Refused, View, Words
from rooms.people import SHIELDS, Seat, off_stage
from rooms.polls import MOST_DOTS, Poll, Style, is_secret, poll
from rooms.roles import ACTING, EVERYBODY, MODERATORS, STAGE, Mask
from rooms.splits import Division, follow_tally, take_back_splits, tell_voices
from rooms.steps import Id, Kind, Step, acting_step, earlier_steps
from rooms.turnout import Part, Turnout, contribute

Opinion = Literal["agree", "disagree", "pass", "none"]


# Entities


class Choice(Entity, frozen=True):
    """Something that can be voted on in one step: the card or group with id `target`."""

    step: int
    target: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Tally(Entity, frozen=True):
    """The count of one choice, under the choice's id."""

    step: int
    sees: Mask
    people: int = 0
    dots: int = 0
    agree: int = 0
    disagree: int = 0
    passed: int = 0

    def mask(self) -> Mask:
        return self.sees


class Ballot(Entity, frozen=True):
    """In a private plane: its owner's vote on the choice of this id."""

    step: int
    dots: int
    opinion: Opinion

    def mask(self) -> Mask:
        return EVERYBODY


# Commands


class CastDots(Command, frozen=True):
    """Have so many of one's dots on a choice."""

    BY = ACTING
    BLIND = "ballot"

    choice: Id
    dots: Annotated[int, Meta(ge=0, le=MOST_DOTS)]


class CastOpinion(Command, frozen=True):
    """Have this opinion of a choice; `none` takes it back."""

    BY = ACTING
    BLIND = "ballot"

    choice: Id
    opinion: Opinion


# Handlers


def _cast(draft: Draft, number: int, style: Style) -> tuple[Step, Poll, Choice]:
    step = acting_step(draft, "vote")
    if not draft.actor.blind and not draft.actor.role & step.votes:
        raise Refused("not_your_step")
    poll = draft.one(Poll, step.id, "wrong_kind")
    if poll.style != style:
        raise Refused("wrong_kind")
    choice = draft.one(Choice, number, "unknown_choice")
    # Whose role is not told may vote only on what every voter may see.
    voters = step.who & step.votes
    hidden = not choice.sees & ~MODERATORS
    if draft.actor.blind:
        seen = hidden or not voters & ~choice.sees
    else:
        seen = bool(choice.sees & draft.actor.role)
    if choice.step != step.id or not seen:
        raise Refused("unknown_choice")
    if hidden:
        raise Refused("not_shown")
    return step, poll, choice


def cast_dots(draft: Draft, command: CastDots) -> None:
    step, poll, choice = _cast(draft, command.choice, "dots")
    own = draft.own
    ballot = draft.get(Ballot, choice.id, own) or Ballot(choice.id, step.id, 0, "none")
    change = command.dots - ballot.dots
    if command.dots > poll.max_per_item:
        raise Refused("too_many_on_one")
    part = draft.get(Part, step.id, own)
    if change > 0 and (part.count if part else 0) + change > poll.budget:
        raise Refused("budget_spent")
    contribute(draft, step, change)
    draft.change(ballot, own, dots=command.dots)
    tally = draft.one(Tally, choice.id, "unknown_choice")
    people = tally.people + bool(command.dots) - bool(ballot.dots)
    draft.change(tally, people=people, dots=tally.dots + change)


def cast_opinion(draft: Draft, command: CastOpinion) -> None:
    step, _, choice = _cast(draft, command.choice, "opinion")
    own = draft.own
    ballot = draft.get(Ballot, choice.id, own) or Ballot(choice.id, step.id, 0, "none")
    before, after = ballot.opinion, command.opinion
    contribute(draft, step, 0)
    draft.change(ballot, own, opinion=after)
    tally = draft.one(Tally, choice.id, "unknown_choice")
    draft.change(
        tally,
        people=tally.people + (after != "none") - (before != "none"),
        agree=tally.agree + (after == "agree") - (before == "agree"),
        disagree=tally.disagree + (after == "disagree") - (before == "disagree"),
        passed=tally.passed + (after == "pass") - (before == "pass"),
    )


def open_vote(draft: Draft, step: Step) -> None:
    """Write down what is voted on. Opened again, a step keeps the choices that still stand and
    the votes on them; if it is anonymous all votes are void, since nobody can tell whose they
    were. (V7)"""
    poll = draft.one(Poll, step.id, "wrong_kind")
    source = poll.source or tuple(earlier_steps(draft, step, "ideate"))
    poll = draft.change(poll, source=source, round=step.round)
    take_back_splits(draft, step.id)
    if step.anonymous:
        _void(draft, step)
    targets = _targets(draft, poll)
    known = [choice for choice in draft.all(Choice) if choice.step == step.id]
    for choice in known:
        _show_to(draft, choice, targets.pop(choice.target, 0))
    for number, sees in targets.items():
        choice = draft.put(Choice(draft.new_id(), step.id, number, sees & step.sees))
        draft.put(Tally(choice.id, step.id, _tally_sees(poll, step, choice)))


def _targets(draft: Draft, poll: Poll) -> dict[int, Mask]:
    """What can be voted on now, and who sees it."""
    targets: dict[int, Mask] = {}
    for card in draft.all(Card):
        if card.step in poll.source and card.state == "shown":
            group = draft.get(Group, card.group) if poll.style == "dots" else None
            target = group or card
            targets[target.id] = target.mask()
    return targets


def _void(draft: Draft, step: Step) -> None:
    """Take back every vote of an earlier round of an anonymous step."""
    for tally in draft.all(Tally):
        if tally.step == step.id:
            draft.put(Tally(tally.id, step.id, tally.sees))
    if draft.get(Turnout, step.id) is not None:
        draft.put(Turnout(step.id, step.sees, 0))
    for plane in draft.planes():
        part = draft.get(Part, step.id, plane)
        if part is not None:
            draft.drop(part, plane)
        for ballot in draft.all(Ballot, plane):
            if ballot.step == step.id:
                draft.drop(ballot, plane)


def _tally_sees(poll: Poll, step: Step, choice: Choice) -> Mask:
    """Who sees the count of a choice: nobody while a secret vote may still change it."""
    return 0 if poll.secret and step.state not in ("closed", "done") else choice.sees


def _show_to(draft: Draft, choice: Choice, sees: Mask) -> None:
    """Let a choice and its tally be seen by `sees` (0: it stands no longer, moderators keep it).
    Dots on what is no longer shown go back to their owners while the vote is open."""
    step = draft.one(Step, choice.step, "unknown_step")
    poll = draft.one(Poll, choice.step, "wrong_kind")
    choice = draft.change(choice, sees=sees & step.sees or MODERATORS)
    tally = draft.one(Tally, choice.id, "unknown_choice")
    _show_tally_to(draft, tally, _tally_sees(poll, step, choice))
    if not sees and step.input and poll.style == "dots":
        for plane in draft.planes():
            _give_back(draft, choice, plane)


def _show_tally_to(draft: Draft, tally: Tally, sees: Mask) -> None:
    if tally.sees != sees:
        draft.change(tally, sees=sees)
    follow_tally(draft, tally.id, sees)


def close_vote(draft: Draft, step: Step) -> None:
    """Open the tallies of a secret vote that has ended (V5), and tell them by voice (V11)."""
    poll = draft.one(Poll, step.id, "wrong_kind")
    division = _division(draft, step)
    for choice in draft.all(Choice):
        if choice.step != step.id:
            continue
        sees = _tally_sees(poll, step, choice)
        _show_tally_to(draft, draft.one(Tally, choice.id, "unknown_choice"), sees)
        voices = division.voices(choice.id, choice.sees)
        tell_voices(draft, choice.id, step.id, sees, voices)


def _division(draft: Draft, step: Step) -> Division:
    """The votes of a step by role. It stays empty without names, or if the step has not ended."""
    division = Division()
    if step.anonymous or step.state == "ahead":
        return division
    for seat in draft.all(Seat):
        if draft.get(Part, step.id, seat.id) is None:
            continue
        ballots = [one for one in draft.all(Ballot, seat.id) if one.step == step.id]
        given = [one for one in ballots if one.dots or one.opinion != "none"]
        division.voters[seat.role] += bool(given)
        for ballot in given:
            division.add(seat.role, ballot.id, ballot.dots, ballot.opinion)
    return division


def shows_tally(draft: Draft, step: Step) -> bool:
    """Whether people would go on voting who have seen the tally of a secret vote. (A16)"""
    return draft.one(Poll, step.id, "wrong_kind").secret


def release_votes(draft: Draft, target: int, sees: Mask) -> None:
    """Let choices and tallies follow a card or group that is now seen by `sees` (0: no longer
    shown). (V8)"""
    for choice in draft.all(Choice):
        if choice.target == target:
            _show_to(draft, choice, sees)


def _give_back(draft: Draft, choice: Choice, plane: PlaneId) -> None:
    ballot = draft.get(Ballot, choice.id, plane)
    part = draft.get(Part, choice.step, plane)
    if ballot is None or part is None or not ballot.dots:
        return
    draft.change(ballot, plane, dots=0)
    draft.change(part, plane, count=max(0, part.count - ballot.dots))
    tally = draft.one(Tally, choice.id, "unknown_choice")
    draft.change(tally, people=tally.people - 1, dots=tally.dots - ballot.dots)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's choices off the stage, and those whose cards left it."""
    settings = draft.get(Poll, step.id)
    if settings is not None:
        off_stage(draft, settings)
    for choice in draft.all(Choice):
        target = draft.get(Card, choice.target) or draft.get(Group, choice.target)
        off = choice.step == step.id or target is None or not target.mask() & STAGE
        if off:
            off_stage(draft, choice)
            tally = off_stage(draft, draft.one(Tally, choice.id, "unknown_choice"))
            follow_tally(draft, choice.id, tally.sees)


SHIELDS.append(leave_stage)


# Views


class ChoiceView(View, frozen=True):
    step: int
    target: int


class TallyView(View, frozen=True):
    step: int
    people: int
    dots: int
    agree: int
    disagree: int
    passed: int


class BallotView(View, frozen=True):
    step: int
    dots: int
    opinion: Opinion


def view_choice(choice: Choice, role: Mask, words: Words) -> ChoiceView:
    return ChoiceView(choice.id, choice.step, choice.target)


def view_tally(tally: Tally, role: Mask, words: Words) -> TallyView:
    return TallyView(
        tally.id,
        tally.step,
        tally.people,
        tally.dots,
        tally.agree,
        tally.disagree,
        tally.passed,
    )


def view_ballot(ballot: Ballot, role: Mask, words: Words) -> BallotView:
    return BallotView(ballot.id, ballot.step, ballot.dots, ballot.opinion)


FEATURE = Feature(
    entities=(Choice, Tally, Ballot),
    handlers={CastDots: cast_dots, CastOpinion: cast_opinion},
    views={
        Choice: view_choice,
        Tally: view_tally,
        Ballot: view_ballot,
    },
    kinds={
        "vote": Kind(
            settings=poll,
            blind=is_secret,
            opened=open_vote,
            closed=close_vote,
            is_final=shows_tally,
        )
    },
)
