"""What comes in for received files."""

from marshmallow import Schema, fields

from ledger.application.bodies.body import Body
from ledger.application.bodies.drawdowns import DrawdownLine
from ledger.application.bodies.fields import (
    Length,
    Listed,
    Number,
    OrderNumber,
    Sought,
    Words,
    choice,
)
from ledger.application.bodies.queries import Page
from ledger.application.bodies.terms import REASON
from ledger.bounds import MAX_LINES, MAX_MARKUP, MAX_TEXT

STATUSES = ("queued", "discarded")
CORRECTS = ("replaces", "difference")


class Nothing(Body):
    """An empty body."""


class AssignDocument(Body):
    """To one order, or over several by `lines` that come to its amount."""

    order = OrderNumber(
        "The order that it belongs to; left out, the first that a line names.", least=1
    )
    lines = Listed(fields.Nested(DrawdownLine), validate=Length(1, MAX_LINES))
    reason = Words(
        "Why it belongs there: needed where it says something else.", MAX_TEXT, load_default=""
    )
    corrects = choice(
        "What a corrected invoice (384) is: the whole anew, or the difference.", CORRECTS
    )
    replaces = Sought(
        "The drawdown that it replaces, where the file does not name that invoice.", least=1
    )


class ReceiveQuery(Schema):
    name = Sought("What the file is called.", load_default="")


class DocumentsQuery(Page):
    status = choice(
        "Those that wait, or those that were discarded.", STATUSES, load_default="queued"
    )
    q = Sought(
        "Words of the file's name, the invoice's number, its parties or its order.",
        load_default="",
    )


class LinesQuery(Schema):
    after_line = Number(
        "Of a file of many lines, those after so many of them.", 0, MAX_MARKUP, load_default=0
    )


class DiscardDocument(Body):
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
