"""Which lines of which orders an invoice draws, and which of them a credit gives back."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from ledger.domain import order
from ledger.domain.drawdown.commands import Part, RecordDrawdown
from ledger.domain.drawdown.state import Orders, State
from ledger.domain.events import Allocation, LineAmount
from ledger.domain.funding import negated_funded
from ledger.domain.position import (
    Holding,
    add_lines,
    by_line,
    by_organisation,
    draw,
    fees_left,
    give_back,
    invoiced_by_organisation,
    left_by_line,
    share_lines,
)
from ledger.domain.sharing import Share, Shares, add_shares, amounts_of, negated, share_by

CREDIT_NOTE = "381"
"""The document type (UNCL1001) of a credit note; an invoice is 380."""


PREPAYMENT = "386"
"""The document type of a prepayment invoice."""


def with_sign(command: RecordDrawdown) -> RecordDrawdown:
    """A typed credit note's amounts, negative, whichever way they are written; a file's are signed:
    a credit note that takes back a negative invoice adds."""
    if command.source is not None or command.type != CREDIT_NOTE or command.amount < 0:
        return command
    return replace(
        command,
        amount=-command.amount,
        vat=None if command.vat is None else -command.vat,
        parts=tuple(replace(part, amount=-part.amount) for part in command.parts),
    )


def as_it_counts(amounts: Sequence[int], total: int) -> list[int]:
    """Amounts (öre) that somebody writes of a document of a total, signed as it: a credit's may be
    written with or without a minus, also where some of them go the other way."""
    if sum(amounts) == total or total >= 0:
        return list(amounts)
    if sum(amounts) == -total:
        return [-amount for amount in amounts]
    return [-abs(amount) for amount in amounts]


def _left_to_draw(held: Holding) -> dict[int, int]:
    """What a bare amount draws of each line, in öre: what is still to be invoiced, and of an order
    that holds no more, what was credited beyond what was invoiced of it."""
    if not held.open:
        nothing = tuple(replace(line, amount=0) for line in held.lines)
        held = replace(held, open=True, lines=nothing)
    return left_by_line(held)


def allocate(
    asked: Sequence[Part], orders: Orders, credited: State | None
) -> tuple[Allocation, ...]:
    """Every part at a line, with who carries it. Bare amounts draw lines in turn.

    Rules: a credit negates the stored split of its invoice, over lines and over organisations,
    and is never split anew; of a part of it, by largest remainder of what is left to credit.
    """
    parts: list[Allocation] = []
    left = {name: _left_to_draw(order.holding(state)) for name, state in orders.items()}
    payer = orders[asked[0].order].buyer if credited is None else credited.buyer
    carriers = {name: _Carriers(state, credited, payer) for name, state in orders.items()}
    for part in asked:
        open_lines = left[part.order]
        if part.line is not None:
            lines: tuple[LineAmount, ...] = (LineAmount(line=part.line, amount=part.amount),)
        elif credited is not None and (whole := _whole(orders[part.order], credited, part.amount)):
            lines = whole
        elif part.amount >= 0 and credited is not None:  # a credit is taken back
            lines = _mirrored(to_credit(orders[part.order], credited), part.amount)
        elif part.amount >= 0:
            lines = draw(open_lines, part.amount)
        else:
            lines = give_back(by_line(to_credit(orders[part.order], credited)), -part.amount)
        if not lines:  # an invoice of 0 still belongs to its order
            lines = (LineAmount(line=orders[part.order].lines[0].number, amount=0),)
        for piece in lines:
            shares, fees = carriers[part.order].shares(piece)
            parts.append(
                Allocation(
                    order=part.order,
                    line=piece.line,
                    amount=piece.amount,
                    shares=shares,
                    code_string=booked_as(orders[part.order], piece.line, credited),
                    fees=fees,
                )
            )
            open_lines[piece.line] = max(0, open_lines.get(piece.line, 0) - piece.amount)
    return tuple(parts)


def _whole(state: order.State, credited: State, amount: int) -> tuple[LineAmount, ...]:
    """What takes back all that is left of an invoice on an order: each line as it is, whichever way
    it goes; nothing where the amount is another."""
    left = [one for one in to_credit(state, credited) if one.amount]
    if amount == 0 or amount != -sum(one.amount for one in left):
        return ()
    return tuple(LineAmount(line=one.line, amount=-one.amount) for one in left)


def _mirrored(left: Sequence[LineAmount], amount: int) -> tuple[LineAmount, ...]:
    """What takes back a credit, on the lines that it gave back to; positive öre."""
    given = {line: -ore for line, ore in by_line(left).items()}
    return tuple(replace(one, amount=-one.amount) for one in give_back(given, amount))


def booked_as(state: order.State, number: int, credited: State | None) -> str:
    """How a part of a line is booked: as that is coded now, and a credit's as its invoice was."""
    coded = () if credited is None else credited.allocations
    booked = (one.code_string for one in coded if (one.order, one.line) == (state.number, number))
    return next(booked, code_string(state, number))


def code_string(state: order.State, number: int) -> str:
    """How a line of an order is coded now."""
    return next((line.code_string for line in state.lines if line.number == number), "")


class _Carriers:
    """Who carries the pieces of one invoice or credit on one order, piece by piece.

    What is of another buyer's order than `payer`, whose the invoice is, is wholly that buyer's.
    """

    def __init__(self, state: order.State, credited: State | None, payer: str) -> None:
        self.split = state.sharing
        self.credits = credited is not None
        self.other = state.buyer if state.buyer != payer else None
        held = order.holding(state)
        self.least = held.least
        self.taken = invoiced_by_organisation(held)
        self.fees = fees_left(held, left_by_line(held))
        invoiced = to_credit(state, credited)
        self.to_credit = by_organisation(invoiced, state.buyer)
        self.paid = {part.line: amounts_of(part.fees) for part in add_lines((), invoiced)}

    def shares(self, piece: LineAmount) -> tuple[Shares, Shares]:
        """Who carries it, and what of that are fees of one alone: invoices draw those first, and
        credits take them back last."""
        if self.split is None:
            if self.other is None:
                return (), ()
            return (Share(organisation=self.other, amount=piece.amount),), ()
        invoiced = self.to_credit.get(piece.line, {})
        if piece.amount >= 0 and self.credits and any(amount < 0 for amount in invoiced.values()):
            back = {name: max(0, -amount) for name, amount in invoiced.items()}
            return share_by(piece.amount, back), ()
        if piece.amount >= 0 or not any(amount > 0 for amount in invoiced.values()):
            fees = _taken(self.fees.get(piece.line, {}), piece.amount)
            rest = piece.amount - sum(amounts_of(fees).values())
            for fee in fees:
                self.taken[fee.organisation] = self.taken.get(fee.organisation, 0) + fee.amount
            (shared,) = share_lines((rest,), self.split, self.taken, self.least)
            return add_shares(shared, fees), fees
        paid = self.paid.get(piece.line, {})
        split_ = {name: amount - paid.get(name, 0) for name, amount in invoiced.items()}
        most = sum(max(0, amount) for amount in split_.values())
        fees = negated(_taken(paid, max(0, -piece.amount - most)))
        rest = piece.amount - sum(amounts_of(fees).values())
        shares = add_shares(share_by(rest, split_, self.least), fees)
        for share in shares:
            invoiced[share.organisation] += share.amount
        return shares, fees


def _taken(of: dict[str, int], amount: int) -> Shares:
    """So much, in öre, of what each has, which is less by it."""
    parts: list[Share] = []
    for name, has in tuple(of.items()):
        part = max(0, min(amount, has))
        if part:
            parts.append(Share(organisation=name, amount=part))
            of[name] = has - part
            amount -= part
    return tuple(parts)


def to_credit(state: order.State, credited: State | None) -> tuple[LineAmount, ...]:
    """What can be credited, each line once: of the credited invoice, or of all that is drawn."""
    if credited is None:
        left = state.drawn
    else:
        back = (line for one in credited.deducted for line in one.lines)
        gone = by_order((*credited.credited_lines, *back)).get(state.number, ())
        left = add_lines(by_order(credited.allocations).get(state.number, ()), gone, -1)
    known = {part.line for part in left}
    return (
        *left,
        *(
            LineAmount(line=line.number, amount=0)
            for line in state.lines
            if line.number not in known
        ),
    )


def turned(lines: Iterable[Allocation]) -> tuple[Allocation, ...]:
    """The same parts, counting the other way: what takes them back."""
    return tuple(
        replace(
            part,
            amount=-part.amount,
            shares=negated(part.shares),
            funded=negated_funded(part.funded),
            fees=negated(part.fees),
        )
        for part in lines
    )


def by_order(allocations: tuple[Allocation, ...]) -> dict[str, tuple[LineAmount, ...]]:
    """The amounts and shares of each order by line, orders in the invoice's own sequence."""
    orders: dict[str, tuple[LineAmount, ...]] = {}
    for part in allocations:
        line = LineAmount(
            line=part.line,
            amount=part.amount,
            shares=part.shares,
            funded=part.funded,
            fees=part.fees,
        )
        orders[part.order] = add_lines(orders.get(part.order, ()), (line,))
    return orders
