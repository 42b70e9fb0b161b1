"""Received files: sent in, waiting in the queue for an order, and one of them by itself."""

from collections.abc import Callable

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger import intake
from ledger.application import documents
from ledger.application.acts import act_of
from ledger.application.answers.documents import QueuedDocument
from ledger.application.answers.making import At, made
from ledger.application.bodies import parsing
from ledger.application.bodies.documents import AssignDocument, DiscardDocument, DocumentsQuery
from ledger.bounds import MAX_NAME
from ledger.domain.money import from_text
from ledger.domain.refusals import Amount, Fault, Invalid, Refusal
from ledger.registry.queue import place_of
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import confirming
from ledger.web.pages.entries import body_of, controls
from ledger.web.pages.filling import Page
from ledger.web.problem_types import status_of
from ledger.web.seen import asker
from ledger.wording import fault_sentence, say, sentence, words

blueprint = Blueprint("queue", __name__)

READERS = ("finance", "auditor", "admin")
WRITERS = act_of("documents", "receive").roles
DISCARD = act_of("documents", "discard")
FORMAT = "peppol-invoice"
SHOWN = ("edit", "refill")
"""With these a form is shown with what was sent, and nothing is done: one goes back to it, or signs
in anew."""


class Became(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file that was sent in. `faults` say why it was not taken at all."""

    name: str
    receipt: intake.Receipt | None
    why: str
    faults: tuple[str, ...] = ()


@blueprint.route("/invoices/receive", methods=["GET", "POST"])
@allow(*WRITERS)
def receive() -> str | tuple[str, int]:
    """Files in: each is answered for, and a fault in one stops none of the others."""
    if request.method == "GET":
        return render_template("invoices/receive.html", became=[], fault="")
    files = [one for one in request.files.getlist("files") if one.filename]
    if not files:
        said = say(words("Choose at least one file."), of_request())
        return render_template("invoices/receive.html", became=[], fault=said), 422
    became = [_received(one.filename or "", one.read()) for one in files]
    return render_template("invoices/receive.html", became=became, fault="")


def _received(name: str, content: bytes) -> Became:
    shown = name.replace("\\", "/").rpartition("/")[2][:MAX_NAME]
    try:
        receipt = intake.receive(content, documents.desk(asker()), FORMAT, name)
    except Invalid as refusal:
        attempted.note(refusal)
        said = tuple(fault_sentence(fault, of_request()) for fault in refusal.faults)
        return Became(name=shown, receipt=None, why=sentence(refusal, of_request()), faults=said)
    except Refusal as refusal:
        attempted.note(refusal)
        return Became(name=shown, receipt=None, why=sentence(refusal, of_request()))
    return Became(name=shown, receipt=receipt, why=receipt.why.says(of_request()))


@blueprint.get("/invoices/queue")
@allow(*READERS)
def listed() -> str:
    """Those that wait, or that were discarded: the first page of them, or one after another."""
    given = {name: request.args[name] for name in ("status", "after") if request.args.get(name)}
    asked = parsing.load(DocumentsQuery, given)
    found = documents.waiting(asker(), **asked)
    at = At(of_request())
    return render_template(
        "invoices/queue.html",
        items=[made(QueuedDocument, one, at) for one in found],
        says=documents.said(asker(), found),
        status=asked["status"],
        following=place_of(found[-1]) if len(found) == asked["limit"] else "",
        may=_may(),
    )


@blueprint.route("/invoices/queue/<digest:sha256>", methods=["GET"])
@allow(*READERS)
def one(sha256: str) -> str:
    return _shown(sha256, request.args.to_dict(), None)


@blueprint.post("/invoices/queue/<digest:sha256>/assign")
@allow(*act_of("documents", "assign").roles)
def assign(sha256: str) -> str | Redirect | tuple[str, int]:
    if request.form.get("do") in SHOWN:
        return _shown(sha256, request.form.to_dict(), None)

    def done() -> intake.Receipt:
        body = parsing.load(AssignDocument, body_of(AssignDocument(), request.form))
        return intake.assign(sha256, body, documents.desk(asker()))

    return _done(sha256, done)


@blueprint.post("/invoices/queue/<digest:sha256>/retry")
@allow(*act_of("documents", "retry").roles)
def retry(sha256: str) -> str | Redirect | tuple[str, int]:
    if request.form.get("do") in SHOWN:
        return _shown(sha256, request.form.to_dict(), None)
    return _done(sha256, lambda: intake.retry(sha256, documents.desk(asker())))


@blueprint.post("/invoices/queue/<digest:sha256>/discard")
@allow(*DISCARD.roles)
def discard(sha256: str) -> str | Redirect | tuple[str, int]:
    """Asked of once more, as the acts that are listed in `confirming`."""

    def reason() -> str:
        read = parsing.load(DiscardDocument, body_of(DiscardDocument(), request.form))
        return str(read["reason"])

    if request.form.get("do") in SHOWN:
        return _shown(sha256, request.form.to_dict(), None)
    if request.form.get("do") == confirming.SURE:
        return _done(sha256, lambda: intake.discard(sha256, reason(), documents.desk(asker())))
    try:
        reason()
    except Refusal as refusal:
        return _refused(sha256, refusal)
    return _asked(sha256, {"reason": request.form["reason"]})


def _asked(sha256: str, typed: dict[str, str]) -> str:
    read = documents.one(asker(), sha256).read
    page = Page(act=DISCARD, named={}, typed=typed, key="", version=0)
    figure = (
        words("Discard the file")
        if read is None
        else words(
            "Discard the file, {amount}",
            amount=Amount(from_text(read.amount), read.currency),
        )
    )
    return confirming.asked(
        page,
        controls(DiscardDocument(), typed),
        title=words("Discard the file"),
        button=figure,
        follows=[words("It leaves the queue and is never booked, unless it is tried again.")],
        back=url_for("pages.queue.one", sha256=sha256),
        currency="",
    )


def _done(sha256: str, act: Callable[[], intake.Receipt]) -> str | Redirect | tuple[str, int]:
    try:
        receipt = act()
    except Refusal as refusal:
        return _refused(sha256, refusal)
    if receipt.drawdown and receipt.status in ("recorded", "duplicate"):
        flash(say(words("The file is recorded as an invoice."), of_request()))
        return redirect(url_for("pages.invoices.one", id=receipt.drawdown), 303)
    if receipt.status == "discarded":
        flash(say(words("The file is discarded; it can be tried again."), of_request()))
        return redirect(url_for("pages.queue.listed"), 303)
    flash(receipt.why.says(of_request()))
    return redirect(url_for("pages.queue.one", sha256=sha256), 303)


def _refused(sha256: str, refusal: Refusal) -> tuple[str, int]:
    attempted.note(refusal)
    return _shown(sha256, request.form.to_dict(), refusal), status_of(type(refusal))


def _shown(sha256: str, typed: dict[str, str], refusal: Refusal | None) -> str:
    faults: tuple[Fault, ...] = refusal.faults if isinstance(refusal, Invalid) else ()
    return render_template(
        "invoices/waiting.html",
        file=documents.one(asker(), sha256),
        assigning=controls(AssignDocument(), typed, faults),
        discarding=controls(DiscardDocument(), typed, faults),
        refusal=refusal,
        may=_may(),
    )


def _may() -> bool:
    return bool(set(asker().roles) & set(WRITERS))
