"""Which invoices a credit takes back (BT-25): by their numbers, also while they wait."""

from typing import NamedTuple

from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown
from ledger.domain.refusals import Fault, Invalid
from ledger.intake.assigned import Assigned
from ledger.intake.desk import Desk
from ledger.projections import drawdowns


class Credited(NamedTuple):
    """The invoices that a credit takes back; none where one of them is not here, which `flags`
    then say; else they say which numbers are spelt otherwise. `among` are all that are here and
    have its numbers, `here` those of which that is sure."""

    found: tuple[drawdown.State, ...] = ()
    flags: tuple[str, ...] = ()
    among: tuple[drawdown.State, ...] = ()
    here: tuple[drawdown.State, ...] = ()


def credited(invoice: Invoice, supplier: str, desk: Desk, under: str | None = None) -> Credited:
    """By the numbers that it names, among the invoices of its supplier that stand; `under` narrows
    them to an agreement. A credit note that adds takes back a negative one. A number is spelt as it
    is but for case; where none is, as without zeros before it, which is flagged. One of nothing
    takes nothing back, and is only looked up."""
    if not invoice.credits or not (invoice.amount < 0 or invoice.is_credit):
        return Credited()
    desk.views.catch_up()
    found: list[drawdown.State] = []
    among: list[drawdown.State] = []
    flags: list[str] = []
    spelt: list[str] = []
    with desk.views.database.reading() as connection:
        numbers = [reference.number for reference in invoice.credits]
        rows = drawdowns.numbered(connection, supplier, numbers, desk.organisation)
        for reference in invoice.credits:
            there = [
                state
                for state in rows[reference.number]
                if (invoice.amount == 0 or (state.amount < 0) != (invoice.amount < 0))
                and reference.issued_on in (None, state.issued_on)
            ]
            here = [state for state in there if under in (None, state.agreement)]
            same = drawdown.as_spelt(reference.number, here)
            among += same
            if same and invoice.amount == 0:
                continue
            if len(same) == 1:
                found += same
                if drawdown.plain(same[0].invoice) != drawdown.plain(reference.number):
                    spelt.append(f"{drawdown.SPELT}:{reference.number}")
            else:
                absent = drawdown.OF_ANOTHER if there else drawdown.UNMATCHED
                flag = drawdown.SEVERAL if same else absent
                flags.append(f"{flag}:{reference.number}")
    several = len({state.agreement for state in found}) > 1
    if flags or several:
        sure = () if several else tuple(dict.fromkeys(found))
        spent = [one for one in sure if one.left_to_credit <= 0]
        flags += [f"{drawdown.TOO_LITTLE}:{one.invoice}" for one in spent]
        return Credited((), tuple(dict.fromkeys(flags)), tuple(among), sure)
    return Credited(tuple(dict.fromkeys(found)), tuple(dict.fromkeys(spelt)), tuple(among))


def missing(back: Credited, invoice: Invoice) -> tuple[str, ...]:
    """The numbers of the invoices that are not here."""
    said = [flag.partition(":") for flag in back.flags]
    absent = [about for code, _, about in said if code == drawdown.UNMATCHED]
    return tuple(one.number for one in invoice.credits if one.number in absent)


def require_landing(said: Assigned, back: Credited) -> None:
    """A credit lands on its invoices' orders: a person who says another one is told so, and decides
    anew. Raises Invalid."""
    drawn = tuple(dict.fromkeys(name for one in back.found for name in one.orders))
    says = {f"/lines/{i}/order": part.order for i, part in enumerate(said.parts)}
    sentence = (
        "It credits {invoices}, which is on {orders}: it cannot land on {order}. Name an order "
        "that the invoice is on, or move the invoice first."
    )
    numbers = ", ".join(one.invoice for one in back.found)
    faults = [
        Fault(
            pointer=pointer,
            sentence=sentence,
            figures={"invoices": numbers, "orders": ", ".join(drawn), "order": order},
        )
        for pointer, order in (says or {"/order": said.order}).items()
        if drawn and order not in drawn
    ]
    if faults:
        raise Invalid(*faults)


def covered(back: Credited, invoice: Invoice) -> Credited:
    """None of the invoices where they have less left than is credited: a person who says where the
    credit belongs records it all the same, flagged."""
    left = sum(one.left_to_credit for one in back.found)
    if not back.found or abs(invoice.amount) <= left:
        return back
    numbers = (f"{drawdown.TOO_LITTLE}:{one.invoice}" for one in back.found)
    return Credited((), tuple(dict.fromkeys(numbers)))
