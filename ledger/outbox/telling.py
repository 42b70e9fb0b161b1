"""Who is told of a fact, and what: a small function for each kind of fact that is told by mail.

Nobody is told of what they did themselves. Who has no address is told nothing, and so is who may
not see what it is about any more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple

from ledger import people
from ledger.application import by_link
from ledger.application.allowed import Who, allowed
from ledger.deciding.loaded import Loaded
from ledger.domain import access, agreement, drawdown, order
from ledger.domain.events import (
    AgreementExpired,
    ChangeProposed,
    CompetitionOpened,
    CounterAccepted,
    CounterRejected,
    DrawdownRecorded,
    Event,
    Fact,
    OrderCancelled,
    OrderChanged,
    OrderConfirmed,
    OrderCountered,
    OrderDeclined,
    OrderLapsed,
    OrderPassedOn,
    OrderPlaced,
    ShareMoveProposed,
    TermAlertRaised,
    ThresholdCrossed,
    UnderUseAlertRaised,
)
from ledger.opening import Ledger
from ledger.registry import mail

WITH_LINK = ("new-order", "reminder", "again")
"""What asks a supplier for an answer, which the mail itself lets it give."""


class Told(NamedTuple):
    """What is told, to whom (a person's id or an organisation's number), with which figures."""

    kind: str
    whose: str
    figures: Mapping[str, Any]


def told(ledger: Ledger, fact: Fact) -> list[Told]:
    """All that is told of a fact."""
    tell = _TELL.get(type(fact.event))
    found = [] if tell is None else list(tell(ledger, fact))
    return [one for one in found if one.whose != fact.by.person]


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


def order_figures(ledger: Ledger, state: order.State) -> dict[str, Any]:
    """What a letter about an order begins with. `amount` in öre, excluding VAT."""
    of: agreement.State = ledger.service.load(agreement.stream(state.agreement))[1]
    named = {one.organisation: one.name for one in (*of.buyers, *of.suppliers)}
    return {
        "order": state.number,
        "agreement": state.agreement,
        "course": state.course,
        "buyer": named.get(state.buyer) or state.buyer,
        "supplier": named.get(state.supplier) or state.supplier,
        "amount": state.amount,
        "currency": state.currency,
        "seats": state.seats,
        "respond_by": _day(state.respond_by),
        "starts_on": _day(state.starts_on),
        "reference": state.reference,
    }


def _order(ledger: Ledger, fact: Fact) -> order.State:
    found: order.State = ledger.service.load(fact.stream)[1]
    return found


def _asked(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    """The supplier that has a new order: while it waits for an answer."""
    state = _order(ledger, fact)
    event = fact.event
    assert isinstance(event, OrderPlaced | OrderPassedOn), "it is asked by these alone"
    supplier = event.supplier
    waits = state.status == "placed" and state.supplier == supplier
    if waits and fact.by.organisation != supplier:
        yield from _to_organisation(ledger, "new-order", supplier, order_figures(ledger, state))


def reminded(ledger: Ledger, state: order.State) -> Iterator[Told]:
    """The supplier whose last day to answer comes near."""
    yield from _to_organisation(ledger, "reminder", state.supplier, order_figures(ledger, state))


def _to_supplier(kind: str) -> Callable[[Ledger, Fact], Iterator[Told]]:
    """What the buyer did, to the supplier's address of record."""

    def tell(ledger: Ledger, fact: Fact) -> Iterator[Told]:
        state, event = _order(ledger, fact), fact.event
        if isinstance(event, OrderChanged) and state.status == "placed":
            kind_now = "changed-unanswered"
        else:
            kind_now = kind
        if fact.by.organisation != state.supplier:
            figures = order_figures(ledger, state) | _said(event)
            yield from _to_organisation(ledger, kind_now, state.supplier, figures)

    return tell


def _to_buyer(kind: str) -> Callable[[Ledger, Fact], Iterator[Told]]:
    """What the supplier did, to whoever ordered; where they read no mail, to their organisation."""

    def tell(ledger: Ledger, fact: Fact) -> Iterator[Told]:
        state = _order(ledger, fact)
        figures = order_figures(ledger, state) | _said(fact.event)
        yield from _to_orderer(ledger, kind, state, figures)

    return tell


def _confirmed(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    """Whoever ordered; and a supplier that answered by a link, which has no page to come back to:
    what both have agreed on, and what its invoice must carry."""
    yield from _to_buyer("confirmed")(ledger, fact)
    if by_link.is_by_link(fact):
        state = _order(ledger, fact)
        figures = order_figures(ledger, state) | _said(fact.event)
        yield from _to_organisation(ledger, "you-confirmed", state.supplier, figures)


def _cancelled(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    event = fact.event
    assert isinstance(event, OrderCancelled), "it is told of this alone"
    to = _to_buyer if event.by == "supplier" else _to_supplier
    yield from to("cancelled")(ledger, fact)


def _lapsed(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    yield from _to_buyer("lapsed")(ledger, fact)
    yield from _to_supplier("lapsed")(ledger, fact)


def _to_orderer(
    ledger: Ledger, kind: str, state: order.State, figures: Mapping[str, Any]
) -> Iterator[Told]:
    ways = mail.ways(ledger.registry, [state.placed_by, state.buyer])
    whose = next((one for one in (state.placed_by, state.buyer) if one in ways), None)
    if whose is not None:
        yield Told(kind, whose, figures)


def _to_organisation(
    ledger: Ledger, kind: str, organisation: str, figures: Mapping[str, Any]
) -> Iterator[Told]:
    if mail.of(ledger.registry, organisation) is not None:
        yield Told(kind, organisation, figures)


def _said(event: Event) -> dict[str, Any]:
    """What an answer, or a change, says itself."""
    match event:
        case OrderConfirmed():
            return {"theirs": event.reference}
        case OrderDeclined() | CounterRejected() | OrderChanged():
            return {"because": event.reason}
        case OrderCancelled():
            return {"fee": event.fee, "because": event.reason}
        case OrderCountered():
            amount = sum(line.amount for line in event.lines)
            return {"offered": amount, "offered_seats": event.seats, "because": event.reason}
        case _:
            return {}


# ── Agreements and invoices ───────────────────────────────────────────────────────────────────


def _alert(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    """What is said of a limit or a term, to the contract managers of who answers for it."""
    state: agreement.State = ledger.service.load(fact.stream)[1]
    leads = [one.organisation for one in state.buyers if one.role == "lead"]
    figures = _of_fact(fact, state)
    for buyer in leads or [one.organisation for one in state.buyers]:
        for person in in_role(ledger, buyer, ("manager",)):
            yield Told("alert", person, figures)


def _proposed(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    """What one buyer proposes, to the contract managers of the others that it is for."""
    state: agreement.State = ledger.service.load(fact.stream)[1]
    event = fact.event
    asked: Collection[str] = [one.organisation for one in state.buyers]
    if isinstance(event, ShareMoveProposed):
        asked = (event.giver, event.receiver)
    for buyer in asked:
        if buyer != fact.by.organisation:
            for person in in_role(ledger, buyer, ("manager",)):
                yield Told("proposal", person, _of_fact(fact, state))


def _competed(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    state: agreement.State = ledger.service.load(fact.stream)[1]
    for supplier in state.suppliers:
        yield from _to_organisation(
            ledger, "competition", supplier.organisation, _of_fact(fact, state)
        )


def _of_fact(fact: Fact, state: agreement.State) -> dict[str, Any]:
    return {"agreement": state.number, "title": state.title, "version": fact.version}


def _invoiced(ledger: Ledger, fact: Fact) -> Iterator[Told]:
    """An invoice or a credit that waits, to those who may attest it."""
    state: drawdown.State = ledger.service.load(fact.stream)[1]
    if state.status != "recorded":
        return
    figures = {
        "drawdown": state.id,
        "invoice": state.invoice,
        "agreement": state.agreement,
        "amount": state.amount,
        "currency": state.currency,
        "due_on": _day(state.due_on),
        "flagged": bool(state.flags),
    }
    kind = "credit-to-attest" if state.is_credit else "to-attest"
    for person in in_role(ledger, state.buyer, ("approver",)):
        if _may_attest(ledger, state, person):
            yield Told(kind, person, figures)


def _may_attest(ledger: Ledger, state: drawdown.State, person: str) -> bool:
    who = Who(person, state.buyer, people.roles_of(ledger.service, person, ledger.today))
    find = Loaded(ledger.service.load).find
    found = allowed(state, who, ledger.today, find, ledger.service.selves)
    return any(one.act.name == "approve" and one.refusal is None for one in found)


def in_role(ledger: Ledger, organisation: str, roles: tuple[str, ...]) -> list[str]:
    """Those of an organisation who have one of the roles today, and read mail."""
    ids = ledger.registry.of_organisation(organisation)
    some = mail.ways(ledger.registry, list(ids)) if ids else {}
    return [
        id
        for id in sorted(some)
        if access.held(people.state_of(ledger.service, id), ledger.today) & set(roles)
    ]


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


_TELL: Mapping[type, Callable[[Ledger, Fact], Iterator[Told]]] = {
    OrderPlaced: _asked,
    OrderPassedOn: _asked,
    OrderCountered: _to_buyer("counter-offer"),
    OrderConfirmed: _confirmed,
    OrderDeclined: _to_buyer("declined"),
    OrderLapsed: _lapsed,
    CounterAccepted: _to_supplier("offer-accepted"),
    CounterRejected: _to_supplier("offer-rejected"),
    OrderChanged: _to_supplier("changed"),
    OrderCancelled: _cancelled,
    ThresholdCrossed: _alert,
    UnderUseAlertRaised: _alert,
    TermAlertRaised: _alert,
    AgreementExpired: _alert,
    ShareMoveProposed: _proposed,
    ChangeProposed: _proposed,
    CompetitionOpened: _competed,
    DrawdownRecorded: _invoiced,
}
"""Fact → who is told of it."""
