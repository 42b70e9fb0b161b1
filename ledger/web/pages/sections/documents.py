"""The papers of an agreement: files that came and became its invoices, and what can be printed."""

from ledger.application.asker import EVERYONE
from ledger.bounds import PAGE
from ledger.projections import drawdowns as rows
from ledger.web.access import allow
from ledger.web.pages.sections.frame import READERS, blueprint, opened, section
from ledger.web.pages.times import asked_for
from ledger.web.seen import asker, ledger

OPENERS = ("finance", "auditor", "admin")
"""Who may open a received file."""


@blueprint.get("/agreements/<agreement:number>/documents")
@allow(*EVERYONE)
def documents(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        some = rows.listed(
            connection,
            agreement=of.number,
            party=asker().party,
            visible_to=asker().visible,
            then=of.then,
            after=asked_for()[1],
            limit=PAGE,
        )
    roles = set(asker().roles)
    return section(
        "documents",
        of,
        received=[row.state for row in some if row.state.source is not None],
        following=some[-1].state.id if len(some) == PAGE else None,
        opens=bool(roles & set(OPENERS)),
        reads=bool(roles & set(READERS)),
    )
