"""Theme groups: putting like cards together, reversibly (rules G1 to G6)."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from rooms.cards import Card
from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, Words
from rooms.people import SHIELDS, off_stage
from rooms.roles import ACTING, MODERATORS, Mask
from rooms.steps import Id, Kind, Step, acting_step, current_step

NAME_LENGTH: Final = 80
MOST_MERGED: Final = 200
MERGES_KEPT: Final = 200
"""Merges that can still be undone."""


# Entities


class Grouping(Entity, frozen=True):
    """Settings of a `group` step: how many groups there may be (0: any number)."""

    sees: Mask
    max_groups: int

    def mask(self) -> Mask:
        return self.sees


class Group(Entity, frozen=True):
    """A named set of cards. The cards stay as they are and name their group."""

    step: int
    name: int
    cards: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


class Merge(Entity, frozen=True):
    """One act of putting cards together, so that it can be undone: (card, group before)."""

    step: int
    group: int
    moved: tuple[tuple[int, int], ...]
    seat: int
    sees: Mask

    def mask(self) -> Mask:
        return self.sees


# Commands


class MergeCards(Command, frozen=True):
    """Put cards into a group (0: a new one). Words: the name of a new group, if it has one."""

    BY = ACTING
    WORDS = (NAME_LENGTH,)
    SEAT = False

    cards: Annotated[list[Id], Meta(min_length=1, max_length=MOST_MERGED)]
    group: Id


class UndoMerge(Command, frozen=True):
    """Put the cards of one merge back where they were, those that nobody has moved since."""

    BY = ACTING
    SEAT = False

    merge: Id


class TakeOut(Command, frozen=True):
    """Take one card out of its group."""

    BY = ACTING
    SEAT = False

    card: Id


class RenameGroup(Command, frozen=True):
    """Give a group another name. Words: the name."""

    BY = ACTING
    WORDS = (NAME_LENGTH,)
    SEAT = False

    group: Id


# Handlers


def grouping_step(draft: Draft) -> Step:
    """The open group step of the entry; moderators may group in any step but an open vote."""
    if draft.actor.role & MODERATORS:
        step = current_step(draft)
        if step.kind == "vote" and step.input:
            raise Refused("vote_is_open")
        return step
    if not draft.actor.seat:
        raise Refused("no_seat")
    return acting_step(draft, "group")


def _card(draft: Draft, number: int) -> Card:
    card = draft.one(Card, number, "unknown_card")
    if card.state != "shown" or not card.sees & draft.actor.role:
        raise Refused("unknown_card")
    return card


def _group(draft: Draft, number: int) -> Group:
    group = draft.one(Group, number, "unknown_group")
    if not group.sees & draft.actor.role:
        raise Refused("unknown_group")
    return group


def put_in(draft: Draft, card: Card, group: int) -> Card:
    """Move a card to a group (0: none), and drop a group that this leaves empty."""
    before = draft.get(Group, card.group)
    if before is not None:
        if before.cards <= 1:
            draft.drop(before)
        else:
            draft.change(before, cards=before.cards - 1)
    card = draft.change(card, group=group)
    after = draft.get(Group, group)
    if after is not None:
        draft.change(after, cards=after.cards + 1, sees=after.sees & card.sees)
    return card


def merge_cards(draft: Draft, command: MergeCards) -> None:
    step = grouping_step(draft)
    if len(set(command.cards)) != len(command.cards):
        raise Refused("same_card_twice")
    cards = [_card(draft, number) for number in command.cards]
    # Who may see a group is who may see every card in it, so that its name betrays none.
    sees = step.sees
    for card in cards:
        sees &= card.sees
    if command.group:
        draft.forget(draft.word(0))  # it has a name
        group = _group(draft, command.group)
        if group.sees & sees != group.sees:
            group = draft.change(group, sees=group.sees & sees)
    else:
        settings = draft.get(Grouping, step.id)
        groups = sum(1 for group in draft.all(Group) if group.step == step.id)
        if settings and 0 < settings.max_groups <= groups:
            raise Refused("too_many_groups")
        group = draft.put(Group(draft.new_id(), step.id, draft.word(0), 0, sees))
    moved = tuple((card.id, card.group) for card in cards if card.group != group.id)
    if not moved:
        raise Refused("already_there")
    for card in cards:
        if card.group != group.id:
            put_in(draft, card, group.id)
    merges = draft.all(Merge)
    for old in merges[: max(0, len(merges) - MERGES_KEPT + 1)]:
        draft.drop(old)
    draft.put(Merge(draft.new_id(), step.id, group.id, moved, draft.actor.seat, group.sees))


def undo_merge(draft: Draft, command: UndoMerge) -> None:
    grouping_step(draft)
    merge = draft.one(Merge, command.merge, "unknown_merge")
    if not merge.sees & draft.actor.role:
        raise Refused("unknown_merge")
    for number, before in merge.moved:
        card = draft.get(Card, number)
        if card is None or card.group != merge.group:
            continue
        put_in(draft, card, before if draft.get(Group, before) else 0)
    draft.drop(merge)


def take_out(draft: Draft, command: TakeOut) -> None:
    grouping_step(draft)
    card = _card(draft, command.card)
    if not card.group:
        raise Refused("not_in_a_group")
    put_in(draft, card, 0)


def rename_group(draft: Draft, command: RenameGroup) -> None:
    grouping_step(draft)
    group = _group(draft, command.group)
    if not draft.word(0):
        raise Refused("missing_words")
    draft.forget(group.name)
    draft.change(group, name=draft.word(0))


def leave_stage(draft: Draft, step: Step) -> None:
    """Take a step's groups, and those that hold its cards, off the stage."""
    settings = draft.get(Grouping, step.id)
    if settings is not None:
        off_stage(draft, settings)
    cards = [card for card in draft.all(Card) if card.step == step.id]
    hidden = {card.group for card in cards} | {card.id for card in cards}
    for group in draft.all(Group):
        if group.step == step.id or group.id in hidden:
            off_stage(draft, group)
    for merge in draft.all(Merge):
        moved = any(card in hidden for card, _ in merge.moved)
        if merge.step == step.id or merge.group in hidden or moved:
            off_stage(draft, merge)


SHIELDS.append(leave_stage)


# Views


class GroupingView(View, frozen=True):
    max_groups: int


class GroupView(View, frozen=True):
    step: int
    name: str | None
    cards: int


class MergeView(View, frozen=True):
    step: int
    group: int
    cards: tuple[int, ...]
    seat: int


def view_grouping(grouping: Grouping, role: Mask, words: Words) -> GroupingView:
    return GroupingView(grouping.id, grouping.max_groups)


def view_group(group: Group, role: Mask, words: Words) -> GroupView:
    return GroupView(group.id, group.step, words(group.name) if group.name else "", group.cards)


def view_merge(merge: Merge, role: Mask, words: Words) -> MergeView:
    cards = tuple(card for card, _ in merge.moved)
    return MergeView(merge.id, merge.step, merge.group, cards, merge.seat)


class GroupSettings(Struct, forbid_unknown_fields=True):
    max_groups: Annotated[int, Meta(ge=0, le=60)] = 0


def grouping(number: int, sees: Mask, settings: dict[str, object]) -> Grouping:
    """The settings entity of a `group` step. ValidationError if they are wrong."""
    return Grouping(number, sees, msgspec.convert(settings, GroupSettings).max_groups)


FEATURE = Feature(
    entities=(Grouping, Group, Merge),
    handlers={
        MergeCards: merge_cards,
        UndoMerge: undo_merge,
        TakeOut: take_out,
        RenameGroup: rename_group,
    },
    views={Grouping: view_grouping, Group: view_group, Merge: view_merge},
    kinds={"group": Kind(settings=grouping)},
)
