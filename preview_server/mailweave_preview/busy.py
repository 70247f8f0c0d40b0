"""Say what is being done, to whoever can end the process when it takes too long.

A thread says it; what ends a process is the command's business (`front.py`). Where nobody listens, as in a host's own app, nothing happens.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

_HERE: Final = threading.local()


def busy(what: str) -> None:
    """Say what this thread begins with, like "the message of 'spring' for 'gold'"."""
    tell: Callable[[str], None] | None = getattr(_HERE, "tell", None)
    if tell:
        tell(what)


@contextmanager
def telling(tell: Callable[[str], None]) -> Iterator[None]:
    """Hear what this thread says meanwhile."""
    _HERE.tell = tell
    try:
        yield
    finally:
        _HERE.tell = None
