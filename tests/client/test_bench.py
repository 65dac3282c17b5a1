"""`oneroom bench`: peers, rounds, the table, and the figures of the core."""

import argparse
import contextlib
import json
import os
import shutil
import socket
import sys
from pathlib import Path
from typing import Any

import pytest

from client import bench, peers, rounds, stores
from client.peers import FLOOR, Peer, PeerError
from client.rounds import Bar, Round, RoundError

FLOOR_OF = rounds.fan_of(FLOOR)


def answer(*arguments: str) -> dict[str, Any]:
    """What a load finds, as far as a round reads it."""
    return {
        "fan": {
            "server_cpu_us_per_delivery": 6.0 if "--url" in arguments else 9.0,
            "server_user_us_per_delivery": 2.5,
            "bytes_per_delivery": 219.6,
        },
        "vote": {
            "final_tally_after_ack_ms": 40.0,
            "server_cpu_s": 0.7,
            "frames_per_person": 45.0,
        },
        "spread": {
            "server_cpu_us_per_delivery": 9.9,
            "shown_ms_p50": 25.0,
            "shown_ms_p99": 60.0,
            "shown_at_home_ms_p99": 55.0,
        },
        "join": {"server_cpu_us_per_join": 800.0},
        "idle": {"server_kb_per_person": 25.0, "idle_cpu_ms_per_s": 2.0},
        "ideas": {"ack_ms_p99": 50.0, "server_ack_ms_p99": 25.0},
    }[arguments[arguments.index("--scenario") + 1]]


@contextlib.contextmanager
def listening(peer: Peer, core: int) -> Any:
    """A peer that is not needed."""
    yield "http://127.0.0.1:1", os.getpid()


def test_no_folder_means_no_peers(tmp_path: Path) -> None:
    found, skipped = peers.find(None, tmp_path)
    assert found == []
    assert "ONEROOM_PEERS" in skipped[0]


def test_an_empty_folder_says_what_is_missing(tmp_path: Path) -> None:
    found, skipped = peers.find(tmp_path, tmp_path)
    assert found == []
    assert [line.partition(":")[0] for line in skipped] == [
        "C floor",
        "starlette loop",
        "node ws",
        "socket.io",
    ]


@pytest.mark.skipif(
    shutil.which("cc") is None,
    reason="needs cc, with which the floor is built (on Debian: apt-get install gcc)",
)
def test_missing_headers_are_named(tmp_path: Path) -> None:
    source = tmp_path / "floor.c"
    source.write_text("#include <openssl/no_such_header.h>\nint main(void) { return 0; }\n")
    with pytest.raises(PeerError, match="OpenSSL"):
        peers.floor(source, tmp_path)


def test_a_peer_runs_and_ends(tmp_path: Path) -> None:
    script = "import sys,http.server as h;h.test(h.SimpleHTTPRequestHandler,port=int(sys.argv[1]))"
    peer = Peer("any", lambda port: [sys.executable, "-c", script, str(port)])
    with peers.serving(peer, min(os.sched_getaffinity(0))) as (url, pid):
        port = int(url.rpartition(":")[2])
        assert os.sched_getaffinity(pid) == {min(os.sched_getaffinity(0))}
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1)


def test_a_peer_that_ends_at_once_is_an_error() -> None:
    peer = Peer("broken", lambda port: [sys.executable, "-c", "raise SystemExit(1)"])
    with (
        pytest.raises(PeerError, match="broken: it does not start"),
        peers.serving(peer, min(os.sched_getaffinity(0))),
    ):
        pass


def test_a_round_compares_with_the_floor_of_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "serving", listening)
    asked: list[tuple[str, ...]] = []

    def run(*arguments: str) -> dict[str, Any]:
        asked.append(arguments)
        return answer(*arguments)

    found, failed = rounds.measure(500, [Peer(FLOOR, lambda port: [])], run)
    assert failed == []
    assert found[rounds.RATIO.name] == 1.5
    assert found[rounds.IDLE.name] == 4.0, "scaled to 1,000 people"
    assert found[rounds.JOIN.name] == 0.8
    assert asked[1][asked[1].index("--size") + 1] == "220", "as many bytes as ours had"


def test_a_round_may_leave_out_what_takes_long() -> None:
    found, _ = rounds.measure(500, [], answer, idle=False)
    assert rounds.IDLE.name not in found
    assert rounds.STORM.name in found


def test_a_peer_that_fails_does_not_stop_the_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "serving", listening)

    def run(*arguments: str) -> dict[str, Any]:
        if "--url" in arguments:
            raise RoundError("it hung")
        return answer(*arguments)

    found, failed = rounds.measure(1000, [Peer(FLOOR, lambda port: [])], run)
    assert failed == ["C floor: it hung"]
    assert rounds.RATIO.name not in found
    assert rounds.STORM.name in found


def test_a_round_with_redis_sets_two_servers_against_one() -> None:
    found = rounds.measure_redis(1000, answer)
    assert found[rounds.SPREAD.name] == pytest.approx(1.1)
    assert found[rounds.SHOWN.name] == 20.0, "the time that changes gather is taken off"
    assert found[rounds.SHOWN_HOME.name] == 15.0


def test_two_servers_are_judged_by_the_medians() -> None:
    one, two, ratio = rounds.FAN_ONE.name, rounds.FAN_TWO.name, rounds.SPREAD.name
    found: list[Round] = [
        {one: 10.0, two: 11.0, ratio: 1.1},
        {one: 8.0, two: 12.0, ratio: 1.5},
        {one: 12.0, two: 10.0, ratio: 0.8},
    ]
    row = next(row for row in rounds.table(found) if row.name == ratio)
    assert (row.median, row.min, row.max) == (1.1, 0.8, 1.5)
    assert row.reached is True


def test_ratios_are_of_the_same_round() -> None:
    fan = rounds.FAN.name
    found: list[Round] = [
        {fan: 9.0, FLOOR_OF: 6.0},
        {fan: 20.0, FLOOR_OF: 10.0},
        {fan: 12.0},
        {fan: 8.0, FLOOR_OF: 8.0},
    ]
    rows = {row.name: row for row in rounds.table(found)}
    assert rows[fan].ratio == 1.5
    assert rows[FLOOR_OF].ratio == 1.0
    assert (rows[fan].median, rows[fan].min, rows[fan].max) == (10.5, 8.0, 20.0)


@pytest.mark.parametrize(
    ("bar", "value", "reached"),
    [
        (rounds.RATIO, 1.5, True),
        (rounds.RATIO, 1.51, False),
        (rounds.SERVER_ACK, 24.9, True),
        (rounds.SERVER_ACK, 25.0, False),
        (rounds.FAN, 100.0, None),
    ],
)
def test_a_bar_is_reached_or_not(bar: Bar, value: float, reached: bool | None) -> None:
    assert rounds.table([{bar.name: value}])[0].reached is reached


def test_the_table_names_figure_bar_and_verdict() -> None:
    lines = rounds.shown(rounds.table([{rounds.STORM.name: 0.75}])).splitlines()
    assert lines[0] == "| figure | median | min | max | ratio to floor | bar | reached |"
    assert lines[2] == "| vote storm: CPU, s | 0.75 | 0.75 | 0.75 |  | <= 0.8 | yes |"


def options(tmp_path: Path, *arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    bench.add_arguments(parser)
    return parser.parse_args(["--json", str(tmp_path / "result.json"), *arguments])


def test_a_bar_that_is_missed_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ONEROOM_PEERS", raising=False)
    monkeypatch.setattr(bench, "ENTRIES", 1_500)
    monkeypatch.setattr(bench, "LONG", 1_600)
    monkeypatch.setattr(bench, "measure", lambda *_, idle: ({rounds.STORM.name: 5.0}, []))
    assert bench.run(options(tmp_path, "--rounds", "2", "--only", "room")) == 0
    assert "| vote storm: CPU, s | 5 | 5 | 5 |  | <= 0.8 | no |" in capsys.readouterr().out
    result = json.loads((tmp_path / "result.json").read_text())
    assert result["rounds"] == 2
    by_name = {row["name"]: row for row in result["rows"]}
    assert by_name[rounds.REPLAY.name]["values"][0] > 0
    assert by_name[rounds.STEP.name]["unit"] == "us"


def test_what_cannot_be_measured_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ENTRIES", 1_500)
    monkeypatch.setattr(bench, "LONG", 1_600)

    def broken(*_: object, idle: bool) -> tuple[Round, list[str]]:
        raise RoundError("the server did not start")

    monkeypatch.setattr(bench, "measure", broken)
    assert bench.run(options(tmp_path, "--rounds", "1", "--only", "room")) == 2
    assert "the server did not start" in capsys.readouterr().err


def test_without_redis_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ENTRIES", 1_500)
    monkeypatch.setattr(bench, "LONG", 1_600)
    monkeypatch.setattr(bench, "measure", lambda *_, idle: ({rounds.STORM.name: 0.5}, []))
    monkeypatch.setattr(shutil, "which", lambda program: None)
    assert bench.run(options(tmp_path, "--rounds", "1")) == 0
    told = capsys.readouterr()
    assert "apt-get install redis-server" in told.err
    assert rounds.REBUILD_SQLITE.name in told.out
    assert rounds.REBUILD.name not in told.out


@pytest.mark.timeout(120)
def test_both_logs_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "ENTRIES", 1_500)
    monkeypatch.setattr(bench, "LONG", 1_600)
    monkeypatch.setattr(stores, "APPEND_S", 0.2)
    monkeypatch.setattr(bench, "measure_redis", lambda _: {})
    assert bench.run(options(tmp_path, "--rounds", "1", "--only", "redis")) == 0
    result = json.loads((tmp_path / "result.json").read_text())
    found = {row["name"]: row["median"] for row in result["rows"]}
    assert found[rounds.REBUILD.name] > 0
    assert found[rounds.REBUILD_KEPT.name] > 0
    assert found[rounds.BATCH.name] >= 1
    assert found[rounds.ALONE_FILE.name] > found[rounds.ALONE_MEMORY.name] > 33
