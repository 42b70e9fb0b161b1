"""A supplier ledger held against what an asker may see of the drawdowns; nothing is written."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from ledger.application import seeing
from ledger.application.answers.reconciliation import Reconciliation, reconciliation_answer
from ledger.application.asker import Asker
from ledger.bounds import MAX_PAGE
from ledger.documents import COMPARED
from ledger.documents.faults import DocumentFaults
from ledger.documents.supplier_ledger import Row, SupplierLedger
from ledger.documents.tables import Follow
from ledger.domain import agreement, drawdown
from ledger.domain.parties import is_natural_person
from ledger.domain.refusals import Fault, Invalid
from ledger.domain.spelling import fold
from ledger.drawn import Drawn
from ledger.projections import agreements as agreement_rows
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections.database import Reading
from ledger.projections.then import NOW, Then
from ledger.reconciliation import Scope, plain_name, reconcile

ROLES = ("finance", "manager", "auditor", "admin")
"""Who answers for all of a buyer's agreements; a supplier never sees what others were paid."""
FORMAT = next(iter(COMPARED))


def reconciled(
    asker: Asker, content: bytes, then: Then = NOW, follow: Follow | None = None
) -> Reconciliation:
    """What came of a supplier ledger: each payment to a supplier of the agreements that the asker's
    organisation buys under. Raises Invalid with every fault of the file."""
    found = _read(content, follow)
    views = asker.ledger.views
    views.catch_up()
    rows = _known(asker, found.rows)
    with views.database.reading() as connection:
        states = list(_bought_under(asker, connection, then))
        scope, names = _scope(connection, states)
        asked = {row.supplier or scope.names.get(plain_name(row.supplier_name)) for row in rows}
        drawn = [
            _drawn(state)
            for supplier in sorted(scope.suppliers.intersection(asked))
            for state in _drawdowns(asker, connection, supplier, then)
            if state.agreement in scope.agreements.values()
        ]
    result = reconcile(rows, drawn, replace(scope, payers=frozenset(seeing.mine(asker))))
    return reconciliation_answer(result, found, names, then, asker.language)


def _read(content: bytes, follow: Follow | None) -> SupplierLedger:
    try:
        return COMPARED[FORMAT](content, follow)
    except DocumentFaults as error:
        faults = error.faults
    raise Invalid(*(Fault(pointer=f.place, sentence=f.message, figures=f.figures) for f in faults))


def _known(asker: Asker, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with the ids of sole traders for their numbers; who is not known here stays out.

    Nobody becomes known by having been paid.
    """
    numbers = {row.supplier for row in rows if row.supplier and is_natural_person(row.supplier)}
    if not numbers:
        return rows
    ids = asker.ledger.registry.ids_of_sole_traders(numbers)
    return [
        replace(row, supplier=ids.get(row.supplier)) if row.supplier in numbers else row
        for row in rows
    ]


def _bought_under(asker: Asker, connection: Reading, then: Then) -> Iterator[agreement.State]:
    """The agreements that the asker's organisation (an auditor's several) is a buyer of, or all.

    Who gives courses under an agreement sees it, and not what its buyers paid.
    """
    own, after = set(seeing.mine(asker)), ""
    while found := agreement_rows.listed(
        connection, asker.visible, then=then, after=after, limit=MAX_PAGE
    ):
        for row in found:
            buyers = {party.organisation for party in row.now.buyers}
            if asker.visible is None or buyers & own:
                yield seeing.named(asker, row.state)
        after = found[-1].state.number


def _scope(connection: Reading, states: Sequence[agreement.State]) -> tuple[Scope, dict[str, str]]:
    """Whose payments are asked about, and the names of the suppliers.

    Also of those that an agreement had before: their invoices stay under it.
    """
    names = {one.organisation: one.name for state in states for one in state.suppliers}
    pairs = {
        (buyer.organisation, supplier.organisation)
        for state in states
        for buyer in state.buyers
        for supplier in state.suppliers
    }
    pairs |= drawdown_rows.pairs(connection, [state.number for state in states])
    # A name that two suppliers have tells neither.
    plain = [plain_name(name) for name in names.values() if name]
    by_name = {
        plain_name(name): supplier
        for supplier, name in names.items()
        if name and plain.count(plain_name(name)) == 1
    }
    agreements = {fold(state.number): state.number for state in states}
    return Scope(pairs=frozenset(pairs), names=by_name, agreements=agreements), names


def _drawdowns(
    asker: Asker, connection: Reading, supplier: str, then: Then
) -> Iterator[drawdown.State]:
    after = ""
    while found := drawdown_rows.listed(
        connection,
        supplier=supplier,
        party=asker.party,
        visible_to=asker.visible,
        then=then,
        after=after,
        limit=MAX_PAGE,
    ):
        yield from (row.state for row in found)
        after = found[-1].state.id


def _drawn(state: drawdown.State) -> Drawn:
    return Drawn(
        id=state.id,
        agreement=state.agreement,
        buyer=state.buyer,
        supplier=state.supplier,
        invoice=state.invoice,
        issued_on=state.issued_on,
        amount=state.amount,
        vat=state.vat,
        currency=state.currency,
        status=state.status,
        credits=state.credits,
        deducted=sum(one.amount for one in state.deducts),
        prepaid=state.prepaid or 0,
        rounding=state.rounding or 0,
    )
