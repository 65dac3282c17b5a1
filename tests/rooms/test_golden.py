"""Golden logs: what was recorded under these rules must come out of them for ever."""

import pytest

from protocols.log import START, Logged, entry, link, restore, snapshot, state_digest
from rooms.features import COMMANDS, RULES_NUMBER, new_room
from rooms.kernel import Entry, tag_of
from rooms.steps import KINDS, Step
from tests.rooms.golden_record import FOLDER, SESSIONS, text_of, told

LOGS = sorted(path.name for path in FOLDER.glob("*.log"))


class Golden:
    """One golden log: what it promises, and its entries."""

    def __init__(self, name: str) -> None:
        self.promised: dict[str, str] = {}
        self.views: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.chain = START
        for line in (FOLDER / name).read_text().splitlines():
            word, *rest = line.split(" ")
            if word == "entry":
                self._take(int(rest[0]), bytes.fromhex(rest[1]))
            elif word == "view":
                self.views[rest[0]] = rest[1]
            else:
                self.promised[word] = rest[0]

    def _take(self, at_ms: int, body: bytes) -> None:
        seq = len(self.entries) + 1
        self.chain = link(self.chain, seq, at_ms, body)
        self.entries.append(entry(Logged(seq, at_ms, self.chain, body)))


@pytest.mark.parametrize("name", LOGS)
def test_k8_golden_log_comes_out_as_recorded(name: str) -> None:
    golden = Golden(name)
    room = new_room()
    for one in golden.entries:
        room.apply(one)
    assert golden.promised == {
        "rules": str(RULES_NUMBER),
        "chain": golden.chain,
        "state": state_digest(room),
    }
    assert golden.views == told(room)


@pytest.mark.parametrize("name", LOGS)
def test_k8_snapshot_anywhere_and_the_rest_of_the_log(name: str) -> None:
    golden = Golden(name)
    room = new_room()
    for one in golden.entries:
        room = restore(snapshot(room, "log", golden.chain)) if one.seq % 20 == 0 else room
        room.apply(one)
    assert state_digest(room) == golden.promised["state"]


def test_k8_golden_logs_know_every_command_and_every_kind() -> None:
    given = {tag_of(type(one.command)) for name in LOGS for one in Golden(name).entries}
    assert given == {tag_of(command) for command in COMMANDS}
    kinds = set()
    for name in LOGS:
        room = new_room()
        for one in Golden(name).entries:
            room.apply(one)
        kinds |= {step.kind for step in room.all(Step) if step.round or step.state == "skipped"}
    assert kinds == set(KINDS)


@pytest.mark.parametrize("name", sorted(SESSIONS))
def test_k8_golden_session_still_makes_its_log(name: str) -> None:
    assert text_of(SESSIONS[name]()) == (FOLDER / f"{name}.log").read_text()
