"""Makes the result of a session as one role may read it: what was decided, by whom, in which time.

It is made from the views of that role, so nothing is in it that the role could not see in the room.
Beyond views it counts people, which everybody is told anyway, departments for those who may know
them, and reads the clock, which is everybody's. Authors of cards and invitations are never in it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar, cast

from rooms.cards import CardView
from rooms.decisions import DAY_MS, DecisionView
from rooms.departments import Coverage
from rooms.groups import GroupView
from rooms.kernel import Room, View, Words
from rooms.owners import HelpView
from rooms.people import Seat
from rooms.polls import PollView
from rooms.roles import NAMES, STAFF, STAGE, Mask, names_of
from rooms.splits import SplitView
from rooms.steps import (
    AGENDA_ID,
    SESSION_ID,
    AgendaView,
    SessionView,
    Step,
    StepView,
)
from rooms.succession import TraceView
from rooms.turnout import TurnoutView
from rooms.votes import ChoiceView, TallyView
from server.result import (
    FORMAT,
    Both,
    Count,
    Counts,
    Decided,
    Event,
    Idea,
    Offer,
    Owner,
    Result,
    Share,
    Signature,
    State,
    StepTime,
    Theme,
    Time,
    Voice,
    Vote,
)

V = TypeVar("V", bound=View)


class Sight:
    """Everything that one role sees of a room, by kind and id."""

    def __init__(self, room: Room, role: Mask, words: Words) -> None:
        self._views: defaultdict[type[View], dict[int, View]] = defaultdict(dict)
        for view in room.view(0, role, words)[0]:
            self._views[type(view)][view.id] = view

    def all(self, kind: type[V]) -> list[V]:
        """The views of a kind, in the order in which the things were made."""
        found = self._views[kind]
        return cast(list[V], [found[number] for number in sorted(found)])

    def get(self, kind: type[V], number: int) -> V | None:
        return cast(V | None, self._views[kind].get(number))


def build(code: str, room: Room, role: Mask, words: Words, now_ms: int) -> Result:
    """The result of a room, for one role, at a moment."""
    sight = Sight(room, role, words)
    session, agenda = sight.get(SessionView, SESSION_ID), sight.get(AgendaView, AGENDA_ID)
    assert session and agenda, "an open room has both, for everybody"
    decisions = _decisions(sight)
    steps = [view for view in (sight.get(StepView, n) for n in agenda.order) if view is not None]
    signed = [one for one in decisions if one.state == "signed"]
    return Result(
        FORMAT,
        code,
        NAMES[role],
        now_ms,
        session.title,
        session.goal,
        session.lang,
        agenda.state,
        session.starts_ms,
        agenda.started_ms,
        session.closed_ms,
        _counts(room, role, sight, decisions),
        decisions,
        _shares(decisions),
        _ideas(sight),
        _votes(sight, steps),
        [card.text for card in _cards(sight, "parked")],
        [_step_time(step, now_ms) for step in steps],
        _time(room, session, agenda, steps, now_ms),
        min((one.due for one in signed), default=None),
    )


def _counts(room: Room, role: Mask, sight: Sight, decisions: list[Decided]) -> Counts:
    joined = sum(1 for one in room.all(Coverage) if one.joined)
    return Counts(
        people=sum(1 for seat in room.all(Seat) if seat.state == "here"),
        departments=joined if role & (STAFF | STAGE) else None,
        cards=sum(sum(turnout.lanes) for turnout in sight.all(TurnoutView)),
        decisions=len(decisions),
        signed=sum(1 for one in decisions if one.state == "signed"),
    )


# Decisions


def _decisions(sight: Sight) -> list[Decided]:
    offers: defaultdict[int, list[Offer]] = defaultdict(list)
    for help_ in sight.all(HelpView):
        offers[help_.decision].append(_offer(help_))
    history: defaultdict[int, list[Event]] = defaultdict(list)
    for trace in sight.all(TraceView):
        event = Event(trace.deed, trace.name, trace.department, trace.version, trace.at_ms)
        history[trace.decision].append(event)
    return [
        _decided(number, one, offers[one.id], history[one.id])
        for number, one in enumerate(sight.all(DecisionView), start=1)
    ]


def _offer(one: HelpView) -> Offer:
    return Offer(one.name, one.department, one.text)


def _ideas(sight: Sight) -> list[Idea]:
    """Offers of help with ideas that this role sees."""
    cards = ((sight.get(CardView, one.card), one) for one in sight.all(HelpView) if one.card)
    return [Idea(card.text, _offer(one)) for card, one in cards if card is not None]


def _decided(number: int, one: DecisionView, helpers: list[Offer], history: list[Event]) -> Decided:
    state = _state(one)
    owner = Owner(one.owner_name, NAMES.get(one.owner_role, ""), one.department)
    return Decided(
        one.id,
        number,
        state,
        one.what,
        one.result,
        one.measure,
        one.assumption,
        _day(one.due),
        one.version,
        owner if one.owner else None,
        Signature(one.signed_ms, one.signed_version) if one.signed else None,
        helpers,
        one.reason,
        history,
    )


def _state(one: DecisionView) -> State:
    if one.fate != "open":
        return one.fate
    if not one.owner:
        return "open"
    if one.signed:
        return "signed"
    return "sign_again" if one.signed_version else "taken"


def _day(days: int) -> str:
    return datetime.fromtimestamp(days * DAY_MS / 1000, UTC).date().isoformat()


def _shares(decisions: Iterable[Decided]) -> list[Share]:
    """What each department has taken or offered, in the order of its first decision."""
    owns: defaultdict[str, list[int]] = defaultdict(list)
    helps: defaultdict[str, list[int]] = defaultdict(list)
    names: dict[str, None] = {}
    for one in decisions:
        if one.state in ("parked", "dropped", "nobody", "awaiting"):
            continue
        if one.owner and one.owner.department:
            names.setdefault(one.owner.department)
            owns[one.owner.department].append(one.number)
        for department in dict.fromkeys(offer.department for offer in one.helpers):
            if department:
                names.setdefault(department)
                helps[department].append(one.number)
    return [Share(name, owns[name], helps[name]) for name in names]


# Votes and cards


def _cards(sight: Sight, state: str) -> list[CardView]:
    cards = [card for card in sight.all(CardView) if card.state == state]
    return sorted(cards, key=lambda card: (card.step, card.rank))


def _votes(sight: Sight, steps: list[StepView]) -> list[Vote]:
    of_group: defaultdict[int, list[CardView]] = defaultdict(list)
    for card in _cards(sight, "shown"):
        of_group[card.group].append(card)
    of_step: defaultdict[int, list[Theme]] = defaultdict(list)
    for choice in sight.all(ChoiceView):
        theme = _theme(sight, choice, of_group)
        if theme is not None:
            of_step[choice.step].append(theme)
    votes = []
    for step in steps:
        poll, turnout = sight.get(PollView, step.id), sight.get(TurnoutView, step.id)
        if poll is not None and of_step[step.id]:
            themes = sorted(of_step[step.id], key=_strength, reverse=True)
            people = None if step.anonymous or turnout is None else turnout.people
            votes.append(Vote(_both(step), poll.style, people, themes))
    return votes


def _strength(theme: Theme) -> tuple[int, int, int]:
    return theme.count.dots, theme.count.agree - theme.count.disagree, theme.count.people


def _theme(sight: Sight, choice: ChoiceView, of_group: dict[int, list[CardView]]) -> Theme | None:
    """What was voted on, with its count; None where this role may not know either."""
    tally = sight.get(TallyView, choice.id)
    group, card = sight.get(GroupView, choice.target), sight.get(CardView, choice.target)
    single = [card] if card and card.state == "shown" else []
    cards = of_group[choice.target] if group else single
    if tally is None or not cards:
        return None
    texts = [one.text for one in cards]
    name = (group.name if group else None) or texts[0]
    count = Count(tally.people, tally.dots, tally.agree, tally.disagree, tally.passed)
    split = sight.get(SplitView, choice.id)
    voices = [
        Voice(names_of(roles), Count(*votes)) for roles, *votes in (split.voices if split else ())
    ]
    return Theme(name, texts, count, voices)


# The clock


def _both(step: StepView) -> Both | None:
    return Both(step.name.ru, step.name.en) if step.name else None


def _step_time(step: StepView, now_ms: int) -> StepTime:
    real = step.spent_ms
    if step.state == "open":
        real += max(0, now_ms - step.started_ms)
    return StepTime(_both(step), step.kind, step.state, step.planned_ms, real)


def _time(
    room: Room, session: SessionView, agenda: AgendaView, steps: list[StepView], now_ms: int
) -> Time:
    planned = sum(step.planned_ms for step in steps if step.state != "skipped")
    if not agenda.started_ms:
        return Time(planned, 0, 0, 0)
    of_steps = sum(_step_time(step, now_ms).real_ms for step in steps)
    ended = _ended_ms(room, agenda, steps) or now_ms
    real = max(of_steps, ended - agenda.started_ms)
    return Time(planned, real, real - of_steps, max(0, session.closed_ms - ended))


def _ended_ms(room: Room, agenda: AgendaView, steps: list[StepView]) -> int:
    """When the last step ended, 0 while there is one to come. Somebody may close the room the
    next day, which makes the session no longer than it was."""
    here = agenda.order.index(agenda.current)
    to_come = any(step.state == "ahead" for step in steps[here + 1 :])
    if agenda.state == "over" or (agenda.state == "waiting" and not to_come):
        current = room.get(Step, agenda.current)
        return current.closed_ms if current else 0
    return 0
