"""A live room: answers, repeats, coalescing, resuming, clocks (rules W4 to W9)."""

from rooms.agenda import NextStep
from rooms.cards import PostIdea
from rooms.people import Join
from rooms.roles import FACILITATOR, MEMBER
from tests.server.world import World


async def test_smoke(world: World) -> None:
    live = await world.room()
    boss = await world.enter(live, FACILITATOR)
    phone = await world.enter(live, MEMBER)
    await phone.done(Join(0, "onsite"), "Anna")
    await boss.done(NextStep())
    await phone.done(PostIdea(0), "An idea")
    assert len(list(phone.replica.own.all("card"))) == 1
