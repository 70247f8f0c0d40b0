"""What the garbage collector looks through."""

from __future__ import annotations

import gc


def spare_what_is_there() -> None:
    """Let the collector pass over all that there is, for it stays to the end, and seldom look at what comes: messages leave no cycles behind.

    Looking through an engine and its campaigns again and again takes a sixth of a command's time.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
