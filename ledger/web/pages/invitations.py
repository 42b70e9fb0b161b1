"""An invitation: a link, good once, by which somebody gets a way in of their own."""

from flask import Blueprint, redirect, render_template, request, url_for

from ledger import people
from ledger.bounds import MIN_PASSPHRASE
from ledger.registry import passphrases
from ledger.registry.sign_ins import Tied
from ledger.web import access, issuers
from ledger.web.access import public
from ledger.web.pages import session, single_sign_on
from ledger.web.pages.frame import organisation_called
from ledger.web.pages.me import chosen
from ledger.web.pages.session import Answer
from ledger.web.seen import ledger

blueprint = Blueprint("invitations", __name__)
TIE = "tie"


@blueprint.route("/invitation/<secret>", methods=["GET", "POST"])
@public
def one(secret: str) -> str | Answer:
    """Looking at it takes nothing: only what is sent does."""
    found = ledger().registry.invited(secret)
    if found is None:
        return session.over()
    if request.method == "GET":
        return _shown(secret, found, "")
    if request.form.get("with"):
        return single_sign_on.started(request.form["with"], invitation=secret)
    if request.form.get("do") == TIE:
        return _tie(secret, found)
    passphrase, fault = chosen(found)
    if fault:
        return _shown(secret, found, fault), 422
    sign_in = ledger().registry.accept(secret, passphrase=passphrases.hashed(passphrase))
    return session.over() if sign_in is None else session.begun(found, sign_in, "invitation")


def _tie(secret: str, found: Tied) -> Answer:
    """To the sign-in that somebody has already, and is signed in with."""
    mine = _own_sign_in()
    if not mine:
        return redirect(url_for(".one", secret=secret), 303)
    if people.is_own_giving(ledger().service, ledger().registry, found.person, mine):
        return session.own_giving()
    sign_in = ledger().registry.accept(secret, sign_in=mine)
    return session.over() if sign_in is None else session.begun(found, sign_in, "invitation")


def _own_sign_in() -> str:
    mine = access.session()
    return mine.owner if mine is not None and mine.owner.startswith("s-") else ""


def _shown(secret: str, found: Tied, fault: str) -> str:
    return render_template(
        "start/invitation.html",
        secret=secret,
        invited=found,
        organisation_named=organisation_called(found.organisation),
        may_tie=bool(_own_sign_in()),
        issuers=issuers.titles(),
        least=MIN_PASSPHRASE,
        fault=fault,
    )
