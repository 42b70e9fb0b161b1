"""The sheet that tells a supplier how to invoice an agreement, or one order."""

from collections.abc import Sequence

from msgspec.structs import replace

from ledger.application import seeing
from ledger.application.answers.sheets import SupplierSheet, sheet_answer
from ledger.application.asker import Asker
from ledger.bounds import SHEET_ORDERS
from ledger.domain import order
from ledger.domain.order.state import OPEN
from ledger.domain.spelling import fold
from ledger.projections import orders as order_rows
from ledger.projections import references
from ledger.projections.then import NOW, Then


def of_agreement(asker: Asker, number: str, then: Then = NOW) -> SupplierSheet:
    """With those of its orders that can be invoiced, at most SHEET_ORDERS. Raises NotFound."""
    row = seeing.agreement_row(asker, number, then)
    found: list[order.State] = []
    with asker.ledger.views.database.reading() as connection:
        for status in OPEN:
            found += (
                one.state
                for one in order_rows.listed(
                    connection,
                    agreement=number,
                    status=status,
                    party=asker.party,
                    visible_to=asker.visible,
                    then=then,
                    limit=SHEET_ORDERS + 1,
                )
            )
    found.sort(key=lambda state: order_rows.place_of(state.number))
    state = seeing.own_part(asker, seeing.named(asker, row.state))
    more = len(found) > SHEET_ORDERS
    some = _as_referred_to(asker, found[:SHEET_ORDERS])
    return sheet_answer(state, some, asker.language, more=more)


def of_order(asker: Asker, number: str, then: Then = NOW) -> SupplierSheet:
    """Of one order, whatever has become of it. Raises NotFound."""
    placed = seeing.order_row(asker, number, then).state
    row = seeing.agreement_row(asker, placed.agreement, then)
    state = seeing.named(asker, row.state)
    return sheet_answer(state, _as_referred_to(asker, [placed]), asker.language, one=True)


def _as_referred_to(asker: Asker, some: Sequence[order.State]) -> list[order.State]:
    """Orders with the buyer's own references that mean them alone: an invoice that names one which
    another order of the agreement goes by as well would wait for a person."""
    found = []
    with asker.ledger.views.database.reading() as connection:
        for one in some:
            meant = references.orders_named(
                connection, [fold(one.reference)], None, [one.agreement], one.reference
            )
            alone = {named.order for named in meant} == {one.number}
            found.append(one if alone or not one.reference else replace(one, reference=""))
    return found
