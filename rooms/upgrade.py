"""Following the next rules in the middle of a session (rules K10, K11).

The kernel brings the state over, since it concerns every entity; what remains here is the decision.
"""

from rooms.kernel import Draft, Feature, Refused, UseRules
from rooms.steps import SESSION_ID, Session


def use_rules(draft: Draft, command: UseRules) -> None:
    if command.number != draft.rules.number + 1:
        raise Refused("other_rules")
    draft.change(draft.one(Session, SESSION_ID, "not_open_yet"), rules=command.number)


FEATURE = Feature(handlers={UseRules: use_rules})
