"""The result of any session at any moment, for every role."""

import re

import msgspec
from hypothesis import given

from rooms.roles import NAMES
from server.result_build import build
from server.result_csv import as_csv
from server.result_markdown import as_markdown
from server.result_words import Speech
from tests.rooms.lived import LENGTHS, PLAY, SEEDS, over

WORD = re.compile(rb"<\d+>")


def word(number: int) -> str:
    """Stands for the word of this number, so that it is found wherever it is told."""
    return f"<{number}>"


@PLAY
@given(SEEDS, LENGTHS)
def test_result_says_nothing_that_its_reader_could_not_see(seed: int, length: int) -> None:
    """R7.5: no word is in any form of a role's result that is not in the room as it sees it."""
    room = over(seed, length).room
    for role in NAMES:
        seen = set(WORD.findall(msgspec.json.encode(room.view(0, role, word)[0])))
        result = build("CODE23", room, role, word, room.at_ms)
        files = (as_csv(result, Speech("ru", 180)), as_markdown(result, Speech("en", -300)))
        for content in (msgspec.json.encode(result), *files):
            assert set(WORD.findall(content.replace(b"\\", b""))) <= seen
