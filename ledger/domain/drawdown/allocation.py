"""Which lines of which orders an invoice draws, and which of them a credit gives back."""

from msgspec.structs import replace

from ledger.domain import order
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.state import Orders, State
from ledger.domain.events import Allocation, LineAmount
from ledger.domain.position import add_lines, by_line, draw, give_back, left_by_line

CREDIT_NOTE = "381"
"""The document type (UNCL1001) of a credit note; an invoice is 380."""


def with_sign(command: RecordDrawdown) -> RecordDrawdown:
    """A credit note's amounts, negative, whichever way they are written."""
    if command.type != CREDIT_NOTE or command.amount < 0:
        return command
    return replace(
        command,
        amount=-command.amount,
        vat=None if command.vat is None else -command.vat,
        parts=tuple(replace(part, amount=-part.amount) for part in command.parts),
    )


def allocate(
    command: RecordDrawdown, orders: Orders, credited: State | None
) -> tuple[Allocation, ...]:
    """Every part at a line. Bare amounts draw lines in turn; bare credits mirror what they credit.

    Rules: a credit negates the stored split of its invoice and is never split anew.
    """
    parts: list[Allocation] = []
    left = {name: left_by_line(order.holding(state)) for name, state in orders.items()}
    for part in command.parts:
        open_lines = left[part.order]
        if part.line is not None:
            lines: tuple[LineAmount, ...] = (LineAmount(line=part.line, amount=part.amount),)
        elif part.amount >= 0:
            lines = draw(open_lines, part.amount)
        else:
            lines = give_back(_to_credit(orders[part.order], credited), -part.amount)
        for piece in lines:
            parts.append(Allocation(order=part.order, line=piece.line, amount=piece.amount))
            open_lines[piece.line] = max(0, open_lines.get(piece.line, 0) - piece.amount)
    return tuple(parts)


def _to_credit(state: order.State, credited: State | None) -> dict[int, int]:
    """What can be credited, by line: of the credited invoice, or of all that is drawn."""
    lines = {line.number: 0 for line in state.lines}
    if credited is None:
        return {**lines, **by_line(state.drawn)}
    for sign, parts in ((1, credited.allocations), (-1, credited.credited_lines)):
        for part in parts:
            if part.order == state.number:
                lines[part.line] = lines.get(part.line, 0) + sign * part.amount
    return lines


def by_order(allocations: tuple[Allocation, ...]) -> dict[str, tuple[LineAmount, ...]]:
    """The amounts of each order by line, in öre, orders in the invoice's own sequence."""
    orders: dict[str, tuple[LineAmount, ...]] = {}
    for part in allocations:
        line = LineAmount(line=part.line, amount=part.amount)
        orders[part.order] = add_lines(orders.get(part.order, ()), (line,))
    return orders
