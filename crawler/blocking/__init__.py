"""Blocked pages: what a server sends in the place of an article, told by rules that are data."""

from crawler.blocking.judging import BLOCKED, Block, find_block, is_blocked, is_judged
from crawler.blocking.rule import Rule, RuleError, parse_rules, rules

__all__ = [
    "BLOCKED",
    "Block",
    "Rule",
    "RuleError",
    "find_block",
    "is_blocked",
    "is_judged",
    "parse_rules",
    "rules",
]
