"""Reports on agreements, as any door asks for them: what is in use and by whom, what belongs to
another year, what nobody invoices, rounds, suppliers' shares, and what may be published."""

from collections.abc import Mapping
from datetime import date

from ledger.application import asking, seeing
from ledger.application.answers.accruals import YearEnd, accruals_answer
from ledger.application.answers.programmes import ProgrammeRounds, rounds_answer
from ledger.application.answers.stale import StaleList, stale_answer
from ledger.application.answers.summary import PublicSummary, summary_answer
from ledger.application.answers.suppliers import SupplierStandings, standings_answer
from ledger.application.answers.usage import Usage, usage_answer
from ledger.application.asker import Asker
from ledger.bounds import MAX_PAGE
from ledger.domain import agreement
from ledger.projections import agreements, postings, suppliers, usage
from ledger.projections.then import Then

ROLES = ("finance", "manager", "auditor", "admin")
"""Whom reports on the whole of agreements are for."""


def states(asker: Asker, then: Then) -> dict[str, agreement.State]:
    """Every agreement that the asker may see, by number, as it was then, its parties named."""
    views, found, after = asker.ledger.views, dict[str, agreement.State](), ""
    views.catch_up()
    with views.database.reading() as connection:
        while rows := agreements.listed(
            connection, asker.visible, then=then, after=after, limit=MAX_PAGE
        ):
            found |= {row.state.number: seeing.named(asker, row.state) for row in rows}
            after = rows[-1].state.number
    return found


def use(asker: Asker, narrowed: Mapping[str, str | int], then: Then) -> Usage:
    """What is in use of agreements, by year, buyer and unit; `narrowed` as in `usage.used`."""
    known = states(asker, then)
    with asker.ledger.views.database.reading() as connection:
        found = usage.used(connection, asker.visible, then, narrowed)
    return usage_answer([one for one in found if one.agreement in known], known, then)


def accruals(asker: Asker, number: str, year: int, then: Then) -> YearEnd:
    """What was delivered and not invoiced at the end of a year, or invoiced and not delivered.
    Raises NotFound."""
    row = seeing.agreement_row(asker, number, then)
    with asker.ledger.views.database.reading() as connection:
        orders = asking.orders_of(connection, number, asker.party, asker.visible, then)
        drawn = asking.drawdowns_of(connection, number, then, visible_to=asker.visible)
        return accruals_answer(row.state, orders, drawn, year)


def stale(asker: Asker, number: str, on: date | None, then: Then) -> StaleList:
    """Commitments whose course is over and that are not invoiced, by age, on a day: that of the
    view, where none is given. Raises NotFound."""
    row = seeing.agreement_row(asker, number, then)
    day = on or then.as_of or asker.today
    with asker.ledger.views.database.reading() as connection:
        found = asking.stale_of(connection, number, day, asker.party, asker.visible, then)
    return stale_answer(found, row.state.currency, day)


def rounds(asker: Asker, number: str, then: Then) -> ProgrammeRounds:
    """The rounds of the agreement's programmes. Raises NotFound."""
    row = seeing.agreement_row(asker, number, then)
    with asker.ledger.views.database.reading() as connection:
        orders = [*asking.orders_of(connection, number, asker.party, asker.visible, then)]
        return rounds_answer(seeing.own_part(asker, row.state, orders), orders)


def standings(asker: Asker, number: str, then: Then) -> SupplierStandings:
    """What each supplier has of the orders against its key. Raises NotFound."""
    row = seeing.agreement_row(asker, number, then)
    with asker.ledger.views.database.reading() as connection:
        found = suppliers.standings(connection, row.state, then)
    only = seeing.only(asker, row.now)
    return standings_answer(seeing.named(asker, row.state), found, then, only)


def summary(asker: Asker, number: str, asked: Then) -> PublicSummary:
    """What was paid, for how many, with which result: to be published. Raises NotFound."""
    day = asked.as_of or asker.today
    then = Then(as_of=day, known_at=asked.known_at)
    row = seeing.agreement_row(asker, number, then)
    with asker.ledger.views.database.reading() as connection:
        mine = asker.visible
        orders = [*asking.orders_of(connection, number, visible_to=mine, then=then)]
        invoices = asking.counted_of(connection, number, then, visible_to=mine)
        opened = postings.opening_by_buyer(connection, number, then, seeing.only(asker, row.now))
        state = seeing.own_part(asker, row.state, orders)
        return summary_answer(state, orders, invoices, opened, day, asker.language)
