"""Agreements with what is left of them; and of one the answer, the formula and what is open."""

from collections.abc import Sequence
from functools import partial
from itertools import islice

import msgspec
from flask import render_template

from ledger.application import anchor, course, narrowing, seeing
from ledger.application.acts import act_of
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import AgreementsQuery
from ledger.application.matters import ANSWERED, pressing
from ledger.application.sentences.council import used
from ledger.application.sentences.forecast import limit_assumption, limit_sentence
from ledger.application.why import ROLES as WHY
from ledger.bounds import SHEET_ORDERS
from ledger.domain import agreement, order
from ledger.projections import agreements as rows
from ledger.projections import drawdowns, orders, postings
from ledger.projections.database import Reading
from ledger.projections.postings import LimitBalance
from ledger.telling.agreements import REGIMES
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import lists
from ledger.web.pages.bars import bar
from ledger.web.pages.offered import buttons
from ledger.web.pages.orders import row_of
from ledger.web.pages.sections import frame
from ledger.web.pages.sections.frame import (
    Opened,
    balances,
    balances_of,
    beside,
    opened,
    section,
)
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import say, words

blueprint = frame.blueprint

SOME = 5
"""Open orders, waiting invoices and limits that the overview tells of."""

UNDER_WAY = ("countered", "placed", "started", "confirmed", "delivered")
"""Statuses of open orders, what waits for somebody first."""


def left_of_each(
    connection: Reading, asked: Times, found: Sequence[rows.Row]
) -> list[tuple[agreement.State, LimitBalance]]:
    """Agreements, each with what is left of its cap."""
    return [(row.state, balances_of(connection, row, asked.then)[0]) for row in found]


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    """What agreements in a currency come to, in öre; `unknown` of them have no cap that is told."""

    currency: str
    rows: int
    cap: int
    bound: int
    drawn: int
    remaining: int
    unknown: int


def sums(items: Sequence[tuple[agreement.State, LimitBalance]]) -> list[Sum]:
    """The sums of a list that is shown whole, by currency."""
    found = []
    for currency in sorted({state.currency for state, _ in items}):
        caps = [cap for state, cap in items if state.currency == currency]
        found.append(
            Sum(
                currency=currency,
                rows=len(caps),
                cap=sum(cap.amount or 0 for cap in caps),
                bound=sum(cap.use.reserved + cap.use.committed for cap in caps),
                drawn=sum(cap.use.drawn for cap in caps),
                remaining=sum(cap.remaining or 0 for cap in caps),
                unknown=sum(cap.remaining is None for cap in caps),
            )
        )
    return found


FILTERS = ("active", "suspended", "ended", "closed")
"""How agreements stand, that the list is asked for with one click."""
NARROWED = ("status", "buyer", "supplier", "ends_within", "used_from")
"""What the list is narrowed by in its address, besides words."""
READY = (
    ("used_from", "90", words("At least 90 per cent in use")),
    ("ends_within", "6", words("Ends within 6 months")),
)
"""Filters that one click puts on, or takes off: member, value, and what it is called."""
SIGN = act_of("agreements", "sign")


@blueprint.get("/agreements")
@allow(*EVERYONE)
def listed() -> str:
    times, after, _ = asked_for()
    asked = lists.asked(AgreementsQuery, NARROWED, rows.SORTS)
    by = dict(asked.by)
    percent = by.pop("used_from")
    ledger().views.catch_up()
    with ledger().views.database.reading() as connection:
        if percent is not None:
            by["numbers"] = narrowing.in_use_from(
                connection, asker().visible, partial(seeing.only, asker()), times.then, percent
            )
        some = rows.lot(connection, asker().visible, then=times.then, **by)
        suppliers = rows.named(connection, asker().visible, "supplier")
        found = lists.listed(connection, some, asked, after, rows.page, lambda *_: None)
        items = left_of_each(connection, times, found.items)
    return render_template(
        "agreements/list.html",
        items=[(state, limit, bar(limit)) for state, limit in items],
        sums=None if after or found.is_full else sums(items),
        standing=lambda state: agreement.standing(state, times.day),
        following=items[-1][0].number if found.is_full else None,
        found=found,
        asked=asked.given,
        filters=FILTERS,
        ready=READY,
        suppliers=suppliers,
        may_sign=not times.given and bool(set(asker().roles) & set(SIGN.roles)),
        opens=bool(set(asker().roles) & set(WHY)),
        times=times,
    )


@blueprint.get("/agreements/<number>")
@allow(*EVERYONE)
def one(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        limits = balances(connection, of)
        known = postings.terms_known(connection, of.row.now, of.times.known_at) or of.row.state
        under_way = _under_way(connection, of)
        waiting = [row.state for row in _waiting(connection, of)]
        before = postings.opening(connection, number, of.then, seeing.only(asker(), of.row.now))
        went = course.of(asker(), connection, of.row, of.then)
    placed = [one for one in under_way if one.status in ANSWERED]
    found = list(islice(pressing(of.row, placed, waiting, of.day), SOME + 1))
    offered = [] if of.times.given else buttons(of.row.now)
    return section(
        "one",
        of,
        regime=say(REGIMES[of.state.regime], of_request()),
        policy=of.state.policy_on(of.day),
        parties=(of.state.buyers, of.state.suppliers),
        later=sorted(
            ((then, one.name, one.unit) for one in limits for then in one.later),
            key=lambda later: later[0].on,
        ),
        later_terms=agreement.later_terms(
            seeing.named(asker(), known), max(of.day, of.state.starts_on)
        ),
        cap=limits[0],
        opening_balance=before,
        shares=bar(limits[0]),
        tighter=_tighter(limits),
        closest=[(limit, bar(limit)) for limit in _closest(limits)[:SOME]],
        beside=beside(of),
        course=went,
        **_course_told(went, limits[0], of.state.currency),
        first=[button for button in offered if button.name == "place"],
        buttons=[button for button in offered if button.name != "place"],
        opens=bool(set(asker().roles) & set(WHY)),
        matters=found[:SOME],
        more_matters=len(found) > SOME,
        orders=[row_of(one, of.day) for one in under_way[:SOME]],
        invoices=waiting[:SOME],
        checkpoint=anchor.checkpoint_answer(ledger().settings.notary, of_request()),
    )


def _course_told(
    went: course.Course | None, cap: LimitBalance, currency: str
) -> dict[str, str | None]:
    """The course and the forecast in words; None where there is nothing to say."""
    if went is None:
        return {}
    forecast = assumption = None
    if went.outlook is not None:
        said = say(limit_sentence(went.outlook, currency), of_request())
        forecast = said[:1].upper() + said[1:]
        assumed = limit_assumption(went.outlook, currency)
        assumption = say(assumed, of_request()) if assumed else None
    words = [say(used(cap, currency), of_request()), forecast]
    return {
        "in_words": " ".join(one for one in words if one),
        "forecast": forecast,
        "assumption": assumption,
    }


def _under_way(connection: Reading, of: Opened) -> list[order.State]:
    """The open orders that the visitor sees, what waits for somebody first: looked for at once, and
    as many as somebody still looks through."""
    found = orders.listed(
        connection,
        agreement=of.number,
        party=asker().party,
        visible_to=asker().visible,
        status=UNDER_WAY,
        then=of.then,
        limit=SHEET_ORDERS,
    )
    some = [seeing.shown(asker(), one.state) for one in found]
    return sorted(some, key=lambda one: UNDER_WAY.index(one.status))


def _waiting(connection: Reading, of: Opened) -> list[drawdowns.Row]:
    """The invoices that wait for approval, as many as somebody still looks through."""
    return drawdowns.listed(
        connection,
        agreement=of.number,
        party=asker().party,
        visible_to=asker().visible,
        status="recorded",
        then=of.then,
        limit=SHEET_ORDERS,
    )


def _tighter(limits: list[LimitBalance]) -> list[LimitBalance]:
    """The hard limits beside the cap that leave less room than it does, the tightest first."""
    cap = limits[0].room
    some = [
        one
        for one in limits[1:]
        if one.effect == "hard" and one.unit == "money" and one.room is not None
    ]
    found = [one for one in some if cap is None or (one.room or 0) < cap]
    return sorted(found, key=lambda one: one.room or 0)


def _closest(limits: list[LimitBalance]) -> list[LimitBalance]:
    """The limits beside the cap that stop, those that are used most first."""
    some = [one for one in limits[1:] if one.effect == "hard" and one.amount and not one.in_part]
    return sorted(some, key=lambda one: -one.use.total / (one.amount or 1))
