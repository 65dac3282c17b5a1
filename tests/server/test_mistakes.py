"""What people who run a server or write a template get wrong: told in a sentence, with a remedy.

Never a traceback. What makes a room wrong must not make a room.
"""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from client import cli
from server.settings import SettingsError, from_environment
from server.templates import FOLDER, TemplateError, parse
from tests.server.phones import People
from tests.server.serving import Process, RoomLinks, ask

SOURCE = (FOLDER / "first-session-45.yaml").read_text("utf-8")
LANES = """      lanes:
        - {ru: "Невысказанное", en: "Unsaid"}
"""


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("source: 5", "source: [ideas, unsaid]", "is no list"),
        ("source: ideas", "source: [ideas, unsaid]", "is no list"),
        ("source: [{a: 1}]", "source: [ideas, unsaid]", "name the id of a step above"),
        ("source: [[ideas]]", "source: [ideas, unsaid]", "name the id of a step above"),
        ("source: [show]", "source: [ideas, unsaid]", "name the id of a step above"),
        ("      lanes: 5\n", LANES, "each lane as"),
        ("      lanes: [5]\n", LANES, "each lane as"),
        ("      lanes: [{ru: x}]\n", LANES, "each lane as"),
        ("      lanes: [{ru: x, en: 5}]\n", LANES, "each lane as"),
        ("      lanes: [{ru: x, en: y, de: z}]\n", LANES, "each lane as"),
        ("", LANES, "lanes"),
        ("budget: many", "budget: 4", "budget"),
        ("budget: 999", "budget: 4", "budget"),
        ("max_groups: -1", "max_groups: 12", "max_groups"),
        ("settings: 5", "settings: {max_groups: 12}", "settings"),
        ("who: []", "who: [member, lead]", "who"),
        ("who: all", "who: [member, lead]", "who"),
        ("minutes: 0", "minutes: 4", "minutes"),
        ("minutes: 999", "minutes: 4", "minutes"),
        ("schema: 2", "schema: 1", "schema"),
        ("people: &p {a: *p}", "people: {min: 4, best: 16, max: 60}", "contains itself"),
        ("\tid: ideas", "    id: ideas", "indentation"),
    ],
)
def test_a_mistake_in_a_template_says_where_and_what(wrong: str, right: str, told: str) -> None:
    """File, line, and a word of what to do, whatever is wrong."""
    broken = SOURCE.replace(right, wrong, 1)
    if broken == SOURCE:
        broken = SOURCE.replace("  - id: ideas", "\t- id: ideas", 1)
    with pytest.raises(TemplateError, match=r"^mine\.yaml, line \d+: ") as mistake:
        parse(broken, "mine.yaml")
    assert told in str(mistake.value)
    assert "\n" not in str(mistake.value)


@pytest.mark.parametrize(
    "source", ["", "5", "[]", "a: b", "- x", "{{{{", "\0", "a: *b", "--- a\n--- b"]
)
def test_what_is_no_template_says_so(source: str) -> None:
    with pytest.raises(TemplateError, match=r"^mine\.yaml, line \d+: "):
        parse(source, "mine.yaml")


@pytest.mark.parametrize("port", ["", "x", "-1", "65536", "8000 ", "80.0", "²", "８０", "0x50"])
def test_a_port_that_is_none_is_told(port: str) -> None:
    with pytest.raises(SettingsError, match="PORT is .*: give a number from 0 to 65535"):
        from_environment({"PORT": port})


# Rooms of one's own design

TEXT = ["x", "x"]


def step(**changes: Any) -> list[Any]:
    """A step as POST /api/rooms takes it."""
    fields = {
        "kind": "ideate",
        "name": TEXT,
        "prompt": TEXT,
        "planned_ms": 60_000,
        "policy": "hard",
        "who": 8,
        "sees": 8,
        "votes": 8,
        "anonymous": False,
        "settings": {"lanes": [TEXT]},
    }
    return list((fields | changes).values())


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "nonsense"},
        {"kind": ""},
        {"kind": "brief"},
        {"kind": "brief", "settings": {}, "anonymous": True},
        {"planned_ms": -1},
        {"planned_ms": 2**70},
        {"who": -1},
        {"who": 2**70},
        {"who": 1 << 30},
        {"policy": "soft"},
        {"name": ["x"]},
        {"name": ["x" * 2_001, "x"]},
        {"settings": {"lanes": []}},
        {"settings": {"lanes": [["only one"]]}},
        {"settings": {"lanes": [TEXT], "unknown": 1}},
        {"settings": {"lanes": 2**70}},
        {"settings": {}},
    ],
)
def test_a_design_that_does_not_hold_makes_no_room(
    shared_process: Process, changes: dict[str, Any]
) -> None:
    """400 with the reason in both languages, and the list of rooms is as it was."""
    server = shared_process
    before = ask(server.url("/api/rooms/list"), {}, server.key).json
    body = {"title": "T", "steps": [step(), step(**changes)]}
    answer = ask(server.url("/api/rooms"), body, server.key)
    assert (answer.status, answer.json["error"]) == (400, "bad_request"), answer.json
    assert set(answer.json["message"]) == {"ru", "en"}
    assert ask(server.url("/api/rooms/list"), {}, server.key).json == before


async def test_a_design_that_holds_makes_a_room(shared_process: Process, people: People) -> None:
    body = {"title": "T", "steps": [step()], "links": ["facilitator", "member"]}
    answer = ask(shared_process.url("/api/rooms"), body, shared_process.key)
    assert answer.status == 201
    tokens = {one["role"]: one["url"].partition("#")[2] for one in answer.json["links"]}
    room = RoomLinks(answer.json["code"], tokens)
    phone = await people.phone(shared_process, room, "member")
    assert [one.kind for one in phone.replica.room.all("step")] == ["ideate"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(shared_process: Process, method: str) -> None:
    answer = ask(shared_process.url("/api/rooms"), token=shared_process.key, method=method)
    assert answer.status == 405


def test_every_answer_has_the_safe_headers(shared_process: Process) -> None:
    """Also errors; and none says which software it is."""
    for path in ("/healthz", "/metrics", "/api/rooms", "/nothing", "/ws/ABC234"):
        headers = ask(shared_process.url(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


# Verify


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        ("UPDATE words SET salt = zeroblob(16)", "a word of entry 1"),
        ("UPDATE words SET text = 'forged'", "a word of entry 1"),
        ("UPDATE words SET text = CAST(x'ff' AS TEXT)", "a word of entry 1"),
        ("UPDATE entries SET at_ms = at_ms + 1", "the chain breaks at entry 1"),
        ("UPDATE entries SET chain = 'f' WHERE seq = 1", "the chain breaks at entry 1"),
        ("UPDATE entries SET body = CAST(body || x'00' AS BLOB)", "the chain breaks at entry 1"),
        ("DELETE FROM entries", None),
        ("UPDATE snapshots SET seq = 99", "a snapshot lies past the end"),
        ("UPDATE snapshots SET digest = 'f'", "the snapshot at entry 1 differs"),
        ("UPDATE snapshots SET state = zeroblob(9)", "the snapshot at entry 1 differs"),
    ],
)
def test_verify_says_where_a_log_is_damaged(
    tmp_path: Path,
    damage: str,
    told: str | None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """0 for a good one, 1 with the place for a damaged one, and never a traceback."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PORT", "1")
    assert cli.main(["rooms", "new", "--template", "first-session-45", "--title", "T"]) == 0
    assert cli.main(["verify"]) == 0
    database = sqlite3.connect(tmp_path / "data" / "oneroom.sqlite3")
    database.execute(damage)
    database.commit()
    database.close()
    capsys.readouterr()
    assert cli.main(["verify"]) == 1
    if told is not None:
        assert told in capsys.readouterr().out
