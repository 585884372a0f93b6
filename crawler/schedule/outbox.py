"""Who is yet to be told of what: messages that wait to be sent, and those that could not be."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from crawler.frontier.transaction import transaction
from crawler.schedule.schedule import Schedule

OUTBOX_TABLES = (
    """CREATE TABLE notification (
        id INTEGER PRIMARY KEY,
        turn INTEGER NOT NULL,
        schedule TEXT NOT NULL,
        target TEXT NOT NULL,
        content TEXT NOT NULL,
        made REAL NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0,
        not_before REAL NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending',
        error TEXT
    )""",
    "CREATE INDEX notification_pending ON notification (not_before) WHERE state = 'pending'",
)
_TELL = "INSERT INTO notification (turn, schedule, target, content, made, not_before) VALUES (?, ?, ?, ?, ?, ?)"
_MESSAGES = """SELECT id, target, content, tries FROM notification
    WHERE state = 'pending' AND (not_before <= ? OR not_before > ?) ORDER BY id LIMIT 50"""
_SETTLE = "UPDATE notification SET state = ?, error = ?, tries = tries + 1, not_before = ? WHERE id = ?"
LONGEST_WAIT = 3600.0
"""Seconds between two tries at the most."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is to be sent."""

    id: int
    target: str
    content: str
    tries: int
    """How often it was tried in vain."""


class Outbox:
    """The messages in the schedules' file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection

    def tell(self, turn: int, schedule: Schedule, content: str, now: float) -> None:
        """Keep a message for each one whom a schedule tells."""
        rows = [(turn, schedule.name, str(target), content, now, now) for target in schedule.notify]
        self.db.executemany(_TELL, rows)

    def take_messages(self, now: float, lease: float) -> list[Message]:
        """Take the messages that are to be sent now; nobody else does until the lease is over."""
        with transaction(self.db):
            # One that is further off than any wait is one whose clock went back.
            rows = self.db.execute(_MESSAGES, (now, now + LONGEST_WAIT)).fetchall()
            ids = [(now + lease, row[0]) for row in rows]
            self.db.executemany("UPDATE notification SET not_before = ? WHERE id = ?", ids)
        return [Message(*row) for row in rows]

    def settle_message(self, message: Message, error: str | None, not_before: float | None) -> None:
        """Note that a message was sent, or why not, and when to try again; None for never."""
        state = "sent" if error is None else "pending" if not_before is not None else "given up"
        with transaction(self.db):
            self.db.execute(_SETTLE, (state, error, not_before or 0.0, message.id))

    def messages(self) -> list[tuple[str, str, str, int, str | None]]:
        """Return the messages that were not sent: of which schedule, to whom, state, tries, the last error."""
        query = "SELECT schedule, target, state, tries, error FROM notification WHERE state <> 'sent' ORDER BY id"
        return list(self.db.execute(query))
