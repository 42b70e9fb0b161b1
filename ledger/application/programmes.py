"""Programmes as resources: an order's sessions and instalments, rounds, accruals at year end."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from ledger.asked import SWEDEN
from ledger.bounds import MAX_PAGE
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import PriceRange
from ledger.domain.money import to_text
from ledger.projections import drawdowns as drawdown_rows
from ledger.projections.database import Reading
from ledger.projections.then import Then
from ledger.wording import Sentence, say


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _amount(ore: int | None) -> str | None:
    return None if ore is None else to_text(ore)


def price_range(holds: PriceRange | None) -> dict[str, Any] | None:
    if holds is None:
        return None
    return {
        "least_seats": holds.least_seats,
        "most_seats": holds.most_seats,
        "least_per_head": _amount(holds.least_per_head),
        "most_per_head": _amount(holds.most_per_head),
    }


def programme_members(state: order.State, language: str, on: date | None) -> dict[str, Any]:
    """What an order's resource says of its round, seats and schedule, on a day (None: today)."""
    day = on or datetime.now(SWEDEN).date()
    return {
        "programme": state.programme,
        "round": state.round,
        "free_seats": state.free_seats,
        "minimum_seats": state.minimum_seats,
        "sessions": [_session(one) for one in state.sessions],
        "instalments": [_instalment(one) for one in order.instalments_on(state, day)],
        "planned": [
            {"on": one.on.isoformat(), "line": one.line, "amount": to_text(one.amount)}
            for one in order.planned(state)
        ],
        "cancellations": [_cancellation(one) for one in state.cancellations],
        "notices": [
            {
                "flag": one.flag,
                "line": one.line,
                "detail": say(Sentence(one.sentence, one.figures), language),
            }
            for one in order.notices(state)
        ],
    }


def _session(one: order.Session) -> dict[str, Any]:
    return {
        "number": one.number,
        "planned_on": one.planned_on.isoformat(),
        "line": one.line,
        "amount": to_text(one.amount),
        "status": one.status,
        "settled_on": _day(one.settled_on),
        "participants": one.participants,
        "mentors": one.mentors,
        "reason": one.reason,
    }


def _instalment(due: order.Due) -> dict[str, Any]:
    return {
        "number": due.instalment.number,
        "line": due.instalment.line,
        "amount": to_text(due.instalment.amount),
        "due_on": due.due_on.isoformat(),
        "session": due.instalment.session,
        "invoiced": to_text(due.invoiced),
        "status": due.status,
    }


def _cancellation(one: order.Cancellation) -> dict[str, Any]:
    return {
        "cancelled_on": one.on.isoformat(),
        "cancelled_by": one.by,
        "seats": one.seats,
        "session": one.session,
        "fee": to_text(one.fee),
        "released": to_text(one.released),
        "reason": one.reason,
    }


# ── Rounds ────────────────────────────────────────────────────────────────────────────────────


def rounds_resource(of: agreement.State, orders: Iterable[order.State]) -> dict[str, Any]:
    """The rounds of an agreement's programmes, of those orders that name one."""
    rounds: dict[tuple[str, int], list[order.State]] = {}
    for state in orders:
        if state.programme:
            rounds.setdefault((state.programme, state.round or 0), []).append(state)
    return {
        "agreement": of.number,
        "currency": of.currency,
        "items": [_round(name, number, found) for (name, number), found in sorted(rounds.items())],
    }


def _round(name: str, number: int, orders: Sequence[order.State]) -> dict[str, Any]:
    live = [state for state in orders if state.status not in ("declined", "lapsed", "cancelled")]
    sessions = [one for state in orders for one in state.sessions if one.status != "cancelled"]
    starts = [state.starts_on for state in live if state.starts_on]
    ends = [state.ends_on for state in live if state.ends_on]
    return {
        "programme": name,
        "round": number or None,
        "orders": [state.number for state in orders],
        "statuses": [state.status for state in orders],
        "courses": list(dict.fromkeys(state.course for state in orders)),
        "starts_on": _day(min(starts, default=None)),
        "ends_on": _day(max(ends, default=None)),
        "credits": list(dict.fromkeys(state.credits for state in live if state.credits)),
        "seats": sum(state.seats or 0 for state in live),
        "free_seats": sum(state.free_seats or 0 for state in live),
        "credits_awarded": sum(state.credits_awarded or 0 for state in live),
        "sessions": len(sessions),
        "sessions_held": sum(one.status == "held" for one in sessions),
        "amount": to_text(sum(map(_held, orders))),
        "invoiced": to_text(sum(state.invoiced for state in orders)),
    }


def _held(state: order.State) -> int:
    return state.invoiced if state.status in order.RELEASED else state.amount


# ── Accruals ──────────────────────────────────────────────────────────────────────────────────


def drawdowns_of(connection: Reading, number: str, then: Then) -> Iterator[drawdown.State]:
    """Every invoice and credit of an agreement, as it is or as it was."""
    after = ""
    while rows := drawdown_rows.listed(
        connection, agreement=number, then=then, after=after, limit=MAX_PAGE
    ):
        yield from (row.state for row in rows)
        after = rows[-1].state.id


def accruals_resource(
    of: agreement.State,
    orders: Iterable[order.State],
    drawdowns: Iterable[drawdown.State],
    year: int,
) -> dict[str, Any]:
    """What belongs to another year than its invoices, at the end of a year.

    Invoices count from their issue date, while they wait for approval too; credits once they are
    approved, as in the balance.
    """
    invoiced: dict[str, dict[int, int]] = {}
    marked: dict[str, list[str]] = {}
    for one in drawdowns:
        if one.status == "rejected" or (one.is_credit and one.status == "recorded"):
            continue
        if f"accrual:{year}" in one.flags:
            for name in one.orders:
                marked.setdefault(name, []).append(one.id)
        for part in one.allocations if one.issued_on.year <= year else ():
            lines = invoiced.setdefault(part.order, {})
            lines[part.line] = lines.get(part.line, 0) + part.amount
    items = [
        _accrual(state, found, marked.get(state.number, []))
        for state in orders
        for found in order.accruals(state, invoiced.get(state.number, {}), year)
    ]
    return {
        "agreement": of.number,
        "currency": of.currency,
        "year": year,
        "ends_on": date(year, 12, 31).isoformat(),
        "accrued": to_text(sum(found for _, found, _ in items)),
        "prepaid": to_text(sum(found for _, _, found in items)),
        "items": [item for item, _, _ in items],
    }


def _accrual(
    state: order.State, found: order.Accrual, invoices: list[str]
) -> tuple[dict[str, Any], int, int]:
    line = found.line
    item = {
        "order": state.number,
        "course": state.course,
        "buyer": state.buyer,
        "supplier": state.supplier,
        "line": line.number,
        "kind": line.kind,
        "text": line.text,
        "year": line.year,
        "funding": line.funding,
        "cost_centre": line.cost_centre,
        "code_string": line.code_string,
        "delivered": to_text(found.delivered),
        "invoiced": to_text(found.invoiced),
        "accrued": to_text(found.accrued),
        "prepaid": to_text(found.prepaid),
        "sessions": list(found.sessions),
        "basis": found.basis,
        "invoices": invoices,
    }
    return item, found.accrued, found.prepaid
