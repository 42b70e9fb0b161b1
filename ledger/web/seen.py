"""What the caller may see, asked of the read models, or of the log itself before a write."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import current_app, g
from msgspec.structs import replace
from sqlalchemy import Connection

from ledger.application.answers import log
from ledger.asked import SWEDEN
from ledger.deciding import Command, OrderCommand
from ledger.domain import agreement, order
from ledger.domain.events import BUYER_ROLES, Fact, OrderPassedOn
from ledger.domain.refusals import (
    CapExceeded,
    Forbidden,
    NoRoom,
    NotAParty,
    NotFound,
    Refusal,
)
from ledger.projections import agreements as agreement_rows
from ledger.projections import orders as order_rows
from ledger.projections.seeing import Part, in_part, organisations
from ledger.projections.then import NOW, Then
from ledger.snapshots import fold
from ledger.web import access


def ledger() -> Any:
    return current_app.extensions["ledger"]


def named(state: agreement.State) -> agreement.State:
    """The agreement with the names of its sole traders, which are kept outside the log."""
    ids = {party.organisation for party in (*state.buyers, *state.suppliers)}
    names = ledger().registry.names_of_sole_traders(ids)
    if not names:
        return state
    buyers, suppliers = (
        tuple(replace(one, name=names.get(one.organisation, one.name)) for one in parties)
        for parties in (state.buyers, state.suppliers)
    )
    return replace(state, buyers=buyers, suppliers=suppliers)


def today() -> date:
    """The business date where a body leaves it out: today in Sweden."""
    return datetime.now(SWEDEN).date()


def then(query: dict[str, Any]) -> Then:
    """The two times out of a query, which are taken out of it."""
    return Then(as_of=query.pop("as_of", None), known_at=query.pop("known_at", None))


def agreement_row(number: str, then: Then = NOW) -> agreement_rows.Row:
    """Raises NotFound where there is none, or the caller's organisation is not party to it."""
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        row = agreement_rows.find(connection, number, access.visible(), then)
    if row is None:
        raise NotFound(what="agreement", name=number)
    return row


def only(state: agreement.State) -> Part:
    """The caller's organisation, where it is one supplier of several: it sees nothing of others'.

    None: it sees the agreement whole. Of an auditor it is those that they are appointed for.
    """
    visible = access.visible()
    mine = () if visible is None else organisations(visible)
    if {party.organisation for party in state.buyers}.intersection(mine):
        return None
    parts = frozenset(one for one in mine if agreement.is_one_of_several(state, one))
    return parts or None


def require_whole(state: agreement.State) -> None:
    """What is told of all suppliers' orders together is not for one of them. Raises NotAParty."""
    if only(state) is not None:
        raise NotAParty(
            organisation=", ".join(party.organisation for party in state.buyers),
            name=state.number,
            acting=g.by.organisation,
        )


def own_part(state: agreement.State) -> agreement.State:
    """The agreement as with the caller alone, where it may not see what others have of it."""
    mine = only(state)
    if mine is None:
        return state
    return replace(state, suppliers=tuple(p for p in state.suppliers if p.organisation in mine))


def shown(state: order.State) -> order.State:
    """An order as the caller may see it: a supplier sees nothing of those before it."""
    visible = access.visible()
    mine = () if visible is None else organisations(visible)
    if state.supplier not in mine or state.buyer in mine:
        return state
    return replace(state, passed_over=(), earlier=())


def left(state: order.State, facts: Sequence[Fact]) -> tuple[order.State, int]:
    """An order as it was when it left the caller, who just now did not take it, and its version.

    `facts` are those of this command, which may only have been thought.
    """
    mine, stream = access.organisation(), order.stream(state.number)
    found, version = None, 0
    stored = ledger().store.history(stream)
    at = stored[-1].version if stored else 0
    for fact in [*stored, *(f for f in facts if f.stream == stream and f.version > at)]:
        if isinstance(fact.event, OrderPassedOn) and fact.event.giver == mine:
            break
        found, version = fold(stream, found, fact), fact.version
    assert found is not None, "an order begins with its placing"
    return found, version


def facts(connection: Connection, rows: Sequence[dict[str, Any]]) -> list[log.Fact]:
    """Rows of the timeline as the caller may see them."""
    parts = in_part(connection, access.visible())
    return [
        log.without_other_suppliers(log.fact_answer(row))
        if row["agreement"] in parts
        else log.fact_answer(row)
        for row in rows
    ]


def without_others(refusal: CapExceeded, command: Command) -> Refusal:
    """The refusal as the caller may see it: its figures tell what all suppliers use."""
    if not isinstance(command, OrderCommand):
        return refusal
    state: order.State = ledger().service.load(order.stream(command.order))[1]
    of: agreement.State = ledger().service.load(agreement.stream(state.agreement))[1]
    return refusal if only(of) is None else NoRoom(order=command.order, agreement=of.number)


def order_row(number: str, then: Then) -> order_rows.Row:
    """Raises NotFound, also where it was not there then."""
    views = ledger().views
    views.catch_up()
    with views.database.reading() as connection:
        rows = order_rows.listed(
            connection,
            number=number,
            party=access.party(),
            visible_to=access.visible(),
            then=then,
            limit=1,
        )
        if rows and agreement_rows.find(connection, rows[0].state.agreement, access.visible()):
            return rows[0]
    raise NotFound(what="order", name=number)


def agreement_state(number: str) -> agreement.State:
    """For writes: looks at the log itself, so that a write never waits for a read model.

    Parties are only ever added, so a state that lets the caller in need not be the newest one;
    nobody is turned away by less than that. Raises NotFound, NotAParty.
    """
    service, stream = ledger().service, agreement.stream(number)
    known: agreement.State | None = service.known(stream)
    if known is not None and _fault(known, number) is None:
        return known
    state: agreement.State | None = service.load(stream)[1]
    if (fault := _fault(state, number)) is not None:
        raise fault
    assert state is not None, "an agreement that is not there is a fault"
    return state


def _fault(state: agreement.State | None, number: str) -> Refusal | None:
    """Why the caller may not write to an agreement."""
    mine = access.visible()
    parties = () if state is None else (*state.buyers, *state.suppliers)
    if state is None or (
        mine is not None and not {p.organisation for p in parties}.intersection(organisations(mine))
    ):
        return NotFound(what="agreement", name=number)
    if g.by.role in BUYER_ROLES and g.by.organisation not in {p.organisation for p in state.buyers}:
        return NotAParty(
            organisation=", ".join(p.organisation for p in state.buyers),
            name=number,
            acting=g.by.organisation,
        )
    return None


def order_state(number: str) -> order.State:
    """For writes: looks at the log itself. Raises NotFound."""
    state: order.State | None = ledger().service.load(order.stream(number))[1]
    if state is None:
        raise NotFound(what="order", name=number)
    agreement_state(state.agreement)
    party = access.party()
    had = (one.supplier for one in state.earlier)
    if party is not None and party not in (state.buyer, state.supplier, *state.carriers, *had):
        raise NotFound(what="order", name=number)
    return state


def require_own(state: order.State) -> None:
    """Buyers' roles act for buyers, the university for its own orders. Raises Forbidden."""
    if g.by.role == "orderer" and g.by.organisation != state.buyer:
        raise Forbidden(roles="orderer of the buying organisation", held=g.by.role)
