"""What goes out of funding sources: what each covers, why not the rest, and who carries it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated

from ledger.application.answers.making import Answer, At, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    one_of,
    organisation,
    text,
    truth,
)
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import EFFECTS
from ledger.domain import agreement, drawdown
from ledger.domain.coverage import coverage
from ledger.domain.funding import DATED_BY, REASONS, UNJUDGED, total
from ledger.domain.money import to_text
from ledger.wording import Sentence, say, words

ALL_REASONS = (*REASONS, UNJUDGED)
WHY = {
    "not-funded": words("no funding was decided for it"),
    "outside-period": words("outside the period of the funding"),
    "kind": words("a kind of cost that the funding does not cover"),
    "beyond-ceiling": words("beyond the ceiling of the funding"),
    "not-judged": words("invoiced before any funding was decided"),
}
"""Why a cost is not eligible, in words."""


class PartNotEligible(Answer):
    reason: Annotated[str, one_of("Why it is not eligible.", ALL_REASONS)]
    amount: Annotated[
        str, amount("How much; negative on a credit.", of=lambda part, _: total(part.shares))
    ]


class JudgedPart(Answer):
    """What a funding source covers of a part of an invoice: judged once, when it was recorded."""

    source: Annotated[str | None, text("The funding source; null: the order's line names none.")]
    eligible: Annotated[
        str,
        amount("The eligible cost; negative on a credit.", of=lambda one, _: total(one.eligible)),
    ]
    support: Annotated[
        str, amount("What the source pays of it.", of=lambda one, _: total(one.support))
    ]
    not_eligible: Annotated[
        list[PartNotEligible], listed("What is not eligible, and why.", of="uncovered")
    ]


class SourceNotEligible(PartNotEligible):
    amount: Annotated[str, amount("How much; negative on a credit.")]
    because: Annotated[
        str, text("The reason in words.", of=lambda one, at: because(one.reason, at.language))
    ]


class FundingSource(Answer):
    """A grant or other funding, and what it came to: invoices approved, credits deducted."""

    name: Annotated[str, text("What order lines name it by.", of="funding.source.name")]
    funder: Annotated[str, text("Who pays.", of="funding.source.funder")]
    ceiling: Annotated[
        str | None, amount("The most that it pays; null: unknown.", of="funding.source.ceiling")
    ]
    share: Annotated[
        str,
        text(
            "How much of an eligible cost it pays, in per cent.",
            r"^\d{1,3}\.\d\d$",
            of=lambda found, _: to_text(found.funding.source.share),
        ),
    ]
    starts_on: Annotated[date, day("First day of its period.", of="funding.source.starts_on")]
    ends_on: Annotated[date, day("Last day of its period; it counts.", of="funding.source.ends_on")]
    dated_by: Annotated[
        str, one_of("Which day is to lie in the period.", DATED_BY, of="funding.source.dated_by")
    ]
    kinds: Annotated[
        list[str], listed("Kinds of cost that it pays for; none: all.", of="funding.source.kinds")
    ]
    effect: Annotated[
        str, one_of("What ordering more than it covers does.", EFFECTS, of="funding.source.effect")
    ]
    decided_on: Annotated[date, day("When it was decided.", of="funding.decided_on")]
    withdrawn_on: Annotated[date | None, day("When it was withdrawn.", of="funding.withdrawn_on")]
    eligible: Annotated[str, amount("The eligible cost.")]
    not_eligible: Annotated[list[SourceNotEligible], listed("What is not eligible, and why.")]
    support: Annotated[str, amount("What it pays of the eligible cost.")]
    waiting: Annotated[str, amount("The support of invoices that wait for approval.")]
    left: Annotated[str | None, amount("What its ceiling has left; null: unknown.")]
    claimed: Annotated[str, amount("What was claimed from the funder.", of="funding.claimed")]
    paid: Annotated[str, amount("What the funder has paid.", of="funding.paid")]
    to_claim: Annotated[
        str, amount("What of the support is not claimed; negative: claimed beyond it.")
    ]
    outstanding: Annotated[str, amount("What is claimed and not paid; negative: an advance.")]
    period_over: Annotated[
        bool,
        truth(
            "Whether the last day of its period has passed.",
            of=lambda one, at: at.day > one.funding.source.ends_on,
        ),
    ]


class FundedMember(Answer):
    """What one organisation carries of the invoices, and what is covered of it."""

    organisation: Annotated[str, organisation("Who carries it.")]
    name: Annotated[str, text("Its name.")]
    gross: Annotated[str, amount("What it carries.")]
    covered: Annotated[str, amount("The support for it.")]
    own: Annotated[str, amount("What is left to pay itself.")]
    in_kind: Annotated[str, amount("What it gave in kind: beside the rest, never in it.")]


class AgreementFunding(Answer):
    """What funding covers: invoices approved, credits deducted, and opening balances; as of a date,
    as known then."""

    agreement: Annotated[str, text("The agreement's number.")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    invoiced: Annotated[str, amount("What is eligible and what is not.")]
    eligible: Annotated[str, amount("The eligible cost.")]
    not_eligible: Annotated[list[SourceNotEligible], listed("What is not eligible, and why.")]
    support: Annotated[str, amount("What the sources pay.")]
    sources: Annotated[list[FundingSource], listed("In the order in which they were decided.")]
    members: Annotated[list[FundedMember], listed("Who carries what.")]


def funding_answer(
    state: agreement.State,
    states: Iterable[drawdown.State],
    opened: Mapping[str, int],
    language: str,
    on: date,
) -> AgreementFunding:
    """`opened` is what each buyer carries of opening balances, in öre; `on` the day by which it is
    told whether a period is over."""
    found = coverage(state, states, opened)
    names = {party.organisation: party.name for party in state.buyers}
    carried = [
        made(FundedMember, one, name=names.get(one.organisation, "")) for one in found.members
    ]
    return made(
        AgreementFunding,
        found,
        At(language, on),
        agreement=state.number,
        currency=state.currency,
        members=carried,
    )


def because(reason: str, language: str) -> str:
    """A reason's code in words; a code that is new says itself."""
    return say(WHY.get(reason, Sentence(reason)), language)
