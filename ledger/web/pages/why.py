"""Why a figure is what it is: what moved it, order by order, with subtotals and the running sum."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request, url_for
from msgspec.structs import asdict

from ledger.application import seeing
from ledger.application.answers import Answer
from ledger.application.answers.explained import Explanation, Part
from ledger.application.answers.log import Actor
from ledger.application.answers.members import counted
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import NARROWING, ExplainQuery
from ledger.application.why import ROLES, WHOLE, limits, why
from ledger.bounds import MAX_PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.limits import CAP, FIGURES
from ledger.domain.refusals import Fault, Invalid
from ledger.projections import orders
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.files import file_asked
from ledger.web.pages.times import Times, asked_for
from ledger.web.pages.told import who
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import say

blueprint = Blueprint("why", __name__)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the figure, in the limit's unit: öre, or seats (None: it made it unknown); who did
    it; and what it and all rows above it come to (None: unknown, or not all of them are shown)."""

    part: Part
    who: str
    amount: int | None
    running: int | None

    @property
    def recorded(self) -> str:
        """When, in Swedish time."""
        return self.part.recorded_at.astimezone(SWEDEN).strftime("%Y-%m-%d %H:%M")


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one order (empty: the agreement itself) has of the figure."""

    order: str
    course: str
    rows: Sequence[Row]
    subtotal: int | None


@blueprint.get("/agreements/<agreement:number>/why")
@allow(*ROLES)
def one(number: str) -> str | Response | tuple[str, int]:
    times = asked_for()[0]
    given, faults = _given()
    asked = parsing.load(ExplainQuery, {"rows": MAX_PAGE, **given})
    asked = {name: value for name, value in asked.items() if name not in ("as_of", "known_at")}
    if (file := _file(number, asked, given, times)) is not None:
        return file
    told, following = why(asker(), number, asked, times.then)
    there = limits(asker(), number, times.then)
    balance = there.get(told.limit)  # none of one that is removed
    amount = counted(told.amount, told.unit)
    narrowed = {name: given[name] for name in NARROWING if name in given}
    whole = not (given.get("after") or following)
    page = render_template(
        "agreements/why.html",
        told=told,
        amount=amount,
        groups=_grouped(told, times.then, _actors(number, told), whole=whole),
        whole=whole,
        agrees=not narrowed and balance is not None and balance[told.figure] == amount,
        figures=FIGURES,
        limits=list(dict.fromkeys((*there, told.limit))),
        narrowed=narrowed,
        narrows=told.figure not in WHOLE,
        asked={name: value for name, value in given.items() if name != "after"},
        following=following,
        permanent=_permanent(number, given, times, ledger().now),
        faults=faults,
        times=times,
        number=number,
    )
    return (page, status_of(Invalid)) if faults else page


def _given() -> tuple[dict[str, str], Sequence[Fault]]:
    """What the address asks. A year or a buyer that cannot be read narrows nothing: the fault is
    said at its field. Raises Invalid for any other."""
    names = ("figure", "limit", "after", *NARROWING)
    given = {name: request.args[name].strip() for name in names if request.args.get(name, "")}
    given = {"figure": CAP, **given}
    whole = {name: value for name, value in given.items() if name not in NARROWING}
    if given["figure"] in WHOLE:
        return whole, ()
    try:
        parsing.load(ExplainQuery, given)
    except Invalid as refusal:
        if all(fault.pointer.removeprefix("/") in NARROWING for fault in refusal.faults):
            return whole, refusal.faults
        raise
    return given, ()


def _file(
    number: str, asked: Mapping[str, Any], given: Mapping[str, str], times: Times
) -> Response | None:
    """All the parts, however many, one page of them after another."""

    def some(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        query = {**asked, "rows": limit, "after": after or None}
        told, following = why(asker(), number, query, then)
        return [(following, part) for part in told.items]

    narrowed = {name: value for name, value in given.items() if name != "after"}
    return file_asked(Part, some, times, {"agreement": number, **narrowed}, number)


def _permanent(number: str, given: Mapping[str, str], times: Times, now: datetime) -> str:
    """The address that always shows this: with both times."""
    query: dict[str, Any] = {name: value for name, value in given.items() if name != "after"}
    query["as_of"] = times.day.isoformat()
    query["known_at"] = (times.known_at or now).isoformat()
    return url_for(".one", number=number, _external=True, **query)


def _actors(number: str, told: Explanation) -> dict[Actor, str]:
    """Everybody behind a figure, as the visitor may read who they are."""
    of = seeing.named(asker(), seeing.agreement_row(asker(), number).state)
    language = of_request()
    return {by: say(who(asdict(by), of), language) for by in {part.by for part in told.items}}


def _grouped(
    told: Explanation, then: Then, actors: Mapping[Actor, str], *, whole: bool
) -> list[Group]:
    """The rows order by order, in the order in which each first counts. The running sum is told
    where all rows are there."""
    by_order: dict[str, list[Part]] = {}
    for part in told.items:
        by_order.setdefault(part.order or "", []).append(part)
    with ledger().views.database.reading() as connection:
        states = orders.states(connection, [name for name in by_order if name], then)
    groups, running = [], 0 if whole else None
    for name, parts in by_order.items():
        rows, subtotal = [], 0 if whole else None
        for part in parts:
            amount = counted(part.amount, told.unit)
            subtotal, running = _added(subtotal, amount), _added(running, amount)
            rows.append(Row(part=part, who=actors[part.by], amount=amount, running=running))
        course = states[name].course if name in states else ""
        groups.append(Group(order=name, course=course, rows=rows, subtotal=subtotal))
    return groups


def _added(sum: int | None, amount: int | None) -> int | None:
    return None if sum is None or amount is None else sum + amount
