"""A guard: what goes out is compared with the reference, a sample of it before anything of its part is handed over."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from mailweave.deliverers import FileDeliverer
from mailweave.readers import Row
from mailweave_plugins.bulk.before.first import within
from mailweave_plugins.bulk.counts import FIRST_USE, SAMPLE
from mailweave_plugins.bulk.differences import described
from mailweave_plugins.bulk.job import DiffersError, Job, Way
from mailweave_plugins.bulk.orders import Order, Seen
from mailweave_plugins.bulk.position import BUILDING, COMPARING, COMPILING, SENDING, WRITING
from mailweave_plugins.bulk.rows import rows_of
from mailweave_plugins.bulk.signals import Pulse, StoppedError, ask_to_stop
from mailweave_plugins.bulk.tried import Tried, build, left_out


@dataclass
class Guard:
    """Builds the messages of a part.

    One that isn't the reference's stops the whole run: it isn't handed over, nor is anything after it.
    """

    job: Job
    order: Order
    seen: Seen
    pulse: Pulse
    _ready: dict[int, Tried] = field(default_factory=dict)
    _row: int = -1

    def __post_init__(self) -> None:
        self.job.program.before_compiling = self._compiling

    def rows(self) -> Iterator[tuple[int, Row]]:
        """The part's rows that are this start's, each with its number among all."""
        return within(rows_of(self.job, self.order, self.pulse), self.job.manifest.parts[self.order.index], self.order.before)

    def compare(self, settled: Collection[int] = ()) -> None:
        """Build the part's sample, but for rows that are settled, and compare it.

        Call this before anything of the part is handed over.

        Raises:
            StoppedError: a message isn't the reference's, or somebody asked to stop.
        """
        wanted = set(self.order.sample).difference(settled)
        self.pulse.listen()
        for number, row in self.rows() if wanted else ():
            if number in wanted:
                self._ready[number] = self.left_out(number, row) or self._build(number, row, "compared")
                self.pulse.listen()
            if len(self._ready) == len(wanted):
                break

    def build(self, number: int, row: Row) -> Tried:
        """What becomes of a row: of a sampled one, exactly what was compared.

        Raises:
            StoppedError: it is the first message of its document in this process, and isn't the reference's.
        """
        way: Way = "reference" if self.order.reference else "compiled"
        tried = self._ready.pop(number, None) or self.left_out(number, row) or self._build(number, row, way)
        self.pulse.at(WRITING if isinstance(self.job.deliverer, FileDeliverer) else SENDING, number)
        return tried

    def left_out(self, number: int, row: Row) -> Tried | None:
        """What becomes of a row that gets no message by --suppress or --unique; None for all others."""
        return left_out(self.job, self.order, number, row)

    def _build(self, number: int, row: Row, way: Way) -> Tried:
        self._row = number
        self.pulse.at(COMPARING if way == "compared" else BUILDING, number)
        try:
            return build(self.job, number, row, way)
        except DiffersError as error:
            self.seen.counts.compare([SAMPLE if way == "compared" else FIRST_USE], error.document)
            self._stop(number, row, error)

    def _compiling(self) -> None:
        self.pulse.at(COMPILING, self._row)

    def _stop(self, number: int, row: Row, error: DiffersError) -> NoReturn:
        for tried in self._ready.values():
            self.seen.counts.compare(tried.compared, tried.document)
        self.seen.different = described(number, self.job.place(row), error.difference, error.document)
        # At once: the parent only learns of it when this part has ended.
        ask_to_stop(self.job.folder)
        raise StoppedError
