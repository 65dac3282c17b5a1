"""The outbox, against a server whose every word is written here."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Self

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve

from client.replica import decode, encode
from client.room_client import CommandRefused, ConnectionEnded, RoomClient
from protocols.codes import Close
from protocols.commands import ID_BITS, CastOpinion, HelpIdea, PostIdea, RaiseHand
from protocols.wire import UNANSWERED

AGENDA = ["agenda", 2, [10], 10, "running", 0, 1, 2, False]
ROUND = 777


def step(*, anonymous: bool) -> list[Any]:
    """The current step's view."""
    name = ["шаг", "step"]
    return [
        *["step", 10, "ideate", name, name, 60_000, "hard", 8, 8, anonymous, "open", ROUND],
        *[True, 1, 60_001, 60_001, 0, False],
    ]


class Visit:
    """One connection as the server sees it."""

    def __init__(self, socket: ServerConnection, hello: list[Any]) -> None:
        self._socket = socket
        self.hello = hello

    async def say(self, *message: Any) -> None:
        await self._socket.send(encode(list(message)))

    async def hear(self) -> list[Any]:
        """The next message, which must come within a moment."""
        async with asyncio.timeout(5):
            data = await self._socket.recv()
        assert isinstance(data, bytes)
        return decode(data)

    async def hear_all(self, most: int) -> list[tuple[int, int]]:
        """Lane and ref of the next commands."""
        heard = [await self.hear() for _ in range(most)]
        return [(message[2], message[1]) for message in heard]

    async def welcome(
        self, *, client: int = 500, seq: int = 9, seat: int = 0, anonymous: bool = False
    ) -> Self:
        await self.greet(client=client, seat=seat)
        await self.say("patch", False, 0, seq, "c", 9, [AGENDA, step(anonymous=anonymous)], [])
        return self

    async def greet(self, *, client: int = 500, seat: int = 0, log_id: str = "log1") -> None:
        """Welcome, and nothing yet of the room."""
        await self.say("welcome", 1, "ABC234", log_id, client, seat, 8, 1_000_000, 8, 0)

    async def ack(self, ref: int, lane: int = 0, seq: int = 20, token: str = "") -> None:
        await self.say("ack", ref, lane, seq, [seq << 12], [], [], token)

    async def news(self, since: int, seq: int, stable: int = 0) -> None:
        """A patch of the room in which nothing is to be seen."""
        await self.say("patch", False, since, seq, f"c{seq}", stable, [], [])

    async def reset(self, reason: str, *, seq: int = 5, anonymous: bool = False) -> None:
        """Another history, and the whole view of it."""
        await self.say("reset", reason)
        put = [AGENDA, step(anonymous=anonymous)]
        await self.say("patch", False, 0, seq, "other", 0, put, [])

    async def is_silent(self) -> bool:
        """Whether the client says nothing before it answers a ping."""
        await (await self._socket.ping())
        return not self._socket.recv_messages.frames.queue

    def cut(self) -> None:
        """Break the connection off, without a word."""
        self._socket.transport.abort()

    async def close(self, code: int) -> None:
        await self._socket.close(code, "because")


class Scripted:
    """Hands out connections one after the other."""

    def __init__(self) -> None:
        self._visits: asyncio.Queue[tuple[Visit, asyncio.Event]] = asyncio.Queue()
        self._leave: list[asyncio.Event] = []
        self.server: Server | None = None

    async def handle(self, socket: ServerConnection) -> None:
        data = await socket.recv()
        assert isinstance(data, bytes)
        over = asyncio.Event()
        self._leave.append(over)
        await self._visits.put((Visit(socket, decode(data)), over))
        await over.wait()

    async def visit(self) -> Visit:
        """The next connection, after its hello."""
        async with asyncio.timeout(5):
            found, _ = await self._visits.get()
        return found

    def leave(self) -> None:
        for over in self._leave:
            over.set()

    @property
    def url(self) -> str:
        assert self.server is not None
        port = next(iter(self.server.sockets)).getsockname()[1]
        return f"http://127.0.0.1:{port}/r/ABC234#TOKEN"


@pytest.fixture
async def scripted() -> AsyncIterator[Scripted]:
    script = Scripted()
    async with serve(script.handle, "127.0.0.1", 0, compression=None) as server:
        script.server = server
        yield script
        script.leave()


@pytest.fixture
async def client(scripted: Scripted) -> AsyncIterator[RoomClient]:
    found = RoomClient(scripted.url)
    yield found
    await found.close()


async def begin(client: RoomClient, scripted: Scripted, *, anonymous: bool = False) -> Visit:
    """Connect a client. Returns its connection, welcomed."""
    connecting = asyncio.create_task(client.connect())
    visit = await (await scripted.visit()).welcome(anonymous=anonymous)
    await connecting
    return visit


async def test_hello_tells_what_is_known(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    assert visit.hello[:4] == ["hello", 1, "TOKEN", 0]
    assert visit.hello[5:] == [["", 0, ""], 0]
    visit.cut()
    again = await scripted.visit()
    assert again.hello[3] == 500
    assert again.hello[4] == visit.hello[4], "the same page"
    assert again.hello[5] == ["log1", 9, "c"]


async def test_only_so_many_are_under_way(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    for _ in range(UNANSWERED + 3):
        await client.submit(RaiseHand())
    expected = [(0, ref) for ref in range(1, UNANSWERED + 4)]
    assert await visit.hear_all(UNANSWERED) == expected[:UNANSWERED]
    assert client.unanswered == UNANSWERED + 3
    await visit.ack(1)
    assert await visit.hear_all(1) == [expected[UNANSWERED]]
    await visit.ack(2)
    await visit.ack(3)
    assert await visit.hear_all(2) == expected[UNANSWERED + 1 :]


async def test_unanswered_are_sent_again_in_order(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    answers = [await client.submit(PostIdea(0), f"idea {n}") for n in range(4)]
    first = [await visit.hear() for _ in range(4)]
    await visit.ack(1, seq=20)
    assert (await answers[0]).made == (20 << 12,)
    await visit.news(9, 20)
    await client.until(lambda: client.replica.room.seq == 20, 5)
    visit.cut()
    again = await scripted.visit()
    answers.append(await client.submit(PostIdea(0), "idea 4"))
    await again.welcome(seq=20)
    second = [await again.hear() for _ in range(4)]
    assert second[:3] == first[1:], "the same bytes, under the same numbers"
    assert second[3][1] == 5
    for ref in (2, 3, 4, 5):
        await again.ack(ref, seq=20 + ref)
    assert [(await answer).seq for answer in answers] == [20, 22, 23, 24, 25]
    assert client.unanswered == 0


async def test_nothing_is_sent_before_welcome(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    visit.cut()
    again = await scripted.visit()
    await client.submit(RaiseHand())
    assert await again.is_silent()
    await again.welcome()
    assert await again.hear_all(1) == [(0, 1)]


async def test_w8_nothing_is_sent_before_it_is_known_what_the_server_holds(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    await client.submit(RaiseHand())
    await visit.hear()
    visit.cut()
    again = await scripted.visit()
    await again.greet()
    await client.until(lambda: client.connections == 2, 5)
    assert await again.is_silent()
    await again.news(9, 9)
    assert await again.hear_all(1) == [(0, 1)]


async def test_w8_what_is_stable_is_not_offered_again(
    client: RoomClient, scripted: Scripted
) -> None:
    """Whatever the next server says of its history."""
    visit = await begin(client, scripted)
    for ref in (1, 2):
        await client.submit(PostIdea(0), f"idea {ref}")
        await visit.hear()
        await visit.ack(ref, seq=20 + ref)
    await visit.news(9, 22, stable=21)
    await client.until(lambda: client.replica.room.seq == 22, 5)
    visit.cut()
    again = await scripted.visit()
    await again.greet()
    await again.reset("another_history")
    assert await again.hear_all(1) == [(0, 2)]
    await again.ack(2, seq=6)
    assert await again.is_silent()


@pytest.mark.parametrize("reason", ["another_log", "another_history"])
async def test_w8_after_a_reset_what_was_acknowledged_comes_first(
    client: RoomClient, scripted: Scripted, reason: str
) -> None:
    """In order and under the same refs: it, then what is unanswered, then what is new."""
    visit = await begin(client, scripted)
    for ref in (1, 2):
        await client.submit(PostIdea(0), f"idea {ref}")
        await visit.hear()
        await visit.ack(ref, seq=20 + ref)
    answers = [await client.submit(PostIdea(0), "idea 3")]
    await visit.hear()
    await visit.news(9, 22)
    await client.until(lambda: client.replica.room.seq == 22, 5)
    visit.cut()
    again = await scripted.visit()
    answers.append(await client.submit(PostIdea(0), "idea 4"))
    await again.greet(log_id="log2")
    await again.reset(reason)
    for ref in (1, 2):
        offered = await again.hear()
        assert (offered[1], offered[6]) == (ref, [f"idea {ref}"])
        await again.ack(ref, seq=10 + ref)
    assert await again.hear_all(2) == [(0, 3), (0, 4)]
    await again.ack(3, seq=13)
    await again.ack(4, seq=14)
    assert [(await answer).seq for answer in answers] == [13, 14]
    assert client.lost == []


async def test_w8_a_server_that_stays_may_reset_too(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    await client.submit(PostIdea(0), "idea 1")
    await visit.hear()
    await visit.ack(1)
    await visit.reset("another_history")
    assert await visit.hear_all(1) == [(0, 1)]


async def test_w8_other_resets_doubt_nothing(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    await client.submit(PostIdea(0), "idea 1")
    await visit.hear()
    await visit.ack(1)
    await visit.reset("too_far_behind", seq=20)
    assert await visit.is_silent()


async def test_w8_what_no_patch_has_confirmed_is_offered_again(
    client: RoomClient, scripted: Scripted
) -> None:
    """The chain speaks for what lies before our position, not for an answer past it."""
    visit = await begin(client, scripted)
    for ref in (1, 2):
        await client.submit(PostIdea(0), f"idea {ref}")
        await visit.hear()
        await visit.ack(ref, seq=20 + ref)
    await visit.news(9, 21)
    await client.until(lambda: client.replica.room.seq == 21, 5)
    visit.cut()
    again = await scripted.visit()
    assert again.hello[5:] == [["log1", 21, "c21"], 0], "all that is private is asked for anew"
    await again.greet()
    await again.news(21, 21)
    assert await again.hear_all(1) == [(0, 2)]


async def test_w8_what_did_not_survive_is_told(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    for ref in (1, 2):
        await client.submit(PostIdea(0), f"idea {ref}")
        await visit.hear()
        await visit.ack(ref, seq=20 + ref)
    await visit.reset("another_history")
    await visit.hear()
    await visit.say("refused", 1, 0, "too_old")
    await visit.hear()
    await visit.say("refused", 2, 0, "room_closed")
    await client.until(lambda: client.lost, 5)
    assert [(lost.words, lost.code) for lost in client.lost] == [(("idea 2",), "room_closed")]


async def test_w8_in_another_round_nothing_anonymous_is_offered(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted, anonymous=True)
    await client.submit(PostIdea(0), "unsaid")
    await visit.hear()
    await visit.ack(1, lane=ROUND)
    await visit.say("reset", "another_history")
    fields = step(anonymous=True)
    fields[11] = ROUND + 1
    await visit.say("patch", False, 0, 5, "other", 0, [AGENDA, fields], [])
    await client.until(lambda: client.lost, 5)
    assert [lost.code for lost in client.lost] == ["too_late"]
    assert await visit.is_silent()


@pytest.mark.parametrize("text", ["the same", "another"])
async def test_w8_a_command_about_a_young_thing_is_offered_only_for_the_same(
    client: RoomClient, scripted: Scripted, text: str
) -> None:
    visit = await begin(client, scripted)
    young = 21 << ID_BITS
    card = ["card", young, 10, 0, "the same", 7, "Boris", 8, 0, "shown", 0, 1, False]
    await visit.say("patch", False, 9, 21, "c21", 0, [card], [])
    await client.until(lambda: client.replica.room.seq == 21, 5)
    await client.submit(HelpIdea(young), "with pleasure")
    await visit.hear()
    await visit.ack(1, seq=22)
    card[4] = text
    await visit.say("reset", "another_history")
    await visit.say("patch", False, 0, 22, "other", 0, [AGENDA, step(anonymous=False), card], [])
    if text == "the same":
        assert await visit.hear_all(1) == [(0, 1)]
    else:
        await client.until(lambda: client.lost, 5)
        assert await visit.is_silent()


async def test_w8_a_seat_that_is_lost_is_taken_again_by_the_link(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    joining = asyncio.create_task(client.join("Anna"))
    await visit.hear()
    await visit.ack(1, seq=20, token="SEAT")
    await joining
    await visit.close(Close.RESTARTING)
    again = await scripted.visit()
    assert again.hello[2] == "SEAT"
    await again.close(Close.REVOKED)
    by_link = await scripted.visit()
    assert by_link.hello[2] == "TOKEN"
    await by_link.greet()
    await by_link.reset("another_history")
    assert (await by_link.hear())[5][0] == "join"
    await by_link.ack(1, seq=6, token="SEAT2")
    await client.until(lambda: client.token == "SEAT2", 5)
    assert client.seat == 6 << 12


async def test_anonymous_steps_have_a_lane_of_their_own(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted, anonymous=True)
    await client.submit(PostIdea(0), "unsaid")
    await client.submit(RaiseHand())
    await client.submit(CastOpinion(1, "agree"))
    await client.submit(RaiseHand())
    assert await visit.hear_all(4) == [(ROUND, 1), (0, 1), (ROUND, 2), (0, 2)]
    await visit.ack(1, lane=0, seq=9)
    visit.cut()
    again = await (await scripted.visit()).welcome(anonymous=True)
    assert await again.hear_all(3) == [(ROUND, 1), (ROUND, 2), (0, 2)]


async def test_refusal_drops_the_number(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    doing = asyncio.create_task(client.do(PostIdea(0), "late"))
    await visit.hear()
    await visit.say("refused", 1, 0, "too_late")
    with pytest.raises(CommandRefused) as refused:
        await doing
    assert refused.value.code == "too_late"
    await client.submit(RaiseHand())
    assert await visit.hear_all(1) == [(0, 2)]


async def test_too_fast_is_tried_again_under_a_new_number(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    doing = asyncio.create_task(client.do(PostIdea(0), "idea"))
    first = await visit.hear()
    await visit.say("refused", 1, 0, "too_fast")
    second = await visit.hear()
    assert (first[1], second[1]) == (1, 2)
    assert first[5:] == second[5:]
    await visit.ack(2)
    assert (await doing).seq == 20


async def test_a_gap_makes_the_client_come_again(client: RoomClient, scripted: Scripted) -> None:
    visit = await begin(client, scripted)
    await visit.say("patch", False, 12, 13, "d", 13, [], [])
    again = await scripted.visit()
    assert again.hello[5] == ["log1", 9, "c"]


async def test_after_a_reset_the_whole_view_is_another(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    await visit.say("reset", "another_history")
    await visit.say("patch", False, 0, 3, "e", 3, [["turnout", 10, 4, []]], [])
    await client.until(lambda: client.replica.room.seq == 3, 5)
    assert client.agenda is None
    assert client.replica.position == ["log1", 3, "e"]


async def test_a_copied_page_throws_the_copied_outbox_away(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    answer = await client.submit(RaiseHand())
    await visit.hear()
    visit.cut()
    again = await (await scripted.visit()).welcome(client=501)
    await client.until(lambda: client.client == 501, 5)
    assert (answer.cancelled(), client.unanswered) == (True, 0)
    await client.submit(RaiseHand())
    assert await again.hear_all(1) == [(0, 1)]


@pytest.mark.parametrize("code", [Close.TAKEN_OVER, Close.REVOKED, Close.VERSION])
async def test_some_ends_are_for_good(client: RoomClient, scripted: Scripted, code: int) -> None:
    visit = await begin(client, scripted)
    doing = asyncio.create_task(client.do(RaiseHand()))
    await visit.hear()
    await visit.close(code)
    with pytest.raises(ConnectionEnded) as ended:
        await doing
    assert (ended.value.code, ended.value.reason) == (code, "because")
    with pytest.raises(ConnectionEnded):
        await client.submit(RaiseHand())


@pytest.mark.parametrize("code", [Close.RESTARTING, Close.SERVER_FAULT, Close.TOO_FAST])
async def test_after_others_one_comes_back(
    client: RoomClient, scripted: Scripted, code: int
) -> None:
    visit = await begin(client, scripted)
    await visit.close(code)
    assert (await scripted.visit()).hello[3] == 500


async def test_a_broken_message_reaches_whoever_waits(
    client: RoomClient, scripted: Scripted
) -> None:
    visit = await begin(client, scripted)
    doing = asyncio.create_task(client.do(RaiseHand()))
    await visit.hear()
    await visit.say("ack", "not", "what", "was", "agreed")
    with pytest.raises(TypeError):
        await doing
