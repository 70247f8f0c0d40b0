"""Options of `mailweave run` that say what is done before it, and who gets a message once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from mailweave.errors import did_you_mean

Command = TypeVar("Command", bound=Callable[..., Any])

# What may be there once.
_ONCE: Final = ("address",)


def _once(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and value not in _ONCE:
        raise click.BadParameter(f"nothing is unique by '{value}': {did_you_mean(value, _ONCE)}")
    return value


_OPTIONS: Final = (
    click.option("--unique", callback=_once, metavar="address", help="One message an address: the first row that can be built gets it."),
)


def before_options(command: Command) -> Command:
    """Add the options to a command."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
