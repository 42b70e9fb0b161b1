"""The orders and the invoices of an agreement: the lists of all, narrowed to it."""

from collections.abc import Mapping

from flask import Response, request

from ledger.application import seeing
from ledger.application.answers import Answer
from ledger.application.answers.drawdowns import Drawdown, drawdown_answer
from ledger.application.answers.orders import Order, order_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import DrawdownsQuery, OrdersQuery
from ledger.bounds import PAGE
from ledger.domain import drawdown, order
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections import orders as order_rows
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.pages import invoices as invoice_pages
from ledger.web.pages import orders as order_pages
from ledger.web.pages.files import file_asked
from ledger.web.pages.offered import buttons
from ledger.web.pages.sections.frame import Opened, blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger


def _offered(of: Opened, name: str) -> list[object]:
    """The act of a name, where the visitor may do it now."""
    if of.times.given:
        return []
    return [one for one in buttons(of.row.now) if one.name == name and not one.because]


def _asked() -> Mapping[str, str]:
    status = request.args.get("status")
    return {"status": status} if status else {}


@blueprint.get("/agreements/<agreement:number>/orders")
@allow(*EVERYONE)
def orders(number: str) -> str | Response:
    of, asked = opened(number), _asked()
    status = parsing.load(OrdersQuery, dict(asked)).get("status")

    def some(then: Then, after: str, limit: int) -> list[order.State]:
        with ledger().views.database.reading() as connection:
            found = order_rows.listed(
                connection,
                agreement=of.number,
                party=asker().party,
                visible_to=asker().visible,
                status=status,
                then=then,
                after=after,
                limit=limit,
            )
        return [seeing.shown(asker(), one.state) for one in found]

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        language = asker().language
        return [
            (one.number, order_answer(one, of.day, language)) for one in some(then, after, limit)
        ]

    if (file := file_asked(Order, answers, of.times, asked, of.number)) is not None:
        return file
    found = some(of.then, asked_for()[1], PAGE)
    return section(
        "orders",
        of,
        items=[order_pages.row_of(one, of.day) for one in found],
        following=found[-1].number if len(found) == PAGE else None,
        asked=asked,
        filters=order_pages.FILTERS,
        offered=_offered(of, "place"),
    )


@blueprint.get("/agreements/<agreement:number>/invoices")
@allow(*EVERYONE)
def invoices(number: str) -> str | Response:
    of, asked = opened(number), _asked()
    status = parsing.load(DrawdownsQuery, dict(asked)).get("status")

    def some(then: Then, after: str, limit: int) -> list[drawdown.State]:
        with ledger().views.database.reading() as connection:
            found = drawdown_rows.listed(
                connection,
                agreement=of.number,
                party=asker().party,
                visible_to=asker().visible,
                status=status,
                then=then,
                after=after,
                limit=limit,
            )
        return [one.state for one in found]

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        return [(one.id, drawdown_answer(one)) for one in some(then, after, limit)]

    if (file := file_asked(Drawdown, answers, of.times, asked, of.number)) is not None:
        return file
    found = some(of.then, asked_for()[1], PAGE)
    return section(
        "invoices",
        of,
        items=found,
        following=found[-1].id if len(found) == PAGE else None,
        asked=asked,
        filters=invoice_pages.FILTERS,
        offered=_offered(of, "record-over-orders"),
        receives="finance" in asker().roles or "admin" in asker().roles,
    )
