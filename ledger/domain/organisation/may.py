"""What must be so of an organisation for an act on it, whatever the act says.

What is foreseen is what no words of an act could mend.
"""

from ledger.domain.given import Given
from ledger.domain.organisation.state import State
from ledger.domain.refusals import Forbidden, NotAParty, NothingThere

GRANTORS = ("manager", "admin")
"""Roles that decide for an organisation."""


def grantor(state: State, given: Given) -> None:
    """Raises Forbidden, NotAParty."""
    by = given.by
    if by.role not in GRANTORS:
        raise Forbidden(roles=", ".join(GRANTORS), held=by.role)
    _require_own(state, given)


def _require_own(state: State, given: Given) -> None:
    """Nobody decides of another organisation's costs or mail, an administrator no more than others;
    whoever has the server's command line acts for none. Raises NotAParty."""
    by = given.by
    if by.organisation not in ("", state.number):
        raise NotAParty(organisation=state.number, name=state.number, acting=by.organisation)


def addressed(state: State, given: Given) -> None:
    """Its own people that decide, and those who answer its orders. Raises Forbidden, NotAParty."""
    by, roles = given.by, (*GRANTORS, "supplier")
    if by.role not in roles:
        raise Forbidden(roles=", ".join(roles), held=by.role)
    _require_own(state, given)


def granted(state: State, given: Given) -> None:
    """Foreseen. Raises NotFound where there is no right to end."""
    if not state.rights:
        raise NothingThere(what="attest rights", name=state.number)


def deputised(state: State, given: Given) -> None:
    """Foreseen. Raises NotFound where there is no deputy whose time could end."""
    if not state.deputies:
        raise NothingThere(what="deputies", name=state.number)
