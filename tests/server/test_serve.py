"""Starting and stopping, the command line, HTTP, templates: what an operator meets."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from client.own_server import OwnServer, new_room
from server.metrics import COUNTERS, Metrics
from server.settings import SettingsError, from_environment
from server.templates import FOLDER, TemplateError, parse, shipped

ROOT = Path(__file__).resolve().parents[2]


def tokens(urls: dict[str, str]) -> dict[str, str]:
    """The tokens of links by role."""
    return {role: url.rpartition("#")[2] for role, url in urls.items()}


def oneroom(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "client.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "PORT": "0", **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def call(
    server: OwnServer, path: str, body: bytes | None = None, token: str = ""
) -> tuple[int, Any, dict[str, str]]:
    request = urllib.request.Request(f"{server.base}{path}", body)
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            text = answer.read()
            status, headers = answer.status, dict(answer.headers)
    except urllib.error.HTTPError as why:
        with why:
            text, status, headers = why.read(), why.code, dict(why.headers)
    is_json = headers.get("content-type", "").startswith("application/json")
    return status, json.loads(text) if is_json else text.decode(), headers


@pytest.fixture(scope="module")
def server() -> Any:
    with OwnServer() as running:
        yield running


def test_settings_that_cannot_be_used_are_told() -> None:
    for environment in ({"PORT": "x"}, {"PORT": "70000"}, {"PUBLIC_URL": "oneroom.example"}):
        with pytest.raises(SettingsError, match=next(iter(environment))):
            from_environment(environment)
    settings = from_environment({"PUBLIC_URL": "https://room.example/", "DATA_DIR": "/x"})
    assert (settings.public_url, settings.port) == ("https://room.example", 8000)


def test_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = oneroom("serve", PORT=port, DATA_DIR=str(tmp_path / "d"))
    assert done.returncode == 2
    assert f"port {port}" in done.stderr and "set another PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_second_server_on_the_same_data_is_one_sentence(server: OwnServer) -> None:
    done = oneroom("serve", DATA_DIR=str(server.data_dir))
    assert done.returncode == 2
    assert "in use by another server" in done.stderr and "Traceback" not in done.stderr


def test_data_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = oneroom("serve", DATA_DIR=str(tmp_path / "file" / "data"))
    assert done.returncode == 2
    assert "DATA_DIR" in done.stderr and "Traceback" not in done.stderr


def test_key_is_printed_once_and_kept_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    made = oneroom("rooms", "new", "--template", "first-session-45", DATA_DIR=str(folder))
    key = (folder / "operator.key").read_text().strip()
    assert made.returncode == 0 and key in made.stdout
    assert (folder / "operator.key").stat().st_mode & 0o077 == 0
    listed = oneroom("rooms", "list", "--json", DATA_DIR=str(folder))
    assert key not in listed.stdout
    code = json.loads(listed.stdout)["rooms"][0]["code"]
    shown = oneroom("rooms", "links", code, "--json", DATA_DIR=str(folder))
    again = oneroom("rooms", "links", code, "--json", DATA_DIR=str(folder))
    links = {link["role"]: link["url"] for link in json.loads(shown.stdout)["links"]}
    assert json.loads(again.stdout) == json.loads(shown.stdout), "a lost link can be shown again"
    anew = oneroom(
        "rooms", "links", code, "--reissue", "facilitator", "--json", DATA_DIR=str(folder)
    )
    new = {link["role"]: link["url"] for link in json.loads(anew.stdout)["links"]}
    assert new["facilitator"] != links["facilitator"] and new["member"] == links["member"]
    wrong = oneroom("rooms", "links", "NOROOM", DATA_DIR=str(folder))
    assert wrong.returncode == 2 and "no such room" in wrong.stderr


def test_rooms_are_made_beside_a_running_server(server: OwnServer) -> None:
    made = oneroom(
        *("rooms", "new", "--template", "first-session-45", "--json", "--department", "Sales"),
        DATA_DIR=str(server.data_dir),
        PORT=str(server.port),
    )
    assert made.returncode == 0, made.stderr
    answer = json.loads(made.stdout)
    token = next(one["url"] for one in answer["links"] if one["role"] == "facilitator")
    status, found, _ = call(
        server, f"/api/rooms/{answer['code']}/links", b"{}", token.rpartition("#")[2]
    )
    assert status == 200 and {one["role"] for one in found["links"]} >= {"stage", "member"}


@pytest.mark.timeout(60)
def test_verify_finds_what_was_touched(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    environment = {"DATA_DIR": str(folder)}
    for _ in range(3):
        oneroom("rooms", "new", "--template", "first-session-45", "--title", "T", **environment)
    good = oneroom("verify", **environment)
    assert good.returncode == 0 and good.stdout.count("entries") == 3
    for statement, told in (
        ("UPDATE words SET text = 'forged' WHERE room = 1", "not the one that was written"),
        ("UPDATE snapshots SET state = x'00' WHERE room = 3", "differs from the log"),
        ("UPDATE entries SET body = x'00' WHERE room = 2", "chain breaks at entry 1"),
    ):
        with sqlite3.connect(folder / "oneroom.sqlite3") as database:
            database.execute(statement)
        database.close()
        bad = oneroom("verify", **environment)
        assert bad.returncode == 1 and told in bad.stdout, bad.stdout
    missing = oneroom("verify", DATA_DIR=str(tmp_path / "nothing"))
    assert missing.returncode == 2 and "does not exist" in missing.stderr


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_request"),
        (b"[]", 400, "bad_request"),
        (b'{"title": 5}', 400, "bad_request"),
        (b'{"title": "T", "unknown": 1}', 400, "bad_request"),
        (b'{"title": "T", "template": "nothing"}', 400, "unknown_template"),
        (b'{"title": "T", "links": ["king"], "steps": []}', 400, "bad_request"),
        (b'{"title": "%s", "template": "first-session-45"}' % (b"x" * 200), 400, "bad_request"),
        (b'{"title": "T", "lang": "\xff"}', 400, "bad_request"),
        (b"[" * 5_000, 400, "bad_request"),
        (b'{"title": "' + b"x" * 300_000 + b'"}', 413, "bad_request"),
    ],
)
def test_bad_request_gets_an_answer(server: OwnServer, body: bytes, status: int, code: str) -> None:
    got, answer, _ = call(server, "/api/rooms", body, server.key)
    assert (got, answer["error"]) == (status, code)
    assert set(answer["message"]) == {"ru", "en"}


def test_rooms_need_the_operators_key(server: OwnServer) -> None:
    body = b'{"title": "T", "template": "first-session-45"}'
    for key in ("", "wrong", server.key[:-1], server.key + "x", "\u044e"):
        got, answer, _ = call(server, "/api/rooms", body, key.encode().decode("latin-1"))
        assert (got, answer["error"]) == (403, "wrong_key")
    assert call(server, "/api/rooms/list", b"{}", "wrong")[0] == 403


def test_links_are_shown_by_role(server: OwnServer) -> None:
    made = new_room(server.base, server.key, template="first-session-45", title="T")
    own = tokens(made.urls)
    path = f"/api/rooms/{made.code}/links"
    roles = {}
    for role in ("facilitator", "stage", "member", "customer"):
        _, answer, _ = call(server, path, b"{}", own[role])
        roles[role] = [link["role"] for link in answer["links"]]
    assert roles["facilitator"] == list(own)
    assert roles["stage"] == ["member"] and roles["member"] == roles["customer"] == []
    assert call(server, path, b"{}", "1.0.x")[1]["error"] == "bad_token"
    assert call(server, path, b'{"reissue": "member"}', own["member"])[1]["links"] == []
    assert call(server, "/api/rooms/NOROOM/links", b"{}", own["stage"])[0] == 404


def test_pages_have_safe_headers_and_no_inline_code(server: OwnServer) -> None:
    for path in ("/", "/r/ABC234", "/m/ABC234", "/s/ABC234"):
        status, text, headers = call(server, path)
        assert status == 200 and "<script" in text
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and "unsafe" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert " onload=" not in text and " style=" not in text
        assert "<script>" not in text
    status, text, _ = call(server, "/r/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert "<script>alert" not in text
    assert call(server, "/nothing/here")[0] == 404
    assert call(server, "/assets/../../pyproject.toml")[0] == 404


def test_health_and_figures(server: OwnServer) -> None:
    status, health, _ = call(server, "/healthz")
    assert status == 200 and health["ok"] is True and health["mode"] == "embedded"
    assert call(server, "/metrics")[0] == 403, "figures tell the times of commands"
    _, page, _ = call(server, "/metrics", token=server.key)
    for name in COUNTERS:
        assert f"# HELP {name} " in page and f"\n{name} " in page
    assert "oneroom_people" in page


def test_histogram_counts_up() -> None:
    metrics = Metrics()
    for seconds in (0.0001, 0.003, 99.0):
        metrics.ack(seconds)
    page = metrics.page()
    assert 'oneroom_ack_seconds_bucket{le="0.0005"} 1' in page
    assert 'oneroom_ack_seconds_bucket{le="0.005"} 2' in page
    assert 'oneroom_ack_seconds_bucket{le="+Inf"} 3' in page
    assert "oneroom_ack_seconds_count 3" in page


SOURCE = (FOLDER / "first-session-45.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("minutes: three", "minutes: 3", "minutes"),
        ("total_minutes: 46", "total_minutes: 45", "add up to 45"),
        ("kind: breef", "kind: brief", "no kind 'breef': use one of brief"),
        ("budgit: 4", "budget: 4", "budgit"),
        ("who: [al]", "who: [all]", "no role 'al': use one of all"),
        ("links: [stage,", "links: [facilitator, stage,", "add `facilitator`"),
        ("links: [king,", "links: [facilitator,", "no role 'king'"),
        ("source: [later,", "source: [ideas,", "no earlier step"),
        ("policy: soft", "policy: hard", "policy"),
        ("id: open\n    colour: red", "id: open", "colour"),
        ("id: Open", "id: open", "id"),
        (
            'id: ideas\n    name: {ru: "Т"}',
            'id: ideas\n    name: {ru: "Молчаливые идеи", en: "Silent ideas"}',
            "en",
        ),
        (
            "hidden: false\n      anonymous: always",
            "hidden: true\n      anonymous: always",
            "hidden",
        ),
        ("anonymous: maybe", "anonymous: always", "anonymous"),
        ("steps: [", "steps:", "line"),
    ],
)
def test_mistake_in_a_template_is_told_with_its_line(wrong: str, right: str, told: str) -> None:
    broken = SOURCE.replace(right, wrong, 1)
    assert broken != SOURCE
    with pytest.raises(TemplateError, match=r"^mine\.yaml, line \d+: ") as why:
        parse(broken, "mine.yaml")
    assert told in str(why.value)
    line = int(str(why.value).split("line ")[1].split(":")[0])
    place = broken[: broken.index(wrong)].count("\n") + 1
    assert abs(line - place) <= 12


def test_shipped_templates_hold() -> None:
    """R9.1: every step has its name and prompt in both languages, and the minutes add up."""
    templates = shipped()
    assert "first-session-45" in templates
    for template in templates.values():
        assert sum(step.minutes for step in template.steps) == template.total_minutes
        for step in template.steps:
            for text in (step.name, step.prompt):
                assert text.ru.strip() and text.en.strip() and text.ru != text.en
