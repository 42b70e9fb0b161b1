"""What comes in for received files."""

from ledger.application.bodies.body import Body
from ledger.application.bodies.fields import OrderNumber, Words
from ledger.application.bodies.terms import REASON
from ledger.bounds import (
    MAX_TEXT,
)


class Nothing(Body):
    """An empty body."""


class AssignDocument(Body):
    order = OrderNumber("The order that it belongs to.", least=1, required=True)


class DiscardDocument(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
