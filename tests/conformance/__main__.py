"""`make conformance SUITE=path`: the table of one suite or of several.

Exit codes: 0, everything is the same, refused or decided for a reason in docs/; 1, something differs; 2, the command makes no sense;
3, a suite couldn't run here (and nothing differs).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from conformance.case import VERDICTS, NotRun, Outcome
from conformance.decisions import undocumented
from conformance.report import Report, lines
from conformance.suites import SUITES, find_suite


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the suites that are named and print their tables."""
    options = _parser().parse_args(arguments)
    if not options.suites:
        print(_how_to_get(), file=sys.stderr)
        return 2
    unknown = [path for path in options.suites if find_suite(path) is None]
    if unknown:
        print("\n".join(f"{path}: this is no checkout of a suite that is known here" for path in unknown), _how_to_get(), sep="\n", file=sys.stderr)
        return 2
    reports = [run(path, options.build) for path in options.suites]
    if options.json:
        print(json.dumps([report.json() for report in reports], ensure_ascii=False, indent=1, default=str))
    else:
        for report in reports:
            print("\n".join(lines(report, _chosen(report, options))), flush=True)
    return _code(reports)


def run(checkout: Path, build: Path) -> Report:
    """Run the suite of a checkout."""
    suite = find_suite(checkout)
    assert suite is not None
    decisions = suite.decisions()
    missing = undocumented(decisions)
    if missing:
        raise SystemExit("\n".join(f"{found.kind}: its reason doesn't stand in {found.doc}: {found.reason}" for found in missing))
    try:
        return Report(suite.name, tuple(suite.run(checkout.resolve(), build.resolve() / suite.name)), tuple(decisions))
    except NotRun as why:
        return Report(suite.name, not_run=str(why))


def _chosen(report: Report, options: argparse.Namespace) -> list[Outcome]:
    matching = [
        outcome
        for outcome in report.outcomes
        if outcome.verdict == options.verdict and options.filter in f"{outcome.case.name}\n{outcome.case.template}\n{outcome.kind}"
    ]
    return matching[: options.show] if options.show is not None else matching


def _code(reports: Sequence[Report]) -> int:
    if any(report.differs for report in reports):
        return 1
    return 3 if any(report.not_run for report in reports) else 0


def _how_to_get() -> str:
    known = "\n".join(f"  git clone --depth 1 https://github.com/{suite.repository}" for suite in SUITES)
    return f"Usage: make conformance SUITE='path …', with checkouts of:\n{known}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="conformance", description="Run the public test suites of other implementations.")
    parser.add_argument("suites", nargs="*", type=Path, metavar="SUITE", help="a checkout of a suite's repository")
    parser.add_argument("--build", type=Path, default=Path("build/conformance"), help="where recordings go (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--show", type=int, metavar="N", help="show at most N cases (default: all that differ)")
    parser.add_argument("--verdict", choices=VERDICTS, default="different", help="which cases to show (default: %(default)s)")
    parser.add_argument("--filter", default="", metavar="TEXT", help="show only cases with this text in their name, template or kind")
    return parser


if __name__ == "__main__":
    sys.exit(main())
