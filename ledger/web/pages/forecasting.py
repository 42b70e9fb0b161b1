"""When each limit is reached and what is left of it, in words: the range, what it rests on, and
what would change it."""

from flask import Blueprint, render_template

from ledger.application import course, seeing
from ledger.application.planning import FORESEEING, forecast
from ledger.application.planning import PLAYING as MAY_TRY
from ledger.web.access import allow
from ledger.web.dear import dear
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger

blueprint = Blueprint("forecasting", __name__)


@blueprint.get("/agreements/<agreement:number>/forecast")
@allow(*FORESEEING)
@dear
def one(number: str) -> str:
    times = asked_for()[0]
    row = seeing.agreement_row(asker(), number, times.then)
    with ledger().views.database.reading() as connection:
        went = course.of(asker(), connection, row, times.then)
    return render_template(
        "asking/forecast.html",
        course=went,
        found=forecast(asker(), number, times.as_of, times.known_at),
        number=number,
        title=row.state.title,
        may_try=bool(set(asker().roles) & set(MAY_TRY)) and not times.given,
        times=times,
    )
