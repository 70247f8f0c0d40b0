"""What `mailweave run` shows of itself while it is at work, and whom it tells how it ended."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from mailweave_plugins.bulk.extras import library
from mailweave_plugins.commands.run_options.watched import Watched, watched_of

if TYPE_CHECKING:
    from mailweave_plugins.bulk.result import Result
    from mailweave_plugins.bulk.sight.watching import Sight

F = TypeVar("F", bound=Callable[..., Any])

# Hook → the environment variable that may hold it, as an address may be a secret.
VARIABLES: Final = {"on_failure": "MAILWEAVE_ON_FAILURE", "on_end": "MAILWEAVE_ON_END"}


def _hooks(_context: click.Context, parameter: click.Parameter, said: tuple[str, ...]) -> tuple[str, ...]:
    """What is called at the end, as it was said or stands in the environment."""
    from mailweave_plugins.bulk.sight.hooks import check

    name = VARIABLES[parameter.name or ""]
    found = said or tuple(filter(None, [os.environ.get(name, "").strip()]))
    for hook in found:
        try:
            check(hook)
        except ValueError as error:
            raise click.BadParameter(f"{error}{'' if said else f' (it stands in {name})'}") from error
    return found


def _prometheus(_context: click.Context, _parameter: click.Parameter, path: Path | None) -> Path | None:
    # The textfile collector reads no other files, and a metric that nobody reads is missed too late.
    if path and path.suffix != ".prom":
        raise click.BadParameter(f"'{path}' doesn't end in .prom, and Prometheus's textfile collector reads only what does")
    if path and not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder '{path.parent}'")
    return path


def _telemetry(_context: click.Context, _parameter: click.Parameter, wanted: bool) -> bool:
    if wanted:
        library("opentelemetry.sdk", "otel")
    return wanted


def sight_options(function: F) -> F:
    """Add the options. They are read before all others, so that what is wrong with those is told of, too."""
    options = (
        click.option("-q", "--quiet", is_flag=True, is_eager=True, help="Print errors and what is asked for, nothing else."),
        click.option("--log", type=click.Choice(["text", "json"]), is_eager=True, help="Log events on standard error, one a line."),
        click.option(
            "--metrics",
            type=click.Path(dir_okay=False, path_type=Path),
            is_eager=True,
            callback=_prometheus,
            metavar="FILE.prom",
            help="Write metrics for Prometheus's textfile collector, every few seconds and at the end.",
        ),
        click.option("--otel", is_flag=True, is_eager=True, callback=_telemetry, help="Send traces and metrics by OpenTelemetry (OTEL_… variables)."),
        click.option(
            "--on-failure",
            multiple=True,
            is_eager=True,
            callback=_hooks,
            metavar="URL|COMMAND",
            help="What to call when the exit status isn't 0: a URL gets JSON by POST, a command on its standard input. May be given several times.",
        ),
        click.option(
            "--on-end", multiple=True, is_eager=True, callback=_hooks, metavar="URL|COMMAND", help="The same for every end, whatever the exit status."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def sight_of(context: click.Context) -> Sight:
    """Who watches this command's run."""
    from mailweave_plugins.bulk.sight.watching import Sight

    own = watched_of(context)
    return Sight(own.observers, shlex.join(["mailweave", *_without_hooks(sys.argv[1:])]), silent=own.quiet or own.form is not None)


def _without_hooks(words: list[str]) -> Iterator[str]:
    """A command line without hooks, whose addresses may be secrets, for a file that others read."""
    left = iter(words)
    for word in left:
        if word in ("--on-failure", "--on-end"):
            next(left, None)
        elif not word.startswith(("--on-failure=", "--on-end=")):
            yield word


def report(context: click.Context, result: Result, folder: Path, command: str, *, as_json: bool) -> int:
    """Print what a run came to, as far as it is asked for; the exit status."""
    from mailweave_plugins.bulk.differences import problem_of
    from mailweave_plugins.bulk.summary import exit_status, print_advice, print_errors, print_result

    own: Watched = watched_of(context)
    own.result = result
    own.problems = tuple(map(problem_of, result.differences)) if result.differs else ()
    if as_json or not own.quiet:
        print_result(result, folder, as_json=as_json)
    # Else only the lines of the log stand on standard error; what is wrong is among them.
    if own.form != "json":
        print_errors(result, warnings=not own.quiet)
        if not own.quiet:
            print_advice(result, folder, command)
    return exit_status(result)
