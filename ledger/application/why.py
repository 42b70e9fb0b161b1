"""Why a figure is what it is, as any door asks for it."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from ledger.application import seeing
from ledger.application.answers.explained import (
    Explanation,
    cursor_of,
    cursor_text,
    explanation_answer,
)
from ledger.application.asker import Asker
from ledger.application.bodies.queries import NARROWING
from ledger.domain.refusals import Fault, Invalid
from ledger.projections import explaining, places, postings
from ledger.projections.then import Then
from ledger.wording import words

ROLES = ("finance", "manager", "auditor", "admin")
"""Who is told of every fact behind a figure."""
WHOLE = ("cap", "remaining")
"""Figures that nothing narrows: what a limit may hold, and what is left of it."""
_WHOLE = words("Only reserved, committed and drawn can be narrowed.")


def why(
    asker: Asker, number: str, query: Mapping[str, Any], asked: Then
) -> tuple[Explanation, str]:
    """A page of what a figure is made of, and where the next one begins; empty: it is the last.

    `query` is what ExplainQuery has, without its times. Raises NotFound, and Invalid where it would
    narrow what a limit may hold: that is not set for a year, a buyer or a unit.
    """
    narrowed = {name: query[name] for name in NARROWING if name in query}
    if narrowed and query["figure"] in WHOLE:
        raise Invalid(Fault(pointer="/figure", sentence=_WHOLE.template))
    row = seeing.agreement_row(asker, number)
    after, only = cursor_of(query.get("after"), row.position), seeing.only(asker, row.state)
    with asker.ledger.views.database.reading() as connection:
        found = explaining.explain(
            connection,
            row.state,
            query["figure"],
            query["limit"],
            row.told(asked),
            after,
            query["rows"],
            only,
            narrowed,
        )
        facts = places.counted(
            connection, [one.fact for one in found.items], {row.state.number: only}
        )
        items = zip(found.items, facts, strict=True)
        found = replace(found, items=tuple(replace(one, fact=fact) for one, fact in items))
    told = explanation_answer(
        row.state,
        {**query, "as_of": asked.as_of, "known_at": asked.known_at},
        found,
        after.at,
        asker.ledger.store.leaves.receipt,
        asker.language,
    )
    return told, "" if found.cursor is None else cursor_text(found.cursor)


def limits(asker: Asker, number: str, asked: Then) -> dict[str, Mapping[str, int | None]]:
    """What the agreement's page tells of every limit: its figures in its unit (None: unknown), by
    their names. Raises NotFound."""
    row = seeing.agreement_row(asker, number)
    with asker.ledger.views.database.reading() as connection:
        found = postings.balance(
            connection,
            row.now,
            row.told(asked),
            row.latest_on,
            seeing.only(asker, row.now),
            since=asked.as_of,
        )
    return {
        one.name: {
            "cap": one.amount,
            "reserved": one.use.reserved,
            "committed": one.use.committed,
            "drawn": one.use.drawn,
            "remaining": one.remaining,
        }
        for one in found
    }
