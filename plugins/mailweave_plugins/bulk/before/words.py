"""The words of a command, with other options."""

from __future__ import annotations

import shlex


def without_option(command: str, name: str) -> str:
    """A command without an option that has a value.

    Example:
        >>> without_option("mailweave run spring --first 1% --to 'my out'", "--first")
        "mailweave run spring --to 'my out'"
    """
    words = iter(shlex.split(command))
    kept = []
    for word in words:
        if word == name:
            next(words, None)
        elif not word.startswith(f"{name}="):
            kept.append(word)
    return shlex.join(kept)
