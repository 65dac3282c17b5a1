"""How a vote is meant: its settings, written down when the step is designed."""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from rooms.cards import Source
from rooms.kernel import Entity, Feature, View, Words
from rooms.roles import Mask

MOST_DOTS: Final = 20

Style = Literal["dots", "opinion"]


class Poll(Entity, frozen=True):
    """Settings of a `vote` step. With `dots` each person has `budget` of them, at most
    `max_per_item` on one choice. `source` are the steps whose cards are voted on (none named: all
    earlier ones); their groups stand in for the cards in them, unless `style` is `opinion`."""

    sees: Mask
    style: Style
    budget: int
    max_per_item: int
    secret: bool
    source: tuple[int, ...]
    round: int = 0

    def mask(self) -> Mask:
        return self.sees


class PollView(View, frozen=True):
    style: Style
    budget: int
    max_per_item: int
    secret: bool


def view_poll(poll: Poll, role: Mask, words: Words) -> PollView:
    return PollView(poll.id, poll.style, poll.budget, poll.max_per_item, poll.secret)


class VoteSettings(Struct, forbid_unknown_fields=True):
    style: Style = "dots"
    budget: Annotated[int, Meta(ge=1, le=MOST_DOTS)] = 3
    max_per_item: Annotated[int, Meta(ge=1, le=MOST_DOTS)] = 1
    secret_until_close: bool = True
    source: Source = []


def poll(number: int, sees: Mask, settings: dict[str, object]) -> Poll:
    """The settings entity of a `vote` step. ValidationError if they are wrong."""
    plan = msgspec.convert(settings, VoteSettings)
    return Poll(
        number,
        sees,
        plan.style,
        plan.budget,
        min(plan.max_per_item, plan.budget),
        plan.secret_until_close,
        tuple(plan.source),
    )


def is_secret(poll: Poll) -> bool:
    """Whether a step can be anonymous: a tally that runs tells when each vote was given."""
    return poll.secret


FEATURE = Feature(entities=(Poll,), views={Poll: view_poll})
