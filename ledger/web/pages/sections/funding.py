"""The funding of an agreement: what each source pays, what of each invoice it covers, why not the
rest."""

from collections.abc import Sequence

import msgspec

from ledger.application import seeing
from ledger.application.answers.funding import because, funding_answer
from ledger.application.asking import counted_of
from ledger.bounds import PAGE
from ledger.domain import drawdown
from ledger.domain.funding import total
from ledger.projections import drawdowns as rows
from ledger.projections.postings import opening_by_buyer
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages.offered import buttons
from ledger.web.pages.particular import FUNDING
from ledger.web.pages.sections.frame import READERS, blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a source covers of an invoice, in öre, and what not, with why (reason, öre)."""

    invoice: drawdown.State
    source: str
    eligible: int
    support: int
    uncovered: Sequence[tuple[str, int]]


@blueprint.get("/agreements/<agreement:number>/funding")
@allow(*READERS)
def funding(number: str) -> str:
    of = opened(number)
    seeing.require_whole(asker(), of.row.now)
    with ledger().views.database.reading() as connection:
        states = counted_of(connection, of.number, of.then)
        before = opening_by_buyer(connection, of.number, of.then)
        told = funding_answer(of.state, states, before, of_request(), of.day)
        some = rows.listed(
            connection,
            agreement=of.number,
            party=asker().party,
            visible_to=asker().visible,
            then=of.then,
            after=asked_for()[1],
            limit=PAGE,
        )
    offered = [] if of.times.given else buttons(of.row.now)
    names = [f"{name}-funding" for name in FUNDING]
    return section(
        "funding",
        of,
        told=told,
        judged=[part for row in some for part in _judged(row.state)],
        following=some[-1].state.id if len(some) == PAGE else None,
        offered=[one for one in offered if one.name in names and not one.because],
    )


def _judged(state: drawdown.State) -> list[Judged]:
    """By source, in the order that the invoice's lines name them."""
    found: dict[str, Judged] = {}
    for part in (one for allocation in state.allocations for one in allocation.funded):
        name = part.source or ""
        had = found.get(name) or Judged(
            invoice=state, source=name, eligible=0, support=0, uncovered=()
        )
        amounts = dict(had.uncovered)
        for gap in part.uncovered:
            said = because(gap.reason, of_request())
            amounts[said] = amounts.get(said, 0) + total(gap.shares)
        found[name] = msgspec.structs.replace(
            had,
            eligible=had.eligible + total(part.eligible),
            support=had.support + total(part.support),
            uncovered=tuple((said, amount) for said, amount in amounts.items() if amount),
        )
    return list(found.values())
