"""Ways into a room: its code, links that leave the role open, and who is told to be here."""

import json
from typing import Any, cast

import pytest

from client.own_server import OwnServer, new_room
from client.room_client import CommandRefused, RoomClient
from protocols import limits
from protocols.codes import Close
from protocols.commands import (
    AddLink,
    AskAbsent,
    CloseRoom,
    Join,
    NextStep,
    ProposeDecision,
    RemoveSeat,
    RevokeLink,
    SignByLink,
    array,
)
from protocols.wire import Here, React
from rooms.people import Link
from rooms.roles import CUSTOMER, FACILITATOR, LEAD, MEMBER, OBSERVER, STAGE
from server.connection import Connection
from server.edge import Sender
from server.presence import BETWEEN_REACTIONS, REACTION_BEATS, Presence
from server.templates import design, shipped
from tests.server.harness import plan
from tests.server.phones import People, Phone
from tests.server.serving import Answer, Process, RoomLinks, Serving, ask

STEPS: list[Any] = [["brief", ["Шаг", "Step"], ["", ""], 60_000, "grace", 8, 8, 8]]
"""One step that members alone may see."""


@pytest.mark.timeout(60)
async def test_a_newcomer_chooses_a_role_and_sees_its_room() -> None:
    """R6.2: by an open link, nobody sees a step of the staff before having chosen to be staff."""
    with OwnServer() as server:
        wanted = {"steps": STEPS, "links": ["facilitator", "stage", "member+lead+customer"]}
        made = new_room(server.base, server.key, title="T", lang="en", **wanted)
        door = made.urls["member+lead+customer"]
        async with RoomClient(made.urls["facilitator"]) as host:
            await host.do(NextStep())
            async with RoomClient(door) as anna, RoomClient(door) as vera:
                assert anna.role == CUSTOMER and anna.roles == MEMBER | LEAD | CUSTOMER
                assert anna.step is not None and anna.step.name is None
                await anna.join("Anna", role=MEMBER)
                assert anna.role == MEMBER and anna.step.name
                await anna.until(lambda: anna.replica.own.all("me"))
                await vera.join("Vera", role=CUSTOMER)
                assert vera.role == CUSTOMER and vera.step is not None and vera.step.name is None
                with pytest.raises(CommandRefused, match="already_joined"):
                    await vera.do(Join(0, "remote", LEAD), "Vera", step=0)


async def test_a_connection_that_chose_a_role_is_nobody_until_it_comes_back(
    serving: Serving, people: People
) -> None:
    """The old connection stays in the audience that sees least, whatever it asks for."""
    room = await serving.room(plan("brief", who=MEMBER, sees=MEMBER))
    host = await people.phone(serving, room, "facilitator")
    await host.next_step()
    await host.done(AddLink(MEMBER | CUSTOMER))
    live = await serving.live(room)
    link = max(link.id for link in live.room.all(Link))
    door = next(one for one in serving.api.link_list(live) if one["id"] == link)
    assert door["role"] == "member+customer"
    token = door["url"].partition("#")[2]
    room = RoomLinks(room.code, {**room.tokens, "open": token})
    anna = await people.phone(serving, room, "open")
    await anna.done(Join(0, "remote", MEMBER), "Anna")
    assert anna.token != token
    assert await anna.refused(NextStep()) == "not_your_role"
    names = [step.name for step in anna.replica.room.all("step")]
    assert names == [None], "the staff's step is not told to who only said to be staff"


@pytest.mark.parametrize("door", ["member", "member+lead"])
async def test_p2_a_device_takes_one_seat(process: Process, people: People, door: str) -> None:
    """However often it asks, and before it was answered too; shown out, or by another link, it may
    come again."""
    room = process.new_room(links=["facilitator", door, "customer"])
    host = await people.phone(process, room, "facilitator")
    anna = await people.phone(process, room, door)
    joins = [["do", ref, 0, 0, 0, array(Join(0, "remote", MEMBER)), ["Anna"]] for ref in (1, 1, 2)]
    for join in joins:
        await anna.say(join)

    def answers() -> list[list[Any]]:
        return [m for m in anna.told if m[0] in ("ack", "refused")]

    await anna.until(lambda: len(answers()) == 3)
    await anna.say(["do", 3, *joins[0][2:]])
    await anna.until(lambda: len(answers()) == 4)
    told = {(m[1], m[0], m[3] if m[0] == "refused" else m[4][0]) for m in answers()}
    refused = "already_joined"
    assert told == {(1, "ack", anna.seat), (2, "refused", refused), (3, "refused", refused)}
    await host.done(RemoveSeat(anna.seat))
    await anna.close()
    anna.token, anna.refs = room.tokens[door], {0: 3}
    await anna.open()
    await anna.done(Join(0, "remote", MEMBER), "Anna")
    await anna.close()
    anna.token, anna.seat = room.tokens["customer"], 0
    await anna.open()
    await anna.done(Join(0, "remote"), "Anna")
    seats = ["here", "here", "removed"]
    await host.until(lambda: sorted(s.state for s in host.replica.room.all("seat")) == seats)


async def test_somebody_absent_signs_by_a_link_after_the_session(
    process: Process, people: People
) -> None:
    """R2.7: the link is the moderators' alone, opens the closed room once, and the signature
    stands in everybody's view."""
    room = process.new_room()
    host = await people.phone(process, room, "facilitator")
    anna = await people.phone(process, room, "member", name="Anna")
    await host.next_step()
    [number] = await host.done(ProposeDecision(0, []), "Answer within a day")
    await host.done(AskAbsent(number, MEMBER), "Gulnara")
    path = process.url(f"/api/rooms/{room.code}/links")
    [asked] = ask(path, {}, room.tokens["facilitator"]).json["personal"]
    assert asked["decision"] == number
    for role in ("member", "stage"):
        assert "personal" not in ask(path, {}, room.tokens[role]).json
    assert all(one["id"] != asked["id"] for one in ask(path, {}, process.key).json["links"])
    await host.done(CloseRoom())
    personal = asked["url"].partition("#")[2]
    late = await people.phone(process, room, "member", token=personal, name="Gulnara")
    welcome = next(m for m in late.told if m[0] == "welcome")
    assert welcome[9] == number
    decision = late.replica.room.get("decision", number)
    assert decision is not None
    await late.done(SignByLink(number, decision.version, decision.digest))

    def signed() -> bool:
        found = anna.replica.room.get("decision", number)
        return found is not None and bool(found.signed)

    await anna.until(signed, "the signature")
    twin = await people.phone(process, room, "member", token=personal)
    assert await twin.refused(Join(0, "remote"), "Twin") == "link_used"


def find(process: Process, code: str) -> Answer:
    return ask(process.url("/api/join"), {"code": code})


async def test_the_code_on_the_stage_leads_to_the_same_door(
    process: Process, people: People
) -> None:
    """R6.9: a code typed by hand stands for the link of the QR code, until the room is over."""
    room = process.new_room()
    found = find(process, f" {room.code.lower()} ")
    assert found.status == 200
    assert found.json["url"].endswith(f"/r/{room.code}#{room.tokens['member']}")
    host = await people.phone(process, room, "facilitator")
    [old] = [link.id for link in host.replica.room.all("link") if link.role == MEMBER]
    await host.done(RevokeLink(old))
    assert (find(process, room.code).json["error"]) == "no_open_link"
    await host.done(AddLink(MEMBER | CUSTOMER))
    await host.done(AddLink(MEMBER))
    shown = ask(process.url(f"/api/rooms/{room.code}/links"), {}, room.tokens["stage"]).json
    assert [link["role"] for link in shown["links"]] == ["member+customer"]
    assert find(process, room.code).json["url"] == shown["links"][0]["url"]
    await host.done(CloseRoom())
    assert find(process, room.code).json["error"] == "room_over"


def test_wrong_codes_are_counted_by_address(process: Process) -> None:
    room = process.new_room()
    for _ in range(limits.GUESSES.burst):
        unknown = find(process, "ZZZZZZ")
        assert (unknown.status, unknown.json["error"]) == (404, "no_such_room")
    assert find(process, room.code).status == 429
    assert set(find(process, room.code).json["message"]) == {"ru", "en"}


async def test_no_door_tells_codes_freely(process: Process, people: People) -> None:
    """Whoever has guessed too often learns nowhere whether a code is somebody's room; whoever
    holds a link enters all the same."""
    room = process.new_room()

    async def told(code: str, token: str) -> tuple[int, int, int]:
        path = process.url(f"/api/rooms/{code}/")
        nobody = await people.phone(process, RoomLinks(code, {}), "member", token=token)
        return (
            nobody.code,
            ask(path + "result", {}, token).status,
            ask(path + "links", {}, token).status,
        )

    assert await told("ZZZZZZ", "x") == (Close.NO_SUCH_ROOM, 404, 404)
    assert await told(room.code, "x") == (Close.BAD_TOKEN, 403, 403)
    for _ in range(limits.GUESSES.burst):
        ask(process.url("/api/rooms/ZZZZZZ/result"), {})
    assert await told("ZZZZZZ", "x") == await told(room.code, "x") == (Close.TOO_FAST, 429, 429)
    assert await told(room.code, room.tokens["member"]) == (0, 200, 200)


@pytest.mark.parametrize("body", [{}, {"code": 4}, {"code": "x" * 41}, {"code": "A", "b": 1}])
def test_a_bad_question_gets_an_answer(shared_process: Process, body: Any) -> None:
    answer = ask(shared_process.url("/api/join"), body)
    assert (answer.status, answer.json["error"]) == (400, "bad_request")


def test_a_room_without_names_hides_every_author_it_can() -> None:
    """R5.6: the mode of names is chosen when the room is made."""
    for template in shipped().values():
        named, nameless = (design(template, "ru", [], names) for names in ("named", "anonymous"))
        hidden = {step.kind for step in nameless.steps if step.anonymous}
        assert hidden == {"ideate", "vote"}
        assert all(step.anonymous for step in nameless.steps if step.kind in hidden)
        assert [step.name for step in named.steps] == [step.name for step in nameless.steps]
        assert not all(step.anonymous for step in named.steps if step.kind in hidden)


@pytest.mark.parametrize(
    "wanted",
    [
        {"starts_ms": 1 << 52},
        {"links": ["facilitator", *["member"] * 40]},
        {"links": ["facilitator", "member+stage"]},
        {"links": ["stage", "member"]},
        {"title": "\u0301\u200b"},
    ],
)
def test_a_room_that_nobody_could_use_is_not_made(
    shared_process: Process, wanted: dict[str, Any]
) -> None:
    """A moment past every calendar, more links than codes can be drawn for, nobody to lead it, a
    title of nothing."""
    body = {"template": "first-session-45", "title": "Title", **wanted}
    answer = ask(shared_process.url("/api/rooms"), body, shared_process.key)
    assert (answer.status, answer.json["error"]) == (400, "bad_request")


async def test_what_was_never_given_was_not_removed(
    shared_process: Process, people: People
) -> None:
    """A room without a goal says nothing of it, on screens and in its result."""
    room = shared_process.new_room()
    anna = await people.phone(shared_process, room, "member")
    assert [one.goal for one in anna.replica.room.all("session")] == [""]
    path = shared_process.url(f"/api/rooms/{room.code}/result")
    assert ask(path, {}, room.tokens["member"]).json["goal"] == ""
    for kind in ("csv", "md"):
        answer = ask(path, {"as": kind, "lang": "en"}, room.tokens["member"])
        assert "Goal" not in answer.body.decode()


async def test_the_planned_beginning_and_the_size_are_kept(
    process: Process, people: People
) -> None:
    room = process.new_room(starts_ms=1_800_000_000_000, most_people=1, names="anonymous")
    anna = await people.phone(process, room, "member", name="Anna")
    [session] = anna.replica.room.all("session")
    assert session.starts_ms == 1_800_000_000_000
    boris = await people.phone(process, room, "member")
    assert await boris.refused(Join(0, "remote"), "Boris") == "room_full"
    assert json.dumps(anna.told, default=str).count('"most"') == 0


# Presence


class Page:
    """A connection as presence sees it."""

    def __init__(self, role: int, seat: int = 0) -> None:
        self.role = role
        self.sender = Sender(role, seat, 1, 1)


def here(*pages: Page) -> Presence:
    presence = Presence()
    for page in pages:
        presence.enter(cast(Connection, page))
    return presence


def test_w10_presence_counts_people_by_role() -> None:
    """R6.1: two devices of one person count once; the stage and who has not joined not at all."""
    phone, tablet, guest = Page(MEMBER, 1), Page(MEMBER, 1), Page(CUSTOMER, 2)
    host = Page(FACILITATOR, 3)
    presence = here(phone, tablet, guest, host, Page(STAGE), Page(OBSERVER))
    presence.sign(cast(Connection, host), Here(7, True, False))
    presence.beat(7)
    presence.sign(cast(Connection, tablet), Here(7, True, False))
    told = presence.message(FACILITATOR)
    assert (told.online, told.done, told.hosts) == (2, 1, 1)
    assert told.voices == [(MEMBER, 1, 1), (CUSTOMER, 1, 0)]
    assert told.seats == [(1, True), (2, False), (3, True)]
    assert presence.message(STAGE).voices == told.voices
    assert presence.message(CUSTOMER).voices == [(MEMBER, 1, 0), (CUSTOMER, 1, 0)]
    assert presence.message(CUSTOMER).seats == []


async def test_w10_who_may_not_see_a_step_learns_only_who_is_here(
    serving: Serving, people: People
) -> None:
    """A customer, and the stage that a customer in the hall sees, learn nothing of what the staff
    are doing: not how many are done or typing, nor what they make of it."""
    room = await serving.room(plan("ideate", who=MEMBER, sees=MEMBER | STAGE))
    host = await people.phone(serving, room, "facilitator")
    anna = await people.phone(serving, room, "member", name="Anna")
    vera = await people.phone(serving, room, "customer", name="Vera")
    stage = await people.phone(serving, room, "stage")
    await host.next_step()
    [step] = [one.id for one in host.replica.room.all("step")]
    await anna.say(["here", step, True, True])
    await anna.say(["react", "applause"])

    def last(phone: Phone) -> list[Any]:
        return next((m[1:] for m in reversed(phone.told) if m[0] == "present"), [])

    await host.until(lambda: last(host)[1:3] == [1, 1] and last(host)[6], "the host is told")
    assert last(host)[5] == [[MEMBER, 1, 1], [CUSTOMER, 1, 0]]
    await vera.until(lambda: last(vera)[:1] == [2])
    await stage.until(lambda: last(stage)[:1] == [2])
    for phone in (vera, stage):
        assert last(phone) == [2, 0, 0, [], 1, [[MEMBER, 1, 0], [CUSTOMER, 1, 0]], []]


def test_w10_reactions_are_few_and_forgotten() -> None:
    anna, boris, stranger = Page(MEMBER, 1), Page(CUSTOMER, 2), Page(MEMBER)
    presence = here(anna, boris, stranger)
    for _ in range(50):
        presence.react(cast(Connection, anna), React("applause"))
    presence.react(cast(Connection, boris), React("think"))
    presence.react(cast(Connection, stranger), React("think"))
    assert presence.message(MEMBER).reactions == [("applause", 1), ("think", 1)]
    for _ in range(BETWEEN_REACTIONS):
        presence.beat(7)
    presence.react(cast(Connection, anna), React("applause"))
    assert presence.message(MEMBER).reactions == [("applause", 2), ("think", 1)]
    for _ in range(REACTION_BEATS):
        presence.beat(7)
    assert presence.message(MEMBER).reactions == []


async def test_w10_no_reaction_is_told_in_an_anonymous_step(
    serving: Serving, people: People
) -> None:
    room = await serving.room(plan("ideate", anonymous=True), plan("brief"))
    host = await people.phone(serving, room, "facilitator")
    anna = await people.phone(serving, room, "member", name="Anna")
    live = await serving.live(room)
    await host.next_step()
    await anna.say(["react", "applause"])
    await anna.settled()
    assert live.presence.message(MEMBER).reactions == []
    await host.next_step()
    await anna.say(["react", "applause"])
    await anna.settled()
    assert live.presence.message(MEMBER).reactions == [("applause", 1)]


def test_a_template_tells_what_to_expect_of_it(shared_process: Process) -> None:
    """R5.15: whoever chooses sees when to use it, for how many, and every step with its minutes."""
    for shown in ask(shared_process.url("/api/templates")).json:
        template = shipped()[shown["id"]]
        assert shown["when"] == {"ru": template.when.ru, "en": template.when.en}
        assert sum(step["minutes"] for step in shown["steps"]) == shown["minutes"]
        assert [step["name"]["ru"] for step in shown["steps"]] == [
            step.name.ru for step in template.steps
        ]
        people = shown["people"]
        assert people["min"] <= people["best"] <= people["max"]
        assert {step["kind"] for step in shown["steps"] if step["hides"]} <= {"ideate", "vote"}


def test_links_are_those_that_were_asked_for(shared_process: Process) -> None:
    """R6.2: a room made from a template has the links that the organiser chose."""
    wanted = {"facilitator", "stage", "member+lead", "customer"}
    room = shared_process.new_room(links=sorted(wanted))
    assert set(room.tokens) == wanted
    assert len(shared_process.new_room().tokens) == len(shipped()["first-session-45"].links)
    body = {"template": "first-session-45", "title": "T", "links": ["king"]}
    answer = ask(shared_process.url("/api/rooms"), body, shared_process.key)
    assert (answer.status, answer.json["error"]) == (400, "bad_request")
