"""What was not there yet on the day that a page is asked for: its page says so, and when it was."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from flask import Response, g, make_response, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.domain.refusals import NotFound, Refusal
from ledger.projections import timeline
from ledger.projections.then import NOW, moment
from ledger.web import problems
from ledger.web.language import of_request
from ledger.web.pages.times import PLACES, TIMES, Times
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words

SEEN: Mapping[str, Callable[[Asker, str], object]] = {
    "agreement": lambda who, name: seeing.agreement_row(who, name, NOW),
    "order": lambda who, name: seeing.order_row(who, name, NOW),
    "drawdown": seeing.drawdown_state,
}
"""How each thing is looked for as of now, by somebody who may see it. They raise NotFound."""

SAID = {
    "agreement": words("{name} was signed {day}; as of {asked} it was not there."),
    "order": words("{name} was ordered {day}; as of {asked} it was not there."),
    "drawdown": words("{name} came {day}; as of {asked} it was not there."),
}
UNKNOWN = words("{name} was recorded {moment}; at {asked} it was not known.")


def not_there(refusal: NotFound) -> Response | Redirect:
    """The page of what was not there then, with links to when it was and to today; of what there
    never was, or is not theirs to see, that there is no such thing."""
    times: Times | None = g.get("times")
    what, name = str(refusal.figures["what"]), str(refusal.figures["name"])
    if times is None or not times.given or what not in SEEN:
        return problems.page_from_refusal(refusal)
    try:
        SEEN[what](asker(), name)
    except Refusal:
        return problems.page_from_refusal(refusal)
    with ledger().views.database.reading() as connection:
        first = timeline.of(connection, stream=f"{what}/{name}", limit=1)
    if not first:
        return problems.page_from_refusal(refusal)
    recorded = moment(first[0]["recorded_at"])
    there = Times(as_of=max(first[0]["effective_on"], times.day), known_at=times.known_at)
    if times.known_at is not None and times.known_at < recorded:
        minute = recorded.replace(second=0, microsecond=0) + timedelta(minutes=1)
        there = Times(as_of=there.as_of, known_at=minute)
    page = render_template(
        "times/before.html",
        name=name,
        said=say(
            _said(what, name, times, first[0]["effective_on"].isoformat(), there), of_request()
        ),
        there=_address(there.query()),
        at=there,
        today=_address({}),
    )
    return make_response(page, 404)


def _said(what: str, name: str, times: Times, day: str, there: Times) -> Sentence:
    if there.known_at != times.known_at:
        figures = {"moment": there.shown("known_at"), "asked": times.shown("known_at")}
        return words(UNKNOWN.template, name=name, **figures)
    return words(SAID[what].template, name=name, day=day, asked=times.day.isoformat())


def _address(times: Mapping[str, str]) -> str:
    """This page at other times."""
    left = {name: value for name, value in request.args.items() if name not in {*TIMES, *PLACES}}
    return url_for(request.endpoint or "", **{**(request.view_args or {}), **left, **times})
