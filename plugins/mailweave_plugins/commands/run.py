"""`mailweave run`: a campaign for many profiles."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar
from urllib.parse import quote

import click

from mailweave import MailweaveError, Problem
from mailweave.deliverers import SendingDeliverer
from mailweave.engine import Engine
from mailweave.errors import did_you_mean
from mailweave.hookspecs import hookimpl
from mailweave.registry import Registry, pick
from mailweave.terminal import at_option, workspace_option
from mailweave.workspace import Workspace
from mailweave_plugins.commands.run_options.before import before_of, before_options
from mailweave_plugins.commands.run_options.output import bare_name, output_of, output_options
from mailweave_plugins.commands.run_options.pace import pace_of, pace_options
from mailweave_plugins.commands.run_options.sight import report, sight_of, sight_options
from mailweave_plugins.commands.run_options.watched import WatchedCommand

T = TypeVar("T")
EPILOG = """\b
Example: mailweave run spring --profiles customers.parquet --to out
  mailweave run spring --profiles "select * from customers where country = 'NO'" --database shop.duckdb --to out --as eml
  mailweave run spring --profiles customers.csv --map id=customer_no --to smtp://localhost:25 --ledger sent --max-rejects 0.1%
"""


def _parsed(parse: Callable[[str], T]) -> Callable[..., Any]:
    """A click callback that parses each value and keeps the text."""

    def callback(_context: click.Context, _parameter: click.Parameter, value: Any) -> Any:
        try:
            for text in value if isinstance(value, tuple) else (value,) if value is not None else ():
                parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
        return value

    return callback


def _mapping(text: str) -> object:
    from mailweave_plugins.bulk.columns import Mapped

    return Mapped.parse(text)


def _amount(text: str) -> object:
    from mailweave_plugins.bulk.amount import Amount

    return Amount.parse(text)


def _seconds(text: str) -> object:
    from mailweave_plugins.bulk.patience import seconds

    return seconds(text)


@click.command(epilog=EPILOG, cls=WatchedCommand)
@click.argument("campaign", is_eager=True)
@click.option("--profiles", required=True, metavar="FILE|URL|QUERY|-", help="CSV, NDJSON, Parquet or .sql file, a DuckDB query, or - for stdin.")
@click.option("--database", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="The DuckDB database of a query.")
@click.option("--map", "mapped", multiple=True, callback=_parsed(_mapping), metavar="FIELD=COLUMN[:TYPE]", help="A field's column and type.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N profiles.")
@click.option(
    "--to", "target", is_eager=True, metavar="FOLDER|URL", help="A new folder, smtp://host:port or s3://bucket/folder. Not needed with --dry-run."
)
@click.option("--as", "kind", metavar="NAME", default="parquet", show_default=True, help="What to write into the folder: parquet, ndjson or eml.")
@click.option(
    "--ledger", type=click.Path(file_okay=False, path_type=Path), is_eager=True, metavar="FOLDER", help="Where a run to a URL keeps its ledger."
)
@at_option
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many processes. Default: one for each core.")
@click.option("--scheduler", metavar="ADDRESS", help="Work on the Dask cluster of this scheduler, like tcp://10.0.0.5:8786.")
@click.option("--max-rejects", callback=_parsed(_amount), metavar="N|N%", help="Stop when more messages than this fail.")
@click.option("--in-doubt", type=click.Choice(["leave", "resend"]), default="leave", show_default=True, help="What to do with messages in doubt.")
@click.option(
    "--smtp-ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Certificates (PEM) to trust for the mail server, besides the system's.",
)
@click.option(
    "--connections",
    type=click.IntRange(min=1, max=1000),
    default=20,
    show_default=True,
    metavar="N",
    help="Connections with the mail server at most, over all processes; there are fewer while they are quick enough or the server takes no more.",
)
@click.option(
    "--patience",
    default="10.5s",
    show_default=True,
    callback=_parsed(_seconds),
    metavar="TIME",
    help="Wait so long for a server that is away: 30s, 10min, 2h.",
)
@click.option(
    "--suppress",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Who must not get a message: addresses, or their MD5, SHA-1 or SHA-256, one a line or a CSV column `email`. May be given several times.",
)
@before_options
@pace_options
@output_options
@click.option("--part-size", type=click.IntRange(min=1), metavar="N", help="Profiles a part. Default: up to 2000, as many as keep all busy.")
@click.option(
    "--verify",
    callback=_parsed(_amount),
    metavar="N|N%",
    help="How many messages, drawn by lot, to compare with the slow way before anything of their part goes out: a share (20 at least) or a number, "
    "and never more than one in ten. 0: none. Default: 0.01%.",
)
@click.option("--reference", is_flag=True, help="Build the messages the slow way, which says what they mean; the bytes are the same.")
@click.option("--dry-run", is_flag=True, help="Only choose and count; write and send nothing.")
@click.option("--format", "output", type=click.Choice(["text", "json"]), default="text", help="How to print the summary.")
@sight_options
@workspace_option
@click.pass_context
def run(context: click.Context, /, campaign: str, at: datetime, workspace: Workspace, **options: Any) -> int:
    """Build the message of CAMPAIGN for every profile and write or send it. Started again with the same words, it goes on where it was."""
    from mailweave_plugins.bulk.amount import Amount
    from mailweave_plugins.bulk.patience import seconds
    from mailweave_plugins.bulk.plan import Request
    from mailweave_plugins.bulk.pool import Workers
    from mailweave_plugins.bulk.result import Start
    from mailweave_plugins.bulk.run import run as run_all

    engine: Engine = context.obj
    said = context.get_parameter_source("at") is not click.core.ParameterSource.DEFAULT
    dry: bool = options["dry_run"]
    deliverer, target = _destination(engine.registry, options["target"], options["kind"], dry)
    target = _trusting(target, options["smtp_ca"])
    with _scratch() if dry else nullcontext(_folder(target, options["ledger"])) as folder:
        request = Request(
            campaign=campaign,
            profiles=options["profiles"],
            reader=reader_of(engine.registry, options["profiles"], options["profiles_format"]),
            folder=Path(folder).resolve(),
            deliverer=deliverer,
            target=target,
            at=at if said else None,
            database=options["database"],
            mapped=options["mapped"],
            limit=options["limit"],
            part_size=options["part_size"],
            verify=Amount(options["verify"]) if options["verify"] else None,
            unique=options["unique"],
            first=options["first"],
            approve=options["sample"],
            output=output_of(options),
        )
        jobs = options["jobs"] or os.cpu_count() or 1
        workers = Workers(jobs, options["scheduler"])
        connections = max(1, options["connections"] // jobs)
        budget = Amount(options["max_rejects"]) if options["max_rejects"] else None
        patience, resend = seconds(options["patience"]), options["in_doubt"] == "resend"
        command = shlex.join(["mailweave", *sys.argv[1:]])
        sends = dry or isinstance(engine.registry.deliverers[deliverer], SendingDeliverer)
        pace = pace_of(options, workspace.config.timezone, sends=sends)
        suppress, before, sight = options["suppress"], before_of(options), sight_of(context)
        start = Start(budget, resend, options["reference"], dry, patience, connections, suppress, pace, before, sight)
        result = run_all(engine, workspace, request, workers, start)
        return report(context, result, Path(folder), command, as_json=options["output"] == "json")


def _scratch() -> TemporaryDirectory[str]:
    """A folder for a run that only counts."""
    from mailweave_plugins.bulk.delivering import undeliverable

    try:
        return TemporaryDirectory(prefix="mailweave-")
    except OSError as error:
        raise undeliverable(error) from error


def reader_of(registry: Registry, source: str, form: str | None = None) -> str:
    """The name of the reader that takes what stands after `--profiles`; `form` is what a person says that it is.

    Raises:
        MailweaveError: none does.
    """
    if form:
        return pick(registry.readers, form, "reader").name
    if source == "-":
        raise click.UsageError("say what comes on standard input: --profiles-format csv, ndjson or parquet")
    found = [name for name, reader in registry.readers.items() if reader.takes(source) or reader.takes(bare_name(source))]
    if not found:
        suffixes = sorted(suffix for reader in registry.readers.values() for suffix in reader.suffixes)
        remedy = f"name a file that ends in {', '.join(suffixes)}, say what it is with --profiles-format, or write a query that begins with select"
        raise MailweaveError(Problem(f"--profiles: no reader takes '{source}'", remedy, code="unknown-reader"))
    return found[0]


def _destination(registry: Registry, target: str | None, kind: str, dry: bool) -> tuple[str, str]:
    """The deliverer's name and what it delivers to."""
    if target is None:
        if not dry:
            raise click.UsageError("say where to with --to FOLDER or --to smtp://host:port, or only count with --dry-run")
        return "ndjson", ""
    scheme, colon, _ = target.partition("://")
    by_scheme = {scheme: name for name, deliverer in registry.deliverers.items() for scheme in deliverer.schemes}
    if colon and scheme in by_scheme:
        return by_scheme[scheme], target
    if colon:
        from mailweave_plugins.bulk.output.urls import is_store, schemes

        if not is_store(scheme):
            remedy = did_you_mean(scheme, [*by_scheme, *schemes()])
            raise MailweaveError(Problem(f"--to: nothing delivers to {scheme}://", remedy, code="unknown-deliverer"))
    return pick(registry.deliverers, kind, "deliverer").name, target


def _trusting(target: str, authority: Path | None) -> str:
    """The target with the certificates' file among its options."""
    if authority is None:
        return target
    if not target.startswith(("smtp://", "smtps://")):
        raise click.UsageError("--smtp-ca is for a run to smtp:// or smtps://")
    return f"{target}{'&' if '?' in target else '?'}ca={quote(str(authority.resolve()))}"


def _folder(target: str, ledger: Path | None) -> Path:
    if "://" in target and ledger is None:
        raise click.UsageError("a run to a URL needs a folder for its ledger, by which it can go on: --ledger FOLDER")
    if "://" not in target and ledger is not None:
        raise click.UsageError("--ledger is for a run to a URL; a folder of messages holds its own ledger")
    return ledger or Path(target)


@hookimpl
def register_commands() -> list[click.Command]:
    return [run]
