"""A bundle of the log: of what, how large, made in the background, and fetched within a day."""

from collections.abc import Sequence
from typing import Any

from flask import Response, redirect, request, stream_with_context, url_for

from ledger import numbers
from ledger.application import jobs
from ledger.application.acts import act_of
from ledger.application.bodies import parsing
from ledger.application.bodies.access import BundleQuery
from ledger.bounds import PAGE
from ledger.domain.refusals import Fault, Invalid, NotFound, Refusal
from ledger.registry import jobs as kept
from ledger.web.access import allow
from ledger.web.attempted import writes_nothing
from ledger.web.pages.audit.parts import blueprint, page
from ledger.web.pages.labels import label
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger

ROLES = act_of("audit", "bundle").roles
WHOLE = "whole"


@blueprint.route("/audit/bundle", methods=["GET", "POST"])
@allow(*ROLES)
@writes_nothing
def bundle() -> Any:
    """Of what: shown with its size before it is made."""
    asked = request.form if request.method == "POST" else request.args
    typed = {name: asked[name].strip() for name in ("agreement", WHOLE) if asked.get(name, "")}
    size: tuple[int, int, int] | None = None
    faults: Sequence[Fault] = ()
    refused: Refusal | None = None
    try:
        if typed:
            number = _number(typed)
            jobs.scope(asker(), number)
            if request.method == "POST":
                job = jobs.bundle(asker(), number)
                return redirect(url_for("pages.audit.job", id=job.id), 303)
            size = jobs.size(asker(), number)
    except Invalid as invalid:
        faults, refused = invalid.faults, invalid
    except Refusal as refusal:
        refused = refusal
    shown = page(
        "bundle",
        label("Bundle"),
        wrong=refused is not None,
        typed=typed,
        faults=faults,
        refused=None if faults else refused,
        size=size,
        megabytes=None if size is None else _megabytes(*size),
        may_have_all=asker().audited is None,
        jobs=[one for one in jobs.mine(asker(), PAGE) if one.what == jobs.BUNDLE],
    )
    return shown if refused is None else (shown, status_of(type(refused)))


def _megabytes(records: int, stored: int, every: int) -> str:
    """About how large it will be: what is told of each entry beside what it says, and two hashes of
    every entry of the log."""
    found = (stored + 300 * records + 64 * every) / 1_000_000
    return "1" if found < 1 else str(round(found))


def _number(typed: dict[str, str]) -> str | None:
    """The agreement that is named; None: the whole log. Raises Invalid."""
    if WHOLE in typed:
        return None
    try:
        read = parsing.load(BundleQuery, {"agreement": typed.get("agreement", "")})
        return numbers.agreement_number(ledger(), read["agreement"], asker().visible)
    except NotFound:
        template = "There is no agreement {number}."
        figures = {"number": typed["agreement"]}
        fault = Fault(pointer="/agreement", sentence=template, figures=figures)
        raise Invalid(fault) from None


@blueprint.route("/audit/bundle/<job:id>", methods=["GET", "POST"])
@allow(*ROLES)
@writes_nothing
def job(id: str) -> Any:
    """How far it is; sent with `cancel`, it is wanted no more. Raises NotFound."""
    found = _one(id)
    if request.method == "POST":
        jobs.cancel(asker(), id)
        return redirect(url_for("pages.audit.job", id=id), 303)
    return page("job", label("Bundle"), job=found)


def _one(id: str) -> kept.Job:
    """Raises NotFound, also of other work."""
    found = jobs.one(asker(), id)
    if found.what != jobs.BUNDLE:
        raise NotFound(what="job", name=id)
    return found


@blueprint.get("/audit/bundle/<job:id>/file")
@allow(*ROLES)
def job_file(id: str) -> Response:
    """Raises NotFound, also where nothing came of it."""
    found = _one(id)
    if found.status != "done":
        raise NotFound(what="job", name=id)
    parts = kept.content(ledger().registry, id)
    response = Response(stream_with_context(parts), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.content_length = found.size
    return response
