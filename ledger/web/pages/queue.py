"""Received files: sent in, waiting in the queue for an order, and one of them by itself."""

from collections.abc import Callable
from contextlib import suppress

import msgspec
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger import intake
from ledger.application import documents
from ledger.application.acts import act_of
from ledger.application.answers.documents import QueuedDocument
from ledger.application.answers.making import At, made
from ledger.application.answers.received import DocumentCheck
from ledger.application.bodies import parsing
from ledger.application.bodies.documents import (
    AssignDocument,
    DiscardDocument,
    DocumentsQuery,
    LinesQuery,
)
from ledger.bounds import LINES_SHOWN, MAX_NAME
from ledger.domain import drawdown
from ledger.domain.money import from_text
from ledger.domain.refusals import Amount, Fault, Invalid, NotFound, Refusal
from ledger.registry.queue import place_of
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.exporting import bytes_of_others
from ledger.web.language import of_request
from ledger.web.pages import confirming
from ledger.web.pages.entries import body_of, controls
from ledger.web.pages.filling import Page
from ledger.web.pages.times import in_address
from ledger.web.problem_types import status_of
from ledger.web.seen import asker
from ledger.wording import Sentence, fault_sentence, say, sentence, words

blueprint = Blueprint("queue", __name__)

READERS = ("finance", "auditor", "admin")
APPROVERS = ("approver", *READERS)
"""Who approves an invoice reads what is attached to the file that it was recorded from."""
WRITERS = act_of("documents", "receive").roles
DISCARD = act_of("documents", "discard")
FORMAT = "peppol-invoice"
SHOWN = ("edit", "refill")
"""With these a form is shown with what was sent, and nothing is done: one goes back to it, or signs
in anew."""


class Oddity(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong or odd at a place of a file; "" for all of it."""

    place: str
    said: str


class Became(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file that was sent in. `faults` say why it was not taken at all; `state` is
    the invoice that it is recorded as."""

    name: str
    receipt: intake.Receipt | None
    why: str
    faults: tuple[Oddity, ...] = ()
    warnings: tuple[Oddity, ...] = ()
    state: drawdown.State | None = None


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
        said = tuple(
            Oddity(place=fault.pointer, said=fault_sentence(fault, of_request()))
            for fault in refusal.faults
        )
        return Became(name=shown, receipt=None, why="", faults=said)
    except Refusal as refusal:
        attempted.note(refusal)
        return Became(name=shown, receipt=None, why=sentence(refusal, of_request()))
    warnings = tuple(
        Oddity(place=one.place, said=say(Sentence(one.message, one.figures), of_request()))
        for one in receipt.warnings
    )
    state = None
    if receipt.drawdown:
        state = asker().ledger.service.load(drawdown.stream(receipt.drawdown))[1]
    why = receipt.why.says(of_request())
    return Became(name=shown, receipt=receipt, why=why, warnings=warnings, state=state)


@blueprint.get("/invoices/queue")
@allow(*READERS)
def listed() -> str:
    """Those that wait, or that were discarded: the first page of them, or one after another."""
    names = ("status", "q", "after", "limit")
    given = {name: request.args[name] for name in names if request.args.get(name)}
    asked = parsing.load(DocumentsQuery, given)
    found = documents.waiting(asker(), **asked)
    at = At(of_request())
    return render_template(
        "invoices/queue.html",
        items=[made(QueuedDocument, one, at) for one in found],
        status=asked["status"],
        times=in_address(),
        asked={name: value for name, value in given.items() if name != "after"},
        following=place_of(found[-1]) if len(found) == asked["limit"] else "",
        may=_may(),
    )


@blueprint.route("/invoices/queue/<digest:sha256>", methods=["GET"])
@allow(*READERS)
def one(sha256: str) -> str:
    typed = request.args.to_dict()
    given = {name: typed.pop(name) for name in ("after_line",) if name in typed}
    return _shown(sha256, typed, None, parsing.load(LinesQuery, given)["after_line"])


@blueprint.get("/invoices/queue/<digest:sha256>/attachments/<digest:attachment>")
@allow(*APPROVERS)
def attachment(sha256: str, attachment: str) -> Response:
    return bytes_of_others(documents.attachment(asker(), sha256, attachment))


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


def _shown(sha256: str, typed: dict[str, str], refusal: Refusal | None, after: int = 0) -> str:
    faults: tuple[Fault, ...] = refusal.faults if isinstance(refusal, Invalid) else ()
    return render_template(
        "invoices/waiting.html",
        file=documents.one(asker(), sha256, after, LINES_SHOWN),
        after=after,
        check=_check(sha256),
        assigning=controls(AssignDocument(), typed, faults),
        discarding=controls(DiscardDocument(), typed, faults),
        refusal=refusal,
        may=_may(),
    )


def _check(sha256: str) -> DocumentCheck | None:
    """What the official rules found in a file; None where nobody asked them."""
    with suppress(NotFound):
        return documents.checked(asker(), sha256)
    return None


def _may() -> bool:
    return bool(set(asker().roles) & set(WRITERS))
