"""Who acts for the buyers of an agreement: each for its own orders, the lead for what all share."""

from datetime import date

from ledger.domain.agreement.state import State
from ledger.domain.events import BUYER_ROLES, By
from ledger.domain.refusals import NotAParty


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
