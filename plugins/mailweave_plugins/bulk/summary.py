"""Say what a run came to, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from mailweave.terminal import counted, print_json, print_problems, print_table
from mailweave_plugins.bulk.before.approval import SAMPLE
from mailweave_plugins.bulk.before.seeding import SEEDS
from mailweave_plugins.bulk.before.words import without_option
from mailweave_plugins.bulk.differences import problem_of
from mailweave_plugins.bulk.progress import rate_words, span
from mailweave_plugins.bulk.result import Result, listed


def print_result(result: Result, folder: Path, *, as_json: bool) -> None:
    """Print it on standard output."""
    if as_json:
        print_json(_json(result, folder))
    elif result.waits:
        _print_sample(result, folder)
    else:
        _print_text(result)


def print_errors(result: Result, *, warnings: bool = True) -> None:
    """Print what went wrong, and what was damaged and is mended, on standard error."""
    if result.notes and warnings:
        print_problems(result.notes)
    if result.differs:
        print_problems(map(problem_of, result.differences))


def print_advice(result: Result, folder: Path, command: str) -> None:
    """Print what to look at and how to go on, on standard error."""
    for line in () if result.waits else _advice(result, folder, command):
        click.echo(line, err=True)


def exit_status(result: Result) -> int:
    """0 fine, 1 messages failed, wait, are in doubt or weren't the reference's, 130 interrupted."""
    if result.waits:
        return 0
    if result.interrupted:
        return 130
    budget = result.start.budget
    failed = result.counts.failed > (budget.whole(result.manifest.total) if budget else 0)
    return 1 if failed or result.open or result.suspects.count or not result.ended_well else 0


def _json(result: Result, folder: Path) -> dict[str, Any]:
    manifest, dry = result.manifest, result.start.dry
    so_far = result.so_far
    counts = so_far.json()
    return {
        "campaign": manifest.campaign,
        "at": manifest.at,
        "profiles": manifest.total,
        "done": so_far.done,
        "before": result.before,
        **counts,
        "compared": {**counts["compared"], "differences": len(result.differences)},
        "suspects": result.suspects.count,
        "sent": result.sent,
        "notes": [problem.json() for problem in result.notes],
        "first": None if result.end is None else {"profiles": result.end, "complete": result.reached},
        "seeds": dict(result.seeds.outcomes) if result.seeds else None,
        "sample": _sample_json(result, folder),
        "complete": result.complete,
        "interrupted": result.interrupted,
        "over_budget": result.over_budget,
        "stopped": result.reason,
        "seconds": round(result.seconds, 3),
        "folder": None if dry else str(folder),
        "lists": [] if dry else [str(path) for path in listed(folder, result.so_far.outcomes)],
    }


def _print_sample(result: Result, folder: Path) -> None:
    approval = result.manifest.approval
    assert approval
    again = without_option(without_option(result.start.sight.command, "--sample"), "--go")
    click.echo(f"{result.manifest.campaign}: a sample of {counted(_sampled(folder), 'message')} is in {folder / SAMPLE / 'index.html'}")
    click.echo(f"nothing was handed over. To approve it and go on: {again} --go {approval.id}")


def _sample_json(result: Result, folder: Path) -> dict[str, Any] | None:
    approval = result.manifest.approval
    page = str(folder / SAMPLE / "index.html")
    return {"id": approval.id, "messages": _sampled(folder), "page": page, "approved": approval.given} if approval else None


def _sampled(folder: Path) -> int:
    return len(list((folder / SAMPLE).glob("*/*.html")))


def _print_text(result: Result) -> None:
    counts, total = result.so_far, result.manifest.total
    now = counts.done - result.before
    rate = f", {rate_words(now / result.seconds)}" if now and result.seconds else ""
    earlier = f", {result.before:,} of them by earlier starts" if result.before else ""
    click.echo(f"{result.manifest.campaign}: {counts.done:,} of {total:,} profiles{earlier}, {span(result.seconds)}{rate}")
    if not result.start.dry:
        click.echo(f"compared with the reference: {_compared(result)}")
    if result.seeds:
        click.echo(f"seeds: {', '.join(f'{count:,} {outcome}' for outcome, count in result.seeds.outcomes.most_common())}")
    if counts.outcomes:
        print_table(("outcome", "messages"), [(outcome, f"{count:,}") for outcome, count in counts.outcomes.most_common()])
    if result.start.dry:
        click.echo()
        print_table(("slot", "choice", "messages", "share"), _choices(result))


def _compared(result: Result) -> str:
    counts = result.so_far.compared
    first, sampled = counted(counts["first_uses"], "first use"), counted(counts["sampled"], "sampled message")
    compiled = f" ({counts['sampled_compiled']:,} from a compiled document)" if counts["sampled"] else ""
    return f"{first}, {sampled}{compiled}, {counted(len(result.differences), 'difference')}"


def _choices(result: Result) -> Iterator[tuple[str, ...]]:
    for slot, chosen in result.counts.choices.items():
        for name, count in chosen.most_common():
            yield slot, name, f"{count:,}", f"{100 * count / chosen.total():.1f} %"


def _advice(result: Result, folder: Path, command: str) -> Iterator[str]:
    counts, dry = result.so_far, result.start.dry
    for code, count in counts.reasons.most_common():
        yield f"{count:,} {code}, such as {counts.examples[code]}"
    if result.differences and (result.differs or result.suspects.count):
        yield str(result.suspects)
    if result.seeds:
        yield f"seeds are listed in {folder / SEEDS}"
    if not dry:
        yield from (f"listed in {path}" for path in listed(folder, result.so_far.outcomes))
    yield from _stopped(result)
    if not dry and result.reached and not result.complete:
        first = result.start.before.first
        done = f"the first {result.total:,} of {result.manifest.total:,} profiles are done" if result.total else "only the seeds were served"
        yield f"{done} (--first {first.text if first else ''})"
        yield f"to go on with {'the others' if result.total else 'everybody'}: {without_option(command, '--first')}"
    elif not dry and (counts.outcomes["deferred"] or not (result.complete or result.over_budget)):
        yield f"to go on: {command}{' --reference' if result.differs else ''}"
    if counts.outcomes["in doubt"]:
        yield "nobody knows whether the messages in doubt arrived; --in-doubt resend sends them again"


def _stopped(result: Result) -> Iterator[str]:
    budget, done, total = result.start.budget, result.counts.done, result.manifest.total
    if result.over_budget and budget:
        allowed = f"--max-rejects {budget.text} allows ({budget.whole(total):,})"
        yield f"stopped: more messages failed than {allowed}; mend that in another run, or go on with a larger budget"
    if result.reason:
        yield f"stopped: {result.reason}; {total - result.so_far.done:,} messages have no outcome yet"
    if result.interrupted or result.differs:
        if result.sent is None:
            yield f"stopped: {done:,} of {total:,} messages are done and stay so"
        else:
            yield f"stopped: {result.sent:,} of {total:,} messages are sent and stay so"
