"""How far a run is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

from collections import deque
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_EVERY: Final = 10.0  # seconds between lines
_WAITING: Final = 600.0  # the same while it waits
# The rate is that of the last minute.
_WINDOW: Final = 60.0
# What a note begins with while nothing goes on.
WAITS: Final = ("waits", "paused")


class Meter:
    """Shows `total` things done under a name like "Building". Use it in a `with`; nothing is shown of what took no time.

    Each thing takes `least` seconds at least, whatever the rate so far. `silent`: nothing is shown at all.
    """

    def __init__(self, doing: str, total: int, done: int = 0, least: float = 0.0, *, silent: bool = False) -> None:
        console = Console(stderr=True, quiet=silent)
        self._bar = _bar(console) if console.is_terminal and not silent else None
        self._console = console
        self._doing, self._total, self._least = doing, total, least
        self._shown = monotonic()
        self._speed = _Speed(done)
        self._note = ""
        self._task: Any = self._bar.add_task(doing, total=total, completed=done, failed=0, note="", waits=False, least=least) if self._bar else None

    def __enter__(self) -> Meter:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, done: int, failed: int, note: str = "") -> None:
        """Show how many are done, among them how many failed. `note` says at which rate it goes, or why it waits, which is said at once."""
        waits, now = note.startswith(WAITS), monotonic()
        self._speed.note(now, done)
        if self._bar:
            self._bar.update(self._task, completed=done, failed=failed, note=note, waits=waits)
        elif now - self._shown >= (_WAITING if waits and note == self._note else _EVERY) or (waits and note != self._note):
            self._shown = now
            self._console.print(self._line(done, failed, note, waits), highlight=False, soft_wrap=True)
        self._note = note

    def _line(self, done: int, failed: int, note: str, waits: bool) -> str:
        rate = 0.0 if waits else self._speed.rate
        left = max((self._total - done) / rate, (self._total - done) * self._least) if rate else 0
        speed = f", {rate_words(rate)}, {span(left)} left" if rate else ""
        return f"{self._doing}: {done:,} of {self._total:,}{speed}" + (f", {failed:,} failed" if failed else "") + (f", {note}" if note else "")


class _Speed:
    """How many things are done a second, over the last minute. Until the first one is done it is start-up, which says nothing of what is left."""

    def __init__(self, done: int) -> None:
        self._last = done
        self._samples: deque[tuple[float, int]] = deque()

    def note(self, now: float, done: int) -> None:
        """Note how many are done at a time, in seconds."""
        if done > self._last or self._samples:
            self._samples.append((now, done))
        self._last = done
        while len(self._samples) > 2 and self._samples[1][0] <= now - _WINDOW:
            self._samples.popleft()

    @property
    def rate(self) -> float:
        """The rate, or 0 while it isn't known."""
        if len(self._samples) < 2:
            return 0.0
        (began, first), (now, done) = self._samples[0], self._samples[-1]
        return (done - first) / (now - began) if now > began else 0.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(rate_words(task.speed) if task.speed and not task.fields["waits"] else "", style="progress.data.speed")


class _Left(TimeRemainingColumn):
    def render(self, task: Task) -> Text:
        if task.fields["waits"]:
            return Text("")
        least = (task.remaining or 0.0) * task.fields["least"]
        if least > (task.time_remaining or 0.0):
            return Text(str(timedelta(seconds=round(least))), style="progress.remaining")
        return super().render(task)


class _Note(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(task.fields["note"], style="cyan")


class _Failed(ProgressColumn):
    def render(self, task: Task) -> Text:
        failed = task.fields["failed"]
        return Text(f"{failed:,} failed" if failed else "", style="red")


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), _Left(), _Failed(), _Note())
    return Progress(*columns, console=console, transient=True, speed_estimate_period=_WINDOW, refresh_per_second=4)


def rate_words(rate: float) -> str:
    """Things a second, as a person says it."""
    return f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"


def span(seconds: float) -> str:
    """A time as a person says it, of at most two units.

    Example:
        >>> span(7.4), span(75), span(7322)
        ('7 s', '1 min 15 s', '2 h 2 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
