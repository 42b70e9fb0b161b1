"""Renewed competitions as an asker may see them."""

from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.domain.agreement import Competition, competition_name
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
    own = seeing.mine(asker)
    found = [competitions.unopened(one, own) for one in found]
    return competitions.seen_by(seeing.only(asker, row.state), found)


def one_of(
    asker: Asker, number: str, competition: int, then: Then, version: int | None = None
) -> Competition:
    """Raises NotFound."""
    for found in seen(asker, number, then, version):
        if found.number == competition:
            return found
    raise NotFound(what="competition", name=competition_name(number, competition))
