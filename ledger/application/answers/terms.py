"""What the answers of several nouns share."""

from typing import Annotated

from ledger.application.answers.members import amount
from ledger.application.bodies.terms import NUMBER

ORDER_NUMBER = rf"{NUMBER}-\d{{4,9}}"
DRAWDOWN_ID = (
    r"[A-Za-z0-9_-]{1,60}\.[A-Za-z0-9_~-]{1,2400}\.\d{4}-\d\d-\d\d\.\d{1,3}(?:\.[1-9]\d{0,3})?"
)
PERSON_ID = r"(?:p-[0-9a-f]{16}|N[0-9A-F]{9})"

RECORDED = "Recorded"
"""What the names of the facts' own shapes begin with, among all shapes of the description."""
DIGEST = "^[0-9a-f]{64}$"

Reserved = Annotated[str, amount("Ordered and not yet answered.", of="use.reserved")]
Committed = Annotated[str, amount("Confirmed and not yet invoiced.", of="use.committed")]
Drawn = Annotated[str, amount("Invoices approved, credits deducted.", of="use.drawn")]
"""cap = reserved + committed + drawn + remaining, in whole öre."""
PLACES = ("reserved", "committed", "drawn")
