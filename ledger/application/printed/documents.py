"""The one list of what is printed as a document of its own, and how."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ledger.application import seeing
from ledger.application.answers import Answer, OrderConfirmation
from ledger.application.answers.council import CouncilPage
from ledger.application.answers.postings import Statement
from ledger.application.answers.sheets import SupplierSheet
from ledger.application.asker import Asker
from ledger.application.printed import council, orders, sheets, statements
from ledger.application.printed.document import Document
from ledger.application.printed.framing import Telling
from ledger.projections.then import NOW


class Printed(NamedTuple):
    """`title` is what its file is called, `subject` whose it is."""

    title: str
    subject: Callable[[Any], str]
    make: Callable[[Any, Telling, Asker], Document]


def _order(order: OrderConfirmation, telling: Telling, asker: Asker) -> Document:
    """With the names of its parties, as whoever asks may read them."""
    row = seeing.agreement_row(asker, order.agreement, NOW)
    state = seeing.named(asker, row.now)
    names = {one.organisation: one.name for one in (*state.buyers, *state.suppliers)}
    return orders.printed(order, telling, names)


DOCUMENTS: Mapping[type[Answer], Printed] = {
    Statement: Printed(
        "Account statement",
        lambda one: one.agreement,
        lambda one, telling, _: statements.printed(one, telling),
    ),
    OrderConfirmation: Printed("Order", lambda one: one.number, _order),
    SupplierSheet: Printed(
        "How to invoice",
        lambda one: one.order or one.agreement,
        lambda one, telling, _: sheets.printed(one, telling),
    ),
    CouncilPage: Printed(
        "Council page",
        lambda one: one.agreement,
        lambda one, telling, _: council.printed(one, telling),
    ),
}
