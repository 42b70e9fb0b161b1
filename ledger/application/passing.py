"""What came after a limit was passed and that could be known, as any door asks for it."""

from collections.abc import Mapping
from typing import Any

from ledger.application import seeing
from ledger.application.answers.passing import AfterPassing, after_passing_answer
from ledger.application.asker import Asker
from ledger.projections import passing
from ledger.projections.database import mark_of
from ledger.projections.then import Then

ROLES = ("finance", "manager", "auditor", "admin")
"""Who is told of everything that came."""


def passed(
    asker: Asker, number: str, query: Mapping[str, Any], asked: Then
) -> tuple[AfterPassing, str]:
    """When a limit of an agreement was passed, and a page of what came after that; and where the
    next page begins, empty: it is the last.

    `query` is what PassedQuery has, without its times. Raises NotFound, and NotAParty for one
    supplier of several: it is told of all suppliers' orders together.
    """
    row = seeing.agreement_row(asker, number)
    seeing.require_whole(asker, row.now)
    with asker.ledger.views.database.reading() as connection:
        at = mark_of(connection).position
        found = passing.passed(
            connection,
            row.now,
            query["limit"],
            row.told(asked),
            at=at,
            after=query.get("after") or 0,
            rows=query["rows"],
        )
    told = after_passing_answer(row.now, query["limit"], found, asked, at, asker.language)
    return told, str(found.following or "")
