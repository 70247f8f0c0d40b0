"""Paths that a file or a command line names. The operating system takes no NUL, no name of more than 255 bytes and no path of some thousands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_LONGEST: Final = 1_000
_LONGEST_NAME: Final = 255


def path_complaint(name: str) -> str:
    """Why no file can have this path; the empty text when one can.

    Example:
        >>> path_complaint("parts/head.mjml"), path_complaint("a" * 5_000), path_complaint("a\\0b")
        ('', 'a path has at most 1,000 characters', 'a path has no NUL character')
    """
    if "\0" in name:
        return "a path has no NUL character"
    if len(name) > _LONGEST:
        return f"a path has at most {_LONGEST:,} characters"
    try:
        fits = all(len(os.fsencode(part)) <= _LONGEST_NAME for part in name.split("/"))
    except UnicodeEncodeError:
        return "a path has only whole characters"
    return "" if fits else f"a file's name has at most {_LONGEST_NAME} bytes"


def is_file(path: Path) -> bool:
    """Whether there is such a file; False for a path that none can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
