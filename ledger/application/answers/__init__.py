"""What goes out: each answer is declared once, with how it is made of its source; a file a noun.

Amounts are decimal strings excluding VAT; a member that is unknown or not there is null. Here are
those that commands are answered with; all others are imported from their noun's file.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.application.answers.access import Auditor
from ledger.application.answers.agreements import Agreement, agreement_answer
from ledger.application.answers.balances import preview
from ledger.application.answers.competitions import Competition
from ledger.application.answers.documents import Receipt
from ledger.application.answers.drawdowns import Drawdown, drawdown_answer
from ledger.application.answers.making import Answer
from ledger.application.answers.orders import Order, OrderConfirmation, order_answer
from ledger.application.answers.organisations import Organisation, organisation_answer
from ledger.domain import agreement, drawdown, order, organisation

__all__ = [
    "Agreement",
    "Answer",
    "Auditor",
    "Competition",
    "Drawdown",
    "Order",
    "OrderConfirmation",
    "Organisation",
    "Receipt",
    "preview",
    "resource_of",
]

RESOURCES: dict[type, Callable[[Any, date], Answer]] = {
    agreement.State: agreement_answer,
    drawdown.State: lambda state, _: drawdown_answer(state),
    organisation.State: organisation_answer,
}


def resource_of(state: Any, on: date, language: str = "en") -> Answer:
    """A noun's answer out of its state, as of a day; where it says sentences, in a language."""
    if isinstance(state, order.State):
        return order_answer(state, on, language)
    return RESOURCES[type(state)](state, on)
