"""Auditors' appointments: who may read what, by which decision, from when to when."""

import re

from flask import render_template, url_for

from ledger.application import appointing
from ledger.application.acts import act_of
from ledger.application.answers.access import Auditor
from ledger.bounds import PAGE
from ledger.domain.refusals import NotFound
from ledger.projections.then import Then
from ledger.service import Outcome
from ledger.store import Request
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.pages.settings.forms import Answer, Body, Expected, Form, asked
from ledger.web.pages.settings.parts import blueprint, links
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker


@blueprint.get("/settings/auditors")
@allow("auditor", "admin")
def auditors() -> str:
    times, written, _ = asked_for()
    after = int(written) if re.fullmatch(r"\d{1,15}", written, re.ASCII) else 0
    then = Then(as_of=times.as_of, known_at=times.known_at)
    found = appointing.listed(asker(), then, after=after, limit=PAGE + 1)
    return render_template(
        "settings/auditors.html",
        title=label("Auditors"),
        of="",
        links=links(),
        auditors=appointing.answers(asker(), found[:PAGE], then),
        following=found[PAGE - 1].position if len(found) > PAGE else None,
        may_change=not times.given and "admin" in asker().roles,
        times=times,
    )


@blueprint.route("/settings/auditors/new", methods=["GET", "POST"])
@allow("admin")
def appoint() -> Answer:
    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        return appointing.appoint(asker(), body, once, None)[0]

    form = Form(
        act=act_of("access", "appoint"),
        of="",
        back=url_for("pages.settings.auditors"),
        typed={"organisations": asker().by.organisation},
    )
    return asked(form, run)


@blueprint.route("/settings/auditors/<appointment:id>/end", methods=["GET", "POST"])
@allow("admin")
def end_appointment(id: str) -> Answer:
    one = _found(id)

    def run(body: Body, once: Request, expected: Expected) -> Outcome:
        return appointing.end(asker(), id, body, once, None)[0]

    form = Form(
        act=act_of("access", "end"),
        of=one.name or one.person,
        back=url_for("pages.settings.auditors"),
    )
    return asked(form, run)


def _found(id: str) -> Auditor:
    """Raises NotFound."""
    then = Then(as_of=None, known_at=None)
    found = appointing.listed(asker(), then, id=id, limit=1)
    if not found:
        raise NotFound(what="appointment", name=id)
    return appointing.answers(asker(), found, then)[0]
