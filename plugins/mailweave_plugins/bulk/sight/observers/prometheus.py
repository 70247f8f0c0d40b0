"""A run's metrics as a file for Prometheus's textfile collector.

Names and units follow https://prometheus.io/docs/practices/naming/, the file the text format 0.0.4
(https://prometheus.io/docs/instrumenting/exposition_formats/). They are gauges: each run starts from zero. The library prometheus-client would give
the same 40 lines and another dependency; the tests read the file with its parser.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mailweave_plugins.bulk.sight.reasons import without_addresses
from mailweave_plugins.bulk.sight.snapshots import Tally
from mailweave_plugins.bulk.sight.watching import Event, Progress

_EVERY: Final = 5.0  # seconds
# Outcomes that are shown though there are none, so that an alert finds its series.
_ALWAYS: Final = ("written", "sent", "rejected", "refused", "suppressed", "duplicate", "deferred", "in doubt")
_SUCCESS: Final = "mailweave_run_last_success_timestamp_seconds"

# Name → what it is. Every one has the label `campaign`.
METRICS: Final[Mapping[str, str]] = {
    "mailweave_run_active": "Whether the run is at work (1) or has ended (0).",
    "mailweave_run_profiles": "Profiles of the run.",
    "mailweave_run_messages": "Messages of the run so far, by outcome, of all starts.",
    "mailweave_run_failures": "Problems of messages that failed, wait or are in doubt, by reason.",
    "mailweave_run_parts": "Parts of the run.",
    "mailweave_run_parts_done": "Parts of the run that are done.",
    "mailweave_run_messages_per_second": "Messages a second, on average over this start.",
    "mailweave_run_duration_seconds": "How long this start has taken.",
    "mailweave_run_start_timestamp_seconds": "When this start began.",
    "mailweave_run_end_timestamp_seconds": "When the last start ended; absent while one is at work.",
    "mailweave_run_exit_code": "Exit status of the last start; absent while one is at work.",
    _SUCCESS: "When a start of this campaign last ended with exit status 0.",
}

Sample = tuple[str, Mapping[str, str], float]


@dataclass
class PrometheusFile:
    """Replaces the file every five seconds, and at the end. `warn` hears, once, that it can't be written."""

    path: Path
    campaign: str
    warn: Callable[[str, str], None]
    _began: float = field(default_factory=time.time)
    _progress: Progress | None = None
    _success: float | None = None
    _due: float = 0.0
    _warned: bool = False

    def __post_init__(self) -> None:
        self._success = _last_success(self.path, self.campaign)

    def event(self, event: Event) -> None:
        """The run began or ended."""
        if event.name == "run-began":
            self._write(None)
        if event.name == "run-ended":
            self._write(event)

    def progress(self, progress: Progress) -> None:
        """How far it is."""
        self._progress = progress
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY
            self._write(None)

    def _write(self, ended: Event | None) -> None:
        if ended and ended.fields["exit_code"] == 0:
            self._success = ended.at
        labels = {"campaign": self.campaign}
        text = rendered((name, {**labels, **more}, value) for name, more, value in self._samples(ended))
        temporary = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink()
            if not self._warned:
                self._warned = True
                self.warn(f"the metrics can't be written: {error.strerror or error} ({self.path})", "the run isn't concerned; make that writable")

    def _samples(self, ended: Event | None) -> Iterator[Sample]:
        yield "mailweave_run_active", {}, 0 if ended else 1
        yield "mailweave_run_start_timestamp_seconds", {}, self._began
        yield "mailweave_run_duration_seconds", {}, (ended.at if ended else time.time()) - self._began
        if self._progress:
            yield from _of(self._progress)
        if ended:
            yield "mailweave_run_end_timestamp_seconds", {}, ended.at
            yield "mailweave_run_exit_code", {}, ended.fields["exit_code"]
        if self._success is not None:
            yield _SUCCESS, {}, self._success


def _of(progress: Progress) -> Iterator[Sample]:
    tally: Tally = progress.tally
    yield "mailweave_run_profiles", {}, progress.total
    for outcome in dict.fromkeys((*_ALWAYS, *tally.outcomes)):
        yield "mailweave_run_messages", {"outcome": outcome}, tally.outcomes[outcome]
    for name, reason in sorted(tally.reasons.items()):
        yield "mailweave_run_failures", {"reason": without_addresses(name)}, reason.count
    yield "mailweave_run_parts", {}, progress.parts
    yield "mailweave_run_parts_done", {}, progress.parts_done
    yield "mailweave_run_messages_per_second", {}, round(progress.rate, 3)


def rendered(samples: Iterable[Sample]) -> str:
    """Samples in the text format, those of a metric together."""
    found: dict[str, list[str]] = {name: [] for name in METRICS}
    for name, labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        found[name].append(f"{name}{{{inside}}} {_number(value)}\n")
    return "".join(f"# HELP {name} {METRICS[name]}\n# TYPE {name} gauge\n" + "".join(lines) for name, lines in found.items() if lines)


def _number(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _escaped(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _last_success(path: Path, campaign: str) -> float | None:
    """What the file of an earlier start says."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    found = re.search(rf'^{_SUCCESS}\{{campaign="{re.escape(_escaped(campaign))}"\}} (\d+(?:\.\d+)?)$', text, re.MULTILINE)
    return float(found[1]) if found else None
