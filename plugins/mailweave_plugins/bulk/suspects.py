"""Rows at which a worker ended. Each is tried alone, in a process of its own, and is rejected only when that ends, too.

A worker may end through no fault of the row that it is at: memory was short because of others, or somebody ended it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Final

from mailweave import MailweaveError, Problem
from mailweave_plugins.bulk.crew import Death
from mailweave_plugins.bulk.orders import Order
from mailweave_plugins.bulk.position import BETWEEN, OPENING, READING, SENDING, WRITING, Position, position_of
from mailweave_plugins.bulk.verdicts import Verdict, note_verdict, verdicts

# Times that a row is found innocent before something else is believed of it.
_CLEARED: Final = 2
# Readers and deliverers may take several rows at a time, so that another one than the worker was at is to blame.
_SINGLY: Final = (READING, WRITING, BETWEEN)
# Times that a part may end its worker though no row of it is to blame.
_DEATHS: Final = 4


@dataclass
class Suspects:
    """What is known of the rows that ended a worker in this start of the run."""

    _strikes: Counter[tuple[int, int]] = field(default_factory=Counter)
    _cleared: Counter[tuple[int, int]] = field(default_factory=Counter)
    _deaths: Counter[int] = field(default_factory=Counter)
    _unopened: int = 0

    def died(self, order: Order, death: Death) -> Order:
        """What to do after a worker ended: try the row alone, or do the part again.

        Raises:
            MailweaveError: the part is given up, since it ends every worker and no row is to blame.
        """
        position = position_of(order.folder, order.index)
        if order.alone is not None and position.row == order.alone:
            return self._died_alone(order, order.alone, position, death)
        self._deaths[order.index] += 1
        self._unopened += position.doing == OPENING
        if self._deaths[order.index] > _DEATHS or self.hopeless:
            raise _given_up(order, position, death)
        if order.alone is not None:
            return order
        if position.row is None:
            return _part(order, position)
        key = order.index, position.row
        known = verdicts(order.folder, order.run).get(position.row)
        if known or (self._cleared[key] >= _CLEARED and position.doing in (WRITING, SENDING)):
            self._reject(order, position.row, position, death, unread=known is not None)
            return _part(order, position)
        if self._cleared[key] >= _CLEARED:
            raise _given_up(order, position, death)
        if position.doing == SENDING:  # which can't be tried: the message would go out
            self._cleared[key] += 1
            return _part(order, position)
        return replace(_part(order, position), alone=position.row)

    @property
    def hopeless(self) -> bool:
        """Whether workers end before they come to any row."""
        return self._unopened > _DEATHS

    def answered(self, order: Order) -> Order | None:
        """An order came to a good end. What to do now: after a trial, its part again."""
        self._unopened = 0
        if order.alone is None:
            return None
        self._cleared[order.index, order.alone] += 1
        return replace(order, alone=None)

    def _died_alone(self, order: Order, row: int, position: Position, death: Death) -> Order:
        self._strikes[order.index, row] += 1
        if self._strikes[order.index, row] < death.tries:
            return order
        self._reject(order, row, position, death, unread=position.doing == READING)
        return replace(order, alone=None)

    def _reject(self, order: Order, row: int, position: Position, death: Death, *, unread: bool) -> None:
        self._deaths[order.index] = 0
        again = "so it was" if death.late else "so it did"
        again += " when it tried this row alone" if order.alone is not None else " at this row before"
        if death.late:
            what = f"the worker {death.how}, and was ended while {position.doing}; {again}"
            remedy = "look for what in this row takes so long, or raise `limits: {seconds: …}` in mailweave.yaml"
        else:
            what = f"the worker {death.how} while {position.doing}; {again}"
            remedy = "look at the values of this row, shorten them, and report it with this row"
        verdict = Verdict(row, "took-too-long" if death.late else "worker-died", what, remedy, unread)
        note_verdict(order.folder, order.run, verdict)


def _part(order: Order, position: Position) -> Order:
    """The part again. What was in doubt and is sent again ended the worker once: it isn't sent a third time."""
    return replace(order, singly=order.singly or position.doing in _SINGLY, resend=order.resend and position.doing != SENDING)


def _given_up(order: Order, position: Position, death: Death) -> MailweaveError:
    at = "" if position.row is None else f" at row {position.row}, which is well built alone,"
    what = f"part {order.index} isn't done: its workers end again and again; the last one {death.how}{at} while {position.doing}"
    return MailweaveError(Problem(what, "look whether the machine has memory left, or use fewer --jobs", code="workers-died"))
