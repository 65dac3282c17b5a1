"""How a decision passes from hand to hand, openly (rules H1 to H9): its history, the handover to
somebody who helps, and the signature of a person who could not be here."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from rooms.decisions import DAY_MS, WITNESSES, Decision, Deed, need_wording, open_decision, tell
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.owners import Help, Invitation, forget_invitation, sign, take
from rooms.people import (
    ARRIVALS,
    NAME_LENGTH,
    PARTINGS,
    REVOCATIONS,
    SHIELDS,
    Link,
    Seat,
    make_link,
    off_stage,
    seat_of,
)
from rooms.roles import ACTING, MODERATORS, NARROWEST, Mask, Roles
from rooms.steps import SESSION_ID, Id, Session, Step, acting_step

MOST_TRACES: Final = 100
"""Deeds kept of one decision; the oldest make way."""
LONGEST_WAIT_DAYS: Final = 90
OF_OWNER: Final = ("taken", "signed", "given_back", "freed", "handed_over")
"""Deeds that are told of the owner; the others, of whoever did them."""

Version = Annotated[int, Meta(ge=1, lt=1 << 31)]
Digest = Annotated[str, Meta(max_length=64)]


# Entities


class Trace(Entity, frozen=True):
    """One deed in a decision's history: what happened, by whom or to whom, and when."""

    decision: int
    deed: Deed
    seat: int
    name: int
    department_name: int
    version: int
    at_ms: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Handover(Entity, frozen=True):
    """An owner's signed wish that a helper take the decision over, under the decision's id. It is
    pending until that person signs."""

    owner: int
    seat: int
    name: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Absent(Entity, frozen=True):
    """Somebody who is not here and is asked to sign by a link of her own, under the decision's id.
    Moderators alone see who; others see that a signature is awaited."""

    link: int
    name: int
    until_ms: int

    def mask(self) -> Mask:
        return MODERATORS


# Commands


class OfferHandover(Command, frozen=True):
    """As the owner of a decision, ask one of its helpers to take it over."""

    BY = ACTING

    decision: Id
    seat: Id
    version: Version
    digest: Digest


class TakeOver(Command, frozen=True):
    """Take over a decision that its owner hands to the actor, and sign its exact wording."""

    BY = ACTING

    decision: Id
    version: Version
    digest: Digest


class DropHandover(Command, frozen=True):
    """Take an offered handover back, or decline it."""

    BY = ACTING

    decision: Id


class AskAbsent(Command, frozen=True):
    """Ask somebody who is not here to own a decision, by a personal link. Words: her name."""

    BY = MODERATORS
    WORDS = (NAME_LENGTH,)
    SEAT = False

    decision: Id
    role: Roles
    days: Annotated[int, Meta(ge=1, le=LONGEST_WAIT_DAYS)] = 14


class SignByLink(Command, frozen=True):
    """Take the decision that one's personal link asks for, and sign its exact wording. It works
    after the session too."""

    BY = ACTING
    AFTER_CLOSE = True

    decision: Id
    version: Version
    digest: Digest


# History


def record(draft: Draft, decision: Decision, deed: Deed) -> None:
    """Write a deed into the history. (H1)"""
    if deed in OF_OWNER:
        seat, name, department = decision.owner, decision.owner_name, decision.department_name
    else:
        actor = draft.get(Seat, draft.actor.seat)
        seat, name, department = (actor.id, actor.name, 0) if actor else (0, 0, 0)
    traces = [trace for trace in draft.all(Trace) if trace.decision == decision.id]
    if len(traces) >= MOST_TRACES:
        draft.drop(traces[0])
    number, version, sees = draft.new_id(), decision.version, decision.sees
    draft.put(Trace(number, decision.id, deed, seat, name, department, version, draft.at_ms, sees))


# Handing over


def _end_handover(draft: Draft, decision: int) -> None:
    handover = draft.get(Handover, decision)
    if handover is not None:
        draft.drop(handover)


def _offer_of(draft: Draft, decision: int, seat: int) -> Help | None:
    offers = (offer for offer in draft.all(Help) if offer.decision == decision)
    return next((offer for offer in offers if offer.seat == seat), None)


def offer_handover(draft: Draft, command: OfferHandover) -> None:
    decision = open_decision(draft, command.decision)
    acting_step(draft, "claim")
    if decision.owner != draft.actor.seat:
        raise Refused("not_yours")
    need_wording(decision, command.version, command.digest)
    seat = draft.one(Seat, command.seat, "unknown_seat")
    if seat.state != "here" or _offer_of(draft, decision.id, seat.id) is None:
        raise Refused("unknown_seat")
    draft.put(Handover(decision.id, decision.owner, seat.id, seat.name, decision.sees))


def take_over(draft: Draft, command: TakeOver) -> None:
    decision = open_decision(draft, command.decision)
    acting_step(draft, "claim")
    handover = draft.one(Handover, decision.id, "unknown_handover")
    if handover.seat != draft.actor.seat:
        raise Refused("not_yours")
    need_wording(decision, command.version, command.digest)
    draft.drop(handover)
    tell(draft, decision, "handed_over")
    tell(draft, sign(draft, take(draft, decision, seat_of(draft))), "signed")


def drop_handover(draft: Draft, command: DropHandover) -> None:
    handover = draft.one(Handover, command.decision, "unknown_handover")
    if draft.actor.seat not in (handover.owner, handover.seat):
        raise Refused("not_yours")
    draft.drop(handover)


# Somebody absent


def ask_absent(draft: Draft, command: AskAbsent) -> None:
    decision = open_decision(draft, command.decision)
    if decision.owner:
        raise Refused("already_claimed")
    if not draft.word(0):
        raise Refused("missing_words")
    if command.role not in NARROWEST or not command.role & decision.sees & ACTING:
        raise Refused("unknown_role")
    link = make_link(draft, command.role, decision.id)
    until = draft.at_ms + command.days * DAY_MS
    draft.put(Absent(decision.id, link.id, draft.word(0), until))
    tell(draft, draft.change(decision, fate="awaiting"), "asked")


def sign_by_link(draft: Draft, command: SignByLink) -> None:
    decision = draft.one(Decision, command.decision, "unknown_decision")
    seat = seat_of(draft)
    if draft.one(Link, seat.link, "link_revoked").decision != decision.id:
        raise Refused("not_yours")
    absent = draft.get(Absent, decision.id)
    if absent is None or absent.link != seat.link:
        raise Refused("not_open")
    if draft.at_ms > absent.until_ms:
        raise Refused("too_late")
    need_wording(decision, command.version, command.digest)
    draft.forget(absent.name)
    draft.drop(absent)
    tell(draft, draft.change(take(draft, decision, seat), fate="open"), "taken")
    tell(draft, sign(draft, draft.one(Decision, decision.id, "unknown_decision")), "signed")


def _end_asking(draft: Draft, decision: Decision) -> None:
    """Nobody absent is waited for any more: the link is worth nothing, unless somebody came by
    it, who stays as a participant. (H8)"""
    absent = draft.get(Absent, decision.id)
    if absent is None:
        return
    draft.forget(absent.name)
    draft.drop(absent)
    came = [seat for seat in draft.all(Seat) if seat.link == absent.link]
    for seat in came:
        forget_invitation(draft, decision.id, seat.id)
    if not came:
        draft.change(draft.one(Link, absent.link, "unknown_link"), revoked=True)


def follow(draft: Draft, decision: Decision, deed: Deed) -> None:
    """Write history; end what a deed makes void."""
    record(draft, decision, deed)
    if deed in ("given_back", "freed", "open", "parked", "dropped", "nobody"):
        _end_handover(draft, decision.id)
    if deed in ("open", "parked", "dropped", "nobody"):
        _end_asking(draft, decision)


def arrive(draft: Draft, seat: Seat, link: Link) -> None:
    """Show whoever comes by a personal link what she is asked to sign."""
    absent = draft.get(Absent, link.decision)
    if absent is not None and absent.link == link.id:
        draft.put(Invitation(link.decision, "asked"), seat.id)


def part(draft: Draft, seat: Seat) -> None:
    """End the handovers to and from a person who leaves, and what she was asked to sign."""
    for handover in draft.all(Handover):
        if seat.id in (handover.owner, handover.seat):
            draft.drop(handover)
    stop_asking(draft, draft.one(Link, seat.link, "unknown_link"))


def stop_asking(draft: Draft, link: Link) -> None:
    """Nobody can sign by a personal link any more: its decision is free again, or nobody's where
    the room has closed."""
    absent = draft.get(Absent, link.decision)
    if absent is None or absent.link != link.id:
        return
    closed = draft.one(Session, SESSION_ID, "not_open_yet").closed_ms
    fate: Literal["nobody", "open"] = "nobody" if closed else "open"
    decision = draft.one(Decision, absent.id, "unknown_decision")
    tell(draft, draft.change(decision, fate=fate), fate)


def leave_stage(draft: Draft, step: Step) -> None:
    """Take history and handovers off the stage with their decisions. (H9)"""
    hidden = {decision.id for decision in draft.all(Decision) if decision.step == step.id}
    for trace in draft.all(Trace):
        if trace.decision in hidden:
            off_stage(draft, trace)
    for handover in draft.all(Handover):
        if handover.id in hidden:
            off_stage(draft, handover)


SHIELDS.append(leave_stage)
WITNESSES.append(follow)
ARRIVALS.append(arrive)
PARTINGS.append(part)
REVOCATIONS.append(stop_asking)


# Views


class TraceView(View, frozen=True):
    """`name` is the owner's, or of whoever did it where there was no owner."""

    decision: int
    deed: Deed
    name: str | None
    department: str | None
    version: int
    at_ms: int


class HandoverView(View, frozen=True):
    owner: int
    seat: int
    name: str | None


class AbsentView(View, frozen=True):
    link: int
    name: str | None
    until_ms: int


def view_trace(trace: Trace, role: Mask, words: Words) -> TraceView:
    name = words(trace.name) if trace.name else ""
    department = words(trace.department_name) if trace.department_name else ""
    return TraceView(
        trace.id, trace.decision, trace.deed, name, department, trace.version, trace.at_ms
    )


def view_handover(handover: Handover, role: Mask, words: Words) -> HandoverView:
    return HandoverView(handover.id, handover.owner, handover.seat, words(handover.name))


def view_absent(absent: Absent, role: Mask, words: Words) -> AbsentView:
    return AbsentView(absent.id, absent.link, words(absent.name), absent.until_ms)


FEATURE = Feature(
    entities=(Trace, Handover, Absent),
    handlers={
        OfferHandover: offer_handover,
        TakeOver: take_over,
        DropHandover: drop_handover,
        AskAbsent: ask_absent,
        SignByLink: sign_by_link,
    },
    views={Trace: view_trace, Handover: view_handover, Absent: view_absent},
)
