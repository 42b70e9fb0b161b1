"""The first page: who are you? In a demonstration, any of its people with one click."""

from collections.abc import Sequence

import msgspec
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger.application.acts.act import BUYERS
from ledger.application.asker import EVERYONE
from ledger.application.todo import Item, waiting
from ledger.application.why import ROLES as WHY
from ledger.domain import agreement, order
from ledger.domain.refusals import NotFound
from ledger.projections import agreements, orders
from ledger.projections.database import Reading
from ledger.projections.postings import LimitBalance
from ledger.projections.then import Then
from ledger.web import access, cookies
from ledger.web.access import allow, public
from ledger.web.language import COOKIE, local
from ledger.web.pages import first_steps, session
from ledger.web.pages.agreements import left_of_each
from ledger.web.pages.attesting import ready
from ledger.web.pages.bars import bar
from ledger.web.pages.choices import YEAR
from ledger.web.pages.latest import latest
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import LANGUAGES, Sentence, words

blueprint = Blueprint("start", __name__)


@blueprint.get("/")
@public
def first() -> str | Redirect:
    if access.visitor() is None:
        if access.session() is not None:
            there = local(request.args.get("next"))
            return redirect(url_for("pages.session.whom", next=there), 303)
        return session.who()
    if request.args.get("next"):
        return redirect(local(request.args["next"]), 303)
    return _todo()


@allow(*EVERYONE)
def _todo() -> str:
    """What waits for the visitor today, most pressing first; what is left on the day asked for."""
    times = asked_for()[0]
    views = ledger().views
    views.catch_up()
    groups = [] if times.given else grouped(waiting(asker()), request.args.get("all", ""))
    with views.database.reading() as connection:
        some = agreements.listed(connection, asker().visible, then=times.then, limit=SOME + 1)
        left = left_of_each(connection, times, some)
        last = [] if times.given else latest(connection)
        idle = not times.given and all(one.is_for_others for one in groups)
        ahead = _next_course(connection, times.then) if idle else None
    may_order = not times.given and bool(set(asker().roles) & set(BUYERS))
    mine = [one.state for group in groups if group.kind == "approve" for one in group.items]
    return render_template(
        "start/todo.html",
        first_steps=[] if times.given else first_steps.shown(),
        groups=groups,
        approving=ready(mine),
        times=times,
        agreements=[(one, cap, bar(cap)) for one, cap in left[:SOME]],
        more=len(left) > SOME,
        latest=last,
        next_course=ahead,
        open=[one.number for one, cap in left[:SOME] if may_order and _takes_orders(one, cap)],
        opens=bool(set(asker().roles) & set(WHY)),
    )


def _next_course(connection: Reading, then: Then) -> order.State | None:
    """The next course to start of those that the visitor's organisation has to do with."""
    party, visible = asker().party or asker().by.organisation, asker().visible
    some = orders.lot(
        connection,
        party=party,
        visible_to=visible,
        status="confirmed",
        starts_from=then.as_of,
        then=then,
    )
    rows = orders.page(connection, some, sort="starts_on", limit=1)
    return rows[0].state if rows else None


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

    @property
    def has_days(self) -> bool:
        """Whether any of what is shown has a day; a row that is attested is drawn anew by itself,
        and has one always."""
        return self.kind == "approve" or any(one.until is not None for one in self.items)


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


FOR_OTHERS = ("others-approve", "offer-waits", "invoice-waits", "to-be-invoiced")
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
    "to-invoice": words("Invoice what is delivered"),
    "to-be-invoiced": words("Delivered, and not invoiced yet"),
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
    "proof": words("The log is not what was signed"),
    "without-token": words("Make a token: avrop token add"),
}
"""What each thing that waits is called."""


@blueprint.get("/language/<code>")
@public
def choose_language(code: str) -> Redirect:
    """Remember the reader's language and go back to the page that they came from."""
    if code not in LANGUAGES:
        raise NotFound(what="language", name=code)
    response = redirect(local(request.args.get("next")), 303)
    cookies.keep(response, COOKIE, code, YEAR)
    return response
