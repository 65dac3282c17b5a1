"""Departments: which are expected, and how many people of each are here (rules P4, P5)."""

from typing import Final

from rooms.kernel import Command, Draft, Entity, Feature, Refused, View, WordRef, Words
from rooms.roles import MODERATORS, STAFF, STAGE, Mask

DEPARTMENT_LENGTH: Final = 80
MOST_DEPARTMENTS: Final = 200


# Entities


class Department(Entity, frozen=True):
    """A department: one that is expected, or named by somebody who joined."""

    name: int
    expected: bool
    internal: bool

    def mask(self) -> Mask:
        return STAFF


class Coverage(Entity, frozen=True):
    """How many people of a department are here. The id is the department's."""

    joined: int

    def mask(self) -> Mask:
        return MODERATORS | STAGE


# Commands


class ExpectDepartment(Command, frozen=True):
    """Expect one more department. Words: its name. `internal` tells that it never meets the
    customer."""

    BY = MODERATORS
    WORDS = (DEPARTMENT_LENGTH,)
    SEAT = False

    internal: bool


# Handlers


def _new_department(draft: Draft, word: WordRef, *, expected: bool, internal: bool) -> Department:
    if not word:
        raise Refused("missing_words")
    if len(draft.all(Department)) >= MOST_DEPARTMENTS:
        raise Refused("too_many_departments")
    department = draft.put(Department(draft.new_id(), word, expected, internal))
    draft.put(Coverage(department.id, 0))
    return department


def expect_departments(draft: Draft, internal: list[bool]) -> None:
    """Write the departments that entry 1 names after title and goal."""
    if len(internal) > MOST_DEPARTMENTS:
        raise Refused("too_many_departments")
    for index, is_internal in enumerate(internal):
        _new_department(draft, draft.word(2 + index), expected=True, internal=is_internal)


def chosen_department(draft: Draft, number: int) -> int:
    """The department chosen, or the new one named in the second word, or 0."""
    if number:
        draft.forget(draft.word(1))
        return draft.one(Department, number, "unknown_department").id
    word = draft.word(1)
    if not word:
        return 0
    return _new_department(draft, word, expected=False, internal=False).id


def cover(draft: Draft, department: int, change: int) -> None:
    """Count that so many people of a department (0: of none) came or went."""
    coverage = draft.get(Coverage, department)
    if coverage is not None:
        draft.change(coverage, joined=coverage.joined + change)


def expect_department(draft: Draft, command: ExpectDepartment) -> None:
    _new_department(draft, draft.word(0), expected=True, internal=command.internal)


# Views


class DepartmentView(View, frozen=True):
    name: str | None
    expected: bool
    internal: bool


class CoverageView(View, frozen=True):
    joined: int


def view_department(department: Department, role: Mask, words: Words) -> DepartmentView:
    name = words(department.name)
    return DepartmentView(department.id, name, department.expected, department.internal)


def view_coverage(coverage: Coverage, role: Mask, words: Words) -> CoverageView:
    return CoverageView(coverage.id, coverage.joined)


FEATURE = Feature(
    entities=(Department, Coverage),
    handlers={ExpectDepartment: expect_department},
    views={Department: view_department, Coverage: view_coverage},
)
