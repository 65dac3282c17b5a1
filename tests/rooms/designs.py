"""Designs of sessions for random people: each kind of step, named, anonymous, open, hidden."""

from typing import Any, Final

from rooms import roles
from rooms.agenda import StepPlan
from rooms.roles import EVERYBODY, STAGE
from rooms.steps import Text


def step(kind: str, settings: dict[str, Any] | None = None, **changes: Any) -> StepPlan:
    """A step of two minutes for everybody, with some fields replaced."""
    fields: dict[str, Any] = {"planned_ms": 120_000, "policy": "hard", "who": roles.ACTING}
    fields |= {"sees": EVERYBODY, "votes": 0, "anonymous": False} | changes
    text = Text(kind, kind)
    return StepPlan(kind=kind, name=text, prompt=text, settings=settings or {}, **fields)


LANES: Final = {"lanes": [["а", "a"], ["б", "b"]]}
DESIGNS: Final = (
    [
        step("ideate", LANES),
        step("reveal", {"by_lane": True}, policy="grace"),
        step("group", {"max_groups": 3}),
        step("vote", {"budget": 3, "max_per_item": 2}),
        step("draft", {"max_decisions": 3}),
        step("claim"),
        step("discuss"),
        step("close"),
    ],
    [
        step("ideate", LANES, anonymous=True, policy="grace"),
        step("reveal"),
        step("vote", {"style": "opinion"}, anonymous=True),
        step("vote", {"budget": 2}, anonymous=True),
        step("break", sees=roles.MODERATORS),
        step("claim"),
        step("close"),
    ],
    [
        step("brief"),
        step("ideate", LANES | {"hidden": False}, who=8 | 16, sees=8 | 16 | STAGE),
        step("group", who=8),
        step("vote", {"secret_until_close": False, "budget": 4}, votes=8 | 32),
        step("vote", {"style": "opinion", "secret_until_close": False}, sees=511),
        step("draft", who=8 | 16, sees=8 | 16 | STAGE),
        step("claim", who=8 | 32, sees=EVERYBODY & ~64),
    ],
)
