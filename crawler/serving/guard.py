"""Who may read: the right Host on loopback, the token elsewhere; and what every answer says to a browser."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from crawler.serving.refusals import refuse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content-Security-Policy: titles and texts come from the network, and no inline script or other host is needed."""
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # The collection may be another one at the next request, and what was taken down is to stay nowhere.
    "Cache-Control": "no-store",
}
_METHODS = ("GET", "HEAD")
_COOKIE_AGE = 30 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What a request must have."""

    hosts: frozenset[str] | None
    """Values of Host that are answered; None for any. A page elsewhere may point a name of its own at this address."""
    token: str | None
    port: int

    @property
    def cookie(self) -> str:
        """Name of the cookie: cookies are shared by all ports of a host."""
        return f"briefs-{self.port}"

    @property
    def pass_word(self) -> str:
        """Value of the cookie: worth nothing anywhere else, other than the token."""
        return hmac.new((self.token or "").encode(), b"briefs serve cookie", hashlib.sha256).hexdigest()

    def is_token(self, given: str) -> bool:
        """Return whether that is the token, in a time that tells nothing of it."""
        return hmac.compare_digest(given.encode(), (self.token or "").encode())

    def has_pass(self, request: Request) -> bool:
        """Return whether a request brings the token or the cookie."""
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self.is_token(given.strip())
        return hmac.compare_digest(request.cookies.get(self.cookie, "").encode(), self.pass_word.encode())


class Guard:
    """Stands before all pages."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        hosts = [host.lower() for host in request.headers.getlist("host")]
        if self._admission.hosts is not None and (len(hosts) != 1 or hosts[0] not in self._admission.hosts):
            return refuse(request, 421, "This server answers at its own address on loopback and under no other name.")
        if request.method not in _METHODS:
            refused = refuse(request, 405, f"{request.method} changes things, and nothing can be changed here.")
            refused.headers["Allow"] = ", ".join(_METHODS)
            return refused
        return self._token_refusal(request) if self._admission.token else None

    def _token_refusal(self, request: Request) -> Response | None:
        given = request.query_params.getlist("token")
        if given and self._admission.is_token(given[0]):
            return self._admitted(request)
        if not given and self._admission.has_pass(request):
            return None
        sentence = (
            "A token is needed: open the address that `briefs serve` printed, or send it as `Authorization: Bearer`."
        )
        refused = refuse(request, 401, sentence, is_plain=True)
        refused.headers["WWW-Authenticate"] = 'Bearer realm="briefs"'
        return refused

    def _admitted(self, request: Request) -> Response:
        """Send the browser to the same address without the token, which is in a cookie from now on."""
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        query = urlencode([(name, value) for name, value in pairs if name != "token"])
        # `//host` would lead to that host: a path has one slash at its begin.
        path = "/" + request.url.path.lstrip("/\\")
        answer = RedirectResponse(f"{path}?{query}" if query else path, 303)
        answer.set_cookie(
            self._admission.cookie,
            self._admission.pass_word,
            max_age=_COOKIE_AGE,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer


def _with_headers(send: Send) -> Callable[[MutableMapping[str, Any]], Awaitable[None]]:
    async def send_with_headers(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
