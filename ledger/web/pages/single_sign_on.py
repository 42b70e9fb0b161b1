"""Signing in with an account elsewhere: there, and back again."""

import secrets
from collections.abc import Mapping

import msgspec
from flask import Blueprint, Flask, Response, abort, current_app, render_template, request, url_for
from flask_babel import gettext as _

from ledger import people
from ledger.bounds import GOING_SECONDS, MAX_KEPT
from ledger.registry.going import Asked
from ledger.web import cookies, logged, problems, signing
from ledger.web.access import public
from ledger.web.issuers import PROVIDERS, NotBelieved, NotReached, Provider, read_issuers
from ledger.web.language import local
from ledger.web.pages import session
from ledger.web.pages.session import Answer
from ledger.web.seen import ledger

blueprint = Blueprint("single_sign_on", __name__)
COOKIE = "avrop_going"


def install(app: Flask, path: str) -> None:
    """Believe the issuers of a file. Raises ValueError in words."""
    app.extensions[PROVIDERS] = {one.name: Provider(one) for one in read_issuers(path)}


@blueprint.post("/session/elsewhere")
@public
def begin() -> Answer:
    kept = session.sent() if request.form.get("do") == session.REFILL else None
    if kept is not None:
        kept.pop("with", None)
    return started(request.form.get("with", ""), kept=kept, then=local(request.form.get("next")))


def started(
    name: str, invitation: str = "", kept: Mapping[str, str] | None = None, then: str = "/"
) -> Answer:
    """Away to an issuer: a page that leads there by itself, since a form may not (the policy of
    contents lets none be sent elsewhere)."""
    provider = _provider(name)
    written = "" if kept is None else msgspec.json.encode(dict(kept)).decode()
    if seconds := signing.wait(""):
        return session.slowed("elsewhere", seconds)
    asked = Asked(
        issuer=name,
        nonce=secrets.token_urlsafe(32),
        verifier=secrets.token_urlsafe(48),
        invitation=invitation,
        then=then,
        kept=written if len(written) <= MAX_KEPT else "",
    )
    browser = cookies.read(COOKIE) or secrets.token_urlsafe(32)
    state = ledger().registry.go(asked, browser)
    try:
        address = provider.address(_back(name), state, asked.nonce, asked.verifier)
    except NotReached as error:
        return _not(name, error)
    title = provider.issuer.title
    page = Response(render_template("start/leaving.html", address=address, title=title))
    cookies.keep(page, COOKIE, browser, GOING_SECONDS)
    return page


@blueprint.get("/session/from/<name>")
@public
def back(name: str) -> Answer:
    """Back from an issuer, each of which has an address of its own."""
    provider, registry = _provider(name), ledger().registry
    said = {part: request.args.get(part, "")[:4000] for part in ("state", "code", "iss", "error")}
    asked = registry.come_back(said["state"], cookies.read(COOKIE), name)
    if asked is None:
        return _not(name, NotBelieved("nothing was asked"))
    try:
        provider.require_issuer(said["iss"])
        if said["error"] or not said["code"]:
            raise NotBelieved("the issuer says no")
        there = _back(name)
        subject = provider.subject(there, said["code"], asked.nonce, asked.verifier)
    except (NotBelieved, NotReached) as error:
        return _not(name, error)
    signing.let_in("")
    issuer = provider.issuer
    if asked.invitation:
        return _invited(asked, (issuer.issuer, subject), issuer.title)
    sign_in = registry.sign_in_by(issuer.issuer, subject)
    if sign_in is None:
        logged.not_signed_in("not tied")
        return session.who({"elsewhere": _nobody(issuer.title)}, then=asked.then), 403
    kept = msgspec.json.decode(asked.kept, type=dict[str, str]) if asked.kept else None
    return session.signed_in(sign_in, issuer.title, kept, asked.then, is_form=False)


def _invited(asked: Asked, identity: tuple[str, str], how: str) -> Answer:
    registry = ledger().registry
    found, joined = registry.invited(asked.invitation), registry.sign_in_by(*identity)
    if found and joined and people.is_own_giving(ledger().service, registry, found.person, joined):
        return session.own_giving()
    sign_in = found and registry.accept(asked.invitation, identity=identity)
    if not (found and sign_in):
        return session.over()
    return session.begun(found, sign_in, how)


def _provider(name: str) -> Provider:
    found: Provider | None = current_app.extensions[PROVIDERS].get(name)
    if found is None:
        abort(404)
    return found


def _back(name: str) -> str:
    """The address that an issuer sends people back to, which it has to know."""
    public_address = ledger().settings.address or request.host_url.rstrip("/")
    return public_address + url_for("pages.single_sign_on.back", name=name)


def _nobody(title: str) -> str:
    said: str = _(
        "Your account with %(issuer)s is tied to nobody here. Ask an administrator for an "
        "invitation, and sign in with it from there.",
        issuer=title,
    )
    return said


def _not(name: str, error: NotBelieved | NotReached) -> Answer:
    logged.not_signed_in(f"{name}: {error}")
    if isinstance(error, NotReached):
        said = _("The account that you wanted to sign in with cannot be reached. Try again later.")
        return session.who({"elsewhere": said}), 502
    return problems.page(
        _("You are not signed in"),
        _("What came back does not show who you are, or took too long. Sign in once more."),
        403,
    )
