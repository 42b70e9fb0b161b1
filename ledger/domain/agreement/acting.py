"""Who acts for the buyers of an agreement: each for its own orders, the lead for what all share."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec

from ledger.domain.agreement.commands import AmendAgreement, RemoveLimit
from ledger.domain.agreement.state import State
from ledger.domain.events import BUYER_ROLES, By
from ledger.domain.given import Given
from ledger.domain.refusals import AllMustAgree, NotAParty


def lead_of(state: State, on: date) -> str | None:
    """The lead buyer of a joint agreement on a day; None where nobody leads."""
    buyers = state.buyers_on(on)
    return next((party.organisation for party in buyers if party.role == "lead"), None)


def require_buyer(state: State, by: By) -> None:
    """A buyer's role is one of the agreement's buyers'; what else an organisation is of it, as its
    supplier, gives it none. Raises NotAParty."""
    buyers = [party.organisation for party in state.buyers]
    if by.role in BUYER_ROLES and by.organisation not in buyers:
        raise NotAParty(organisation=", ".join(buyers), name=state.number, acting=by.organisation)


def require_own(state: State, buyer: str, name: str, by: By, on: date) -> None:
    """A buyer acts on its own orders; who leads on a day, but for its orderers, on those of all.

    Raises NotAParty.
    """
    if by.role not in BUYER_ROLES or by.organisation == buyer:
        return
    if by.role == "orderer" or by.organisation != lead_of(state, on):
        raise NotAParty(organisation=buyer, name=name, acting=by.organisation)


def require_touched(state: State, touched: Iterable[str], given: Given) -> None:
    """Where several buy and nobody leads, what all share is changed when all whom it touches agree.
    Raises AllMustAgree."""
    by = given.by
    if by.role not in BUYER_ROLES or lead_of(state, given.today) is not None:
        return
    agreed = {by.organisation, *given.agreed}
    others = tuple(name for name in dict.fromkeys(touched) if name not in agreed)
    if others:
        raise AllMustAgree(agreement=state.number, waiting=others)


def touched_by(change: Any, state: State, given: Given) -> list[str]:
    """The buyers whom a change touches: of what is one buyer's share alone that buyer, of all else
    each of them on that day."""
    limits = {limit.name: limit.buyer for limit in state.limits}
    if isinstance(change, AmendAgreement):
        names = [limit.name for limit in change.limits] + [one.name for one in change.limit_rules]
        named = limits | {limit.name: limit.buyer for limit in change.limits if limit.buyer}
        shares = [named.get(name) for name in names]
        common = (change.buyers, change.suppliers, change.policy, change.selection)
        if change.cap is msgspec.UNSET and not any(common) and all(shares):
            return [*dict.fromkeys(name for name in shares if name is not None)]
    elif isinstance(change, RemoveLimit) and (buyer := limits.get(change.name)) is not None:
        return [buyer]
    return [party.organisation for party in state.buyers_on(given.today)]


def together(state: State, given: Given) -> None:
    """Foreseen of what touches all buyers, whatever it says. Raises AllMustAgree."""
    require_touched(state, touched_by(None, state, given), given)
