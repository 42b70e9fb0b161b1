"""What funding came to under an agreement: per source, and who carries what is not covered."""

from collections.abc import Iterable, Mapping

import msgspec

from ledger.domain import agreement, drawdown
from ledger.domain.events import Allocation, LineAmount
from ledger.domain.funding import UNJUDGED, Eligibility, total
from ledger.domain.position import by_organisation

COUNTED = ("approved", "reversed")
"""Statuses of drawdowns that count; one that is credited in full counts with its credits."""


class NotEligible(msgspec.Struct, frozen=True):
    """How much is not eligible for one reason, in öre."""

    reason: str
    amount: int


class Covered(msgspec.Struct, frozen=True, kw_only=True):
    """What one source covers. `left` of its ceiling is None where that is unknown.

    Öre excluding VAT, of approved invoices less approved credits; `waiting` is the support of
    invoices that wait for approval, which `left` counts as taken.
    """

    funding: agreement.Funding
    eligible: int
    not_eligible: tuple[NotEligible, ...]
    support: int
    waiting: int

    @property
    def left(self) -> int | None:
        ceiling = self.funding.source.ceiling
        return None if ceiling is None else ceiling - self.support - self.waiting

    @property
    def to_claim(self) -> int:
        """What of the support was not claimed from the funder yet."""
        return self.support - self.funding.claimed

    @property
    def outstanding(self) -> int:
        """What was claimed and the funder has not paid."""
        return self.funding.claimed - self.funding.paid


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation carries of invoices and opening balances, what is covered of it, and
    what it gave in kind."""

    organisation: str
    gross: int
    covered: int
    in_kind: int

    @property
    def own(self) -> int:
        return self.gross - self.covered


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """All of it: `invoiced` is `eligible` and everything that is not, in öre excluding VAT."""

    invoiced: int
    eligible: int
    not_eligible: tuple[NotEligible, ...]
    support: int
    sources: tuple[Covered, ...]
    members: tuple[Member, ...]


def coverage(
    state: agreement.State, drawdowns: Iterable[drawdown.State], opened: Mapping[str, int]
) -> Coverage:
    """What the drawdowns of an agreement came to. Of the members, all buyers and who else pays.

    `opened` is what each carries of opening balances, in öre: invoiced too, and judged by nobody.
    """
    counted: list[Allocation] = []
    waiting: list[Eligibility] = []
    gross: dict[str, int] = {party.organisation: 0 for party in state.buyers}
    covered: dict[str, int] = {}
    for one in drawdowns:
        if one.status in COUNTED:
            counted += one.drawing
            _carry(one, gross, covered)
        elif one.status == "recorded" and not one.is_credit:
            waiting += [found for part in one.allocations for found in part.funded]
    for name, amount in opened.items():
        gross[name] = gross.get(name, 0) + amount
    found = [one for part in counted for one in part.funded]
    invoiced = sum(part.amount for part in counted) + sum(opened.values())
    judged = sum(part.amount for part in counted if part.funded)
    return Coverage(
        invoiced=invoiced,
        eligible=sum(total(one.eligible) for one in found),
        not_eligible=_by_reason(found, unjudged=invoiced - judged),
        support=sum(total(one.support) for one in found),
        sources=tuple(_covered(one, found, waiting) for one in state.funding),
        members=_members(state, gross, covered),
    )


def _carry(one: drawdown.State, gross: dict[str, int], covered: dict[str, int]) -> None:
    for part in one.drawing:
        line = LineAmount(line=part.line, amount=part.amount, shares=part.shares)
        for name, amount in by_organisation((line,), one.buyer).get(part.line, {}).items():
            gross[name] = gross.get(name, 0) + amount
        for share in (share for judged in part.funded for share in judged.support):
            covered[share.organisation] = covered.get(share.organisation, 0) + share.amount


def _covered(
    funding: agreement.Funding, found: list[Eligibility], waiting: list[Eligibility]
) -> Covered:
    mine = [one for one in found if one.source == funding.source.name]
    return Covered(
        funding=funding,
        eligible=sum(total(one.eligible) for one in mine),
        not_eligible=_by_reason(mine),
        support=sum(total(one.support) for one in mine),
        waiting=sum(total(one.support) for one in waiting if one.source == funding.source.name),
    )


def _by_reason(found: Iterable[Eligibility], unjudged: int = 0) -> tuple[NotEligible, ...]:
    amounts: dict[str, int] = {}
    for part in (part for one in found for part in one.uncovered):
        amounts[part.reason] = amounts.get(part.reason, 0) + total(part.shares)
    amounts[UNJUDGED] = unjudged
    return tuple(NotEligible(reason, amount) for reason, amount in amounts.items() if amount)


def _members(
    state: agreement.State, gross: dict[str, int], covered: dict[str, int]
) -> tuple[Member, ...]:
    given = {share.organisation: share.amount for share in state.in_kind}
    return tuple(
        Member(
            organisation=name,
            gross=amount,
            covered=covered.get(name, 0),
            in_kind=given.get(name, 0),
        )
        for name, amount in gross.items()
    )
