"""A message as JSON, posted to an address."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import os
import ssl
from urllib.parse import urlsplit

from crawler import __version__
from crawler.plan import PlanError
from crawler.schedule.sending import TIMEOUT, SendError, expanded
from crawler.schedule.targets import check_webhook

AUTHORIZATION = "BRIEFS_WEBHOOK_AUTHORIZATION"
"""The environment's name for the whole value of the Authorization header."""
SECRET = "BRIEFS_WEBHOOK_SECRET"  # noqa: S105
"""The environment's name for the key of the signature."""


def post_webhook(address: str, content: str, number: int) -> None:
    """Post the message; raise SendError unless the server answers 2xx. A redirect is not followed."""
    url = expanded(address)
    try:
        check_webhook(url)
    except PlanError as error:
        raise SendError("with what the environment says, it is no http or https address") from error
    parts = urlsplit(url)
    body = content.encode()
    target = parts.path or "/"
    target += f"?{parts.query}" if parts.query else ""
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        connection.request("POST", target, body, _headers(body, number))
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise SendError(f"no answer: {type(error).__name__}: {error}") from error
    finally:
        connection.close()
    if 300 <= answer.status < 400:
        raise SendError(f"answered {answer.status}, a redirect, which is not followed: give its target")
    if not 200 <= answer.status < 300:
        raise SendError(f"answered {answer.status}, expected 2xx")


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT)


def _headers(body: bytes, number: int) -> dict[str, str]:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"brief-archive/{__version__}",
        # A message may come twice: when its sender was killed before it noted that it was sent.
        "Idempotency-Key": f"{hashlib.sha256(body).hexdigest()[:32]}-{number}",
    }
    if os.environ.get(AUTHORIZATION):
        headers["Authorization"] = os.environ[AUTHORIZATION]
    if os.environ.get(SECRET):
        signature = hmac.new(os.environ[SECRET].encode(), body, hashlib.sha256).hexdigest()
        headers["X-Briefs-Signature"] = f"sha256={signature}"
    return headers
