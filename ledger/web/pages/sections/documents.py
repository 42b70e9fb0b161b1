"""The papers of an agreement: files that came and became its invoices, and what can be printed."""

from typing import Any

from ledger.application import reports, seeing
from ledger.application.acts import act_of
from ledger.application.asker import EVERYONE
from ledger.bounds import PAGE
from ledger.projections import drawdowns as rows
from ledger.projections import orders
from ledger.registry import retention
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
    narrowed: dict[str, Any] = {
        "agreement": of.number,
        "party": asker().party,
        "visible_to": asker().visible,
        "then": of.then,
        "limit": PAGE,
    }
    with ledger().views.database.reading() as connection:
        some = rows.listed(connection, after=asked_for()[1], **narrowed)
        ordered = orders.listed(connection, **narrowed)
    received = [row.state for row in some if row.state.source is not None]
    digests = {one.source.sha256 for one in received if one.source is not None}
    confirmed = [seeing.shown(asker(), row.state) for row in ordered]
    held = set(asker().roles)
    return section(
        "documents",
        of,
        received=received,
        kept=retention.kept(ledger().registry, digests),
        following=some[-1].state.id if len(some) == PAGE else None,
        confirmed=[one for one in confirmed if one.confirmed_on is not None],
        more_orders=len(ordered) == PAGE,
        opens=bool(held & set(OPENERS)),
        reads=bool(held & set(READERS)),
        publishes=bool(held & set(reports.ROLES)) and of.only is None,
        bundles=bool(held & set(act_of("audit", "bundle").roles)),
    )
