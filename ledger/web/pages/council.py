"""The page for a council: the answer, the formula, what is open; to be read, printed or kept."""

from flask import Blueprint, Response, render_template

from ledger.application.council import ROLES, of
from ledger.domain.calendar import SWEDEN
from ledger.web.access import allow
from ledger.web.exporting import document_file, format_asked
from ledger.web.pages.files import PAGE
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger

blueprint = Blueprint("council", __name__)


@blueprint.get("/agreements/<agreement:number>/council")
@allow(*ROLES)
def one(number: str) -> str | Response:
    times = asked_for()[0]
    known_at = times.known_at or ledger().now
    if format_asked(("pdf",), PAGE) == PAGE:
        found = of(asker(), number, times.as_of, times.known_at)
        return render_template(
            "council/one.html",
            found=found,
            known_at=found.known_at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M"),
            number=number,
            times=times,
        )
    response = document_file(of(asker(), number, times.as_of, known_at), times.day, known_at)
    response.vary.add("Accept")
    return response
