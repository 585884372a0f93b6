"""What of the log a person sees on standard error; runs/RUN/crawl.log has all of it."""

from __future__ import annotations

import logging
from copy import copy


def log_to_stderr(*, quiet: bool) -> None:
    """Show our lines from INFO on and everybody's from WARNING on; with `quiet`, ours from WARNING on too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    handler.addFilter(_worth_showing)
    if quiet:
        handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)


class _OneLine(logging.Formatter):
    """Leaves tracebacks out for loggers that are not ours: the network's troubles are no mistakes in a program."""

    def format(self, record: logging.LogRecord) -> str:
        if not _is_ours(record):
            record = copy(record)
            record.msg, record.args = " ".join(record.getMessage().split()), ()
            record.exc_info = record.exc_text = record.stack_info = None
        return super().format(record)


def _worth_showing(record: logging.LogRecord) -> bool:
    return record.levelno >= (logging.INFO if _is_ours(record) else logging.WARNING)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in ("crawler", "archive", "briefs")
