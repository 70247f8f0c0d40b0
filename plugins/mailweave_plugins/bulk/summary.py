"""Say what a run came to, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mailweave.terminal import print_json, print_table
from mailweave_plugins.bulk.budget import Budget
from mailweave_plugins.bulk.progress import rate_words, span
from mailweave_plugins.bulk.run import Result, listed


def print_result(result: Result, folder: Path, command: str, budget: Budget | None, *, as_json: bool, dry: bool) -> int:
    """Print it; the exit status: 0 fine, 1 messages failed, wait or are in doubt, 130 interrupted."""
    if as_json:
        print_json(_json(result, folder, dry=dry))
    else:
        _print_text(result, dry=dry)
    for line in _advice(result, folder, command, budget, dry=dry):
        click.echo(line, err=True)
    if result.interrupted:
        return 130
    failed = result.counts.failed > (budget.of(result.manifest.total) if budget else 0)
    return 1 if failed or result.over_budget or result.open else 0


def _json(result: Result, folder: Path, *, dry: bool) -> dict[str, Any]:
    manifest = result.manifest
    return {
        "campaign": manifest.campaign,
        "at": manifest.at,
        "profiles": manifest.total,
        "done": result.counts.done,
        "before": result.before,
        **result.counts.json(),
        "complete": result.complete,
        "interrupted": result.interrupted,
        "over_budget": result.over_budget,
        "seconds": round(result.seconds, 3),
        "folder": None if dry else str(folder),
        "lists": [] if dry else [str(path) for path in listed(folder, result.counts.outcomes)],
    }


def _print_text(result: Result, *, dry: bool) -> None:
    counts, total = result.counts, result.manifest.total
    now = counts.done - result.before
    rate = f", {rate_words(now / result.seconds)}" if now and result.seconds else ""
    earlier = f", {result.before:,} of them by earlier starts" if result.before else ""
    click.echo(f"{result.manifest.campaign}: {counts.done:,} of {total:,} profiles{earlier}, {span(result.seconds)}{rate}")
    print_table(("outcome", "messages"), [(outcome, f"{count:,}") for outcome, count in counts.outcomes.most_common()])
    if dry:
        click.echo()
        print_table(("slot", "choice", "messages", "share"), _choices(result))


def _choices(result: Result) -> Iterator[tuple[str, ...]]:
    for slot, chosen in result.counts.choices.items():
        for name, count in chosen.most_common():
            yield slot, name, f"{count:,}", f"{100 * count / chosen.total():.1f} %"


def _advice(result: Result, folder: Path, command: str, budget: Budget | None, *, dry: bool) -> Iterator[str]:
    counts = result.counts
    for code, count in counts.reasons.most_common():
        yield f"{count:,} {code}, such as {counts.examples[code]}"
    if not dry:
        yield from (f"listed in {path}" for path in listed(folder, counts.outcomes))
    if result.over_budget and budget:
        allowed = f"--max-rejects {budget.text} allows ({budget.of(result.manifest.total):,})"
        yield f"stopped: more messages failed than {allowed}; mend that in another run, or go on with a larger budget"
    if result.interrupted:
        yield f"stopped: {counts.done:,} of {result.manifest.total:,} messages are done and stay so"
    if not dry and (result.interrupted or counts.outcomes["deferred"]):
        yield f"to go on: {command}"
    if counts.outcomes["in doubt"]:
        yield "nobody knows whether the messages in doubt arrived; --in-doubt resend sends them again"
