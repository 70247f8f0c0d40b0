"""Keep what takes long to find out, as long as what it was found out from stands."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, TypeVar

_MOST: Final = 64
T = TypeVar("T")


class Kept:
    """Results by key; safe to be used by several threads. Two that want the same wait for one another, so that it is found out once."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._locks: dict[Hashable, threading.Lock] = {}
        self._results: OrderedDict[Hashable, tuple[Sequence[Any], Any]] = OrderedDict()

    def get(self, key: Hashable, parts: Sequence[Any], make: Callable[[], T]) -> T:
        """What `make` gives, or gave when each of `parts` was the very same object."""
        with self._lock:
            waiting = self._locks.setdefault(key, threading.Lock())
        with waiting:
            known = self._results.get(key)
            if known and len(known[0]) == len(parts) and all(old is new for old, new in zip(known[0], parts, strict=True)):
                result: T = known[1]
                return result
            made = make()
            self._put(key, parts, made)
            return made

    def _put(self, key: Hashable, parts: Sequence[Any], made: Any) -> None:
        with self._lock:
            self._results[key] = (parts, made)
            self._results.move_to_end(key)
            while len(self._results) > self._most:
                self._locks.pop(self._results.popitem(last=False)[0], None)
