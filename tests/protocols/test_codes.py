"""Reason codes are closed lists, and the document names them (rules W6, W8, W12)."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints

from protocols import codes, wire
from protocols.codes import REFUSALS, RESETS, RETRY, Close

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "protocols" / "PROTOCOL.md").read_text(encoding="utf-8")
SNAKE = re.compile(r"[a-z]+(_[a-z]+)*")


def texts_of(node: ast.expr) -> list[str]:
    """The texts that an expression may give: a text, or a choice between texts."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) + texts_of(node.orelse)
    return []


def codes_in(tree: ast.AST) -> set[str]:
    """The refusal codes in a module: of `Refused(...)`, and the third argument of `one(...)`."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        if name in ("Refused", "Refusal"):
            arguments = node.args + [keyword.value for keyword in node.keywords]
            found.update(text for argument in arguments for text in texts_of(argument))
        elif name == "one" and len(node.args) > 2:
            found.update(texts_of(node.args[2]))
    return found


@cache
def codes_of(*folders: str) -> set[str]:
    """The refusal codes in all modules of some folders."""
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    return {code for path in files for code in codes_in(ast.parse(path.read_text("utf-8")))}


def test_w6_every_refusal_of_rules_and_server_is_listed() -> None:
    assert codes_of("rooms", "server") <= set(REFUSALS)


def test_w6_every_listed_refusal_of_a_rule_exists() -> None:
    """A code that nothing gives is a word that phones translate for nothing."""
    # Told where no exception is raised: by the kernel's memory, and by a log that cannot write.
    elsewhere = {"too_old", "storage_failed"}
    assert set(REFUSALS) - codes_of("rooms", "server") <= elsewhere


def test_w6_refusals_are_facts_in_snake_case_each_listed_once() -> None:
    assert len(set(REFUSALS)) == len(REFUSALS)
    assert all(SNAKE.fullmatch(code) for code in REFUSALS)


def test_w6_clients_have_words_for_every_refusal() -> None:
    words = (ROOT / "client/app/words/refusals.ts").read_text("utf-8")
    assert [code for code in REFUSALS if not re.search(rf"^\s*{code}:", words, re.M)] == []


def test_w8_resets_are_those_of_the_message() -> None:
    reasons = get_args(get_type_hints(wire.Reset)["reason"])
    assert reasons == RESETS
    assert [reason for reason in RESETS if f"`{reason}`" not in DOCUMENT] == []


def test_w12_close_codes_may_be_sent() -> None:
    """1005, 1006 and 1015 are never sent; codes of an application are 4000 to 4999."""
    sent = {int(code) for code in Close}
    assert not sent & {1004, 1005, 1006, 1015}
    assert all(code in range(1000, 1015) or code in range(4000, 5000) for code in sent)


def test_w12_document_tells_which_close_codes_mean_retry() -> None:
    retry, other = {1005, 1006, 1011, 1013}, set[int]()
    for line in DOCUMENT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) != 4:
            continue
        for among, (name, number) in ((retry, cells[:2]), (other, cells[2:])):
            if name.strip("`") in Close.__members__:
                among.add(Close[name.strip("`")])
                assert int(number) == Close[name.strip("`")]
    assert retry == {int(code) for code in codes.RETRY}
    assert retry | other >= {int(code) for code in Close}
    assert not retry & other


def test_w12_who_may_not_come_back_is_not_told_to() -> None:
    for code in (Close.REVOKED, Close.BAD_TOKEN, Close.TAKEN_OVER, Close.VERSION):
        assert code not in RETRY
