"""The log of many servers: Redis streams, one script that appends, and messages that push.

What is stored where, and what the script checks: `append.lua` and rules L7 to L9. An append is one
stream entry, however many commands it holds; its words lie in a hash beside it.
"""

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from itertools import groupby
from typing import Any, Final, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from protocols.log import START, Draft, Logged, Snapshot, Word
from rooms.kernel import WORD_BITS
from server.logs.base import Follower, Head, OutOfStep, RoomRecord, StorageFailed
from server.logs.log_clock import LogTime
from server.logs.redis_batch import Batch, number_of, packed, told, word_of
from server.logs.redis_link import AWAY, Link, end
from server.logs.redis_scripts import APPEND, CONFIRM, FORGET, PREFIX, key, keys_of, taken

logger = logging.getLogger("oneroom.redis")

ROOMS: Final = PREFIX + "rooms"
ERASE: Final = PREFIX + "erase"
"""Set where something was erased that the append-only file still holds."""
FRESH: Final = PREFIX + "fresh:"
FRESH_S: Final = 86_400
READ_AT_ONCE: Final = 1_000
RESTORE_AT_ONCE: Final = 200
SNAPSHOTS_KEPT: Final = 2
GRACE_MS: Final = 1_000
"""For how long after Redis was started anew a log may only be put back, not appended to."""
STABLE_AFTER_MS: Final = 3_000
HEADS_S: Final = 1.0
"""How often the end of every followed log is looked up: how stale a server can be at most."""
LAST_S: Final = 0.5
"""How long the last things may take when the log is closed."""
OWN_KEPT: Final = 100
"""Numbers of one's own latest appends: their entries come with the answer, and not once more."""
REWRITE_S: Final = 60.0
"""How often the append-only file is written anew where words were erased."""
CONFIRM_MS: Final = 1_000
"""How long a replica may take to confirm an append."""

_encode = msgspec.msgpack.encode
_records: Final = msgspec.msgpack.Decoder(RoomRecord)
_snapshots: Final = msgspec.msgpack.Decoder(Snapshot)


class RedisLog:
    """`Log` on a Redis that other servers use too. With `confirm`, an append counts only when a
    replica has it, and nobody is shown anything that none has. Time is `clock`'s, and without one
    Redis' own. It closes the clock and the link."""

    shared = True
    stable_after_ms = STABLE_AFTER_MS

    def __init__(
        self,
        redis_link: Link,
        *,
        confirm: bool = False,
        heads_s: float = HEADS_S,
        rewrite_s: float = REWRITE_S,
        grace_ms: int = GRACE_MS,
        clock: LogTime | None = None,
    ) -> None:
        self._link = redis_link
        self._clock = clock
        self._confirm = confirm
        self._grace_ms = grace_ms
        self._shas: dict[str, str] = {}
        self._followers: dict[str, Follower] = {}
        self._unconfirmed: dict[str, int] = {}
        self._runs_seen: set[str] = set()
        self._run_of: dict[str, str] = {}
        self._own: deque[int] = deque(maxlen=OWN_KEPT)
        redis_link.on_subscribed.append(self._subscribed)
        self._looking: set[asyncio.Task[None]] = set()
        self._tasks = [
            asyncio.create_task(self._every(heads_s, self._look), name="heads of logs"),
            asyncio.create_task(self._rewrite_always(rewrite_s), name="erasing"),
        ]

    # Rooms

    async def create(self, record: RoomRecord, draft: Draft) -> Logged:
        code = PREFIX + "code:" + record.code
        if not await self._do(self._link.at(code).set(code, _encode(record), nx=True)):
            raise ValueError(f"room {record.code} exists already")
        [logged] = await self._append("create", record.log_id, [draft], Head(), 0, again=False)
        await self._do(self._link.at(ROOMS).zadd(ROOMS, {record.code: record.created_ms}))
        return logged

    async def room(self, code: str) -> RoomRecord | None:
        name = PREFIX + "code:" + code.encode(errors="replace").decode()
        found = await self._do(self._link.at(name).get(name))
        return _records.decode(found) if found else None

    async def rooms(self) -> list[RoomRecord]:
        codes = await self._do(self._link.at(ROOMS).zrange(ROOMS, 0, -1))
        found = [await self.room(code.decode()) for code in codes]
        return [record for record in found if record is not None]

    # Appending

    async def append(
        self,
        log_id: str,
        drafts: Sequence[Draft],
        *,
        held: Head | None = None,
        number: int = 0,
        again: bool = False,
    ) -> list[Logged]:
        return await self._append("append", log_id, drafts, held or Head(), number, again=again)

    async def _append(
        self,
        what: str,
        log_id: str,
        drafts: Sequence[Draft],
        held: Head,
        number: int,
        *,
        again: bool,
    ) -> list[Logged]:
        bodies, words = packed((draft.body, draft.words) for draft in drafts)
        self._own.append(number)
        correction_ms = self._clock.correction_ms if self._clock else 0
        last, at_ms, before, chain = await self._script(
            log_id, what, number, again, held, correction_ms, bodies, words
        )
        first = last - len(drafts) + 1
        beside = {first + n: dict(enumerate(draft.words)) for n, draft in enumerate(drafts)}
        batch = Batch(last, at_ms, number, before, chain, bodies, beside)
        return batch.entries()

    async def _script(
        self,
        log_id: str,
        what: str,
        number: int,
        again: bool,
        held: Head,
        time_ms: int,
        bodies: bytes,
        words: bytes,
    ) -> tuple[int, int, str, str]:
        """Run the script: last number, time, chain before and after."""
        keys = keys_of(log_id)
        publish = "" if self._confirm else self._link.telling
        counted = self._clock() if self._clock else ""
        asked = (what, number, int(again), held.seq, held.chain, time_ms, self._grace_ms)
        channel = key(log_id, "log")
        answer = await self._run(APPEND, keys, (*asked, bodies, words, publish, channel, counted))
        found = taken(log_id, held, answer)
        if self._confirm:
            head = " ".join(map(str, (found[0], found[1], number, found[2], found[3], len(bodies))))
            message = head.encode() + b"\n" + bodies + words
            await self._run(CONFIRM, keys[:1], (found[0], self._link.telling, channel, message))
        return found

    async def _run(self, script: str, keys: Sequence[str], values: Sequence[Any]) -> Any:
        """Run a script and return its answer; the appending one only counts when a replica has
        confirmed it, where that is asked for."""
        waits = self._confirm and script is APPEND
        redis = self._link.at(keys[0])
        for _ in range(2):
            sha = self._shas.get(script)
            if sha is None:
                sha = self._shas[script] = await self._do(redis.script_load(script))
            pipeline = redis.pipeline(transaction=False)
            pipeline.evalsha(sha, len(keys), *keys, *values)
            if waits:
                pipeline.wait(1, CONFIRM_MS)
            answer, *confirmed = await self._do(pipeline.execute(raise_on_error=False))
            if isinstance(answer, NoScriptError):
                self._shas.pop(script, None)
                continue
            for one in (answer, *confirmed):
                if isinstance(one, Exception):
                    self._link.failed(one)
                    raise StorageFailed(str(one))
            if waits and answer[0] == b"ok" and not confirmed[0]:
                raise StorageFailed("no replica has confirmed the entry")
            return answer
        raise StorageFailed("Redis forgets its scripts")

    def _at(self, log_id: str) -> Redis:
        """The Redis that holds a log."""
        return self._link.at(key(log_id, "log"))

    async def _do(self, work: Awaitable[Any]) -> Any:
        """The answer to a command. StorageFailed where there is none."""
        try:
            return await work
        except AWAY as why:
            self._link.failed(why)
            raise StorageFailed(str(why) or type(why).__name__) from None

    async def restore(self, record: RoomRecord, after: Head, entries: Sequence[Logged]) -> None:
        code = PREFIX + "code:" + record.code
        await self._do(self._link.at(code).set(code, _encode(record), nx=True))
        if await self.room(record.code) != record:
            raise ValueError(f"the code {record.code} is another room's by now")
        await self._do(self._link.at(ROOMS).zadd(ROOMS, {record.code: record.created_ms}))
        batches = [
            (number, at_ms, list(same))
            for (number, at_ms), same in groupby(entries, lambda one: (one.batch, one.at_ms))
        ]
        for start in range(0, len(batches), RESTORE_AT_ONCE):
            after = await self._put_back(record.log_id, after, batches[start:][:RESTORE_AT_ONCE])

    async def _put_back(
        self, log_id: str, after: Head, batches: Sequence[tuple[int, int, list[Logged]]]
    ) -> Head:
        """Put back the next batches. Returns where the log ends then."""
        keys = keys_of(log_id)
        sha = await self._do(self._at(log_id).script_load(APPEND))
        pipeline = self._at(log_id).pipeline(transaction=False)
        places = []
        for number, at_ms, batch in batches:
            bodies, words = packed((one.body, one.words) for one in batch)
            asked = ("restore", number, 0, after.seq, after.chain, at_ms, self._grace_ms)
            pipeline.evalsha(sha, len(keys), *keys, *asked, bodies, words, "", "", "")
            places.append(after)
            after = Head(batch[-1].seq, batch[-1].chain)
        if self._confirm:
            pipeline.wait(1, CONFIRM_MS)
        answers = await self._do(pipeline.execute(raise_on_error=False))
        for place, answer in zip(places, answers, strict=False):
            if isinstance(answer, Exception):
                raise StorageFailed(str(answer))
            taken(log_id, place, answer)
        if not self._confirm or answers[-1]:
            await self._run(CONFIRM, keys[:1], (after.seq, "", "", ""))
        return after

    # Reading

    async def read(self, log_id: str, after: int = 0) -> AsyncIterator[Logged]:
        end = await self._until(log_id)
        place, before = after, None
        while True:
            found = await self._do(
                self._at(log_id).xrange(key(log_id, "log"), f"({place}-0", f"{end}-0", READ_AT_ONCE)
            )
            for batch in await self._batches(log_id, found):
                if before is not None and batch.before != before.before:
                    for logged in before.entries():
                        if logged.seq > after:
                            yield logged
                # else a torn file left the earlier one behind: the log does not hold it
                before, place = batch, batch.last
            if len(found) < READ_AT_ONCE:
                break
        for logged in before.entries() if before is not None else ():
            if logged.seq > after:
                yield logged

    async def _until(self, log_id: str) -> int:
        """The last number that may be shown."""
        name = "stable" if self._confirm else "seq"
        return int(await self._do(self._at(log_id).hget(key(log_id, "meta"), name)) or 0)

    async def _batches(self, log_id: str, found: list[Any]) -> list[Batch]:
        refs = [int(ref) for _, fields in found for ref in fields[b"w"].split()]
        at = self._at(log_id)
        values = await self._do(at.hmget(key(log_id, "words"), cast(Any, refs))) if refs else []
        beside: dict[int, dict[int, Word]] = {}
        for ref, value in zip(refs, values, strict=True):
            if value is not None:
                position = ref & ((1 << WORD_BITS) - 1)
                beside.setdefault(ref >> WORD_BITS, {})[position] = word_of(value)
        return [
            Batch(
                int(name.partition(b"-")[0]),
                int(fields[b"t"]),
                int(fields[b"n"]),
                fields[b"p"].decode(),
                fields[b"c"].decode(),
                fields[b"b"],
                beside,
            )
            for name, fields in found
        ]

    async def ends(self, log_id: str) -> Head:
        names = ("seq", "chain", "stable")
        seq, chain, stable = await self._do(self._at(log_id).hmget(key(log_id, "meta"), names))
        if seq is None:
            raise LookupError(f"no log {log_id}")
        if not self._confirm or stable == seq:
            return Head(int(seq), chain.decode())
        return Head(int(stable or 0), await self.chain_at(log_id, int(stable or 0)) or START)

    async def chain_at(self, log_id: str, seq: int) -> str | None:
        place = f"{seq}-0"
        found = await self._do(self._at(log_id).xrange(key(log_id, "log"), place, place))
        return found[0][1][b"c"].decode() if found else None

    async def words(self, log_id: str, until: int) -> dict[int, str]:
        found = await self._do(self._at(log_id).hgetall(key(log_id, "words")))
        end = (until + 1) << WORD_BITS
        return {int(ref): word_of(value).text for ref, value in found.items() if int(ref) < end}

    # Erasing

    async def forget(self, log_id: str, words: Sequence[int], held: Head | None = None) -> None:
        if not words:
            return
        held = held or Head()
        keys = [key(log_id, "log"), key(log_id, "words")]
        if not await self._run(FORGET, keys, (held.seq, held.chain, *words)):
            raise OutOfStep(f"the log of {log_id} does not hold entry {held.seq} as it was")
        await self.erase_soon()

    async def erase_soon(self) -> None:
        """Have what was deleted vanish from the append-only file as well."""
        await self._do(self._link.at(ERASE).set(ERASE, 1))

    async def _rewrite_always(self, pause_s: float) -> None:
        await asyncio.sleep(pause_s)  # what is erased soon goes along with what was
        await self._every(pause_s, self._rewrite)

    async def _rewrite(self) -> None:
        if await self._do(self._link.at(ERASE).getdel(ERASE)):
            try:
                for redis in self._link.all():
                    await self._do(redis.bgrewriteaof())
            except StorageFailed as why:
                logger.warning("what was erased is still in Redis' file", extra={"why": str(why)})
                await self.erase_soon()

    # Snapshots

    async def save(self, snapshot: Snapshot) -> None:
        log_id = snapshot.log_id
        kept = key(log_id, "snapshots")
        await self._do(self._at(log_id).hset(kept, str(snapshot.seq), _encode(snapshot)))
        numbers = sorted(map(int, await self._do(self._at(log_id).hkeys(kept))))
        if old := numbers[:-SNAPSHOTS_KEPT]:
            await self._do(self._at(log_id).hdel(kept, *map(str, old)))

    async def load(self, log_id: str) -> list[Snapshot]:
        found = await self._do(self._at(log_id).hvals(key(log_id, "snapshots")))
        snapshots = []
        for one in found:
            with contextlib.suppress(msgspec.DecodeError):
                snapshots.append(_snapshots.decode(one))
        return sorted(snapshots, key=lambda one: -one.seq)

    # Following

    def follow(self, log_id: str, follower: Follower) -> None:
        self._followers[log_id] = follower
        self._link.listen(key(log_id, "log"), lambda message: self._heard(log_id, message))

    def unfollow(self, log_id: str, follower: Follower) -> None:
        if self._followers.get(log_id) is follower:
            del self._followers[log_id]
            self._unconfirmed.pop(log_id, None)
            self._run_of.pop(log_id, None)
            self._link.deafen(key(log_id, "log"))

    def _heard(self, log_id: str, message: bytes) -> None:
        follower = self._followers.get(log_id)
        if follower is not None and number_of(message) not in self._own:
            follower.heard(told(message).entries())

    def _subscribed(self, channel: str) -> None:
        """What was told before a subscription stood is looked up."""
        log_id = channel.partition("{")[2].partition("}")[0]
        if channel.endswith(":log") and log_id in self._followers:
            looking = asyncio.create_task(self._quietly(lambda: self._look(log_id)))
            self._looking.add(looking)
            looking.add_done_callback(self._looking.discard)

    async def _every(self, pause_s: float, work: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._quietly(work)
            await asyncio.sleep(pause_s)

    async def _quietly(self, work: Callable[[], Awaitable[None]]) -> None:
        """What is tried again soon anyway."""
        try:
            await work()
        except StorageFailed:
            pass
        except Exception:
            logger.exception("a routine task failed")

    async def _look(self, *only: str) -> None:
        """Tell followers where their logs end."""
        shards: dict[Redis, list[str]] = {redis: [] for redis in self._link.all()}
        for log_id in only or tuple(self._followers):
            shards.setdefault(self._at(log_id), []).append(log_id)
        looks = (partial(self._look_at, redis, logs) for redis, logs in shards.items())
        await asyncio.gather(*(self._quietly(look) for look in looks))

    async def _look_at(self, redis: Redis, logs: Sequence[str]) -> None:
        """Tell followers where the logs of one Redis end."""
        asked_s = time.monotonic()
        run = (await self._do(redis.info("server")))["run_id"]
        await self._renew(redis, run)
        if not logs:
            return
        pipeline = redis.pipeline(transaction=False)
        for log_id in logs:
            names = ("seq", "chain", "stable", "run_id", "since_run")
            pipeline.hmget(key(log_id, "meta"), names)
        for log_id, found in zip(logs, await self._do(pipeline.execute()), strict=True):
            seq, chain, stable, wrote, since = (one.decode() if one else "" for one in found)
            if seq and run not in (wrote, since):
                await self._begin_grace(log_id, run)
            if self._confirm and seq != stable and self._unconfirmed.get(log_id) == int(seq):
                await self._adopt(log_id, int(seq))
            self._unconfirmed[log_id] = int(seq or 0)
            if self._confirm and seq != stable:
                seq, chain = stable, ""
            if (follower := self._followers.get(log_id)) is not None:
                if self._run_of.setdefault(log_id, run) != run:
                    self._run_of[log_id] = run
                    follower.renewed()
                head = Head(int(seq or 0), chain if seq or self._confirm else START)
                follower.head(head, asked_s)

    async def _renew(self, redis: Redis, run: str) -> None:
        """Have a Redis that was started anew write its file anew, once. A power cut may leave half
        a transaction at the file's end, which the next start would carry out together with the
        first one behind it."""
        if run in self._runs_seen:
            return
        fresh = FRESH + run
        if await self._do(self._link.at(fresh).set(fresh, 1, nx=True, ex=FRESH_S)):
            with contextlib.suppress(StorageFailed):  # one is under way
                await self._do(redis.bgrewriteaof())
        self._runs_seen.add(run)

    async def _begin_grace(self, log_id: str, run: str) -> None:
        """Let the time begin in which servers may put back what they hold."""
        now, micro = await self._do(self._at(log_id).time())
        fields = {"since": now * 1000 + micro // 1000, "since_run": run}
        await self._do(self._at(log_id).hset(key(log_id, "meta"), mapping=cast(Any, fields)))

    async def _adopt(self, log_id: str, seq: int) -> None:
        """Confirm entries whose server died before it could."""
        pipeline = self._at(log_id).pipeline(transaction=False)
        pipeline.hset(key(log_id, "meta"), "again", "1")
        pipeline.wait(1, CONFIRM_MS)
        _, confirmed = await self._do(pipeline.execute())
        if confirmed:
            await self._run(CONFIRM, [key(log_id, "meta")], (seq, "", "", ""))

    async def close(self) -> None:
        last = asyncio.create_task(self._rewrite())
        await asyncio.wait([last], timeout=LAST_S)
        tasks = [*self._tasks, *self._looking, last]
        await end(tasks, self._link.disconnect)
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._clock is not None:
            await self._clock.close()
        await self._link.close()
