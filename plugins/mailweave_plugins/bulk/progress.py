"""How far a run is: a bar on a terminal, else a line now and then."""

from __future__ import annotations

from time import monotonic
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_EVERY: Final = 10.0  # seconds between lines
# The rate of the bar is that of the last minute.
_WINDOW: Final = 60.0


class Meter:
    """Shows `total` things done under a name like "Building". Use it in a `with`; nothing is shown of what took no time.

    `silent`: nothing is shown at all.
    """

    def __init__(self, doing: str, total: int, done: int = 0, *, silent: bool = False) -> None:
        console = Console(stderr=True, quiet=silent)
        self._bar = _bar(console) if console.is_terminal and not silent else None
        self._console = console
        self._doing, self._total, self._first = doing, total, done
        self._began = self._shown = monotonic()
        self._task: Any = self._bar.add_task(doing, total=total, completed=done, failed=0) if self._bar else None

    def __enter__(self) -> Meter:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def show(self, done: int, failed: int) -> None:
        """Show how many are done, among them how many failed."""
        if self._bar:
            self._bar.update(self._task, completed=done, failed=failed)
        elif monotonic() - self._shown >= _EVERY:
            self._shown = monotonic()
            self._console.print(self._line(done, failed), highlight=False, soft_wrap=True)

    def _line(self, done: int, failed: int) -> str:
        rate = (done - self._first) / (monotonic() - self._began)
        speed = f", {rate_words(rate)}, {span((self._total - done) / rate)} left" if rate else ""
        return f"{self._doing}: {done:,} of {self._total:,}{speed}" + (f", {failed:,} failed" if failed else "")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(rate_words(task.speed) if task.speed else "", style="progress.data.speed")


class _Failed(ProgressColumn):
    def render(self, task: Task) -> Text:
        failed = task.fields["failed"]
        return Text(f"{failed:,} failed" if failed else "", style="red")


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn(), _Failed())
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
