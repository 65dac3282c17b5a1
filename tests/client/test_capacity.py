"""`oneroom capacity`: the costs that follow from its runs, and the account of them."""

import argparse
import contextlib
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from client import capacity
from client.capacity import (
    LABELS,
    MARKS,
    PER_ROOM,
    RUNS,
    Costs,
    Rhythm,
    account,
    costs,
    predicted_ms_per_s,
)

TRUE = Costs(
    server_us=1_000,
    join_us=400,
    join_redis_us=50,
    person_us=2,
    room_us=60,
    room_redis_us=10,
    command_us=300,
    command_redis_us=90,
    elsewhere_us=120,
    elsewhere_redis_us=15,
    delivery_us=20,
    join_bytes=36_000,
    delivery_bytes=160,
    person_kb=25,
    room_kb=30,
    entry_bytes=200,
    entry_file_bytes=700,
)


def idle(people: int, rooms: int) -> dict[str, Any]:
    """What a run finds in which nobody does anything, if the costs are `TRUE`."""
    used_us = TRUE.server_us + people * TRUE.person_us + rooms * TRUE.room_us
    return {
        "people": people,
        "rooms": rooms,
        "idle_cpu_ms_per_s": used_us / 1000,
        "idle_redis_cpu_ms_per_s": rooms * TRUE.room_redis_us / 1000,
        "server_kb_per_person": TRUE.person_kb,
        "server_kb_per_room": TRUE.room_kb,
    }


def write(people: int, rooms: int, servers: int = 1) -> dict[str, Any]:
    """The same for a run of ten seconds in which people write."""
    commands = int(PER_ROOM * rooms * 10)
    deliveries = commands * people // rooms
    others = commands * (servers - 1)
    idle_us = (
        people * TRUE.person_us + servers * rooms * TRUE.room_us + servers * TRUE.server_us
    ) * 10
    used_us = (
        commands * TRUE.command_us + deliveries * TRUE.delivery_us + others * TRUE.elsewhere_us
    )
    redis_us = commands * TRUE.command_redis_us + others * TRUE.elsewhere_redis_us
    return {
        "people": people,
        "rooms": rooms,
        "servers": servers,
        "commands": commands,
        "deliveries": deliveries,
        "server_cpu_s": (used_us + idle_us) / 1e6,
        "redis_cpu_s": (redis_us + servers * rooms * TRUE.room_redis_us * 10) / 1e6,
        "bytes_per_delivery": TRUE.delivery_bytes,
        "redis_bytes_per_command": TRUE.entry_bytes,
        "redis_file_bytes_per_command": TRUE.entry_file_bytes,
    }


FOUND = {
    "nobody": {"idle_cpu_ms_per_s": TRUE.server_us / 1000},
    "join": {
        "server_cpu_us_per_join": TRUE.join_us,
        "redis_cpu_us_per_join": TRUE.join_redis_us,
        "bytes_per_join": TRUE.join_bytes,
    },
    "people": idle(1_000, 1),
    "rooms": idle(200, 200),
    "large": write(1_000, 20),
    "small": write(1_000, 200),
    "two": write(1_000, 20, servers=2),
}


def found_by(arguments: tuple[str, ...]) -> dict[str, Any]:
    """What a run with these arguments finds; the check is any other."""
    name = next((name for name, own in RUNS.items() if own == arguments), "large")
    return FOUND[name]


def test_costs_are_told_apart() -> None:
    found = costs(FOUND)
    for name in Costs.__struct_fields__:
        assert getattr(found, name) == pytest.approx(getattr(TRUE, name)), name


def test_every_cost_has_a_label_and_a_run() -> None:
    assert set(LABELS) == set(Costs.__struct_fields__)
    named = {run for _, _, runs in LABELS.values() for run in runs.split(", ")}
    assert named == set(RUNS)


def test_the_account_multiplies_costs_by_the_rhythm() -> None:
    rhythm = Rhythm(1_000, 20, 1, joining_s=100, votes_per_minute=6, share=0.5)
    quiet, joining, writing, voting = account(TRUE, rhythm)
    assert quiet.server_cores == pytest.approx((1_000 * 2 + 20 * 60) / 1e6 / 0.5)
    assert (joining.commands_per_s, joining.deliveries_per_s) == (10, 1_000)
    assert writing.commands_per_s == 10
    assert writing.deliveries_per_s == 1_000 * (0.5 + 1)
    assert voting.commands_per_s == 100
    used_us = 1_000 * 2 + 20 * 60 + 100 * 300 + 6_000 * 20
    assert voting.server_cores == pytest.approx(used_us / 1e6 / 0.5)
    assert voting.redis_cores == pytest.approx((20 * 10 + 100 * 90) / 1e6 / 0.5)
    assert voting.gbit_per_s == pytest.approx(6_000 * 160 * 8 / 1e9)


def test_each_further_server_of_a_room_applies_its_commands_too() -> None:
    rhythm = Rhythm(1_000, 20, 1, votes_per_minute=6, share=1.0)
    one, three = (account(TRUE, replace(rhythm, servers_per_room=n))[-1] for n in (1, 3))
    assert three.deliveries_per_s == one.deliveries_per_s
    more = (2 * 20 * 60 + 2 * 100 * 120) / 1e6
    assert three.server_cores - one.server_cores == pytest.approx(more)


def test_a_busy_room_tells_no_oftener_than_its_window_lets_it() -> None:
    voting = account(TRUE, Rhythm(1_000, 1, 1, votes_per_minute=60))[-1]
    assert voting.deliveries_per_s == 1_000 * (25 + 1)


def test_what_a_run_should_have_cost() -> None:
    run = write(1_000, 20)
    assert predicted_ms_per_s(TRUE, run, PER_ROOM * 20) == pytest.approx(
        run["server_cpu_s"] * 1000 / 10
    )


def test_a_page_gets_new_figures_between_its_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n\n{MARKS[0]}\n\nold\n\n{MARKS[1]}\n\nafter\n")
    monkeypatch.setattr(capacity, "load", lambda *arguments: found_by(arguments))
    parser = argparse.ArgumentParser()
    capacity.add_arguments(parser)
    for _ in range(2):
        assert capacity.run(parser.parse_args(["--rounds", "1", "--into", str(page)])) == 0
    text = page.read_text()
    assert text.startswith(f"before\n\n{MARKS[0]}\n\nMeasured on ")
    assert text.endswith(f"\n\n{MARKS[1]}\n\nafter\n")
    assert "old" not in text
    assert "1,000,000 people in 20,000 rooms; servers to a room: 50" in text
    assert text.count("| all vote |") == 3


def test_the_page_in_the_repository_has_its_marks() -> None:
    text = (Path(__file__).parents[2] / "docs" / "capacity.md").read_text()
    assert text.index(MARKS[0]) < text.index(MARKS[1])


class Named(ThreadingHTTPServer):
    """A server that answers whatever it is asked with its own port."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Named.Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = str(self.server.server_port).encode()  # type: ignore[attr-defined]
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Nothing is logged."""

    def end(self) -> None:
        self.shutdown()
        self.server_close()


def test_nginx_keeps_a_room_on_one_server(tmp_path: Path, free_port: int) -> None:
    """The configuration of the page: rooms spread over the servers, one room stays on one, and goes
    to the other when that is gone."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("nginx is not installed")
    page = (Path(__file__).parents[2] / "docs" / "capacity.md").read_text()
    servers = [Named(), Named()]
    upstream = page.partition("```nginx\n")[2].partition("```")[0]
    for server, ip in zip(servers, ("10.0.0.11", "10.0.0.12"), strict=True):
        upstream = upstream.replace(f"{ip}:8000", f"127.0.0.1:{server.server_port}")
    site = f"server {{ listen 127.0.0.1:{free_port}; location / {{ proxy_pass http://oneroom; }} }}"
    temporary = "".join(
        f"{what}_temp_path {tmp_path};"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; events {{}} http {{ access_log off; {temporary}\n"
        f"{upstream}\n{site} }}"
    )
    command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE)

    def of(code: str) -> int:
        url = f"http://127.0.0.1:{free_port}/ws/{code}"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.read())

    try:
        while True:
            with contextlib.suppress(urllib.error.URLError):
                of("ABC234")
                break
            assert process.poll() is None
        codes = [f"ROOM{n:02}" for n in range(30)]
        first = [of(code) for code in codes]
        assert set(first) == {server.server_port for server in servers}
        assert [of(code) for code in codes] == first
        servers[0].end()
        assert {of(code) for code in codes} == {servers[1].server_port}
    finally:
        process.terminate()
        process.communicate(timeout=10)
        servers[1].end()
