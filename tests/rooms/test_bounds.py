"""What belongs together stays together, in every session: nothing outlives what it hangs on, and
nobody sees more of it than of that."""

from hypothesis import given

from rooms.cards import Card
from rooms.decisions import Decision
from rooms.kernel import Room
from rooms.owners import Help
from rooms.people import PLACES_ID, Places, Seat
from rooms.roles import MODERATORS
from rooms.splits import Split
from rooms.spotlight import SPOTLIGHT_ID, Spotlit
from rooms.steps import AGENDA_ID, Agenda, Step
from rooms.succession import Absent, Handover, Trace
from rooms.turnout import Heard, Reminder
from rooms.votes import Tally
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, lived


def check_decisions(room: Room) -> None:
    """H1, H4, H8: history, handover and the wait for somebody absent."""
    decisions = {decision.id: decision for decision in room.all(Decision)}
    for trace in room.all(Trace):
        assert not trace.sees & ~decisions[trace.decision].sees
    for handover in room.all(Handover):
        decision = decisions[handover.id]
        assert (decision.owner, decision.fate) == (handover.owner, "open")
        assert not handover.sees & ~decision.sees
    waiting = {absent.id for absent in room.all(Absent)}
    assert waiting == {number for number, one in decisions.items() if one.fate == "awaiting"}


def check_help(room: Room) -> None:
    """D13, D16: help is seen by those who see what it is for."""
    for offer in room.all(Help):
        target = room.get(Card, offer.card) or room.get(Decision, offer.decision)
        assert target is not None and not offer.sees & ~target.mask()


def check_votes(room: Room) -> None:
    """V11: the voices add up to the tally, and those who see it see them."""
    for split in room.all(Split):
        tally = room.get(Tally, split.id)
        assert tally is not None and not split.sees & ~tally.sees
        if split.sees:
            assert sum(row[1] for row in split.voices) == tally.people
            assert sum(row[2] for row in split.voices) == tally.dots


def check_steps(room: Room) -> None:
    """M10, P12, P13: the spotlight, who was heard and who is reminded."""
    agenda, spotlight = room.get(Agenda, AGENDA_ID), room.get(Spotlit, SPOTLIGHT_ID)
    assert agenda is not None
    if spotlight is not None:
        assert (spotlight.step, agenda.state != "over") == (agenda.current, True)
    for step in room.all(Step):
        assert not step.anonymous or room.get(Heard, step.id) is None
        if step.anonymous or not step.input:
            assert not any(room.get(Reminder, step.id, plane) for plane in room.planes)


def check_places(room: Room) -> None:
    """P11: who is here takes a place, once."""
    places = room.get(Places, PLACES_ID)
    here = [seat for seat in room.all(Seat) if seat.state == "here"]
    assert places is not None
    assert places.taken == sum(1 for seat in here if not seat.role & MODERATORS)


@PLAY
@given(SEEDS, LENGTHS)
def test_h4_nothing_outlives_what_it_hangs_on(seed: int, length: int) -> None:
    for session, _ in lived(seed, length):
        for check in (check_decisions, check_help, check_votes, check_steps, check_places):
            check(session.room)
