"""Data sets of real ideas and votes.

A data set is a folder with `comments.csv` (t_ms, comment, author, moderated, text, …) and
`votes.csv` (t_ms, comment, voter, vote), as the Computational Democracy Project publishes Polis
conversations. A vote of 1 agrees, -1 disagrees, 0 passes; a person's last vote on a comment counts.
"""

import csv
from collections import Counter
from pathlib import Path
from typing import Final

from msgspec import Struct

LONGEST_GAP_MS: Final = 5_000
Totals = dict[int, tuple[int, int, int]]


class DataError(ValueError):
    """A data set that cannot be read; the text says what is missing."""


class Comment(Struct, frozen=True):
    at_ms: int
    number: int
    author: int
    moderated: int
    text: str


class Vote(Struct, frozen=True):
    at_ms: int
    comment: int
    voter: int
    value: int


class DataSet(Struct, frozen=True):
    """Comments and votes in the order of time."""

    comments: list[Comment]
    votes: list[Vote]

    @property
    def people(self) -> list[int]:
        """Everybody who wrote or voted."""
        return sorted({c.author for c in self.comments} | {v.voter for v in self.votes})

    def totals(self) -> Totals:
        """Agree, disagree and pass per comment, by each person's last vote on it."""
        last = {(vote.voter, vote.comment): vote.value for vote in self.votes}
        counts = Counter((comment, value) for (_, comment), value in last.items())
        return {
            comment.number: (
                counts[comment.number, 1],
                counts[comment.number, -1],
                counts[comment.number, 0],
            )
            for comment in self.comments
        }


def read(folder: Path) -> DataSet:
    """A data set from its folder. DataError where a file is missing or a row cannot be read."""
    try:
        with (folder / "comments.csv").open(newline="", encoding="utf-8") as file:
            comments = [
                Comment(
                    int(row["t_ms"]),
                    int(row["comment"]),
                    int(row["author"]),
                    int(row["moderated"]),
                    row["text"],
                )
                for row in csv.DictReader(file)
            ]
        with (folder / "votes.csv").open(newline="", encoding="utf-8") as file:
            votes = [
                Vote(int(row["t_ms"]), int(row["comment"]), int(row["voter"]), int(row["vote"]))
                for row in csv.DictReader(file)
            ]
    except (OSError, KeyError, ValueError) as why:
        raise DataError(f"{folder} holds no data set: {why}") from None
    return DataSet(comments, votes)


def paced(times_ms: list[int], seconds: float) -> list[float]:
    """When to do each thing, in seconds from the start, so that all takes `seconds`. Gaps longer
    than five seconds are cut to five first."""
    at: list[float] = []
    now = 0.0
    for index, time_ms in enumerate(times_ms):
        if index:
            now += min(LONGEST_GAP_MS, max(0, time_ms - times_ms[index - 1]))
        at.append(now)
    scale = seconds / now if now else 0.0
    return [moment * scale for moment in at]
