"""The first page: who are you? In a demonstration, any of its people with one click."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.application.acts.act import BUYERS
from ledger.application.asker import EVERYONE
from ledger.application.todo import Item, waiting
from ledger.application.why import ROLES as WHY
from ledger.bounds import SESSION_HOURS
from ledger.demo import PEOPLE, PROGRAMMES, named
from ledger.domain import agreement
from ledger.domain.refusals import NotFound
from ledger.projections import agreements
from ledger.projections.postings import LimitBalance
from ledger.registry import Caller
from ledger.web import access, cookies, logged, problems
from ledger.web.access import Unauthenticated, allow, public
from ledger.web.language import COOKIE, local
from ledger.web.pages.agreements import left_of_each
from ledger.web.pages.attesting import ready
from ledger.web.pages.choices import UNIT_COOKIE, YEAR
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import LANGUAGES, Sentence, words

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

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
@public
def first() -> str | Redirect:
    if access.visitor() is None:
        return _first("")
    if request.args.get("next"):
        return redirect(local(request.args["next"]), 303)
    return _todo()


@allow(*EVERYONE)
def _todo() -> str:
    """What waits for the visitor today, most pressing first; what is left on the day asked for."""
    times = asked_for()[0]
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        some = agreements.listed(connection, asker().visible, then=times.then, limit=SOME + 1)
        left = left_of_each(connection, times, some)
    orders = not times.given and bool(set(asker().roles) & set(BUYERS))
    groups = [] if times.given else grouped(waiting(asker()), request.args.get("all", ""))
    mine = [one.state for group in groups if group.kind == "approve" for one in group.items]
    return render_template(
        "start/todo.html",
        groups=groups,
        approving=ready(mine),
        times=times,
        agreements=left[:SOME],
        more=len(left) > SOME,
        open=[one.number for one, cap in left[:SOME] if orders and _takes_orders(one, cap)],
        opens=bool(set(asker().roles) & set(WHY)),
    )


def _takes_orders(state: agreement.State, cap: LimitBalance) -> bool:
    """Whether the visitor's organisation may order under it today, as its page says."""
    buyers = {one.organisation for one in state.buyers}
    return cap.no_orders is None and asker().by.organisation in buyers


SOME = 5
"""Agreements, and things of a kind, that the first page tells of."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What waits of one kind: how many, of which so many are shown."""

    kind: str
    called: Sentence
    count: int
    items: Sequence[Item]
    is_for_others: bool = False


def grouped(items: Sequence[Item], opened: str = "") -> list[Group]:
    """By their kinds, the kind of what is most pressing first, and last what is for others; of an
    opened kind all."""
    by: dict[str, list[Item]] = {}
    for one in sorted(items, key=lambda one: one.kind in FOR_OTHERS):
        by.setdefault(one.kind, []).append(one)
    return [
        Group(
            kind=kind,
            called=KINDS[kind],
            count=len(some),
            items=some if kind == opened else some[:SOME],
            is_for_others=kind in FOR_OTHERS,
        )
        for kind, some in by.items()
    ]


FOR_OTHERS = ("others-approve", "offer-waits", "invoice-waits")
"""Kinds of what others are to do, and the visitor waits for."""


KINDS = {
    "answer-order": words("Answer the order"),
    "answer-offer": words("Answer the counter-offer"),
    "draft": words("Go on with a draft"),
    "unanswered": words("Not answered in time"),
    "report": words("Report delivery"),
    "approve": words("Approve the invoice"),
    "flagged": words("Look at what is flagged"),
    "file": words("Find the order of a file"),
    "ending": words("The term ends"),
    "others-approve": words("For others to approve"),
    "offer-waits": words("The counter-offer waits for the buyer"),
    "invoice-waits": words("The invoice waits for the buyer's approval"),
    "deputy": words("Somebody stands in for another"),
    "full": words("The cap is nearly in use"),
    "award": words("Award the competition"),
    "appointed": words("Your appointment as auditor"),
    "uncovered": words("See the amendment that its ground does not carry"),
    "share-move": words("Answer the proposed move of a share"),
    "proposal": words("Answer the proposed change"),
    "recharge": words("Recharge the members' shares"),
    "attempt": words("See what was refused"),
    "without-token": words("Make a token: avrop token add"),
}
"""What each thing that waits is called."""


REFILLED = ("pages.acts", "pages.trying")
"""Pages whose forms are filled in again with what was sent to them after their session."""
REFILL = "refill"
ITS_OWN = ("csrf_token", "do", "role", "token", "next")
"""Fields of the form that one signs in with."""


def ask_again(refusal: Unauthenticated) -> Response | Redirect | tuple[str, int]:
    """Who is it? What was sent is kept in the page, so that nothing need be typed anew: the form is
    shown with it after signing in, and nothing is done until it is sent again."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return problems.page_from_refusal(refusal)
    if request.blueprint not in REFILLED:
        before = urlsplit(request.referrer or "").path
        return redirect(url_for("pages.start.first", next=local(before)), 303)
    kept = {name: value for name, value in request.form.items() if name not in ITS_OWN}
    return _first("", kept, local(request.path)), 401


def _first(fault: str, kept: Mapping[str, str] | None = None, then: str = "") -> str:
    """`kept` is what a form was sent with, to the address `then`, when its session was over."""
    return render_template(
        "start/first.html",
        people=PEOPLE if current_app.config["DEMO"] else {},
        first_minute=FIRST_MINUTE,
        others=PROGRAMMES[1:] if current_app.config["DEMO"] else (),
        next=then or local(request.args.get("next", "/")),
        fault=fault,
        kept=kept,
        refill=REFILL,
    )


@blueprint.post("/session")
@public
def sign_in() -> Redirect | tuple[str, int]:
    """With a token; in a demonstration, as one of its people."""
    registry = ledger().registry
    who, token = request.form.get("role", ""), request.form.get("token", "").strip()
    caller: Caller | None
    if who:
        found = named(who) if current_app.config["DEMO"] else None
        if found is None:
            raise NotFound(what="role", name=who)
        name, organisation, role = found
        caller = Caller(person=registry.person(name), organisation=organisation, roles=(role,))
    else:
        caller = registry.caller(token) if token else None
    if caller is None:
        logged.not_signed_in("page")
        said = _("No such token is known here.")
        if request.form.get("do") != REFILL:
            return _first(said), 422
        kept = {name: value for name, value in request.form.items() if name not in ITS_OWN}
        return _first(said, kept, local(request.form.get("next"))), 422
    secret = registry.open_session(caller, None if who else token, ledger().now)
    logged.signed_in(caller, "demonstration" if who else "token")
    # 307: what was kept goes with it, to a form that is shown again and does nothing.
    again = request.form.get("do") == REFILL
    response = redirect(local(request.form.get("next")), 307 if again else 303)
    cookies.keep(response, access.SESSION_COOKIE, secret, SESSION_HOURS * 3600)
    return response


@blueprint.post("/session/end")
@public
def sign_out() -> Redirect:
    secret = cookies.read(access.SESSION_COOKIE)
    if secret:
        ledger().registry.end_session(secret)
        logged.signed_out()
    response = redirect(url_for("pages.start.first"), 303)
    cookies.forget(response, access.SESSION_COOKIE)
    cookies.forget(response, UNIT_COOKIE)
    return response


@blueprint.get("/language/<code>")
@public
def choose_language(code: str) -> Redirect:
    """Remember the reader's language and go back to the page that they came from."""
    if code not in LANGUAGES:
        raise NotFound(what="language", name=code)
    response = redirect(local(request.args.get("next")), 303)
    cookies.keep(response, COOKIE, code, YEAR)
    return response
