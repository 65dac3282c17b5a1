"""Golden logs as text: `python -m tests.rooms.golden_record` records the scripted session anew.

A log is recorded again only with a change of the rules that is meant: rooms that exist are read
under the rules they were written under.

A file has a head of `name value` lines, an empty line, and one line for each entry: its number,
time, chain, answer, body and words, the last two in base64.
"""

import hashlib
import sys
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from protocols.log import Logged, Word, state_digest
from rooms.features import RULES_NUMBER
from rooms.kernel import EVERY_ROLE, ROOM, WORD_BITS, Room, Words
from rooms.roles import ROLES
from tests.rooms.golden_script import Recorder, record

FOLDER: Final = Path(__file__).with_name("golden")
PATH: Final = FOLDER / "session-1.log"

_words: msgspec.msgpack.Decoder[tuple[Word | None, ...]] = msgspec.msgpack.Decoder(
    tuple[Word | None, ...]
)


class Golden(Struct):
    """A log as recorded: what its head promises, its entries and their answers."""

    head: dict[str, str]
    entries: list[Logged]
    answers: list[str]


def view_hashes(room: Room, words: Words) -> dict[str, str]:
    """A hash of the whole view of each role, and one of all private tables."""
    found = {name: room.view(0, role, words) for name, role in ROLES.items()}
    private = sorted(str(plane) for plane in room.planes if plane != ROOM)
    planes = {str(plane): plane for plane in room.planes}
    tables = [(name, room.view(0, EVERY_ROLE, words, planes[name])) for name in private]
    hashes = {f"view.{name}": _hash(view) for name, view in found.items()}
    return hashes | {"view.private": _hash(tables)}


def _hash(view: object) -> str:
    return hashlib.sha256(msgspec.msgpack.encode(view)).hexdigest()[:32]


def head_of(room: Room, words: Words) -> dict[str, str]:
    """What the head of a log promises about the room at its end."""
    head = {"rules": str(RULES_NUMBER), "digest": state_digest(room)}
    return head | view_hashes(room, words)


def text_of(book: Recorder) -> str:
    """A recorded session as text. Words that were erased are left out, as from a real log."""
    texts = {number: word.text for number, word in book.words.items()}
    lines = [f"{name} {value}" for name, value in head_of(book.room, texts.get).items()]
    lines.append("")
    for logged, answer in zip(book.logged, book.answers, strict=True):
        kept = [book.words.get(logged.seq << WORD_BITS | n) for n in range(len(logged.words))]
        body = b64encode(logged.body).decode()
        words = b64encode(msgspec.msgpack.encode(kept)).decode()
        lines.append(f"{logged.seq} {logged.at_ms} {logged.chain} {answer} {body} {words}")
    return "\n".join(lines) + "\n"


def load(path: Path) -> Golden:
    """A golden log from its file."""
    head, _, rows = path.read_text(encoding="ascii").partition("\n\n")
    golden = Golden(dict(line.split(" ", 1) for line in head.splitlines()), [], [])
    for line in rows.splitlines():
        seq, at_ms, chain, answer, body, words = line.split(" ")
        kept = _words.decode(b64decode(words))
        golden.entries.append(Logged(int(seq), int(at_ms), chain, b64decode(body), kept))
        golden.answers.append(answer)
    return golden


def main() -> int:
    """Record the scripted session. Returns the exit code."""
    book = record()
    FOLDER.mkdir(exist_ok=True)
    PATH.write_text(text_of(book), encoding="ascii")
    sys.stdout.write(f"{PATH.name}: {len(book.logged)} entries\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
