"""How a server stands, for whoever holds the operator's key: the promise it keeps, its rooms and
the other servers. Codes and numbers only: no name of a person or a room, no word of anybody.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from protocols.between import About
from protocols.log import state_digest
from rooms.steps import Lang
from server import pages
from server.hub import Hub
from server.live import Live
from server.promises import FLAWS, Pair, Standing
from server.settings import REDIS
from server.status_words import WORDS
from server.tokens import bearer, same

FRESH: Final = {"Cache-Control": "no-store"}


class Status:
    """The status of one server, as JSON and as a page."""

    def __init__(self, hub: Hub, key: str, web: pages.WebApp | None) -> None:
        self._hub = hub
        self._key = key
        self._web = web
        self._digests: dict[str, tuple[int, str]] = {}

    def routes(self) -> list[BaseRoute]:
        """The endpoints; without the web app there is no page."""
        answers: list[BaseRoute] = [Route("/status.json", self.show_json)]
        if self._web is not None:
            answers.append(Route("/status", Page(self, self._web).show))
        return answers

    def is_operator(self, request: Request) -> bool:
        """Whether the operator's key came with a request."""
        return same(bearer(request), self._key)

    async def show_json(self, request: Request) -> Response:
        """GET /status.json, with the operator's key as bearer token."""
        if not self.is_operator(request):
            texts = {"ru": WORDS["wrong_key"][0], "en": WORDS["wrong_key"][1]}
            return JSONResponse({"error": "wrong_key", "message": texts}, 403, FRESH)
        return JSONResponse(await self.report(), headers=FRESH)

    async def report(self) -> dict[str, Any]:
        """Everything that is told. `all` counts each room and each seat once, on whichever servers
        they are."""
        services = self._hub.services
        standing = await services.promise.now()
        rooms, people = self._hub.everywhere()
        return {
            "server": services.peers.me,
            "promise": in_full(standing),
            **({"redis": redis_state(standing)} if standing.mode in REDIS else {}),
            "rules": sorted(services.book),
            "rooms": await self._rooms(),
            "outdated": self._hub.outdated,
            "people": self._hub.people(),
            "others": [_of_other(about) for about in services.peers.others.values()],
            "all": {"rooms": rooms, "people": people},
        }

    async def _rooms(self) -> list[dict[str, Any]]:
        found = []
        for live in sorted(self._hub, key=lambda live: live.record.code):
            found.append(self._room(live))
            await asyncio.sleep(0)  # a digest takes its time, and people wait for answers
        self._digests = {room["code"]: (room["seq"], room["digest"]) for room in found}
        return found

    def _room(self, live: Live) -> dict[str, Any]:
        """Where a room stands here: two servers that agree in number and chain must agree in the
        digest of its state."""
        code, seq = live.record.code, live.room.seq
        kept = self._digests.get(code)
        digest = kept[1] if kept and kept[0] == seq else state_digest(live.room)
        return {
            "code": code,
            "seq": seq,
            "chain": live.history.chain,
            "digest": digest,
            "rules": live.room.rules.number,
            "people": len(live),
        }


class Page:
    """GET /status. Without the operator's key it asks for it; the page's script sends it along."""

    def __init__(self, status: Status, web: pages.WebApp) -> None:
        self._status = status
        templates: Environment = pages.environment(web)
        self._template = templates.get_template("status.html")
        self._assets = pages.assets(web.dist)["status"]

    async def show(self, request: Request) -> Response:
        """The page, in the language of `?lang` or of the browser."""
        asked = request.query_params.get("lang")
        lang: Lang = "ru" if asked == "ru" else "en" if asked == "en" else pages.language(request)
        allowed = self._status.is_operator(request)
        wrong = bool(bearer(request)) and not allowed
        content = self._template.render(
            lang=lang,
            assets=self._assets,
            report=await self._status.report() if allowed else None,
            wrong=wrong,
            t={name: text[lang == "en"] for name, text in WORDS.items()},
        )
        return HTMLResponse(content, 403 if wrong else 200, FRESH)


def _of_other(about: About) -> dict[str, Any]:
    return {
        "server": about.server,
        "address": about.address,
        "version": about.version,
        "rooms": about.rooms,
        "people": about.people,
    }


def redis_state(standing: Standing) -> str:
    """Whether Redis answers."""
    return "up" if standing.reachable else "away"


def in_short(standing: Standing) -> dict[str, Any]:
    """A promise by its codes."""
    told = {
        "mode": standing.mode,
        "kept": standing.is_kept,
        "keeps": standing.keeps,
        "why": list(standing.why),
    }
    return told | ({"redis": redis_state(standing)} if standing.mode in REDIS else {})


def in_full(standing: Standing) -> dict[str, Any]:
    """A promise in words: what is really kept, and what weakens it and how to mend that."""
    return {
        "mode": standing.mode,
        "kept": standing.is_kept,
        "keeps": standing.keeps,
        "unknown": standing.is_unknown,
        "survives": _both(standing.words.survives),
        "lost": _both(standing.words.lost),
        "why": [
            {
                "code": code,
                "told": _both(FLAWS[code].told, _sentence),
                "remedy": _both(FLAWS[code].remedy, _sentence),
            }
            for code in standing.why
        ],
    }


def _both(text: Pair, form: Callable[[str], str] = str) -> dict[str, str]:
    return {"ru": form(text[0]), "en": form(text[1])}


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
