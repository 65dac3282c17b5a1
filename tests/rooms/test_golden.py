"""Golden logs: recorded sessions give the same room under the rules they name (rules L3, L6)."""

from collections import Counter
from pathlib import Path

import pytest

from protocols.codes import REFUSALS
from protocols.log import START, digest, entry, link, restore, snapshot, state_digest
from rooms.features import COMMANDS, KINDS, RULES_NUMBER, new_room
from rooms.kernel import WORD_BITS, Room, UseRules, tag_of
from rooms.steps import Step
from tests.rooms.golden_record import FOLDER, Golden, head_of, load, text_of
from tests.rooms.golden_script import record

LOGS = sorted(FOLDER.glob("session-*.log"))


@pytest.fixture(scope="module", params=LOGS, ids=lambda path: path.stem)
def golden(request: pytest.FixtureRequest) -> Golden:
    path: Path = request.param
    return load(path)


def replayed(golden: Golden) -> tuple[Room, dict[int, str], list[str]]:
    """The room of a log, its words, and the answers that its commands get."""
    room, words, answers = new_room(), dict[int, str](), list[str]()
    for logged in golden.entries:
        outcome = room.apply(entry(logged))
        answers.append(outcome.refused or ("repeat" if outcome.repeat else "done"))
        for position, word in enumerate(logged.words):
            if word is not None and word.text:
                words[logged.seq << WORD_BITS | position] = word.text
    return room, words, answers


def test_l6_there_is_a_log_of_the_present_rules() -> None:
    assert str(RULES_NUMBER) in [load(path).head["rules"] for path in LOGS]


def test_l3_chain_holds(golden: Golden) -> None:
    chain = START
    for seq, logged in enumerate(golden.entries, 1):
        chain = link(chain, seq, logged.at_ms, logged.body)
        assert (logged.seq, logged.chain) == (seq, chain)


def test_l4_words_fit_their_digests(golden: Golden) -> None:
    for logged in golden.entries:
        digests = entry(logged).digests
        assert len(digests) == len(logged.words)
        for word, expected in zip(logged.words, digests, strict=True):
            assert word is None or digest(word) == expected


def test_l6_replay_gives_the_recorded_answers(golden: Golden) -> None:
    _, _, answers = replayed(golden)
    for logged, answer, recorded in zip(golden.entries, answers, golden.answers, strict=True):
        command = entry(logged).command
        assert answer == recorded, f"entry {logged.seq}, {command}"


def test_l6_replay_gives_the_recorded_state_and_views(golden: Golden) -> None:
    room, words, _ = replayed(golden)
    assert head_of(room, words.get) == golden.head


def test_l5_snapshot_on_the_way_changes_nothing(golden: Golden) -> None:
    room = new_room()
    for logged in golden.entries:
        room.apply(entry(logged))
        if logged.seq % 40 == 0:
            room = restore(snapshot(room, "log", logged.chain))
    assert state_digest(room) == golden.head["digest"]


def test_l6_erased_words_are_not_in_the_log(golden: Golden) -> None:
    erased = [word for logged in golden.entries for word in logged.words if word is None]
    assert len(erased) > 20


def test_l6_script_records_the_same_log() -> None:
    """The file can be made anew, so it holds nothing that the script does not say."""
    assert (FOLDER / "session-1.log").read_text(encoding="ascii") == text_of(record())


def test_l6_log_shows_every_command_and_every_kind_of_step() -> None:
    golden = load(FOLDER / "session-1.log")
    room, _, _ = replayed(golden)
    done = Counter(
        tag_of(type(entry(logged).command))
        for logged, answer in zip(golden.entries, golden.answers, strict=True)
        if answer == "done"
    )
    # There are no next rules yet that a room could begin to follow.
    assert [kind for kind in COMMANDS if not done[tag_of(kind)]] == [UseRules]
    assert {step.kind for step in room.all(Step) if step.round} == KINDS.keys()
    assert set(golden.answers) - {"done", "repeat"} <= set(REFUSALS)
    assert "repeat" in golden.answers
