"""What was recorded last under the agreements that a visitor sees, in a few lines."""

import msgspec

from ledger.application import seeing
from ledger.projections import agreements
from ledger.projections import timeline as happenings
from ledger.projections.database import Reading
from ledger.web.pages.told import Told, told
from ledger.web.seen import asker

SOME = 3
"""Lines that the first page tells."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and under which agreement."""

    agreement: str
    told: Told


def latest(connection: Reading) -> list[Line]:
    """The newest first, whatever day they count for."""
    found = []
    for number in happenings.last_written(connection, asker().visible, SOME):
        row = agreements.find(connection, number, asker().visible)
        assert row is not None, "it may be shown"
        some = happenings.latest(
            connection,
            number,
            party=asker().party or seeing.only(asker(), row.now),
            within=asker().people_of,
            limit=SOME,
        )
        found += [Line(agreement=number, told=told(one, row.now)) for one in some]
    return sorted(found, key=lambda one: -one.told.position)[:SOME]
