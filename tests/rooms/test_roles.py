"""Roles: bits with names, and which role may give which command."""

import pytest

from rooms.agenda import (
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
    StopInput,
    Tick,
)
from rooms.cards import EditIdea, ParkTopic, PostIdea, WithdrawIdea
from rooms.decisions import EditDecision, ProposeDecision, SetFate
from rooms.departments import ExpectDepartment
from rooms.features import COMMANDS
from rooms.groups import MergeCards, RenameGroup, TakeOut, UndoMerge
from rooms.kernel import Actor, Command, Entity, PlaneId, UseRules, tag_of
from rooms.moderation import (
    EditCard,
    ErasePerson,
    HideCard,
    LeaveCard,
    ParkCard,
    RedactCard,
    RestoreCard,
)
from rooms.owners import (
    ClaimDecision,
    DeclineInvitation,
    InviteOwner,
    OfferHelp,
    ReleaseDecision,
    SignDecision,
    WithdrawHelp,
)
from rooms.people import AddLink, ChangeProfile, Join, RemoveSeat, RevokeLink
from rooms.reveal import Reveal
from rooms.roles import (
    ACTING,
    CUSTOMER,
    EVERYBODY,
    FACILITATOR,
    MEMBER,
    MODERATORS,
    NAMES,
    OBSERVER,
    PEOPLE,
    ROLES,
    STAGE,
    SYSTEM,
    mask_of,
    names_of,
)
from rooms.spotlight import Spotlight
from rooms.steps import step_id
from rooms.succession import AskAbsent, DropHandover, OfferHandover, SignByLink, TakeOver
from rooms.support import HelpIdea
from rooms.talk import GiveFloor, LowerHand, RaiseHand
from rooms.turnout import Remind
from rooms.votes import CastDots, CastOpinion
from tests.rooms.scene import SERVER, Scene, begun, public

SAMPLES: tuple[Command, ...] = (
    OpenRoom(1, "ru", [public("brief")], [], []),
    Tick(),
    NextStep(),
    BackStep(),
    StopInput(),
    PauseClock(),
    ResumeClock(),
    ExtendStep(-1),
    MoveEnd(1),
    SkipStep(step_id(1), True),
    InsertStep(step_id(1), public("brief")),
    CloseRoom(),
    Join(0, "remote"),
    ChangeProfile(0, "onsite"),
    ExpectDepartment(False),
    AddLink(MEMBER),
    RevokeLink(1),
    RemoveSeat(1),
    Remind(0),
    PostIdea(0),
    EditIdea(1),
    WithdrawIdea(1),
    Reveal(step_id(0), -1),
    ParkTopic(),
    MergeCards([1], 0),
    UndoMerge(1),
    TakeOut(1),
    RenameGroup(1),
    CastDots(1, 1),
    CastOpinion(1, "agree"),
    ProposeDecision(0, []),
    EditDecision(1, 1, 0),
    SetFate(1, "parked"),
    ClaimDecision(1),
    ReleaseDecision(1),
    SignDecision(1, 1, ""),
    OfferHelp(1),
    WithdrawHelp(1),
    InviteOwner(1, 1),
    DeclineInvitation(1),
    HelpIdea(1),
    OfferHandover(1, 1, 1, ""),
    TakeOver(1, 1, ""),
    DropHandover(1),
    AskAbsent(1, MEMBER),
    SignByLink(1, 1, ""),
    RaiseHand(),
    LowerHand(),
    GiveFloor(0),
    HideCard(1),
    RestoreCard(1),
    ParkCard(1),
    LeaveCard(1),
    EditCard(1),
    RedactCard(1),
    ErasePerson(1),
    Spotlight(1),
    UseRules(1),
)
"""One of each command. Ids are of things that are not there: the right is asked for first."""

IN_STEP: tuple[tuple[str, Command], ...] = (
    ("ideate", PostIdea(0)),
    ("vote", CastDots(1, 1)),
    ("vote", CastOpinion(1, "agree")),
    ("group", MergeCards([1], 0)),
    ("group", UndoMerge(1)),
    ("group", TakeOut(1)),
    ("group", RenameGroup(1)),
    ("draft", ProposeDecision(0, [])),
    ("discuss", RaiseHand()),
)
"""Commands that ask for the right to act in the step before anything else."""


def named(command: Command) -> str:
    return tag_of(type(command))


def everything(scene: Scene) -> dict[PlaneId, dict[type[Entity], dict[int, Entity]]]:
    """All entities of all planes, as they are now."""
    return {
        name: {kind: dict(there) for kind, there in plane.entities.items() if there}
        for name, plane in scene.room.planes.items()
    }


def test_k5_every_command_is_in_the_matrix() -> None:
    assert [type(command) for command in SAMPLES] == list(dict.fromkeys(map(type, SAMPLES)))
    assert {type(command) for command in SAMPLES} == set(COMMANDS)


@pytest.mark.parametrize("command", SAMPLES, ids=named)
@pytest.mark.parametrize("role", NAMES, ids=NAMES.get)
def test_k5_a_role_without_the_right_is_refused(role: int, command: Command) -> None:
    """R6.2: role rights hold for each command, with a seat and without one."""
    scene = begun(public("discuss", who=EVERYBODY), public("brief"))
    people = [scene.guest(role)]
    if role & PEOPLE:
        people.append(scene.join(role))
    before = everything(scene)
    for person in people:
        code = scene.refusal(person, command, "word")
        if not command.BY & role:
            assert code == "not_your_role"
        elif command.SEAT and not person.seat:
            assert code == "no_seat"
        elif code == "no_seat":
            # Moderators may work on groups and decisions without a seat, others may not.
            assert not person.seat and not role & MODERATORS
        else:
            assert code not in ("not_your_role", "link_revoked")
        if code:
            assert everything(scene) == before
        else:
            break


@pytest.mark.parametrize("command", SAMPLES, ids=named)
@pytest.mark.parametrize("role", [role for role in NAMES if role != FACILITATOR], ids=NAMES.get)
def test_k5_a_revoked_link_gives_no_right_at_all(role: int, command: Command) -> None:
    scene = begun(public("discuss", who=EVERYBODY), public("brief"))
    people = [scene.guest(role)]
    if role & PEOPLE:
        people.append(scene.join(role))
    scene.do(scene.host, RevokeLink(people[0].link))
    before = everything(scene)
    for person in people:
        scene.refuses("link_revoked", person, command, "word")
    assert everything(scene) == before


@pytest.mark.parametrize(("kind", "command"), IN_STEP, ids=lambda value: str(value)[:16])
def test_a5_a_role_that_may_not_act_in_the_step_is_refused(kind: str, command: Command) -> None:
    scene = begun(public(kind, who=MEMBER), public("brief"))
    before = everything(scene)
    for role in NAMES:
        if not role & command.BY & ~MODERATORS & ~MEMBER:
            continue
        person = scene.join(role)
        before = everything(scene)
        scene.refuses("not_your_step", person, command, "word")
        assert everything(scene) == before


@pytest.mark.parametrize("command", SAMPLES, ids=named)
def test_k5_the_server_gives_only_its_own_commands(command: Command) -> None:
    scene = begun(public("brief"), public("brief"))
    code = scene.refusal(SERVER, command, "word")
    if not command.BY & SYSTEM:
        assert code == "not_your_role"
    else:
        late: dict[type[Command], str] = {OpenRoom: "already_open", UseRules: "other_rules"}
        assert code == late.get(type(command), "")


def test_k5_nobody_borrows_a_role_a_link_or_a_seat() -> None:
    scene = begun(public("discuss"))
    member, customer = scene.join(), scene.join(CUSTOMER)
    forged = Actor(FACILITATOR, member.seat, member.client, member.link)
    scene.refuses("link_revoked", forged, NextStep())
    unknown = Actor(MEMBER, member.seat, member.client, 999)
    scene.refuses("link_revoked", unknown, RaiseHand())
    borrowed = Actor(MEMBER, customer.seat, member.client, member.link)
    scene.refuses("seat_removed", borrowed, RaiseHand())
    nobody = Actor(MEMBER, 999, member.client, member.link)
    scene.refuses("no_seat", nobody, RaiseHand())
    scene.do(scene.host, RemoveSeat(member.seat))
    scene.refuses("seat_removed", member, RaiseHand())


@pytest.mark.parametrize("command", SAMPLES, ids=named)
def test_i12_a_blind_actor_gives_only_the_commands_of_an_anonymous_step(command: Command) -> None:
    scene = begun(public("discuss"))
    code = scene.refusal(Actor(MEMBER, 0, 7, 0, "somebody"), command, "word")
    if command.BLIND == "never":
        assert code == "wrong_lane"
    else:
        assert code in ("wrong_kind", "unknown_card", "not_yours")


@pytest.mark.parametrize("command", SAMPLES, ids=named)
def test_a14_a_closed_room_takes_hardly_anything(command: Command) -> None:
    scene = begun(public("brief"), public("brief"))
    person = scene.join()
    scene.do(scene.host, CloseRoom())
    for actor in (person, scene.host):
        if not command.BY & actor.role or command.SEAT and not actor.seat:
            continue
        code = scene.refusal(actor, command, "word")
        # Joining is for who is asked to sign; that the link is another one turns out later.
        may = command.AFTER_CLOSE and not isinstance(command, Join)
        assert code == "already_joined" or (code == "room_closed") is not may
    allowed = {Tick, UseRules, RevokeLink, RedactCard, ErasePerson, Join, SignByLink}
    assert command.AFTER_CLOSE is (type(command) in allowed)


def test_k5_roles_are_single_bits_with_names() -> None:
    assert [bit.bit_count() for bit in NAMES] == [1] * len(NAMES)
    assert list(ROLES.values()) == [1 << place for place in range(len(ROLES))]
    assert not SYSTEM & EVERYBODY
    assert EVERYBODY == sum(NAMES)


def test_k5_observers_and_the_stage_act_in_nothing() -> None:
    assert mask_of(["all"]) == ACTING
    assert not ACTING & (OBSERVER | STAGE)
    for command in COMMANDS:
        assert not command.BY & STAGE
        observing = command in (Join, ChangeProfile, ErasePerson)
        assert bool(command.BY & OBSERVER) is observing


def test_k5_masks_and_names_belong_together() -> None:
    for bit, name in NAMES.items():
        assert names_of(mask_of([name])) == [name]
        assert mask_of([name]) == bit
    assert names_of(mask_of(["stage", "member"])) == ["member", "stage"]
    with pytest.raises(KeyError):
        mask_of(["king"])
