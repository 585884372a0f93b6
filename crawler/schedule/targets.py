"""Whom a schedule tells: `webhook:URL` or `mail:ADDRESS`, as it was given and is printed: without secrets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.plan import PlanError

WEBHOOK, MAIL = "webhook", "mail"
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""`${NAME}` in a webhook's address: what that stands for is read from the environment when it is sent."""


@dataclass(frozen=True, slots=True)
class Target:
    """One who is told."""

    kind: str
    address: str

    @classmethod
    def parse(cls, text: str) -> Target:
        """Return the target; raise PlanError."""
        kind, colon, address = text.partition(":")
        if not colon or kind not in _CHECKS:
            raise PlanError(f"notify is {text!r}, expected webhook:URL or mail:ADDRESS")
        _CHECKS[kind](address)
        return cls(kind, address)

    def __str__(self) -> str:
        return f"{self.kind}:{self.address}"


def check_webhook(address: str) -> None:
    """Raise PlanError unless that can be an address to post to."""
    plain = VARIABLE.sub("x", address)
    try:
        parts = urlsplit(plain)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not plain.isascii() or not plain.isprintable() or " " in plain:
        raise PlanError(f"webhook is {address!r}, expected an http or https address")
    if parts.username is not None or parts.password is not None:
        raise PlanError("webhook has a name or password in its address, expected them in BRIEFS_WEBHOOK_AUTHORIZATION")


def check_mail(address: str) -> None:
    """Raise PlanError unless that is one plain mail address."""
    if not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", address):
        raise PlanError(f"mail address is {address!r}, expected one such as desk@example.org")


_CHECKS = {WEBHOOK: check_webhook, MAIL: check_mail}
