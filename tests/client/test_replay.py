"""Ideas and votes of real people, through a server of one's own."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

import pytest

from client import data_sets, replay
from client.own_servers import OwnServers


def comments(*rows: str) -> str:
    return "\n".join(["t_ms,comment,author,moderated,agrees,disagrees,text", *rows]) + "\n"


def votes(*rows: str) -> str:
    return "\n".join(["t_ms,comment,voter,vote", *rows]) + "\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Three people, three comments, a vote that is changed and one on a comment that is hidden."""
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "comments.csv").write_text(
        comments("0,0,7,1,0,0,first", "10,1,8,-1,0,0,second", '20,2,7,0,0,0,"third, with comma"')
    )
    (folder / "votes.csv").write_text(
        votes("30,0,7,1", "31,0,8,-1", "32,0,9,0", "33,0,8,1", "34,1,9,1", "35,2,9,-1")
    )
    return folder


def test_last_vote_of_a_person_counts(small: Path) -> None:
    data = data_sets.read(small)
    assert data.people == [7, 8, 9]
    assert data.totals() == {0: (2, 0, 1), 1: (1, 0, 0), 2: (0, 1, 0)}


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(data_sets.DataError, match="holds no data set"):
        data_sets.read(tmp_path)


def test_pace_cuts_long_gaps_and_fills_the_time() -> None:
    at = data_sets.paced([0, 1_000, 3_600_000, 3_601_000], 14.0)
    assert at == pytest.approx([0.0, 2.0, 12.0, 14.0])
    assert data_sets.paced([], 5.0) == []


def replayed(folder: Path, *arguments: str, servers: int = 1) -> dict[str, Any]:
    """The result of a replay through servers of one's own."""
    parser = argparse.ArgumentParser()
    replay.add_arguments(parser)
    options = parser.parse_args([str(folder), "--seed", "5", *arguments])
    with OwnServers(servers) as own:
        work = replay._replay(data_sets.read(folder), options, own.bases, own.key, own)
        return asyncio.run(work)


def test_small_set_matches(small: Path) -> None:
    result = replayed(small)
    assert result["totals_match"] is True
    assert (result["missing"], result["duplicates"]) == (0, 0)


@pytest.mark.timeout(120)
def test_london_matches_also_when_the_server_is_killed(data_sets: Path) -> None:
    """Real input: 27 people, 39 ideas, 640 votes, with kill -9 at three moments: nothing that was
    acknowledged is missing, nothing is there twice."""
    folder = data_sets / "polis-london-26"
    plain = replayed(folder)
    killed = replayed(folder, "--kills", "3")
    for result in (plain, killed):
        assert (result["people"], result["ideas"], result["votes"]) == (27, 39, 640)
        assert result["totals_match"] is True
        assert (result["missing"], result["duplicates"]) == (0, 0)
    assert killed["kills"] == 3


@pytest.mark.timeout(120)
def test_a_server_that_dies_again_and_again_loses_nothing(small: Path) -> None:
    result = replayed(small, "--kill-every", "1.5", "--pace", "4")
    assert result["totals_match"] is True
    assert (result["missing"], result["duplicates"]) == (0, 0)
    assert result["kills"] >= 1


def test_a_foreign_server_is_not_killed(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    replay.add_arguments(parser)
    options = [str(small), "--url", "http://127.0.0.1:1", "--kill-every", "1"]
    assert replay.run(parser.parse_args(options)) == 2
    assert "servers of one's own" in capsys.readouterr().err


@pytest.mark.timeout(120)
def test_london_matches_on_three_servers_that_are_killed_in_turn(data_sets: Path) -> None:
    """R9.2: people on three servers with one Redis, each server killed once: the room's totals are
    those of the files, nothing is missing, nothing is there twice."""
    result = replayed(data_sets / "polis-london-26", "--kill-every", "2", servers=3)
    assert (result["people"], result["ideas"], result["votes"]) == (27, 39, 640)
    assert result["totals_match"] is True
    assert (result["missing"], result["duplicates"]) == (0, 0)
    assert result["kills"] >= 3
