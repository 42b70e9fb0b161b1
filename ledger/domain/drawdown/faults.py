"""What an invoice or a credit must be to be recorded, and a drawdown to be decided."""

from ledger.bounds import MAX_AMOUNT
from ledger.domain import agreement
from ledger.domain.drawdown.commands import RecordDrawdown
from ledger.domain.drawdown.state import Orders, State, Status
from ledger.domain.events import By
from ledger.domain.refusals import (
    Amount,
    CreditTooLarge,
    CurrencyDiffers,
    Fault,
    FourEyes,
    Invalid,
    NotUnderAgreement,
    SupplierDiffers,
    WrongStatus,
)


def check_invoice(command: RecordDrawdown, of: agreement.State, orders: Orders) -> None:
    """Raises Invalid (all faults), CurrencyDiffers, NotUnderAgreement, SupplierDiffers."""
    faults = []
    if sum(part.amount for part in command.parts) != command.amount:
        faults.append(
            Fault(pointer="/lines", sentence="The lines do not add up to the invoice's amount.")
        )
    if command.amount == 0:
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
        if state.supplier != command.supplier:
            raise SupplierDiffers(
                supplier=command.supplier, order=state.number, expected=state.supplier
            )


def check_credit(asked: int, credited: State) -> None:
    """Raises WrongStatus unless the credited invoice is approved, CreditTooLarge past its rest."""
    if credited.status not in ("approved", "reversed"):
        raise WrongStatus(
            name=credited.id, status=credited.status, action="credit", needed="approved"
        )
    left = credited.amount - credited.credited
    if asked > left:
        raise CreditTooLarge(
            asked=Amount(asked, credited.currency),
            drawdown=credited.id,
            left=Amount(left, credited.currency),
        )


def require_status(state: State, status: Status, action: str) -> None:
    """Raises WrongStatus, naming the action, unless the drawdown has the status."""
    if state.status != status:
        raise WrongStatus(name=state.id, status=state.status, action=action, needed=status)


def require_four_eyes(state: State, by: By) -> None:
    """Who recorded may not decide. Raises FourEyes."""
    if by.person == state.recorded_by:
        raise FourEyes(drawdown=state.id)
