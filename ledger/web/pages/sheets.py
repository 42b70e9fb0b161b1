"""Sheets for suppliers: what to write in an e-invoice, as a page to print and as text to send."""

from collections.abc import Callable
from functools import partial

from flask import Blueprint, Response, render_template

from ledger.application import sheets
from ledger.application.answers.sheets import SupplierSheet
from ledger.application.asker import EVERYONE
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.pages.files import document_asked
from ledger.web.pages.times import asked_for, in_address, require_read
from ledger.web.seen import asker

blueprint = Blueprint("sheets", __name__)


@blueprint.get("/agreements/<agreement:number>/sheet")
@allow(*EVERYONE)
def of_agreement(number: str) -> str | Response:
    return _page(partial(sheets.of_agreement, asker(), number), ".agreement_as_text")


@blueprint.get("/orders/<order:number>/sheet")
@allow(*EVERYONE)
def of_order(number: str) -> str | Response:
    return _page(partial(sheets.of_order, asker(), number), ".order_as_text")


@blueprint.get("/agreements/<agreement:number>/sheet.txt")
@allow(*EVERYONE)
def agreement_as_text(number: str) -> Response:
    return _text(sheets.of_agreement(asker(), number, _then()))


@blueprint.get("/orders/<order:number>/sheet.txt")
@allow(*EVERYONE)
def order_as_text(number: str) -> Response:
    return _text(sheets.of_order(asker(), number, _then()))


def _then() -> Then:
    """Raises Invalid."""
    times = in_address()
    require_read(times)
    return times.then


def _page(told: Callable[[Then], SupplierSheet], as_text: str) -> str | Response:
    times = asked_for()[0]
    if (file := document_asked(times, told)) is not None:
        return file
    sheet = told(times.then)
    there = times.address_of(as_text, number=sheet.order or sheet.agreement)
    return render_template("sheets/one.html", sheet=sheet, times=times, as_text=there)


def _text(sheet: SupplierSheet) -> Response:
    name = sheet.order or sheet.agreement
    headers = {"Content-Disposition": f'attachment; filename="{name}.txt"'}
    return Response(sheet.text, headers=headers, content_type="text/plain; charset=utf-8")
