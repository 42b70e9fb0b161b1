"""What comes in of opening balances."""

from marshmallow import Schema, fields

from ledger.application.bodies.body import Body
from ledger.application.bodies.fields import (
    Day,
    Flag,
    Key,
    Length,
    Listed,
    Money,
    Organisation,
    Words,
    whole,
)
from ledger.bounds import MAX_LINES, MAX_TEXT


class OpeningLine(Schema):
    kind = Words("Kind of cost, as development or delivery.", least=1, required=True)
    amount = Money("Invoiced before, excl. VAT.", least=1, required=True)
    year = whole("Year of delivery.", 1990, 2200)


class OpeningBalance(Body):
    """What was ordered and invoiced before, and is not told order by order."""

    what = Words("What it was for.", MAX_TEXT, least=1, required=True)
    buyer = Organisation("Whose it was", required=True)
    supplier = Organisation("Of which supplier", required=True)
    unit = Words("The unit that ordered.", load_default="")
    lines = Listed(fields.Nested(OpeningLine), required=True, validate=Length(1, MAX_LINES))
    as_of = Day("As of which day.", required=True)
    evidence = Key("What says so.", least=1, required=True)
    beyond = Flag("Record it although a limit is passed.", load_default=False)


class InvoicedLine(Schema):
    line = whole("The order's line.", 1, MAX_LINES, required=True)
    amount = Money("Invoiced before, excl. VAT.", least=1, required=True)


class InvoicedBefore(Body):
    """What was invoiced before of an order that is here."""

    lines = Listed(fields.Nested(InvoicedLine), required=True, validate=Length(1, MAX_LINES))
    as_of = Day("As of which day.", required=True)
    evidence = Key("What says so.", least=1, required=True)
