"""Read the rows of a part, so that whatever is wrong with one of them stays with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from mailweave import MailweaveError
from mailweave.plugins import failed
from mailweave.readers import Part, Row
from mailweave_plugins.bulk.job import Job
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import BETWEEN, READING
from mailweave_plugins.bulk.signals import OutOfMemoryError, Pulse
from mailweave_plugins.bulk.verdicts import Verdict, verdicts


def rows_of(job: Job, order: Order, pulse: Pulse, only: Collection[str] | None = None) -> Iterator[tuple[int, Row]]:
    """The rows of a part, each with its number among all. A row that can't be read, or that ended a worker before, comes with its problem."""
    part = job.manifest.parts[order.index]
    known = verdicts(job.folder, job.manifest.run)
    numbers = range(part.row, part.row + part.rows) if order.alone is None else range(order.alone, order.alone + 1)
    singly = order.singly or order.alone is not None or any(known[number].unread for number in known.keys() & numbers)
    yield from _singly(job, numbers, known, only, pulse) if singly else _together(job, part, known, only, pulse)
    pulse.at(BETWEEN)


def _together(job: Job, part: Part, known: Mapping[int, Verdict], only: Collection[str] | None, pulse: Pulse) -> Iterator[tuple[int, Row]]:
    numbers = range(part.row, part.row + part.rows)
    rows: Iterator[Row] | None = None
    for number in numbers:
        pulse.at(READING, number)
        try:
            rows = iter(job.reader.read(Path(job.manifest.path), part, only)) if rows is None else rows
            row = next(rows, None)
        except (MailweaveError, OSError):
            raise
        except MemoryError as error:
            raise OutOfMemoryError from error
        except Exception:  # a reader may raise anything; which row is to blame shows when each is read by itself
            yield from _singly(job, range(number, numbers.stop), known, only, pulse)
            return
        if row is None:
            return
        yield number, _judged(job, known.get(number), row)


def _singly(job: Job, numbers: range, known: Mapping[int, Verdict], only: Collection[str] | None, pulse: Pulse) -> Iterator[tuple[int, Row]]:
    path = Path(job.manifest.path)
    for part in islice(job.reader.split(path, 1), numbers.start, numbers.stop):
        pulse.at(READING, part.row)
        verdict = known.get(part.row)
        if verdict and verdict.unread:
            yield part.row, Row(part.line, {}, verdict.problem(job.place_of(part.line)))
        else:
            yield part.row, _judged(job, verdict, _read(job, path, part, only))


def _read(job: Job, path: Path, part: Part, only: Collection[str] | None) -> Row:
    try:
        return next(iter(job.reader.read(path, part, only)))
    except (MailweaveError, OSError):
        raise
    except MemoryError as error:
        raise OutOfMemoryError from error
    except Exception as error:  # one row's mishap must not stop the others
        name = job.reader.name
        problem = failed(job.engine.registry.plugin_of.get(("readers", name), name), "read", error).problems[0]
        return Row(part.line, {}, replace(problem, place=job.place_of(part.line)))


def _judged(job: Job, verdict: Verdict | None, row: Row) -> Row:
    """The row, or what tells whose it is and the verdict."""
    if verdict is None:
        return row
    wanted = job.columns.identifying()
    columns = {name: value for name, value in row.columns.items() if name in wanted}
    return Row(row.line, columns, verdict.problem(job.place(row)))
