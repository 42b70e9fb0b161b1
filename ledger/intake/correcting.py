"""Corrected invoices (384): the whole anew, or the difference to the first? A person says."""

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown
from ledger.domain.refusals import (
    Fault,
    Figures,
    FirstStands,
    Invalid,
    NotFound,
    ReplaceOrDifference,
)
from ledger.intake.assigned import Assigned
from ledger.intake.booking import supplier_of
from ledger.intake.desk import Desk
from ledger.projections import drawdowns

UNNAMED = "that it does not name"
"""What is said of the first invoice where the corrected one says nothing of it."""


def check_correction(invoice: Invoice, desk: Desk, said: Assigned | None) -> tuple[str, ...]:
    """What a corrected invoice is flagged for; nothing of any other.

    Raises ReplaceOrDifference where nobody says what it is, Invalid where neither the file nor the
    person names the one that it replaces, where they name different ones, and where a person says
    what is not asked; NotFound; FirstStands where that is recorded or approved: both would count.
    """
    _require_asked(invoice, said)
    if invoice.meaning != "corrected":
        return ()
    numbers = tuple(dict.fromkeys(one.number for one in invoice.credits))
    if said is None or said.corrects is None:
        raise ReplaceOrDifference(invoice=invoice.number, invoices=", ".join(numbers) or UNNAMED)
    if said.corrects == "difference":
        return tuple(f"difference-to:{one}" for one in numbers or ("?",))
    standing = _standing(invoice, desk)
    if invoice.credits and said.replaces is not None:
        _require_named(invoice, said.replaces, desk)
    if not invoice.credits:
        first = _named(invoice, desk, said.replaces)
        numbers = (first.invoice,)
        standing = () if first.status in (*drawdown.FREED, "reversed") else (first.id,)
    if standing:
        raise FirstStands(invoice=invoice.number, later=standing)
    return tuple(f"{drawdown.REPLACES}:{one}" for one in numbers)


def _require_asked(invoice: Invoice, said: Assigned | None) -> None:
    """What a person says of a correction is never dropped. Raises Invalid."""
    if said is None:
        return
    faults = []
    if invoice.meaning != "corrected":
        sentence = "It is no corrected invoice (384): leave this out."
        given = {"/corrects": said.corrects, "/replaces": said.replaces}
        faults += [Fault(pointer=at, sentence=sentence) for at, it in given.items() if it]
    elif said.corrects == "difference" and said.replaces:
        sentence = "A difference replaces no invoice: leave this out."
        faults.append(Fault(pointer="/replaces", sentence=sentence))
    if faults:
        raise Invalid(*faults)


def _require_named(invoice: Invoice, id: str, desk: Desk) -> None:
    """A person names no other first one than the file does. Raises Invalid, NotFound."""
    first = _named(invoice, desk, id)
    if not any(first.named_among(one.number) for one in invoice.credits):
        sentence = "The file says that it replaces {invoices}, not {invoice}."
        numbers = ", ".join(one.number for one in invoice.credits)
        figures: dict[str, Figures] = {"invoices": numbers, "invoice": first.invoice}
        raise Invalid(Fault(pointer="/replaces", sentence=sentence, figures=figures))


def _named(invoice: Invoice, desk: Desk, id: str | None) -> drawdown.State:
    """The invoice that a person says it replaces. Raises Invalid, NotFound."""
    if id is None:
        sentence = "The file does not say which invoice it replaces: name it."
        raise Invalid(Fault(pointer="/replaces", sentence=sentence))
    found: drawdown.State | None = desk.service.load(drawdown.stream(id))[1]
    supplier = supplier_of(invoice, desk)
    if (
        found is None
        or found.is_credit
        or supplier not in (None, found.supplier)
        or desk.organisation not in (None, found.buyer)
    ):
        raise NotFound(what="drawdown", name=id)
    return _named(invoice, desk, found.anew[-1]) if found.anew else found


def _standing(invoice: Invoice, desk: Desk) -> tuple[str, ...]:
    supplier = supplier_of(invoice, desk)
    if supplier is None:
        return ()
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        numbers = [one.number for one in invoice.credits]
        found = drawdowns.numbered(connection, supplier, numbers, desk.organisation)
        return tuple(
            state.id
            for one in invoice.credits
            for state in drawdown.as_spelt(one.number, found[one.number])
            if state.status != "reversed"
            and not state.is_credit
            and one.issued_on in (None, state.issued_on)
        )
