"""What the answers of several nouns share."""

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.bodies import (
    NUMBER,
)

ORDER_NUMBER = rf"{NUMBER}-\d{{4,9}}"
DRAWDOWN_ID = r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_~-]{1,2400}\.\d{4}-\d\d-\d\d\.38[01]"
PERSON_ID = r"(?:p-[0-9a-f]{16}|N[0-9A-F]{9})"

RECORDED = "Recorded"
"""What the names of the facts' own shapes begin with, among all shapes of the description."""
DIGEST = "^[0-9a-f]{64}$"


class Four(Schema):
    """cap = reserved + committed + drawn + remaining, in whole öre."""

    reserved = members.amount("Ordered and not yet answered.")
    committed = members.amount("Confirmed and not yet invoiced.")
    drawn = members.amount("Invoices approved, credits deducted.")
