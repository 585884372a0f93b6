"""robots.txt: what it allows, how fast, and whom it turns away."""

from crawler.robots.rules import MOST_BYTES, Robots, readable_rules

__all__ = ["MOST_BYTES", "Robots", "readable_rules"]
