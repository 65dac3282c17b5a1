"""Makes the README's picture: stage, moderator's page and three phones of one room.

`python -m tests.browser.picture docs/room.png` plays a little of a session and photographs it.
"""

import asyncio
import base64
import sys
from pathlib import Path

from playwright.async_api import async_playwright

from client.own_server import OwnServer
from client.room_client import RoomClient
from protocols.commands import PostIdea
from tests.browser.conftest import FLAGS, Crowd, Person
from tests.browser.test_session import move_on

IDEAS = (
    (0, "The shift lead may refund at once"),
    (1, "Nobody answers after six in the evening"),
    (0, "Support sees the whole order, not only the ticket"),
    (1, "Two forms for one complaint"),
    (1, "The letter says why, but not what to do next"),
    (0, "New colleagues sit with customers for a day"),
)
PAGE = """<body style="margin:0;background:#dfe2dc;width:1600px;height:1010px;position:relative">
<style>img{{position:absolute;border-radius:6px;box-shadow:0 10px 34px rgba(21,24,27,.28)}}</style>
<img src="{stage}" style="left:40px;top:36px;width:900px">
<img src="{moderator}" style="left:660px;top:330px;width:900px">
<img src="{one}" style="left:60px;top:480px;height:480px">
<img src="{two}" style="left:314px;top:505px;height:480px">
<img src="{three}" style="left:1340px;top:24px;height:440px"></body>"""


async def photograph(person: Person) -> str:
    """A page as a data address."""
    picture = base64.b64encode(await person.page.screenshot()).decode()
    return f"data:image/png;base64,{picture}"


async def people(urls: dict[str, str]) -> list[RoomClient]:
    """Twelve others, who write and are here."""
    names = "Boris Clara Dmitri Elena Farid Galina Henrik Irina Jonas Katya Lev Maria".split()
    roles = ("lead", "member", "member", "customer")
    clients = [RoomClient(urls[roles[n % 4]]) for n in range(len(names))]
    for n, (client, name) in enumerate(zip(clients, names, strict=True)):
        await client.connect()
        departments = [one.id for one in client.replica.room.all("department")]
        await client.join(name, departments[n % 3] if departments else 0)
    return clients


async def main(target: Path) -> None:
    """Play, photograph, put together."""
    with OwnServer() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=FLAGS
            )
            crowd = Crowd(browser, server)
            links = crowd.room(
                template="first-session-45",
                title="An answer within a day",
                goal="By New Year every customer has an answer within one working day.",
                lang="en",
                departments=[
                    {"name": "Sales"},
                    {"name": "Support"},
                    {"name": "Accounting", "internal": True},
                ],
            )
            moderator = await crowd.open(links["facilitator"], width=1440, height=900)
            stage = await crowd.open(links["stage"], width=1920, height=1080)
            phones = [await crowd.open(links["member"]) for _ in range(3)]
            for phone, name in zip(phones, ("Anna", "Nina", "Oleg"), strict=True):
                await phone.join(name)
            others = await people({role: server.base + path for role, path in links.items()})
            await move_on(moderator, "Opening")
            await move_on(moderator, "Silent ideas")
            for n, (lane, text) in enumerate(IDEAS):
                await others[n].do(PostIdea(lane), text)
            await phones[0].write("idea-text", "A call back within the hour")
            await phones[0].tap("idea-send")
            await phones[1].write("idea-text", "We promise dates that the warehouse has not")
            await moderator.page.wait_for_timeout(1_500)
            shots = {"one": await photograph(phones[0]), "two": await photograph(phones[1])}
            shots["moderator"] = await photograph(moderator)
            await move_on(moderator, "What is left unsaid")
            await move_on(moderator, "Reveal and read")
            await moderator.page.wait_for_timeout(1_500)
            shots["stage"] = await photograph(stage)
            shots["three"] = await photograph(phones[2])
            for client in others:
                await client.close()
            page = await browser.new_page(viewport={"width": 1600, "height": 1010})
            await page.set_content(PAGE.format(**shots))
            await page.wait_for_timeout(500)
            await page.screenshot(path=target)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
