"""The HTTP side: making rooms, showing links, health and figures."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
import segno
from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from rooms.agenda import MOST_PEOPLE, OpenRoom, StepPlan
from rooms.features import RULES_NUMBER
from rooms.kernel import Refused, UnknownRules
from rooms.people import AddLink, Link, RevokeLink
from rooms.roles import (
    COFACILITATOR,
    EVERYBODY,
    FACILITATOR,
    MEMBER,
    MODERATORS,
    ROLES,
    STAGE,
    Mask,
    mask_of,
    names_of,
)
from rooms.steps import SESSION_ID, Lang, Moment, Session
from server import edge
from server.hub import Hub, door_of, links
from server.live import Live
from server.logs.base import StorageFailed
from server.results import AskResult, Results
from server.settings import Settings
from server.status import in_short
from server.templates import Names, Template, design, overview
from server.tokens import bearer, open_token, same

BODY_BYTES: Final = 256 * 1024
USUAL_LINKS: Final = [FACILITATOR, STAGE, MEMBER]
"""The links of a room with steps of its own, where none are named."""
MOST_LINKS: Final = 40
"""Links that a room is made with; moderators can add more."""
PAGES: Final = {FACILITATOR: "m", COFACILITATOR: "m", STAGE: "s"}
"""The page of a role's link; everybody else gets the phone's."""

MESSAGES: Final = {
    "bad_request": {
        "ru": "Запрос не разобран: {why}",
        "en": "The request could not be read: {why}",
    },
    "wrong_key": {
        "ru": "Ключ оператора не подходит. Он лежит в файле operator.key в папке данных сервера.",
        "en": "The operator's key does not fit. It is in operator.key in the server's data folder.",
    },
    "unknown_template": {
        "ru": "Такого шаблона нет. Есть: {why}",
        "en": "There is no such template. There are: {why}",
    },
    "no_such_room": {"ru": "Такой комнаты нет.", "en": "There is no such room."},
    "no_open_link": {
        "ru": "В эту комнату по коду сейчас не войти. Попросите у ведущего ссылку.",
        "en": "This room cannot be entered by its code now. Ask the facilitator for a link.",
    },
    "room_over": {
        "ru": "Эта сессия закончилась. Итог открывается по ссылке, по которой вы входили.",
        "en": "This session is over. Its result opens at the link you came by.",
    },
    "too_many_guesses": {
        "ru": "С этого адреса слишком часто вводили неверные коды. Подождите минуту.",
        "en": "Too many wrong codes came from this address. Wait a minute.",
    },
    "bad_token": {
        "ru": "Ссылка не подходит к этой комнате или отозвана.",
        "en": "The link does not fit this room, or was revoked.",
    },
    "room_damaged": {
        "ru": "Журнал комнаты повреждён: {why}",
        "en": "The room's log is damaged: {why}",
    },
    "server_outdated": {
        "ru": "Комната живёт по правилам новой версии, а этот сервер ещё старый. Повторите позже.",
        "en": "The room follows the rules of a newer version than this server's. Try again later.",
    },
    "storage_failed": {
        "ru": "Сервер не может записать данные: {why}",
        "en": "The server cannot write its data: {why}",
    },
}


class Problem(Exception):
    """An answer other than success."""

    def __init__(self, status: int, code: str, why: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.why = status, code, why

    def message(self, lang: Lang) -> str:
        """What is wrong and what to do, in one language."""
        return MESSAGES[self.code][lang].format(why=self.why)

    def response(self) -> JSONResponse:
        """The answer as JSON, in both languages."""
        texts = {"ru": self.message("ru"), "en": self.message("en")}
        return JSONResponse({"error": self.code, "message": texts}, self.status)


class Department(Struct, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    internal: bool = False


class NewRoom(Struct, forbid_unknown_fields=True):
    """What a room is made from: a template's id, or steps of one's own. `links` are the links that
    are wanted; without them, those of the template. A link of several roles, "member+lead", lets
    people choose. `starts_ms` is the planned beginning in milliseconds since 1970, 0 for none. With
    `names` "anonymous", every step of the template that can hide its authors does."""

    title: str
    key: str = ""
    template: str = ""
    steps: list[StepPlan] = []
    goal: str = ""
    lang: Lang = "ru"
    departments: Annotated[list[Department], Meta(max_length=200)] = []
    links: Annotated[list[str], Meta(max_length=MOST_LINKS)] = []
    starts_ms: Moment = 0
    names: Names = "named"
    most_people: Annotated[int, Meta(ge=1, le=MOST_PEOPLE)] = MOST_PEOPLE


class FindDoor(Struct, forbid_unknown_fields=True):
    """A room's code, as somebody typed it."""

    code: Annotated[str, Meta(max_length=40)]


class ShowLinks(Struct, forbid_unknown_fields=True):
    """What the operator may ask beside a room's links: to replace those of a role."""

    reissue: Literal["", *ROLES] = ""  # type: ignore[valid-type]  # the roles are a table


B = TypeVar("B", NewRoom, FindDoor, ShowLinks, AskResult)


class Api:
    """The endpoints, with what they need."""

    def __init__(
        self, hub: Hub, settings: Settings, key: str, templates: dict[str, Template]
    ) -> None:
        self._hub = hub
        self._settings = settings
        self._key = key
        self._templates = templates
        self._results = Results(hub.services.clock)

    def routes(self) -> list[BaseRoute]:
        """All of them."""
        return [
            Route("/api/templates", self._guard(self.list_templates)),
            Route("/api/rooms", self._guard(self.create_room), methods=["POST"]),
            Route("/api/rooms/list", self._guard(self.list_rooms), methods=["POST"]),
            Route("/api/rooms/{code}/links", self._guard(self.show_links), methods=["POST"]),
            Route("/api/join", self._guard(self.find_door), methods=["POST"]),
            Route("/api/rooms/{code}/result", self._guard(self.show_result), methods=["POST"]),
            Route("/healthz", self._guard(self.health)),
            Route("/metrics", self._guard(self.metrics)),
        ]

    def _guard(
        self, endpoint: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def guarded(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Problem as problem:
                return problem.response()
            except StorageFailed as why:
                return Problem(503, "storage_failed", str(why)).response()

        return guarded

    async def list_templates(self, request: Request) -> Response:
        return JSONResponse([overview(template) for template in self._templates.values()])

    async def create_room(self, request: Request) -> Response:
        wanted = await self._body(request, NewRoom)
        self._need_key(wanted.key or bearer(request))
        live = await self.open_room(wanted)
        return JSONResponse({"code": live.record.code, "links": self.link_list(live)}, 201)

    def _need_key(self, given: str) -> None:
        if not same(given, self._key):
            raise Problem(403, "wrong_key")

    async def list_rooms(self, request: Request) -> Response:
        self._need_key(bearer(request))
        return JSONResponse({"rooms": await self.room_list()})

    async def room_list(self) -> list[dict[str, str]]:
        """All rooms: code, and when they were made."""
        return [
            {
                "code": record.code,
                "created": datetime.fromtimestamp(record.created_ms / 1000, UTC).isoformat(),
            }
            for record in await self._hub.services.log.rooms()
        ]

    async def open_room(self, wanted: NewRoom) -> Live:
        """Open a room. Problem where its design does not hold."""
        internal = [department.internal for department in wanted.departments]
        try:
            roles = [mask_of(name.split("+")) for name in wanted.links]
        except KeyError as role:
            raise Problem(400, "bad_request", f"no role {role}") from None
        if roles and FACILITATOR not in roles:
            raise Problem(
                400, "bad_request", "nobody could lead a room without a facilitator's link"
            )
        if wanted.steps:
            opening = OpenRoom(
                RULES_NUMBER, wanted.lang, wanted.steps, roles or USUAL_LINKS, internal
            )
        else:
            template = self._templates.get(wanted.template)
            if template is None:
                raise Problem(400, "unknown_template", ", ".join(self._templates))
            opening = design(template, wanted.lang, internal, wanted.names)
            if roles:
                opening = msgspec.structs.replace(opening, links=roles)
        opening = msgspec.structs.replace(
            opening, starts_ms=wanted.starts_ms, most_people=wanted.most_people
        )
        names = [department.name for department in wanted.departments]
        if wanted.title and not edge.clean(wanted.title):
            raise Problem(400, "bad_request", "missing_words")
        try:
            return await self._hub.create(opening, [wanted.title, wanted.goal, *names])
        except Refused as no:
            raise Problem(400, "bad_request", no.code) from None
        except OverflowError:
            raise Problem(400, "bad_request", "a number is too large") from None

    def link_list(self, live: Live, allowed: Mask = -1) -> list[dict[str, Any]]:
        """The good links of a room, of some roles, with their addresses and codes to scan."""
        return [self._link(live, *one) for one in links(live) if one[1] & allowed]

    def personal_link_list(self, live: Live) -> list[dict[str, Any]]:
        """The links that ask somebody absent to sign, each with its decision."""
        asked = {link.id: link.decision for link in live.room.all(Link)}
        return [
            {**self._link(live, *one), "decision": asked[one[0]]}
            for one in links(live, personal=True)
        ]

    def _link(self, live: Live, number: int, role: Mask, token: str) -> dict[str, Any]:
        url = self.address(live.record.code, role, token)
        return {"id": number, "role": "+".join(names_of(role)), "url": url, "qr": _qr(url)}

    def address(self, code: str, role: Mask, token: str) -> str:
        """The address of a link. The token is in the fragment, which no server logs."""
        return f"{self._settings.public_url}/{PAGES.get(role, 'r')}/{code}#{token}"

    async def show_links(self, request: Request) -> Response:
        """A room's links, for those who may hand them out; the operator can have them made anew."""
        wanted = await self._body(request, ShowLinks)
        if same(bearer(request), self._key):
            live = await self.room(request.path_params["code"])
            if wanted.reissue:
                await self.reissue(live, ROLES[wanted.reissue])
            return JSONResponse({"links": self.link_list(live)})
        live, role = await self._entered(request)
        if role & STAGE:
            door = door_of(live)
            return JSONResponse({"links": [self._link(live, *door)] if door else []})
        # Who stands in for the facilitator must not become one.
        allowed = EVERYBODY if role & FACILITATOR else EVERYBODY & ~FACILITATOR
        if not role & MODERATORS:
            return JSONResponse({"links": []})
        personal = self.personal_link_list(live)
        return JSONResponse({"links": self.link_list(live, allowed), "personal": personal})

    async def find_door(self, request: Request) -> Response:
        """The way in for who reads the room's code from the stage: the same link as its QR code.
        Codes are short, so wrong guesses of one address are counted."""
        wanted = await self._body(request, FindDoor)
        live = await self._guessed(request, wanted.code.strip())
        door = door_of(live)
        session = live.room.get(Session, SESSION_ID)
        if session is None or session.closed_ms:
            raise Problem(404, "room_over")
        if door is None:
            raise Problem(404, "no_open_link")
        return JSONResponse({"url": self.address(live.record.code, door[1], door[2])})

    async def show_result(self, request: Request) -> Response:
        """The result, for everybody who holds a link or a seat, as far as the role may see it."""
        wanted = await self._body(request, AskResult)
        live, role = await self._entered(request)
        return await self._results.answer(live, role, wanted)

    async def reissue(self, live: Live, role: Mask) -> None:
        """Revoke a role's links and make a new one, which cuts off whoever holds an old one."""
        old = [number for number, of, _ in links(live) if of == role]
        for command in (AddLink(role), *(RevokeLink(number) for number in old)):
            refused = await live.by_operator(command)
            if refused:
                raise Problem(409, "bad_request", refused)

    async def health(self, request: Request) -> Response:
        """Whether rooms can be written to, and whether what was promised is kept. 503 where they
        cannot: rooms of this server show what they know, and another server may do better."""
        services = self._hub.services
        standing = await services.promise.now()
        if standing.reachable:
            await services.log.room("")
        told = {"ok": standing.reachable, **in_short(standing)}
        figures = {"rooms": len(self._hub), "people": self._hub.people()}
        return JSONResponse(told | figures, 200 if standing.reachable else 503)

    async def metrics(self, request: Request) -> Response:
        # Counters tell the times of commands, which in an anonymous step are nobody's business.
        self._need_key(bearer(request))
        return PlainTextResponse(self._hub.services.metrics.page())

    async def room(self, code: str) -> Live:
        """The room with this code. Problem where there is none, or its log is damaged."""
        try:
            live = await self._hub.get(code.upper())
        except UnknownRules as why:
            raise Problem(503, "server_outdated", str(why)) from None
        except ValueError as why:
            raise Problem(500, "room_damaged", str(why)) from None
        if live is None:
            raise Problem(404, "no_such_room")
        return live

    async def _guessed(self, request: Request, code: str) -> Live:
        """The room with a code that anybody may have made up. Problem where there is none, or the
        address has been wrong too often; guesses that come all at once are counted too."""
        address, guesses = _address(request), self._hub.doors.guesses
        if guesses.are_spent(address):
            raise Problem(429, "too_many_guesses")
        try:
            live = await self.room(code)
        except Problem:
            guesses.missed(address)
            raise
        if guesses.are_spent(address):
            raise Problem(429, "too_many_guesses")
        return live

    async def _entered(self, request: Request) -> tuple[Live, Mask]:
        """The room of a request, and the role of its token there. Problem where it does not fit;
        after too many wrong codes it is not told whether the room or the token was wrong."""
        address, guesses = _address(request), self._hub.doors.guesses
        try:
            live = await self.room(request.path_params["code"])
            claim = open_token(live.record.key, bearer(request))
            role = (await live.admit(claim))[1] if claim else 0
            if not role:
                raise Problem(403, "bad_token")
        except Problem as problem:
            if guesses.are_spent(address):
                raise Problem(429, "too_many_guesses") from None
            if problem.code == "no_such_room":
                guesses.missed(address)
            raise
        return live, role

    async def _body(self, request: Request, kind: type[B]) -> B:
        content = bytearray()
        async for chunk in request.stream():
            content += chunk
            if len(content) > BODY_BYTES:
                raise Problem(413, "bad_request", f"more than {BODY_BYTES} bytes")
        try:
            return msgspec.json.decode(bytes(content) or b"{}", type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as why:
            raise Problem(400, "bad_request", str(why)) from None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


@lru_cache(maxsize=1_000)
def _qr(url: str) -> str:
    """A code to scan, as the address of an SVG picture. To draw one takes milliseconds, and the
    moderator's page asks for all links each time it opens."""
    code = segno.make(url, error="m", micro=False)
    return str(code.svg_data_uri(border=2, scale=4, light="#fff"))
