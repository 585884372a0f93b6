"""The rules of one robots.txt (RFC 9309), read by protego."""

from __future__ import annotations

import re
from functools import cached_property

from protego import Protego

from crawler.robots.ai_agents import AI_AGENTS

MOST_BYTES = 500 * 1024
"""RFC 9309 2.5: how much of a robots.txt must be read; nothing after it is."""
_NOBODY = ""
"""An agent that only the group of `*` is for."""
_USER_AGENT = re.compile(r"^[ \t\x00]*user[ -]?agent[ \t]*[:= \t][ \t]*(.*)$", re.IGNORECASE)
_TOKEN = re.compile(r"[a-zA-Z_-]+")


def readable_rules(body: bytes) -> bytes:
    """Return as much of a robots.txt as is read: whole lines alone, since half a path would forbid too much."""
    if len(body) <= MOST_BYTES:
        return body
    kept = body[:MOST_BYTES]
    return kept[: max(kept.rfind(b"\n"), kept.rfind(b"\r")) + 1]


class Robots:
    """What a robots.txt says to one agent, known by its product token."""

    def __init__(self, rules: bytes, agent: str) -> None:
        lines = _text_of(rules).splitlines()
        self._named = {token.lower(): token for line in lines if (token := _token_of(line))}
        self._parsed = Protego.parse("\n".join(map(_with_token_alone, lines)))
        self._agent = self._group_of(agent)

    def allows(self, url: str) -> bool:
        """Return whether the agent may ask for that address."""
        return bool(self._parsed.can_fetch(url, self._agent))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The addresses of its `Sitemap:` lines, as they stand there."""
        return tuple(self._parsed.sitemaps)

    @cached_property
    def delay(self) -> float:
        """Seconds between two requests that Crawl-delay or Request-rate asks for, whichever is more; else 0."""
        delay = self._parsed.crawl_delay(self._agent) or 0.0
        rate = self._parsed.request_rate(self._agent)
        return max(delay, rate.seconds / rate.requests) if rate else delay

    def disallowed_ai(self, url: str) -> tuple[str, ...]:
        """Return the AI crawlers that the file turns away from an address by their name."""
        return tuple(self._named[name] for name in self._ai if not self._parsed.can_fetch(url, name))

    @cached_property
    def _ai(self) -> tuple[str, ...]:
        return tuple(sorted(self._named.keys() & AI_AGENTS))

    def _group_of(self, agent: str) -> str:
        # RFC 9309 2.2.1: a group is for an agent when the tokens are equal. Protego also takes a part of the name.
        return agent if agent.lower() in self._named else _NOBODY


def _text_of(rules: bytes) -> str:
    # RFC 9309 2.2 has UTF-8 alone. Without its mark and its NULs UTF-16 is readable too, as far as it is ASCII.
    plain = rules.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    return plain.decode("utf-8-sig", "replace")


def _token_of(line: str) -> str | None:
    """Return the product token of a User-agent line, without the version or the words behind it."""
    found = _USER_AGENT.match(line)
    token = _TOKEN.match(found[1].strip()) if found else None
    return token[0] if token else None


def _with_token_alone(line: str) -> str:
    token = _token_of(line)
    return f"User-agent: {token}" if token else line
