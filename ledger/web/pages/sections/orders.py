"""The orders and the invoices of an agreement: the lists of all, narrowed to it."""

from flask import Response

from ledger.application.asker import EVERYONE
from ledger.web.access import allow
from ledger.web.pages import invoices as invoice_pages
from ledger.web.pages import orders as order_pages
from ledger.web.pages.offered import buttons
from ledger.web.pages.sections.frame import Opened, blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker


def _offered(of: Opened, name: str) -> list[object]:
    """The act of a name, where the visitor may do it now."""
    if of.times.given:
        return []
    return [one for one in buttons(of.row.now) if one.name == name and not one.because]


@blueprint.get("/agreements/<agreement:number>/orders")
@allow(*EVERYONE)
def orders(number: str) -> str | Response:
    of = opened(number)
    found = order_pages.listing(of.times, asked_for()[1], of.number)
    if isinstance(found, Response):
        return found
    return section("orders", of, offered=_offered(of, "place"), **found)


@blueprint.get("/agreements/<agreement:number>/invoices")
@allow(*EVERYONE)
def invoices(number: str) -> str | Response:
    of = opened(number)
    found = invoice_pages.listing(of.times, asked_for()[1], of.number)
    if isinstance(found, Response):
        return found
    return section(
        "invoices",
        of,
        offered=_offered(of, "record-over-orders"),
        receives="finance" in asker().roles or "admin" in asker().roles,
        **found,
    )
