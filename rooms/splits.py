"""How the votes on a choice divide among the roles, without telling anybody's vote (rule V11)."""

from collections import Counter

from rooms.kernel import Draft, Entity, Feature, View, Words
from rooms.roles import Mask
from rooms.voices import GROUP_FLOOR, told_apart

Voice = tuple[Mask, int, int, int, int, int]
"""Roles, and of their votes: people, dots, agree, disagree, passed."""
COUNTED = ("people", "dots", "agree", "disagree", "pass")


class Split(Entity, frozen=True):
    """The count of the choice with this id by voice. Whoever sees the tally sees it."""

    step: int
    sees: Mask
    voices: tuple[Voice, ...]

    def mask(self) -> Mask:
        return self.sees


class Division:
    """The votes of one step by role: how many people voted, and how on each choice."""

    def __init__(self) -> None:
        self.voters: Counter[Mask] = Counter()
        self._given: dict[tuple[int, Mask], Counter[str]] = {}

    def add(self, role: Mask, choice: int, dots: int, opinion: str) -> None:
        """Count what one person has given one choice."""
        given = self._given.get((choice, role))
        if given is None:
            given = self._given[(choice, role)] = Counter()
        given["people"] += 1
        given["dots"] += dots
        given[opinion] += 1

    def groups(self) -> list[Mask]:
        """The roles that can be told apart, each alone, then all others together."""
        apart = told_apart(self.voters)
        others = sum(role for role, people in self.voters.items() if people and not role & apart)
        return [*(role for role in sorted(self.voters) if role & apart), *([others] * bool(others))]

    def voices(self, choice: int, seen_by: Mask) -> tuple[Voice, ...]:
        """The count of a choice by voice; nothing where that could tell somebody's vote.

        Of a group only those count as a cover who see the choice: where they are fewer than four,
        the group's votes on it would be theirs.
        """
        rows: list[Voice] = []
        for group in self.groups():
            roles = [role for role in self.voters if role & group]
            able = sum(self.voters[role] for role in roles if role & seen_by)
            given = sum((self._given.get((choice, role), Counter()) for role in roles), Counter())
            if able < GROUP_FLOOR and (able or given):
                return ()
            if able:
                people, dots, agree, disagree, passed = (given[name] for name in COUNTED)
                rows.append((group, people, dots, agree, disagree, passed))
        return tuple(rows) if len(rows) > 1 else ()


def follow_tally(draft: Draft, choice: int, sees: Mask) -> None:
    """Let the split of a choice be seen by those who see its tally."""
    split = draft.get(Split, choice)
    if split is not None:
        draft.change(split, sees=sees)


def drop_splits(draft: Draft, step: int) -> None:
    """Take the splits of a vote away that is opened again."""
    for split in draft.all(Split):
        if split.step == step:
            draft.drop(split)


class SplitView(View, frozen=True):
    """`voices`: roles, and of their votes people, dots, agree, disagree, passed."""

    step: int
    voices: tuple[Voice, ...]


def view_split(split: Split, role: Mask, words: Words) -> SplitView:
    return SplitView(split.id, split.step, split.voices)


FEATURE = Feature(entities=(Split,), views={Split: view_split})
