"""What a server proposes again when a log was written anew (rule L9)."""

from protocols.log import Draft, draft
from rooms.cards import EditIdea, PostIdea
from rooms.features import BOOK
from rooms.kernel import ID_BITS, Actor, Command
from rooms.roles import MEMBER
from server.anew import Sieve

GONE = range(105, 110)
KEPT_SEAT, LOST_SEAT = 50 << ID_BITS, 105 << ID_BITS
LOST_CARD = 106 << ID_BITS


def given(command: Command, ref: int, seat: int = KEPT_SEAT, client: int = 7) -> Draft:
    """A command as somebody gave it."""
    return draft(Actor(MEMBER, seat, client, 1 << ID_BITS), command, ref=ref, step=1 << ID_BITS)


def passed(*drafts: Draft) -> list[bool]:
    sieve = Sieve(GONE, BOOK)
    return [sieve.passes(one) for one in drafts]


def test_l9_what_speaks_of_something_lost_is_left_to_its_phone() -> None:
    assert passed(given(PostIdea(0), 1), given(EditIdea(LOST_CARD), 2)) == [True, False]
    assert passed(given(PostIdea(0), 1, LOST_SEAT)) == [False]
    assert passed(given(EditIdea(104 << ID_BITS), 1)) == [True]


def test_l9_nothing_overtakes_what_is_left_to_a_phone() -> None:
    """Refs only grow: proposed again, a later command would have its phone's earlier one refused as
    too old, which says that nothing was lost."""
    assert passed(
        given(PostIdea(0), 1),
        given(EditIdea(LOST_CARD), 2),
        given(PostIdea(0), 3),
        given(PostIdea(0), 9, client=8),
        given(PostIdea(0), 9, seat=51 << ID_BITS),
    ) == [True, False, False, True, True]
