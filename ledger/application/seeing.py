"""What an asker may see, asked of the read models, or of the log itself before a write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from ledger.application.answers import log
from ledger.application.asker import Asker
from ledger.deciding import Command, OrderCommand
from ledger.documents.organisation import normalise
from ledger.domain import agreement, drawdown, order
from ledger.domain.events import Fact, OrderPassedOn
from ledger.domain.parties import is_foreign
from ledger.domain.refusals import (
    CapExceeded,
    NoRoom,
    NotAParty,
    NotFound,
    Refusal,
)
from ledger.projections import agreements as agreement_rows
from ledger.projections import orders as order_rows
from ledger.projections import places
from ledger.projections.database import Reading
from ledger.projections.seeing import Part, in_part, organisations
from ledger.projections.then import NOW, Then
from ledger.snapshots import fold


def mine(asker: Asker) -> Sequence[str]:
    """The organisations that the asker acts or reads for; none where nothing is hidden."""
    visible = asker.visible
    return () if visible is None else organisations(visible)


# ── Agreements ────────────────────────────────────────────────────────────────────────────────


def named(asker: Asker, state: agreement.State) -> agreement.State:
    """The agreement with the names of its sole traders, which are kept outside the log; what buyers
    propose to each other is not for one supplier of several."""
    if state.proposals and only(asker, state) is not None:
        state = replace(state, proposals=())
    ids = {party.organisation for party in (*state.buyers, *state.suppliers)}
    names = asker.ledger.registry.names_of_sole_traders(ids)
    if not names:
        return state
    buyers, suppliers = (
        tuple(replace(one, name=names.get(one.organisation, one.name)) for one in parties)
        for parties in (state.buyers, state.suppliers)
    )
    return replace(state, buyers=buyers, suppliers=suppliers)


def agreement_row(asker: Asker, number: str, then: Then = NOW) -> agreement_rows.Row:
    """Raises NotFound where there is none, or the asker's organisation is not party to it."""
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        row = agreement_rows.find(connection, number, asker.visible, then)
    if row is None:
        raise NotFound(what="agreement", name=number)
    return row


def agreement_state(asker: Asker, number: str) -> agreement.State:
    """For writes: looks at the log itself, so that a write never waits for a read model.

    Parties are only ever added, so a state that lets the asker in need not be the newest one;
    nobody is turned away by less than that. Raises NotFound, NotAParty.
    """
    service, stream = asker.ledger.service, agreement.stream(number)
    known: agreement.State | None = service.known(stream)
    if known is not None and _fault(asker, known, number) is None:
        return known
    state: agreement.State | None = service.load(stream)[1]
    if (fault := _fault(asker, state, number)) is not None:
        raise fault
    assert state is not None, "an agreement that is not there is a fault"
    return state


def _fault(asker: Asker, state: agreement.State | None, number: str) -> Refusal | None:
    """Why the asker may not write to an agreement."""
    if state is None or not _is_party(asker, state):
        return NotFound(what="agreement", name=number)
    try:
        agreement.require_buyer(state, asker.by)
    except NotAParty as refusal:
        return refusal
    return None


def _is_party(asker: Asker, state: agreement.State) -> bool:
    """Whether the asker sees an agreement, in whole or in part."""
    parties = {party.organisation for party in (*state.buyers, *state.suppliers)}
    return asker.visible is None or not parties.isdisjoint(mine(asker))


def only(asker: Asker, state: agreement.State) -> Part:
    """The asker's organisation, where it is one supplier of several: it sees nothing of others'.

    None: it sees the agreement whole. Of an auditor it is those that they are appointed for.
    """
    own = mine(asker)
    if {party.organisation for party in state.buyers}.intersection(own):
        return None
    parts = frozenset(one for one in own if agreement.is_one_of_several(state, one))
    return parts or None


def require_whole(asker: Asker, state: agreement.State) -> None:
    """What is told of all suppliers' orders together is not for one of them. Raises NotAParty."""
    if only(asker, state) is not None:
        raise NotAParty(
            organisation=", ".join(party.organisation for party in state.buyers),
            name=state.number,
            acting=asker.by.organisation,
        )


def sees_all_orders(asker: Asker, state: agreement.State) -> bool:
    """Whether no order under an agreement is kept from the asker, as other suppliers' are from one
    of several, and another buyer's from whoever does not answer for the whole agreement."""
    if asker.party is None:
        return only(asker, state) is None
    return {asker.party} in (
        {party.organisation for party in state.buyers},
        {party.organisation for party in state.suppliers},
    )


def own_part(
    asker: Asker, state: agreement.State, orders: Sequence[order.State] = ()
) -> agreement.State:
    """The agreement as with the asker alone, where it may not see what others have of it: of what
    rounds came to, that of the asker's own `orders`."""
    part = only(asker, state)
    if part is None:
        return state
    given = {one.programme for one in orders}
    return replace(
        state,
        suppliers=tuple(party for party in state.suppliers if party.organisation in part),
        results=tuple(one for one in state.results if one.programme in given),
    )


# ── Orders ────────────────────────────────────────────────────────────────────────────────────


def order_row(asker: Asker, number: str, then: Then) -> order_rows.Row:
    """Raises NotFound, also where it was not there then."""
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        rows = order_rows.listed(
            connection,
            number=number,
            party=asker.party,
            visible_to=asker.visible,
            then=then,
            limit=1,
        )
        if rows and agreement_rows.find(connection, rows[0].state.agreement, asker.visible):
            return rows[0]
    raise NotFound(what="order", name=number)


def order_state(asker: Asker, number: str) -> order.State:
    """For writes: looks at the log itself. One that the asker passed on is as it left them.

    Raises NotFound, also of what the asker may not see; NotAParty.
    """
    return order_at(asker, number)[1]


def order_at(asker: Asker, number: str) -> tuple[int, order.State]:
    """The same with the version that it is at, or was at when it left them."""
    version: int
    state: order.State | None
    version, state = asker.ledger.service.load(order.stream(number))
    had = () if state is None else [one.supplier for one in state.earlier]
    if state is None or not _sees(asker, state, state.supplier, *had):
        raise NotFound(what="order", name=number)
    agreement_state(asker, state.agreement)
    party = asker.party
    if party is not None and party not in (state.buyer, state.supplier, *state.carriers, *had):
        raise NotFound(what="order", name=number)
    if not _sees(asker, state, state.supplier):
        state, version = left(asker, state, ())
    return version, state


def _sees(asker: Asker, of: order.State | drawdown.State, *suppliers: str) -> bool:
    """Whether the asker sees what belongs to an agreement, and is or was one of some suppliers'."""
    state: agreement.State = asker.ledger.service.load(agreement.stream(of.agreement))[1]
    if not _is_party(asker, state):
        return False
    part = only(asker, state)
    return part is None or not part.isdisjoint(suppliers)


def own_order_state(asker: Asker, number: str) -> order.State:
    """An order that the asker may act on: an orderer on the own organisation's alone.

    Raises NotFound, Forbidden.
    """
    state = order_state(asker, number)
    order.may.orderers_own(state, asker.by)
    return state


def shown(asker: Asker, state: order.State) -> order.State:
    """An order as the asker may see it: a supplier sees nothing of those before it."""
    own = mine(asker)
    if state.supplier not in own or state.buyer in own:
        return state
    return replace(state, passed_over=(), earlier=())


def left(asker: Asker, state: order.State, facts: Sequence[Fact]) -> tuple[order.State, int]:
    """An order as it was when it left the asker, who just now did not take it, and its version.

    `facts` are those of this command, which may only have been thought.
    """
    giver, stream = asker.organisation, order.stream(state.number)
    found, version = None, 0
    stored = asker.ledger.store.history(stream)
    at = stored[-1].version if stored else 0
    for fact in [*stored, *(f for f in facts if f.stream == stream and f.version > at)]:
        if isinstance(fact.event, OrderPassedOn) and fact.event.giver == giver:
            break
        found, version = fold(stream, found, fact), fact.version
    assert found is not None, "an order begins with its placing"
    return found, version


# ── Drawdowns, facts, refusals ────────────────────────────────────────────────────────────────


def drawdown_state(asker: Asker, id: str) -> drawdown.State:
    """For writes: looks at the log itself. Raises NotFound, also of what the asker may not see;
    NotAParty."""
    state: drawdown.State | None = asker.ledger.service.load(drawdown.stream(id))[1]
    if state is None or not _sees(asker, state, state.supplier):
        raise NotFound(what="drawdown", name=id)
    agreement_state(asker, state.agreement)
    party = asker.party
    if party is not None and party not in (state.buyer, state.supplier):
        raise NotFound(what="drawdown", name=id)
    return state


def require_own_organisation(asker: Asker, number: str) -> None:
    """An auditor's are those of their appointments, all others' the one that they act for.

    Raises NotFound for another, and for what is no organisation number.
    """
    try:
        other = number.startswith("N") or is_foreign(number)
        known = other or normalise(number) == number
    except ValueError:
        known = False
    if not known or (asker.visible is not None and number not in mine(asker)):
        raise NotFound(what="organisation", name=number)


def facts(asker: Asker, connection: Reading, rows: Sequence[dict[str, Any]]) -> list[log.Fact]:
    """Rows of the timeline as the asker may see them."""
    parts = dict.fromkeys(in_part(connection, asker.visible), frozenset(mine(asker)))
    return [
        log.without_other_suppliers(log.fact_answer(row), mine(asker))
        if row["agreement"] in parts
        else log.fact_answer(row)
        for row in places.counted(connection, rows, parts)
    ]


def without_others(asker: Asker, refusal: CapExceeded, command: Command) -> Refusal:
    """The refusal as the asker may see it: its figures tell what all suppliers use."""
    if not isinstance(command, OrderCommand):
        return refusal
    service = asker.ledger.service
    state: order.State = service.load(order.stream(command.order))[1]
    of: agreement.State = service.load(agreement.stream(state.agreement))[1]
    whole = only(asker, of) is None
    return refusal if whole else NoRoom(order=command.order, agreement=of.number)
