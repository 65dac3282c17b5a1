"""A facilitator's day in real browsers: home page, desk, stage, three phones and a guest, from an
empty home page to everybody's result; once as it should be, once with everything going wrong."""

import asyncio
from typing import Final
from urllib.parse import urlsplit

import pytest

from client.sayings import Lang
from server.templates import shipped
from tests.browser.conftest import Crowd, Person, eventually
from tests.browsers.wire import Wire

pytestmark = pytest.mark.timeout(300)

TEMPLATE: Final = shipped()["first-session-45"]
NO_BREAK: Final = "\u00a0"
LANGS: Final[tuple[Lang, ...]] = ("ru", "en")


class Day:
    """One room, and everybody's screens in it."""

    def __init__(self, crowd: Crowd, lang: Lang) -> None:
        self.crowd = crowd
        self.lang = lang
        self.links: dict[str, str] = {}
        self.desk: Person
        self.stage: Person

    def named(self, step: str) -> str:
        """The name of a step of the template in this room's language."""
        found = next(one for one in TEMPLATE.steps if one.id == step)
        return str(getattr(found.name, self.lang))

    async def make_room(self) -> None:
        """Make the room, and take its links."""
        self.links = self.crowd.room(
            template=TEMPLATE.id,
            title="Ответ за день",
            goal="К 1 марта каждый клиент получает ответ за один день.",
            lang=self.lang,
            departments=[{"name": "Продажи"}, {"name": "Бухгалтерия", "internal": True}],
        )

    async def open_all(self) -> None:
        self.desk = await self.open_desk()
        self.stage = await self.crowd.open(self.links["stage"], width=1920, height=1080)
        await self.stage.at("stage-qr").wait_for()

    async def open_desk(self) -> Person:
        """A moderator's page."""
        return await self.crowd.open(self.links["facilitator"], width=1440, height=900)

    async def step(self, step: str) -> None:
        """Press next, once more where people are not done, until a step is open."""

        async def there() -> bool:
            if await self.is_at(step):
                return True
            await self.desk.tap("next")
            await self.desk.page.wait_for_timeout(200)
            return await self.is_at(step)

        await eventually(there, f"the desk is at {step}", 40)

    async def is_at(self, step: str, desk: Person | None = None) -> bool:
        """Whether a desk shows this step now."""
        shown = await (desk or self.desk).at("step-name").first.inner_text()
        return self.named(step) in shown.replace(NO_BREAK, " ")


@pytest.fixture(params=LANGS)
async def day(crowd: Crowd, request: pytest.FixtureRequest) -> Day:
    """A room made by hand, with desk and stage open."""
    day = Day(crowd, request.param)
    await day.make_room()
    await day.open_all()
    return day


async def idea(person: Person, text: str) -> None:
    """Write an idea and see it saved."""
    before = await person.page.locator('[data-testid=idea][data-state="sent"]').count()
    await person.write("idea-text", text)
    await person.tap("idea-send")
    sent = person.page.locator('[data-testid=idea][data-state="sent"]')
    await sent.nth(before).wait_for()


async def hold(person: Person) -> None:
    """Hold the button until the signature stands."""
    await person.at("sign").first.hover()
    await person.page.mouse.down()
    await person.at("signed").first.wait_for()
    await person.page.mouse.up()


async def test_a_day_as_it_should_be(day: Day) -> None:
    """R2.3, R2.5, R5.1, R6.2, R6.9, R7.5: hidden ideas, themes, a secret vote, talk, a decision
    taken and signed; and the result for everybody at the same link."""
    crowd, desk, stage = day.crowd, day.desk, day.stage
    anna, boris, vera = [await crowd.open(day.links["member"]) for _ in range(3)]
    await anna.join("Анна")
    await boris.join("Борис")
    await vera.join("Вера", "remote")
    guest = await crowd.open(day.links["customer"])
    await guest.join("Тамара", "remote")

    await day.step("open")
    await day.step("ideas")
    for person, text in ((anna, "тайное-один"), (boris, "тайное-два"), (guest, "тайное-три")):
        await idea(person, text)
    await eventually(lambda: has(stage, "stage-count", "3"), "the stage counts three cards")
    for person in (vera, desk, stage, boris):
        assert "тайное-один" not in await person.text()
    await day.step("unsaid")
    await guest.at("wait").wait_for()
    assert day.named("unsaid") not in await guest.text()
    await anna.at("anon-note").wait_for()
    await idea(anna, "невысказанное")
    await day.step("show")
    for person in (vera, desk, stage, guest):
        await person.sees("тайное-один")
    assert "невысказанное" not in await guest.text()

    await day.step("themes")
    for text in ("тайное-один", "тайное-два"):
        await vera.at("pick").filter(has_text=text).first.click()
    await vera.tap("merge")
    await day.step("choose")
    await anna.tap("dot-more")
    await boris.tap("dot-more")
    await vera.at("dots-left").wait_for()
    assert not await vera.at("tally").count() + await stage.at("stage-tally").count()
    await desk.tap("stop")
    await stage.at("stage-tally").first.wait_for()
    await day.step("talk")
    await vera.tap("hand-up")
    await desk.tap("give-floor")
    await stage.sees("Вера")

    await day.step("draft")
    await anna.tap("propose-open")
    for words in ("Отвечаем на письма за день", "Бросаем всё"):
        await anna.write("propose-what", words)
        await anna.tap("propose-send")
        await stage.sees(words)
        if words != "Бросаем всё":
            await anna.tap("propose-open")
    await day.step("take")
    await boris.at("decision").filter(has_text="Отвечаем").first.click()
    await boris.tap("claim")
    await hold(boris)
    for person in (stage, anna, desk):
        await person.sees("Борис")

    await day.step("close")
    await desk.tap("close-room")
    assert await desk.at("close-sure").is_disabled(), "a decision has neither owner nor fate"
    await desk.page.get_by_role("dialog").get_by_test_id("fate-nobody").click()
    await desk.tap("close-sure")
    for person in (anna, boris, vera, guest):
        decided = person.at("result-decision").filter(has_text="Отвечаем на письма за день")
        await decided.filter(has_text="Борис").first.wait_for()
    assert "невысказанное" not in await guest.text()
    late = await crowd.open(day.links["member"])
    await late.at("result").first.wait_for()
    assert crowd.faults() == []


async def has(person: Person, name: str, text: str) -> bool:
    found = person.at(name)
    return bool(await found.count()) and text in await found.first.inner_text()


async def value(person: Person, name: str, text: str) -> bool:
    found = person.at(name)
    return bool(await found.count()) and await found.first.input_value() == text


NAMES: Final = ("Ж", "Я" * 80, "🌿🐝", "שרה כהן")
MARKUP: Final = '<img src=x onerror="document.title=1"> & <b>жирно</b>'


async def test_a_day_when_everything_goes_wrong(day: Day) -> None:
    """R2.3, R5.1, R6.9: odd names, two moderators who press at once, markup, a paste of a book, a
    reload, the back button, a line that breaks while the step moves on, a server that is killed, a
    second phone, a claim too late, fifty taps on the signature: nobody loses a word, and nothing
    happens twice."""
    crowd, desk, stage = day.crowd, day.desk, day.stage
    second = await day.open_desk()
    async with Wire(crowd.server.port) as wire:
        anna = await crowd.open(day.links["member"], port=wire.port)
        boris, vera = [await crowd.open(day.links["member"]) for _ in range(2)]
        guest = await crowd.open(day.links["customer"])
        for person, name in zip((anna, boris, vera, guest), NAMES, strict=True):
            await person.join(name)
        await day.step("open")
        await both_press_next(day, second)
        await odd_ideas(boris)
        await cut_off_while_the_step_moves_on(day, anna, wire)
        await day.step("show")
        for text in ("поздняя мысль", MARKUP):
            await vera.sees(text)
        assert await vera.page.title() != "1", "markup is text"

        await day.step("choose")
        twin = await second_phone(crowd, boris)
        await boris.tap("dot-more")
        left = await boris.at("dots-left").inner_text()
        await eventually(lambda: has(twin, "dots-left", left), "the other phone has the same dots")
        await desk.tap("stop")
        await stage.at("stage-tally").first.wait_for()

        await day.step("draft")
        await vera.tap("propose-open")
        await vera.write("propose-what", "Отвечаем на письма за день")
        await vera.tap("propose-send")
        await day.step("take")
        await sign_with_fifty_taps(vera, stage)
        await anna.at("decision").first.click()
        assert not await anna.at("claim").count(), "it has an owner"

        await day.step("close")
        await desk.tap("close-room")
        await desk.tap("close-sure")
        for person in (anna, boris, vera, guest, twin):
            decided = person.at("result-decision").filter(has_text="Отвечаем на письма за день")
            await decided.first.wait_for()
    assert crowd.faults() == []


async def both_press_next(day: Day, second: Person) -> None:
    """The room moves on once, whoever was first."""
    await eventually(lambda: day.is_at("open", second), "the second desk follows")
    await asyncio.gather(*(person.tap("next") for person in (day.desk, second) for _ in "ab"))
    await day.step("ideas")
    await eventually(lambda: day.is_at("ideas", second), "both desks are at the same step")


async def odd_ideas(person: Person) -> None:
    """Markup is text; nothing is nothing; a book is answered in words; a draft stays."""
    await idea(person, MARKUP)
    await person.write("idea-text", "\n \n")
    assert await person.at("idea-send").is_disabled()
    await person.write("idea-text", "длинно " * 3_000)
    await person.at("idea-too-long").wait_for()
    await person.write("idea-text", "недописанное")
    await person.page.reload()
    await eventually(lambda: value(person, "idea-text", "недописанное"), "the draft is back")
    await person.page.evaluate("history.back()")
    await eventually(lambda: value(person, "idea-text", "недописанное"), "the page stays")


async def cut_off_while_the_step_moves_on(day: Day, person: Person, wire: Wire) -> None:
    """An idea written without a line, with the server killed meanwhile, comes as a late one."""
    await person.write("idea-text", "поздняя мысль")
    await wire.cut()
    await person.tap("idea-send")
    await person.page.locator('[data-testid=idea][data-state="sending"]').wait_for()
    day.crowd.server.kill()
    assert day.named("ideas") in (await day.stage.text()).replace(NO_BREAK, " ")
    day.crowd.server.start()
    await day.step("unsaid")
    await wire.mend()
    await day.desk.tap("mod-tab-trays")
    await day.desk.sees("поздняя мысль")
    await day.desk.tap("late-admit")
    await day.desk.tap("mod-tab-live")


async def second_phone(crowd: Crowd, person: Person) -> Person:
    """The same person on another device, by the token that the first one holds."""
    stored: dict[str, str] = await person.page.evaluate("({...localStorage})")
    token = next(text for key, text in stored.items() if ":seat:" in key)
    return await crowd.open(f"{urlsplit(person.page.url).path}#{token}")


async def sign_with_fifty_taps(person: Person, stage: Person) -> None:
    """However often it is tapped, there is one signature."""
    await person.at("decision").first.click()
    await person.tap("claim")
    await person.at("sign-plain").wait_for()
    await person.page.evaluate(
        """async () => { for (let n = 0; n < 50; n++) {
            document.querySelector("[data-testid=sign-plain]")?.click();
            await new Promise(done => setTimeout(done, 20)); } }"""
    )
    await person.at("signed").first.wait_for()
    await eventually(lambda: signatures(stage, 1), "one signature on the stage")
    assert await person.at("toast").count() == 0, "nothing was refused"


async def signatures(stage: Person, n: int) -> bool:
    return (
        await stage.page.locator('[data-testid=stage-decision][data-state="signed"]').count() == n
    )
