"""The phone's screens for the kinds of steps, in a real browser; the other people are programs."""

import asyncio
from functools import partial
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from client.room_client import RoomClient
from protocols.commands import (
    ROLES,
    CastDots,
    ClaimDecision,
    EditDecision,
    InviteOwner,
    MergeCards,
    NextStep,
    OfferHelp,
    PostIdea,
    ProposeDecision,
    RaiseHand,
    StopInput,
)
from tests.browser.conftest import Crowd, Person

pytestmark = pytest.mark.timeout(180)

HOUR_MS = 3_600_000
EVERYBODY = sum(ROLES.values())
ACTING = EVERYBODY & ~(ROLES["observer"] | ROLES["stage"])
OPEN: dict[str, Any] = {"lanes": [["Л", "L"]], "hidden": False}
DOTS: dict[str, Any] = {"style": "dots", "budget": 2, "max_per_item": 2, "secret_until_close": True}


def step(kind: str, *, anonymous: bool = False, **settings: Any) -> list[Any]:
    """A step, as POST /api/rooms takes it."""
    name = [kind, kind]
    votes = ACTING if kind == "vote" else 0
    return [kind, name, name, HOUR_MS, "hard", ACTING, EVERYBODY, votes, anonymous, settings]


def _moved(one: RoomClient, before: int) -> bool:
    return one.agenda is not None and one.agenda.current != before


class Hall:
    """A room with a moderator and others who are programs."""

    def __init__(self, crowd: Crowd, *steps: list[Any]) -> None:
        self.crowd = crowd
        links = ["facilitator", "member", "customer", "observer"]
        wanted = {"title": "T", "lang": "en", "links": links, "steps": [*steps, step("close")]}
        self.links = crowd.room(**wanted)
        self.moderator = self.program("facilitator")

    def program(self, role: str) -> RoomClient:
        return RoomClient(self.crowd.server.base + self.links[role])

    async def people(self, *roles: str) -> list[RoomClient]:
        """Programs of these roles, who have joined."""
        found = [self.program(role) for role in roles]
        for number, one in enumerate(found):
            await one.connect()
            await one.join(f"Program {number}")
        return found

    async def phone(self, role: str = "member", name: str = "Anna") -> Person:
        person = await self.crowd.open(self.links[role])
        await person.join(name)
        return person

    async def next(self, *others: RoomClient) -> None:
        """On to the next step, for the moderator and these others."""
        agenda = self.moderator.agenda
        assert agenda is not None, "it is in every view"
        before = agenda.current
        await self.moderator.do(NextStep(), step=before)
        for one in (self.moderator, *others):
            await one.until(partial(_moved, one, before))

    def all(self, kind: str) -> list[Any]:
        return list(self.moderator.replica.room.all(kind))


def sent(person: Person) -> Locator:
    return person.page.locator('[data-testid=idea][data-state="sent"]')


def pressed(person: Person, name: str) -> Locator:
    return person.page.locator(f'[data-testid={name}][aria-pressed="true"]')


async def test_what_is_written_is_never_lost(crowd: Crowd) -> None:
    """R6.9: line breaks stay, a text of them alone is not sent, one that is too long is answered in
    words and kept, and what was withdrawn can be put back."""
    hall = Hall(crowd, step("ideate", lanes=[["Да", "Yes"], ["Нет", "No"]], hidden=True))
    async with hall.moderator:
        anna = await hall.phone()
        await hall.next()
        text = anna.at("idea-text")
        await text.fill("\n\n  \n")
        await expect(anna.at("idea-send")).to_be_disabled()
        await text.press("Control+Enter")
        await expect(anna.at("idea")).to_have_count(0)

        long = "word " * 4_000
        await text.fill(long)
        await expect(anna.at("idea-too-long")).to_be_visible()
        await expect(anna.at("idea-send")).to_be_disabled()
        assert await text.input_value() == long
        await anna.page.reload()
        assert await text.input_value() == long

        await text.fill("")
        await text.press_sequentially("one")
        await text.press("Enter")
        await text.press_sequentially("two")
        await anna.tap("idea-send")
        await sent(anna).wait_for()
        await expect(text).to_be_focused()
        assert await anna.page.locator("button.idea__text").inner_text() == "one\ntwo"

        await anna.page.locator("button.idea__text").click()
        await anna.tap("idea-withdraw")
        await anna.tap("idea-again")
        await sent(anna).wait_for()
        assert "one\ntwo" in await anna.page.locator("button.idea__text").inner_text()
    assert crowd.faults() == []


async def test_a_room_too_small_to_hide_in_offers_to_skip(crowd: Crowd) -> None:
    """R5.6: below four participants an anonymous step warns before writing and offers to skip."""
    hall = Hall(crowd, step("ideate", anonymous=True, lanes=[["Л", "L"]], hidden=True))
    async with hall.moderator:
        anna = await hall.phone()
        await hall.next()
        await anna.at("few-note").wait_for()
        await anna.at("anon-note").wait_for()
        await anna.tap("few-skip")
        await pressed(anna, "few-skip").wait_for()
        await anna.write("idea-text", "after all")
        await expect(pressed(anna, "few-skip")).to_have_count(0)


async def test_grouping_by_tapping_keys_and_advice(crowd: Crowd) -> None:
    """Cards are put together by tap and by key, what is alike is offered, a merge is undone, and
    what others do moves nothing under a finger."""
    hall = Hall(crowd, step("ideate", **OPEN), step("group"))
    async with hall.moderator:
        anna = await hall.phone()
        vera, *_ = await hall.people("member")
        await hall.next(vera)
        for text in ("Refunds take weeks", "The refund takes weeks", "Nobody calls back", "Late"):
            await vera.do(PostIdea(0), text)
        await hall.next(vera)
        first = anna.at("pick").filter(has_text="Refunds take")
        await first.click()
        await expect(anna.at("alike")).to_contain_text("The refund takes weeks")
        await anna.tap("alike-take")
        await expect(pressed(anna, "pick")).to_have_count(2)

        below = anna.at("pick").filter(has_text="Late")
        calls = next(card.id for card in hall.all("card") if card.text == "Nobody calls back")
        await vera.do(MergeCards([calls], 0), "Calls")
        gone = anna.at("pick").filter(has_text="Nobody calls back")
        await expect(gone).to_be_disabled()
        assert await below.bounding_box() is not None
        await expect(anna.at("pick")).to_have_count(4)

        await anna.tap("merge")
        await anna.at("name-theme").wait_for()
        await expect(anna.at("pick")).to_have_count(1)
        await anna.tap("undo")
        await expect(anna.at("pick")).to_have_count(3)

        await below.focus()
        await anna.page.keyboard.press("Space")
        await anna.at("to-theme").focus()
        await anna.page.keyboard.press("Enter")
        await anna.at("group").filter(has_text="Calls").last.press("Enter")
        await expect(anna.at("pick").filter(has_text="Late")).to_have_count(0)
        await vera.close()
    assert crowd.faults() == []


async def test_dots_and_what_the_sides_made_of_them(crowd: Crowd) -> None:
    """R6.3: the last dot says done and taking one back unsays it; after the close the widest gap
    between the voices is named; who only watches has nothing to press."""
    hall = Hall(crowd, step("ideate", **OPEN), step("vote", **DOTS))
    async with hall.moderator:
        anna = await hall.phone()
        watcher = await hall.phone("observer", "Watcher")
        others = await hall.people(*["member"] * 3, *["customer"] * 4)
        await hall.next(*others)
        for text in ("Alpha", "Beta"):
            await others[0].do(PostIdea(0), text)
        await hall.next(*others)
        alpha = anna.at("choice").filter(has_text="Alpha")
        more, less = alpha.get_by_test_id("dot-more"), alpha.get_by_test_id("dot-less")
        await more.click()
        await more.click()
        await pressed(anna, "done").wait_for()
        await expect(more).to_be_disabled()
        await less.click()
        await expect(pressed(anna, "done")).to_have_count(0)
        await more.click()

        await watcher.at("choice").first.wait_for()
        await expect(watcher.at("dot-more")).to_have_count(0)
        first, second = sorted(hall.all("choice"), key=lambda choice: choice.id)
        texts = {card.id: card.text for card in hall.all("card")}
        if texts[first.target] != "Alpha":
            first, second = second, first
        for one in others:
            customer = one.role == ROLES["customer"]
            await one.do(CastDots(second.id if customer else first.id, 2))
        assert not await anna.at("tally").count()
        await hall.moderator.do(StopInput())
        await expect(anna.at("gap")).to_contain_text("100")
        await expect(anna.at("tally").first).to_contain_text("8")
        for one in others:
            await one.close()
    assert crowd.faults() == []


async def test_opinions_are_given_in_turn_and_changed(crowd: Crowd) -> None:
    """V3: each statement in turn, back and forth, all answers to be looked over at the end."""
    vote = step("vote", style="opinion", secret_until_close=True)
    hall = Hall(crowd, step("ideate", **OPEN), vote)
    async with hall.moderator:
        anna = await hall.phone()
        vera, *_ = await hall.people("member")
        await hall.next(vera)
        for text in ("First", "Second", "Third"):
            await vera.do(PostIdea(0), text)
        await hall.next(vera)
        statement = anna.at("choice")
        seen = [await statement.inner_text()]
        await anna.tap("agree")
        await expect(statement).not_to_have_text(seen[0])
        await anna.tap("pass")
        await anna.tap("opinion-back")
        await anna.tap("opinion-back")
        await pressed(anna, "agree").wait_for()
        await anna.tap("disagree")
        await anna.tap("agree")
        await anna.at("answers").wait_for()
        assert (await anna.at("answer").first.inner_text()).endswith("Disagree")
        await anna.at("answer").first.click()
        await anna.tap("agree")
        await expect(anna.at("answer").first).to_contain_text("Agree")
        own = anna.at("answers")
        await own.wait_for()
        await vera.close()
    assert crowd.faults() == []


async def test_wording_with_another_hand_in_it(crowd: Crowd) -> None:
    """R2.3: whoever edits a wording that changes meanwhile sees both, and loses nothing."""
    hall = Hall(crowd, step("draft", due_within_days=30))
    async with hall.moderator:
        anna = await hall.phone()
        await hall.next()
        await anna.tap("propose-open")
        await anna.write("propose-what", "Answer within a day")
        await anna.tap("propose-send")
        await anna.at("decision-edit").wait_for()
        await anna.tap("decision-edit")
        await anna.write("propose-what", "Answer within an hour")
        decision = hall.all("decision")[0]
        await hall.moderator.do(EditDecision(decision.id, 1, decision.due), "Answer by noon")
        await anna.sees("Answer by noon")
        assert await anna.at("propose-what").input_value() == "Answer within an hour"
        await anna.tap("propose-send")
        await expect(anna.at("propose-send")).to_have_count(0)
        await expect(anna.at("decision")).to_contain_text("Answer within an hour")
        await expect(anna.at("decision")).to_contain_text("version 3")
        assert not await anna.at("returned").count()
    assert crowd.faults() == []


FIFTY_TAPS = """async () => {
    for (let tap = 0; tap < 50; tap++) {
        document.querySelector("[data-testid=sign-plain]")?.click();
        await new Promise(resolve => setTimeout(resolve, 4));
    }
}"""


async def test_a_wording_cut_short_by_the_next_step_is_finished_there(crowd: Crowd) -> None:
    """R6.9: nothing is lost when the facilitator moves on while somebody words a decision."""
    hall = Hall(crowd, step("draft"), step("claim"))
    async with hall.moderator:
        anna = await hall.phone()
        await hall.next()
        await anna.tap("propose-open")
        await anna.write("propose-what", "Half a thought")
        await hall.next()
        await expect(anna.at("unsent-decision")).to_contain_text("Half a thought")
        await anna.tap("unsent-open")
        await anna.write("propose-what", "A whole thought")
        await anna.tap("propose-send")
        await expect(anna.at("decision")).to_contain_text("A whole thought")
        await expect(anna.at("unsent-decision")).to_have_count(0)
    assert crowd.faults() == []


# Clicks in the same breath, before the page can hear from the server.
HURRY = """async () => {
    const until = performance.now() + 1200;
    await new Promise(resolve => setTimeout(resolve));
    while (performance.now() < until);
    document.querySelector("[data-testid=claim]").click();
}"""


async def test_taking_and_signing(crowd: Crowd) -> None:
    """R2.3, R2.4, R2.8: fifty taps make one signature, a change of one letter asks for a new one,
    giving back takes a reason, and whoever comes second is offered to help."""
    hall = Hall(crowd, step("draft"), step("claim"))
    async with hall.moderator:
        anna = await hall.phone()
        vera, *_ = await hall.people("member")
        await hall.next(vera)
        for what in ("Alpha", "Beta"):
            await vera.do(ProposeDecision(0, []), what)
        await hall.next(vera)
        await anna.at("decision").filter(has_text="Alpha").click()
        await anna.tap("claim")
        await anna.at("sign-plain").wait_for()
        await anna.page.evaluate(FIFTY_TAPS)
        await anna.at("signed").wait_for()
        assert not await anna.at("toast").count()
        alpha = next(one for one in hall.all("decision") if one.what == "Alpha")
        deeds = [one.deed for one in hall.all("trace") if one.decision == alpha.id]
        assert deeds == ["taken", "signed"]

        await hall.moderator.do(EditDecision(alpha.id, alpha.version, alpha.due), "Alpha.")
        await anna.at("sign").wait_for()
        await anna.sees("Alpha.")
        await anna.tap("release-open")
        await expect(anna.at("release-send")).to_be_disabled()
        await anna.write("release-text", "Not mine")
        await anna.tap("release-send")
        await anna.sees("Not mine")
        await anna.tap("list-back")

        beta = next(one for one in hall.all("decision") if one.what == "Beta")
        await anna.at("decision").filter(has_text="Beta").click()
        await anna.at("claim").wait_for()
        hurry = asyncio.create_task(anna.page.evaluate(HURRY))
        await asyncio.sleep(0.3)
        await vera.do(ClaimDecision(beta.id))
        await hurry
        await anna.sees("Owner: Program 0")
        await anna.write("help-text", "I count")
        await anna.tap("help-send")
        await anna.sees("You have offered help")
        await vera.close()
    assert crowd.faults() == []


async def test_asked_in_private_and_handed_over(crowd: Crowd) -> None:
    """R2.5, R2.8: an invitation is declined without a trace; a handover takes both signatures."""
    hall = Hall(crowd, step("draft"), step("claim"))
    async with hall.moderator:
        anna, boris = await hall.phone(), await hall.phone(name="Boris")
        vera, *_ = await hall.people("member")
        await hall.next(vera)
        await vera.do(ProposeDecision(0, []), "Alpha")
        await hall.next(vera)
        alpha = hall.all("decision")[0]
        seats = {seat.name: seat.id for seat in hall.all("seat")}
        await hall.moderator.do(InviteOwner(alpha.id, seats["Anna"]))
        await anna.at("invitation").wait_for()
        assert not await boris.at("invitation").count()
        await anna.tap("decline")
        await expect(anna.at("invitation")).to_have_count(0)

        await vera.do(OfferHelp(alpha.id), "I count")
        await anna.at("decision").click()
        await anna.at("help-open").click()
        await anna.write("help-text", "I write")
        await anna.tap("help-send")
        await boris.at("decision").click()
        await boris.tap("claim")
        await boris.tap("hand-open")
        await boris.at("hand-to").filter(has_text="Anna").click()
        await anna.at("sign-plain").click()
        await anna.at("sign-plain").click()
        await anna.at("signed").wait_for()
        await expect(boris.at("decision")).to_contain_text("Anna")
        await vera.close()
    assert crowd.faults() == []


async def test_the_queue_tells_ones_place(crowd: Crowd) -> None:
    """R6.5: a hand goes up, its place is told, and it comes down."""
    hall = Hall(crowd, step("discuss"))
    async with hall.moderator:
        anna = await hall.phone()
        vera, *_ = await hall.people("member")
        await hall.next(vera)
        await vera.do(RaiseHand())
        await anna.at("hand").wait_for()
        await anna.tap("hand-up")
        await anna.sees("Your place in the queue: 2")
        await anna.tap("hand-down")
        await expect(anna.at("hand")).to_have_count(1)
        await vera.close()
    assert crowd.faults() == []
