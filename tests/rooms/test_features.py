"""All features together: the closed list of codes, the limits of words, and who stands where."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from protocols.codes import REFUSALS
from rooms.agenda import CloseRoom
from rooms.cards import PostIdea
from rooms.features import COMMANDS, FEATURES, KINDS, RULES, merge, new_room, standing
from rooms.kernel import Command, Feature, tag_of
from rooms.moderation import ErasePerson
from rooms.people import RemoveSeat, RevokeLink
from rooms.roles import CUSTOMER, FACILITATOR, MEMBER, NAMES
from tests.rooms.scene import begun, public

ROOT = Path(__file__).resolve().parents[2]


def texts(*nodes: ast.AST) -> Iterator[str]:
    """The texts written out in some expressions."""
    for outer in nodes:
        for node in ast.walk(outer):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def codes_in(tree: ast.AST) -> set[str]:
    """The codes with which a module refuses: `Refused(code)`, `.one(kind, id, code)` and
    `refused=code`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.id if isinstance(node.func, ast.Name) else ""
        if called == "Refused":
            found.update(texts(*(_results(node.args[0]) if node.args else ())))
        if isinstance(node.func, ast.Attribute) and node.func.attr == "one":
            found.update(texts(*node.args[2:3]))
        for keyword in node.keywords:
            if keyword.arg == "refused":
                found.update(text for text in texts(keyword.value) if text)
    return found


def _results(node: ast.expr) -> tuple[ast.expr, ...]:
    """What an expression may come to: both sides of a condition, not the condition itself."""
    return (node.body, node.orelse) if isinstance(node, ast.IfExp) else (node,)


def codes_of(folder: str) -> set[str]:
    """The codes with which the modules of a folder refuse."""
    found: set[str] = set()
    for path in sorted((ROOT / folder).rglob("*.py")):
        found |= codes_in(ast.parse(path.read_text(encoding="utf-8"), str(path)))
    return found


def test_k3_codes_are_found_where_they_are_written() -> None:
    source = """
raise Refused("a")
raise Refused("b" if x == "no" else "c")
draft.one(Card, number, "d")
draft.one(Card, number, "e", plane)
Result(ref=1, refused="f")
print("g")
"""
    assert codes_in(ast.parse(source)) == {"a", "b", "c", "d", "e", "f"}


def test_k3_every_code_of_the_rules_is_in_the_closed_list() -> None:
    assert codes_of("rooms") | codes_of("server") <= set(REFUSALS)


def test_k3_every_code_of_the_closed_list_is_used() -> None:
    """Codes that the server tells without raising them are looked for as texts."""
    told: set[str] = set()
    for path in sorted((ROOT / "server").rglob("*.py")):
        told.update(texts(ast.parse(path.read_text(encoding="utf-8"))))
    assert set(REFUSALS) - codes_of("rooms") - told == set()


def test_k3_the_closed_list_names_each_code_once() -> None:
    assert len(set(REFUSALS)) == len(REFUSALS)
    for code in REFUSALS:
        assert code == code.lower() and code.replace("_", "").isalpha()


def test_k3_the_book_of_rules_names_every_code_of_the_rules() -> None:
    book = (ROOT / "rooms" / "RULES.md").read_text(encoding="utf-8")
    # Too much at once cannot be reached from outside: other limits are lower.
    missing = {code for code in codes_of("rooms") if f"`{code}`" not in book}
    assert missing <= {"too_much_at_once"}


@pytest.mark.parametrize("command", COMMANDS, ids=tag_of)
def test_k5_every_command_has_somebody_who_may_give_it(command: type[Command]) -> None:
    assert command.BY
    assert command.__doc__
    assert all(limit > 0 for limit in command.WORDS)


def test_k9_features_do_not_claim_the_same_thing() -> None:
    assert merge(9, FEATURES).number == 9
    with pytest.raises(ValueError, match="two features"):
        merge(1, (*FEATURES, Feature(handlers={PostIdea: RULES.handlers[PostIdea]})))


def test_a1_kinds_of_steps_are_the_ones_a_template_may_name() -> None:
    assert sorted(KINDS) == [
        "break",
        "brief",
        "claim",
        "close",
        "discuss",
        "draft",
        "group",
        "ideate",
        "reveal",
        "vote",
    ]


def test_p3_the_holder_of_a_link_stands_in_its_role() -> None:
    scene = begun(public("brief"))
    for role in NAMES:
        assert standing(scene.room, scene.links[role], 0) == role
    assert standing(scene.room, 12345, 0) == 0
    assert standing(new_room(), scene.links[MEMBER], 0) == 0


def test_p3_a_seat_stands_by_its_own_link_alone() -> None:
    scene = begun(public("brief"))
    member, customer = scene.join(), scene.join(CUSTOMER)
    assert standing(scene.room, member.link, member.seat) == MEMBER
    assert standing(scene.room, customer.link, member.seat) == 0
    assert standing(scene.room, member.link, 12345) == 0


def test_p3_whoever_was_cut_off_stands_nowhere() -> None:
    scene = begun(public("brief"))
    shown_out, erased, customer = scene.join(), scene.join(), scene.join(CUSTOMER)
    scene.do(scene.host, RemoveSeat(shown_out.seat))
    scene.do(erased, ErasePerson(erased.seat))
    scene.do(scene.host, RevokeLink(customer.link))
    for person in (shown_out, erased, customer):
        assert standing(scene.room, person.link, person.seat) == 0
    assert standing(scene.room, customer.link, 0) == 0


def test_p3_people_of_a_closed_room_may_stay() -> None:
    scene = begun(public("brief"))
    member = scene.join()
    scene.do(scene.host, CloseRoom())
    assert standing(scene.room, member.link, member.seat) == MEMBER
    assert standing(scene.room, scene.host.link, 0) == FACILITATOR
