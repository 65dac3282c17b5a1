"""Admission: what a server checks before it proposes a command to the log.

Words are cleaned and measured here, since handlers never read them. In an anonymous step this is
where seat and client are replaced by a blind actor.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from protocols.log import SALT_BYTES, Word
from rooms.kernel import Actor, Command, PlaneId, Refused, Room
from rooms.roles import Mask
from rooms.steps import Step, blind_rounds
from server.keys import KeyAway, Keys, blind_name, blind_number

MOST_BLIND_REFS: Final = 400
"""Refs a client may use in an anonymous round: its cards, their changes and withdrawals."""

# C0 and C1 controls but line feed and tab, directional overrides and isolates, and noncharacters
# that a screen cannot show; and more combining marks on one letter than any script needs.
_UNWANTED: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_MARKS: Final = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]"
_STACKED: Final = re.compile(f"({_MARKS}{{4}}){_MARKS}+")
_FILLERS: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are blank all the same."""


def clean(text: str) -> str:
    """A text as it is kept: NFC, line ends as one character, no controls, trimmed; nothing where
    there is nothing to be seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _STACKED.sub(r"\1", text)
    text = _UNWANTED.sub("", text).strip()
    return text if text.isascii() or any(map(_shows, text)) else ""


def _shows(letter: str) -> bool:
    """Whether a character is to be seen by itself: no mark, no space, no control. What Unicode
    does not know yet may be a new emoji."""
    kind = unicodedata.category(letter)
    return kind[0] not in "MZ" and kind not in ("Cc", "Cf") and letter not in _FILLERS


def take_words(command: Command, words: Sequence[str]) -> tuple[Word, ...]:
    """A command's words with their salts. Refused `bad_words` where there are more than it takes,
    `too_long` where one is too long."""
    if not words:
        return ()
    limits, more = command.WORDS, command.MORE_WORDS
    if len(words) > len(limits) and not more:
        raise Refused("bad_words")
    taken = []
    for position, text in enumerate(words):
        text = clean(text)
        if len(text) > (limits[position] if position < len(limits) else more):
            raise Refused("too_long")
        taken.append(Word(secrets.token_bytes(SALT_BYTES), text))
    return tuple(taken)


def seed() -> int:
    """Chance for one entry."""
    return secrets.randbits(32)


class Sender(Struct, frozen=True):
    """Who sends, as the connection knows it."""

    role: Mask
    seat: int
    client: int
    link: int


def named(sender: Sender) -> Actor:
    """The actor of an ordinary command."""
    return Actor(sender.role, sender.seat, sender.client, sender.link)


class BlindRefs:
    """Under which ref a change of an anonymous card is logged: the next one of that card alone,
    since the author's own would tell how much else she wrote. Kept in memory while the round's key
    lives, so that a repeat gets the same answer; a change repeated after a restart is made again,
    to the same effect."""

    def __init__(self) -> None:
        self._logged: dict[tuple[int, int, int], tuple[PlaneId, int]] = {}

    def known(self, way: tuple[int, int, int]) -> tuple[PlaneId, int] | None:
        """Plane and ref of a command that came before; `way` is its round, client and ref."""
        return self._logged.get(way)

    def logged(self, room: Room, plane: PlaneId, way: tuple[int, int, int]) -> int:
        """The ref for a command on the card in `plane`."""
        known = self._logged.get(way)
        if known is None:
            memory = room.memories.get((plane, 0))
            used = [ref for of, ref in self._logged.values() if of == plane]
            number = max([memory.last_ref if memory else 0, *used]) + 1
            known = self._logged[way] = (plane, number)
        return known[1]

    def forget(self, lane: int) -> None:
        """The round's key is gone."""
        self._logged = {way: known for way, known in self._logged.items() if way[0] != lane}


def blind(
    room: Room,
    keys: Keys,
    log_id: str,
    sender: Sender,
    command: Command,
    lane: int,
    ref: int,
    now_ms: int,
    planes: Sequence[PlaneId],
    refs: "BlindRefs",
) -> tuple[Actor, int]:
    """The blind actor of a command in the round `lane`, and the ref under which it is logged.

    The refs of a card begin with 1, as if its author had written no other: the author's own would
    tell which cards are of one person.

    The reducer cannot check the role of a blind actor, so it is checked here. Refused: `too_late`
    where the round's key is gone, `not_your_step`, `wrong_lane`, `too_many_cards`, `key_lost`, and
    `room_busy` while the key cannot be had.
    """
    if not sender.seat:
        raise Refused("no_seat")
    number = blind_rounds(room, now_ms).get(lane)
    step = room.get(Step, number) if number is not None else None
    if step is None or step.round != lane:
        raise Refused("too_late")
    if not sender.role & step.who & (step.votes if command.BLIND == "ballot" else step.who):
        raise Refused("not_your_step")
    viewpoint = sender.role & step.groups
    try:
        key = keys.get(log_id, lane)
    except KeyAway:
        raise Refused("room_busy") from None
    except OSError:
        raise Refused("key_lost") from None
    if command.BLIND == "ballot":
        client = blind_number(key, "client", sender.client)
        return Actor(viewpoint, 0, client, 0, blind_name(key, "ballot", sender.seat)), ref
    if ref > MOST_BLIND_REFS:
        raise Refused("too_many_cards")
    if command.BLIND == "card":
        return Actor(viewpoint, 0, 0, 0, _card_name(key, sender, ref)), 1
    if command.BLIND == "own":
        thing = getattr(command, command.__struct_fields__[0])
        for plane in planes:
            if isinstance(plane, str) and room.holds(plane, thing):
                logged = refs.logged(room, plane, (lane, sender.client, ref))
                return Actor(viewpoint, 0, 0, 0, plane), logged
        before = refs.known((lane, sender.client, ref))
        if before is not None:  # it was carried out, and the thing is gone with it
            return Actor(viewpoint, 0, 0, 0, str(before[0])), before[1]
        raise Refused("unknown_card")
    raise Refused("wrong_lane")


def _card_name(key: bytes, sender: Sender, ref: int) -> str:
    return blind_name(key, "card", sender.seat, sender.client, ref)


def blind_planes(room: Room, keys: Keys, log_id: str, sender: Sender, now_ms: int) -> list[PlaneId]:
    """The blind planes that belong to a client while the keys live: so a phone that comes back
    finds its own anonymous ballots and cards again."""
    if not sender.seat:
        return []
    found: list[PlaneId] = []
    for lane in blind_rounds(room, now_ms):
        try:
            key = keys.get(log_id, lane)
        except (KeyAway, OSError):
            continue
        names = [blind_name(key, "ballot", sender.seat)]
        names += [_card_name(key, sender, ref) for ref in range(1, MOST_BLIND_REFS + 1)]
        # The ballots' plane in any case, since another device of this person may fill it.
        found += [name for n, name in enumerate(names) if not n or name in room.planes]
    return found
