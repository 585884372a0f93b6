"""Checks of WARC and ARC files by any producer: problems come out as values, nothing is printed or raised."""

from archive.verify.block import BlockFacts, read_block
from archive.verify.checker import Checker, Watch, verify_files
from archive.verify.codes import CODES

__all__ = ["CODES", "BlockFacts", "Checker", "Watch", "read_block", "verify_files"]
