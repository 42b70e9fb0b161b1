"""The sheet that tells a supplier how to invoice an agreement, or one order."""

from ledger.application import seeing
from ledger.application.answers.sheets import SupplierSheet, sheet_answer
from ledger.application.asker import Asker
from ledger.bounds import SHEET_ORDERS
from ledger.domain import order
from ledger.domain.order.state import OPEN
from ledger.projections import orders as order_rows
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
    return sheet_answer(state, found[:SHEET_ORDERS], asker.language, more=more)


def of_order(asker: Asker, number: str, then: Then = NOW) -> SupplierSheet:
    """Of one order, whatever has become of it. Raises NotFound."""
    placed = seeing.order_row(asker, number, then).state
    row = seeing.agreement_row(asker, placed.agreement, then)
    state = seeing.named(asker, row.state)
    return sheet_answer(state, [placed], asker.language, one=True)
