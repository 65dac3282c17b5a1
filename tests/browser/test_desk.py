"""The moderator's desk: steering with a way back, who is silent, other people's eyes, the end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from playwright.async_api import WebSocketRoute

from client.room_client import RoomClient
from protocols.commands import PostIdea, ProposeDecision, SignByLink
from rooms.agenda import StepPlan
from rooms.roles import ACTING, EVERYBODY
from rooms.steps import Text
from tests.browser.conftest import Crowd, Person, eventually

pytestmark = pytest.mark.timeout(240)

HIDDEN = "nobody may read this before the reveal"
KINDS = ["ideate", "reveal", "group", "vote", "discuss", "draft", "claim", "brief", "break"]


def step(kind: str, minutes: int = 10, *, anonymous: bool = False) -> StepPlan:
    """A step for everybody."""
    title = f"Step unsaid {kind}" if anonymous else f"Step {kind}"
    name, prompt = Text(title, title), Text("Прочтите.", "Read this.")
    settings: dict[str, Any] = {"lanes": [["Мысли", "Thoughts"]]} if kind == "ideate" else {}
    return StepPlan(
        kind,
        name,
        prompt,
        minutes * 60_000,
        "grace",
        ACTING,
        EVERYBODY,
        ACTING,
        anonymous=anonymous,
        settings=settings,
    )


class Table:
    """A room with the given steps, its links, and people in it who are programs."""

    def __init__(self, crowd: Crowd, links: dict[str, str]) -> None:
        self.crowd = crowd
        self.links = links
        self.clients: list[RoomClient] = []

    async def client(self, role: str, name: str = "", department: str = "") -> RoomClient:
        """Somebody who came by the link of a role; with a name also took a seat."""
        client = RoomClient(self.crowd.server.base + self.links[role])
        await client.connect()
        self.clients.append(client)
        if name:
            known = {one.name: one.id for one in client.replica.room.all("department")}
            await client.join(name, known.get(department, 0), "onsite")
        return client

    async def desk(
        self, role: str = "facilitator", *, width: int = 1440, height: int = 900
    ) -> Person:
        """A moderator's desk."""
        return await self.crowd.open(self.links[role], width=width, height=height)


@asynccontextmanager
async def table(crowd: Crowd, *steps: StepPlan, **wanted: Any) -> AsyncIterator[Table]:
    """A room; its people leave in the end."""
    plain = {"title": "Desk", "goal": "A goal.", "lang": "en", "steps": msgspec.to_builtins(steps)}
    roles = ["facilitator", "cofacilitator", "stage", "member", "lead", "customer"]
    made = Table(crowd, crowd.room(**{"links": roles, **plain, **wanted}))
    try:
        yield made
    finally:
        for client in made.clients:
            await client.close()


async def shows(person: Person, name: str, text: str) -> None:
    """Wait until a control says something."""

    async def said() -> bool:
        found = person.at(name)
        return bool(await found.count()) and text in await found.first.inner_text()

    await eventually(said, f"{name} shows {text!r}")


async def lacks(person: Person, name: str) -> None:
    """Wait until there is no such control."""
    await person.at(name).first.wait_for(state="detached")


async def begin(desk: Person, name: str) -> None:
    """Start the session."""
    await desk.tap("next")
    await shows(desk, "step-name", name)


async def move_on(desk: Person, name: str) -> None:
    """Press "next", twice where people are not done, until the step has this name."""

    async def there() -> bool:
        if name in await desk.at("step-name").first.inner_text():
            return True
        await desk.tap("next")
        await desk.page.wait_for_timeout(300)
        return False

    await eventually(there, f"the step {name}", 40)


async def test_step_is_put_in_left_out_and_taken_back(crowd: Crowd) -> None:
    """R5.1: the agenda is changed while it runs; every kind works with its defaults, and each
    change can be undone for a moment."""
    async with table(crowd, step("brief"), step("discuss")) as room:
        desk = await room.desk()
        await begin(desk, "Step brief")
        rows = desk.at("agenda-step")
        for n, kind in enumerate(KINDS):
            await desk.tap("insert-open")
            await desk.tap(f"insert-kind-{kind}")
            await desk.tap("insert-send")
            await eventually(lambda n=n: _count(rows, 3 + n), f"a step of kind {kind}")
        assert "Break" in await rows.nth(1).inner_text()
        await desk.tap("undo-last")
        await desk.page.locator("[data-testid=agenda-step][data-state=skipped]").wait_for()
        await rows.nth(2).get_by_test_id("agenda-open").click()
        await desk.tap("skip")
        skipped = desk.page.locator("[data-testid=agenda-step][data-state=skipped]")
        await eventually(lambda: _count(skipped, 2), "the step is left out")
        box = await desk.at("skip").first.bounding_box()
        assert box is not None and box["height"] >= 44
        await desk.tap("undo-last")
        await eventually(lambda: _count(skipped, 1), "the step is taken in again")
    assert crowd.faults() == []


async def test_change_of_time_is_announced_to_the_other_moderator(crowd: Crowd) -> None:
    """R5.1: whoever leads with somebody else sees who did what to time, and can take it back."""
    async with table(crowd, step("brief"), step("discuss")) as room:
        desk = await room.desk()
        other = await room.desk("cofacilitator")
        await desk.tap("name-me")
        await desk.write("host-name", "Ilya")
        await desk.tap("host-name-send")
        await begin(desk, "Step brief")
        await desk.tap("minus1")
        await shows(other, "said", "Ilya: −1 min")
        await shows(other, "timer", "8:")
        await other.tap("undo-last")
        await shows(desk, "timer", "9:")
        await desk.tap("stop")
        await desk.at("hint-stopped").wait_for()
        await desk.tap("hint-plus1")
        await shows(desk, "timer", "0:")
        await lacks(desk, "hint-stopped")
    assert crowd.faults() == []


async def test_two_moderators_press_next_at_once(crowd: Crowd) -> None:
    """R5.1: the agenda moves by one step, and the slower of the two is told kindly."""
    held: list[str | bytes] = []
    hold = asyncio.Event()

    async def slow(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            if hold.is_set():
                held.append(message)
            else:
                route.send(message)

        server.on_message(pass_on)
        late.append(route)

    late: list[WebSocketRoute] = []
    async with table(crowd, step("brief"), step("discuss"), step("close")) as room:
        desk = await room.desk()
        other = await crowd.open("/", width=1440, height=900)
        await other.page.route_web_socket("**/ws/**", slow)
        await other.page.goto(crowd.server.base + room.links["cofacilitator"])
        await other.at("next").wait_for()
        hold.set()
        await begin(desk, "Step brief")
        await other.tap("next")
        await eventually(lambda: _true(len(held) > 1), "the answer is on its way")
        hold.clear()
        for message in held:
            late[0].send(message)
        await shows(other, "step-name", "Step brief")
        await shows(other, "said", "moved on already")
        assert not await other.at("toast").count()
        assert "Step brief" in await desk.at("step-name").inner_text()


async def test_silent_departments_are_named_and_reminded(crowd: Crowd) -> None:
    """R1.7: the desk tells the share of people who have contributed and the departments without
    a card, never a person; those who were silent are reminded in private."""
    departments = [{"name": "Sales"}, {"name": "Accounting", "internal": True}]
    steps = (step("ideate"), step("ideate", anonymous=True))
    async with table(crowd, *steps, departments=departments) as room:
        desk = await room.desk()
        people = [await room.client("member", name, "Sales") for name in ("Anna", "Boris", "Vera")]
        silent = await room.client("member", "Gleb", "Accounting")
        await begin(desk, "Step ideate")
        for person in people:
            await person.do(PostIdea(0), HIDDEN)
        await shows(desk, "heard-share", "75%")
        await shows(desk, "silent-one", "Accounting")
        assert "Gleb" not in await desk.at("silent").inner_text()
        assert HIDDEN not in await desk.text()
        await desk.tap("remind")
        await silent.until(lambda: list(silent.replica.own.all("reminder")))
        assert not list(people[0].replica.own.all("reminder"))
        await move_on(desk, "Step unsaid")
        await desk.page.get_by_text("A step without names").wait_for()
        assert not await desk.at("silent").count()
    assert crowd.faults() == []


async def test_desk_shows_through_others_eyes_and_points_for_all(crowd: Crowd) -> None:
    """R0.5: the desk's pictures of stage and phone show the current step and nothing that it
    hides, count as nobody and leave no trace; the spotlight reaches the stage and leaves it."""
    async with table(crowd, step("ideate"), step("reveal")) as room:
        desk = await room.desk()
        stage = await crowd.open(room.links["stage"], width=1280, height=720)
        anna = await room.client("member", "Anna")
        await begin(desk, "Step ideate")
        await anna.do(PostIdea(0), HIDDEN)
        await desk.tap("open-phone")
        phone = desk.at("view-phone").frame_locator("iframe")
        await phone.get_by_text("Step ideate").first.wait_for()
        await desk.page.keyboard.press("Escape")
        picture = desk.at("view-stage")
        await picture.get_by_text("Step ideate").first.wait_for()
        assert HIDDEN not in await picture.inner_text()
        assert HIDDEN not in await desk.text()
        await shows(desk, "ready", "0 of 1")
        kept = await desk.page.evaluate("Object.keys(localStorage)")
        assert not [
            key
            for key in kept
            if not key.startswith(("oneroom:lang", "oneroom:min"))
            and not key.endswith(":m")
            and ":m:" not in key
        ]
        await desk.tap("reveal-all")
        await desk.tap("card-open")
        await desk.tap("spot")
        await stage.at("stage-spotlight").wait_for()
        await picture.get_by_test_id("stage-spotlight").wait_for()
        await desk.tap("spot-off")
        await lacks(stage, "stage-spotlight")
    assert crowd.faults() == []


async def test_links_are_made_shown_and_revoked(crowd: Crowd) -> None:
    """R6.2: a link may leave the role open; an invitation is ready to paste in both languages;
    revoking says plainly that there is no way back, and cuts people off."""
    async with table(crowd, step("brief")) as room:
        desk = await room.desk()
        anna = await room.client("member", "Anna")
        await desk.tap("links-open")
        await desk.at("link").first.wait_for()
        before = await desk.at("link").count()
        await desk.tap("link-role-8")
        await desk.tap("link-role-16")
        await desk.tap("link-add")
        await eventually(lambda: _count(desk.at("link"), before + 1), "the new link")
        opened = desk.at("link").filter(has_text="Participant or leader")
        url = await opened.get_by_test_id("link-url").input_value()
        await opened.get_by_test_id("link-letter").click()
        for lang, word in (("ru", "Откройте ссылку"), ("en", "Open the link")):
            letter = await desk.at(f"letter-{lang}").input_value()
            assert word in letter and url in letter
        await desk.page.keyboard.press("Escape")
        ordinary = desk.at("link").filter(has_text="For all staff")
        await ordinary.get_by_test_id("link-show").click()
        await desk.at("link-large").locator("img").wait_for()
        await desk.page.keyboard.press("Escape")
        await ordinary.get_by_test_id("link-revoke").click()
        await desk.page.get_by_text("never works again").wait_for()
        await ordinary.get_by_test_id("link-revoke").click()
        await eventually(lambda: _count(desk.at("link"), before), "the link is gone")
        with pytest.raises(Exception, match=r"4403|revoked"):
            await anna.until(lambda: False, 10)
    assert crowd.faults() == []


async def test_warnings_before_the_beginning(crowd: Crowd) -> None:
    """R1.4, R6.1: a warning where no internal department is expected, gone once one is added, and
    a softer one that names it while nobody of it is here; leaders alone are warned about too."""
    async with table(crowd, step("brief"), departments=[{"name": "Sales"}]) as room:
        desk = await room.desk()
        await desk.at("warning-no_internal").wait_for()
        await desk.tap("warning-expect")
        await desk.write("expect-name", "Accounting")
        await desk.tap("expect-send")
        await lacks(desk, "warning-no_internal")
        await room.client("lead", "Boss", "Sales")
        await desk.at("warning-only_leaders").wait_for()
        await shows(desk, "warning-internal_missing", "Accounting")
        await begin(desk, "Step brief")
        await shows(desk, "warning-internal_missing", "Accounting")
        await room.client("customer", "Carla")
        await lacks(desk, "warning-only_leaders")
        await room.client("member", "Anna", "Accounting")
        await lacks(desk, "warning-internal_missing")
    assert crowd.faults() == []


async def test_closing_waits_for_every_decision(crowd: Crowd) -> None:
    """R2.6: the room does not close before each decision has a signature or a fate, which is
    given right there."""
    async with table(crowd, step("draft"), step("claim"), step("close")) as room:
        desk = await room.desk()
        anna = await room.client("member", "Anna")
        await begin(desk, "Step draft")
        for words in ("We answer within a day", "We call back within an hour"):
            await anna.do(ProposeDecision(0, []), words, "", "", "")
        await move_on(desk, "Step close")
        await desk.tap("close-open")
        assert await desk.at("close-sure").is_disabled()
        sheet = desk.page.get_by_role("dialog")
        await sheet.get_by_test_id("fate-parked").first.click()
        await eventually(lambda: _count(sheet.get_by_test_id("settle"), 1), "one is settled")
        await sheet.get_by_test_id("fate-nobody").first.click()
        await eventually(lambda: desk.at("close-sure").is_enabled(), "the room can be closed")
        await desk.tap("close-sure")
        await shows(desk, "step-name", "closed")
        await desk.at("result").wait_for()
    assert crowd.faults() == []


async def test_absent_owner_gets_a_personal_link(crowd: Crowd) -> None:
    """R2.7: who could not come is asked by a link of their own, the decision waits for that
    signature, and the room can close meanwhile."""
    async with table(crowd, step("draft"), step("close")) as room:
        desk = await room.desk()
        anna = await room.client("member", "Anna")
        await begin(desk, "Step draft")
        await anna.do(ProposeDecision(0, []), "We answer within a day", "", "", "")
        await desk.tap("invite")
        await desk.write("absent-name", "Pavel")
        await desk.tap("absent-send")
        await shows(desk, "awaited", "Pavel")
        await desk.tap("absent-link")
        letter = await desk.at("letter-en").input_value()
        assert "We answer within a day" in letter
        absent = RoomClient(letter[letter.rindex("http") :].strip())
        await absent.connect()
        await absent.join("Pavel")
        wording = next(iter(absent.replica.room.all("decision")))
        await desk.page.keyboard.press("Escape")
        await move_on(desk, "Step close")
        await desk.tap("close-open")
        await eventually(lambda: desk.at("close-sure").is_enabled(), "the room can close")
        await desk.tap("close-sure")
        await shows(desk, "step-name", "closed")
        await absent.do(SignByLink(wording.id, wording.version, wording.digest), step=0)
        await absent.close()
    assert crowd.faults() == []


async def test_three_hundred_cards_are_found_and_hidden_and_brought_back(crowd: Crowd) -> None:
    """M1, M3: among three hundred cards one is found by a word, hidden, and brought back."""
    async with table(crowd, step("ideate"), step("reveal")) as room:
        desk = await room.desk()
        people = [await room.client("member", f"Person {n}") for n in range(4)]
        await begin(desk, "Step ideate")
        await asyncio.gather(*(_write(person, n) for n, person in enumerate(people)))
        await desk.tap("reveal-all")
        cards = desk.at("mod-card")
        await eventually(lambda: _count(cards, 300), "all cards")
        await desk.write("find", "thought 2-37")
        await eventually(lambda: _count(cards, 1), "the one that was sought")
        await desk.tap("card-open")
        await desk.tap("card-hide")
        await eventually(lambda: _count(cards, 0), "it is hidden")
        await desk.tap("undo-last")
        await eventually(lambda: _count(cards, 1), "it is back")
    assert crowd.faults() == []


async def test_keys_steer_and_are_listed(crowd: Crowd) -> None:
    """R5.1: every button of the bar has a key, in either layout of the keyboard, which does
    nothing while somebody types or a sheet is open."""
    async with table(crowd, step("brief"), step("discuss")) as room:
        desk = await room.desk()
        keys = desk.page.keyboard
        await desk.at("next").wait_for()
        await keys.press("ArrowRight")
        await shows(desk, "step-name", "Step brief")
        await keys.press("Space")
        await desk.at("resume").wait_for()
        await keys.press("Space")
        await desk.at("pause").wait_for()
        await keys.press("-")
        await shows(desk, "timer", "8:")
        await keys.press("?")
        await desk.page.get_by_role("dialog").get_by_text("Take a minute").wait_for()
        await keys.press("-")
        await keys.press("Escape")
        await desk.page.get_by_role("dialog").wait_for(state="detached")
        assert (await desk.at("timer").inner_text()).startswith("8:")
        await desk.page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: 'д'}))")
        await desk.at("link").first.wait_for()
    assert crowd.faults() == []


async def test_missed_deadline_waits_for_a_word(crowd: Crowd) -> None:
    """A4: steps whose time ran out while the server was away are not raced through; the desk
    keeps its last picture meanwhile, steers nothing, and then says what happened."""
    short = [msgspec.structs.replace(step("brief"), planned_ms=1_500, policy="hard")] * 3
    async with table(crowd, *short, step("close")) as room:
        desk = await room.desk()
        await begin(desk, "Step brief")
        crowd.server.kill()
        await eventually(lambda: desk.at("next").is_disabled(), "the bar is off")
        assert "Step brief" in await desk.at("step-name").inner_text()
        await desk.page.wait_for_timeout(3_500)  # two steps' time, which nobody watches
        crowd.server.start()
        await desk.at("missed").wait_for()
        await desk.tap("missed-resume")
        await lacks(desk, "missed")


async def test_desk_fits_tablet_and_phone(crowd: Crowd) -> None:
    """R6.9: a tablet held in one hand and a phone steer with the same controls, without sideways
    scrolling; sheets and swipes lead to what a laptop shows at once."""
    async with table(crowd, step("brief"), step("discuss")) as room:
        tablet = await room.desk(width=768, height=1024)
        phone = await room.desk(width=320, height=640)
        for device in (tablet, phone):
            await device.at("next").wait_for()
            assert await device.page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        await begin(tablet, "Step brief")
        await shows(phone, "step-name", "Step brief")
        await phone.tap("plus1")
        await tablet.at("said").wait_for()
        await tablet.tap("open-plan")
        await tablet.at("agenda-step").first.wait_for()
        await tablet.page.keyboard.press("Escape")
        await tablet.tap("hand-side")
        rail = await tablet.page.locator(".rail-h").bounding_box()
        assert rail is not None and rail["x"] == 0
        await phone.tap("mod-page-plan")
        await phone.page.wait_for_function(
            "document.querySelector('.pager').scrollLeft > 300", timeout=5_000
        )
        for name in ("back", "pause", "plus1", "next"):
            box = await phone.at(name).first.bounding_box()
            assert box is not None and box["height"] >= 44 and box["width"] >= 44
    assert crowd.faults() == []


async def _write(person: RoomClient, n: int) -> None:
    for number in range(75):
        await person.do(PostIdea(0), f"thought {n}-{number}")


async def _count(found: Any, n: int) -> bool:
    return bool(await found.count() == n)


async def _true(value: bool) -> bool:
    return value
