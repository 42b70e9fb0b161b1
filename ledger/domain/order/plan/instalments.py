"""When what an order still costs is to be invoiced, and which of its instalments are."""

from collections.abc import Sequence
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from ledger.domain.events import Instalment, OrderLine
from ledger.domain.order.plan.evolve import invoiced_of
from ledger.domain.order.plan.schedule import covered, falls_due, in_order
from ledger.domain.order.state import RELEASED, State, holding
from ledger.domain.position import left_by_line


class Planned(NamedTuple):
    """An amount of a line, in öre, that is still to be invoiced, and when that is planned."""

    on: date
    amount: int
    line: int


def planned(state: State) -> tuple[Planned, ...]:
    """What is still to be invoiced of an order, by day and line. Pure; no clock.

    The amounts are above 0 and add up to what the order holds beyond its invoices, approved or
    waiting (`left_by_line`): a closed order plans nothing, one with an open counter-offer the
    higher of the two amounts. A line is invoiced by its instalments, else with its sessions, in
    the order of their days; else when the course ends, or starts where no end is known, but always
    in the line's own delivery year (its last day where the order has no dates). What is left of a
    cancelled order, its fee, is due when it was cancelled. A day may have passed: it is overdue.
    """
    held = holding(state)
    left = left_by_line(held)
    found = [
        part
        for line in held.lines
        if left.get(line.number, 0) > 0
        for part in _of_line(state, line, left[line.number])
    ]
    return tuple(sorted(found))


def _of_line(state: State, line: OrderLine, left: int) -> list[Planned]:
    parts = _parts(state, line)
    amounts = [amount for _, amount in parts]
    done = covered(amounts, line.amount - left)
    return [
        Planned(on, amount - part, line.number)
        for (on, amount), part in zip(parts, done, strict=True)
        if amount > part
    ]


def _parts(state: State, line: OrderLine) -> Sequence[tuple[date, int]]:
    """A line's whole amount in the parts in which it is to be invoiced."""
    if state.status == "cancelled":
        return [(state.cancellations[-1].on, line.amount)]
    if not state.instalments and not state.sessions:
        return [(_course_day(state, line.year), line.amount)]
    mine = [one for one in state.instalments if one.line == line.number]
    parts = [(falls_due(one, state.sessions), one.amount) for one in in_order(mine, state.sessions)]
    if not parts:
        sessions = (one for one in state.sessions if one.line == line.number)
        parts = sorted((one.day, one.amount) for one in sessions)
    if sum(amount for _, amount in parts) != line.amount:
        # No plan, or a counter-offer that is not taken: what it has is the order's own.
        return [(_course_day(state, line.year), line.amount)]
    return parts


def _course_day(state: State, year: int) -> date:
    offer = state.counter
    ends_on = (offer.ends_on if offer else None) or state.ends_on
    day = ends_on or (offer.starts_on if offer else None) or state.starts_on
    if day is None:
        return date(year, 12, 31)
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


DueStatus = Literal["invoiced", "overdue", "next", "planned", "released"]


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """An instalment as it stands on a day: when it falls due, and what of it is invoiced, öre."""

    instalment: Instalment
    due_on: date
    invoiced: int
    status: DueStatus


def instalments_on(state: State, on: date) -> tuple[Due, ...]:
    """Every instalment as it stands on a day, in the order in which they fall due.

    Invoices, approved or waiting, draw a line's instalments in that order. What is not invoiced
    is overdue after its day; the first that is not is the next; nothing more is due of an order
    that has ended.
    """
    invoiced = invoiced_of(state)
    found: list[Due] = []
    due = sorted(
        state.instalments, key=lambda one: (falls_due(one, state.sessions), one.line, one.number)
    )
    waits = False
    for one in due:
        done = invoiced[one.number]
        day = falls_due(one, state.sessions)
        status: DueStatus = "planned"
        if done == one.amount:
            status = "invoiced"
        elif state.status in RELEASED:
            status = "released"
        elif day < on:
            status = "overdue"
        elif not waits:
            status, waits = "next", True
        found.append(Due(instalment=one, due_on=day, invoiced=done, status=status))
    return tuple(found)
