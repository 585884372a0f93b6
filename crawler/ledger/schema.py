"""ledger.sqlite: its tables, its version, and how an older one becomes today's."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from archive.collection import Collection
from archive.errors import CollectionError
from crawler.frontier.transaction import transaction

VERSION = 3
"""Kept in `PRAGMA user_version`."""

_TABLES = (
    # One row an address; `seq` is the order in which they were seen.
    """CREATE TABLE url (
        seq INTEGER PRIMARY KEY,
        address TEXT NOT NULL UNIQUE,
        host TEXT NOT NULL,
        state TEXT NOT NULL,
        seed TEXT NOT NULL,
        via TEXT,
        hops TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        owner TEXT,
        deadline REAL,
        finished REAL
    )""",
    "CREATE INDEX url_pending ON url (host, seq) WHERE state = 'pending'",
    "CREATE INDEX url_state ON url (state)",
    # `next` is the earliest moment at which the host may be asked again; `gate` what is known of its robots.txt.
    """CREATE TABLE host (
        host TEXT PRIMARY KEY,
        next REAL NOT NULL DEFAULT 0,
        pending INTEGER NOT NULL DEFAULT 0,
        leased INTEGER NOT NULL DEFAULT 0,
        gate TEXT NOT NULL DEFAULT 'unknown',
        robots_url TEXT,
        robots_tries INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    """CREATE TABLE robots (
        host TEXT PRIMARY KEY,
        fetched REAL NOT NULL,
        rules BLOB NOT NULL
    ) WITHOUT ROWID""",
    # What was committed of every file; longer is a torn tail, shorter is damage.
    "CREATE TABLE file (name TEXT PRIMARY KEY, length INTEGER NOT NULL, sealed INTEGER NOT NULL) WITHOUT ROWID",
    """CREATE TABLE member (
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        PRIMARY KEY (warc, offset)
    ) WITHOUT ROWID""",
    # `original` is the record that a revisit refers to, or the record itself.
    """CREATE TABLE capture (
        seq INTEGER PRIMARY KEY,
        record_id TEXT NOT NULL UNIQUE,
        url TEXT NOT NULL,
        warc TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        timestamp TEXT NOT NULL,
        date TEXT NOT NULL,
        digest TEXT NOT NULL,
        status INTEGER NOT NULL,
        original TEXT NOT NULL,
        reusable INTEGER NOT NULL,
        etag TEXT,
        modified TEXT
    )""",
    "CREATE INDEX capture_url ON capture (url, seq)",
    "CREATE INDEX capture_digest ON capture (digest) WHERE reusable > 0",
    # The newest line of a work lies in briefs.jsonl at `offset`.
    """CREATE TABLE work (
        id TEXT PRIMARY KEY,
        language TEXT NOT NULL,
        aliases TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE address (address TEXT PRIMARY KEY, work TEXT NOT NULL, captured INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE content (digest TEXT PRIMARY KEY, work TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE redirect (
        target TEXT NOT NULL,
        seq INTEGER NOT NULL,
        source TEXT NOT NULL,
        PRIMARY KEY (target, source)
    ) WITHOUT ROWID""",
    "CREATE TABLE rejection (address TEXT PRIMARY KEY, why TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE run (id TEXT PRIMARY KEY, began REAL NOT NULL, ended REAL, state TEXT NOT NULL) WITHOUT ROWID",
)

_SUMS = (
    # `leaf` is the sha256 of the record before compression; NULL where a ledger of version 1 wrote the row.
    "ALTER TABLE member ADD COLUMN leaf BLOB",
    "ALTER TABLE file ADD COLUMN run TEXT",
    # One row a stretch of a file of lines, as it was appended.
    """CREATE TABLE piece (
        file TEXT NOT NULL,
        offset INTEGER NOT NULL,
        length INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        PRIMARY KEY (file, offset)
    ) WITHOUT ROWID""",
    # `link` counts the runs in the order of their chain.
    "ALTER TABLE run ADD COLUMN link INTEGER",
    "ALTER TABLE run ADD COLUMN records INTEGER",
    "ALTER TABLE run ADD COLUMN root TEXT",
    "ALTER TABLE run ADD COLUMN previous TEXT",
    "ALTER TABLE run ADD COLUMN chain TEXT",
    "ALTER TABLE run ADD COLUMN report BLOB",
    # A host's pages go before what they only need to look right.
    "CREATE INDEX url_turn ON url (host, instr(hops, 'E') > 0, seq) WHERE state = 'pending'",
    "DROP INDEX url_pending",
    # Files that the last transaction put others in the place of, and that are yet to be renamed.
    "CREATE TABLE replacing (name TEXT PRIMARY KEY, beside TEXT NOT NULL) WITHOUT ROWID",
)

_POLITENESS = (
    # What is remembered of a host, so that its turn holds over runs; `parked`, `pages`, `bytes` and `began` are this
    # run's. See crawler/frontier/turns.py.
    "ALTER TABLE host ADD COLUMN parked TEXT",
    "ALTER TABLE host ADD COLUMN sent REAL NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN streak INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN failed REAL NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN floor REAL NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN pace REAL",
    "ALTER TABLE host ADD COLUMN slow REAL NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN pages INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE host ADD COLUMN began REAL",
    # RFC 9309 2.3: a robots.txt holds for one scheme, host and port. Which of them an older row was for, nobody knows.
    "DROP TABLE robots",
    "ALTER TABLE host DROP COLUMN gate",
    "ALTER TABLE host DROP COLUMN robots_url",
    "ALTER TABLE host DROP COLUMN robots_tries",
    "ALTER TABLE host DROP COLUMN pending",
    "ALTER TABLE url ADD COLUMN origin TEXT NOT NULL DEFAULT ''",
    "UPDATE url SET origin = substr(address, 1, instr(substr(address || '/', 9), '/') + 7)",
    """CREATE TABLE gate (
        origin TEXT PRIMARY KEY,
        host TEXT NOT NULL,
        pending INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'unknown',
        next REAL NOT NULL DEFAULT 0,
        asking TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        redirects INTEGER NOT NULL DEFAULT 0,
        fetched REAL,
        floor REAL NOT NULL DEFAULT 0
    ) WITHOUT ROWID""",
    "CREATE TABLE robots (origin TEXT PRIMARY KEY, rules BLOB NOT NULL) WITHOUT ROWID",
    """INSERT INTO gate (origin, host, pending)
        SELECT origin, host, sum(state = 'pending') FROM url GROUP BY origin""",
    # An address that was asked in vain waits behind those that were not.
    "DROP INDEX url_turn",
    """CREATE INDEX url_turn ON url (origin, instr(hops, 'E') > 0, attempts, seq) WHERE state = 'pending'""",
)
_SOURCES: tuple[str, ...] = (
    # What a source is asked as; NULL for pages and requisites.
    "ALTER TABLE url ADD COLUMN source TEXT",
    "CREATE INDEX url_source ON url (origin, attempts, seq) WHERE state = 'pending' AND source IS NOT NULL",
    # Which source named which address first when; `related` stands for related links.
    """CREATE TABLE sighting (
        address TEXT NOT NULL,
        source TEXT NOT NULL,
        first REAL NOT NULL,
        PRIMARY KEY (address, source)
    ) WITHOUT ROWID""",
    # Listings, by their first page, that were followed to their end, or to what they had named before.
    "CREATE TABLE walked (listing TEXT PRIMARY KEY) WITHOUT ROWID",
)
_GAPS: tuple[str, ...] = (
    # One row a stretch of time of which the collection cannot tell whether there was news; see crawler.ledger.gaps.
    """CREATE TABLE gap (
        seq INTEGER PRIMARY KEY,
        run TEXT,
        kind TEXT NOT NULL,
        why TEXT NOT NULL,
        hosts TEXT NOT NULL,
        since REAL NOT NULL,
        until REAL,
        closed_by TEXT
    )""",
    # `complete` is NULL where nobody judged it; `looked` the moment as of which a complete run knows the news.
    "ALTER TABLE run ADD COLUMN complete INTEGER",
    "ALTER TABLE run ADD COLUMN looked REAL",
    # How many pages of a layout each rule read a field of; rule '' where none did. Layout '' is the whole site.
    """CREATE TABLE coverage (
        run TEXT NOT NULL,
        layout TEXT NOT NULL,
        field TEXT NOT NULL,
        rule TEXT NOT NULL,
        pages INTEGER NOT NULL,
        examples TEXT NOT NULL,
        PRIMARY KEY (run, layout, field, rule)
    ) WITHOUT ROWID""",
)
_TAKEDOWNS: tuple[str, ...] = ()

MIGRATIONS: dict[int, tuple[str, ...]] = {
    0: _TABLES,
    1: _SUMS,
    2: (*_POLITENESS, *_SOURCES, *_GAPS, *_TAKEDOWNS),
}
"""What makes a ledger of that version one of the next."""


def ledger_file(collection: Collection) -> Path:
    """Return the ledger's path."""
    return collection.root / "ledger.sqlite"


class LedgerMissingError(CollectionError):
    """There is no ledger where there should be one."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "is missing; `briefs recover` makes it again from the WARCs")


class LedgerOutdatedError(CollectionError):
    """A ledger that opening it for writing would bring up to date."""

    def __init__(self, path: Path, version: int) -> None:
        sentence = f"has version {version}, expected {VERSION}; `briefs crawl` brings an older one up to date"
        super().__init__(path, sentence)
        self.version = version


def open_ledger(path: Path) -> sqlite3.Connection:
    """Return a connection to the ledger, made or migrated when need be; raise CollectionError."""
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA cache_size = -8000")
        migrate(connection, path)
    except sqlite3.DatabaseError as error:
        raise CollectionError(path, f"cannot be used as a ledger: {error}{hint(error)}") from error
    return connection


def read_ledger(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads, also while a crawl writes; raise CollectionError."""
    if not path.is_file():
        raise LedgerMissingError(path)
    try:
        address = f"{path.absolute().as_uri()}?{reading_mode(path)}"
        connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise CollectionError(path, f"cannot be read as a ledger: {error}{hint(error)}") from error
    if version == VERSION:
        return connection
    connection.close()
    raise LedgerOutdatedError(path, version) if version < VERSION else _newer(path, version)


def _newer(path: Path, version: int) -> CollectionError:
    return CollectionError(path, f"has version {version}, expected at most {VERSION}: made by a later brief-archive")


def hint(error: sqlite3.DatabaseError) -> str:
    """Return what to add to a sentence about a ledger that SQLite cannot use."""
    # An OperationalError is the disk's or another process's, not the file's.
    is_damaged = not isinstance(error, sqlite3.OperationalError)
    return "; `briefs recover` makes it again from the WARCs" if is_damaged else ""


def reading_mode(path: Path) -> str:
    """Return how to open a ledger for reading: in a folder that nobody can write to, without a file beside it."""
    is_still = not os.access(path.parent, os.W_OK) and not path.with_name(f"{path.name}-wal").exists()
    return "immutable=1" if is_still else "mode=ro"


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a ledger up to date; raise CollectionError where a later brief-archive made it."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > VERSION:
        raise _newer(path, version)
    while version < VERSION:
        with transaction(connection):
            for statement in MIGRATIONS[version]:
                connection.execute(statement)
            version += 1
            connection.execute(f"PRAGMA user_version = {version}")
