"""How the votes on a choice divide among the roles, without telling anybody's vote (rule V11)."""

from collections import Counter

from rooms.kernel import Draft, Entity, Feature, View, Words
from rooms.roles import Mask
from rooms.voices import GROUP_FLOOR, told_apart

Voice = tuple[Mask, int, int, int, int, int]
"""Roles, and of their votes: people, dots, agree, disagree, passed."""
COUNTED = ("people", "dots", "agree", "disagree", "pass")


class Split(Entity, frozen=True):
    """The count of the choice with this id by voice. Whoever sees the tally sees it. Of a vote
    that was opened again nobody sees it, and `told` is what was told when the vote last ended."""

    step: int
    sees: Mask
    voices: tuple[Voice, ...]
    told: tuple[Voice, ...]

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


def tell_voices(
    draft: Draft, choice: int, step: int, sees: Mask, voices: tuple[Voice, ...]
) -> None:
    """Show how a choice divides, unless that would tell somebody's vote."""
    before = draft.get(Split, choice)
    if voices and (before is None or _covers(before.told, voices)):
        draft.put(Split(choice, step, sees, voices, voices))


def _covers(told: tuple[Voice, ...], voices: tuple[Voice, ...]) -> bool:
    """Whether those who voted since the count was told are too many to be told apart: of each
    voice nobody, or at least four more people than there were."""
    if [row[0] for row in told] != [row[0] for row in voices]:
        return False
    pairs = zip(told, voices, strict=True)
    return all(now == then or now[1] - then[1] >= GROUP_FLOOR for then, now in pairs)


def follow_tally(draft: Draft, choice: int, sees: Mask) -> None:
    """Let the split of a choice be seen by those who see its tally."""
    split = draft.get(Split, choice)
    if split is not None and split.voices:
        draft.change(split, sees=sees)


def take_back_splits(draft: Draft, step: int) -> None:
    """Show the splits of a vote that is opened again no longer."""
    for split in draft.all(Split):
        if split.step == step:
            draft.change(split, sees=0, voices=())


class SplitView(View, frozen=True):
    """`voices`: roles, and of their votes people, dots, agree, disagree, passed."""

    step: int
    voices: tuple[Voice, ...]


def view_split(split: Split, role: Mask, words: Words) -> SplitView:
    return SplitView(split.id, split.step, split.voices)


FEATURE = Feature(entities=(Split,), views={Split: view_split})
