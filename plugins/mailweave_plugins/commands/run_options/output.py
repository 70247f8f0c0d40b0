"""What `mailweave run` writes beside the messages themselves, and how."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mailweave_plugins.bulk.output.settings import Output


def _checked(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    if values:
        from mailweave_plugins.bulk.output.passed import Passed
    try:
        for text in values:
            Passed.parse(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    return values


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command."""
    for option in reversed(
        [
            click.option(
                "--profiles-format",
                metavar="NAME",
                help="What the profiles are, where their name doesn't say it: csv, ndjson or parquet. Needed with --profiles - (standard input).",
            ),
            click.option(
                "--pass-through",
                multiple=True,
                callback=_checked,
                metavar="[NAME=]COLUMN[:TYPE]",
                help="A column of the profiles to write into the tables beside each message. May be given several times.",
            ),
            click.option(
                "--compression",
                metavar="CODEC[:LEVEL]",
                help="How files are compressed: zstd, gzip, snappy, lz4, brotli or none for parquet (default zstd:1); gzip, zstd or none for ndjson.",
            ),
        ]
    ):
        command = option(command)
    return command


def bare_name(source: str) -> str:
    """The name of a file of profiles without what readers needn't know: a store's options, and the suffix of a compressed one."""
    if not re.search(r"\.(gz|zst)(\?|\Z)|://", source, re.IGNORECASE):
        return source
    from mailweave_plugins.bulk.intake.streams import unpacked_name

    return unpacked_name(source)


def output_of(options: dict[str, Any]) -> Output:
    """The settings of a run that these options give."""
    from mailweave_plugins.bulk.output.settings import Output

    return Output(options["pass_through"], options["compression"])
