"""What the three commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


class PictureCommand(click.Command):
    """A command whose errors, those of mailweave.yaml too, exit with 2: 1 is for pictures that differ."""

    def make_context(self, *arguments: Any, **named: Any) -> click.Context:
        """Read the arguments, and with them the workspace."""
        with _errors_are_2():
            return super().make_context(*arguments, **named)

    def invoke(self, ctx: click.Context) -> Any:
        """Do the work."""
        with _errors_are_2():
            return super().invoke(ctx)


@contextmanager
def _errors_are_2() -> Iterator[None]:
    try:
        yield
    except MailweaveError as error:
        print_problems(error.problems)
        raise click.exceptions.Exit(2) from error


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
