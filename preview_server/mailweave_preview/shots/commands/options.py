"""What the three commands share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from mailweave.errors import MailweaveError, Problem
from mailweave.terminal import print_problems
from mailweave.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


def out_option(function: F) -> F:
    """`--out DIR`: passes the run's folder, or None, as `out`."""
    return click.option(
        "--out", type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="The run's folder. Default: build/shots in the workspace."
    )(function)


def run_folder(workspace: Workspace, out: Path | None) -> Path:
    """The folder of a workspace's runs."""
    return out or workspace.root / "build" / "shots"


def errors_are_2(function: Callable[..., int]) -> Callable[..., int]:
    """A command whose errors exit with 2: 1 is for pictures that differ."""

    @wraps(function)
    def call(*arguments: Any, **named: Any) -> int:
        try:
            return function(*arguments, **named)
        except MailweaveError as error:
            print_problems(error.problems)
            return 2

    return call


def need_packages() -> None:
    """Say which extra is missing before anything else goes wrong.

    Raises:
        MailweaveError: numpy, Pillow or Playwright isn't installed.
    """
    try:
        import numpy  # noqa: F401
        import PIL  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as error:
        what = f"taking pictures needs {error.name}, which isn't installed"
        raise MailweaveError(Problem(what, "run `pip install 'mailweave[shots]'`", code="no-packages")) from error
