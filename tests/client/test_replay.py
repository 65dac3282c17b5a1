"""Ideas and votes of real people, through a server of one's own."""

import argparse
import asyncio
from pathlib import Path

import pytest

from client import replay
from client.own_server import OwnServer


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
    data = replay.read(small)
    assert data.people == [7, 8, 9]
    assert data.totals() == {0: (2, 0, 1), 1: (1, 0, 0), 2: (0, 1, 0)}


def test_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(replay.DataError, match="holds no data set"):
        replay.read(tmp_path)


def test_pace_cuts_long_gaps_and_fills_the_time() -> None:
    at = replay.paced([0, 1_000, 3_600_000, 3_601_000], 14.0)
    assert at == pytest.approx([0.0, 2.0, 12.0, 14.0])
    assert replay.paced([], 5.0) == []


async def _replay(folder: Path, kills: int) -> dict[str, object]:
    options = argparse.Namespace(pace=0.0, kills=kills, seed=5, folder=folder, url=None, key="")
    with OwnServer() as server:
        return await replay._replay(replay.read(folder), options, server.base, server.key, server)


def test_small_set_matches(small: Path) -> None:
    result = asyncio.run(_replay(small, 0))
    assert result["totals_match"] is True
    assert (result["missing"], result["duplicates"]) == (0, 0)


@pytest.mark.timeout(120)
def test_london_matches_also_when_the_server_is_killed(data_sets: Path) -> None:
    """Real input: 27 people, 39 ideas, 640 votes, with kill -9 at three moments: nothing that was
    acknowledged is missing, nothing is there twice."""
    folder = data_sets / "polis-london-26"
    plain = asyncio.run(_replay(folder, 0))
    killed = asyncio.run(_replay(folder, 3))
    for result in (plain, killed):
        assert (result["people"], result["ideas"], result["votes"]) == (27, 39, 640)
        assert result["totals_match"] is True
        assert (result["missing"], result["duplicates"]) == (0, 0)
    assert killed["kills"] == 3
