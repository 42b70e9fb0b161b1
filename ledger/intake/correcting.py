"""Corrected invoices (384): the whole anew, or the difference to the first? A person says."""

from ledger.documents.peppol_invoice import Invoice
from ledger.domain.refusals import FirstStands, ReplaceOrDifference
from ledger.intake.assigned import Assigned
from ledger.intake.booking import supplier_of
from ledger.intake.desk import Desk
from ledger.projections import drawdowns

UNNAMED = "that it does not name"
"""What is said of the first invoice where the corrected one says nothing of it."""


def check_correction(invoice: Invoice, desk: Desk, said: Assigned | None) -> tuple[str, ...]:
    """What a corrected invoice is flagged for; nothing of any other.

    Raises ReplaceOrDifference where nobody says what it is, FirstStands where it replaces one that
    is recorded or approved: both would count.
    """
    if invoice.meaning != "corrected":
        return ()
    numbers = ", ".join(one.number for one in invoice.credits)
    if said is None or said.corrects is None:
        raise ReplaceOrDifference(invoice=invoice.number, invoices=numbers or UNNAMED)
    numbers = numbers or "?"
    if said.corrects == "difference":
        return (f"difference-to:{numbers[:60]}",)
    standing = _standing(invoice, desk)
    if standing:
        raise FirstStands(invoice=invoice.number, later=standing)
    return (f"replaces:{numbers[:60]}",)


def _standing(invoice: Invoice, desk: Desk) -> tuple[str, ...]:
    supplier = supplier_of(invoice, desk)
    if supplier is None:
        return ()
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        return tuple(
            state.id
            for one in invoice.credits
            for state in drawdowns.numbered(connection, supplier, one.number, desk.organisation)
            if state.status != "reversed"
            and not state.is_credit
            and one.issued_on in (None, state.issued_on)
        )
