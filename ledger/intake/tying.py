"""Credits that came before their invoices: tied to them once all are here, on the lines they name.

What a credit names is read anew from its file.
"""

from ledger.clock import day_of
from ledger.documents.faults import DocumentFaults
from ledger.documents.peppol_invoice import Invoice
from ledger.domain import drawdown, order
from ledger.domain.refusals import Refusal, Unavailable
from ledger.intake.booking import parts_of
from ledger.intake.credits import credited
from ledger.intake.desk import Desk
from ledger.intake.reading import for_log, read_kept
from ledger.projections import drawdowns


def tie(credit: drawdown.State, desk: Desk) -> drawdown.MatchCredit | None:
    """What ties a credit to the invoices that its file names, or tells those that are here of it
    where others are not; None where none is here, or it is tied so."""
    if not credit.unmatched or (credit.credits is not None and not credit.is_partly_tied):
        return None
    invoice = _read(credit, desk)
    if invoice is None:
        return None
    back = credited(invoice, credit.supplier, desk, credit.agreement)
    ids = [one.id for one in back.found or back.here]
    absent = () if back.found else back.flags
    if not ids or (absent and set(ids) == set(credit.credits_of)):
        return None
    return drawdown.MatchCredit(
        drawdown=credit.id,
        on=day_of(desk.now or desk.service.clock()),
        credits=ids[0],
        also_credits=tuple(ids[1:]),
        parts=_named(credit, invoice, desk),
        absent=absent,
    )


def lines_named(credit: drawdown.State, desk: Desk) -> tuple[drawdown.Part, ...]:
    """What the lines of a credit's file name; nothing where it was typed, or cannot be read."""
    invoice = _read(credit, desk)
    return () if invoice is None else _named(credit, invoice, desk)


def tie_waiting(came: drawdown.State, desk: Desk) -> bool:
    """Tie the credits that waited for an invoice to it, now that it came, also those that are
    approved, and a credit to one that came meanwhile: what does not fit stays as it is, flagged.
    Whether any was tied. Raises Unavailable."""
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        waiting = [
            one
            for one in drawdowns.unmatched(connection, came.supplier, came.invoice)
            if one.agreement == came.agreement and (one.amount < 0) != (came.amount < 0)
        ]
    tied = False
    for credit in (came, *waiting):
        command = tie(credit, desk)
        if command is None or (command.absent and credit.status == "recorded"):
            continue
        try:
            desk.service.execute(command, desk.by, None, desk.now)
            tied = True
        except Unavailable:
            raise
        except Refusal:
            continue
    return tied


def _read(credit: drawdown.State, desk: Desk) -> Invoice | None:
    if credit.source is None:
        return None
    kept = desk.registry.received(credit.source.sha256)
    if kept is None:
        return None
    try:
        return for_log(read_kept(kept, desk.registry), desk.registry)
    except DocumentFaults:  # read by an earlier version
        return None


def _named(credit: drawdown.State, invoice: Invoice, desk: Desk) -> tuple[drawdown.Part, ...]:
    """Where a person said where it belongs, the orders that they said."""
    if credit.match is not None and credit.match.by == "person":
        of = dict[str, int]()
        for one in credit.allocations:
            of[one.order] = of.get(one.order, 0) + one.amount
        return tuple(drawdown.Part(order=name, amount=amount) for name, amount in of.items())
    state: order.State = desk.service.load(order.stream(credit.allocations[0].order))[1]
    try:
        return parts_of(invoice, state, desk, None)[0]
    except Unavailable:
        raise
    except Refusal:
        return ()
