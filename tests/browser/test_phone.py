"""The phone around its activities: the door, the seat, the way back, and what goes wrong."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from playwright.async_api import WebSocketRoute

from client.room_client import RoomClient
from protocols.codes import Close
from protocols.commands import (
    CloseRoom,
    ExtendStep,
    NextStep,
    PostIdea,
    Remind,
    RemoveSeat,
    RevokeLink,
)
from tests.browser.conftest import Crowd, Person
from tests.browser.demonstration import agenda
from tests.browser.screens import settled
from tests.browser.test_accessibility import AXE, RULES, RUN, THEMES
from tests.browser.test_session import ROOM

pytestmark = pytest.mark.timeout(120)

OWN_STEPS: dict[str, Any] = {
    "steps": agenda(),
    "title": "An answer within a day",
    "goal": "Every customer has an answer in a day.",
    "lang": "en",
    "departments": [{"name": "Sales"}],
}


@asynccontextmanager
async def program(crowd: Crowd, path: str, name: str = "") -> AsyncIterator[RoomClient]:
    """Somebody else in the room, played by a program."""
    async with RoomClient(crowd.server.base + path) as client:
        if name:
            await client.join(name)
        yield client


async def shown(person: Person, name: str) -> None:
    await person.at(name).first.wait_for()


def current(moderator: RoomClient) -> int:
    """The id of the current step."""
    [agenda] = moderator.replica.room.all("agenda")
    return int(agenda.current)


async def move_to(moderator: RoomClient, place: int) -> None:
    """Move on until the step at this place of the agenda, from 1, is the current one."""
    [agenda] = moderator.replica.room.all("agenda")
    for number in agenda.order[:place]:
        if current(moderator) < number:
            await moderator.do(NextStep())
            await moderator.until(partial(_stands_at, moderator, number))


def _stands_at(moderator: RoomClient, number: int) -> bool:
    return current(moderator) == number


async def wide(person: Person) -> bool:
    """Whether a page can be scrolled sideways."""
    found = await person.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return bool(found)


NAMES = ("Я", "ن" * 80, "👩🏽‍🚀🦊", "عائشة‏", "<b>Bob</b> & Co", "O’Neil-Константинопольская")


async def test_any_name_takes_a_seat(crowd: Crowd) -> None:
    """R6.9: names of one letter, of eighty, of signs and from the right are as good as any."""
    links = crowd.room(**ROOM)
    for name in NAMES:
        person = await crowd.open(links["member"], width=320)
        await person.write("join-name", f"  {name}\n")
        await person.page.keyboard.press("Enter")
        await shown(person, "lobby")
        assert name.strip("\u200f") in await person.text()
        assert not await wide(person), name
        await person.context.close()
    assert crowd.faults() == []


async def test_a_name_that_is_none_is_told_so(crowd: Crowd) -> None:
    """R6.9: nothing, blanks that cannot be seen, and a whole page are not sent, and stay there."""
    person = await crowd.open(crowd.room(**ROOM)["member"])
    for name, words in (("", "Write a name"), (" \u200b\u2060 ", "Write a name")):
        await person.write("join-name", name)
        await person.tap("join-send")
        await person.sees(words)
    await person.write("join-name", "й" * 81)
    await person.tap("join-send")
    await person.sees("Shorten it by 1")
    assert await person.at("join-name").first.get_attribute("aria-invalid") == "true"
    await person.write("join-name", "Anna")
    assert "Shorten" not in await person.text()
    await person.tap("join-send")
    await shown(person, "lobby")


async def test_joining_by_keyboard_with_a_new_department(crowd: Crowd) -> None:
    """R6.9: everything at the door can be done without a pointer."""
    links = crowd.room(**ROOM)
    person = await crowd.open(links["member"])
    await shown(person, "join-name")
    await person.at("join-name").focus()
    await person.page.keyboard.type("Anna")
    await person.at("join-dept-other").focus()
    await person.page.keyboard.press("Space")
    await person.at("join-dept-name").focus()
    await person.page.keyboard.type("Warehouse")
    await person.at("join-remote").focus()
    await person.page.keyboard.press("Space")
    await person.at("join-send").focus()
    await person.page.keyboard.press("Enter")
    await shown(person, "lobby")
    async with program(crowd, links["facilitator"]) as moderator:
        [seat] = moderator.replica.room.all("seat")
        assert seat.place == "remote"
        department = moderator.replica.room.get("department", seat.department)
        assert department is not None and department.name == "Warehouse"


async def test_a_link_that_leaves_the_role_open_asks_for_it(crowd: Crowd) -> None:
    """R6.2: whoever comes by such a link says who she is, and is that for good."""
    links = crowd.room(**OWN_STEPS, links=["facilitator", "stage", "member+lead"])
    person = await crowd.open(next(path for role, path in links.items() if "lead" in role))
    await person.write("join-name", "Anna")
    await person.tap("join-send")
    await person.sees("Choose who you are")
    await person.tap("join-role-16")
    await person.tap("join-send")
    await shown(person, "lobby")
    await person.page.reload()
    await shown(person, "lobby")
    async with program(crowd, links["facilitator"]) as moderator:
        assert [seat.role for seat in moderator.replica.room.all("seat")] == [16]


async def test_way_back_closes_what_is_open_and_stays_in_the_room(crowd: Crowd) -> None:
    """The way back closes one thing at a time, warns once, and leaves only when asked again."""
    links = crowd.room(**ROOM)
    person = await crowd.open("/")
    await person.page.goto(f"{crowd.server.base}{links['member']}")
    await person.join("Anna")
    await person.tap("step-name")
    await person.tap("menu-leave")
    await shown(person, "erase")
    await person.page.go_back()
    await shown(person, "menu-profile")
    await person.page.go_back()
    await person.at("menu-profile").wait_for(state="detached")
    await person.tap("step-name")
    await person.tap("menu-result")
    await shown(person, "result-close")
    await person.page.go_back()
    await person.at("result-close").wait_for(state="detached")
    await person.page.go_back()
    await person.sees("To leave, go back once more")
    await shown(person, "lobby")
    await person.page.go_back()
    await person.page.wait_for_url(f"{crowd.server.base}/")


async def test_profile_is_changed_from_the_menu(crowd: Crowd) -> None:
    """Name, department and place are the person's own to change, at any time."""
    links = crowd.room(**ROOM)
    person = await crowd.open(links["member"])
    await person.join("Anna")
    await person.tap("step-name")
    await person.tap("menu-profile")
    await person.write("me-name", "")
    await person.tap("me-save")
    await person.sees("Write a name")
    await person.write("me-name", "Anna Two")
    await person.tap("join-remote")
    await person.tap("me-save")
    await person.sees("Anna Two")
    async with program(crowd, links["facilitator"]) as moderator:
        [seat] = moderator.replica.room.all("seat")
        assert (seat.name, seat.place) == ("Anna Two", "remote")


async def test_reload_anywhere_keeps_everything(crowd: Crowd) -> None:
    """R6.9: a half-written idea, its lane and the seat outlive a reload; two phones of one person
    do not disturb each other. Sending keeps the keyboard open."""
    links = crowd.room(**ROOM)
    async with program(crowd, links["facilitator"]) as moderator:
        anna = await crowd.open(links["member"])
        await anna.write("join-name", "Anna")
        await anna.page.reload()
        assert await anna.at("join-name").input_value() == "Anna"
        await anna.tap("join-send")
        await shown(anna, "lobby")
        await anna.page.goto(crowd.server.base + links["member"])
        await shown(anna, "lobby")
        other = await crowd.open(links["member"])
        await other.join("Anna")
        await move_to(moderator, 2)
        for phone, text in ((anna, "from one phone"), (other, "from the other")):
            await phone.write("idea-text", text)
        await anna.tap("idea-lane-1")
        await anna.page.reload()
        await shown(anna, "idea-text")
        assert await anna.at("idea-text").input_value() == "from one phone"
        assert await anna.at("idea-lane-1").get_attribute("aria-pressed") == "true"
        for phone in (anna, other):
            await phone.tap("idea-send")
            await phone.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
            assert await phone.at("idea").count() == 1
            assert await phone.at("idea-text").evaluate("area => area === document.activeElement")
    assert crowd.faults() == []


async def test_doors_that_are_shut_say_why(crowd: Crowd) -> None:
    """Words with something to do for a bad link, no room, no place, and being shown out."""
    links = crowd.room(**ROOM, most_people=2)
    bad = await crowd.open(links["member"][:-4] + "AAAA")
    await bad.sees("This link does not fit")
    nowhere = await crowd.open("/r/ZZZZZZ#nothing")
    await nowhere.sees("There is no such room")
    await nowhere.tap("gate-act")
    await nowhere.page.wait_for_url(f"{crowd.server.base}/")
    anna, boris = [await crowd.open(links["member"]) for _ in range(2)]
    await anna.join("Anna")
    await boris.join("Boris")
    vera = await crowd.open(links["member"])
    await vera.write("join-name", "Vera")
    await vera.tap("join-send")
    await vera.sees("The room is full")
    async with program(crowd, links["facilitator"]) as moderator:
        seats = {seat.name: seat.id for seat in moderator.replica.room.all("seat")}
        await moderator.do(RemoveSeat(seats["Boris"]))
        await boris.sees("This link no longer works")
        await vera.tap("gate-act")
        assert await vera.at("join-name").input_value() == "Vera"
        await vera.tap("join-send")
        await shown(vera, "lobby")
        [link] = [one for one in moderator.replica.room.all("link") if one.role == 8]
        await moderator.do(RevokeLink(link.id))
    for person in (anna, vera):
        await person.sees("This link no longer works")


async def test_ends_of_a_connection_say_what_to_do(crowd: Crowd) -> None:
    """A new version, another window and a log that cannot be read are each told in words."""
    links = crowd.room(**ROOM)
    for code, words in (
        (Close.VERSION, "There is a new version"),
        (Close.TAKEN_OVER, "The room is open in another window"),
        (Close.STORAGE, "cannot read this room"),
    ):
        person = await crowd.open("/")
        await person.page.route_web_socket("**/ws/*", partial(_refuse, code))
        await person.page.goto(f"{crowd.server.base}{links['member']}")
        await person.sees(words)
        await person.context.close()


def _refuse(code: int, socket: WebSocketRoute) -> None:
    socket.on_message(lambda _: socket.close(code=code))


async def test_after_the_end_the_link_shows_the_result(crowd: Crowd) -> None:
    """R7.5: whoever has the link sees what came of it, with a seat or without."""
    links = crowd.room(**ROOM)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    async with program(crowd, links["facilitator"]) as moderator:
        await move_to(moderator, 2)
        await anna.write("idea-text", "never sent")
        await moderator.do(CloseRoom())
    await anna.sees("Thank you, Anna")
    assert "never sent" in await anna.at("unsent").inner_text()
    late = await crowd.open(links["member"])
    await shown(late, "over")
    assert not await late.at("join-name").count()
    assert crowd.faults() == []


async def test_erasing_oneself_ends_in_plain_words(crowd: Crowd) -> None:
    """R6.9: it takes two presses, and afterwards the link begins anew."""
    links = crowd.room(**ROOM)
    anna = await crowd.open(links["member"])
    await anna.join("Anna")
    await anna.tap("step-name")
    await anna.tap("menu-leave")
    await anna.at("erase").dblclick()
    await anna.sees("Press once more")
    await anna.page.wait_for_timeout(1_100)  # a press that comes at once is not meant
    await anna.tap("erase")
    await anna.sees("All is erased")
    await anna.page.goto(f"{crowd.server.base}{links['member']}")
    await shown(anna, "join-name")
    async with program(crowd, links["facilitator"]) as moderator:
        [seat] = moderator.replica.room.all("seat")
        assert (seat.state, seat.name) == ("erased", None)


async def test_thought_outlives_its_step(crowd: Crowd) -> None:
    """A text that was being typed when the facilitator moved on keeps its lane, goes late when it
    is sent, and otherwise stays with its author, also after a reload."""
    links = crowd.room(**ROOM)
    async with program(crowd, links["facilitator"]) as moderator:
        anna, boris = [await crowd.open(links["member"]) for _ in range(2)]
        await anna.join("Anna")
        await boris.join("Boris")
        await move_to(moderator, 2)
        await anna.tap("idea-lane-1")
        for person, text in ((anna, "half a thou"), (boris, "kept for myself")):
            await person.write("idea-text", text)
        await move_to(moderator, 3)
        await anna.sees("Finish it")
        await anna.at("leftover-text").press_sequentially("ght")
        assert await anna.at("leftover-lane-1").get_attribute("aria-pressed") == "true"
        await anna.tap("leftover-send")
        await anna.sees("The facilitator will see it")
        await moderator.until(
            lambda: any(card.state == "late" for card in moderator.replica.room.all("card"))
        )
        [late] = moderator.replica.room.all("card")
        assert (late.text, late.lane) == ("half a thought", 1)
        await boris.tap("leftover-keep")
        await boris.page.reload()
        await boris.tap("leftover")
        assert await boris.at("leftover-text").input_value() == "kept for myself"
        await boris.tap("leftover-drop")
        await boris.tap("leftover-undo")
        assert await boris.at("leftover-text").input_value() == "kept for myself"
        await boris.tap("leftover-drop")
        await boris.at("leftover-text").wait_for(state="detached")
    assert crowd.faults() == []


async def test_latecomer_is_caught_up_once(crowd: Crowd) -> None:
    """Whoever joins late reads where we are, and under a minute is asked for one idea."""
    links = crowd.room(**ROOM)
    async with program(crowd, links["facilitator"]) as moderator:
        early = await crowd.open(links["member"])
        await early.join("Early")
        await move_to(moderator, 2)
        late = await crowd.open(links["member"])
        await late.join("Late")
        await shown(late, "catch-up")
        await late.sees("Step 2 of 10")
        await late.page.reload()
        await shown(late, "catch-up")
        await moderator.do(ExtendStep(-5 * 60_000 - 15_000))
        await late.sees("There is time for one idea")
        await late.tap("caught-up")
        await shown(late, "idea-text")
        await late.page.reload()
        await shown(late, "idea-text")
        assert not await early.at("catch-up").count()


TAPS = """async () => {
    const tap = name => document.querySelector(`[data-testid=${name}]:not([disabled])`)?.click();
    for (let n = 0; n < 70; n++) {
        tap(n % 2 ? "dot-less" : "dot-more");
        await new Promise(done => setTimeout(done, 8));
    }
    tap("dot-more");
}"""
NOTHING_WAITS = """() => Object.keys(localStorage).filter(key => key.includes(":out:"))
    .every(key => JSON.parse(localStorage[key]).entries.every(one => one.seq && !one.doubted))"""


async def test_last_wish_counts_however_fast(crowd: Crowd) -> None:
    """Dots given and taken back faster than the server takes them end as the person left them."""
    links = crowd.room(**ROOM)
    async with (
        program(crowd, links["facilitator"]) as moderator,
        program(crowd, links["member"], "Boris") as boris,
    ):
        anna = await crowd.open(links["member"])
        await anna.join("Anna")
        await move_to(moderator, 2)
        await boris.until(lambda: boris.step is not None and boris.step.kind == "ideate")
        await boris.do(PostIdea(0), "a thought to vote on")
        await move_to(moderator, 6)
        await shown(anna, "dot-more")
        await anna.page.evaluate(TAPS)
        await anna.page.wait_for_function(NOTHING_WAITS, timeout=40_000)
        await anna.sees("3 votes left of 4")
        await move_to(moderator, 7)
        await moderator.until(lambda: any(moderator.replica.room.all("tally")))
        [tally] = moderator.replica.room.all("tally")
        assert (tally.dots, tally.people) == (1, 1)
    assert crowd.faults() == []


async def test_guest_of_another_step_knows_when_she_is_called(crowd: Crowd) -> None:
    """R6.2: a guest waits without seeing the step, reads her own words, may go and come back."""
    links = crowd.room(**ROOM)
    async with program(crowd, links["facilitator"]) as moderator:
        guest = await crowd.open(links["customer"])
        await guest.join("Vera")
        await move_to(moderator, 2)
        await guest.write("idea-text", "I had to begin anew each time")
        await guest.tap("idea-send")
        await guest.page.locator('[data-testid=idea][data-state="sent"]').wait_for()
        await move_to(moderator, 3)
        await shown(guest, "wait")
        await guest.sees("We will call you at about")
        await guest.sees("Reveal and read")
        await guest.sees("I had to begin anew each time")
        assert "unsaid" not in (await guest.text()).lower()
        await guest.tap("leave")
        await guest.sees("Thank you for being with us")
        await guest.tap("gate-act")
        await shown(guest, "wait")
        await move_to(moderator, 4)
        await guest.at("wait").wait_for(state="detached")


async def test_time_is_told_in_words(crowd: Crowd) -> None:
    """Who did what to the clock is told once; a facilitator who is away is named after seconds; a
    reminder of the facilitator comes once."""
    links = crowd.room(**ROOM)
    anna = await crowd.open(links["member"])
    await shown(anna, "join-name")
    await anna.page.get_by_text("Sales").click()
    await anna.join("Anna")
    async with program(crowd, links["facilitator"], "Ilya") as moderator:
        await move_to(moderator, 1)
        await moderator.do(ExtendStep(-60_000))
        await anna.sees("Ilya: −1 min")
        await move_to(moderator, 2)
        await shown(anna, "idea-text")
        [seat] = [one for one in moderator.replica.room.all("seat") if one.name == "Anna"]
        await moderator.do(Remind(seat.department))
        await anna.sees("waits for a word from your department")
        await anna.page.reload()
        await shown(anna, "idea-text")
        assert "waits for a word" not in await anna.text()
        assert "Ilya" not in await anna.text()
    await shown(anna, "hosts-away")
    async with program(crowd, links["facilitator"]):
        await anna.at("hosts-away").wait_for(state="detached")


async def test_reactions_are_counted_for_everybody(crowd: Crowd) -> None:
    """One at a time, seen by all for some seconds, and none where a step has no names."""
    links = crowd.room(**ROOM)
    async with program(crowd, links["facilitator"]) as moderator:
        anna, boris = [await crowd.open(links["member"]) for _ in range(2)]
        await anna.join("Anna")
        await boris.join("Boris")
        await move_to(moderator, 1)
        await anna.tap("react")
        await anna.at("react").nth(1).dispatch_event("click")
        await boris.page.locator("[data-testid=react]", has_text="1").first.wait_for()
        assert await boris.page.locator("[data-testid=react]", has_text="1").count() == 1
        await boris.page.locator("[data-testid=react]", has_text="1").wait_for(state="detached")
        await move_to(moderator, 3)
        await shown(anna, "anon-note")
        assert not await anna.at("react").count()


SHAPES = ((320, 568), (360, 740), (740, 360))


@pytest.mark.parametrize("shape", SHAPES)
async def test_main_action_stays_in_reach(crowd: Crowd, shape: tuple[int, int]) -> None:
    """Narrow, tall, lying on its side and with letters twice as large: nothing scrolls sideways
    and what is pressed lies on the screen."""
    width, height = shape
    links = crowd.room(**ROOM)
    person = await crowd.open(links["member"], width=width, height=height)
    await person.page.evaluate("document.documentElement.style.fontSize = '200%'")
    await shown(person, "join-send")
    assert not await wide(person)
    assert await inside(person, "join-send", height)
    await person.join("Anna")
    assert not await wide(person)
    async with program(crowd, links["facilitator"]) as moderator:
        await move_to(moderator, 2)
        await shown(person, "idea-send")
        assert await inside(person, "idea-send", height)
    assert not await wide(person)


async def inside(person: Person, name: str, height: int) -> bool:
    box = await person.at(name).first.bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height + 1


class Inspector:
    """Looks at one screen after another under the rules of accessibility."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    async def look(self, person: Person, name: str) -> None:
        """Both themes. The page must have been opened past its content policy for scripts."""
        await settled(person.page)
        await person.page.evaluate(AXE.read_text("utf-8"))
        for theme in THEMES:
            await person.page.emulate_media(color_scheme=theme)
            found = await person.page.evaluate(RUN, RULES)
            self.faults += [f"{name}, {theme}: {rule} {places[:2]}" for rule, places in found]


async def test_screens_around_the_steps_shut_nobody_out(crowd: Crowd) -> None:
    """R6.9: menu and its pages, catch-up, unsent thoughts and shut doors, under axe's rules."""
    links = crowd.room(**OWN_STEPS, links=["facilitator", "member+lead", "customer"])
    inspector = Inspector()
    door = await crowd.open(next(path for role, path in links.items() if "lead" in role))
    await shown(door, "join-name")
    await door.tap("join-send")
    await inspector.look(door, "a door with a mistake")
    nowhere = await crowd.open("/r/ZZZZZZ#nothing")
    await shown(nowhere, "gate")
    await inspector.look(nowhere, "no room")
    async with program(crowd, links["facilitator"]) as moderator:
        await move_to(moderator, 2)
        await door.write("join-name", "Anna")
        await door.tap("join-role-8")
        await door.tap("join-send")
        await shown(door, "catch-up")
        await inspector.look(door, "catch-up")
        await door.tap("caught-up")
        await door.tap("step-name")
        await shown(door, "menu-why")
        await inspector.look(door, "menu")
        for page, control in (
            ("menu-profile", "me-name"),
            ("menu-park", "park-text"),
            ("menu-leave", "erase"),
            ("menu-result", "result-close"),
        ):
            await door.tap(page)
            await shown(door, control)
            await inspector.look(door, page)
            await door.page.go_back()
        await door.write("idea-text", "half a thought")
        await move_to(moderator, 3)
        await shown(door, "leftover-text")
        await inspector.look(door, "a thought left over")
        await door.tap("leftover-keep")
        await shown(door, "leftover")
        await inspector.look(door, "a thought kept")
    assert not inspector.faults, "\n".join(inspector.faults)
