"""The demonstration made anew from its pages: asked of once more, and on its own machine alone."""

from ipaddress import ip_address
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError
from werkzeug import Response as Redirect

from ledger.demo.living import anew
from ledger.domain.refusals import Unavailable
from ledger.opening import Ledger, open_ledger
from ledger.web import language, problems
from ledger.web.access import public
from ledger.web.application import App

blueprint = Blueprint("demonstration", __name__)
PLAYED = "played"
"""Under which name the application keeps which play its ledger was opened after."""
ELSEWHERE = ("X-Forwarded-For", "Forwarded")
"""Headers of what was asked for on another machine."""


@blueprint.route("/demonstration", methods=["GET", "POST"])
@public
def one() -> str | Response | Redirect:
    if not offered():
        abort(404)
    if request.method == "GET":
        return render_template("demonstration/one.html")
    if not anew.again(_opened()):
        return _being_made()
    _same_play(current_app)
    flash(_("The demonstration is made anew: it ends today, and nothing of what was done is left."))
    return redirect(url_for("pages.start.first"), 303)


def offered() -> bool:
    """Whether whoever asks may have the demonstration made anew; not while it cannot be read what
    the ledger is."""
    is_here = (
        bool(current_app.config["DEMO"])
        and ip_address(request.remote_addr or "::").is_loopback
        and not any(name in request.headers for name in ELSEWHERE)
    )
    try:
        return is_here and anew.is_demonstration(_opened())
    except (Unavailable, DBAPIError):
        return False


def follow_plays(app: App) -> None:
    """Before each request: the ledger as it was played last, by whichever process."""
    app.extensions[PLAYED] = app.extensions["ledger"].registry.kept_secret(anew.PLAYED)
    app.begins.append(lambda _: _looked_at(app))


def _looked_at(app: Flask) -> Response | None:
    if request.endpoint in ("static", "health.healthz") or _same_play(app):
        return None
    if language.is_api():
        raise Unavailable
    return _being_made()


def _same_play(app: Flask) -> bool:
    """Open the ledger again where it was played anew since; False while it is being played."""
    opened: Ledger = app.extensions["ledger"]
    before = app.extensions[PLAYED]
    played = opened.registry.kept_secret(anew.PLAYED)
    if played == before:
        return True
    if played is None:
        return False
    app.extensions[PLAYED] = played
    app.extensions["ledger"] = fresh = open_ledger(opened.settings, opened.clock)
    fresh.registry.run = opened.registry.run
    fresh.views.follow()
    opened.close()
    return True


def _being_made() -> Response:
    g.visitor = None  # nothing of the ledger can be told at this moment
    said = _("Somebody has asked for it. In some seconds it is there: load the page once more.")
    response = problems.page(_("The demonstration is being made anew"), said, 503)
    response.headers["Retry-After"] = "2"
    return response


def _opened() -> Any:
    return current_app.extensions["ledger"]
