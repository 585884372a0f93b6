"""A run's figures for Prometheus, in the text format that node_exporter's textfile collector reads."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import write_to_textfile
from prometheus_client.registry import Collector

from archive.collection import Collection

logger = logging.getLogger(__name__)

Family = GaugeMetricFamily | CounterMetricFamily

_SINGLE = {
    "seconds": ("briefs_run_duration_seconds", "How long the newest run took."),
    "exit_code": ("briefs_run_exit_code", "Exit code of the newest run."),
    "pages": ("briefs_run_pages", "Addresses that the newest run asked."),
    "requests": ("briefs_run_requests", "Exchanges of the newest run, robots.txt and retries included."),
    "captures": ("briefs_run_captures", "Exchanges of the newest run with a response."),
    "failures": ("briefs_run_fetch_failures", "Fetches of the newest run that got no answer."),
    "wire_bytes": ("briefs_run_wire_bytes", "Bytes that the newest run sent and received."),
    "warc_bytes": ("briefs_run_warc_bytes", "Bytes that the newest run wrote to WARC files."),
    "remaining": ("briefs_remaining_addresses", "Addresses of the collection that are still to be asked."),
}
_COUNTED = {
    "briefs": ("briefs_run_lines", "Lines that the newest run appended to briefs.jsonl, by change.", "change"),
    "rejects": ("briefs_run_rejects", "Lines that the newest run appended to rejects.jsonl, by reason.", "reason"),
    "urls": ("briefs_addresses", "Addresses of the collection, by state.", "state"),
}
_TIMES = {
    "began": ("briefs_run_start_timestamp_seconds", "When the newest run began."),
    "ended": ("briefs_run_end_timestamp_seconds", "When the newest run ended."),
}


class _Given(Collector):
    """Gives a registry families that are made already."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> Iterator[Family]:
        """Yield them."""
        return iter(self._families)


def write_families(path: Path, families: Iterable[Family]) -> None:
    """Put a file of metrics in the place of the one before; a disk that takes none is only logged."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given(families))
    try:
        write_to_textfile(str(path), registry)
    except OSError as error:
        logger.error("%s: the metrics could not be written: %s", path, error.strerror)


def write_run_metrics(path: Path, collection: Collection, report: Mapping[str, Any]) -> None:
    """Write the figures of a run."""
    write_families(path, run_families([({"collection": str(collection.root.absolute())}, report)]))


def run_families(reports: Iterable[tuple[Mapping[str, str], Mapping[str, Any]]]) -> Iterator[Family]:
    """Yield the figures of reports, each with its labels; all must have the labels' same names."""
    kept = [({**labels, "site": report["site"]}, report) for labels, report in reports]
    if not kept:
        return
    names = list(kept[0][0])
    for field, (name, meaning) in {**_SINGLE, **_TIMES}.items():
        family = GaugeMetricFamily(name, meaning, labels=names)
        for labels, report in kept:
            value = report.get(field)
            if value is not None:
                family.add_metric(list(labels.values()), _number(value))
        yield family
    for field, (name, meaning, label) in _COUNTED.items():
        family = GaugeMetricFamily(name, meaning, labels=[*names, label])
        for labels, report in kept:
            for key, count in (report.get(field) or {}).items():
                family.add_metric([*labels.values(), key], count)
        yield family


def _number(value: float | str) -> float:
    return datetime.fromisoformat(value).timestamp() if isinstance(value, str) else float(value)
