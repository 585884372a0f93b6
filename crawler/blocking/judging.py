"""Whether what a server sent is a page that stands in an article's place; nothing but the capture is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from archive.message import Head, as_text
from crawler.blocking.rule import Rule, rules
from crawler.extract import Page
from crawler.extract.text import clean

BLOCKED = "blocked"
"""Begins the state of such an address, and the reason of its rejection."""
_UNSEEN = ("script", "style", "noscript", "template", "head")
_SOURCE = 256 * 1024
_ENOUGH = 10_000
_QUOTED = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What a rule says of a page."""

    reason: str
    rule: str
    evidence: str
    """What was found, for a person."""


def is_blocked(reason: str) -> bool:
    """Return whether a state or a rejection's reason is that of a blocked page."""
    return reason.startswith(f"{BLOCKED}: ")


def is_judged(status: int) -> bool:
    """Return whether any rule speaks of responses with that status."""
    return status in _judged_statuses()


def find_block(head: Head, page: Page, *, is_article: bool | None = None) -> Block | None:
    """Return what the first rule that fits says of a response; None where none does.

    `is_article` is False where no article was read of the page, None before anything was read: rules for pages without
    article are tried in the one case, the others in the other.
    """
    answer = _Answer(head, page)
    tried = (rule for rule in rules() if rule.without_article == (is_article is False))
    found = ((rule, _evidence(rule, answer)) for rule in tried if (head.status or 0) in rule.statuses)
    return next((Block(reason=rule.reason, rule=rule.name, evidence=said) for rule, said in found if said), None)


@cache
def _judged_statuses() -> frozenset[int]:
    return frozenset().union(*(rule.statuses for rule in rules()))


class _Answer:
    """One response, taken apart as far as a rule asks."""

    def __init__(self, head: Head, page: Page) -> None:
        self.head = head
        self.page = page

    @cached_property
    def title(self) -> str:
        """The text of the first title element."""
        found = self.page.tree.tagged("title")
        return clean(self.page.tree.text(found[0])) if found else ""

    @cached_property
    def source(self) -> str:
        """The beginning of the markup."""
        return self.page.source[:_SOURCE]

    @cached_property
    def text(self) -> str:
        """What a reader sees, white space folded, up to more than any rule allows."""
        pieces, size = [], 0
        for piece in self._pieces():
            words = " ".join(piece.split())
            if words:
                pieces.append(words)
                size += len(words)
                if size > _ENOUGH:
                    break
        return clean(" ".join(pieces))

    def _pieces(self) -> Iterator[str]:
        tree, end = self.page.tree, 0
        for position, element in enumerate(tree.elements):
            if position < end:
                continue  # inside of what nobody sees
            if tree.tags[position] in _UNSEEN:
                end = tree.ends[position]
            else:
                yield element.text or ""
            yield element.tail or ""
        if self.page.problem:  # no markup: the text itself, when it is any
            yield self.source


def _evidence(rule: Rule, answer: _Answer) -> str:
    """Return what fits the rule, the cheap conditions first; an empty text where one does not hold."""
    found = [f"status {answer.head.status}"]
    for condition in _conditions(rule, answer):
        if condition is None:
            return ""
        found.append(condition)
    return "; ".join(found)


def _conditions(rule: Rule, answer: _Answer) -> Iterator[str | None]:
    """Yield what each condition of the rule found, the cheap ones first; None for one that does not hold."""
    for name, pattern in rule.header.items():
        values = [as_text(value) for value in answer.head.values(name)]
        yield next((f"{name}: {value[:_QUOTED]}" for value in values if pattern.fullmatch(value)), None)
    if rule.title is not None:
        yield f"title {answer.title[:_QUOTED]!r}" if rule.title.search(answer.title) else None
    if rule.most_text is not None:
        size = len(answer.text)
        yield f"{size} characters to read" if size <= rule.most_text else None
    if rule.select:
        yield next((f"element {one}" for one in rule.select if answer.page.tree.select(one)), None)
    if rule.source is not None:
        match = rule.source.search(answer.source)
        yield f"markup {match[0][:_QUOTED]!r}" if match else None
    if rule.text is not None:
        match = rule.text.search(answer.text)
        yield f"text {match[0][:_QUOTED]!r}" if match else None
