"""`oneroom load`: the arithmetic of its figures, and every scenario with a few people."""

import argparse
import json
import math
from typing import Any

import pytest

from client import load
from client.crowds import mark
from client.meters import between, interpolated, percentile, user_part
from client.own_server import Cpu
from client.scenarios import CHANGES
from client.spread import first_shown


def measured(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The result of one run, and that it went well."""
    parser = argparse.ArgumentParser()
    load.add_arguments(parser)
    assert load.run(parser.parse_args(arguments)) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_percentile() -> None:
    values = [float(n) for n in range(101)]
    assert [percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [0, 50, 99, 100]
    assert percentile([], 0.5) == 0


def test_user_part_follows_the_exact_total() -> None:
    assert user_part(Cpu(0.108, 0.06, 0.03)) == pytest.approx(0.072)
    assert user_part(Cpu(0.004, 0.0, 0.0)) == 0


def test_between_readings_only_the_new_is_counted() -> None:
    assert between([(0.1, 4), (math.inf, 9)], [(0.1, 6), (math.inf, 12)]) == [
        (0.1, 2),
        (math.inf, 3),
    ]


@pytest.mark.parametrize(
    ("counts", "share", "value"),
    [
        ([0, 100, 100], 0.5, 0.015),
        ([50, 100, 100], 0.75, 0.015),
        ([100, 100, 100], 1.0, 0.01),
        ([0, 0, 7], 0.5, 0.02),
        ([0, 0, 0], 0.5, 0),
    ],
    ids=["half of a class", "after another class", "its end", "past the last bound", "nothing"],
)
def test_interpolated(counts: list[int], share: float, value: float) -> None:
    histogram = list(zip((0.01, 0.02, math.inf), counts, strict=True))
    assert interpolated(histogram, share) == pytest.approx(value)


@pytest.mark.timeout(60)
def test_vote(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(capsys, "--scenario", "vote", "--people", "5", "--json")
    assert (found["scenario"], found["people"]) == ("vote", 5)
    assert found["final_tally_ms"] > 0
    assert found["ack_ms_p99"] >= found["ack_ms_p50"] > 0
    assert found["server_ack_ms_p99"] >= found["server_ack_ms_p50"] > 0
    assert found["server_cpu_s"] >= found["server_cpu_user_s"] >= 0
    assert found["frames_per_person"] >= 2, "an ack and a tally at least"
    assert found["idle_cpu_ms_per_s"] is None
    assert found["server_cpu_us_per_delivery"] is None


@pytest.mark.timeout(60)
def test_join(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(capsys, "--scenario", "join", "--people", "5", "--json")
    assert found["server_cpu_us_per_join"] > 0
    assert found["final_tally_ms"] is None


@pytest.mark.timeout(60)
def test_fan_delivers_every_change_to_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(capsys, "--scenario", "fan", "--people", "8", "--json")
    assert found["lost"] == 0
    assert found["deliveries"] == CHANGES * 8
    assert 180 <= found["bytes_per_delivery"] <= 300
    assert found["server_cpu_us_per_delivery"] >= found["server_user_us_per_delivery"] >= 0


def test_a_server_that_is_not_there(capsys: pytest.CaptureFixture[str], free_port: int) -> None:
    parser = argparse.ArgumentParser()
    load.add_arguments(parser)
    url = f"http://127.0.0.1:{free_port}"
    assert load.run(parser.parse_args(["--url", url, "--key", "x"])) == 2
    assert "oneroom: " in capsys.readouterr().err


@pytest.mark.timeout(60)
def test_write_spreads_people_over_rooms(capsys: pytest.CaptureFixture[str]) -> None:
    limits = ("--rooms", "3", "--people", "9", "--rate", "30", "--for", "1")
    found = measured(capsys, "--scenario", "write", *limits, "--json")
    assert (found["rooms"], found["commands"]) == (3, 30)
    assert 3 <= found["deliveries"] <= 30 * 3, "only the people of its room see a card"
    assert found["server_cpu_us_per_command"] > 0


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("--scenario", "spread"), "--servers 2"),
        (("--servers", "0"), "at least one"),
        (("--url", "http://127.0.0.1:1", "--redis"), "servers of one's own"),
        (("--scenario", "vote", "--rooms", "2"), "for one room"),
    ],
)
def test_options_that_do_not_go_together(
    arguments: tuple[str, ...], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parser = argparse.ArgumentParser()
    load.add_arguments(parser)
    assert load.run(parser.parse_args(list(arguments))) == 2
    assert what in capsys.readouterr().err


def test_a_card_counts_as_shown_once() -> None:
    missing = {1, 2, 3}
    frame = b"patch" + mark(1, 40) + b"and" + mark(2, 40)
    assert first_shown(frame, missing) == [1, 2]
    assert first_shown(b"again" + mark(2, 40) + mark(3, 40), missing) == [3]
    assert missing == set()
