"""The page for a council: the answer, the formula, what is open; to be read, printed or kept."""

from flask import Blueprint, Response, render_template

from ledger.application.answers.council import CouncilPage
from ledger.application.council import ROLES, of
from ledger.domain.calendar import SWEDEN
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.dear import dear
from ledger.web.pages.files import document_asked
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker

blueprint = Blueprint("council", __name__)


@blueprint.get("/agreements/<agreement:number>/council")
@allow(*ROLES)
@dear
def one(number: str) -> str | Response:
    times = asked_for()[0]

    def told(then: Then) -> CouncilPage:
        return of(asker(), number, then.as_of, then.known_at)

    if (file := document_asked(times, told)) is not None:
        return file
    found = of(asker(), number, times.as_of, times.known_at)
    return render_template(
        "council/one.html",
        found=found,
        known_at=found.known_at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M"),
        number=number,
        times=times,
    )
