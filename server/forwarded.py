"""Whose word the server takes for a phone's address.

`X-Forwarded-For` and `X-Forwarded-Proto` are believed where a proxy named in TRUSTED_PROXY sent
them, and nowhere else: whoever may choose an address for himself has no limit per address.
"""

import logging
from collections.abc import Sequence
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

logger = logging.getLogger("oneroom.server")


class Forwarded:
    """Puts the phone's address in the place of a trusted proxy's. `trusted` are addresses and
    networks as in `10.0.0.0/8`; without any, the address is that of the connection."""

    def __init__(self, app: ASGIApp, trusted: Sequence[str]) -> None:
        self._app = app
        self._believing = ProxyHeadersMiddleware(cast(Any, app), list(trusted)) if trusted else None
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._believing is not None:
            await self._believing(cast(Any, scope), cast(Any, receive), cast(Any, send))
            return
        if not self._told and any(
            name == b"x-forwarded-for" for name, _ in scope.get("headers", ())
        ):
            self._told = True
            logger.warning(
                "a request came with X-Forwarded-For, which is not believed: if a proxy stands in "
                "front of this server, set TRUSTED_PROXY to its address, or all phones share one "
                "limit"
            )
        await self._app(scope, receive, send)
