"""The names of a run's events, which stay as they are, and how loud they are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

INFO, WARNING, ERROR = logging.INFO, logging.WARNING, logging.ERROR

# Name → level, and what it says to a person.
EVENTS: Final[Mapping[str, tuple[int, str]]] = {
    "run-preparing": (INFO, "profiles are read and ids compared"),
    "run-began": (INFO, "the run is at work"),
    "run-progress": (INFO, "how far the run is"),
    "run-ended": (INFO, "the run has ended"),
    "problem": (ERROR, "why the run ended, or couldn't begin"),
    "damage-found": (WARNING, "a file of the run's folder was damaged, and was mended"),
    "difference-found": (ERROR, "a message isn't what the reference way gives; the run stops"),
    "part-began": (INFO, "a worker has begun a part"),
    "part-done": (INFO, "a part is done"),
    "part-stopped": (INFO, "a part was stopped, and will be gone on with"),
    "message-rejected": (WARNING, "a message can't be built"),
    "message-refused": (WARNING, "the server refused a message for good"),
    "message-deferred": (WARNING, "the server doesn't take a message now"),
    "message-in-doubt": (WARNING, "nobody knows whether a message arrived"),
    "message-suppressed": (INFO, "the address is in a list of --suppress"),
    "message-duplicate": (INFO, "an earlier row has the same address"),
    "connection-opened": (INFO, "a connection with the server is open"),
    "connection-refused": (INFO, "the server takes no further connection"),
    "waiting-for-server": (WARNING, "the server takes nothing now; the run waits for it"),
    "server-back": (INFO, "the server answers again"),
    "worker-died": (WARNING, "a worker process died"),
    "hook-failed": (WARNING, "a hook or an output that watches the run failed; the run isn't concerned"),
}
