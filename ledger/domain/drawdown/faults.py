"""What an invoice or a credit must be to be recorded, and a drawdown to be decided."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ledger.bounds import MAX_AMOUNT
from ledger.domain import agreement, order
from ledger.domain.days import due_faults, issued_faults, not_come
from ledger.domain.drawdown.allocation import by_order, to_credit
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.state import DIFFERS, Orders, State
from ledger.domain.events import Allocation, Match
from ledger.domain.given import Given
from ledger.domain.position import by_line
from ledger.domain.refusals import (
    Amount,
    CreditTooLarge,
    CurrencyDiffers,
    Fault,
    Invalid,
    NotAParty,
    NotFound,
    NotUnderAgreement,
    SupplierDiffers,
    WrongStatus,
)

BEFORE_INVOICE = "credit-before-invoice"
"""The flag of a received credit that is dated before an invoice that it credits."""
DUE_IMPOSSIBLE = "due-date"
"""The flag of a received invoice that is to be paid in a year that cannot be."""


def date_faults(command: RecordDrawdown, of: agreement.State, today: date) -> list[Fault]:
    """Faults of an invoice's dates. Its own is the supplier's: as early as it likes; but not of a
    far year to come, and what is typed here is there already, and is to be paid in a year that can
    be."""
    faults = issued_faults("/issued_on", command.issued_on, today)
    if command.source is None:
        faults += due_faults("/due_on", command.due_on, command.issued_on, _term(of))
    dated = any(fault.pointer == "/issued_on" for fault in faults)
    if command.source is None and not dated and command.issued_on > today:
        faults.append(not_come("/issued_on", command.issued_on, today))
    return faults


def date_flags(
    command: RecordDrawdown, of: agreement.State, credited: Iterable[State]
) -> list[str]:
    """What cannot be of the dates of an invoice that was received: it is kept as it came, and a
    person looks at it. What is typed so is refused."""
    if command.source is None:
        return []
    wrong = due_faults("/due_on", command.due_on, command.issued_on, _term(of))
    flags = [f"{DUE_IMPOSSIBLE}:{command.due_on}"] if wrong else []
    return flags + before_flags(command.issued_on, credited)


def before_flags(issued_on: date, credited: Iterable[State]) -> list[str]:
    """That a credit is dated before an invoice that it credits: the day of the latest."""
    since = max((one.issued_on for one in credited), default=issued_on)
    return [f"{BEFORE_INVOICE}:{since}"] if issued_on < since else []


def _term(of: agreement.State) -> tuple[date, date]:
    return of.starts_on, of.ends_on


def check_invoice(
    command: RecordDrawdown, of: agreement.State, orders: Orders, faults: list[Fault]
) -> None:
    """With the faults that there are already.

    Raises Invalid (all faults), CurrencyDiffers, NotUnderAgreement, SupplierDiffers.
    """
    faults = [*faults]
    if sum(part.amount for part in command.parts) != command.amount:
        faults.append(
            Fault(pointer="/lines", sentence="The lines do not add up to the invoice's amount.")
        )
    if command.amount == 0 and command.source is None:  # what came is kept, also where it is 0
        faults.append(Fault(pointer="/amount", sentence="The amount must not be 0."))
    if abs(command.amount) > MAX_AMOUNT:
        faults.append(Fault(pointer="/amount", sentence="The amount is absurdly large."))
    for i, part in enumerate(command.parts):
        lines = {line.number for line in orders[part.order].lines}
        if part.line is not None and part.line not in lines:
            faults.append(
                Fault(
                    pointer=f"/lines/{i}/line",
                    sentence="{order} has no line {line}.",
                    figures={"order": part.order, "line": str(part.line)},
                )
            )
    if faults:
        raise Invalid(*faults)
    if command.currency != of.currency:
        raise CurrencyDiffers(currency=command.currency, agreement=of.number, expected=of.currency)
    for state in orders.values():
        if state.agreement != of.number:
            raise NotUnderAgreement(order=state.number, agreement=of.number)
        if state.supplier != command.supplier and not is_told(command.match):
            raise SupplierDiffers(
                supplier=command.supplier, order=state.number, expected=state.supplier
            )


def is_told(match: Match | None) -> bool:
    """Whether a person said why it belongs where it is."""
    return match is not None and match.by == "person" and bool(match.value)


def supplier_flags(supplier: str, lines: Iterable[Allocation], orders: Orders) -> list[str]:
    """That some of what it draws was ordered of another supplier: for ever after."""
    others = any(orders[one.order].supplier != supplier for one in lines)
    return [f"{DIFFERS}:{supplier}"] if others else []


def check_credited(command: RecordDrawdown | State, of: agreement.State, credited: State) -> None:
    """A credit is of an invoice of its own supplier, under its own agreement.

    Raises NotFound: of any other invoice nothing is told.
    """
    if (credited.agreement, credited.supplier) != (of.number, command.supplier):
        raise NotFound(what="drawdown", name=credited.id)


def passing(
    allocations: Sequence[Allocation], orders: Orders, credited: State
) -> Iterator[tuple[str, int, int, int]]:
    """Order, line, what is asked and what the invoice has left (öre), where that is less."""
    for name, lines in by_order(tuple(allocations)).items():
        left = by_line(to_credit(orders[name], credited))
        sign = -1 if credited.amount >= 0 else 1
        for number, amount in by_line(lines).items():
            there = max(0, -sign * left.get(number, 0))
            if sign * amount > there:
                yield name, number, sign * amount, there


def check_parts(allocations: Sequence[Allocation], orders: Orders, credited: State) -> None:
    """A credit takes back no more of a line than its invoice drew of it. Raises Invalid."""
    faults = [
        Fault(
            pointer="/lines",
            sentence="{drawdown} has {left} left to credit on line {line} of {order}, not {asked}.",
            figures={
                "drawdown": credited.id,
                "left": Amount(left, credited.currency),
                "line": str(line),
                "order": order,
                "asked": Amount(asked, credited.currency),
            },
        )
        for order, line, asked, left in passing(allocations, orders, credited)
    ]
    if faults:
        raise Invalid(*faults)


def check_credit(asked: int, credited: State, *, approved: bool = False) -> None:
    """Raises WrongStatus where the invoice that is credited was turned down, or is to be `approved`
    and is not; CreditTooLarge past its rest (öre, positive)."""
    open_ = ("approved", "reversed") if approved else ("recorded", "approved", "reversed")
    if credited.status not in open_:
        raise WrongStatus(
            name=credited.id,
            status=credited.status,
            action="credit",
            needed="approved" if approved else "recorded or approved",
        )
    left = credited.left_to_credit
    if asked > left:
        raise CreditTooLarge(
            asked=Amount(asked, credited.currency),
            drawdown=credited.id,
            left=Amount(left, credited.currency),
        )


def require_carrier(of: agreement.State, orders: Iterable[order.State], given: Given) -> None:
    """A buyer records what is invoiced of its own orders, or of those that it carries a part of;
    the lead, but for its orderers, of all. Of one invoice over orders of several, any of them. The
    server takes files in for all of them.

    Raises NotAParty.
    """
    if not given.by.organisation:
        return
    refusal: NotAParty | None = None
    for one in orders:
        if given.by.organisation in one.carriers:
            return
        try:
            agreement.require_own(of, one.buyer, one.number, given.by, given.today)
        except NotAParty as not_theirs:
            refusal = not_theirs
        else:
            return
    if refusal is not None:
        raise refusal
