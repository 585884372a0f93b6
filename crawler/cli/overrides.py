"""`-s NAME=VALUE`: each value held against the kind of the setting's default, before anything is made."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Iterable

from scrapy.settings import Settings, default_settings
from scrapy.utils.misc import load_object

import crawler.settings
from crawler.plan import PlanError

_DOTTED = re.compile(r"\w+(\.\w+)+")
_OWN_CHECKS = ("WARC_DIGEST", "WARC_LEVEL", "WARC_MAX_SIZE")
"""Settings whose values the run itself holds against a range."""


class _WrongValue(ValueError):
    """A value that its setting cannot have; the text is what was expected."""


def scrapy_settings(pairs: Iterable[str]) -> dict[str, object]:
    """Return `-s NAME=VALUE` pairs as settings; raise PlanError with one sentence for one that cannot be."""
    settings: dict[str, object] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name.isupper() and equals):
            raise PlanError(f"-s {pair!r}: expected NAME=VALUE with a setting's name in capitals")
        check_value(name, value)
        settings[name] = value
    return settings


def check_value(name: str, value: str) -> None:
    """Raise PlanError unless a known setting can have that value; an unknown setting can have any."""
    try:
        _check_of(name, _default_of(name))(name, value)
    except _WrongValue as wrong:
        raise PlanError(f"{name} is {value!r}, expected {wrong}") from wrong


def _default_of(name: str) -> object:
    return getattr(crawler.settings, name, getattr(default_settings, name, None))


def _check_of(name: str, default: object) -> Callable[[str, str], None]:
    if name in _NAMED:
        return _NAMED[name]
    if name in _OWN_CHECKS or default is None:
        return _anything
    if isinstance(default, str) and _is_path(default):
        return _path
    return next((check for kind, check in _CHECKS if isinstance(default, kind)), _anything)


def _anything(name: str, value: str) -> None:
    """Let any value pass."""


def _level(name: str, value: str) -> None:
    levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
    if logging.getLevelNamesMapping().get(value) is None:
        raise _WrongValue(f"one of {', '.join(levels)}")


def _log_format(name: str, value: str) -> None:
    try:
        logging.Formatter(value)
    except ValueError as error:
        raise _WrongValue("a format of Python's logging, as %(message)s") from error


def _reactor(name: str, value: str) -> None:
    _path(name, value)
    if not _is_path(f"{value.rpartition('.')[0]}.install"):
        raise _WrongValue("the path of a Twisted reactor")


def _always(name: str, value: str) -> None:
    _truth(name, value)
    if not Settings({name: value}).getbool(name):
        raise _WrongValue("True: the capture rests on Twisted's reactor")


def _truth(name: str, value: str) -> None:
    try:
        Settings({name: value}).getbool(name)
    except ValueError as error:
        raise _WrongValue("True or False") from error


def _number(name: str, value: str) -> None:
    lowest = -math.inf if "PRIORITY" in name else 1 if name.startswith("CONCURRENT_") else 0
    try:
        number = float(value)
    except ValueError as error:
        raise _WrongValue("a number") from error
    if not (math.isfinite(number) and number >= lowest):
        raise _WrongValue(f"a number, {lowest} or more")


def _whole(name: str, value: str) -> None:
    # Scrapy reads these as fractions too, whatever their defaults are.
    if not name.endswith(("_TIMEOUT", "_DELAY", "_INTERVAL")):
        try:
            int(value)
        except ValueError as error:
            raise _WrongValue("a whole number") from error
    _number(name, value)


def _table(name: str, value: str) -> None:
    try:
        table = json.loads(value)
    except json.JSONDecodeError as error:
        raise _WrongValue(f"a JSON object: {error}") from error
    if not isinstance(table, dict):
        raise _WrongValue("a JSON object")
    if name in _COMPONENTS:
        for path, place in table.items():
            _path(name, path)
            if place is not None and not isinstance(place, int):
                raise _WrongValue(f"a whole number or null for {path}")


def _list(name: str, value: str) -> None:
    default = _default_of(name)
    if not (isinstance(default, list | tuple) and default and all(isinstance(part, int) for part in default)):
        return
    for part in Settings({name: value}).getlist(name):
        if not str(part).strip().isdigit():
            raise _WrongValue("whole numbers, parted by commas")


def _path(name: str, value: str) -> None:
    if not _is_path(value):
        raise _WrongValue(f"the path of something that Python can import, found none at {value!r}")


def _is_path(text: str) -> bool:
    if not _DOTTED.fullmatch(text):
        return False
    try:
        load_object(text)
    except (ImportError, NameError, ValueError, TypeError):
        return False
    return True


_CHECKS: tuple[tuple[type | tuple[type, ...], Callable[[str, str], None]], ...] = (
    (bool, _truth),
    (int, _whole),
    (float, _number),
    (dict, _table),
    ((list, tuple), _list),
)
_NAMED: dict[str, Callable[[str, str], None]] = {
    "DISCOVER": _truth,
    "REQUISITES": _truth,
    "REQUISITES_SCRIPTS": _truth,
    "LOG_LEVEL": _level,
    "LOG_FORMAT": _log_format,
    "TWISTED_REACTOR": _reactor,
    "TWISTED_REACTOR_ENABLED": _always,
}
_COMPONENTS = ("ITEM_PIPELINES", "EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")
