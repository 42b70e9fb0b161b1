"""What goes out of how orders go to suppliers."""

from datetime import date
from typing import Annotated

from ledger.application.answers.making import Answer
from ledger.application.answers.members import day, listed, one_of, organisation, text, whole
from ledger.application.bodies.terms import ORDER
from ledger.domain.selection import ASKED, METHODS


class SupplierKey(Answer):
    supplier: Annotated[str, organisation("The supplier.", of="organisation")]
    percent: Annotated[int, whole("What it should have of the value ordered.", 1, of="weight")]


class SelectionTerms(Answer):
    """How orders go to the suppliers."""

    method: Annotated[
        str, one_of("The only one, in rank, by key, or by renewed competition.", METHODS)
    ]
    ranking: Annotated[
        list[Annotated[str, organisation("A supplier.")]], listed("The first in rank first.")
    ]
    key: Annotated[list[SupplierKey], listed("It adds up to 100.")]
    ask: Annotated[str, one_of("Who is asked in a renewed competition.", ASKED)]


class SupplierPassedOver(Answer):
    supplier: Annotated[str, organisation("Whose turn it was.")]
    reason: Annotated[
        str, text("Why it was not asked; over-limit:NAME where its own limit was full.")
    ]


class EarlierSupplier(Answer):
    """Who had the order before its supplier, and did not take it."""

    supplier: Annotated[str, organisation("Who it was.")]
    status: Annotated[str, one_of("How it ended there.", ORDER)]
    reason: Annotated[str, text("What it said.")]
    until: Annotated[date, day("When it went on to the next.")]
