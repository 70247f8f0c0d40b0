"""Have workers do orders: processes of this machine, or those of a Dask cluster."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from mailweave import MailweaveError
from mailweave_plugins.bulk.cluster import Cluster
from mailweave_plugins.bulk.crew import Crew, Death, Ending
from mailweave_plugins.bulk.delivering import undeliverable
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.pace.backlog import Backlog
from mailweave_plugins.bulk.position import forget_position
from mailweave_plugins.bulk.processes import Processes
from mailweave_plugins.bulk.stop import Stop
from mailweave_plugins.bulk.suspects import Suspects

T = TypeVar("T")

_TICK: Final = 0.25  # seconds


@dataclass
class Workers:
    """Where the work is done: `jobs` processes here, or the workers of the Dask scheduler at an address. Use it in a `with`.

    A process that is at one row for longer than `seconds` is ended; None: as long as it takes. `died` is called when one died.
    """

    jobs: int
    scheduler: str | None = None
    seconds: float | None = None
    died: Callable[[Order, Death], None] | None = None
    _crew: Crew | None = field(default=None, init=False)

    def __enter__(self) -> Workers:
        self._crew = Cluster(self.scheduler) if self.scheduler else Processes(self.jobs, self.seconds)
        return self

    def __exit__(self, *error: object) -> None:
        # After an error nobody wants the rest, and a worker that doesn't answer must not keep us.
        assert self._crew is not None
        self._crew.close(wait=error[0] is None)

    def each(self, work: Callable[[Order], T], orders: Iterable[Order] | Backlog, stop: Stop) -> Iterator[T | None]:
        """What `work` gives for each order, as it comes, and None now and then while nothing comes. Nothing more is begun once it's time to stop.
        Orders may be put back into a backlog while this is at work.

        When a worker dies, or is at one row for too long, that row is tried alone; see `Suspects`. When one fails the others are asked to stop, and
        come to a good end first; a signal gives them less time.

        Raises:
            MailweaveError: what `work` raised, or a part ends its workers again and again.
        """
        assert self._crew is not None
        duty = _Duty(self._crew, work, stop, orders if isinstance(orders, Backlog) else Backlog(orders), self.died)
        while duty.goes_on:
            duty.begin()
            endings = self._crew.wait(_TICK) if self._crew.busy else []
            if not self._crew.busy and not endings and not stop:
                duty.waiting.wait()
            for ending in endings:
                if duty.ended(ending):
                    yield ending.result
            if stop.overdue:
                self._crew.close(wait=False)
                return
            if not endings:
                yield None
        if duty.failures:
            raise duty.failures[0]


@dataclass
class _Duty:
    """Orders that are being done. Those of `last` are done when nothing else is, one after the other."""

    crew: Crew
    work: Callable[[Order], object]
    stop: Stop
    waiting: Backlog
    told: Callable[[Order, Death], None] | None = None
    last: deque[Order] = field(default_factory=deque)
    failures: list[BaseException] = field(default_factory=list)
    suspects: Suspects = field(default_factory=Suspects)

    @property
    def goes_on(self) -> bool:
        return bool(self.crew.busy or ((self.waiting or self.last) and not self.stop))

    def begin(self) -> None:
        while self.crew.free > 0 and not self.stop and (order := self.waiting.take()):
            self._give(order)
        if self.last and not self.waiting.ready and not self.crew.busy and not self.stop:
            self._give(self.last.popleft())

    def _give(self, order: Order) -> None:
        forget_position(order.folder, order.index)
        self.crew.begin(self.work, order)

    def ended(self, ending: Ending) -> bool:
        """Whether that is an answer that somebody waits for."""
        if ending.error:
            self.stop.failure()
            self.failures.append(undeliverable(ending.error) if isinstance(ending.error, OSError) else ending.error)
        elif ending.death:
            self._died(ending)
        else:
            again = self.suspects.answered(ending.order)
            if again:
                self.waiting.add(again)
            # A trial may find that a message isn't the reference's.
            return again is None or getattr(ending.result, "different", None) is not None
        return False

    def _died(self, ending: Ending) -> None:
        assert ending.death is not None
        if self.told:
            self.told(ending.order, ending.death)
        try:
            order = self.suspects.died(ending.order, ending.death)
        except MailweaveError as error:  # the part is given up; all others are still done
            self.failures.append(error)
            if self.suspects.hopeless:
                self.stop.failure()
            return
        except OSError as error:  # a verdict can't be kept
            self.failures.append(undeliverable(error))
            self.stop.failure()
            return
        # Where others may have taken the memory, or a person ended the process, only a trial without others tells.
        doubtful = order.alone is not None and not (ending.death.late or ending.death.own)
        if doubtful:
            self.last.append(order)
        else:
            self.waiting.add(order)
