"""What of a grant's support is claimed from the funder, and what the funder has paid."""

from datetime import date

import msgspec

from ledger.domain.agreement.funded import folded
from ledger.domain.agreement.state import Funding, State, stream
from ledger.domain.events import FundingClaimed, FundingPaid, New
from ledger.domain.given import Given
from ledger.domain.refusals import Amount, Fault, Figures, Invalid, NotFound


class ClaimFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Record that so many öre of support were claimed; below 0 a claim that is taken back."""

    agreement: str
    name: str
    amount: int
    reference: str
    on: date


class ReceiveFunding(msgspec.Struct, frozen=True, kw_only=True):
    """Record that the funder paid so many öre; below 0 what was paid back."""

    agreement: str
    name: str
    amount: int
    reference: str
    on: date


def claim_funding(command: ClaimFunding, state: State, given: Given) -> list[New]:
    """Also of a source that is withdrawn: what it has covered is owed. More than the support of
    what was invoiced is flagged, and a reference that is claimed already.

    Raises NotFound, Invalid.
    """
    had = _source_of(state, command.name)
    claimed = had.claimed + command.amount
    _require_not_below(claimed, "/amount", had.claimed, state.currency)
    flags = _again("claimed-again", command, had.claims)
    flags += [f"claimed-beyond-support:{command.name}"] if claimed > had.support else []
    event = FundingClaimed(
        source=command.name, amount=command.amount, reference=command.reference, flags=tuple(flags)
    )
    return [New(stream(state.number), event, command.on)]


def receive_funding(command: ReceiveFunding, state: State, given: Given) -> list[New]:
    """An advance, paid before it is claimed, is flagged, and a reference that is paid already.

    Raises NotFound, Invalid.
    """
    had = _source_of(state, command.name)
    paid = had.paid + command.amount
    _require_not_below(paid, "/amount", had.paid, state.currency)
    flags = _again("paid-again", command, had.payments)
    flags += [f"paid-beyond-claims:{command.name}"] if paid > had.claimed else []
    event = FundingPaid(
        source=command.name, amount=command.amount, reference=command.reference, flags=tuple(flags)
    )
    return [New(stream(state.number), event, command.on)]


def _again(
    flag: str, command: ClaimFunding | ReceiveFunding, before: tuple[tuple[str, int], ...]
) -> list[str]:
    """A reference that stands already is most often the same slip typed twice; but a funder pays in
    parts, so it is said and not refused."""
    stands = dict(before).get(folded(command.reference), 0) > 0
    return [f"{flag}:{command.reference}"] if stands and command.amount > 0 else []


def _source_of(state: State, name: str) -> Funding:
    for one in state.funding:
        if one.source.name == name:
            return one
    raise NotFound(what="funding source", name=name)


def _require_not_below(total: int, pointer: str, before: int, currency: str) -> None:
    if total < 0:
        figures: dict[str, Figures] = {"before": Amount(before, currency)}
        sentence = "So far it is {before}: no more than that is taken back."
        raise Invalid(Fault(pointer=pointer, sentence=sentence, figures=figures))
