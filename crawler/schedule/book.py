"""The schedules' file: what is to be done when, what was done, who is yet to be told. One transaction a step.

Several `briefs run-due` may use it at a time: each takes a turn, or a message, by the transaction that writes so down.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archive.errors import ArchiveError
from crawler.frontier.transaction import transaction
from crawler.plan import PlanError
from crawler.schedule.outbox import OUTBOX_TABLES, Outbox
from crawler.schedule.rows import COLUMNS, content_of, schedule_of, turn_of
from crawler.schedule.schedule import Outcome, Schedule, Turn, outcome_of

VERSION = 1
"""Kept in `PRAGMA user_version`."""
APPLICATION = 0x42726653
"""`PRAGMA application_id`: says that a file is one of schedules."""
NAMED = "BRIEFS_SCHEDULES"

_TABLES = (
    # `next` is the first moment that nobody has looked at yet.
    "CREATE TABLE schedule (name TEXT PRIMARY KEY, next REAL NOT NULL, content TEXT NOT NULL) WITHOUT ROWID",
    # `owner` is the run-due that looks after it, `seen` when it last did, `leader` who leads the crawl's processes.
    """CREATE TABLE turn (
        id INTEGER PRIMARY KEY,
        schedule TEXT NOT NULL,
        due REAL NOT NULL,
        last_due REAL NOT NULL,
        count INTEGER NOT NULL DEFAULT 1,
        outcome TEXT NOT NULL,
        attempt INTEGER NOT NULL DEFAULT 1,
        owner TEXT,
        seen REAL,
        leader TEXT,
        began REAL,
        ended REAL,
        exit_code INTEGER,
        run TEXT,
        before TEXT,
        not_before REAL,
        stopping TEXT,
        detail TEXT
    )""",
    "CREATE INDEX turn_schedule ON turn (schedule, due)",
    # Turns that were missed, and that their collection has no gap of yet.
    "CREATE TABLE owed_gap (turn INTEGER PRIMARY KEY)",
    "CREATE INDEX turn_open ON turn (outcome) WHERE outcome IN ('running', 'waits to be tried again')",
)


class BookError(ArchiveError):
    """The schedules' file cannot be used."""

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")


def book_file(given: str | None) -> Path:
    """Return where the schedules are: the file given, the one that BRIEFS_SCHEDULES names, or the user's own."""
    named = given or os.environ.get(NAMED)
    if named:
        return Path(named).absolute()
    state = os.environ.get("XDG_STATE_HOME", "")
    # XDG Base Directory Specification: a path that is not absolute is ignored.
    home = Path(state) if state.startswith("/") else Path.home() / ".local" / "state"
    return home / "brief-archive" / "schedules.sqlite"


class Book(Outbox):
    """The schedules and their turns."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.path = path

    @property
    def folder(self) -> Path:
        """Folder of what crawls under way write: their output and their exit code."""
        return self.path.with_name(f"{self.path.name}.turns")

    # --- schedules ------------------------------------------------------------------------------------------------

    def add(self, schedule: Schedule, first: float, *, replace: bool = False) -> None:
        """Keep a schedule that is due at `first` for the first time; raise PlanError when its name is taken."""
        with transaction(self.db):
            if not replace and self.find(schedule.name) is not None:
                raise PlanError(f"a schedule {schedule.name!r} is there already, expected a new name, or --replace")
            row = (schedule.name, first, content_of(schedule))
            self.db.execute("INSERT OR REPLACE INTO schedule (name, next, content) VALUES (?, ?, ?)", row)

    def remove(self, name: str) -> None:
        """Forget a schedule; its turns are kept. Raise PlanError when there is none, or a crawl of it is under way."""
        with transaction(self.db):
            self.get(name)
            if any(turn.schedule == name for turn in self.turns_in(Outcome.RUNNING)):
                raise PlanError(
                    f"a crawl of {name!r} is under way, expected to remove it once `briefs run-due` is done"
                )
            self.end_waiting(name, "not tried again: the schedule was removed")
            self.db.execute("DELETE FROM schedule WHERE name = ?", (name,))

    def find(self, name: str) -> Schedule | None:
        """Return the schedule of that name; None when there is none."""
        row = self.db.execute("SELECT content FROM schedule WHERE name = ?", (name,)).fetchone()
        return schedule_of(row[0]) if row else None

    def get(self, name: str) -> Schedule:
        """Return the schedule of that name; raise PlanError when there is none."""
        found = self.find(name)
        if found is None:
            names = ", ".join(schedule.name for schedule, _ in self.schedules()) or "none yet"
            raise PlanError(f"{self.path}: has no schedule {name!r}; there are: {names}")
        return found

    def schedules(self) -> list[tuple[Schedule, float]]:
        """Return every schedule and the first moment that nobody has looked at."""
        rows = self.db.execute("SELECT content, next FROM schedule ORDER BY next, name").fetchall()
        return [(schedule_of(content), moment) for content, moment in rows]

    def move_on(self, name: str, moment: float) -> None:
        """Note the first moment that nobody has looked at."""
        self.db.execute("UPDATE schedule SET next = ? WHERE name = ?", (moment, name))

    # --- turns ----------------------------------------------------------------------------------------------------

    def turns(self, name: str | None = None, limit: int = -1) -> list[Turn]:
        """Return the turns of a schedule, or of all, the newest first."""
        where = "WHERE schedule = ?" if name is not None else "WHERE ? IS NULL"
        query = f"SELECT {COLUMNS} FROM turn {where} ORDER BY id DESC LIMIT ?"  # noqa: S608
        return [turn_of(row) for row in self.db.execute(query, (name, limit))]

    def turn(self, turn: int) -> Turn:
        """Return one turn."""
        query = f"SELECT {COLUMNS} FROM turn WHERE id = ?"  # noqa: S608
        return turn_of(self.db.execute(query, (turn,)).fetchone())

    def turns_in(self, outcome: Outcome) -> list[Turn]:
        """Return the turns that are so far."""
        query = f"SELECT {COLUMNS} FROM turn WHERE outcome = ? ORDER BY id"  # noqa: S608
        return [turn_of(row) for row in self.db.execute(query, (outcome,))]

    def counts(self) -> list[tuple[str, str, int]]:
        """Return how many moments of each schedule came to what."""
        query = "SELECT schedule, outcome, sum(count) FROM turn GROUP BY schedule, outcome ORDER BY schedule, outcome"
        return list(self.db.execute(query))

    def was_taken(self, name: str, due: float) -> bool:
        """Return whether that moment has had its turn."""
        query = "SELECT 1 FROM turn WHERE schedule = ? AND due <= ? AND last_due >= ? AND outcome <> ?"
        return self.db.execute(query, (name, due, due, Outcome.MISSED)).fetchone() is not None

    def insert(self, name: str, due: float, outcome: Outcome, **columns: object) -> int:
        """Keep a new turn and return its id."""
        values = {"schedule": name, "due": due, "last_due": due, "outcome": outcome, **columns}
        marks = ", ".join("?" * len(values))
        query = f"INSERT INTO turn ({', '.join(values)}) VALUES ({marks})"  # noqa: S608
        return self.db.execute(query, tuple(values.values())).lastrowid or 0

    def change(self, turn: int, owner: str | None = None, **columns: object) -> bool:
        """Note something of a turn, if it is that owner's; return whether it is."""
        names = ", ".join(f"{name} = ?" for name in columns)
        query = f"UPDATE turn SET {names} WHERE id = ? AND (owner = ? OR ? IS NULL)"  # noqa: S608
        return self.db.execute(query, (*columns.values(), turn, owner, owner)).rowcount > 0

    def end_waiting(self, name: str, detail: str) -> None:
        """Let no turn of a schedule wait to be tried again."""
        for turn in self.turns_in(Outcome.RETRY):
            if turn.schedule == name:
                self.change(turn.id, outcome=outcome_of(turn.exit_code, turn.stopping), detail=detail)

    def hand_over(self, turn: int, owner: str, now: float) -> None:
        """Let a run-due look after a turn from now on."""
        self.db.execute("UPDATE turn SET owner = ?, seen = ? WHERE id = ?", (owner, now, turn))

    def still_seen(self, owner: str, now: float) -> None:
        """Note that a run-due still looks after its turns."""
        query = "UPDATE turn SET seen = ? WHERE owner = ? AND outcome = ?"
        self.db.execute(query, (now, owner, Outcome.RUNNING))

    def owners(self) -> list[tuple[int, str, float]]:
        """Return the turns under way, who looks after each, and when it last did."""
        query = "SELECT id, owner, seen FROM turn WHERE outcome = ?"
        return list(self.db.execute(query, (Outcome.RUNNING,)))

    def owe_gap(self, turn: int) -> None:
        """Keep in mind that a collection is to have a gap of a missed turn."""
        self.db.execute("INSERT INTO owed_gap (turn) VALUES (?)", (turn,))

    def owed_gaps(self) -> list[Turn]:
        """Return the missed turns that no collection has a gap of yet."""
        query = f"SELECT {COLUMNS} FROM turn JOIN owed_gap ON owed_gap.turn = turn.id ORDER BY id"  # noqa: S608
        return [turn_of(row) for row in self.db.execute(query).fetchall()]

    def settle_gap(self, turn: int) -> None:
        """Forget it: the collection knows."""
        with transaction(self.db):
            self.db.execute("DELETE FROM owed_gap WHERE turn = ?", (turn,))


@contextmanager
def open_book(path: Path, *, make: bool = False) -> Iterator[Book]:
    """Open the schedules' file; raise BookError, also when there is none and none is to be made."""
    if not make and not path.exists():
        raise BookError(path, "is not there; `briefs schedule add` makes it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
    except (OSError, sqlite3.Error) as error:
        raise BookError(path, f"cannot be opened: {error}") from error
    try:
        _prepare(path, connection)
        yield Book(path, connection)
    finally:
        connection.close()


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    # No WAL: the file may lie on a volume that several machines share, and little is written.
    try:
        connection.execute("PRAGMA synchronous = FULL")
        with transaction(connection):
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if not version and not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
                for statement in (*_TABLES, *OUTBOX_TABLES):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {VERSION}")
                return
    except sqlite3.Error as error:
        raise BookError(path, f"cannot be used as a file of schedules: {error}") from error
    if application != APPLICATION:
        raise BookError(path, "is another program's database, expected a file of schedules")
    if version != VERSION:
        raise BookError(path, f"is of version {version}, expected {VERSION}: a newer brief-archive made it")
