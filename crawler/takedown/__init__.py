"""`briefs takedown`: what was captured of a work, or of an address, taken out of a collection for good."""

from crawler.takedown.takedown import TakenDown, look_for, taking_down
from crawler.takedown.targets import Found, Target

__all__ = ["Found", "TakenDown", "Target", "look_for", "taking_down"]
