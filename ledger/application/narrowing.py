"""Agreements by how much of them is in use, which no row of theirs tells: for every door's list."""

from collections.abc import Callable

from ledger.bounds import MAX_PAGE
from ledger.domain import agreement
from ledger.projections import agreements, postings
from ledger.projections.database import Reading
from ledger.projections.seeing import Part, Visible
from ledger.projections.then import Then


def in_use_from(
    connection: Reading,
    visible: Visible,
    only: Callable[[agreement.State], Part],
    then: Then,
    percent: int,
) -> list[str]:
    """The agreements of whose caps so many per cent are in use, by the figures that are told of
    them; `only` says which suppliers' part alone is seen of one, and such a one is not among them.
    """
    found, after = list[str](), ""
    while some := agreements.listed(connection, visible, then=then, after=after, limit=MAX_PAGE):
        after = some[-1].state.number
        for row in some:
            cap = balances_of(connection, row, then, only(row.now))[0]
            if cap.percent is not None and cap.percent >= percent:
                found.append(row.state.number)
    return found


def balances_of(
    connection: Reading, row: agreements.Row, then: Then, only: Part
) -> list[postings.LimitBalance]:
    """What is left of each limit of an agreement in a list, the cap first."""
    return postings.balance(
        connection,
        row.now,
        row.told(then),
        row.latest_on,
        only,
        since=then.as_of,
        standing=row.state,
    )
