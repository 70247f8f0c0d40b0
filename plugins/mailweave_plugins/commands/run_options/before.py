"""Options of `mailweave run` that say what is done before it, and who gets a message once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from mailweave.errors import did_you_mean

if TYPE_CHECKING:
    from mailweave_plugins.bulk.amount import Amount
    from mailweave_plugins.bulk.before.orders import Before

Command = TypeVar("Command", bound=Callable[..., Any])

# What may be there once.
_ONCE: Final = ("address",)


def _once(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in _ONCE:
        raise click.BadParameter(f"nothing is unique by '{value}': {did_you_mean(value, _ONCE)}")
    return value


def _first(_context: click.Context, _parameter: click.Parameter, value: str | None) -> Amount | None:
    from mailweave_plugins.bulk.amount import Amount

    if value is None:
        return None
    try:
        found = Amount.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return found


_OPTIONS: Final = (
    click.option("--unique", callback=_once, metavar="address", help="One message an address: the first row that can be built gets it."),
    click.option("--first", callback=_first, metavar="N|N%", help="Stop after the first N profiles. Without it, the same command goes on."),
    click.option("--sample", type=click.IntRange(1, 1000), metavar="N", help="Only write N messages, of as many choices as can be, and wait."),
    click.option("--go", metavar="ID", help="The sample with this ID is approved: hand the messages over."),
    click.option(
        "--seed-list",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Test addresses, one a line or a CSV column `email`, that get messages of the run first. --first 0 stops after them.",
    ),
)


def before_options(command: Command) -> Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def before_of(options: Mapping[str, Any]) -> Before:
    """What a command's options ask for."""
    from mailweave_plugins.bulk.before.orders import Before
    from mailweave_plugins.bulk.before.seeds import read_seeds

    if options["dry_run"] and (options["sample"] or options["go"]):
        raise click.UsageError("--dry-run hands nothing over, so there is nothing to approve: leave out --sample and --go")
    if options["first"] and not options["first"].of(1) and not options["seed_list"]:
        raise click.UsageError("--first 0 is only for --seed-list; write how many are the first, like 100 or 1%")
    if options["seed_list"] and "://" not in (options["target"] or ""):
        raise click.UsageError("--seed-list is for a run that sends, as with --to smtp://host:port")
    seeds = read_seeds(options["seed_list"]) if options["seed_list"] else ()
    return Before(options["first"], options["sample"], options["go"], seeds)
