"""The commands, roles and views, for clients, which may not import the rules themselves."""

from msgspec import Struct
from msgspec.structs import fields

from protocols.typescript import views
from rooms import (
    agenda,
    cards,
    decisions,
    departments,
    groups,
    moderation,
    owners,
    people,
    reveal,
    roles,
    spotlight,
    succession,
    support,
    talk,
    turnout,
    votes,
)
from rooms.kernel import ID_BITS, Command, tag_of
from rooms.roles import NAMES, ROLES

Join = people.Join
ChangeProfile = people.ChangeProfile
ExpectDepartment = departments.ExpectDepartment
AddLink = people.AddLink
RevokeLink = people.RevokeLink
RemoveSeat = people.RemoveSeat
NextStep = agenda.NextStep
BackStep = agenda.BackStep
StopInput = agenda.StopInput
PauseClock = agenda.PauseClock
ResumeClock = agenda.ResumeClock
ExtendStep = agenda.ExtendStep
MoveEnd = agenda.MoveEnd
SkipStep = agenda.SkipStep
InsertStep = agenda.InsertStep
CloseRoom = agenda.CloseRoom
Remind = turnout.Remind
PostIdea = cards.PostIdea
EditIdea = cards.EditIdea
WithdrawIdea = cards.WithdrawIdea
Reveal = reveal.Reveal
ParkTopic = cards.ParkTopic
MergeCards = groups.MergeCards
UndoMerge = groups.UndoMerge
TakeOut = groups.TakeOut
RenameGroup = groups.RenameGroup
CastDots = votes.CastDots
CastOpinion = votes.CastOpinion
ProposeDecision = decisions.ProposeDecision
EditDecision = decisions.EditDecision
SetFate = decisions.SetFate
ClaimDecision = owners.ClaimDecision
ReleaseDecision = owners.ReleaseDecision
SignDecision = owners.SignDecision
OfferHelp = owners.OfferHelp
WithdrawHelp = owners.WithdrawHelp
InviteOwner = owners.InviteOwner
DeclineInvitation = owners.DeclineInvitation
OfferHandover = succession.OfferHandover
TakeOver = succession.TakeOver
HelpIdea = support.HelpIdea
DropHandover = succession.DropHandover
AskAbsent = succession.AskAbsent
SignByLink = succession.SignByLink
RaiseHand = talk.RaiseHand
LowerHand = talk.LowerHand
GiveFloor = talk.GiveFloor
HideCard = moderation.HideCard
RestoreCard = moderation.RestoreCard
ParkCard = moderation.ParkCard
LeaveCard = moderation.LeaveCard
EditCard = moderation.EditCard
RedactCard = moderation.RedactCard
ErasePerson = moderation.ErasePerson
Spotlight = spotlight.Spotlight


def field_names(kind: type[Struct]) -> tuple[str, ...]:
    """The names of a struct's fields, in the order in which they travel after the tag."""
    return tuple(field.name for field in fields(kind))


FIELDS = {tag_of(view): field_names(view) for view in views()}
"""The field names of every kind of view, by its tag."""


def is_blind(command: Command) -> bool:
    """Whether a command travels without a name when its step is anonymous."""
    return command.BLIND != "never"


def array(command: Command) -> list[object]:
    """A command as it travels: its tag and its fields."""
    return [tag_of(type(command)), *(getattr(command, n) for n in command.__struct_fields__)]


__all__ = [
    "FIELDS",
    "ID_BITS",
    "NAMES",
    "ROLES",
    "Command",
    "array",
    "field_names",
    "is_blind",
    "roles",
]
