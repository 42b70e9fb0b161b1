"""What an invoice exceeds: flagged, since no invoice is refused for that; a person decides."""

from collections.abc import Sequence

from ledger.domain import agreement, order
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.events import NOBODY, LineAmount, New, RoomMoved
from ledger.domain.money import to_text
from ledger.domain.position import Group, by_line, group_of

HIGHEST_VAT = 27
"""The highest rate of VAT in the Union, in per cent; in Sweden it is 25 (ML 9 kap. 2 §)."""
ROUNDED = 100
"""What VAT may differ by for being rounded, in öre."""


def vat_flags(command: RecordDrawdown) -> list[str]:
    """VAT that cannot be: more than the highest rate of the lines, or the other way than they go.

    It touches no room, so it is said and not refused.
    """
    vat = command.vat or 0
    ways = [part.amount for part in command.parts]
    beyond = abs(vat) * 100 > sum(map(abs, ways)) * HIGHEST_VAT + ROUNDED * 100
    against = any(ways) and all(vat * way <= 0 for way in ways)
    return ["vat"] if vat and (beyond or against) else []


def order_flags(
    state: order.State, lines: tuple[LineAmount, ...], amount: int, *, waits: bool = False
) -> list[str]:
    """What a person should look at where an invoice, or a credit, of an amount (öre) draws lines of
    an order: what it exceeds, and that the order is not, or no longer, one to invoice. `waits` says
    that the invoice of a credit waits too."""
    flags = []
    total = sum(line.amount for line in lines)
    if state.status in order.UNANSWERED:
        flags.append("order-not-confirmed")
    room = 0 if state.status in order.RELEASED else state.amount - state.invoiced
    if amount >= 0:
        if state.status in order.ENDED and room <= 0:
            flags.append("order-ended")
        if total > max(0, room):
            flags.append("exceeds-order")
        return flags + _line_flags(state, lines)
    flags += beyond_flags(state, lines, state.pending if waits else ())
    return flags + _line_flags(state, [part for part in lines if part.amount > 0])


def _line_flags(state: order.State, lines: Sequence[LineAmount]) -> list[str]:
    """Which lines the invoice goes beyond, and by how much: room of no other kind pays for that."""
    if state.status in order.RELEASED:
        return []
    invoiced = by_line((*state.drawn, *state.pending))
    amounts = {line.number: line.amount for line in state.lines}
    found = []
    for part in lines:
        beyond = invoiced.get(part.line, 0) + part.amount - amounts.get(part.line, 0)
        if min(beyond, part.amount) > 0:
            amount = to_text(min(beyond, part.amount))
            found.append(f"exceeds-line:{state.number}/{part.line}:{amount}")
    return found


def beyond_flags(
    state: order.State, lines: tuple[LineAmount, ...], waiting: tuple[LineAmount, ...] = ()
) -> list[str]:
    """That a credit takes back more of an order than was invoiced, with what waits."""
    return ["exceeds-invoiced"] if _exceeds_invoiced(state, lines, waiting) else []


def _exceeds_invoiced(
    state: order.State, lines: tuple[LineAmount, ...], waiting: tuple[LineAmount, ...]
) -> bool:
    """Whether a credit takes back more than is drawn, of the order or of lines that count
    together."""
    held = order.holding(state)
    left: dict[Group | None, int] = {None: 0}  # also where its lines come to nothing
    for part in (*state.drawn, *waiting, *lines):
        for group in (None, group_of(held, part.line)):
            left[group] = left.get(group, 0) + part.amount
    touched = {None, *(group_of(held, part.line) for part in lines)}
    return any(left[group] < 0 for group in touched)


def limit_flags(of: agreement.State, moved: list[New]) -> list[str]:
    """The limits that what moves passes, on whichever day: no invoice is refused for their sake."""
    money = [new for new in moved if isinstance(new.event, RoomMoved)]
    passed: list[str] = []
    for new in money:
        others = of
        for other in money:
            if other is not new and isinstance(other.event, RoomMoved):
                others = agreement.evolve(others, other.event, other.effective_on, NOBODY)
        assert isinstance(new.event, RoomMoved)
        hard, soft = agreement.limits_passed(others, new.event.moves, new.effective_on)
        passed += [f"over-limit:{limit.limit}" for limit in (*hard, *soft)]
    return list(dict.fromkeys(passed))
