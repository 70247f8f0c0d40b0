"""From a mail's file to the files that it becomes, and all there is to tell of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem, raise_all
from mailweave.facts import MISSING, look_up
from mailweave.workspace import Workspace
from mailweave.yamlfile import TEMPLATE, read_text
from mailweave_plugins.importing.preview_text import lift_preview
from mailweave_plugins.importing.reading import read_mail
from mailweave_plugins.importing.trial import problems_of
from mailweave_plugins.importing.writing import Made, Writer

Kind = Literal["campaign", "block"]


def make(workspace: Workspace, file: Path, kind: Kind, name: str, language: str | None = None) -> tuple[Made, list[Problem]]:
    """What a mail becomes, nothing written yet, and what there is to tell of the mail, in its order.

    Raises:
        MailweaveError: the mail would be wrong; every reason with its place.
    """
    shown = workspace.folders.shown(file.resolve())
    mail = read_mail(file, shown, read_text(file, shown, TEMPLATE), language, workspace)
    raise_all(mail.draft.problems)
    mail, preview = lift_preview(mail) if kind == "campaign" else (mail, "")
    writer = Writer(mail, preview, name, workspace)
    made = writer.campaign() if kind == "campaign" else writer.block()
    return made, sorted(dict.fromkeys(mail.draft.problems), key=lambda problem: problem.place or Place(""))


def left_to_do(engine: Engine, workspace: Workspace, made: Made, told: list[Problem]) -> list[Problem]:
    """What `check` would find in the files now, apart from what was told."""
    links = {problem.what for problem in told if problem.code == "unknown-link"}
    found = problems_of(engine, workspace, made, datetime.now(UTC))
    return [problem for problem in found if not (links and "'links' has no" in problem.what)]


def lacking(workspace: Workspace, made: Made) -> list[str]:
    """What the mail reads of a customer and some preview profile hasn't, each as templates write it."""
    profiles = []
    for name in workspace.profile_names():
        with suppress(MailweaveError):
            profiles.append(workspace.profile(name).data)
    return [f"customer.{path}" for path in _leaves(made.customer) if any(look_up(data, path) is MISSING for data in profiles)]


def _leaves(data: Mapping[str, Any], above: str = "") -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}"
