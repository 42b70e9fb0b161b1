"""The pages for people: one file a kind of page; here is the list of them, and what all share."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError

from ledger.application.acts import ACTS
from ledger.application.answers.access import attempt_answer
from ledger.application.answers.members import counted
from ledger.application.answers.terms import DRAWDOWN_ID
from ledger.application.party_names import names_of
from ledger.application.sentences.flags import flag_words
from ledger.application.sentences.kinds import kind_word
from ledger.application.sentences.statuses import due_words, status_words
from ledger.clock import day_of
from ledger.domain import order
from ledger.domain.money import from_text
from ledger.domain.refusals import Fault, NotFound, Refusal
from ledger.projections.access import Attempt
from ledger.reasons import of_row
from ledger.web import cookies, language, origin, signing
from ledger.web.access import Unauthenticated
from ledger.web.application import App
from ledger.web.pages import (
    acting,
    agreements,
    answering,
    attesting,
    audit,
    before,
    by_link,
    certificates,
    choices,
    comparing,
    council,
    demonstration,
    first_steps,
    forecasting,
    help,
    invitations,
    invoices,
    labels,
    me,
    order_links,
    orders,
    passing,
    problems,
    queue,
    reconciliation,
    reference,
    reports,
    search,
    session,
    settings,
    sheets,
    single_sign_on,
    start,
    trying,
    why,
)
from ledger.web.pages.filling import called_invoice
from ledger.web.pages.frame import shared
from ledger.wording import (
    Sentence,
    fault_sentence,
    isolated,
    kronor,
    law,
    say,
    seats,
    sentence,
    translate,
)

BLUEPRINTS = (
    start.blueprint,
    first_steps.blueprint,
    choices.blueprint,
    search.blueprint,
    agreements.blueprint,
    orders.blueprint,
    answering.blueprint,
    by_link.blueprint,
    certificates.blueprint,
    order_links.blueprint,
    invoices.blueprint,
    queue.blueprint,
    attesting.blueprint,
    acting.blueprint,
    why.blueprint,
    passing.blueprint,
    audit.blueprint,
    comparing.blueprint,
    forecasting.blueprint,
    trying.blueprint,
    reports.blueprint,
    council.blueprint,
    sheets.blueprint,
    reconciliation.blueprint,
    problems.blueprint,
    reference.blueprint,
    demonstration.blueprint,
    session.blueprint,
    single_sign_on.blueprint,
    invitations.blueprint,
    me.blueprint,
    settings.blueprint,
    help.blueprint,
)


def install(app: App, *, tokens_only: Iterable[Blueprint]) -> None:
    """Register every page with its words, its protection of forms and its headers.

    `tokens_only` need no protection: programs show a token, which no other site can.
    """
    app.config.update(
        SECRET_KEY=app.extensions["ledger"].registry.secret("cookies"),
        WTF_CSRF_TIME_LIMIT=None,
        # Where a form was sent from is asked by `origin`, which says in words what is wrong.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = cookies.Forms()
    origin.install(app)
    single_sign_on.install(app, app.extensions["ledger"].settings.oidc)
    protection = CSRFProtect(app)
    for exempt in tokens_only:
        protection.exempt(exempt)
    app.tokens_only = frozenset(one.name for one in tokens_only)
    pages = Blueprint("pages", __name__)
    for blueprint in BLUEPRINTS:
        pages.register_blueprint(blueprint)
    pages.register_error_handler(NotFound, before.not_there)
    pages.register_error_handler(Unauthenticated, session.ask_again)
    pages.register_error_handler(CSRFError, session.unprotected)
    app.register_blueprint(pages)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["kronor"] = kronor
    app.jinja_env.filters["isolated"] = isolated
    app.jinja_env.filters["ore"] = from_text
    app.jinja_env.filters["counted"] = counted
    app.jinja_env.filters["decimal"] = decimal
    app.jinja_env.filters["flagged"] = _flagged
    app.jinja_env.filters["left_to_invoice"] = order.left
    app.jinja_env.filters.update(WORDED)
    app.context_processor(shared)
    app.after_request(of_pages)


def _names(ids: set[str]) -> dict[str, str]:
    """Of people, who are kept outside the log."""
    found: dict[str, str] = current_app.extensions["ledger"].registry.names(ids)
    return found


def _said(text: Sentence) -> str:
    return say(text, language.of_request(), _names)


def _fault(fault: Fault) -> str:
    return fault_sentence(fault, language.of_request())


def _refusal(refusal: Refusal) -> str:
    return _spoken(sentence(refusal, language.of_request(), _names))


_INVOICE = re.compile(rf"(?<![\w.-]){DRAWDOWN_ID}(?![\w-])")
_ORGANISATION = re.compile(r"(?<![\w.-])\d{10}(?![\w-])")


def _spoken(text: str) -> str:
    """A sentence with invoices by their numbers and organisations by their names, as people call
    them."""
    text = _INVOICE.sub(lambda found: called_invoice(found[0]), text)
    return _ORGANISATION.sub(lambda found: _named(found[0]), text) if "asker" in g else text


FORMATS = {"peppol-invoice": "Peppol BIS Billing 3"}
"""Formats of received files as people know them."""


def _format(name: str) -> str:
    return FORMATS.get(name, name)


def _title(refusal: Refusal) -> str:
    return translate(refusal.title, language.of_request())


def _flagged(flags: Iterable[str], currency: str) -> str:
    """What an invoice or an order is flagged for, in words."""
    return _spoken(flag_words(flags, currency, language.of_request()))


def _person(id: str) -> str:
    return isolated(_names({id}).get(id, id))


def _status(status: str) -> str:
    return status_words(status, language.of_request())


def _due(status: str) -> str:
    return due_words(status, language.of_request())


def _seats(count: int) -> str:
    return seats(count, language.of_request())


def _day_in_sweden(moment: str | datetime) -> str:
    """The day that a moment was in Sweden, wherever it was written down."""
    read = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
    return day_of(read).isoformat()


def _named(organisation: str) -> str:
    """An organisation by its name, where the visitor knows it; else by its number."""
    known: dict[str, str] = g.setdefault("organisations_named", {})
    if organisation not in known:
        found = names_of(g.asker, [organisation])
        known[organisation] = isolated(found.get(organisation, organisation))
    return known[organisation]


def _named_with_number(organisation: str) -> str:
    name = _named(organisation)
    return name if name == organisation else f"{name}, {organisation}"


def _choice(value: object) -> str:
    """A value that one may choose, in words."""
    found = labels.CHOICES.get(str(value))
    return str(value) if found is None else _said(found)


def _swedish_day(moment: datetime) -> str:
    """The day of a moment in Sweden."""
    return day_of(moment).isoformat()


def _cost_kind(kind: str) -> str:
    return kind_word(kind, language.of_request())


def _why_it_waits(row: Mapping[str, Any]) -> str:
    """Of a file's row in the queue."""
    return of_row(row).says(language.of_request())


def _attempted(attempt: Attempt) -> str:
    """What was refused, of whom: the person by name, and the act as its button calls it."""
    told = attempt_answer(attempt, language.of_request())
    said, person = _spoken(told.sentence), attempt.row["person"]
    for act in ACTS:
        command = "" if act.command is None else act.command.__name__
        if command == told.action and (act.to, act.name) in labels.ACTS:
            called = _said(labels.ACTS[act.to, act.name])
            said = said.replace(command, called[:1].lower() + called[1:])
    return said.replace(person, _person(person))


WORDED: dict[str, Callable[[Any], str]] = {
    "said": _said,
    "seats": _seats,
    "status_word": _status,
    "due_word": _due,
    "person": _person,
    "fault": _fault,
    "refusal": _refusal,
    "spoken": _spoken,
    "format_word": _format,
    "refusal_title": _title,
    "named": _named,
    "named_with_number": _named_with_number,
    "choice": _choice,
    "day_in_sweden": _day_in_sweden,
    "cost_kind": _cost_kind,
    "swedish_day": _swedish_day,
    "why_it_waits": _why_it_waits,
    "attempted": _attempted,
    "law": law,
    "minute": signing.moment,
    "way": me.way,
}
"""What templates say things with."""


def decimal(number: str) -> str:
    """A number with decimals as the reader writes it."""
    return number.replace(".", ",") if language.of_request() == "sv" else number


def of_pages(response: Response) -> Response:
    if response.mimetype == "text/html":
        if "times" in g and g.times.faults and response.status_code == 200:
            response.status_code = 422
        response.vary.add("HX-Request")
    return response
