"""Agreements with what is left of them; each with its formula, limits, orders and timeline."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from flask import Blueprint, render_template
from sqlalchemy import Connection

from ledger.application import anchor, seeing
from ledger.application.acts import act_of
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import AgreementsQuery
from ledger.application.why import ROLES as WHY
from ledger.bounds import PAGE, TIMELINE
from ledger.domain import agreement, order
from ledger.domain.calendar import SWEDEN
from ledger.projections import agreements as rows
from ledger.projections import orders, postings, timeline
from ledger.projections.postings import LimitBalance
from ledger.projections.seeing import organisations
from ledger.projections.then import moment
from ledger.telling import tell
from ledger.telling.agreements import REGIMES
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import lists
from ledger.web.pages.offered import buttons
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words

blueprint = Blueprint("agreements", __name__)


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a limit is in use, drawn to a thousand: (kind of money, from, width)."""

    parts: tuple[tuple[str, int, int], ...]
    percent: int


def bar(limit: LimitBalance) -> Bar | None:
    """None where the limit is unknown, 0, or seen in part: there is then no share to draw."""
    if not limit.amount or limit.in_part:
        return None
    whole = max(limit.amount, limit.use.total)
    parts, at = [], 0
    for kind in ("drawn", "committed", "reserved"):
        width = max(0, getattr(limit.use, kind)) * 1000 // whole
        parts.append((kind, at, width))
        at += width
    if limit.use.total > limit.amount:
        start = limit.amount * 1000 // whole
        parts.append(("over", start, 1000 - start))
    return Bar(
        parts=tuple(part for part in parts if part[2]),
        percent=limit.use.total * 100 // limit.amount,
    )


def left_of_each(
    connection: Connection, asked: Times, found: Sequence[rows.Row]
) -> list[tuple[agreement.State, LimitBalance]]:
    """Agreements, each with what is left of its cap."""
    return [(row.state, _balance(connection, row, asked)[0]) for row in found]


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
SIGN = act_of("agreements", "sign")


@blueprint.get("/agreements")
@allow(*EVERYONE)
def listed() -> str:
    times, after, _ = asked_for()
    asked = lists.asked(AgreementsQuery, ("status", "buyer"), rows.SORTS)
    ledger().views.catch_up()
    with ledger().views.database.reading() as connection:
        some = rows.lot(connection, asker().visible, then=times.then, **asked.by)
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
        may_sign=not times.given and bool(set(asker().roles) & set(SIGN.roles)),
        opens=bool(set(asker().roles) & set(WHY)),
        times=times,
    )


@blueprint.get("/agreements/<number>")
@allow(*EVERYONE)
def one(number: str) -> str:
    asked, after, before = asked_for()
    row = seeing.agreement_row(asker(), number, asked.then)
    with ledger().views.database.reading() as connection:
        limits = _balance(connection, row, asked)
        known = postings.terms_known(connection, row.now, asked.known_at)
        placed = orders.listed(
            connection,
            agreement=number,
            party=asker().party,
            visible_to=asker().visible,
            then=asked.then,
            after=after,
            limit=PAGE,
        )
        happened = timeline.latest(
            connection,
            number,
            party=asker().party or seeing.only(asker(), row.now),
            as_of=asked.as_of,
            known_at=asked.known_at,
            before=before,
            limit=TIMELINE,
        )
    state = seeing.named(asker(), row.state)
    return render_template(
        "agreements/one.html",
        agreement=state,
        regime=say(REGIMES[row.state.regime], of_request()),
        standing=agreement.standing(state, asked.day),
        overdue=lambda one: order.is_unanswered(one, asked.day),
        later=sorted(
            ((then, one.name, one.unit) for one in limits for then in one.later),
            key=lambda later: later[0].on,
        ),
        later_terms=agreement.later_terms(
            seeing.named(asker(), known or row.state), max(asked.day, state.starts_on)
        ),
        cap=limits[0],
        tighter=_tighter(limits),
        buttons=[] if asked.given else buttons(row.now),
        opens=bool(set(asker().roles) & set(WHY)),
        limits=[(limit, bar(limit)) for limit in limits],
        orders=[(one.state, orders.use_of(one.state)) for one in placed],
        following=placed[-1].state.number if len(placed) == PAGE else None,
        happened=[told(happening, state) for happening in happened],
        older=happened[-1].first["position"] if len(happened) == TIMELINE else None,
        times=asked,
        paged=bool(before or after),
        checkpoint=anchor.checkpoint_answer(ledger().settings.notary, of_request()),
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


def _balance(connection: Connection, row: rows.Row, asked: Times) -> list[LimitBalance]:
    """What the visitor may see of each limit."""
    only = seeing.only(asker(), row.now)
    return postings.balance(
        connection,
        row.now,
        row.told(asked.then),
        row.latest_on,
        only,
        since=asked.then.as_of,
        standing=row.state,
    )


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A happening as the timeline shows it. `moves` are öre by the name of the money."""

    on: date
    recorded: str
    text: str
    notes: tuple[str, ...]
    who: str
    moves: tuple[tuple[str, int], ...]
    colour: str


def told(happening: timeline.Happening, of: agreement.State) -> Told:
    said = of_request()
    first, *others = happening.facts
    notes = [
        say(tell(timeline.event_of(row), row["stream"], of.currency), said)
        for row in others
        if row["name"] in (*_ALERTS, "order-passed-on")
    ]
    use = happening.moved
    moves = [
        ("cap", happening.cap),
        ("reserved", use.reserved),
        ("committed", use.committed),
        ("drawn", use.drawn),
        ("remaining", happening.cap - use.total),
    ]
    alerts = notes or first["name"] in _ALERTS
    kind = first["stream"].partition("/")[0]
    return Told(
        on=first["effective_on"],
        recorded=moment(first["recorded_at"]).astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M"),
        text=say(tell(timeline.event_of(first), first["stream"], of.currency), said),
        notes=tuple(notes),
        who=say(who(first, of), said),
        moves=tuple((name, ore) for name, ore in moves if ore),
        colour="warning" if alerts else _COLOURS.get(kind, "neutral"),
    )


_ALERTS = ("threshold-crossed", "under-use-alert-raised", "term-alert-raised")
_COLOURS = {"agreement": "accent", "order": "info", "drawdown": "success"}


def who(row: dict[str, Any], of: agreement.State) -> Sentence:
    """The role and organisation that acted; for their own organisation also the person: by name, or
    once that was erased by the id."""
    names = {party.organisation: party.name for party in (*of.buyers, *of.suppliers)}
    there = names.get(row["organisation"]) or row["organisation"]
    seen_by = asker().visible
    if seen_by is None or row["organisation"] in organisations(seen_by):
        people: dict[str, str] = ledger().registry.names({row["person"]})
        if name := people.get(row["person"], row["person"]):
            return words("{name}, {role}, {there}", name=name, role=row["role"], there=there)
    return words("{role}, {there}", role=row["role"], there=there)
