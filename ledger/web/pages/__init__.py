"""The pages for people: one file a kind of page; here is the list of them, and what all share."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g
from flask_wtf import CSRFProtect

from ledger.application.answers.members import counted
from ledger.application.sentences.flags import flag_words
from ledger.application.sentences.kinds import kind_word
from ledger.application.sentences.statuses import status_words
from ledger.domain.money import from_text
from ledger.domain.refusals import Fault, NotFound, Refusal
from ledger.web import language
from ledger.web.access import Unauthenticated
from ledger.web.pages import (
    acting,
    agreements,
    attesting,
    before,
    choices,
    comparing,
    council,
    forecasting,
    invoices,
    labels,
    orders,
    problems,
    queue,
    reconciliation,
    reference,
    reports,
    search,
    sheets,
    start,
    trying,
    why,
)
from ledger.web.pages.frame import shared
from ledger.wording import (
    Sentence,
    fault_sentence,
    isolated,
    kronor,
    say,
    seats,
    sentence,
    translate,
)

BLUEPRINTS = (
    start.blueprint,
    choices.blueprint,
    search.blueprint,
    agreements.blueprint,
    orders.blueprint,
    invoices.blueprint,
    queue.blueprint,
    attesting.blueprint,
    acting.blueprint,
    why.blueprint,
    comparing.blueprint,
    forecasting.blueprint,
    trying.blueprint,
    reports.blueprint,
    council.blueprint,
    sheets.blueprint,
    reconciliation.blueprint,
    problems.blueprint,
    reference.blueprint,
)

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy: scripts and answers of this server alone, none in a page itself, nothing
from elsewhere (Designsystemet draws its icons from data: addresses)."""


def install(app: Flask, *, tokens_only: Iterable[Blueprint]) -> None:
    """Register every page with its words, its protection of forms and its headers.

    `tokens_only` need no protection: programs show a token, which no other site can.
    """
    app.config.update(
        SECRET_KEY=app.extensions["ledger"].registry.secret("cookies"),
        SESSION_COOKIE_NAME="avrop_form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    protection = CSRFProtect(app)
    for exempt in tokens_only:
        protection.exempt(exempt)
    pages = Blueprint("pages", __name__)
    for blueprint in BLUEPRINTS:
        pages.register_blueprint(blueprint)
    pages.register_error_handler(NotFound, before.not_there)
    pages.register_error_handler(Unauthenticated, start.ask_again)
    app.register_blueprint(pages)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["kronor"] = kronor
    app.jinja_env.filters["isolated"] = isolated
    app.jinja_env.filters["ore"] = from_text
    app.jinja_env.filters["counted"] = counted
    app.jinja_env.filters["decimal"] = decimal
    app.jinja_env.filters["flagged"] = _flagged
    app.jinja_env.filters.update(WORDED)
    app.context_processor(shared)
    app.after_request(protect)


def _names(ids: set[str]) -> dict[str, str]:
    """Of people, who are kept outside the log."""
    found: dict[str, str] = current_app.extensions["ledger"].registry.names(ids)
    return found


def _said(text: Sentence) -> str:
    return say(text, language.of_request(), _names)


def _fault(fault: Fault) -> str:
    return fault_sentence(fault, language.of_request())


def _refusal(refusal: Refusal) -> str:
    return sentence(refusal, language.of_request(), _names)


def _title(refusal: Refusal) -> str:
    return translate(refusal.title, language.of_request())


def _flagged(flags: Iterable[str], currency: str) -> str:
    """What an invoice or an order is flagged for, in words."""
    return flag_words(flags, currency, language.of_request())


def _person(id: str) -> str:
    return _names({id}).get(id, id)


def _status(status: str) -> str:
    return status_words(status, language.of_request())


def _seats(count: int) -> str:
    return seats(count, language.of_request())


def _choice(value: object) -> str:
    """A value that one may choose, in words."""
    found = labels.CHOICES.get(str(value))
    return str(value) if found is None else _said(found)


def _cost_kind(kind: str) -> str:
    return kind_word(kind, language.of_request())


WORDED: dict[str, Callable[[Any], str]] = {
    "said": _said,
    "seats": _seats,
    "status_word": _status,
    "person": _person,
    "fault": _fault,
    "refusal": _refusal,
    "refusal_title": _title,
    "choice": _choice,
    "cost_kind": _cost_kind,
}
"""What templates say things with."""


def decimal(number: str) -> str:
    """A number with decimals as the reader writes it."""
    return number.replace(".", ",") if language.of_request() == "sv" else number


def protect(response: Response) -> Response:
    if response.mimetype == "text/html":
        if "times" in g and g.times.faults and response.status_code == 200:
            response.status_code = 422
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("HX-Request")
        response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
