"""Renewed competitions as an asker may see them, and as resources."""

from typing import Any

from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.application.resources import passed_over_resource
from ledger.domain.agreement import Competition, competition_name
from ledger.domain.money import to_text
from ledger.domain.refusals import NotFound
from ledger.projections import competitions
from ledger.projections.then import Then


def seen(asker: Asker, number: str, then: Then, version: int | None = None) -> list[Competition]:
    """Those of an agreement, up to a version of it; a supplier's are those that it was asked in.

    Raises NotFound.
    """
    row = seeing.agreement_row(asker, number)
    with asker.ledger.views.database.reading() as connection:
        found = competitions.competitions(connection, number, then, version)
    return competitions.seen_by(seeing.only(asker, row.state), found)


def one_of(
    asker: Asker, number: str, competition: int, then: Then, version: int | None = None
) -> Competition:
    """Raises NotFound."""
    for found in seen(asker, number, then, version):
        if found.number == competition:
            return found
    raise NotFound(what="competition", name=competition_name(number, competition))


def competition_resource(of: str, one: Competition) -> dict[str, Any]:
    return {
        "agreement": of,
        "number": one.number,
        "name": competition_name(of, one.number),
        "status": one.status,
        "what": one.what,
        "asked": list(one.asked),
        "left_out": passed_over_resource(one.left_out),
        "opened_on": one.opened_on.isoformat(),
        "answer_by": one.answer_by.isoformat(),
        "answers": [
            {
                "supplier": answer.supplier,
                "amount": None if answer.amount is None else to_text(answer.amount),
                "note": answer.note,
                "answered_on": answer.on.isoformat(),
            }
            for answer in one.answers
        ],
        "winner": one.winner,
        "reason": one.reason,
        "points": [{"supplier": p.organisation, "points": p.weight} for p in one.points],
        "decided_on": one.decided_on and one.decided_on.isoformat(),
        "order": one.order,
    }
