"""Orders: the list, and one with what it holds, what came of it and what can be done."""

from datetime import date

import msgspec
from flask import Blueprint, Response, render_template, request

from ledger.application import seeing
from ledger.application.acts import ACTS
from ledger.application.answers import Answer
from ledger.application.answers.orders import Order, order_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import OrdersQuery
from ledger.bounds import MAX_PAGE, PAGE
from ledger.domain import order
from ledger.domain.limits import Use
from ledger.domain.position import by_line, position
from ledger.projections import drawdowns
from ledger.projections import orders as rows
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.pages.files import file_asked
from ledger.web.pages.offered import buttons
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

blueprint = Blueprint("orders", __name__)

ORDERERS = {
    role for act in ACTS if (act.to, act.name) == ("agreement", "place") for role in act.roles
}
"""Who may order."""

FILTERS = ("placed", "overdue", "countered", "confirmed", "started", "delivered", "closed")
"""Statuses that the list is asked for with one click."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list, with what of it is used, in öre."""

    state: order.State
    use: Use
    overdue: bool

    @property
    def left(self) -> int:
        """What is still to be invoiced, in öre."""
        return self.use.reserved + self.use.committed


def row_of(state: order.State, day: date) -> Row:
    use = sum(position(order.holding(state)).values(), start=Use())
    return Row(state=state, use=use, overdue=order.is_unanswered(state, day))


@blueprint.get("/orders")
@allow(*EVERYONE)
def listed() -> str | Response:
    times, after, _ = asked_for()
    asked = {name: request.args[name] for name in ("status", "unit") if request.args.get(name)}
    narrowed = parsing.load(OrdersQuery, asked)

    def some(then: Then, after: str, limit: int) -> list[order.State]:
        views = ledger().views
        views.catch_up()
        with views.database.reading() as connection:
            found = rows.listed(
                connection,
                party=asker().party,
                visible_to=asker().visible,
                status=narrowed.get("status"),
                unit=narrowed.get("unit"),
                then=then,
                after=after,
                limit=limit,
            )
        return [seeing.shown(asker(), one.state) for one in found]

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        day, language = times.day, asker().language
        return [(one.number, order_answer(one, day, language)) for one in some(then, after, limit)]

    if (file := file_asked(Order, answers, times, asked)) is not None:
        return file
    found = some(times.then, after, PAGE)
    return render_template(
        "orders/list.html",
        items=[row_of(one, times.day) for one in found],
        following=found[-1].number if len(found) == PAGE else None,
        asked=asked,
        filters=FILTERS,
        times=times,
    )


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order with what was invoiced of it, in öre."""

    line: object
    invoiced: int
    waiting: int
    left: int


@blueprint.get("/orders/<order:number>")
@allow(*EVERYONE)
def one(number: str) -> str:
    times = asked_for()[0]
    found = seeing.order_row(asker(), number, times.then)
    state = seeing.shown(asker(), found.state)
    views = ledger().views
    with views.database.reading() as connection:
        invoices = drawdowns.listed(
            connection,
            order=number,
            party=asker().party,
            visible_to=asker().visible,
            then=times.then,
            limit=MAX_PAGE,
        )
    return render_template(
        "orders/one.html",
        order=state,
        answer=order_answer(state, times.day, asker().language),
        row=row_of(state, times.day),
        lines=_lines(state),
        offered=_offered(state),
        invoices=[row.state for row in invoices],
        buttons=[] if times.given else buttons(state),
        may_order=bool(ORDERERS.intersection(asker().roles)),
        times=times,
    )


def _lines(state: order.State) -> list[Line]:
    drawn, pending = by_line(state.drawn), by_line(state.pending)
    return [
        Line(
            line=line,
            invoiced=drawn.get(line.number, 0),
            waiting=pending.get(line.number, 0),
            left=max(0, line.amount - drawn.get(line.number, 0) - pending.get(line.number, 0)),
        )
        for line in state.lines
    ]


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """What was ordered and what was offered instead, of one thing."""

    label: Sentence
    ordered: object
    offered: object
    is_money: bool = False

    @property
    def differs(self) -> bool:
        return self.ordered != self.offered


def _offered(state: order.State) -> list[Offered]:
    """The order and its counter-offer side by side; none where there is none."""
    counter = state.counter
    if counter is None or state.status != "countered":
        return []
    found = [
        Offered(label=words("Seats"), ordered=state.seats, offered=counter.seats or state.seats),
        Offered(
            label=words("Course start"),
            ordered=state.starts_on,
            offered=counter.starts_on or state.starts_on,
        ),
        Offered(
            label=words("Course end"),
            ordered=state.ends_on,
            offered=counter.ends_on or state.ends_on,
        ),
    ]
    ours = {line.number: line for line in state.lines}
    theirs = {line.number: line for line in counter.lines}
    for number in sorted({*ours, *theirs}):
        mine, other = ours.get(number), theirs.get(number)
        either = ours[number] if number in ours else theirs[number]
        found.append(
            Offered(
                label=words("{number}. {text}", number=number, text=either.text or either.kind),
                ordered=mine.amount if mine else 0,
                offered=other.amount if other else 0,
                is_money=True,
            )
        )
    found.append(
        Offered(
            label=words("Sum"),
            ordered=sum(line.amount for line in state.lines),
            offered=sum(line.amount for line in counter.lines),
            is_money=True,
        )
    )
    return found
