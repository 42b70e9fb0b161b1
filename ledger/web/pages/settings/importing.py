"""Import from a workbook: its template, a check in the background, then all of it or nothing."""

from io import BytesIO
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import RequestEntityTooLarge

from ledger.application.acts.agreements import MANAGERS
from ledger.application.importing import jobs
from ledger.application.importing.template import template
from ledger.bounds import MAX_IMPORT_FILE, MAX_NAME, PAGE
from ledger.config import MEGABYTE
from ledger.domain.refusals import Refusal
from ledger.web.access import allow
from ledger.web.attempted import writes_nothing
from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.web.pages.settings.parts import blueprint, links
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, sentence, words

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/settings/import")
@allow(*MANAGERS)
def importing() -> str:
    return _page()


@blueprint.post("/settings/import")
@allow(*MANAGERS)
@writes_nothing
def check_import() -> Any:
    """Check a file in the background. A file that is no workbook is told of in its report."""
    sent = request.files.get("workbook")
    content = sent.stream.read(_largest() + 1) if sent is not None else b""
    if len(content) > _largest():
        raise RequestEntityTooLarge
    if sent is None or not content:
        return _page(words("Choose a file.")), 422
    name = (sent.filename or "").replace("\\", "/").rpartition("/")[2][:MAX_NAME]
    try:
        job = jobs.check(asker(), name, content)
    except Refusal as refusal:
        return _page(refused=sentence(refusal, of_request())), status_of(type(refusal))
    return redirect(url_for("pages.settings.import_job", id=job.id), 303)


@blueprint.get("/settings/import/template")
@allow(*MANAGERS)
def import_template() -> Response:
    """The workbook that is filled in, in the visitor's language."""
    name = say(words("avrop-import-template.xlsx"), of_request())
    content = BytesIO(template(of_request()))
    return send_file(content, WORKBOOK, as_attachment=True, download_name=name)


@blueprint.get("/settings/import/<job:id>")
@allow(*MANAGERS)
def import_job(id: str) -> str:
    """How far it is, or what came of it. Raises NotFound."""
    return _job(id)


@blueprint.post("/settings/import/<job:id>")
@allow(*MANAGERS)
def take_in_import(id: str) -> Any:
    """Import what was checked; sent with `do=cancel`, it is wanted no more. Raises NotFound."""
    found = jobs.one(asker(), id)
    if request.form.get("do") == "cancel":
        jobs.cancel(asker(), id)
        return redirect(url_for("pages.settings.import_job", id=id), 303)
    try:
        begun = jobs.take_in(asker(), found)
    except Refusal as refusal:
        return _job(id, sentence(refusal, of_request())), status_of(type(refusal))
    return redirect(url_for("pages.settings.import_job", id=begun.id), 303)


def _job(id: str, refused: str = "") -> str:
    found = jobs.one(asker(), id)
    came = jobs.came(asker(), found)
    return render_template(
        "settings/import_job.html",
        title=label("Import"),
        of=found.about,
        links=links(),
        job=found,
        report=None if came is None else came.report,
        faults=[] if came is None else came.faults[of_request()],
        is_check=found.what == jobs.CHECK,
        refused=refused,
    )


def _largest() -> int:
    """Bytes that the page takes of a file: at most what is read of any form."""
    return min(ledger().settings.file_limit, MAX_IMPORT_FILE)


def _page(fault: Sentence | None = None, refused: str = "") -> str:
    return render_template(
        "settings/import.html",
        title=label("Import"),
        of="",
        links=links(),
        fault=None if fault is None else say(fault, of_request()),
        refused=refused,
        jobs=jobs.mine(asker(), PAGE),
        checks=jobs.CHECK,
        megabytes=_largest() // MEGABYTE,
    )
