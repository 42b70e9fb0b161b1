"""Signing in and out: with a passphrase, elsewhere, with a token; in a demonstration, as any of its
people with one click."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug import Response as Redirect

from ledger import people
from ledger.demo import PEOPLE, PROGRAMMES, named
from ledger.documents.organisation import normalise
from ledger.domain.parties import is_natural_person
from ledger.domain.refusals import NotFound, SeveralOfThatName
from ledger.registry import Caller
from ledger.registry.persons import ID
from ledger.registry.sign_ins import Tied
from ledger.web import access, cookies, issuers, logged, problems, signing
from ledger.web.access import TokenOver, Unauthenticated, public
from ledger.web.language import local, of_request
from ledger.web.pages.choices import UNIT_COOKIE
from ledger.web.seen import ledger
from ledger.wording import sentence, words

FIRST_MINUTE = {
    "manager": words("See which amendment its ground does not carry, and which terms end soon."),
    "orderer": words("Answer the university's counter-offer."),
    "finance": words("Place the two invoices that wait in the queue."),
    "approver": words("Approve, or turn down, the invoice that is more than its order."),
    "auditor": words("Look at what was refused, and at what the notary has signed."),
    "supplier": words("Answer an order before its last day."),
    "admin": words("Give the new deputy a token."),
}
"""What is to be done first in the demonstration, by role."""

blueprint = Blueprint("session", __name__)

REFILLED = ("pages.acts", "pages.trying", "pages.queue", "pages.settings")
"""Pages whose forms are filled in again with what was sent to them after their session."""
REFILL = "refill"
ITS_OWN = (
    *("csrf_token", "do", "role", "token", "next"),
    *("who", "organisation_of", "passphrase", "person_to_be"),
)
"""Fields of the forms that one signs in with."""
Answer = Response | Redirect | tuple[str, int]


def ask_again(refusal: Unauthenticated) -> Answer:
    """Who is it? What was sent is kept in the page, so that nothing need be typed anew: the form is
    shown with it after signing in, and nothing is done until it is sent again."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return problems.page_from_refusal(refusal)
    if request.blueprint not in REFILLED:
        before = urlsplit(request.referrer or "").path
        return redirect(url_for("pages.start.first", next=local(before)), 303)
    return who(kept=sent(), then=local(request.path)), 401


def unprotected(error: CSRFError) -> Answer:
    """A form whose protection is gone, as after the browser was closed: what was typed is kept in
    the same way."""
    status = error.code or 400
    if request.blueprint in REFILLED and not request.headers.get("HX-Request"):
        return who(kept=sent(), then=local(request.path)), status
    said = _(
        "The form came without its protection: the browser keeps no cookies, or the page has been "
        "open since before the server was moved. Load the page anew and send it once more. Nothing "
        "was done. Behind a proxy, that must pass Host (or X-Forwarded-Host) and X-Forwarded-Proto."
    )
    return problems.page(_("The form was not taken"), said, status)


def sent() -> dict[str, str]:
    """What a form was sent with, apart from what one signs in with."""
    return {name: value for name, value in request.form.items() if name not in ITS_OWN}


def who(
    faults: Mapping[str, str] | None = None,
    kept: Mapping[str, str] | None = None,
    then: str = "",
) -> str:
    """The page that asks who it is. `faults` are of the ways in, by name; `kept` is what a form was
    sent with, to the address `then`, when its session was over."""
    demo = current_app.config["DEMO"]
    return render_template(
        "start/first.html",
        people=PEOPLE if demo else {},
        first_minute=FIRST_MINUTE,
        others=PROGRAMMES[1:] if demo else (),
        next=then or local(request.args.get("next", "/")),
        faults=faults or {},
        kept=kept,
        refill=REFILL,
        issuers=issuers.titles(),
        typed={name: request.form.get(name, "") for name in ("who", "organisation_of")},
    )


@blueprint.post("/session")
@public
def sign_in() -> Answer:
    """With a passphrase or a token; in a demonstration, as one of its people."""
    if request.form.get("role"):
        return _as_somebody_of_the_demonstration(request.form["role"])
    if request.form.get("who", "").strip():
        return _with_passphrase()
    return _with_token(request.form.get("token", "").strip())


def _as_somebody_of_the_demonstration(role: str) -> Answer:
    found = named(role) if current_app.config["DEMO"] else None
    if found is None:
        raise NotFound(what="role", name=role)
    name, organisation, acts_as = found
    by = people.acting(ledger().service, ledger().registry, name, organisation, acts_as)
    response = _on()
    caller = Caller(person=by.person, organisation=organisation, roles=(acts_as,))
    signing.begin(response, caller, "demonstration")
    return response


def _with_token(token: str) -> Answer:
    if seconds := signing.wait(""):
        return slowed("token", seconds)
    try:
        caller = access.of_token(token) if token else None
    except TokenOver as refusal:
        said = sentence(refusal, of_request(), lambda _: {})
        return _again({"token": said}, 422)
    if caller is None:
        logged.not_signed_in("page")
        return _again({"token": _("No such token is known here.")}, 422)
    signing.let_in("")
    response = _on()
    signing.begin(response, caller, "token", token)
    return response


def _with_passphrase() -> Answer:
    registry = ledger().registry
    written, number = (request.form.get(name, "").strip() for name in ("who", "organisation_of"))
    found = _sign_in_of(written[:200], number[:200])
    tried = found or f"{written.casefold()} {number}"
    if seconds := signing.wait(tried):
        return slowed("passphrase", seconds)
    if not registry.lets_in(found, request.form.get("passphrase", "")) or found is None:
        logged.not_signed_in("passphrase")
        return _again(
            {
                "passphrase": _(
                    "Nobody is known here by that name or id, organisation and passphrase."
                )
            },
            422,
        )
    signing.let_in(tried)
    kept = sent() if request.form.get("do") == REFILL else None
    return signed_in(found, "passphrase", kept, local(request.form.get("next")))


def _sign_in_of(written: str, number: str) -> str | None:
    """Whose sign-in it is, by a person's id, or by name and organisation; by the name alone where
    one person of that name can sign in."""
    registry = ledger().registry
    try:
        if re.fullmatch(ID, written):
            return registry.sign_in_of(written)
        if not number:
            return registry.sign_in_named(written)
        organisation = normalise(number)
        if is_natural_person(organisation):
            organisation = registry.ids_of_sole_traders({organisation}).get(organisation, "-")
        person = registry.find_in(written, organisation)
    except (ValueError, NotFound, SeveralOfThatName):
        return None
    return person and registry.sign_in_of(person)


def signed_in(
    sign_in: str, how: str, kept: Mapping[str, str] | None, then: str, *, is_form: bool = True
) -> Answer:
    """As the one person that a sign-in lets somebody act as; of several they choose first. What was
    `kept` of a form goes on with the form that one signs in with, or waits in a page."""
    persons = ledger().registry.persons_of(sign_in)
    only = persons[0] if len(persons) == 1 else None
    response: Redirect | Response
    if kept is not None and (only is None or not is_form):
        response = Response(_choices(persons, kept, then))
    elif only is None:
        response = redirect(url_for("pages.session.whom", next=then), 303)
    else:
        response = redirect(then, 303 if kept is None else 307)
    signing.begin(response, _caller(only), how, owner=sign_in)
    return response


def begun(found: Tied, sign_in: str, how: str) -> Redirect:
    """Signed in, as whom an invitation was for."""
    response = redirect(url_for("pages.start.first"), 303)
    signing.begin(response, _caller(found), how, owner=sign_in)
    return response


def over() -> Response:
    """What an invitation leads to that was taken, or whose last day has passed."""
    return problems.page(
        _("The invitation is over"),
        _("It has been used, or its last day has passed. Ask an administrator for another."),
        404,
    )


def own_giving() -> Response:
    """What comes of joining a person to the sign-in of whoever gave them a role."""
    return problems.page(
        _("Somebody else must have given the role"),
        _(
            "You gave this person a role over money yourself, and nobody has one from themselves: "
            "the invitation is not taken. Ask another administrator to give it."
        ),
        403,
    )


def _caller(tied: Tied | None) -> Caller:
    return Caller(
        person=tied.person if tied else "",
        organisation=tied.organisation if tied else "",
        roles=(),
    )


def _on() -> Redirect:
    """Where somebody was going. 307: what was kept goes with it, to a form that is shown again and
    does nothing."""
    again = request.form.get("do") == REFILL
    return redirect(local(request.form.get("next")), 307 if again else 303)


def _again(faults: Mapping[str, str], status: int) -> tuple[str, int]:
    if request.form.get("do") != REFILL:
        return who(faults, then=local(request.form.get("next"))), status
    return who(faults, sent(), local(request.form.get("next"))), status


def slowed(way: str, seconds: int) -> tuple[str, int]:
    """Back to where one signs in, with how long to wait."""
    logged.slowed(way)
    return _again({way: signing.to_wait(seconds)}, 429)


# ── For whom ──────────────────────────────────────────────────────────────────────────────────────


@blueprint.route("/session/whom", methods=["GET", "POST"])
@public
def whom() -> str | Redirect:
    """For which organisation somebody acts from now on. Raises Unauthenticated."""
    mine = access.session()
    if mine is None:
        raise Unauthenticated
    registry = ledger().registry
    persons = registry.persons_of(mine.owner)
    if request.method == "GET":
        return _choices(persons, None, local(request.args.get("next")))
    wanted = request.form.get("person_to_be", "")
    chosen = next((one for one in persons if one.person == wanted), None)
    if chosen is None:
        raise NotFound(what="person", name=wanted[:100])
    registry.act_for(mine, chosen.person, chosen.organisation)
    logged.acts_for(chosen.person, chosen.organisation)
    response = _on()
    cookies.forget(response, UNIT_COOKIE)
    return response


def _choices(persons: list[Tied], kept: Mapping[str, str] | None, then: str) -> str:
    return render_template(
        "start/whom.html",
        persons=persons,
        organisations=_called({one.organisation for one in persons}),
        kept=kept,
        refill=REFILL,
        next=then,
    )


def _called(numbers: set[str]) -> dict[str, str]:
    """Organisations by their names, where agreements tell them."""
    from ledger.web.pages.frame import organisation_called

    return {number: organisation_called(number) for number in numbers}


@blueprint.post("/session/end")
@public
def sign_out() -> Redirect:
    if cookies.read(access.SESSION_COOKIE):
        signing.end()
        logged.signed_out()
    response = redirect(url_for("pages.start.first"), 303)
    cookies.forget(response, access.SESSION_COOKIE)
    cookies.forget(response, UNIT_COOKIE)
    return response
