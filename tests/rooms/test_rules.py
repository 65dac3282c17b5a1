"""The books of rules and the tests belong together."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ("rooms/RULES.md", "protocols/PROTOCOL.md")
NAMED = re.compile(r"^(?:async )?def test_((?:[a-z]\d+_)+)", re.M)
CITED = re.compile(r"\b([A-Z]\d+)(?: to ([A-Z])(\d+))?\b")


def rules() -> set[str]:
    """The numbers of all rules."""
    return {
        number
        for book in BOOKS
        for number in re.findall(r"\*\*([A-Z]\d+)\b", (ROOT / book).read_text(encoding="utf-8"))
    }


def proved() -> set[str]:
    """The numbers in the names of all tests."""
    return {
        number.upper()
        for folder in ("rooms", "protocols")
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for head in NAMED.findall(path.read_text(encoding="utf-8"))
        for number in head.strip("_").split("_")
    }


def cited() -> set[str]:
    """The numbers that docstrings of the code cite in brackets."""
    found: set[str] = set()
    for folder in ("rooms", "protocols"):
        for path in (ROOT / folder).glob("*.py"):
            for inside in re.findall(r"\(((?:rules )?[A-Z]\d+[^()]*)\)", path.read_text("utf-8")):
                for first, letter, last in CITED.findall(inside):
                    found |= {first, letter + last} - {""}
    return found


def test_k9_every_test_proves_a_rule_that_there_is() -> None:
    assert proved() - rules() == set()


def test_k9_every_rule_of_a_room_is_proved() -> None:
    rooms = {number for number in rules() if number[0] in "KAPIGVDTM"}
    assert rooms - proved() == set()


def test_k9_code_cites_rules_that_there_are() -> None:
    assert cited() - rules() == set()
    assert {"K1", "K11", "A3", "I9", "W1", "L6"} <= cited()


def test_k9_rules_are_numbered_without_gaps() -> None:
    for letter in sorted({number[0] for number in rules()}):
        numbers = sorted(int(number[1:]) for number in rules() if number[0] == letter)
        assert numbers == list(range(1, len(numbers) + 1)), letter
