"""What may be meant while a form is filled in: courses ordered before, and codes of the map."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, NamedTuple

from ledger.application.asker import Asker
from ledger.bounds import PAGE
from ledger.domain import drawdown, organisation
from ledger.domain.codes import CodeMap, CodePart, CodeRange
from ledger.projections import drawdowns, orders
from ledger.projections.sorting import TooMuchChanged
from ledger.projections.then import then_on

SOME = 20
"""Suggestions at once."""
LATEST = 4 * PAGE
"""Orders, the latest to start, among which courses are looked for."""


def code_map(asker: Asker, buyer: str) -> CodeMap | None:
    """By which a buyer's lines are coded today, where it is the asker's own organisation; of
    another's books nothing is told."""
    if buyer != asker.by.organisation:
        return None
    state: organisation.State | None = asker.ledger.service.load(organisation.stream(buyer))[1]
    return None if state is None else state.code_map_on(asker.today)


class Advance(NamedTuple):
    """An advance that may be meant, and how much of it, in öre excluding VAT."""

    state: drawdown.State
    amount: int


def advances(asker: Asker, state: drawdown.State) -> list[Advance]:
    """What may be named where it is asked which advances an invoice deducts: those on its orders of
    which something is left. Of a credit those that its invoices deduct."""
    service = asker.ledger.service
    if state.is_credit:
        invoices = [service.load(drawdown.stream(id))[1] for id in state.credits_of]
        taken = [one for invoice in invoices for one in invoice.deducts]
        return [
            Advance(service.load(drawdown.stream(one.drawdown))[1], one.amount)
            for one in taken[:SOME]
        ]
    views, found = asker.ledger.views, dict[str, Advance]()
    views.catch_up()
    with views.database.reading() as connection:
        for name in state.orders if state.prepaid else ():
            some: dict[str, Any] = {"party": asker.party, "visible_to": asker.visible}
            for row in drawdowns.listed(connection, order=name, supplier=state.supplier, **some):
                one = row.state
                left = one.left_to_credit
                if one.is_advance and one.status in ("recorded", "approved") and left > 0:
                    found[one.id] = Advance(one, left)
    return list(found.values())[:SOME]


def courses(asker: Asker, agreement: str, begun: str) -> list[str]:
    """Courses of the agreement that the asker may see and that hold what is typed, the latest to
    start first."""
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        lot = orders.lot(
            connection,
            agreement=agreement,
            party=asker.party,
            visible_to=asker.visible,
            sought=begun,
            then=then_on(None, None, asker.today),
        )
        try:
            some = orders.page(connection, lot, sort="-starts_on", limit=LATEST)
        except TooMuchChanged:
            some = orders.page(connection, lot, limit=LATEST)
    sought = begun.casefold()
    found = (one.state.course for one in some if sought in one.state.course.casefold())
    return list(dict.fromkeys(found))[:SOME]


def codes(part: CodePart, begun: str) -> list[str]:
    """Values of a part of the map that begin with what is typed, in the map's order."""
    named = (value for value in part.values if value.startswith(begun))
    ranged = chain.from_iterable(_within(one, begun) for one in part.ranges)
    return list(islice(dict.fromkeys(islice(chain(named, ranged), 2 * SOME)), SOME))


def _within(values: CodeRange, begun: str) -> Iterator[str]:
    """Those of a range of digits; one of letters has no next."""
    size = len(values.first)
    digits = f"{values.first}{values.last}{begun}"
    if not (digits.isascii() and digits.isdecimal()) or len(begun) > size:
        return
    first = max(values.first, begun.ljust(size, "0"))
    last = min(values.last, begun.ljust(size, "9"))
    for value in range(int(first), int(last) + 1):
        yield f"{value:0{size}}"
