"""What an order owes whatever is cancelled: fees, what was held and what was delivered.

It is released by closing, with a reason, and never by another cancellation.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ledger.domain.events import LineAmount, OrderLine
from ledger.domain.money import least_of, percentage, split
from ledger.domain.order.plan.schedule import open_fees
from ledger.domain.order.state import State, Uncancelled, holding
from ledger.domain.position import add_lines, by_line, left_by_line
from ledger.domain.refusals import Amount, BelowOwed


def owed(state: State) -> dict[int, int]:
    """What is owed of each line, invoiced or not, in öre; at most the line's amount.

    Of a delivered order all; else the sessions that were held, and the fees of those and of the
    seats that were cancelled.
    """
    if state.status in ("delivered", "cancelled"):
        return {line.number: line.amount for line in state.lines}
    total = dict.fromkeys((line.number for line in state.lines), 0)
    for one in state.sessions:
        if one.status != "planned":
            total[one.line] = total.get(one.line, 0) + one.amount
    for line, fee in open_fees(state.fees, state.sessions).items():
        total[line] = total.get(line, 0) + fee
    return {line.number: min(line.amount, total[line.number]) for line in state.lines}


def owed_left(state: State) -> dict[int, int]:
    """What is owed and still to be invoiced, in öre by line: invoices draw what is owed first."""
    left = left_by_line(holding(replace(state, counter=None)))
    return _still(owed(state), by_line((*state.drawn, *state.pending)), left)


def _still(
    due: Mapping[int, int], invoiced: Mapping[int, int], left: Mapping[int, int]
) -> dict[int, int]:
    return {
        number: min(max(0, amount - max(0, invoiced.get(number, 0))), left.get(number, 0))
        for number, amount in due.items()
    }


def require_not_below_owed(state: State, lines: Sequence[OrderLine]) -> None:
    """Raises BelowOwed where a line would go, or be less than what is owed of it."""
    after = {line.number: line.amount for line in lines}
    for number, due in owed(state).items():
        if after.get(number, 0) < due:
            raise BelowOwed(
                order=state.number,
                line=number,
                asked=Amount(after.get(number, 0), state.currency),
                owed=Amount(due, state.currency),
            )


class Kept(NamedTuple):
    """The lines of an order that is cancelled, with what of them is the fee, in öre."""

    lines: tuple[OrderLine, ...]
    fee: int


def fee_of(fee: int, percent: int | None, currency: str) -> Callable[[int], int]:
    """The fee of what is cancelled, in öre: so many per cent of it, else `fee`, which was stated,
    and no more than is cancelled."""

    def of(cancelled: int) -> int:
        if percent is None:
            return min(fee, cancelled)
        return percentage(cancelled, percent, least_of(currency))

    return of


def kept_lines(
    state: State, due: Mapping[int, int], fee_of: Callable[[int], int], lines: Sequence[OrderLine]
) -> Kept:
    """What stays of an order that is cancelled: what is invoiced, what is owed, and the fee.

    `fee_of` says the fee of so much that is cancelled, in öre. Where an invoice has lines below 0,
    what is invoiced is the net of the lines that are for the same; what is below 0 all the same is
    no part of what is cancelled.
    """
    invoiced = by_line((*state.drawn, *state.pending))
    net = _net(lines, invoiced)
    whole = replace(state, counter=None, lines=tuple(lines), status="confirmed")
    left = {
        number: max(0, amount + min(0, net.get(number, 0)))
        for number, amount in left_by_line(holding(whole)).items()
    }
    still = _still(due, invoiced, left)
    weights = [left.get(line.number, 0) - still.get(line.number, 0) for line in lines]
    fee = fee_of(sum(weights))
    fees = split(fee, weights, least_of(state.currency)) if fee else (0,) * len(lines)
    kept = (
        replace(line, amount=max(0, net[line.number]) + still.get(line.number, 0) + part)
        for line, part in zip(lines, fees, strict=True)
    )
    return Kept(tuple(kept), fee)


def _net(lines: Sequence[OrderLine], invoiced: Mapping[int, int]) -> dict[int, int]:
    """What is invoiced of each line; those that are for the same make up for what is below 0."""
    net = {line.number: invoiced.get(line.number, 0) for line in lines}
    for line in lines:
        for other in lines:
            if net[line.number] < 0 < net[other.number] and _same(line, other):
                taken = min(-net[line.number], net[other.number])
                net[line.number] += taken
                net[other.number] -= taken
    return net


def _same(line: OrderLine, other: OrderLine) -> bool:
    mine, theirs = ((one.year, one.kind, one.funding) for one in (line, other))
    return mine == theirs


def kept_without(
    state: State, back: Sequence[LineAmount], restored: Sequence[LineAmount] = ()
) -> tuple[Uncancelled, Kept]:
    """What a cancelled order is as if `back` had not been invoiced when it was cancelled.

    `restored` is what a credit that is among it had taken of the lines.
    """
    before = state.uncancelled
    assert before is not None, "it was cancelled"
    more = by_line(restored)
    invoiced = add_lines(before.invoiced, back, -1)
    lines = tuple(
        replace(line, amount=line.amount + more.get(line.number, 0)) for line in before.lines
    )
    then = replace(state, drawn=invoiced, pending=(), fees=())
    fee = fee_of(before.fee, before.percent, state.currency)
    kept = kept_lines(then, by_line(before.owed), fee, lines)
    gone = by_line(before.reduced)
    less = tuple(
        replace(line, amount=max(0, line.amount - gone.get(line.number, 0))) for line in kept.lines
    )
    return replace(before, invoiced=invoiced, lines=lines), Kept(less, kept.fee)
