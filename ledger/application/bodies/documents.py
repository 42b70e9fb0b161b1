"""What comes in for received files."""

from marshmallow import Schema

from ledger.application.bodies.fields import Sought, Words
from ledger.application.bodies.terms import REASON
from ledger.bounds import (
    MAX_TEXT,
)


class Nothing(Schema):
    """An empty body."""


class AssignDocument(Schema):
    order = Sought("The order that it belongs to.", least=1, required=True)


class DiscardDocument(Schema):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
