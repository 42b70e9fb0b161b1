"""Two views of an agreement beside each other, as any door asks for it."""

from ledger.application import seeing
from ledger.application.answers.compared import Comparison, comparison_answer
from ledger.application.asker import Asker
from ledger.projections import comparing
from ledger.projections.then import Then

ROLES = ("finance", "manager", "auditor", "admin")
"""Who is told of every fact that came in between."""


def compared(
    asker: Asker, number: str, views: tuple[Then, Then], after: int, count: int
) -> tuple[Comparison, int | None]:
    """Both balances, and a page of what came in between after a position; and after which the next
    one begins, None: it is the last. Raises NotFound."""
    row = seeing.agreement_row(asker, number)
    with asker.ledger.views.database.reading() as connection:
        found = comparing.compare(
            connection,
            row.state,
            *map(row.told, views),
            at=row.position,
            after=after,
            count=count,
            only=seeing.only(asker, row.state),
        )
    now = asker.ledger.now
    told = comparison_answer(row.state, found, views, now, row.position, asker.language)
    return told, found.following
