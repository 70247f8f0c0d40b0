"""Follow a workspace's files and tell when some changed."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from watchfiles import Change, DefaultFilter, watch

from mailweave_preview.live import Live

# Milliseconds: how long to gather changes that come together, and how long to wait for the next of them.
_GATHER: Final = 60
_STEP: Final = 15


class _Relevant(DefaultFilter):
    """What may change a message: no hidden or temporary files, no folders of tools."""

    def __call__(self, change: Change, path: str) -> bool:
        name = Path(path).name
        return super().__call__(change, path) and not name.startswith(".") and not name.endswith((".part", ".tmp", "~"))


def start(live: Live) -> threading.Event:
    """Watch in a thread of its own until the event given back is set."""
    stop = threading.Event()
    threading.Thread(target=_follow, args=(live, stop), name="mailweave-watch", daemon=True).start()
    return stop


def _follow(live: Live, stop: threading.Event) -> None:
    for changes in watch(live.root, watch_filter=_Relevant(), debounce=_GATHER, step=_STEP, stop_event=stop, rust_timeout=500, raise_interrupt=False):
        live.changed({Path(path) for _, path in changes})
