"""The command line, `oneroom`: what it can do is in `parser`."""

import argparse
import asyncio
import json
import sys
import urllib.error
import urllib.request
from typing import Any

from msgspec.structs import replace

from client import bench, capacity, cluster, demo, demo_chaos, load, proxy, replay, serve
from protocols.log import START, digest, entry, link, snapshot, state_digest
from rooms.features import new_room
from rooms.roles import ROLES
from server.api import Api, Department, NewRoom, Problem
from server.hub import Hub
from server.logs.base import DataDirectoryError, Log, RoomRecord, StorageFailed
from server.settings import Settings, SettingsError, from_environment
from server.templates import TemplateError, shipped


def main(arguments: list[str] | None = None) -> int:
    """The entry point. Returns the exit code: 0 done, 1 found something wrong, 2 could not."""
    options = parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (SettingsError, DataDirectoryError, TemplateError, StorageFailed) as why:
        sys.stderr.write(f"oneroom: {why}\n")
        return 2
    except Problem as problem:
        sys.stderr.write(f"oneroom: {problem.message('en')}\n")
        return 2
    return code


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(prog="oneroom", description=__doc__)
    commands = top.add_subparsers(required=True, metavar="command")

    one = commands.add_parser("serve", help="serve rooms (HOST, PORT, DATA_DIR, PUBLIC_URL)")
    one.add_argument("--demo", action="store_true", help="make a demo room and print its links")
    one.set_defaults(run=lambda options: serve.run(from_environment(), demo=options.demo))

    rooms = commands.add_parser("rooms", help="make rooms, list them, show their links")
    actions = rooms.add_subparsers(required=True, metavar="action")
    new = actions.add_parser("new", help="make a room")
    new.add_argument("--template", required=True, help="a template's id")
    new.add_argument("--title", default="", help="what the session is about")
    new.add_argument("--goal", default="", help="the goal in one sentence")
    new.add_argument("--lang", choices=["ru", "en"], default="ru")
    new.add_argument(
        "--department", action="append", default=[], help="an expected department; repeat"
    )
    new.add_argument(
        "--internal", action="append", default=[], help="one that never meets the customer; repeat"
    )
    new.set_defaults(run=rooms_new)
    listed = actions.add_parser("list", help="list rooms")
    listed.set_defaults(run=rooms_list)
    shown = actions.add_parser("links", help="show a room's links, or replace lost ones")
    shown.add_argument("code")
    shown.add_argument("--reissue", choices=list(ROLES), help="revoke and make anew, by role")
    shown.set_defaults(run=rooms_links)
    for action in (new, listed, shown):
        action.add_argument("--json", action="store_true", help="one JSON object")

    check = commands.add_parser("verify", help="replay logs, check chains and digests")
    check.set_defaults(run=verify)

    for name, module, text in (
        ("replay", replay, "replay a data set of real ideas and votes"),
        ("load", load, "put load on a server and measure it"),
        ("bench", bench, "measure everything and compare it with the bars"),
        ("capacity", capacity, "reckon what many people in many rooms would take"),
        ("demo", demo, "a room full of simulated people"),
        ("demo-chaos", demo_chaos, "the same on three servers that are killed in turn"),
        ("proxy", proxy, "one port in front of several servers"),
        ("cluster", cluster, "Redis, three servers and a proxy on this machine"),
    ):
        sub = commands.add_parser(name, help=text)
        module.add_arguments(sub)
        sub.set_defaults(run=module.run)
    return top


# Rooms


async def _with_api(settings: Settings, work: Any) -> Any:
    """Do something with the data folder itself: no server may be running on it."""
    key = serve.prepare(settings)
    if not settings.public_url:
        settings = replace(settings, public_url=serve.reachable(settings.host, settings.port))
    services = await serve.services_of(settings, key)
    hub = Hub(services)
    try:
        return await work(Api(hub, settings, key, shipped()), hub)
    finally:
        await hub.close()
        await services.log.close()


def _ask_server(settings: Settings, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
    """Ask the server that runs on this data folder; None where none answers."""
    key = settings.operator_key
    if not key and settings.operator_key_file.exists():
        key = settings.operator_key_file.read_text().strip()
    if not key:
        return None
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    request = urllib.request.Request(
        f"http://{host}:{settings.port}{path}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {key}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as why:
        try:
            told = json.load(why)["message"]["en"]
        except (ValueError, KeyError, TypeError):
            return None  # another program answers there
        raise SettingsError(told) from None
    except (urllib.error.URLError, OSError, ValueError):
        return None


def _show(found: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        for one in found["links"]:
            one.pop("qr", None)
        serve.say(json.dumps(found, ensure_ascii=False))
        return 0
    serve.say(f"Room {found['code']}")
    for one in found["links"]:
        serve.say(f"  {one['role']:<14} {one['url']}")
    return 0


def rooms_new(options: argparse.Namespace) -> int:
    """`oneroom rooms new`."""
    settings = from_environment()
    departments = [(name, False) for name in options.department]
    departments += [(name, True) for name in options.internal]
    body: dict[str, Any] = {
        "template": options.template,
        "title": options.title,
        "goal": options.goal,
        "lang": options.lang,
        "departments": [{"name": name, "internal": is_in} for name, is_in in departments],
    }
    found = _ask_server(settings, "/api/rooms", body)
    if found is None:

        async def work(api: Api, hub: Hub) -> dict[str, Any]:
            wanted = NewRoom(
                options.title,
                template=options.template,
                goal=options.goal,
                lang=options.lang,
                departments=[Department(name, is_in) for name, is_in in departments],
            )
            live = await api.open_room(wanted)
            return {"code": live.record.code, "links": api.link_list(live)}

        found = asyncio.run(_with_api(settings, work))
    return _show(found, as_json=options.json)


def rooms_list(options: argparse.Namespace) -> int:
    """`oneroom rooms list`."""
    settings = from_environment()
    found = _ask_server(settings, "/api/rooms/list", {})
    if found is None:

        async def work(api: Api, hub: Hub) -> dict[str, Any]:
            return {"rooms": await api.room_list()}

        found = asyncio.run(_with_api(settings, work))
    if options.json:
        serve.say(json.dumps(found, ensure_ascii=False))
        return 0
    for room in found["rooms"]:
        serve.say(f"{room['code']}  {room['created']}")
    return 0


def rooms_links(options: argparse.Namespace) -> int:
    """`oneroom rooms links`."""
    settings = from_environment()
    body = {"reissue": options.reissue or ""}
    code = options.code.upper()
    found = _ask_server(settings, f"/api/rooms/{code}/links", body)
    if found is None:

        async def work(api: Api, hub: Hub) -> dict[str, Any]:
            live = await api.room(code)
            if options.reissue:
                await api.reissue(live, ROLES[options.reissue])
            return {"links": api.link_list(live)}

        found = asyncio.run(_with_api(settings, work))
    return _show({"code": code, **found}, as_json=options.json)


# Verify


def verify(options: argparse.Namespace) -> int:
    """`oneroom verify`: 0 where every log holds, 1 where one does not."""
    settings = from_environment()
    if not settings.redis_url and not settings.database.exists():
        raise SettingsError(f"{settings.database} does not exist: set DATA_DIR")

    async def work() -> int:
        services = await serve.services_of(settings, serve.prepare(settings))
        log = services.log
        try:
            wrong = 0
            for record in await log.rooms():
                told, holds = await _verify_room(log, record)
                serve.say(f"{record.code}  {told}")
                wrong += not holds
            return 1 if wrong else 0
        finally:
            await log.close()

    return asyncio.run(work())


async def _verify_room(log: Log, record: RoomRecord) -> tuple[str, bool]:
    """Replay one log: numbers, chain, word digests, and the digest of every snapshot."""
    room, chain, chains = new_room(), START, bytearray()
    snapshots = {taken.seq: taken for taken in await log.load(record.log_id)}
    checked = 0
    try:
        async for logged in log.read(record.log_id):
            chain = link(chain, logged.seq, logged.at_ms, logged.body)
            chains += int(chain, 16).to_bytes(8, sys.byteorder)
            if chain != logged.chain:
                return f"the chain breaks at entry {logged.seq}", False
            one = entry(logged)
            for word, expected in zip(logged.words, one.digests, strict=False):
                if word is not None and digest(word) != expected:
                    return f"a word of entry {logged.seq} is not the one that was written", False
            room.apply(one)
            taken = snapshots.get(logged.seq)
            if taken is not None:
                checked += 1
                if snapshot(room, record.log_id, chain, bytes(chains)) != taken:
                    return f"the snapshot at entry {logged.seq} differs from the log", False
    except ValueError as why:
        return str(why), False
    if len(snapshots) != checked:
        return "a snapshot lies past the end of the log", False
    return f"{room.seq} entries, {checked} snapshots, state {state_digest(room)}", True


if __name__ == "__main__":
    sys.exit(main())
