"""Find a Chromium to take screenshots with, or install one: `python -m mailweave_preview.browser --install`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

from mailweave.errors import MailweaveError, Problem

VARIABLE: Final = "MAILWEAVE_CHROMIUM"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_CACHES: Final = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
_INSIDE: Final = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)
# Nothing that a picture depends on: no GPU, no first-run pages, no traffic of the browser's own.
_ARGUMENTS: Final = ("--disable-gpu", "--disable-background-networking", "--no-first-run", "--font-render-hinting=none")


def find_chromium() -> Path:
    """The browser that `MAILWEAVE_CHROMIUM` names, else Playwright's own, else the system's.

    Raises:
        MailweaveError: there is none; the remedy is the one command that installs it.
    """
    found = next(_candidates(), None)
    if found is None:
        remedy = f"run `{Path(sys.executable).name} -m mailweave_preview.browser --install`, or set {VARIABLE} to a browser"
        raise MailweaveError(Problem("there is no Chromium to take pictures with", remedy, code="no-browser"))
    return found


def launch_arguments() -> list[str]:
    """The command-line arguments to start it with. A sandbox isn't possible for root."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_ARGUMENTS, *(["--no-sandbox"] if root else [])]


def _candidates() -> Iterator[Path]:
    if os.environ.get(VARIABLE):
        yield Path(os.environ[VARIABLE])
    for cache in (os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "", *_CACHES):
        folder = Path(cache).expanduser()
        yield from (path for pattern in _INSIDE for path in sorted(folder.glob(pattern), reverse=True) if cache)
    yield from (Path(path) for path in map(shutil.which, _NAMES) if path)


def install() -> Path:
    """Find a Chromium or install one: Debian's own where we may, else Playwright's.

    Raises:
        MailweaveError: it can't be installed; with what the installer said.
    """
    found = next(_candidates(), None)
    if found:
        return found
    debian = shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0
    if debian:
        _run("apt-get", "update", "-qq")
        _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core", "fonts-liberation")
    else:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find_chromium()


def _run(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        remedy = f"install Chromium yourself and set {VARIABLE} to it"
        raise MailweaveError(Problem(f"`{' '.join(command)}` failed: {said[-1] if said else done.returncode}", remedy, code="no-browser"))


@click.command()
@click.option("--install", "wanted", is_flag=True, help="Install a browser when there is none.")
def main(wanted: bool) -> None:
    """Print the path of the browser that pictures are taken with."""
    try:
        click.echo(install() if wanted else find_chromium())
    except MailweaveError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
