"""Funding as resources: what each source covers, why not the rest, and who carries it."""

from collections.abc import Iterable, Iterator
from typing import Any

from ledger.bounds import MAX_PAGE
from ledger.domain import agreement, drawdown
from ledger.domain.coverage import Coverage, Covered, NotEligible, coverage
from ledger.domain.funding import Eligibility, total
from ledger.domain.money import to_text
from ledger.projections import drawdowns
from ledger.projections.database import Reading
from ledger.projections.seeing import Visible
from ledger.projections.then import Then
from ledger.wording import Sentence, say, words

WHY = {
    "not-funded": words("no funding was decided for it"),
    "outside-period": words("outside the period of the funding"),
    "kind": words("a kind of cost that the funding does not cover"),
    "beyond-ceiling": words("beyond the ceiling of the funding"),
    "not-judged": words("invoiced before any funding was decided"),
}
"""Why a cost is not eligible, in words."""


def states_of(
    connection: Reading, number: str, then: Then, visible_to: Visible = None
) -> Iterator[drawdown.State]:
    """Every drawdown of an agreement that an organisation may see (None: all), now or as it was."""
    after = ""
    while rows := drawdowns.listed(
        connection,
        agreement=number,
        visible_to=visible_to,
        then=then,
        after=after,
        limit=MAX_PAGE,
    ):
        yield from (row.state for row in rows)
        after = rows[-1].state.id


def funding_resource(
    state: agreement.State, states: Iterable[drawdown.State], language: str
) -> dict[str, Any]:
    found: Coverage = coverage(state, states)
    names = {party.organisation: party.name for party in state.buyers}
    return {
        "agreement": state.number,
        "currency": state.currency,
        "invoiced": to_text(found.invoiced),
        "eligible": to_text(found.eligible),
        "not_eligible": _reasons(found.not_eligible, language),
        "support": to_text(found.support),
        "sources": [source_resource(one, language) for one in found.sources],
        "members": [
            {
                "organisation": one.organisation,
                "name": names.get(one.organisation, ""),
                "gross": to_text(one.gross),
                "covered": to_text(one.covered),
                "own": to_text(one.own),
                "in_kind": to_text(one.in_kind),
            }
            for one in found.members
        ],
    }


def source_resource(found: Covered, language: str) -> dict[str, Any]:
    had, source = found.funding, found.funding.source
    return {
        "name": source.name,
        "funder": source.funder,
        "ceiling": None if source.ceiling is None else to_text(source.ceiling),
        "share": to_text(source.share),
        "starts_on": source.starts_on.isoformat(),
        "ends_on": source.ends_on.isoformat(),
        "dated_by": source.dated_by,
        "kinds": list(source.kinds),
        "effect": source.effect,
        "decided_on": had.decided_on.isoformat(),
        "withdrawn_on": None if had.withdrawn_on is None else had.withdrawn_on.isoformat(),
        "eligible": to_text(found.eligible),
        "not_eligible": _reasons(found.not_eligible, language),
        "support": to_text(found.support),
        "waiting": to_text(found.waiting),
        "left": None if found.left is None else to_text(found.left),
    }


def _reasons(reasons: Iterable[NotEligible], language: str) -> list[dict[str, str]]:
    return [
        {
            "reason": one.reason,
            "because": because(one.reason, language),
            "amount": to_text(one.amount),
        }
        for one in reasons
    ]


def because(reason: str, language: str) -> str:
    """A reason's code in words; a code that is new says itself."""
    return say(WHY.get(reason, Sentence(reason)), language)


def judged_resource(one: Eligibility) -> dict[str, Any]:
    """What a source covers of a part of an invoice, as it was stored."""
    return {
        "source": one.source,
        "eligible": to_text(total(one.eligible)),
        "support": to_text(total(one.support)),
        "not_eligible": [
            {"reason": part.reason, "amount": to_text(total(part.shares))} for part in one.uncovered
        ],
    }
