"""Whatever is lost and whoever dies, as long as one server lives that holds it, everything that was
acknowledged is in the log once, and all servers hold the same (rules L7 to L9)."""

import contextlib
import random
from pathlib import Path

import pytest

from client.own_redis import OwnRedis
from rooms.cards import PostIdea
from rooms.roles import MEMBER
from server.live import Live
from tests.server.harness import Device, until
from tests.server.nodes import Node
from tests.server.test_many_servers import same, shared_room, texts

SERVERS = 3
ROUNDS = 10


class Mishaps:
    """A room on several servers, and what may happen to it."""

    def __init__(self, chance: random.Random, nodes: list[Node], own: OwnRedis) -> None:
        self.chance = chance
        self.nodes = nodes
        self.own = own
        self.lives: dict[int, Live] = {}
        self.people: dict[int, Device] = {}
        self.posted: list[str] = []

    async def begin(self) -> None:
        lives, people = await shared_room(self.nodes)
        self.lives = dict(enumerate(lives))
        self.people = dict(enumerate(people))

    async def post(self) -> None:
        """Somebody has something acknowledged; who was sent away comes back first."""
        n = self.chance.choice(sorted(self.lives))
        if self.people[n].wire.closed is not None:
            self.people[n] = await self.nodes[n].enter(self.lives[n], MEMBER, name=f"Person {n}")
        text = f"idea {len(self.posted)}"
        await self.people[n].done(PostIdea(0), text)
        self.posted.append(text)

    async def die(self) -> None:
        """A server is gone at once, and is started again; one lives through it all."""
        n = self.chance.randrange(1, SERVERS)
        code = self.lives[0].record.code
        await self.nodes[n].vanish()
        await self.nodes[n].__aenter__()
        live = await self.nodes[n].hub.get(code)
        assert live is not None
        self.lives[n] = live
        self.people[n] = await self.nodes[n].enter(live, MEMBER, name=f"Person {n} again")

    async def lose(self) -> None:
        """Redis dies and comes back without the end of its file, wherever that is torn."""
        await until(lambda: same(*self.lives.values()), "all servers hold the same")
        self.own.kill()
        newest = [path for path in self.own.aof_files() if ".incr." in path.name][-1]
        self.own.cut(self.chance.randrange(newest.stat().st_size + 1))
        self.own.start()

    async def deafen(self) -> None:
        """Nobody hears what is told."""
        self.own.cli("CLIENT", "KILL", "TYPE", "pubsub")

    async def empty(self) -> None:
        """Somebody clears Redis."""
        await until(lambda: same(*self.lives.values()), "all servers hold the same")
        self.own.cli("FLUSHALL")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(4))
async def test_l9_what_a_living_server_holds_is_never_lost(tmp_path: Path, seed: int) -> None:
    """By chance, of which the seed is named: ten rounds of commands between mishaps."""
    chance = random.Random(seed)
    with OwnRedis() as own:
        async with contextlib.AsyncExitStack() as stack:
            nodes = [
                await stack.enter_async_context(Node(tmp_path / f"{n}", own))
                for n in range(SERVERS)
            ]
            room = Mishaps(chance, nodes, own)
            await room.begin()
            mishaps = (room.die, room.lose, room.deafen, room.empty)
            for _ in range(ROUNDS):
                for _ in range(chance.randrange(1, 4)):
                    await room.post()
                await chance.choice(mishaps)()
            await room.post()
            lives = room.lives.values()
            await until(lambda: same(*lives), "all servers hold the same")
            for live in lives:
                assert texts(live) == sorted(room.posted)
