"""How decisions pass from hand to hand: history, handover, a signature by a personal link."""

import pytest

from rooms.agenda import CloseRoom, NextStep
from rooms.decisions import DAY_MS, Decision, DecisionView, EditDecision, ProposeDecision, SetFate
from rooms.features import standing
from rooms.kernel import WORD_BITS
from rooms.moderation import ErasePerson
from rooms.owners import ClaimDecision, InvitationView, OfferHelp, ReleaseDecision, SignDecision
from rooms.people import Join, Link, RemoveSeat, RevokeLink, SeatView
from rooms.roles import ACTING, CUSTOMER, EVERYBODY, FACILITATOR, LEAD, MEMBER, STAGE
from rooms.succession import (
    MOST_TRACES,
    AbsentView,
    AskAbsent,
    DropHandover,
    HandoverView,
    OfferHandover,
    SignByLink,
    TakeOver,
    TraceView,
)
from tests.rooms.scene import Person, Scene, plan


class Table:
    """A claim step with one decision, its owner and a helper."""

    def __init__(self, who: int = ACTING, sees: int = EVERYBODY) -> None:
        self.scene = Scene(plan("claim", who=who, sees=sees), plan("claim"))
        self.scene.do(self.scene.host, NextStep())
        self.anna = self.scene.join(name="Анна")
        self.boris = self.scene.join(name="Борис")
        [self.id] = self.scene.do(self.scene.host, ProposeDecision(0, []), "Отвечаем за день")

    @property
    def one(self) -> Decision:
        found = self.scene.room.get(Decision, self.id)
        assert found is not None
        return found

    @property
    def read(self) -> tuple[int, str]:
        return self.one.version, self.one.digest

    def take(self) -> None:
        self.scene.do(self.anna, ClaimDecision(self.id))

    def offer(self) -> None:
        """Anna owns it, Boris helps, and Anna hands it to him."""
        self.take()
        self.scene.do(self.boris, OfferHelp(self.id), "Помогу")
        self.scene.do(self.anna, OfferHandover(self.id, self.boris.seat, *self.read))

    def deeds(self, role: int = MEMBER) -> list[tuple[str, str | None]]:
        traces = sorted(self.scene.seen(role, TraceView), key=lambda trace: trace.id)
        return [(trace.deed, trace.name) for trace in traces]

    def ask(self, role: int = MEMBER) -> Person:
        """Somebody absent is asked; she holds the link."""
        self.scene.do(self.scene.host, AskAbsent(self.id, role), "Гульнара")
        link = max(link.id for link in self.scene.room.all(Link))
        vera = Person(role, link, 777)
        return vera

    def come(self, vera: Person) -> None:
        vera.seat = self.scene.do(vera, Join(0, "remote"), "Гульнара")[0]


def test_h1_history_keeps_the_earlier_owner() -> None:
    """R2.1, R2.8: whoever gave a decision back is still to be read."""
    table = Table()
    table.take()
    table.scene.do(table.anna, SignDecision(table.id, *table.read))
    table.scene.do(table.anna, ReleaseDecision(table.id), "Ухожу в отпуск")
    assert table.one.owner == 0
    assert table.deeds() == [("taken", "Анна"), ("signed", "Анна"), ("given_back", "Анна")]
    table.scene.do(table.boris, ClaimDecision(table.id))
    table.scene.do(table.scene.host, SetFate(table.id, "parked"))
    assert table.deeds()[3:] == [("taken", "Борис"), ("parked", "")]


def test_h1_a_moderators_deed_is_not_told_of_the_owner() -> None:
    table = Table()
    table.take()
    lead = table.scene.join(FACILITATOR, name="Илья")
    table.scene.do(lead, EditDecision(table.id, 1, 0), "Отвечаем за час")
    assert table.deeds() == [("taken", "Анна"), ("reworded", "Илья")]


def test_h1_an_erased_name_is_gone_from_the_history() -> None:
    table = Table()
    table.take()
    table.scene.do(table.anna, ErasePerson(table.anna.seat))
    assert table.deeds() == [("taken", None), ("freed", None)]


def test_h1_the_oldest_deeds_make_way() -> None:
    table = Table()
    for n in range(MOST_TRACES + 5):
        table.scene.do(table.scene.host, SetFate(table.id, "open" if n % 2 else "parked"))
    assert len(table.deeds()) == MOST_TRACES


def test_h2_a_one_sided_handover_stays_pending() -> None:
    """R2.8: one side alone moves nothing."""
    table = Table()
    table.offer()
    assert table.one.owner == table.anna.seat
    [pending] = table.scene.seen(MEMBER, HandoverView)
    assert (pending.id, pending.seat, pending.name) == (table.id, table.boris.seat, "Борис")


def test_h2_only_the_owner_hands_over_and_only_to_a_helper() -> None:
    table = Table()
    table.take()
    scene, anna, boris = table.scene, table.anna, table.boris
    scene.refuses("not_yours", boris, OfferHandover(table.id, anna.seat, *table.read))
    scene.refuses("unknown_seat", anna, OfferHandover(table.id, boris.seat, *table.read))
    scene.do(boris, OfferHelp(table.id), "Помогу")
    scene.refuses("wording_changed", anna, OfferHandover(table.id, boris.seat, 1, "0"))
    scene.do(scene.host, RemoveSeat(boris.seat))
    scene.refuses("unknown_seat", anna, OfferHandover(table.id, boris.seat, *table.read))


def test_h3_a_handover_has_two_signatures() -> None:
    """R2.8: the new owner signs the exact wording; the history keeps the old one."""
    table = Table()
    table.offer()
    table.scene.refuses("not_yours", table.anna, TakeOver(table.id, *table.read))
    table.scene.refuses("wording_changed", table.boris, TakeOver(table.id, 1, "0"))
    table.scene.do(table.boris, TakeOver(table.id, *table.read))
    [seen] = table.scene.seen(MEMBER, DecisionView)
    assert (seen.owner, seen.owner_name, seen.signed) == (table.boris.seat, "Борис", True)
    assert table.deeds()[1:] == [("handed_over", "Анна"), ("signed", "Борис")]
    assert table.scene.seen(MEMBER, HandoverView) == []
    table.scene.refuses("unknown_handover", table.boris, TakeOver(table.id, *table.read))


def test_h4_either_side_ends_a_pending_handover() -> None:
    for who in ("anna", "boris"):
        table = Table()
        table.offer()
        vera = table.scene.join(name="Вера")
        table.scene.refuses("not_yours", vera, DropHandover(table.id))
        table.scene.do(getattr(table, who), DropHandover(table.id))
        table.scene.refuses("unknown_handover", table.boris, TakeOver(table.id, *table.read))


def test_h4_it_ends_by_itself() -> None:
    for end in ("release", "fate", "leave"):
        table = Table()
        table.offer()
        if end == "release":
            table.scene.do(table.anna, ReleaseDecision(table.id), "Не успею")
        elif end == "fate":
            table.scene.do(table.scene.host, SetFate(table.id, "parked"))
        else:
            table.scene.do(table.scene.host, RemoveSeat(table.boris.seat))
        assert table.scene.seen(MEMBER, HandoverView) == []


def test_h3_a_changed_wording_must_be_read_again() -> None:
    table = Table()
    table.offer()
    before = table.read
    table.scene.do(table.scene.host, EditDecision(table.id, 1, 0), "Отвечаем за час")
    table.scene.refuses("wording_changed", table.boris, TakeOver(table.id, *before))
    table.scene.do(table.boris, TakeOver(table.id, *table.read))


def test_h5_somebody_absent_is_asked_and_nobody_else_can_take_it() -> None:
    """R2.7: the decision waits as unowned; only moderators see for whom."""
    table = Table()
    vera = table.ask()
    assert table.one.fate == "awaiting" and not table.one.owner
    table.scene.refuses("not_open", table.anna, ClaimDecision(table.id))
    assert [absent.name for absent in table.scene.seen(FACILITATOR, AbsentView)] == ["Гульнара"]
    assert table.scene.seen(MEMBER, AbsentView) == table.scene.seen(STAGE, AbsentView) == []
    assert table.deeds() == [("asked", "")]
    assert standing(table.scene.room, vera.link, 0) == MEMBER
    table.scene.do(table.scene.host, CloseRoom())


def test_h5_whom_moderators_cannot_ask() -> None:
    table = Table(who=MEMBER, sees=MEMBER)
    scene, host = table.scene, table.scene.host
    scene.refuses("missing_words", host, AskAbsent(table.id, MEMBER))
    scene.refuses("unknown_role", host, AskAbsent(table.id, CUSTOMER), "Вера")
    scene.refuses("unknown_role", host, AskAbsent(table.id, MEMBER | LEAD), "Вера")
    scene.refuses("unknown_role", host, AskAbsent(table.id, FACILITATOR), "Вера")
    scene.refuses("not_your_role", table.anna, AskAbsent(table.id, MEMBER), "Вера")
    table.take()
    scene.refuses("already_claimed", host, AskAbsent(table.id, MEMBER), "Вера")


def test_h6_the_link_works_two_hours_after_the_session() -> None:
    """R2.7: signed from the link after the room has closed; the register follows."""
    table = Table()
    vera = table.ask()
    table.scene.do(table.scene.host, CloseRoom())
    table.scene.wait(2 * 3_600_000)
    table.come(vera)
    [asked] = table.scene.own(vera, InvitationView)
    assert asked.id == table.id
    table.scene.do(vera, SignByLink(table.id, *table.read))
    [seen] = table.scene.seen(MEMBER, DecisionView)
    assert (seen.owner_name, seen.signed, seen.fate) == ("Гульнара", True, "open")
    assert table.deeds() == [("asked", ""), ("taken", "Гульнара"), ("signed", "Гульнара")]
    assert table.scene.own(vera, InvitationView) == []
    table.scene.refuses("not_open", vera, SignByLink(table.id, *table.read))


def test_h6_the_link_serves_one_person_and_one_decision() -> None:
    """R2.7: neither twice nor for another decision."""
    table = Table()
    [other] = table.scene.do(table.scene.host, ProposeDecision(0, []), "Другое")
    vera = table.ask()
    table.come(vera)
    twin = Person(MEMBER, vera.link, 778)
    table.scene.refuses("link_used", twin, Join(0, "remote"), "Двойник")
    table.scene.refuses("not_yours", vera, SignByLink(other, *table.read))
    table.scene.refuses("not_yours", table.anna, SignByLink(table.id, *table.read))
    assert len(table.scene.seen(FACILITATOR, SeatView)) == 3


def test_h6_a_closed_room_takes_nobody_else() -> None:
    table = Table()
    table.scene.do(table.scene.host, SetFate(table.id, "nobody"))
    table.scene.do(table.scene.host, CloseRoom())
    table.scene.refuses("room_closed", table.scene.guest(MEMBER), Join(0, "remote"), "Поздний")


def test_h7_only_the_wording_that_stands_and_only_in_time() -> None:
    table = Table()
    vera = table.ask()
    table.come(vera)
    table.scene.refuses("wording_changed", vera, SignByLink(table.id, 2, table.read[1]))
    table.scene.tick(15 * DAY_MS)
    table.scene.refuses("too_late", vera, SignByLink(table.id, *table.read))


def test_h8_a_decision_opened_again_waits_for_nobody() -> None:
    for came in (False, True):
        table = Table()
        vera = table.ask()
        if came:
            table.come(vera)
        table.scene.do(table.scene.host, SetFate(table.id, "open"))
        assert table.scene.seen(FACILITATOR, AbsentView) == []
        assert bool(standing(table.scene.room, vera.link, vera.seat)) is came
        table.take()
        if came:
            table.scene.refuses("not_open", vera, SignByLink(table.id, *table.read))


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("came", [False, True])
def test_h8_nobody_is_waited_for_who_cannot_come(came: bool, closed: bool) -> None:
    """R2.7: revoked, shown out or erased, she leaves no name behind and no decision that waits."""
    for end in ("revoke", "remove", "erase"):
        table = Table()
        scene, vera = table.scene, table.ask()
        if came:
            table.come(vera)
        elif end != "revoke":
            continue
        if closed:
            scene.do(scene.host, CloseRoom())
        if end == "revoke":
            scene.do(scene.host, RevokeLink(vera.link))
        elif end == "erase":
            scene.do(vera, ErasePerson(vera.seat))
        elif closed:
            continue
        else:
            scene.do(scene.host, RemoveSeat(vera.seat))
        assert table.one.fate == ("nobody" if closed else "open")
        assert table.deeds()[-1][0] == table.one.fate
        assert scene.seen(FACILITATOR, AbsentView) == []
        asked = next(entry.seq for entry in scene.entries if isinstance(entry.command, AskAbsent))
        assert asked << WORD_BITS in scene.forgot, "the name by which she was asked"


def test_h9_history_and_handover_leave_the_stage_with_their_step() -> None:
    table = Table(who=MEMBER, sees=MEMBER | STAGE)
    table.offer()
    assert table.deeds(STAGE) and table.scene.seen(STAGE, HandoverView)
    table.scene.join(CUSTOMER, place="onsite")
    assert not table.deeds(STAGE) and not table.scene.seen(STAGE, HandoverView)
    assert table.deeds(CUSTOMER) == [] and table.scene.seen(CUSTOMER, HandoverView) == []
