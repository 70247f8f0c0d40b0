"""Send letters over several connections at once, as many as the server keeps up with.

Each connection is a thread that waits for the server; the messages are built in the main thread, one ahead. Threads, and `smtplib` under them,
because an event loop takes more CPU time for a message (`benchmarks/sending.py`), and waiting is all that they do.

A connection is added when a built letter waits long for one, or when waiting takes more time than building. So a quick server has one or two, and one
that is far away as many as are allowed. The next part begins with as many as the last one had, opened as letters come that find none free. When the
server takes no further connection, it isn't asked again for half a minute.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Final

from mailweave import MailweaveError
from mailweave.deliverers import AwayError, Outcome, Session
from mailweave_plugins.bulk.journal import Entry
from mailweave_plugins.bulk.patience import patiently
from mailweave_plugins.bulk.tried import Tried

# How long a letter waits for a connection to become free before another one is opened, in seconds.
_LONG: Final = 0.02
# Over so many letters waiting and building are compared.
_WINDOW: Final = 16
_TICK: Final = 0.1
# After how long a server that took no further connection is asked again, in seconds.
_AGAIN: Final = 30.0

# Opens a session, which is closed with the stack; sends a letter over one, and notes its result: its line in the ledger, and the server's answer.
Open = Callable[[ExitStack], Session]
Send = Callable[[Session, Tried], tuple[Entry, Outcome]]


@dataclass(frozen=True)
class _Sent:
    entry: Entry
    outcome: Outcome


@dataclass(frozen=True)
class _Returned:
    """A letter whose connection couldn't be opened; others are open, and take it."""

    tried: Tried


@dataclass(frozen=True)
class _Failed:
    error: BaseException


@dataclass
class Connections:
    """Sends letters; use it in a `with`, which ends when each letter that was begun has a result.

    `most` is how many connections there may be. `judge` is called with each result, in the order in which they come; `listen`, and `heed` in the
    threads, are called all the time. Each may raise, and then nothing more is begun. `patience` is for how many seconds to wait for a server that
    is away. `expected` connections, as many as an earlier part came to, are opened without waiting for a free one.
    """

    open: Open
    send: Send
    judge: Callable[[Entry, Outcome], None]
    listen: Callable[[], None]
    heed: Callable[[], None]
    most: int
    patience: float
    expected: int = 1
    _letters: SimpleQueue[Tried | None] = field(default_factory=SimpleQueue)
    _results: SimpleQueue[_Sent | _Returned | _Failed] = field(default_factory=SimpleQueue)
    _threads: list[threading.Thread] = field(default_factory=list)
    _live: int = 0
    _under_way: int = 0
    _stopping: threading.Event = field(default_factory=threading.Event)
    _full_until: float = 0.0
    _handed: int = 0
    _waited: float = 0.0
    _since: float = field(default_factory=monotonic)

    def __enter__(self) -> Connections:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        with suppress(Empty):
            while True:
                self._letters.get_nowait()
        for _ in self._threads:
            self._letters.put(None)
        for thread in self._threads:
            thread.join()
        self._judge_the_rest()

    def _judge_the_rest(self) -> None:
        """Those that were under way when it was time to stop may have met the same fault of ours."""
        while not self._results.empty():
            found = self._results.get()
            if isinstance(found, _Sent):
                with suppress(MailweaveError):
                    self.judge(found.entry, found.outcome)

    def hand_over(self, tried: Tried) -> Iterator[Entry]:
        """Have a letter sent, as soon as a connection is free; what became of earlier ones meanwhile.

        Raises:
            MailweaveError: nothing can be sent any more.
        """
        began = monotonic()
        # One letter may wait, so that a connection that becomes free has work at once.
        while self._under_way > self._live:
            entry = self._result((_LONG if self._live >= self.expected else 0) if self._may_add else None)
            if entry is not None:
                yield entry
            elif self._may_add:
                self._add()
        self._compare_waiting(monotonic() - began)
        if not self._live:
            self._add()
        self._letters.put(tried)
        self._under_way += 1
        yield from self.answers()

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self._under_way > 0

    def answers(self) -> Iterator[Entry]:
        """What became of letters meanwhile."""
        while not self._results.empty():
            entry = self._result(0)
            if entry is not None:
                yield entry

    @property
    def live(self) -> int:
        """How many connections there are."""
        return self._live

    def rest(self) -> Iterator[Entry]:
        """What became of all that is under way."""
        while self._under_way:
            entry = self._result(None)
            if entry is not None:
                yield entry

    def _compare_waiting(self, waited: float) -> None:
        self._handed, self._waited = self._handed + 1, self._waited + waited
        if self._handed < _WINDOW:
            return
        now = monotonic()
        if self._may_add and self._waited > (now - self._since) / 2:
            self._add()
        self._handed, self._waited, self._since = 0, 0.0, now

    @property
    def _may_add(self) -> bool:
        return self._live < self.most and monotonic() > self._full_until

    def _add(self) -> None:
        self._live += 1
        thread = threading.Thread(target=self._work, name=f"connection {len(self._threads) + 1}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _result(self, wait: float | None) -> Entry | None:
        """The next result; None when none comes within `wait` seconds (None: as long as it takes), or a letter came back."""
        while True:
            try:
                found = self._results.get(timeout=_TICK if wait is None else wait) if wait != 0 else self._results.get_nowait()
                break
            except Empty:
                if wait is not None:
                    return None
                self.listen()
        if isinstance(found, _Failed):
            self._under_way -= 1
            raise found.error
        if isinstance(found, _Returned):
            self._live -= 1
            self._full_until = monotonic() + _AGAIN
            self._letters.put(found.tried)
            if not self._live:
                self._add()
            return None
        self._under_way -= 1
        self.judge(found.entry, found.outcome)
        return found.entry

    # In the threads

    def _work(self) -> None:
        with ExitStack() as stack:
            session: Session | None = None
            while (tried := self._letters.get()) is not None and not self._stopping.is_set():
                try:
                    session = session or self._opened(stack)
                    if session is None:
                        self._results.put(_Returned(tried))
                        return
                    self._results.put(_Sent(*self._sent(session, tried)))
                except BaseException as error:  # the main thread raises it; until then no other letter may be begun
                    self._stopping.set()
                    self._results.put(_Failed(error))

    def _opened(self, stack: ExitStack) -> Session | None:
        """A session, or None when the server has enough of them."""
        if self._live == 1:
            return patiently(lambda: self.open(stack), self.patience, self.heed)
        try:
            return self.open(stack)
        except AwayError:
            return None

    def _sent(self, session: Session, tried: Tried) -> tuple[Entry, Outcome]:
        return patiently(lambda: self.send(session, tried), self.patience, self.heed)
