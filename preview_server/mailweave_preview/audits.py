"""Look the whole workspace over in the background, as `mailweave check` does, and tell the pages what it found."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import sleep
from typing import Final

from mailweave.audit import audit
from mailweave.errors import MailweaveError, Problem
from mailweave_preview.live import Live

# Seconds between messages, in which whoever waits for a page comes first.
_BREATH: Final = 0.003
# Seconds without a change before looking: whoever types saves often.
_CALM: Final = 0.8


class _Outdated(Exception):
    """Files changed; what is being looked over is no longer what there is."""


class Audits:
    """The problems of the workspace as it was last looked over. `version` is that of the workspace then, None before the first time."""

    def __init__(self, live: Live, moment: Callable[[], datetime]) -> None:
        self.live = live
        self.version: int | None = None
        self.problems: tuple[Problem, ...] = ()
        self._moment = moment
        self._lock = threading.Lock()
        self._running = False
        # Whoever can end this process is told what is looked over now, and "" at the end.
        self.tell: Callable[[str], None] = lambda what: None

    @property
    def current(self) -> bool:
        """Whether nothing changed since."""
        return self.version == self.live.version

    def want(self) -> None:
        """Look the workspace over soon, unless that is done or under way. The pages are told when it is done."""
        with self._lock:
            if self.current or self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="mailweave-audit", daemon=True).start()

    def _run(self) -> None:
        while not self.current:
            version = self.live.version
            sleep(_CALM)
            if version != self.live.version:
                continue
            with suppress(_Outdated):
                self.problems, self.version = self._look(version), version
        with self._lock:
            self._running = False
        self.live.tell("problems", self.counts())

    def counts(self) -> dict[str, int]:
        """How many errors and warnings there are."""
        errors = sum(problem.count for problem in self.problems if problem.level == "error")
        return {"errors": errors, "warnings": sum(problem.count for problem in self.problems) - errors}

    def _look(self, version: int) -> tuple[Problem, ...]:
        workspace = self.live.workspace
        if workspace is None or self.live.problems:
            return self.live.problems
        try:
            return tuple(audit(workspace, self._moment(), partial(self._go_on, version)))
        except MailweaveError as error:
            return error.problems
        finally:
            self.tell("")

    def _go_on(self, version: int, what: str) -> None:
        self.tell(what)
        if version != self.live.version:
            raise _Outdated
        sleep(_BREATH)
