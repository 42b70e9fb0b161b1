"""Which day a page is for, and what was known at which moment; links keep both."""

from datetime import date, datetime

import msgspec
from flask import request

from ledger.application.bodies import parsing
from ledger.application.bodies.queries import PageQuery
from ledger.domain.calendar import SWEDEN
from ledger.projections.then import Then, then_on
from ledger.web.seen import asker


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Which day is asked about, and what was known at which moment; None: all that is known."""

    as_of: date | None
    known_at: datetime | None

    @property
    def given(self) -> bool:
        return not self.then.current

    @property
    def then(self) -> Then:
        return then_on(self.as_of, self.known_at, asker().today)

    @property
    def day(self) -> date:
        return self.as_of or asker().today

    def query(self) -> dict[str, str]:
        """For links that keep the times. The moment is as its form field wants it: Swedish."""
        query = {} if self.as_of is None else {"as_of": self.as_of.isoformat()}
        if self.known_at is not None:
            there = self.known_at.astimezone(SWEDEN).replace(tzinfo=None)
            query["known_at"] = there.isoformat(timespec="minutes")
        return query


def asked_for() -> tuple[Times, str, int | None]:
    """From the address, and what a list goes on after, or the timeline before. Raises Invalid."""
    names = ("as_of", "known_at", "after", "before")
    query = {name: request.args[name] for name in names if request.args.get(name)}
    found = parsing.load(PageQuery, query)
    times = Times(as_of=found["as_of"], known_at=found["known_at"])
    return times, found["after"], found["before"]
