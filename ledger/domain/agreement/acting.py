"""Who acts for the buyers of an agreement: each for its own orders, the lead for what all share."""

from ledger.domain.agreement.state import State
from ledger.domain.events import BUYER_ROLES, By
from ledger.domain.refusals import NotAParty


def lead_of(state: State) -> str | None:
    """The lead buyer of a joint agreement; None where nobody leads."""
    return next((party.organisation for party in state.buyers if party.role == "lead"), None)


def require_lead(state: State, by: By) -> None:
    """Where somebody leads, nobody else of the buyers changes what all share: terms, cap, limits,
    buyers, funding. Raises NotAParty."""
    lead = lead_of(state)
    if lead is not None and by.role in BUYER_ROLES and by.organisation != lead:
        raise NotAParty(organisation=lead, name=state.number, acting=by.organisation)


def require_own(state: State, buyer: str, name: str, by: By) -> None:
    """A buyer acts on its own orders; the lead, but for its orderers, on those of all.

    Raises NotAParty.
    """
    if by.role not in BUYER_ROLES or by.organisation == buyer:
        return
    if by.role == "orderer" or by.organisation != lead_of(state):
        raise NotAParty(organisation=buyer, name=name, acting=by.organisation)
