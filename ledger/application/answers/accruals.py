"""What goes out of the end of a year: what belongs to another year than its invoices."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, NamedTuple, get_args

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.application.answers.terms import DRAWDOWN_ID, ORDER_NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.domain import agreement, drawdown, order
from ledger.domain.order import Accrual, Basis


class _Accrued(NamedTuple):
    """What a line is told of: its order, and which invoices are marked for the year."""

    order: order.State
    found: Accrual
    invoices: list[str]


class AccruedLine(Answer):
    """A line of which something belongs to another year than its invoices."""

    order: Annotated[str, text("The order's number.", f"^{ORDER_NUMBER}$", of="order.number")]
    course: Annotated[str, text("What was ordered.", of="order.course")]
    buyer: Annotated[str, organisation("Who ordered.", of="order.buyer")]
    supplier: Annotated[str, organisation("Who gives the course.", of="order.supplier")]
    line: Annotated[int, whole("The line's number.", 1, of="found.line.number")]
    kind: Annotated[str, text("Kind of cost.", of="found.line.kind")]
    text: Annotated[str, text("What the line is for.", of="found.line.text")]
    year: Annotated[int, whole("Its year of delivery.", of="found.line.year")]
    funding: Annotated[str | None, text("What pays for it.", of="found.line.funding")]
    cost_centre: Annotated[str | None, text("Whose cost it is.", of="found.line.cost_centre")]
    code_string: Annotated[
        str, text("How it is booked (kodsträng); empty: not coded.", of="found.line.code_string")
    ]
    delivered: Annotated[
        str, amount("What was delivered of it by the end of the year.", of="found.delivered")
    ]
    invoiced: Annotated[
        str, amount("What was invoiced of it by then, credits deducted.", of="found.invoiced")
    ]
    accrued: Annotated[
        str, amount("Delivered and not invoiced: a cost of the year.", of="found.accrued")
    ]
    prepaid: Annotated[
        str, amount("Invoiced and not delivered: a cost of a later year.", of="found.prepaid")
    ]
    sessions: Annotated[list[int], listed("The sessions that it is for.", of="found.sessions")]
    basis: Annotated[
        str, one_of("What says that it was delivered.", get_args(Basis), of="found.basis")
    ]
    invoices: Annotated[
        list[Annotated[str, text("A drawdown.", f"^{DRAWDOWN_ID}$")]],
        listed("Later invoices and credits of the order that are marked for the year."),
    ]


class YearEnd(Answer):
    """What belongs to another year than its invoices, at the end of a year."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$", of="number")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    year: Annotated[int, whole("The year.")]
    ends_on: Annotated[date, day("Its last day.")]
    accrued: Annotated[str, amount("Delivered and not invoiced, in all.")]
    prepaid: Annotated[str, amount("Invoiced and not delivered, in all.")]
    items: Annotated[list[AccruedLine], listed("By order and line.")]


def accruals_answer(
    of: agreement.State,
    orders: Iterable[order.State],
    drawdowns: Iterable[drawdown.State],
    year: int,
) -> YearEnd:
    """What belongs to another year than its invoices, at the end of a year.

    Invoices count from their issue date, while they wait for approval too; credits once they are
    approved, as in the balance.
    """
    invoiced: dict[str, dict[int, int]] = {}
    marked: dict[str, list[str]] = {}
    for one in drawdowns:
        if one.status in drawdown.FREED or (one.is_credit and one.status == "recorded"):
            continue
        if f"accrual:{year}" in one.flags:
            for name in one.orders:
                marked.setdefault(name, []).append(one.id)
        for part in one.drawing if one.issued_on.year <= year else ():
            lines = invoiced.setdefault(part.order, {})
            lines[part.line] = lines.get(part.line, 0) + part.amount
    items = [
        _Accrued(state, found, marked.get(state.number, []))
        for state in orders
        for found in order.accruals(state, invoiced.get(state.number, {}), year)
    ]
    return made(
        YearEnd,
        of,
        year=year,
        ends_on=date(year, 12, 31),
        accrued=sum(one.found.accrued for one in items),
        prepaid=sum(one.found.prepaid for one in items),
        items=items,
    )
