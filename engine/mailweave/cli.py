"""The command line: a click group whose sub-commands all come from the `register_commands` hook."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import click

from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.garbage import spare_what_is_there
from mailweave.terminal import print_problems

HELP = """Choose, explain and build personalised email.

\b
Examples:
  mailweave new shop
  mailweave render welcome --profile ann -w shop
  mailweave explain welcome --profile ann -w shop
  mailweave check -w shop

Exit status: 0 fine, 1 problems in your files, 2 wrong usage.
"""


def command(engine: Engine) -> click.Group:
    """The whole command line of an engine."""
    group = click.Group("mailweave", help=HELP, commands=dict(sorted(engine.registry.commands.items())), context_settings={"obj": engine})
    return click.version_option(package_name="mailweave", prog_name="mailweave")(group)


def run(arguments: Sequence[str], engine: Engine | None = None) -> int:
    """Run the command line; the exit status."""
    try:
        result = command(engine or _loaded()).main(list(arguments), "mailweave", standalone_mode=False)
    except MailweaveError as error:
        print_problems(error.problems)
        return 1
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("stopped", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read our output has had enough (`| head`).
        return 0
    except OSError as error:
        if error.filename is None:
            raise
        what = f"'{str(error.filename)[:200]}' can't be used: {error.strerror}"
        print_problems([Problem(what, "check its name, its permissions and the disk", code="unusable")])
        return 1
    return result if isinstance(result, int) else 0


def _loaded() -> Engine:
    """An engine with all plugins."""
    engine = Engine()
    spare_what_is_there()
    gc.enable()
    return engine
