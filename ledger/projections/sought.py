"""What the log is narrowed by, for whoever looks for something in it."""

from datetime import date

import msgspec
from sqlalchemy import ColumnElement

from ledger.domain.events import NAME_OF, AgreementAmended
from ledger.projections.database import timeline


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What the log is narrowed by: who recorded it (an opaque id) and in which role, the stream and
    the stored name, the days that it counts for; what was `recorded_late`, is not `covered` by its
    ground, or is `flagged` for anything."""

    person: str | None = None
    role: str | None = None
    about: str | tuple[str, ...] | None = None
    name: str | None = None
    since: date | None = None
    until: date | None = None
    recorded_late: bool = False
    uncovered: bool = False
    flagged: bool = False

    @property
    def held(self) -> list[ColumnElement[bool]]:
        """What holds of the facts. Stored JSON is searched as text: within a text of it quotation
        marks are escaped, so that only members are written so."""
        t = timeline.c
        found = [
            column == value
            for column, value in (
                (t.person, self.person),
                (t.role, self.role),
                (t.name, self.name),
            )
            if value is not None
        ]
        if self.about is not None:
            streams = (self.about,) if isinstance(self.about, str) else self.about
            found.append(t.stream.in_(streams))
        if self.since is not None:
            found.append(t.effective_on >= self.since)
        if self.until is not None:
            found.append(t.effective_on <= self.until)
        if self.recorded_late:
            found.append(t.data.contains('"recorded-late"'))
        if self.uncovered:
            found += [
                t.name == NAME_OF[AgreementAmended],
                t.data.contains('"covered":false'),
            ]
        if self.flagged:
            found.append(t.data.contains('"flags":["'))
        return found


ALL = Sought()
