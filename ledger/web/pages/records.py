"""Who recorded each act on an order or an invoice, and when."""

from collections.abc import Sequence

from ledger.application import seeing
from ledger.domain.limits import Use
from ledger.projections import timeline
from ledger.projections.database import Reading
from ledger.projections.then import Then
from ledger.projections.timeline import Happening
from ledger.web.pages.told import Told, told
from ledger.web.seen import asker

MOST = 50
"""Acts that a page tells, from the first on."""


def records(connection: Reading, stream: str, agreement: str, then: Then) -> Sequence[Told]:
    """The acts on a thing, in the order in which they were recorded."""
    who = asker()
    of = seeing.named(who, seeing.agreement_row(who, agreement).now)
    rows = timeline.of(connection, stream=stream, visible_to=who.visible, then=then, limit=MOST)
    return [told(Happening(facts=(row,), moved=Use(), cap=0), of) for row in rows]
