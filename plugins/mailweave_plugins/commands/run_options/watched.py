"""A command that tells whoever watches how it ended, also when it couldn't begin."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.extras import library

if TYPE_CHECKING:
    from mailweave_plugins.bulk.result import Result
    from mailweave_plugins.bulk.sight.watching import Observer

_KEY: Final = "mailweave.watched"


@dataclass
class Watched:
    """What the command keeps until it ends: what was said of watching, who watches, and the run's result."""

    quiet: bool = False
    form: Any = None
    metrics: Path | None = None
    otel: bool = False
    on_failure: tuple[str, ...] = ()
    on_end: tuple[str, ...] = ()
    observers: tuple[Observer, ...] = ()
    result: Result | None = None
    problems: tuple[Problem, ...] = ()
    began: float = field(default_factory=time.time)
    _handler: logging.Handler | None = None

    @classmethod
    def of(cls, said: dict[str, Any]) -> Watched:
        """By the options as far as they were read."""
        get = said.get
        return cls(
            bool(get("quiet")), get("log"), get("metrics"), bool(get("otel")), get("on_failure") or (), get("on_end") or ()
        )

    @property
    def wanted(self) -> bool:
        """Whether anybody watches, or wants to hear of the end."""
        return bool(self.form or self.metrics or self.otel or self.on_failure or self.on_end)

    def open(self, campaign: str) -> None:
        """Begin to watch."""
        found: list[Observer] = []
        if self.form:
            from mailweave_plugins.bulk.sight.observers.log_lines import handler
            from mailweave_plugins.bulk.sight.observers.logged import Logged

            self._handler = handler(self.form, sys.stderr)
            logger = logging.getLogger("mailweave")
            logger.addHandler(self._handler)
            self._before = logger.level, logger.propagate
            logger.setLevel(logging.INFO)
            logger.propagate = False
            found.append(Logged())
        if self.metrics:
            from mailweave_plugins.bulk.sight.observers.prometheus import PrometheusFile

            found.append(PrometheusFile(self.metrics, campaign, self.warn))
        if self.otel:
            library("opentelemetry.sdk", "otel")
            from mailweave_plugins.bulk.sight.observers.telemetry import Telemetry

            # It tells of each try that failed, on standard error; we tell at the end.
            logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
            found.append(Telemetry.configured(self.warn))
        self.observers = tuple(found)

    def warn(self, what: str, remedy: str) -> None:
        """Something that watches failed; the run isn't concerned."""
        from mailweave_plugins.bulk.sight.watching import Sight

        if self.form == "json":
            Sight(self.observers[:1]).tell("hook-failed", detail=f"{what} – {remedy}" if remedy else what)
        elif not self.quiet:
            click.echo(str(Problem(what, remedy, level="warning")), err=True)

    def end(self, status: int, said: dict[str, Any], problems: Iterable[Problem]) -> None:
        """Tell everybody how it ended."""
        from mailweave_plugins.bulk.sight.ending import Ending, folder_of
        from mailweave_plugins.bulk.sight.hooks import call
        from mailweave_plugins.bulk.sight.reasons import without_addresses
        from mailweave_plugins.bulk.sight.watching import Sight

        ending = Ending.of(status, self.began, said, self.result, folder_of(said), tuple(problems))
        sight = Sight(self.observers)
        for problem in ending.problems:
            if problem.level == "error":
                place = str(problem.place) if problem.place else None
                detail, remedy = without_addresses(problem.what), problem.remedy or None
                sight.tell("problem", reason=problem.code, detail=detail, remedy=remedy, place=place, **ending.names)
        sight.tell("run-ended", **ending.event())
        for hook in (*(self.on_failure if status else ()), *self.on_end):
            call(hook, ending.payload(), self.warn)

    def close(self) -> None:
        """Stop watching."""
        if self._handler:
            logger = logging.getLogger("mailweave")
            logger.removeHandler(self._handler)
            level, logger.propagate = self._before
            logger.setLevel(level)


def watched_of(context: click.Context) -> Watched:
    """What a command keeps."""
    found: Watched = context.meta[_KEY]
    return found


class WatchedCommand(click.Command):
    """A command with `sight_options`."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        """Read the command line, and open what it names."""
        words = list(args)
        try:
            return super().parse_args(context, args)
        except click.exceptions.Exit:  # --help
            raise
        except BaseException as error:
            # Without any parameter, the words weren't even told apart: there is an option that nobody knows.
            said = _known(context.params or self._eager(context, words))
            own = context.meta[_KEY] = Watched.of(said)
            status = _ended(own, said, error, own.open)
            if own.form != "json":
                raise
            raise click.exceptions.Exit(status) from error

    def _eager(self, context: click.Context, words: list[str]) -> dict[str, Any]:
        """The parameters that are read first, as far as these words have them."""
        context.ignore_unknown_options = context.allow_extra_args = True
        said: dict[str, Any] = {}
        with suppress(click.UsageError):
            values, _, _ = self.make_parser(context).parse_args(list(words))
            for parameter in self.params:
                if parameter.is_eager and parameter.expose_value:
                    with suppress(click.UsageError, MailweaveError):
                        said[parameter.name or ""] = parameter.process_value(context, parameter.consume_value(context, values)[0])
        return said

    def invoke(self, context: click.Context) -> Any:
        """Run it."""
        own = context.meta[_KEY] = Watched.of(context.params)
        if not own.wanted:
            return super().invoke(context)
        said = dict(context.params)
        try:
            own.open(said["campaign"])
            status = super().invoke(context)
        except BaseException as error:
            status = _ended(own, said, error)
            if own.form != "json" or not isinstance(error, (MailweaveError, click.ClickException, OSError, KeyboardInterrupt)):
                raise
            return status
        try:
            own.end(status, said, own.problems)
        finally:
            own.close()
        return status


def _known(said: dict[str, Any]) -> dict[str, Any]:
    """Parameters that have a value; click has marks of its own for others while it reads them."""
    return {name: value for name, value in said.items() if isinstance(value, str | bool | tuple | Path)}


def _ended(own: Watched, said: dict[str, Any], error: BaseException, first: Callable[[str], None] | None = None) -> int:
    """Tell of an end by an exception; the exit status."""
    status, problems = _meaning(error)
    if own.wanted:
        try:
            if first:
                first(str(said.get("campaign") or ""))
            own.end(status, said, problems)
        finally:
            own.close()
    return status


def _meaning(error: BaseException) -> tuple[int, tuple[Problem, ...]]:
    """The exit status that an exception comes to, and what it says."""
    if isinstance(error, MailweaveError):
        return 1, error.problems
    if isinstance(error, click.ClickException):
        return error.exit_code, (Problem(error.format_message(), code="usage"),)
    if isinstance(error, KeyboardInterrupt | click.Abort):
        return 130, ()
    if isinstance(error, BrokenPipeError):
        return 0, ()  # whoever read our output had enough
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return 1, (Problem(f"{error.strerror or error}{where}", code="unusable"),)
    return 1, (Problem(f"{type(error).__name__}: {error}", "report it", code="internal"),)
