"""Why a figure is what it is, as any door asks for it."""

from collections.abc import Mapping
from typing import Any

from ledger.application import seeing
from ledger.application.answers.explained import (
    Explanation,
    cursor_of,
    cursor_text,
    explanation_answer,
)
from ledger.application.asker import Asker
from ledger.projections import explaining
from ledger.projections.then import Then

ROLES = ("finance", "manager", "auditor", "admin")
"""Who is told of every fact behind a figure."""


def why(
    asker: Asker, number: str, query: Mapping[str, Any], asked: Then
) -> tuple[Explanation, str]:
    """A page of what a figure is made of, and where the next one begins; empty: it is the last.

    `query` is what ExplainQuery has, without its times. Raises NotFound.
    """
    row = seeing.agreement_row(asker, number)
    after = cursor_of(query.get("after"), row.position)
    with asker.ledger.views.database.reading() as connection:
        found = explaining.explain(
            connection,
            row.state,
            query["figure"],
            query["limit"],
            row.told(asked),
            after,
            query["rows"],
            seeing.only(asker, row.state),
        )
    told = explanation_answer(
        row.state,
        {**query, "as_of": asked.as_of, "known_at": asked.known_at},
        found,
        after.at,
        asker.ledger.store.leaves.receipt,
        asker.language,
    )
    return told, "" if found.cursor is None else cursor_text(found.cursor)
