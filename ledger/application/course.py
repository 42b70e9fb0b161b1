"""The course of an agreement: how its balance went over the term, and where it may go."""

from collections.abc import Sequence
from datetime import date

import msgspec

from ledger.application import chart, seeing
from ledger.application.asker import Asker
from ledger.application.planning import FORESEEING
from ledger.bounds import FORECAST_SHOWN
from ledger.projections import agreements
from ledger.projections.course import Point, Step, cap_steps
from ledger.projections.course import course as points_of
from ledger.projections.database import Reading
from ledger.projections.forecast import LimitOutlook, forecast
from ledger.projections.then import Then


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """`points` go to the day, `steps` of the cap also beyond it. `outlook` is None where it is not
    for the asker, or of so many orders that it is told by itself only."""

    points: Sequence[Point]
    steps: Sequence[Step]
    day: date
    ends_on: date
    outlook: LimitOutlook | None

    @property
    def drawing(self) -> chart.Drawing:
        """Its chart."""
        return chart.drawing(
            chart.Term(
                amounts=[
                    chart.Amounts(
                        on=one.on,
                        drawn=one.use.drawn,
                        committed=one.use.committed,
                        reserved=one.use.reserved,
                    )
                    for one in self.points
                ],
                cap=[(one.on, one.amount) for one in self.steps],
                today=self.day,
                ends_on=self.ends_on,
                band=self._band,
            )
        )

    @property
    def _band(self) -> tuple[int, int] | None:
        """The least and the most that may be in use at the end, in öre."""
        of = self.outlook
        if of is None or of.amount is None or of.outlook.verdict not in ("range", "not-reached"):
            return None
        least, most = of.outlook.left_least or 0, of.outlook.left_most or 0
        return of.amount - most, of.amount - least


def of(asker: Asker, connection: Reading, row: agreements.Row, then: Then) -> Course | None:
    """As of a day; None for one supplier of several, who does not see what others use, and of what
    has not begun."""
    day = then.as_of or asker.today
    if seeing.only(asker, row.now) is not None or day < row.state.starts_on:
        return None
    outlook = None
    if row.state.orders <= FORECAST_SHOWN and set(asker.roles) & set(FORESEEING):
        known = Then(as_of=day, known_at=then.known_at)
        outlook, *_ = forecast(connection, row.state, day, known, of=row.state.limits[:1])
    return Course(
        points=points_of(connection, row.now, day, then),
        steps=cap_steps(connection, row.now, then),
        day=day,
        ends_on=row.state.ends_on,
        outlook=outlook,
    )
