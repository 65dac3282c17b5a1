"""Which device sends under which id: a living page keeps its own, a copied tab gets another, on
whatever server they are (W3, S5).

A device comes with the id it was lent before. If nobody here has it, the servers known to have the
room are asked. What cannot be found out in time counts as free: a person must get in. Should a slow
server say afterwards that the id is lent there, the page has to connect again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from protocols.between import Answer, Lending, MayLend, Message
from protocols.codes import Close
from server.connection import Connection
from server.tokens import new_client

PROBE_S: Final = 2.0
"""How long a connection may take to show that it lives, when another comes with its id."""
ANSWER_S: Final = 0.3
"""How long servers may take to answer."""
DOUBT_S: Final = 10.0
"""For how long an answer that comes too late is still taken."""
MORE_S: Final = 0.5
"""How much longer than a probe its outcome may take to come from another server."""

Servers = Callable[[float], Awaitable[set[str]]]
"""Waits until it is known which other servers have the room, but not past a time of the loop."""


class Question:
    """One question to other servers. `silent` have not answered yet, `probing` are finding out; it
    `is_doubtful` where one of them did not answer in time."""

    def __init__(self, client: int, page: str, servers: set[str]) -> None:
        self.client = client
        self.page = page
        self.silent = servers
        self.probing: set[str] = set()
        self.is_doubtful = False
        self.is_free: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def answer(self, server: str, answer: Answer) -> None:
        """Take what one server says."""
        self.silent.discard(server)
        self.probing.discard(server)
        if answer == "wait":
            self.probing.add(server)
        if not self.is_free.done() and (answer == "mine" or not self.silent | self.probing):
            self.is_free.set_result(answer != "mine")


class Leases:
    """The ids lent to the connections of one room. `me` is this server's id; `tell` tells the other
    servers of this room."""

    def __init__(self, me: str, tell: Callable[[Message], None], servers: Servers) -> None:
        self._me = me
        self._tell = tell
        self._servers = servers
        self._holders: dict[int, Connection] = {}
        self._questions: dict[int, Question] = {}
        self._doubtful: dict[int, Question] = {}
        self._asked = 0
        self._probes: set[Probe] = set()

    async def lend(self, client: int, page: str) -> int:
        """The id for a connection from a page that comes with an id, or with 0. Whoever gets it
        must `hold` it before anything else is awaited."""
        if not client:
            return new_client()
        if client not in self._holders and not await self._others_agree(client, page):
            return new_client()
        # Others may come with the same id while this one waits, so it looks again.
        while (old := self._holder(client)) is not None:
            if old.page != page and await _lives(old):
                return new_client()
            old.end(Close.TAKEN_OVER, "this device connected again")
        return client

    def hold(self, client: int, connection: Connection) -> None:
        """The id is this connection's."""
        self._holders[client] = connection

    def give_back(self, client: int, connection: Connection) -> bool:
        """A connection is gone. Whether the id was its own until now."""
        if self._holders.get(client) is not connection:
            return False
        del self._holders[client]
        return True

    def stop(self) -> None:
        """Leave what is still being found out."""
        for probe in list(self._probes):
            probe.stop()

    def _holder(self, client: int) -> Connection | None:
        old = self._holders.get(client)
        return old if old is not None and old.is_open else None

    # Asking

    async def _others_agree(self, client: int, page: str) -> bool:
        """Whether no other server has lent the id to somebody who is alive, as far as that can be
        found out."""
        until = asyncio.get_running_loop().time() + ANSWER_S
        servers = await self._servers(until)
        if not servers:
            return True
        self._asked += 1
        number, question = self._asked, Question(client, page, servers)
        self._questions[number] = question
        self._tell(MayLend(self._me, number, client, page))
        try:
            return await self._outcome(question, until)
        finally:
            del self._questions[number]
            if question.is_doubtful:
                self._doubtful[number] = question
                asyncio.get_running_loop().call_later(DOUBT_S, self._doubtful.pop, number, None)

    async def _outcome(self, question: Question, until: float) -> bool:
        try:
            async with asyncio.timeout_at(until):
                return await asyncio.shield(question.is_free)
        except TimeoutError:
            question.is_doubtful = True
            question.silent.clear()
        if not question.probing:
            return True
        try:
            async with asyncio.timeout_at(until + PROBE_S + MORE_S):
                return await question.is_free
        except TimeoutError:
            return True

    def answered(self, lending: Lending) -> None:
        """Another server answers."""
        question = self._questions.get(lending.number)
        if lending.asker != self._me:
            return
        if question is not None:
            question.answer(lending.server, lending.answer)
        elif lending.answer == "mine" and lending.number in self._doubtful:
            self._take_back(self._doubtful[lending.number])

    def _take_back(self, question: Question) -> None:
        """The id was lent elsewhere after all: the page comes back and gets another."""
        holder = self._holder(question.client)
        if holder is not None and holder.page == question.page:
            holder.end(Close.SERVER_FAULT, "another page has this id: connect again")

    def lost(self, server: str) -> None:
        """Another server is gone: it has nobody any more."""
        for question in self._questions.values():
            question.answer(server, "free")

    # Answering

    def asked(self, question: MayLend) -> None:
        """Another server asks. A page that reconnects there is cut here."""
        old = self._holder(question.client)
        if old is None:
            self._reply(question, "mine" if self._goes_first(question) else "free")
        elif old.page == question.page:
            old.end(Close.TAKEN_OVER, "this device connected again")
            self._reply(question, "free")
        else:
            self._reply(question, "wait")
            self._probes.add(Probe(old, lambda probe, lives: self._found(question, probe, lives)))

    def _found(self, question: MayLend, probe: "Probe", lives: bool) -> None:
        self._probes.discard(probe)
        if not lives:
            probe.connection.end(Close.TAKEN_OVER, "this device connected again")
        self._reply(question, "mine" if lives else "free")

    def _goes_first(self, question: MayLend) -> bool:
        """Whether this server, too, is asking for the id, for another page, and comes first."""
        rivals = (one for one in self._questions.values() if one.client == question.client)
        return self._me < question.server and any(one.page != question.page for one in rivals)

    def _reply(self, question: MayLend, answer: Answer) -> None:
        self._tell(Lending(self._me, question.server, question.number, answer))


class Probe:
    """Finds out for another server whether a connection gives a sign of life in time, and then
    says so."""

    def __init__(self, connection: Connection, found: "Callable[[Probe, bool], None]") -> None:
        self.connection = connection
        self._found: Callable[[Probe, bool], None] | None = found
        self._answer = connection.probe()
        self._answer.add_done_callback(self._answered)
        self._timer = asyncio.get_running_loop().call_later(PROBE_S, self._over, False)

    def stop(self) -> None:
        """Nobody wants to know any more."""
        self._found = None
        self._timer.cancel()

    def _answered(self, answer: "asyncio.Future[bool]") -> None:
        self._over(not answer.cancelled() and answer.result())

    def _over(self, lives: bool) -> None:
        found = self._found
        self.stop()
        if found is not None:
            found(self, lives)


async def _lives(connection: Connection) -> bool:
    """Whether a connection gives a sign of life in time."""
    try:
        return await asyncio.wait_for(asyncio.shield(connection.probe()), PROBE_S)
    except TimeoutError:
        return False
