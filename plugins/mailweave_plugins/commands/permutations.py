"""`mailweave permutations`: every choice that anybody can get, and who shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from mailweave.choose import label_of
from mailweave.errors import MailweaveError, Problem
from mailweave.folders import PROFILES
from mailweave.hookspecs import hookimpl
from mailweave.terminal import at_option, counted, json_option, print_json, print_table, workspace_option
from mailweave.whole import write_whole
from mailweave.workspace import Workspace
from mailweave.yamlwrite import dump

if TYPE_CHECKING:
    from mailweave.alternatives import Alternative
    from mailweave.coverage import Coverage
    from mailweave.permutations import Exploration, Made, Permutation


@click.command(epilog="Example: mailweave permutations spring --at 2026-11-23T10:00:00Z --write")
@click.argument("campaign")
@click.option("--pairs", is_flag=True, help="Made-up customers for every pair of variants, not only for what no preview profile shows.")
@click.option("--write", is_flag=True, help="Write the made-up customers into profiles/, as new preview profiles.")
@at_option
@json_option
@workspace_option
def permutations(campaign: str, pairs: bool, write: bool, at: datetime, as_json: bool, workspace: Workspace) -> None:
    """List every variant that CAMPAIGN can show, which preview profiles show it, and made-up customers for what none shows.

    "Nobody" is proved, for the moment given: what depends on a date may need another --at. "Not found" is not. Needs the extra `solve`.
    """
    from mailweave.coverage import coverage
    from mailweave.permutations import covering, explore

    found = explore(workspace, workspace.campaign(campaign), at)
    covered = coverage(found, [workspace.profile(name) for name in workspace.profile_names()])
    made = covering(found, pairs=True) if pairs else covered.missing
    if as_json:
        print_json(_json(found, covered, made))
    else:
        _print(found, covered, made)
    for permutation in made.people if write else ():
        click.echo(f"wrote {write_profile(workspace, permutation)}", err=True)


def write_profile(workspace: Workspace, permutation: Permutation) -> str:
    """Write a made-up customer as a preview profile; its path as a person types it.

    Raises:
        MailweaveError: there is a profile of that name already.
    """
    path = workspace.root / PROFILES / f"{permutation.name}.yaml"
    shown = workspace.folders.shown(path)
    if path.exists():
        raise MailweaveError(Problem(f"there is a file {shown} already", "rename or remove it", code="exists"))
    path.parent.mkdir(exist_ok=True)
    write_whole(path, dump(dict(permutation.profile.data)).encode())
    return shown


def _print(found: Exploration, covered: Coverage, made: Made) -> None:
    rows = [[one.slot, label_of(found.entry(one)), str(found.entry(one).place), _shown(covered, one)] for one in found.answers]
    print_table(("slot", "variant", "rule", "shown by"), rows)
    total = counted(len(found.answers), "variant")
    click.echo(f"\n{covered.covered} of {total} are covered by your preview profiles.")
    if covered.not_found:
        click.echo(f"Not found is no proof: {_why_not_found()}.")
    if made.people:
        shows = [[one.name, ", ".join(" with ".join(_named(found, part) for part in sorted(goal)) for goal in one.shows)] for one in made.people]
        click.echo()
        print_table(("made-up customer", "is the first to show"), shows)
        if not made.fewest:
            click.echo("\nFewer customers may do: that these are the fewest isn't proved.")


def _why_not_found() -> str:
    from mailweave.reach.solver import HOW_TO_INSTALL, available

    return "a rule doesn't know all that makes a difference to it, or the search was given up" if available() else HOW_TO_INSTALL


def _shown(covered: Coverage, one: Alternative) -> str:
    names = covered.shown[one]
    if names:
        return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return "nobody" if one in covered.nobody else "not found" if one in covered.not_found else "no preview profile"


def _named(found: Exploration, one: Alternative) -> str:
    return f"{one.slot} {label_of(found.entry(one))}"


def _json(found: Exploration, covered: Coverage, made: Made) -> dict[str, Any]:
    return {
        "campaign": found.campaign.name,
        "at": found.at.isoformat(),
        "covered": covered.covered,
        "variants": [_row(found, covered, one) for one in found.answers],
        "permutations": [_permutation(found, one) for one in made.people],
        "fewest": made.fewest,
    }


def _row(found: Exploration, covered: Coverage, one: Alternative) -> dict[str, Any]:
    entry = found.entry(one)
    reached = "found" if covered.shown[one] else found.answers[one].status
    named = {"slot": one.slot, "block": entry.block_name, "variant": entry.variant}
    return {**named, "place": str(entry.place), "reached": reached, "profiles": list(covered.shown[one])}


def _permutation(found: Exploration, one: Permutation) -> dict[str, Any]:
    choice = {pick.slot: found.entry(pick).variant for pick in one.picks}
    return {"name": one.name, "profile": dict(one.profile.data), "choice": choice, "shows": len(one.shows)}


@hookimpl
def register_commands() -> list[click.Command]:
    return [permutations]
