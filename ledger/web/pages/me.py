"""How one signs in oneself: the passphrase, and the sessions that one has, ended one by one or all
at once."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.bounds import MIN_PASSPHRASE
from ledger.registry import passphrases
from ledger.registry.sessions import Session
from ledger.registry.sign_ins import Tied, WayIn
from ledger.web import access, issuers, logged, signing
from ledger.web.access import Unauthenticated, public
from ledger.web.language import of_request
from ledger.web.pages.frame import organisation_called
from ledger.web.pages.labels import label
from ledger.web.seen import ledger
from ledger.wording import Sentence, say, words

blueprint = Blueprint("me", __name__)
END, END_OTHERS, CHANGE = "end", "end-others", "change"
WAYS: dict[str, Sentence] = {
    "token": label("Token"),
    "passphrase": label("Passphrase"),
    "invitation": label("Invitation"),
    "demonstration": label("The demonstration"),
}
"""With what one signs in; single sign-on by its name."""
DIFFERENT = words("The two are not the same: type the new one twice.")


def way(how: str) -> str:
    """With what somebody signed in, in words."""
    return say(WAYS[how], of_request()) if how in WAYS else how


@blueprint.route("/settings/me", methods=["GET", "POST"])
@public
def one() -> str | Redirect | tuple[str, int]:
    """Raises Unauthenticated."""
    mine = access.session()
    if mine is None or access.visitor() is None:
        raise Unauthenticated
    if request.method == "GET":
        return _shown(mine)
    return _change(mine) if request.form.get("do") == CHANGE else _end(mine)


def _shown(mine: Session, **faults: str) -> str:
    registry = ledger().registry
    return render_template(
        "settings/me.html",
        mine=mine,
        sessions=registry.sessions_of(mine, ledger().now),
        ways=[(_with(one), one.since) for one in registry.ways_of(mine.owner)],
        has_passphrase=bool(registry.passphrase_of(mine.owner)),
        least=MIN_PASSPHRASE,
        faults=faults,
    )


def _with(one: WayIn) -> str:
    """What a way in is called; an account by the name that its issuer has here."""
    return way("passphrase") if not one.issuer else issuers.title_of(one.issuer)


def _end(mine: Session) -> Redirect:
    """End one of one's own sessions, or all others; the one that it is done in ends too if it is
    the one."""
    registry = ledger().registry
    ids = {one.id for one in registry.sessions_of(mine, ledger().now)}
    chosen = request.form.get("session", "")
    ended = ids - {mine.id} if request.form.get("do") == END_OTHERS else ids & {chosen}
    registry.end_sessions(ended)
    logged.sessions_ended(len(ended))
    if mine.id in ended:
        return redirect(url_for("pages.start.first"), 303)
    if len(ended) == 1:
        flash(_("The session is ended: whoever has it open has to sign in again."))
    elif ended:
        flash(_("The other sessions are ended: %(count)s.", count=len(ended)))
    return redirect(url_for(".one"), 303)


def _change(mine: Session) -> Redirect | tuple[str, int]:
    """Another passphrase, by whoever knows the one that there is; all other sessions end."""
    registry = ledger().registry
    if not registry.passphrase_of(mine.owner):
        return redirect(url_for(".one"), 303)
    if seconds := signing.wait(mine.owner):
        return _shown(mine, current=signing.to_wait(seconds)), 429
    if not registry.lets_in(mine.owner, request.form.get("current", "")):
        logged.not_signed_in("passphrase")
        return _shown(mine, current=_("That is not your passphrase.")), 422
    signing.let_in(mine.owner)
    passphrase, fault = chosen(*registry.persons_of(mine.owner))
    if fault:
        return _shown(mine, passphrase=fault), 422
    registry.set_passphrase(mine.owner, passphrases.hashed(passphrase), but=mine.id)
    flash(_("The passphrase is changed, and all other sessions are ended."))
    return redirect(url_for(".one"), 303)


def chosen(*persons: Tied) -> tuple[str, str]:
    """The new passphrase that a form was sent with, and what is wrong with it in words: nothing
    that is known of its `persons` is one, as their names, ids and organisations."""
    own = [
        part
        for one in persons
        for part in (one.name, one.person, one.organisation, organisation_called(one.organisation))
    ]
    passphrase = request.form.get("passphrase", "")
    fault = passphrases.fault(passphrase, tuple(own))
    if fault is None and request.form.get("again", "") != passphrase:
        fault = DIFFERENT
    return passphrase, "" if fault is None else say(fault, of_request())
