"""Search: agreements, orders, invoices and organisations, of what the asker may see."""

from typing import Any

import msgspec

from ledger import numbers
from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.domain import agreement, drawdown, order
from ledger.domain.refusals import NotFound
from ledger.projections import agreements, drawdowns, orders
from ledger.projections.database import Reading
from ledger.projections.sorting import folded
from ledger.projections.then import Then


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """A party to an agreement that the asker sees."""

    number: str
    name: str


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What has all of the words, of each at most so many as were asked for."""

    agreements: list[agreement.State]
    orders: list[order.State]
    invoices: list[drawdown.State]
    organisations: list[Organisation]

    @property
    def is_empty(self) -> bool:
        return not (self.agreements or self.orders or self.invoices or self.organisations)


def search(who: Asker, words: str, then: Then, limit: int) -> Found:
    """What has all of the words, as it was then, in whatever case."""
    views = who.ledger.views
    views.catch_up()
    seen: dict[str, Any] = {"party": who.party, "visible_to": who.visible}
    some: dict[str, Any] = {"sought": words, "then": then, "limit": limit}
    with views.database.reading() as connection:
        return Found(
            agreements=[
                seeing.named(who, row.state)
                for row in agreements.listed(connection, who.visible, **some)
            ],
            orders=[
                seeing.shown(who, row.state) for row in orders.listed(connection, **seen, **some)
            ],
            invoices=[row.state for row in drawdowns.listed(connection, **seen, **some)],
            organisations=_organisations(connection, who, words, limit),
        )


def _organisations(connection: Reading, who: Asker, words: str, limit: int) -> list[Organisation]:
    sought = folded(words).split()
    found = [
        Organisation(number=number, name=name)
        for number, name in agreements.named(connection, who.visible)
        if all(word in folded(f"{number} {name}") for word in sought)
    ]
    return found[:limit]


def exactly(who: Asker, written: str, then: Then) -> agreement.State | order.State | None:
    """The agreement or order of a number, in whatever case it is written; None: there is none."""
    opened, visible = who.ledger, who.visible
    try:
        return seeing.agreement_row(
            who, numbers.agreement_number(opened, written, visible), then
        ).state
    except NotFound:
        pass
    try:
        return seeing.order_row(who, numbers.order_number(opened, written, visible), then).state
    except NotFound:
        return None


def invoice_of(found: Found, written: str) -> drawdown.State | None:
    """The one invoice of a number among those that were found; None: there is none, or several."""
    same = [one for one in found.invoices if drawdown.plain(one.invoice) == drawdown.plain(written)]
    return same[0] if len(same) == 1 else None
