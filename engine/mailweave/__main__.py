"""`python -m mailweave`, and the command `mailweave`."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress
from typing import NoReturn


def main() -> NoReturn:
    """Entry point of the command."""
    try:
        # Whatever is imported stays, so there is nothing to look for until the engine is there.
        gc.disable()
        from mailweave.cli import run

        leave(run(sys.argv[1:]))
    except KeyboardInterrupt:
        # Before the command began, or while it ended.
        os.write(2, b"stopped\n")
        os._exit(130)


def leave(status: int) -> NoReturn:
    """End the process. Freeing each object first would take longer than building a small message, and the system frees them all at once."""
    if any(not thread.daemon for thread in threading.enumerate() if thread is not threading.main_thread()):
        # While threads are waited for, Ctrl-C ends the process without a traceback of theirs.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        sys.exit(status)
    atexit._run_exitfuncs()
    # Whoever read our output may have had enough.
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
