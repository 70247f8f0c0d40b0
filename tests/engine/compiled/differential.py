"""Build a random campaign's messages both ways, and say where they aren't the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from mailweave.campaign import Campaign
from mailweave.compiled.difference import difference
from mailweave.compiled.program import Built, Kept, Program
from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.render import render
from mailweave.testing import AT, write_files
from mailweave.workspace import Workspace

from .drawing import customers, files_of

CUSTOMERS = 30


class UnreadableError(Exception):
    """What was drawn is no campaign."""


class Comparison(NamedTuple):
    """How many messages were compared, how many of the compiled ones came from a document that another message had made, and what differed."""

    messages: int
    shared: int
    wrong: list[str]


def of_seed(engine: Engine, seed: int) -> Comparison:
    """The campaign and customers of a seed."""
    random = Random(seed)
    files = files_of(random)
    people = customers(random, CUSTOMERS)
    order = [*people, *random.sample(people, len(people))]
    try:
        # A cache that holds next to nothing forgets, and makes the same documents again.
        return compare(engine, files, people, order, marked=random.random() < 0.2, kept=random.choice([3, 512, 512, 512, 512, 512]))
    except UnreadableError:
        return Comparison(0, 0, [])


def compare(engine: Engine, files: Mapping[str, str], people: Sequence[dict[str, Any]], order: Sequence[dict[str, Any]], *, marked: bool = False, kept: int = 512) -> Comparison:
    """Build the messages of `people` the reference way, in a workspace of their own, and those of `order` one after the other in one program, which
    keeps so many plans and documents.

    Raises:
        UnreadableError: the campaign can't be read.
    """
    with TemporaryDirectory() as folder:
        write_files(Path(folder), {path: text for path, text in files.items() if text})
        try:
            workspaces = [engine.open(folder) for _ in range(2)]
            campaigns = [workspace.campaign("hello") for workspace in workspaces]
        except MailweaveError as error:
            raise UnreadableError(str(error)) from error
        program = Program(workspaces[0], campaigns[0], workspaces[0].config.assets, marked=marked, _plans=Kept(kept), _documents=Kept(kept))
        expected = {id(data): _outcome(lambda data=data: _reference(workspaces[1], campaigns[1], data, marked)) for data in people}
        wrong = [text for data in order for text in _wrong(program, data, expected[id(data)])]
    return Comparison(sum(isinstance(message, Message) for message in expected.values()), program.counts.hits, wrong)


def _wrong(program: Program, data: dict[str, Any], expected: Any) -> Iterator[str]:
    """What isn't right with a customer's compiled message."""
    built = _outcome(lambda: program.build(Profile.from_data(data), AT))
    if isinstance(built, Built) and built.difference:
        yield f"at its first use: {built.difference.what}"
    text = told(built.message if isinstance(built, Built) else built, expected)
    if text:
        yield text


def _reference(workspace: Workspace, campaign: Campaign, data: dict[str, Any], marked: bool) -> Message:
    return render(workspace, campaign, Profile.from_data(data), AT, marked=marked)


def told(built: Any, reference: Any) -> str | None:
    """What isn't the same in two messages, or in two lists of problems."""
    if isinstance(built, Message) and isinstance(reference, Message):
        # Each workspace has entries of its own; what is chosen is the rules' business.
        found = difference("a customer", replace(built, choice=reference.choice), reference)
        return found.what if found else None
    return None if built == reference else f"compiled {built!r}, reference {reference!r}"


def _outcome(build: Callable[[], Any]) -> Any | tuple[Problem, ...]:
    """What was built, or what is wrong."""
    try:
        return build()
    except MailweaveError as error:
        return error.problems
