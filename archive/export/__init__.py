"""Exports: the lines of a collection in formats that other programs load, and as a package to hand on."""

from archive.export.about import About, Publisher
from archive.export.counts import Counts
from archive.export.export import write_file, write_stream
from archive.export.formats import SUFFIXES, TEXTS, Format, check_format
from archive.export.lines import Lines, open_lines
from archive.export.newest import open_newest
from archive.export.package import Package, check_date, earlier_package
from archive.export.place import check_file, check_folder, check_outside
from archive.export.rights import SIGNALS, Policy, Signal
from archive.export.selection import Selection, day
from archive.export.survey import Survey, Tally

__all__ = [
    "SIGNALS",
    "SUFFIXES",
    "TEXTS",
    "About",
    "Counts",
    "Format",
    "Lines",
    "Package",
    "Policy",
    "Publisher",
    "Selection",
    "Signal",
    "Survey",
    "Tally",
    "check_date",
    "check_file",
    "check_folder",
    "check_format",
    "check_outside",
    "day",
    "earlier_package",
    "open_lines",
    "open_newest",
    "write_file",
    "write_stream",
]
