"""The pages for people: one file a kind of page; here is the list of them, and what all share."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf import CSRFProtect

from ledger.application.reconciling import ROLES
from ledger.domain.money import from_text
from ledger.web import access, language
from ledger.web.pages import agreements, problems, reconciliation, reference, sheets, start
from ledger.wording import LANGUAGES, kronor, translate

BLUEPRINTS = (
    start.blueprint,
    agreements.blueprint,
    sheets.blueprint,
    reconciliation.blueprint,
    problems.blueprint,
    reference.blueprint,
)

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy: no script at all, nothing from elsewhere (Designsystemet draws its
icons from data: addresses)."""


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
    app.register_blueprint(pages)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["kronor"] = kronor
    app.jinja_env.filters["ore"] = from_text
    app.jinja_env.filters["decimal"] = decimal
    app.context_processor(shared)
    app.after_request(protect)


def shared() -> dict[str, Any]:
    """What the frame of every page needs."""
    said = language.of_request()
    visitor = access.visitor()
    roles = set(visitor.roles if visitor else ())
    return {
        "language": said,
        "languages": LANGUAGES,
        "word": lambda text: translate(text, said),
        "visitor": visitor,
        "visitor_name": visitor_name(),
        "demo": current_app.config["DEMO"],
        "may_reconcile": bool(roles.intersection(ROLES)),
        "here": request.full_path.rstrip("?"),
    }


def decimal(number: str) -> str:
    """A number with decimals as the reader writes it."""
    return number.replace(".", ",") if language.of_request() == "sv" else number


def visitor_name() -> str:
    visitor = access.visitor()
    if visitor is None:
        return ""
    names: dict[str, str] = current_app.extensions["ledger"].registry.names({visitor.person})
    return names.get(visitor.person, visitor.person)


def protect(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
