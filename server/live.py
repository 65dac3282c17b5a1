"""One live room: takes commands, has the log number them, answers, and has everybody told what the
log says (rules W4 to W9).

`Carrier` takes commands to the log and entries from it. Everything here but entering is
synchronous, so nothing changes between reading state and writing it.
"""

import asyncio
import contextlib
import logging
import time
from typing import Final

from msgspec import Struct, field

from protocols.codes import Close
from protocols.frames import frame
from protocols.log import draft
from protocols.wire import (
    VERSION,
    Ack,
    ClientMessage,
    Do,
    Hello,
    Here,
    React,
    Refusal,
    Reset,
    Welcome,
    decode,
    encode,
)
from rooms.agenda import Tick
from rooms.features import BOOK, standing
from rooms.kernel import (
    ID_BITS,
    ROOM,
    Actor,
    Book,
    Command,
    Entry,
    Outcome,
    PlaneId,
    Refused,
    Room,
    UnknownRules,
    UseRules,
)
from rooms.people import Link
from rooms.roles import EVERYBODY, FACILITATOR, SYSTEM, Mask
from rooms.steps import AGENDA_ID, Agenda, Step, next_deadline_ms
from server import edge
from server.carrier import Carrier, Waiting
from server.connection import Connection
from server.deadline import Deadline
from server.digests import Judge
from server.fanout import Fanout
from server.history import SNAPSHOT_EVERY, History
from server.intake import Intake
from server.keys import Keys
from server.logs.base import Log, RoomRecord, StorageFailed
from server.logs.sqlite import Clock
from server.metrics import Metrics
from server.neighbours import Neighbours
from server.peers import Alone, Peers
from server.presence import Presence
from server.private import PrivateTables
from server.promises import Promise
from server.rates import Rates
from server.round_keys import RoundKeys
from server.tokens import Claim, new_client, seal
from server.upgrade import Agreement, Upgrade

logger = logging.getLogger("oneroom.room")

READ_ANEW: Final = "the room is read again from its log"
TOO_OLD: Final = "this server is too old for the room: another one serves it"
GIVEN_UP: Final = "the link was revoked or the seat given up"
FIRST_TICK_S: Final = 5.0
"""How long a room that is being opened waits for time to catch up, should the log not write."""


class Services(Struct, frozen=True):
    """What every room of one server shares."""

    log: Log
    keys: Keys
    metrics: Metrics
    clock: Clock
    promise: Promise = field(default_factory=lambda: Promise("embedded"))
    book: Book = field(default_factory=lambda: BOOK)
    peers: Peers = field(default_factory=Alone)


class Live:
    """A room in memory, and the people in it."""

    def __init__(self, record: RoomRecord, services: Services) -> None:
        self.record = record
        self.history = History(record, services.log, services.book)
        self.idle_since = time.monotonic()
        self.failed = False
        self.outdated = False
        """Whether the room follows rules that this server does not know."""
        self.presence = Presence(services.peers.me)
        self._rates = Rates()
        self._services = services
        self._tell_of_room()
        self._carrier = Carrier(record, services.log, self.history, self, services.metrics)
        self._judge = Judge(
            record, services.log, services.book, services.metrics, self._carrier.fail
        )
        self.neighbours = Neighbours(
            services.peers, record.log_id, self.presence, self._rates, self._judge.differs
        )
        self._upgrade = Upgrade(record.code)
        self._intake = Intake(record.log_id, services.keys, services.clock, self._rates)
        self._keys = RoundKeys(record, services.keys, services.clock)
        self._deadline = Deadline(
            services.clock, lambda: self._submit(Tick()), lambda: self.neighbours.come_first
        )
        self._to_cut = False

    # Loading and closing

    @property
    def room(self) -> Room:
        """The room's state."""
        return self.history.room

    async def load(self) -> None:
        """Read the room from its log; then let time catch up, before anybody has a first view.
        ValueError if the log is damaged, UnknownRules if this server is too old for it."""
        await self.history.load()
        self._tell_of_room()
        self._carrier.begin()
        for number in self._keys.sweep(self.room):
            self._intake.round_over(number)
        now = self._services.clock()
        if (next_deadline_ms(self.room) or now + 1) <= now:
            self._submit(Tick())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.settled(), FIRST_TICK_S)
        self._watch_clock()

    async def settled(self) -> None:
        """Wait until every command taken so far has been answered."""
        await self._carrier.settled()

    async def admit(self, claim: Claim, seen: int = 0) -> tuple[Claim, Mask]:
        """What of a claim holds in this room, and the role that it gives, 0 for none. The claim's
        link or seat, or what its holder has `seen`, may be of entries that another server appended
        just now: those are looked up first. StorageFailed where that is not possible."""
        made = max(claim.link, claim.seat) >> ID_BITS
        await self._carrier.reach(max(made, seen))
        claim = self.history.holds_claim(claim)
        role = standing(self.room, claim.link, claim.seat)
        if made > self.room.seq and not self._carrier.has_looked:
            raise StorageFailed("the log cannot be read just now")
        return claim, role

    @property
    def is_empty(self) -> bool:
        """Whether nobody is here and nothing is under way."""
        return not len(self) and self._carrier.is_settled

    @property
    def clock_runs(self) -> bool:
        """Whether time alone will change the room."""
        return self._deadline.is_set

    async def close(self) -> None:
        """Answer what is under way, keep a snapshot and stop."""
        self.neighbours.stop(left=not self.failed)
        await self._judge.stop()
        await self._carrier.close()
        self._stop_telling()
        self._services.keys.release(self.record.log_id)
        if not self.failed:
            await self.history.forget()
            await self.history.keep_snapshot()

    def _stop_telling(self) -> None:
        self._deadline.cancel()
        self._fanout.close()

    def _tell_of_room(self) -> None:
        """Make what tells people of the room as it is held now."""
        history, metrics = self.history, self._services.metrics
        words = history.words.get

        def position() -> tuple[str, int]:
            return history.chain, history.stable_seq(self._services.clock())

        self._fanout = Fanout(self.room, words, position, metrics)
        self._private = PrivateTables(self.room, words, position)

    def __len__(self) -> int:
        return len(self._fanout)

    # Entering

    async def enter(self, connection: Connection, hello: Hello, claim: Claim, role: Mask) -> None:
        """Welcome a connection and bring it up to date."""
        await self._keys.prepare(self.room)
        client = await self.neighbours.leases.lend(hello.client, hello.page)
        if self.failed:
            self._services.keys.release(self.record.log_id)  # it may have been closed meanwhile
            connection.end(*self.why_failed)
        if self.history.holds_claim(claim) != claim:
            connection.end(Close.SERVER_FAULT, READ_ANEW)  # the log was, while we waited
        if not standing(self.room, claim.link, claim.seat):
            connection.end(Close.REVOKED, GIVEN_UP)  # it was revoked while we waited
        if not connection.is_open:
            return
        connection.page = hello.page
        connection.sender = edge.Sender(role, claim.seat, client, claim.link)
        self.neighbours.leases.hold(client, connection)
        now = self._services.clock()
        record = self.record
        by = self.room.get(Link, claim.link)
        assert by is not None, "who has a standing came by a link"
        welcome = Welcome(
            VERSION,
            record.code,
            record.log_id,
            client,
            claim.seat,
            role,
            now,
            by.role,
            by.decision,
        )
        connection.send(welcome)
        reset = self._reset_reason(hello, claim)
        if reset is not None and hello.have.seq:
            connection.send(reset)
        have = None if reset is not None else hello.have.seq
        connection.place = self
        self._fanout.enter(connection, have)
        self._read_own(connection, 0 if have is None else hello.own)
        self.presence.enter(connection)
        self._services.metrics.add("oneroom_connections_total")

    def _reset_reason(self, hello: Hello, claim: Claim) -> Reset | None:
        have = hello.have
        if not have.seq or have.log_id != self.record.log_id:
            return Reset("another_log")
        if not self.history.holds(have):
            return Reset("another_history")
        behind = self.room.too_far_behind
        if behind(have.seq) or (claim.seat and behind(hello.own, claim.seat)):
            return Reset("too_far_behind")
        return None

    def _read_own(self, connection: Connection, have: int) -> None:
        """Let a connection read its private planes, and tell it all that is in them."""
        sender = connection.sender
        planes: list[PlaneId] = [sender.seat] if sender.seat else []
        services = self._services
        planes += edge.blind_planes(
            self.room, services.keys, self.record.log_id, sender, services.clock()
        )
        for plane in planes:
            self._private.read(connection, plane)
        if sender.seat:
            self._private.enter(connection, have)

    def leave(self, connection: Connection) -> None:
        """A connection is gone."""
        self._fanout.leave(connection)
        self.presence.leave(connection)
        client = connection.sender.client
        if self.neighbours.leases.give_back(client, connection):
            self._rates.forget(client)
        self._private.leave(connection)
        self.idle_since = time.monotonic()

    def paused(self, connection: Connection) -> None:
        self._fanout.paused(connection)

    def resumed(self, connection: Connection) -> None:
        self._fanout.resumed(connection)
        self._private.tell(connection)

    def here(self, connection: Connection, here: Here) -> None:
        self.presence.sign(connection, here)

    def react(self, connection: Connection, react: React) -> None:
        # In an anonymous step the time of a reaction could tell who just wrote.
        agenda = self.room.get(Agenda, AGENDA_ID)
        step = self.room.get(Step, agenda.current) if agenda else None
        if step is not None and not step.anonymous:
            self.presence.react(connection, react)

    # Commands

    def read(self, data: bytes) -> ClientMessage:
        """A message of somebody in this room. BadMessage if it is none."""
        return decode(data, self.room.rules, self.room.book)

    def do(self, connection: Connection, do: Do) -> None:
        """Take a command from a connection: check it at the edge, propose it to the log."""
        since = time.perf_counter()
        try:
            actor, ref = self._intake.actor(self.room, connection, do)
            if actor.blind:
                self._private.read(connection, actor.blind)
            if self._answered_before(connection, do, actor, ref):
                return
            waiting = self._intake.take(self.room, connection, do, actor, ref, since)
        except Refused as no:
            self._services.metrics.add("oneroom_refusals_total")
            connection.send(Refusal(do.ref, do.lane, no.code))
            return
        self._carrier.propose(waiting)

    def _answered_before(self, connection: Connection, do: Do, actor: Actor, ref: int) -> bool:
        """Answer a command that was answered before, as it was then."""
        known = self.room.known(actor, ref)
        if known is None and do.command.TAKES_SEAT:
            # Its first answer made this connection the seat's; a repeat still means that one.
            sender = connection.sender
            known = self.room.known(Actor(sender.role, 0, sender.client, sender.link), do.ref)
        if known is None:
            return False
        if not connection.may_sign():
            connection.end(Close.TOO_FAST, "the same commands again and again")
            return True
        taken = 0
        if do.command.TAKES_SEAT and known.made:
            taken = self._take_seat(connection, known.made[0])
        self._answer(connection, do.ref, do.lane, known.seq, known.refused, known.made, taken)
        self._private.tell(connection)
        return True

    def _submit(self, command: Command) -> None:
        """Propose a command of the server's own."""
        rules = self.room.rules.number
        proposed = draft(Actor(SYSTEM), command, seed=edge.seed(), rules=rules)
        self._carrier.propose(Waiting(proposed, None, 0, 0, time.perf_counter()))

    async def by_operator(self, command: Command) -> str:
        """Carry out a command for whoever holds the operator's key, in a facilitator's name.
        Returns the code of a refusal, or ""."""
        links = [one for one in self.room.all(Link) if one.role == FACILITATOR]
        good = [one.id for one in links if not one.revoked]
        actor = Actor(FACILITATOR, 0, new_client(), max(good, default=0))
        rules = self.room.rules.number
        proposed = draft(actor, command, ref=1, seed=edge.seed(), rules=rules)
        done: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._carrier.propose(Waiting(proposed, None, 0, 0, time.perf_counter(), None, done))
        return await done

    # What the carrier tells

    def applied(self, waiting: Waiting | None, one: Entry, outcome: Outcome) -> None:
        """An entry was applied: tell its sender; mark what the others are to be told."""
        self._services.metrics.add("oneroom_commands_total")
        self.neighbours.digests.applied(self.room, self.history.chain)
        if outcome.forgot:
            self._fanout.forget_full_frames()
        if one.command.CUTS and not outcome.refused:
            self._to_cut = True
        connection = waiting.connection if waiting is not None else None
        if waiting is not None:
            self._tell_sender(waiting, one, outcome)
        private = tuple(plane for plane in outcome.touched if plane != ROOM)
        if private:
            self._private.tell_readers(private, connection)

    def _tell_sender(self, waiting: Waiting, one: Entry, outcome: Outcome) -> None:
        takes_seat = one.command.TAKES_SEAT
        self._intake.arrived(waiting, takes_seat=takes_seat)
        if waiting.done is not None and not waiting.done.done():
            waiting.done.set_result(outcome.refused)
        connection = waiting.connection
        if connection is None:
            return
        taken = 0
        if takes_seat and outcome.made:
            taken = self._take_seat(connection, outcome.made[0])
        ref, lane = waiting.ref, waiting.lane
        self._answer(connection, ref, lane, outcome.seq, outcome.refused, outcome.made, taken)
        if outcome.repeat:
            self._private.tell(connection)
        self._services.metrics.ack(time.perf_counter() - waiting.since)

    def news(self) -> None:
        """A batch was applied: let people know; where it opened an anonymous step, as soon as its
        key is here."""
        self._cut()
        if self._keys.missing(self.room):
            self._fanout.hold()
        else:
            self._fanout.changed()

    async def rested(self) -> None:
        """What follows from a batch: keys, erasing, the next deadline, a snapshot."""
        if self._keys.missing(self.room):
            await self._keys.prepare(self.room)
            self._fanout.changed()
        await self.history.forget()
        self._watch_clock()
        await self.history.keep_snapshot(SNAPSHOT_EVERY)

    def replaced(self, history: History, dropped: list[Waiting]) -> None:
        """The log was written anew: everybody comes back to what it says now."""
        for waiting in dropped:
            self._let_go(waiting)
        self._stop_telling()
        self._send_all_away(Close.SERVER_FAULT, READ_ANEW)
        self.history = history
        self._tell_of_room()
        self._watch_clock()

    def _let_go(self, waiting: Waiting) -> None:
        """A command is not carried any more."""
        self._intake.arrived(waiting, takes_seat=True)
        if waiting.done is not None and not waiting.done.done():
            waiting.done.set_exception(StorageFailed(READ_ANEW))

    def broken(self, why: Exception) -> None:
        """This copy of the room can no longer be trusted, or no longer go on."""
        self.failed = True
        self.outdated = isinstance(why, UnknownRules)
        self._stop_telling()
        self._send_all_away(*self.why_failed)
        self.neighbours.stop(left=self.outdated)

    @property
    def why_failed(self) -> tuple[Close, str]:
        """How the people of a room that failed are sent away."""
        return (Close.OUTDATED, TOO_OLD) if self.outdated else (Close.SERVER_FAULT, READ_ANEW)

    def _send_all_away(self, code: Close, reason: str) -> None:
        for connection in list(self._fanout):
            connection.end(code, reason)

    def _take_seat(self, connection: Connection, seat: int) -> int:
        """Let a connection be its new seat's from now on, and return the seat. Who chose a role
        on joining comes back with the seat's token instead: it is another audience."""
        sender = connection.sender
        if connection.place is None:
            return 0
        link = self.room.get(Link, sender.link)
        if not sender.seat and link is not None and link.role == sender.role:
            connection.sender = edge.Sender(sender.role, seat, sender.client, sender.link)
            self._private.read(connection, seat)
            self.presence.enter(connection)
        return seat

    def _answer(
        self,
        connection: Connection,
        ref: int,
        lane: int,
        seq: int,
        refused: str,
        made: tuple[int, ...],
        taken: int,
    ) -> None:
        if refused:
            self._services.metrics.add("oneroom_refusals_total")
            connection.send(Refusal(ref, lane, refused))
            return
        if not connection.is_open:
            return
        # A repeat is answered with its own number: what is newer goes out as a patch.
        fresh = seq == self.room.seq
        put, gone = self._private.news(connection) if fresh else ([], [])
        claim = self.history.claim(connection.sender.link, taken)
        token = seal(self.record.key, claim) if taken else ""
        connection.send(Ack(ref, lane, seq, made, put, gone, token))

    # After a batch, and once a second

    def _cut(self) -> None:
        """Cut off who has lost the right to be here, before they are told anything more."""
        if not self._to_cut:
            return
        self._to_cut = False
        for connection in list(self._fanout):
            sender = connection.sender
            if not standing(self.room, sender.link, sender.seat):
                connection.end(Close.REVOKED, GIVEN_UP)

    def _watch_clock(self) -> None:
        """Have a Tick appended when time alone will change the room."""
        self._deadline.watch(next_deadline_ms(self.room))

    def beat(self) -> None:
        """Called once a second."""
        agenda = self.room.get(Agenda, AGENDA_ID)
        step = self.room.get(Step, agenda.current) if agenda else None
        sees = step.sees if step else EVERYBODY
        if self.presence.beat(step.id if step else 0):
            self._fanout.everybody(lambda role: frame(encode(self.presence.message(role, sees))))
        self.neighbours.beat()
        self.neighbours.digests.beat(self.room, self.history.chain)
        self._deadline.look()
        for number in self._keys.sweep(self.room):
            self._intake.round_over(number)
        if self.history.must_forget or self._keys.missing(self.room):
            self._carrier.wake()
        if self._services.log.stable_after_ms:
            self._fanout.carry_stable()

    def go_over(self, agreement: Agreement) -> None:
        """Propose the next rules for this room, where it is time. Called once a second."""
        number = self._upgrade.due(self.room, agreement, time.monotonic())
        if number and not self.failed:
            self._submit(UseRules(number))
