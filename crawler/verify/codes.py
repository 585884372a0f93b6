"""Every problem that a collection can have beside those of its WARC files, by name."""

from __future__ import annotations

from archive.problem import Code, error, warning

# --- the ledger

LEDGER_MISSING = error("ledger-missing", "There is no ledger.sqlite: `briefs recover` makes it again from the WARCs.")
LEDGER_UNREADABLE = error("ledger-unreadable", "ledger.sqlite, or a row in it, cannot be read.")
LEDGER_OUTDATED = warning(
    "ledger-outdated",
    "ledger.sqlite is of an older version, so that nothing is held against it; `briefs crawl` mends that.",
)
LEDGER_DAMAGED = error("ledger-damaged", "SQLite's own check finds the pages of ledger.sqlite damaged.")
LEDGER_SEAL = error("ledger-seal", "ledger.sqlite is not what ledger.sqlite.sha256 was written for.")
LEDGER_UNSEALED = warning("ledger-unsealed", "ledger.sqlite.sha256 is missing: the last crawl was killed.")

# --- files against the ledger

FILE_MISSING = error("file-missing", "A file that the ledger knows is not there.")
FILE_SHORT = error("file-short", "A file is shorter than what was committed of it.")
FILE_TAIL = warning("file-tail", "A file is longer than what was committed of it: the next crawl cuts it back.")
FILE_GROWN = error("file-grown", "A file that nothing is appended to any more is longer than the ledger says.")
FILE_WAITING = error(
    "file-waiting", "New files were committed and not renamed yet, so that nothing else can be checked: a kill."
)
FILE_UNKNOWN = error("file-unknown", "A WARC lies in archive/ that the ledger does not know.")
SUM_MISSING = error("sum-missing", "Bytes of a file lie in no stretch that the ledger has a sum of.")
SUM_DIFFERS = error("sum-differs", "A gzip member, or lines appended at once, do not have the sha256 in the ledger.")
LEAF_DIFFERS = error("leaf-differs", "A record does not have the sha256 that the ledger keeps as its leaf.")

TAKEDOWN_DIFFERS = error(
    "takedown-differs", "What stands for records that were taken down is not what their takedown's record lists."
)

# --- runs

RUN_REPORT = error("run-report", "A run's report.json is missing, or not the one that was written at its end.")
RUN_ROOT = error("run-root", "The Merkle root over a run's records is not the one in its report or the ledger.")
RUN_CHAIN = error("run-chain", "A run's root does not follow from the chain of the runs before.")

GAPS_DIFFER = error("gaps-differ", "gaps.jsonl is not what the ledger says of the gaps.")

# --- lines

LINE_UNREADABLE = error("line-unreadable", "A line is no JSON object.")
LINE_SCHEMA = error("line-schema", "A line does not fit its schema.")
LINE_CAPTURE = error("line-capture", "A line names a capture that is not where it says, or another one.")
LINE_DIGEST = error("line-digest", "A line has another payload digest than its capture.")
LINE_FOLD = error(
    "line-fold", "A line is not the one that the fold over the WARCs gives today, or is missing, or too many."
)
LINE_RULES = warning(
    "line-rules", "Lines were read by other rules than today's: `briefs rebuild --compare` tells more."
)

# --- what is derived from the WARCs

INDEX_MISSING = error("index-missing", "A derived file is missing: `briefs index` makes it again.")
INDEX_BEHIND = warning(
    "index-behind", "A derived file lacks the last captures of a killed crawl: the next one adds them."
)
INDEX_ORDER = error("index-order", "The lines of index.cdxj are not in the order of their bytes.")
INDEX_LACKS = error("index-lacks", "A capture has no line in index.cdxj.")
INDEX_EXTRA = error("index-extra", "A line of index.cdxj is that of no capture.")
CATALOG_DIFFERS = error("catalog-differs", "catalog.sqlite cannot be read, or is not what the WARCs give.")
PAGES_DIFFER = error("pages-differ", "pages/pages.jsonl is not what briefs.jsonl gives.")

CODES = {code.name: code for code in tuple(globals().values()) if isinstance(code, Code)}
"""Every code by its name."""
