"""The server-rendered shells of phone, moderator, stage and home page, and the built web app."""

import json
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from msgspec import Struct
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rooms.steps import Lang

ENTRIES: Final = {
    "home": "app/home.tsx",
    "phone": "app/phone.tsx",
    "moderator": "app/moderator.tsx",
    "stage": "app/stage.tsx",
    "status": "app/status.ts",
    "components": "app/components.tsx",
    "chaos": "app/chaos.tsx",
}
"""What the build begins with, by page."""
PATHS: Final = {
    "home": "/",
    "phone": "/r/{code}",
    "moderator": "/m/{code}",
    "stage": "/s/{code}",
    "components": "/components",
}
"""The pages that are the same for everybody."""
YEAR_S: Final = 31_536_000


class WebApp(Struct, frozen=True):
    """Where the web app lies: page templates, and what the build made."""

    pages: Path
    dist: Path


class NotBuilt(RuntimeError):
    """The web app has not been built; the text says how to."""


class Assets(StaticFiles):
    """Built files. Their names carry a hash of their content, so they never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
            for needless in ("etag", "last-modified", "accept-ranges"):
                del response.headers[needless]
        return response


def assets(dist: Path) -> dict[str, dict[str, list[str]]]:
    """The scripts and styles of every page, by its name. NotBuilt where there is no build."""
    path = dist / ".vite" / "manifest.json"
    try:
        manifest = json.loads(path.read_text())
        return {page: _of_entry(manifest, entry) for page, entry in ENTRIES.items()}
    except (OSError, KeyError, ValueError):
        raise NotBuilt(f"the web app is not built ({path} is missing): run `make`") from None


def _of_entry(manifest: dict[str, dict[str, object]], entry: str) -> dict[str, list[str]]:
    js: list[str] = []
    css: list[str] = []
    waiting = [entry]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        chunk = manifest[name]
        js.append(f"/{chunk['file']}")
        styles = chunk.get("css", [])
        imports = chunk.get("imports", [])
        assert isinstance(styles, list) and isinstance(imports, list)
        css += [f"/{style}" for style in styles]
        waiting += imports
    return {"js": js[:1], "preload": js[1:], "css": list(dict.fromkeys(css))}


def language(request: Request) -> Lang:
    """The interface language a browser asks for: Russian unless English comes first."""
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag.startswith("ru"):
            return "ru"
        if tag.startswith("en"):
            return "en"
    return "ru"


def environment(web: WebApp) -> Environment:
    """The templates of pages. What is put into them is escaped."""
    return Environment(
        loader=FileSystemLoader(web.pages), autoescape=select_autoescape(default=True)
    )


def routes(web: WebApp) -> list[BaseRoute]:
    """The pages and their files. NotBuilt where there is no build."""
    built = assets(web.dist)
    templates = environment(web)

    def page(name: str) -> Route:
        template = templates.get_template(f"{name}.html")

        async def show(request: Request) -> HTMLResponse:
            code = request.path_params.get("code", "")
            content = template.render(lang=language(request), code=code, assets=built[name])
            return HTMLResponse(content, headers={"Cache-Control": "no-cache"})

        return Route(PATHS[name], show)

    return [
        *(page(name) for name in PATHS),
        Mount("/assets", GZipMiddleware(Assets(directory=web.dist / "assets"))),
    ]
