"""Where an order's money stands: the one place that knows reserved from committed from drawn.

An open order counts `max(ordered, net invoiced)` against the cap, a closed or declined one its
net invoiced amount. What an invoice draws beyond its own line takes room from the order's other
lines first, so that the rule holds for the order as a whole. An invoice that waits for approval
holds its amount; only an approved one is drawn.

Every decision takes the position before and after and moves the difference, so the four places
cannot drift apart.
"""

from collections.abc import Sequence
from typing import Literal

import msgspec

from ledger.domain.events import LineAmount, OrderLine
from ledger.domain.limits import Dimensions, Move, Use

Place = Literal["reserved", "committed"]
Key = tuple[int, Dimensions, str | None]


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """What an order asks for and what has been invoiced of it, in öre by line number."""

    buyer: str
    supplier: str
    place: Place
    lines: tuple[OrderLine, ...]
    open: bool
    drawn: tuple[LineAmount, ...]
    pending: tuple[LineAmount, ...]


def by_line(amounts: Sequence[LineAmount]) -> dict[int, int]:
    """Öre by line number, the parts of a line added up."""
    total: dict[int, int] = {}
    for part in amounts:
        total[part.line] = total.get(part.line, 0) + part.amount
    return total


def add_lines(
    amounts: tuple[LineAmount, ...], more: Sequence[LineAmount], sign: int = 1
) -> tuple[LineAmount, ...]:
    """Amounts by line after more of them; lines that come to 0 are left out."""
    total = by_line(amounts)
    for part in more:
        total[part.line] = total.get(part.line, 0) + sign * part.amount
    return tuple(
        LineAmount(line=line, amount=amount) for line, amount in sorted(total.items()) if amount
    )


def ordered(lines: Sequence[OrderLine]) -> int:
    """Öre, excluding VAT."""
    return sum(line.amount for line in lines)


def left_by_line(holding: Holding) -> dict[int, int]:
    """What is still to be invoiced, by line: never below 0, and in all max(ordered, invoiced)."""
    drawn, pending = by_line(holding.drawn), by_line(holding.pending)
    asked = {line.number: line.amount if holding.open else 0 for line in holding.lines}
    left: dict[int, int] = {}
    excess = 0
    for number in sorted({*asked, *drawn, *pending}):
        gap = asked.get(number, 0) - drawn.get(number, 0) - pending.get(number, 0)
        left[number] = max(0, gap) if holding.open else 0
        excess += max(0, -gap)
    for number, gap in left.items():
        taken = min(excess, gap)
        left[number] = gap - taken
        excess -= taken
    return left


def position(holding: Holding | None) -> dict[Key, Use]:
    """The use that the order makes of the agreement, by line; nothing before it is placed."""
    if holding is None:
        return {}
    drawn, pending = by_line(holding.drawn), by_line(holding.pending)
    lines = {line.number: line for line in holding.lines}
    use: dict[Key, Use] = {}
    for number, left in left_by_line(holding).items():
        line = lines.get(number, holding.lines[-1])
        dimensions = Dimensions(
            year=line.year,
            buyer=holding.buyer,
            supplier=holding.supplier,
            kind=line.kind,
            funding=line.funding,
        )
        held = left + pending.get(number, 0)
        use[(number, dimensions, line.cost_centre)] = Use(
            held if holding.place == "reserved" else 0,
            held if holding.place == "committed" else 0,
            drawn.get(number, 0),
        )
    return use


def moves(before: Holding | None, after: Holding) -> tuple[Move, ...]:
    """What moved, line by line; lines that did not move are left out."""
    old, new = position(before), position(after)
    result = []
    for key in [*new, *(key for key in old if key not in new)]:
        change = new.get(key, Use()) - old.get(key, Use())
        if change:
            number, dimensions, cost_centre = key
            result.append(
                Move(
                    line=number,
                    dimensions=dimensions,
                    cost_centre=cost_centre,
                    reserved=change.reserved,
                    committed=change.committed,
                    drawn=change.drawn,
                )
            )
    return tuple(result)


def draw(left: dict[int, int], amount: int) -> tuple[LineAmount, ...]:
    """A bare amount over an order's lines in their order; what exceeds them stays on the last."""
    parts: dict[int, int] = {}
    for number in sorted(left):
        taken = min(amount, left[number])
        if taken:
            parts[number] = taken
            amount -= taken
    if amount:
        last = max(left)
        parts[last] = parts.get(last, 0) + amount
    return tuple(LineAmount(line=line, amount=part) for line, part in sorted(parts.items()))


def give_back(invoiced: dict[int, int], amount: int) -> tuple[LineAmount, ...]:
    """A bare credit (positive öre) over what is invoiced, the last line first; negative amounts.

    What exceeds everything invoiced stays on the last line.
    """
    parts: dict[int, int] = {}
    for number in sorted(invoiced, reverse=True):
        taken = min(amount, max(0, invoiced[number]))
        if taken:
            parts[number] = -taken
            amount -= taken
    if amount:
        last = max(invoiced)
        parts[last] = parts.get(last, 0) - amount
    return tuple(LineAmount(line=line, amount=part) for line, part in sorted(parts.items()))


def reduce_lines(holding: Holding, credit: Sequence[LineAmount]) -> tuple[LineAmount, ...]:
    """What the order's lines count for less when a credit's room goes back to the cap.

    The credit first takes away what was invoiced beyond the order, which never was the order's;
    only the rest makes the order smaller. So the cap gets back exactly the credit's amount.
    """
    amounts = {line.number: line.amount for line in holding.lines}
    invoiced = sum(by_line(holding.drawn).values()) + sum(by_line(holding.pending).values())
    excess = max(0, invoiced - sum(amounts.values()))
    reduced: dict[int, int] = {}
    spill = 0
    for part in credit:
        covered = min(excess, -part.amount)
        excess -= covered
        rest = -part.amount - covered
        taken = min(rest, amounts.get(part.line, 0))
        reduced[part.line] = reduced.get(part.line, 0) + taken
        if taken:
            amounts[part.line] -= taken
        spill += rest - taken
    for number in sorted(amounts, reverse=True):
        taken = min(spill, amounts[number])
        reduced[number] = reduced.get(number, 0) + taken
        spill -= taken
    return tuple(
        LineAmount(line=line, amount=amount) for line, amount in sorted(reduced.items()) if amount
    )
