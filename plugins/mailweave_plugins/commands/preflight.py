"""`mailweave preflight`: look at all that a run by SMTP needs, and send nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from mailweave.addresses import ascii_domain
from mailweave.engine import Engine
from mailweave.hookspecs import hookimpl
from mailweave.registry import Registry
from mailweave.terminal import json_option, print_json, workspace_option
from mailweave.verp import filled
from mailweave.workspace import Workspace

if TYPE_CHECKING:
    from mailweave_plugins.preflight.findings import Finding

EPILOG = """\b
Examples: mailweave preflight spring --to smtp://news@mail.example --ledger sent --profiles customers.csv
  mailweave preflight spring --to smtps://mail.example --dns --dkim-selector s1 --json
  mailweave preflight spring --dns --dns-server 1.1.1.1
"""
_COLOURS = {"ok": "green", "warning": "yellow", "failed": "red"}


@click.command(epilog=EPILOG)
@click.argument("campaign")
@click.option("--to", "target", metavar="URL", help="The mail server, as for a run: smtp://[user@]host[:port].")
@click.option(
    "--smtp-ca",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Certificates (PEM) to trust for the mail server, besides the system's.",
)
@click.option("--ledger", type=click.Path(path_type=Path), metavar="FOLDER", help="The run's folder: is there room for its journal?")
@click.option("--profiles", metavar="FILE|QUERY", help="The profiles, to be counted for that.")
@click.option("--database", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE", help="The DuckDB database of a query.")
@click.option("--dns", is_flag=True, help="Look up MX, SPF, DKIM and DMARC of the sender's domain.")
@click.option("--dns-server", metavar="ADDRESS", help="The DNS server to ask, like 1.1.1.1 or 127.0.0.1:5353. Default: the system's.")
@click.option("--dkim-selector", "selectors", multiple=True, metavar="NAME", help="A DKIM key's selector, to look it up; several.")
@json_option
@workspace_option
@click.pass_obj
def preflight(engine: Engine, /, campaign: str, workspace: Workspace, as_json: bool, **options: Any) -> int:
    """Check what a run of CAMPAIGN needs: server, TLS, login, sender, DNS, room for the journal. Nothing is sent.

    The exit status is 1 when a check failed; warnings leave it 0.
    """
    if not options["dns"] and (options["dns_server"] or options["selectors"]):
        raise click.UsageError("--dns-server and --dkim-selector are for --dns")
    if options["smtp_ca"] and not options["target"]:
        raise click.UsageError("--smtp-ca is for --to")
    if options["target"] and not options["target"].startswith(("smtp://", "smtps://")):
        raise click.UsageError("--to names a mail server here, like smtp://localhost:25 or smtps://user@mail.example")
    found = list(_findings(engine.registry, workspace, campaign, options))
    failed = any(finding.level == "failed" for finding in found)
    if as_json:
        print_json({"campaign": campaign, "ok": not failed, "checks": [finding._asdict() for finding in found]})
        return int(failed)
    for finding in found:
        click.echo(f"{click.style(f'{finding.level:8}', fg=_COLOURS[finding.level])} {finding.check:12} {finding.what}")
        if finding.remedy:
            click.echo(f"{'':22}{finding.remedy}")
    return int(failed)


def _findings(registry: Registry, workspace: Workspace, name: str, options: dict[str, Any]) -> Iterator[Finding]:
    from mailweave_plugins.preflight.machine import check_content, check_disk
    from mailweave_plugins.preflight.records import Dns, check_records
    from mailweave_plugins.preflight.server import check_server

    campaign = workspace.campaign(name)
    sender = campaign.sender or workspace.config.sender
    bounces = filled(sender.envelope or sender.email, "0" * 12, 0)
    # A library that is missing is told before anything else is done.
    dns = Dns(options["dns_server"]) if options["dns"] else None
    yield from check_content(workspace, campaign)
    if options["target"]:
        ca = f"{'&' if '?' in options['target'] else '?'}ca={quote(str(options['smtp_ca'].resolve()))}" if options["smtp_ca"] else ""
        yield from check_server(options["target"] + ca, bounces)
    if dns:
        yield from check_records(dns, ascii_domain(sender.email), ascii_domain(bounces), options["selectors"])
    if options["ledger"] or options["profiles"]:
        yield check_disk(options["ledger"] or Path(), _count(registry, options["profiles"], options["database"]) if options["profiles"] else None)


def _count(registry: Registry, profiles: str, database: Path | None) -> int:
    """How many profiles there are.

    Raises:
        MailweaveError: they can't be read.
    """
    from mailweave_plugins.commands.run import reader_of

    reader = registry.readers[reader_of(registry, profiles)]
    with TemporaryDirectory(prefix="mailweave-") as folder:
        path = reader.prepare(profiles, Path(folder), database.resolve() if database else None)
        return sum(part.rows for part in reader.split(path, 100_000))


@hookimpl
def register_commands() -> list[click.Command]:
    return [preflight]
