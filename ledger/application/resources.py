"""Agreements, orders, drawdowns and balances as JSON resources: the same after a write and a read.

Amounts are decimal strings; dates ISO 8601.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from ledger.application.funding import judged_resource
from ledger.application.organisations import organisation_resource
from ledger.application.programmes import price_range, programme_members
from ledger.domain import agreement, drawdown, order, organisation
from ledger.domain.events import Fact, OrderLine
from ledger.domain.limits import Limit, Use
from ledger.domain.money import to_text
from ledger.domain.order.state import Counter, Earlier
from ledger.domain.position import position
from ledger.domain.regime import Policy
from ledger.domain.selection import PassedOver, Selection
from ledger.domain.sharing import Split
from ledger.projections.postings import LimitBalance, balance_now
from ledger.projections.seeing import Part
from ledger.projections.then import moment


def _amount(ore: int | None) -> str | None:
    return None if ore is None else to_text(ore)


def _parties(parties: Sequence[Any]) -> list[dict[str, str]]:
    return [{"organisation": p.organisation, "name": p.name} for p in parties]


def _buyers(parties: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"organisation": p.organisation, "name": p.name, "role": p.role} for p in parties]


def _split(split: Split | None) -> dict[str, Any] | None:
    if split is None:
        return None
    fixed = split.method == "fixed"
    parts = [
        {
            "organisation": part.organisation,
            "weight": None if fixed else part.weight,
            "amount": to_text(part.weight) if fixed else None,
        }
        for part in split.parts
    ]
    return {"method": split.method, "parts": parts}


def _selection(selection: Selection | None) -> dict[str, Any] | None:
    if selection is None:
        return None
    return {
        "method": selection.method,
        "ranking": list(selection.ranking),
        "key": [{"supplier": p.organisation, "percent": p.weight} for p in selection.key],
        "ask": selection.ask,
    }


def passed_over_resource(passed_over: Sequence[PassedOver]) -> list[dict[str, str]]:
    return [{"supplier": one.supplier, "reason": one.reason} for one in passed_over]


def _limit(balance: LimitBalance) -> dict[str, Any]:
    return {
        "name": balance.name,
        "amount": _amount(balance.amount),
        "reserved": to_text(balance.use.reserved),
        "committed": to_text(balance.use.committed),
        "drawn": to_text(balance.use.drawn),
        "remaining": _amount(balance.remaining),
        "effect": balance.effect,
    }


def agreement_resource(state: agreement.State, as_of: date | None = None) -> dict[str, Any]:
    """With the amounts that hold on a date; None: when all that is recorded has taken effect."""
    day = as_of or date.max
    return {
        "number": state.number,
        "title": state.title,
        "status": state.status,
        "currency": state.currency,
        "cap": _amount(state.cap.amount_on(day)),
        "buyers": _buyers(state.buyers),
        "suppliers": _parties(state.suppliers),
        "signed_on": state.signed_on.isoformat(),
        "starts_on": state.starts_on.isoformat(),
        "ends_on": state.ends_on.isoformat(),
        "expired": state.expired,
        "regime": state.regime,
        "policy": _policy(state.policy),
        "limits": [_limit_terms(limit, day) for limit in state.limits[1:]],
        "selection": _selection(state.selection),
        "orders": state.orders,
        "extensions_used": state.extensions_used,
        "proposed_share_moves": [
            {
                "number": move.number,
                "giver": move.giver,
                "receiver": move.receiver,
                "amount": to_text(move.amount),
                "proposed_by": move.proposed_by,
            }
            for move in state.proposed
        ],
    }


def _limit_terms(limit: Limit, day: date) -> dict[str, Any]:
    return {
        "name": limit.name,
        "amount": _amount(limit.amount_on(day)),
        "effect": limit.effect,
        "tolerance": limit.tolerance,
        "year": limit.year,
        "buyer": limit.buyer,
        "supplier": limit.supplier,
        "kind": limit.kind,
        "funding": limit.funding,
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "cap_effect": policy.cap_effect,
        "cap_tolerance": policy.cap_tolerance,
        "amendments": policy.amendments,
        "longest_term_months": policy.longest_term_months,
        "extensions": [{"months": e.months, "text": e.text} for e in policy.extensions],
        "threshold": _amount(policy.threshold),
        "index_adjusted_value": _amount(policy.index_adjusted_value),
        "delivery_after_term": policy.delivery_after_term,
        "alerts": list(policy.alerts),
        "term_alerts": list(policy.term_alerts),
        "under_use": policy.under_use,
        "plan": [
            {"by": step.by.isoformat(), "amount": to_text(step.amount)} for step in policy.plan
        ],
        "legal_ground": policy.legal_ground,
        "split": _split(policy.split),
        "tariff": [{"days": one.days, "percent": one.percent} for one in policy.tariff],
    }


def balance_resource(
    state: agreement.State,
    limits: Sequence[LimitBalance],
    as_of: date,
    known_at: datetime,
    at: int,
    in_kind: int,
) -> dict[str, Any]:
    """`limits[0]` is the cap. An unknown cap leaves remaining unknown, never 0.

    `in_kind` (öre) stands beside it and counts nowhere.
    """
    cap = limits[0]
    return {
        "agreement": state.number,
        "currency": state.currency,
        "cap": _amount(cap.amount),
        "reserved": to_text(cap.use.reserved),
        "committed": to_text(cap.use.committed),
        "drawn": to_text(cap.use.drawn),
        "remaining": _amount(cap.remaining),
        "limits": [_limit(limit) for limit in limits],
        "in_kind": to_text(in_kind),
        "as_of": as_of.isoformat(),
        "known_at": moment_text(known_at),
        "position": at,
    }


def told_on(facts: Iterable[Fact], today: date) -> date:
    """The day whose amounts a balance after a command is told with: today, or the day from which
    its facts count where that is later. A change that others recorded ahead does not bind yet."""
    return max([today, *(fact.effective_on for fact in facts)])


def preview(state: agreement.State, day: date, only: Part = None) -> dict[str, Any]:
    """What a state leaves of each limit, with the amounts that hold on a day.

    Before the term, with those that it begins with.
    `only` are the suppliers that ask, where they may not see what others use.
    """
    limits = balance_now(state, max(day, state.starts_on), only)
    cap = limits[0]
    return {
        "cap": _amount(cap.amount),
        "reserved": to_text(cap.use.reserved),
        "committed": to_text(cap.use.committed),
        "drawn": to_text(cap.use.drawn),
        "remaining": _amount(cap.remaining),
        "limits": [_limit(limit) for limit in limits],
    }


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "number": line.number,
        "kind": line.kind,
        "text": line.text,
        "amount": to_text(line.amount),
        "quantity": line.quantity,
        "unit_price": _amount(line.unit_price),
        "year": line.year,
        "funding": line.funding,
        "cost_centre": line.cost_centre,
        "price_range": price_range(line.price_range),
        "codes": dict(line.codes),
        "code_string": line.code_string,
        "responsible": line.responsible,
    }


def order_resource(
    state: order.State, language: str = "en", on: date | None = None
) -> dict[str, Any]:
    """`on` is the day that its instalments are told for; None: today."""
    use = sum(position(order.holding(state)).values(), start=Use())
    return {
        "number": state.number,
        "agreement": state.agreement,
        "status": state.status,
        "buyer": state.buyer,
        "supplier": state.supplier,
        "passed_over": passed_over_resource(state.passed_over),
        "competition": state.award and state.award.competition,
        "earlier": [_earlier(one) for one in state.earlier],
        "currency": state.currency,
        "course": state.course,
        "unit": state.unit,
        "challenge": state.challenge,
        "reference": state.reference,
        "credits": state.credits,
        "seats": state.seats,
        "allocated": [
            {"organisation": part.organisation, "seats": part.weight} for part in state.allocated
        ],
        "split": _split(state.sharing),
        "ordered_on": state.ordered_on.isoformat(),
        "starts_on": _day(state.starts_on),
        "ends_on": _day(state.ends_on),
        "respond_by": _day(state.respond_by),
        "confirmed_on": _day(state.confirmed_on),
        "confirmation": state.confirmation,
        "amount": to_text(state.amount),
        "reserved": to_text(use.reserved),
        "committed": to_text(use.committed),
        "drawn": to_text(use.drawn),
        "lines": [_line(line) for line in state.lines],
        "seats_used": state.seats_used,
        "credits_awarded": state.credits_awarded,
        "women": state.women,
        "men": state.men,
        "reason": state.reason,
        "flags": list(state.flags),
        "counter": state.counter and _counter(state.counter),
        **programme_members(state, language, on),
    }


def _earlier(one: Earlier) -> dict[str, Any]:
    """A supplier that had the order before it was passed on."""
    return {
        "supplier": one.supplier,
        "status": one.status,
        "reason": one.reason,
        "until": one.until.isoformat(),
    }


def _counter(offer: Counter) -> dict[str, Any]:
    return {
        "lines": [_line(line) for line in offer.lines],
        "reason": offer.reason,
        "seats": offer.seats,
        "starts_on": _day(offer.starts_on),
        "ends_on": _day(offer.ends_on),
    }


def drawdown_resource(state: drawdown.State) -> dict[str, Any]:
    return {
        "id": state.id,
        "agreement": state.agreement,
        "status": state.status,
        "supplier": state.supplier,
        "buyer": state.buyer,
        "invoice": state.invoice,
        "type": state.type,
        "issued_on": state.issued_on.isoformat(),
        "due_on": _day(state.due_on),
        "currency": state.currency,
        "amount": to_text(state.amount),
        "vat": _amount(state.vat),
        "lines": [
            {
                "order": part.order,
                "line": part.line,
                "amount": to_text(part.amount),
                "shares": [
                    {"organisation": share.organisation, "amount": to_text(share.amount)}
                    for share in part.shares
                ],
                "funding": [judged_resource(one) for one in part.funded],
                "code_string": part.code_string,
            }
            for part in state.allocations
        ],
        "credits": state.credits,
        "credited": to_text(state.credited),
        "recharges": [
            {
                "member": one.member,
                "amount": to_text(one.amount),
                "reference": one.reference,
                "recharged_on": one.on.isoformat(),
                "given_back": to_text(one.given_back),
            }
            for one in state.recharges
        ],
        "room": state.room,
        "text": state.text,
        "source": None if state.source is None else msgspec.to_builtins(state.source),
        "flags": list(state.flags),
        "recorded_by": state.recorded_by,
        "decided_by": state.decided_by or None,
        "right": state.right,
        "deputy_for": state.deputy_for,
        "decided_on": _day(state.decided_on),
        "reason": state.reason,
    }


def posting_resource(row: dict[str, Any]) -> dict[str, Any]:
    resource = dict(row)
    for name in ("reserved", "committed", "drawn", "cap", "remaining"):
        resource[name] = _amount(row[name])
    resource["effective_on"] = row["effective_on"].isoformat()
    resource["recorded_at"] = moment_text(moment(row["recorded_at"]))
    return resource


def fact_resource(row: dict[str, Any]) -> dict[str, Any]:
    """A fact of the log. Amounts in its data are whole öre, as recorded."""
    return {
        **{name: row[name] for name in ("position", "agreement", "stream", "version", "name")},
        "by": {name: row[name] for name in ("person", "organisation", "role")},
        "effective_on": row["effective_on"].isoformat(),
        "recorded_at": moment_text(moment(row["recorded_at"])),
        "data": msgspec.json.decode(row["data"]),
    }


def without_other_suppliers(fact: dict[str, Any]) -> dict[str, Any]:
    """A fact as one supplier of several sees it: without who was passed over, or had it before."""
    data = {name: value for name, value in fact["data"].items() if name != "passed_over"}
    if "giver" in data and fact["name"] == "order-passed-on":
        data["giver"] = ""
    return {**fact, "data": data}


def moment_text(moment: datetime) -> str:
    """A moment in UTC, as RFC 3339 has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


RESOURCES: dict[type, Callable[[Any], dict[str, Any]]] = {
    agreement.State: agreement_resource,
    order.State: order_resource,
    drawdown.State: drawdown_resource,
    organisation.State: organisation_resource,
}


def resource_of(state: Any, language: str = "en") -> dict[str, Any]:
    """A noun's resource; where it says sentences, in a language."""
    if isinstance(state, order.State):
        return order_resource(state, language)
    return RESOURCES[type(state)](state)
