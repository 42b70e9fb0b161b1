"""What a course that comes to start in another year makes of its lines.

A line that named no year is of its course's start, and goes with it: what is neither invoiced nor
a fee of it. A line whose sessions stay is of their year.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain.events import Instalment, OrderLine
from ledger.domain.order.owed import owed_left
from ledger.domain.order.plan.evolve import invoiced_of
from ledger.domain.order.plan.price import resized
from ledger.domain.order.state import State, holding
from ledger.domain.position import by_line, left_by_line


class Led(NamedTuple):
    """An order's lines and instalments as they follow its start; None: they stay as they are."""

    lines: tuple[OrderLine, ...]
    instalments: tuple[Instalment, ...] | None = None


def led_by_start(state: State, starts_on: date | None, *, planned_stay: bool = True) -> Led:
    """The lines where the course starts on another day, and nothing else is said of them.

    `planned_stay`: its sessions that are still to come are not said anew.
    """
    was = (state.starts_on or state.ordered_on).year
    if starts_on is None or starts_on.year == was:
        return Led(state.lines)
    stays = {one.line for one in state.sessions if planned_stay or one.status != "planned"}
    there = replace(state, counter=None, status="confirmed")  # what is delivered is owed all there
    left, due = left_by_line(holding(there)), owed_left(there)
    invoiced = by_line((*state.drawn, *state.pending))
    free = {line.number: min(line.amount, left[line.number] - due.get(line.number, 0))
            for line in state.lines}  # fmt: skip
    going = [line for line in state.lines if line.of_start and line.year == was
             and line.number not in stays and free[line.number]]  # fmt: skip
    if not going:
        return Led(state.lines)
    whole = {line.number for line in going
             if free[line.number] == line.amount and not invoiced.get(line.number)}  # fmt: skip
    number = max(line.number for line in state.lines)
    lines, new, gone = list[OrderLine](), list[OrderLine](), dict[int, int]()
    for line in state.lines:
        if line not in going:
            lines.append(line)
        elif line.number in whole:
            lines.append(replace(line, year=starts_on.year))
        else:
            number += 1
            kept, rest = _parted(line, free[line.number])
            lines.append(kept)
            new.append(replace(rest, number=number, year=starts_on.year))
            gone[line.number] = number
    return Led((*lines, *new), _parted_instalments(state, gone) if gone else None)


def _parted(line: OrderLine, rest: int) -> tuple[OrderLine, OrderLine]:
    """A line as far as it stays, and what goes: whole seats where it comes to whole seats."""
    count, price = line.quantity or 0, line.unit_price or 0
    if count and count * price == line.amount and rest % price == 0:
        seats = rest // price
        stays = replace(line, quantity=count - seats, amount=line.amount - rest)
        return _named(stays), replace(line, quantity=seats, amount=rest)
    goes = replace(line, amount=rest, quantity=None, unit_price=None, price_range=None)
    return _named(resized(line, -rest, 0)), goes


def _named(line: OrderLine) -> OrderLine:
    """A line that stays in its year."""
    return replace(line, of_start=False)


def _parted_instalments(state: State, gone: dict[int, int]) -> tuple[Instalment, ...] | None:
    """What is not invoiced of a line's instalments goes with it, and what is invoiced stays."""
    invoiced = invoiced_of(state)
    kept, more = list[Instalment](), list[Instalment]()
    free = max((one.number for one in state.instalments), default=0)
    for one in state.instalments:
        done = invoiced[one.number]
        if one.line not in gone or done == one.amount:
            kept.append(one)
            continue
        number = one.number
        if done:
            kept.append(replace(one, amount=done))
            free += 1
            number = free
        rest = one.amount - done
        more.append(replace(one, number=number, line=gone[one.line], amount=rest))
    return tuple(sorted((*kept, *more), key=_number)) if more else None


def _number(one: Instalment) -> int:
    return one.number


def coded_with(
    coded_by: Iterable[tuple[int, str]], before: Iterable[OrderLine], after: Iterable[OrderLine]
) -> tuple[tuple[int, str], ...]:
    """Who coded the lines, also of a part that has gone from one of them to a line of its own."""
    known = {line.number: line for line in before}
    parts = [line for line in after if line.of_start and line.number not in known]
    more = (
        (part.number, person)
        for part in parts
        for number, person in coded_by
        if number in known and _coding(known[number]) == _coding(part)
    )
    return tuple(dict.fromkeys((*coded_by, *more)))


def _coding(line: OrderLine) -> tuple[object, ...]:
    return line.kind, line.codes, line.code_string, line.cost_centre
