"""Orders: the list, and one with what it holds, what came of it and what can be done."""

from datetime import date
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template

from ledger.application import anchor, seeing
from ledger.application.acts import ACTS
from ledger.application.answers import Answer
from ledger.application.answers.making import with_more
from ledger.application.answers.orders import Order, OrderConfirmation, order_answer
from ledger.application.asker import EVERYONE
from ledger.application.bodies.queries import OrdersQuery
from ledger.application.sentences.kinds import kind_word
from ledger.bounds import MAX_PAGE
from ledger.domain import order
from ledger.domain.limits import Use
from ledger.domain.position import by_line
from ledger.projections import drawdowns
from ledger.projections import orders as rows
from ledger.projections.database import Reading
from ledger.projections.sorting import Lot
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import certificates, lists, order_links, outcomes
from ledger.web.pages.files import document_asked, file_asked
from ledger.web.pages.offered import buttons, part_buttons
from ledger.web.pages.records import records
from ledger.web.pages.stages import stages
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

blueprint = Blueprint("orders", __name__)

ORDERERS = {
    role for act in ACTS if (act.to, act.name) == ("agreement", "place") for role in act.roles
}
"""Who may order."""

FILTERS = (
    order.NOT_ENDED,
    "placed",
    "overdue",
    "countered",
    "confirmed",
    "started",
    order.TO_INVOICE,
    "closed",
)
"""Statuses that the list is asked for with one click."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """An order in a list, with what of it is used, in öre."""

    state: order.State
    use: Use
    overdue: bool

    @property
    def left(self) -> int:
        """What is neither invoiced nor waits for approval, in öre."""
        return order.left(self.state)

    @property
    def waiting(self) -> int:
        """What is invoiced and waits for approval, in öre."""
        return sum(part.amount for part in self.state.pending)


def row_of(state: order.State, day: date) -> Row:
    return Row(state=state, use=rows.use_of(state), overdue=order.is_unanswered(state, day))


@blueprint.get("/orders")
@allow(*EVERYONE)
def listed() -> str | Response:
    times, after, _ = asked_for()
    found = listing(times, after)
    return (
        found
        if isinstance(found, Response)
        else render_template("orders/list.html", times=times, **found)
    )


def listing(times: Times, after: str, agreement: str | None = None) -> Response | dict[str, Any]:
    """What a list of orders, all or an agreement's, shows; or the file that is asked for."""
    asked = lists.asked(OrdersQuery, ("status", "unit"), rows.SORTS)

    def lot(connection: Reading, then: Then) -> Lot:
        who = asker()
        seen: dict[str, Any] = {"party": who.party, "visible_to": who.visible}
        return rows.lot(connection, agreement=agreement, then=then, **seen, **asked.by)

    def answers(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        with ledger().views.database.reading() as connection:
            some = rows.page(connection, lot(connection, then), after=after, limit=limit)
        found = [seeing.shown(asker(), one.state) for one in some]
        return [(one.number, order_answer(one, times.day, asker().language)) for one in found]

    ledger().views.catch_up()
    if (file := file_asked(Order, answers, times, asked.filters, agreement or "")) is not None:
        return file
    with ledger().views.database.reading() as connection:
        some = lot(connection, times.then)
        found = lists.listed(connection, some, asked, after, rows.page, rows.totals)
    return {
        "items": [row_of(seeing.shown(asker(), one.state), times.day) for one in found.items],
        "following": found.items[-1].state.number if found.is_full else None,
        "found": found,
        "asked": asked.given,
        "filters": FILTERS,
    }


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order with what was invoiced of it, in öre."""

    line: object
    invoiced: int
    waiting: int
    left: int


@blueprint.get("/orders/<order:number>")
@allow(*EVERYONE)
def one(number: str) -> str | Response:
    times = asked_for()[0]
    if (file := document_asked(times, partial(_confirmation, number, times.day))) is not None:
        return file
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
        recorded = records(connection, order.stream(number), state.agreement, times.then)
    able = [] if times.given else buttons(state)
    return render_template(
        "orders/one.html",
        order=state,
        answer=order_answer(state, times.day, asker().language),
        row=row_of(state, times.day),
        lines=_lines(state),
        offered=_offered(state),
        stages=stages(state),
        invoices=[row.state for row in invoices],
        buttons=able,
        outcomes=outcomes.of_order(state, able) if state.status == "countered" else None,
        answers="supplier" in asker().roles and any(one.name == "confirm" for one in able),
        records=recorded,
        answer_links=None if times.given else order_links.told(state),
        certified=not times.given and certificates.is_offered(state),
        of_sessions=set() if times.given or not state.sessions else _of_sessions(state),
        may_order=bool(ORDERERS.intersection(asker().roles)),
        times=times,
    )


def _confirmation(number: str, day: date, then: Then) -> OrderConfirmation:
    """What the API answers of an order, which its confirmation is printed from."""
    state = seeing.shown(asker(), seeing.order_row(asker(), number, then).state)
    language = asker().language
    checkpoint = anchor.checkpoint_answer(ledger().settings.notary, language)
    return with_more(OrderConfirmation, order_answer(state, day, language), checkpoint=checkpoint)


def _of_sessions(state: order.State) -> set[str]:
    """What the visitor may do to one that is planned."""
    names = ("hold-session", "move-session", "cancel-session")
    found = part_buttons(state, names, {"session": state.sessions[0].number})
    return {one.name for one in found if one.because is None}


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

    @property
    def difference(self) -> int | None:
        """How much more is offered, in öre or seats; None: of no number, or nothing."""
        if isinstance(self.ordered, int) and isinstance(self.offered, int) and self.differs:
            return self.offered - self.ordered
        return None


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
        if mine and other and mine.unit_price is not None and other.unit_price is not None:
            found.append(
                Offered(
                    label=words("{number}. Unit price", number=number),
                    ordered=mine.unit_price,
                    offered=other.unit_price,
                    is_money=True,
                )
            )
        found.append(
            Offered(
                label=words(
                    "{number}. {text}",
                    number=number,
                    text=either.text or kind_word(either.kind, of_request()),
                ),
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
