"""An agreement as its facts so far make it.

Its state holds totals per combination of `limits.DIMENSIONS`, and what each day changed of them,
never a list of orders, so a decision costs the same with a hundred thousand orders as with none.
"""

from datetime import date
from typing import Literal

import msgspec

from ledger.domain import limits as rule
from ledger.domain.agreement.competition import Competition
from ledger.domain.agreement.latest import Latest
from ledger.domain.agreement.notices import Notices
from ledger.domain.events import (
    FurtherNumber,
    Party,
    RoundResult,
)
from ledger.domain.funding import FundingSource
from ledger.domain.given import Given, found
from ledger.domain.limits import Days, Limit, Total, Use
from ledger.domain.regime import Change, Policy, PolicyFrom, policy_on
from ledger.domain.selection import Selection
from ledger.domain.sharing import Shares

Status = Literal["active", "suspended", "closed", "voided"]


class ShareMove(msgspec.Struct, frozen=True, kw_only=True):
    """Room that one buyer proposed to move between two shares, in öre; not answered yet.

    It would move from `moves_from`, or without one from when it is accepted. What an earlier
    version kept says no day of the proposal.
    """

    number: int
    giver: str
    receiver: str
    amount: int
    proposed_by: str
    moves_from: date | None = None
    proposed_on: date | None = None


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """A change of what all share that a buyer proposed, and that not all whom it `touches` have
    answered: the command's name, and the command as JSON. `accepted` are those that agreed."""

    number: int
    action: str
    asked: str
    proposed_by: str
    touches: tuple[str, ...]
    proposed_on: date
    accepted: tuple[str, ...] = ()


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier that gave its place to another, from a day on."""

    supplier: str
    by: str
    on: date


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """A buyer that an amendment named, from a day on."""

    buyer: str
    on: date


class SourceFrom(msgspec.Struct, frozen=True, kw_only=True):
    """A funding source as one of its funder's decisions has it, from the day of that. `known_on` is
    when it was recorded, where that was before."""

    effective_on: date
    source: FundingSource
    known_on: date | None = None

    def is_known_by(self, day: date) -> bool:
        """Whether whoever judged on a day knew it: one that is recorded late counts from its own
        day, as where it had been recorded on that."""
        return (self.known_on or self.effective_on) <= day


class Funding(msgspec.Struct, frozen=True, kw_only=True):
    """A funding source, and how much eligible cost and support invoices have taken of it, in öre.

    Invoices that wait for approval count: two of them do not take the same room. `claimed` and
    `paid` are what was asked of the funder, and what it has paid, `claims` and `payments` the same
    by the reference of each. `changed` are the funder's later
    decisions in the order in which they were recorded. `source` is as the decision of the latest
    day has it: what holds on a day `source_on` tells.
    """

    source: FundingSource
    decided_on: date
    eligible: int = 0
    support: int = 0
    claimed: int = 0
    paid: int = 0
    claims: tuple[tuple[str, int], ...] = ()
    payments: tuple[tuple[str, int], ...] = ()
    withdrawn_on: date | None = None
    first: FundingSource | None = None
    changed: tuple[SourceFrom, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Those of the funder's decisions."""
        return (self.decided_on, *(one.effective_on for one in self.changed))

    def source_on(self, day: date, today: date) -> FundingSource | None:
        """The source as it pays for a cost of a day; None where it does not: withdrawn from that
        day or an earlier one, or not decided yet. A funder may decide to pay for what a day before
        its first decision cost: that has to have come `today`."""
        withdrawn = self.withdrawn_on is not None and self.withdrawn_on <= day
        if withdrawn or self.decided_on > max(day, today):
            return None
        source = self.first or self.source
        for one in sorted(self.changed, key=_effective_on):
            if one.effective_on <= day:
                source = one.source
        return source


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement as its facts so far make it. `limits[0]` is the cap.

    Amounts in öre, excluding VAT. `days` are what each day changed of the `totals`, so that what is
    in use is known of every day. `crossed` are the (limit, per cent, amount of it) that use has
    risen past, `term_alerts` the months before the end that have been alerted of, `under_use` the
    end of the latest quarter of whose too little use of a limit has been;
    `original_cap` is what amendments are measured by (LOU 17 kap. 9 §), each by the tolerance that
    was signed. `share_moves`
    counts those that were proposed; `in_kind` is what each organisation gave, beside the balance.
    Without a `selection` the orderer names the supplier. `competitions` are open, or awarded and
    not yet ordered by. `flags` are what its amendments were flagged for, each once; `closed_on` is
    the day from which it is closed, `suspended_on` that from which it is suspended. `suppliers` are
    all that there have been, in the order in which they came: those that are `replaced` keep the
    orders that they have (see `suppliers_on`). `numbers` are further ones that it goes by, for
    whoever writes an invoice; no matter of value.
    `buyers` are all that there will be, each from the day on which it `joined` (see `buyers_on`),
    and `policy` is what holds when everything recorded has taken effect: what holds on a day
    `policy_on` tells. `policies` are what amendments set of it, after the one that was signed.
    `signed_end` is the end that was signed, of a term that was extended since.
    `has_openings` says that something was drawn that no invoice here says, whether or not it was
    taken back.
    `latest` are the latest acts, one a kind, that it was asked to be open for. `proposals` are
    changes of what all share that wait for an answer, of the `changes_proposed` that there were.
    """

    number: str
    title: str
    currency: str
    buyers: tuple[Party, ...]
    suppliers: tuple[Party, ...]
    signed_on: date
    starts_on: date
    ends_on: date
    regime: str
    policy: Policy
    limits: tuple[Limit, ...]
    original_cap: int | None
    original_tolerance: int = 0
    status: Status = "active"
    totals: tuple[Total, ...] = ()
    days: Days = ()
    orders: int = 0
    changes: tuple[Change, ...] = ()
    extensions_used: int = 0
    signed_end: date | None = None
    crossed: tuple[tuple[str, int, int], ...] = ()
    expired: bool = False
    term_alerts: tuple[int, ...] = ()
    under_use: tuple[tuple[str, date], ...] = ()
    share_moves: int = 0
    proposed: tuple[ShareMove, ...] = ()
    in_kind: Shares = ()
    funding: tuple[Funding, ...] = ()
    selection: Selection | None = None
    competitions: tuple[Competition, ...] = ()
    competitions_opened: int = 0
    flags: tuple[str, ...] = ()
    closed_on: date | None = None
    suspended_on: date | None = None
    replaced: tuple[Replaced, ...] = ()
    signed_by: str = ""
    results: tuple[RoundResult, ...] = ()
    reported: tuple[tuple[str, int | None, str], ...] = ()
    numbers: tuple[FurtherNumber, ...] = ()
    notices: Notices = ()
    joined: tuple[Joined, ...] = ()
    policies: tuple[PolicyFrom, ...] = ()
    latest: tuple[Latest, ...] = ()
    has_openings: bool = False
    proposals: tuple[Proposal, ...] = ()
    changes_proposed: int = 0

    def policy_on(self, day: date) -> Policy:
        """The policy that holds on a day: each of its members is set until it is set again."""
        return policy_on(self.policy, self.policies, day)

    def buyers_on(self, day: date) -> tuple[Party, ...]:
        """Who may order on a day."""
        to_come = {one.buyer for one in self.joined if one.on > day}
        return tuple(party for party in self.buyers if party.organisation not in to_come)

    @property
    def cap(self) -> Limit:
        """The limit that every line matches; its amount may be unknown (None)."""
        return self.limits[0]


def _effective_on(step: SourceFrom) -> date:
    return step.effective_on


def stream(number: str) -> str:
    """The stream of an agreement's facts; its first version is what makes the number unique."""
    return f"agreement/{number}"


def named(given: Given, number: str) -> State:
    """The one that somebody names. Raises NotFound."""
    state: State = found(given.find, "agreement", number)
    return state


def use_of(state: State, limit: Limit) -> Use:
    """What is in use of one of the agreement's limits, in öre excluding VAT."""
    return rule.used(limit, state.totals)
