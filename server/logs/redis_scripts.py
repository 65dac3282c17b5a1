"""The scripts that run inside Redis, the keys they work on, and what they answer (rules L2, L8)."""

from pathlib import Path
from typing import Any, Final

from server.logs.base import Head, OutOfStep, StorageFailed

PREFIX: Final = "oneroom:"
APPEND: Final = (Path(__file__).parent / "append.lua").read_text()
CONFIRM: Final = """
local stable = tonumber(redis.call('HGET', KEYS[1], 'stable') or '0')
if tonumber(ARGV[1]) > stable then redis.call('HSET', KEYS[1], 'stable', ARGV[1]) end
if ARGV[2] ~= '' then redis.call(ARGV[2], ARGV[3], ARGV[4]) end
return stable
"""
"""Tells others of a batch that a replica has confirmed."""
FORGET: Final = """
local seq = tonumber(ARGV[1])
if seq > 0 then
  local found = redis.call('XRANGE', KEYS[1], ARGV[1] .. '-0', ARGV[1] .. '-0')[1]
  local chain = nil
  for i = 1, found and #found[2] or 0, 2 do
    if found[2][i] == 'c' then chain = found[2][i + 1] end
  end
  if chain ~= ARGV[2] then return 0 end
end
for i = 3, #ARGV, 1000 do
  redis.call('HDEL', KEYS[2], unpack(ARGV, i, math.min(i + 999, #ARGV)))
end
return 1
"""
"""Erases words, if the log is the one in which they have these references."""


def key(log_id: str, what: str) -> str:
    """The key of something of one room. Keys of a room share a hash tag, and so a shard."""
    return f"{PREFIX}{{{log_id}}}:{what}"


def keys_of(log_id: str) -> list[str]:
    """The keys that the script works on."""
    return [key(log_id, name) for name in ("meta", "log", "words")]


def taken(log_id: str, held: Head, answer: Any) -> tuple[int, int, str, str]:
    """What the script answers: last number, time, chain before and after. Else its refusal."""
    match answer:
        case [b"ok", last, at_ms, before, chain]:
            return int(last), int(at_ms), before.decode(), chain.decode()
        case [b"lost", _, _]:
            raise OutOfStep(f"the log of {log_id} does not hold entry {held.seq} as it was")
        case [b"gone"] if held.seq:
            raise OutOfStep(f"the log of {log_id} is gone")
        case [b"gone"]:
            raise LookupError(f"no log {log_id}")
        case [b"wait", left]:
            raise StorageFailed(f"Redis was started anew: others may put back, {left} ms")
        case _:
            raise ValueError(f"log {log_id} exists already")
