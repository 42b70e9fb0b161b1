"""A supplier ledger held against the drawdowns: the file goes in, what is missing comes out."""

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from ledger.application.answers.reconciliation import ReconciledPayment, Reconciliation
from ledger.application.reconciling import ROLES, reconciled
from ledger.bounds import MAX_LEDGER_FILE, MAX_PAGE
from ledger.config import MEGABYTE
from ledger.domain.refusals import Fault, Invalid
from ledger.projections.then import then_on
from ledger.web.access import allow
from ledger.web.attempted import writes_nothing
from ledger.web.exporting import list_file
from ledger.web.language import of_request
from ledger.web.seen import asker, ledger
from ledger.wording import fault_sentence

blueprint = Blueprint("reconciliation", __name__)

NO_FILE = Fault(pointer="/ledger", sentence="Choose a file.")


@blueprint.get("/reconcile")
@allow(*ROLES)
def form() -> str:
    return _page()


@blueprint.post("/reconcile")
@allow(*ROLES)
@writes_nothing
def compared() -> str | Response | tuple[str, int]:
    """The page, or the accountant's file; a file with faults gives the form again, with them."""
    today, known_at = asker().today, ledger().now
    sent = request.files.get("ledger")
    content = sent.stream.read() if sent is not None else b""
    if len(content) > _largest():
        raise RequestEntityTooLarge
    try:
        if not content:
            raise Invalid(NO_FILE)
        found = reconciled(asker(), content, then_on(None, known_at, today))
    except Invalid as refusal:
        return _page(faults=refusal.faults), 422
    if request.form.get("as") == "csv":
        return list_file("csv", ReconciledPayment, found.items, today, known_at)
    return _page(found)


def _largest() -> int:
    """Bytes that the page takes of a file: at most what is read of any form."""
    return min(ledger().settings.file_limit, MAX_LEDGER_FILE)


def _page(found: Reconciliation | None = None, faults: tuple[Fault, ...] = ()) -> str:
    """Those that are in the ledger are counted; the others are shown, as many as are read."""
    others = [one for one in found.items if one.verdict != "matched"] if found else []
    return render_template(
        "reconciliation/one.html",
        found=found,
        shown=others[:MAX_PAGE],
        hidden=max(0, len(others) - MAX_PAGE),
        faults=[fault_sentence(fault, of_request()) for fault in faults],
        megabytes=_largest() // MEGABYTE,
        elsewhere=MAX_LEDGER_FILE // MEGABYTE,
    )
