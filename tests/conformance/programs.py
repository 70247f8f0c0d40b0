"""The programs of other languages that record a suite."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from conformance.case import NotRun


def find_program(name: str, remedy: str) -> str:
    """Where a program is.

    Raises:
        NotRun: it isn't installed.
    """
    found = shutil.which(name)
    if found is None:
        raise NotRun(f"there is no `{name}` here", remedy)
    return found


def record(command: Sequence[str], recording: Path, remedy: str) -> Any:
    """Run a recorder, which writes JSON to `recording`, and read that. What the suite's own tests say doesn't matter.

    Raises:
        NotRun: it wrote nothing.
    """
    recording.parent.mkdir(parents=True, exist_ok=True)
    recording.unlink(missing_ok=True)
    done = run(command)
    if not recording.is_file():
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["it wrote nothing"]
        raise NotRun(f"`{Path(command[0]).name}` recorded nothing: {last[0]}", remedy)
    return json.loads(recording.read_text(encoding="utf-8"))


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, whatever it says."""
    return subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


def mailweave(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of ours."""
    return run([sys.executable, "-m", "mailweave", *arguments])
