"""What goes out of how orders go to suppliers."""

from marshmallow import Schema

from ledger.application.answers import members
from ledger.application.bodies import ORDER
from ledger.domain.selection import ASKED, METHODS


class SupplierKey(Schema):
    supplier = members.organisation("The supplier.")
    percent = members.whole("What it should have of the value ordered.", 1)


class SelectionTerms(Schema):
    """How orders go to the suppliers."""

    method = members.one_of("The only one, in rank, by key, or by renewed competition.", METHODS)
    ranking = members.listed(members.organisation("A supplier."), "The first in rank first.")
    key = members.listed(SupplierKey, "It adds up to 100.")
    ask = members.one_of("Who is asked in a renewed competition.", ASKED)


class SupplierPassedOver(Schema):
    supplier = members.organisation("Whose turn it was.")
    reason = members.text("Why it was not asked; over-limit:NAME where its own limit was full.")


class EarlierSupplier(Schema):
    """Who had the order before its supplier, and did not take it."""

    supplier = members.organisation("Who it was.")
    status = members.one_of("How it ended there.", ORDER)
    reason = members.text("What it said.")
    until = members.day("When it went on to the next.")
