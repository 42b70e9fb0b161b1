"""Who acts for the buyers of an agreement: each for its own orders, the lead for what all share."""

from collections.abc import Iterable
from datetime import date

from ledger.domain.agreement.state import State
from ledger.domain.binding import EFFECTS
from ledger.domain.events import BUYER_ROLES, By
from ledger.domain.given import Given
from ledger.domain.limits import Limit, dimensions_of
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


def require_touched(state: State, touched: Iterable[str], given: Given) -> None:
    """Where several buy and nobody leads, what makes a buyer's share less, or puts it out, is that
    buyer's own to do. Raises NotAParty."""
    by = given.by
    if by.role not in BUYER_ROLES or lead_of(state, given.today) is not None:
        return
    others = [name for name in dict.fromkeys(touched) if name != by.organisation]
    if others:
        raise NotAParty(organisation=" / ".join(others), name=state.number, acting=by.organisation)


def touched_by_limits(
    before: Iterable[Limit], after: Iterable[Limit], days: Iterable[date]
) -> list[str]:
    """The buyers whose limits would be less, bind more, be gone or be new, on some of the days."""
    had = {limit.name: limit for limit in before if limit.buyer is not None}
    has = {limit.name: limit for limit in after if limit.buyer is not None}
    found = [had[name].buyer for name in had if name not in has]
    for name, limit in has.items():
        was = had.get(name)
        if was is None or limit.buyer != was.buyer or _is_less(was, limit, days):
            found += [limit.buyer, *((was.buyer,) if was else ())]
    return [buyer for buyer in found if buyer is not None]


def _is_less(before: Limit, after: Limit, days: Iterable[date]) -> bool:
    if dimensions_of(before) != dimensions_of(after):
        return True
    for day in days:
        was, now = before.bound_on(day), after.bound_on(day)
        if now is not None and (was is None or now < was):
            return True
        if now is None and was is not None and after.is_removed_on(day):
            return True
        if EFFECTS.index(after.effect_on(day)) < EFFECTS.index(before.effect_on(day)):
            return True
    return False
