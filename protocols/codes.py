"""Reason codes: closed lists, each with what the other side should do.

A refusal answers one command; the connection lives on. A close code ends the connection; those in
`RETRY` mean "come back", the others "do not".
"""

from enum import IntEnum
from typing import Final


class Close(IntEnum):
    """Websocket close codes of Oneroom, beside the standard ones."""

    NORMAL = 1000
    GOING_AWAY = 1001
    TOO_LARGE = 1009
    RESTARTING = 1012
    BAD_MESSAGE = 4400
    BAD_TOKEN = 4401
    REVOKED = 4403
    NO_SUCH_ROOM = 4404
    HELLO_TIMEOUT = 4408
    TAKEN_OVER = 4409
    VERSION = 4426
    TOO_FAST = 4429
    SERVER_FAULT = 4500
    STORAGE = 4507
    OUTDATED = 4508


RETRY: Final = frozenset(
    (
        Close.GOING_AWAY,
        Close.RESTARTING,
        Close.HELLO_TIMEOUT,
        Close.TOO_FAST,
        Close.SERVER_FAULT,
        Close.STORAGE,
        Close.OUTDATED,
        1005,
        1006,
        1011,
        1013,
    )
)
"""Close codes after which a client connects again, with growing pauses. It starts over by itself
after no other."""

REFUSALS: Final = (
    # shape and admission, told by the server
    "bad_words",
    "too_long",
    "too_fast",
    "room_busy",
    "storage_failed",
    "key_lost",
    "too_old",
    # every command
    "not_your_role",
    "link_revoked",
    "no_seat",
    "seat_removed",
    "room_closed",
    "wrong_lane",
    "other_rules",
    "missing_words",
    "too_much_at_once",
    # agenda
    "already_open",
    "already_moved",
    "already_begun",
    "bad_settings",
    "bank_empty",
    "decisions_without_fate",
    "end_is_past",
    "first_step",
    "last_step",
    "not_open_yet",
    "not_paused",
    "not_running",
    "not_your_step",
    "nobody_to_remind",
    "step_is_anonymous",
    "too_late",
    "too_many_steps",
    "unknown_kind",
    "unknown_step",
    "wrong_kind",
    # people
    "already_joined",
    "last_facilitator_link",
    "not_a_participant",
    "too_many_departments",
    "room_full",
    "link_used",
    "unknown_department",
    "unknown_link",
    "unknown_role",
    "unknown_seat",
    # cards and groups
    "already_there",
    "edited_by_moderator",
    "in_a_group",
    "not_in_a_group",
    "not_late",
    "not_shown",
    "not_yours",
    "redacted",
    "same_card_twice",
    "too_many_cards",
    "too_many_groups",
    "unknown_card",
    "unknown_group",
    "unknown_lane",
    "unknown_merge",
    "vote_is_open",
    # votes
    "budget_spent",
    "tally_is_shown",
    "too_many_on_one",
    "unknown_choice",
    # decisions
    "already_asked",
    "already_claimed",
    "already_signed",
    "already_yours",
    "due_is_past",
    "not_open",
    "too_many_decisions",
    "unknown_decision",
    "unknown_help",
    "unknown_handover",
    "unknown_invitation",
    "wording_changed",
    # talk
    "already_raised",
    "not_raised",
    "unknown_target",
)
"""Every code a refusal may carry. A test holds this list against the rules."""

RESETS: Final = ("another_log", "another_history", "too_far_behind", "another_audience")
"""Why a client is told to forget its replica and take a whole view."""
