"""What was signed, amended and extended of an agreement, each with what it made of the cap."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, select

from ledger.domain import agreement
from ledger.domain.events import (
    AgreementAmended,
    AgreementExtended,
    AgreementRectified,
    AgreementSigned,
    By,
    Event,
)
from ledger.domain.regime import Change
from ledger.projections.agreements import KIND
from ledger.projections.database import timeline
from ledger.projections.then import Then, moment
from ledger.projections.timeline import event_of

Changing = AgreementSigned | AgreementRectified | AgreementAmended | AgreementExtended


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A signing, amendment or extension: from when it counts, when it was recorded, and the cap
    just before and from its day on, in öre (None: unknown, or not there yet): of amendments by
    their days, whichever was recorded first. `change` is what later amendments are judged by, of an
    amendment only."""

    event: Changing
    position: int
    on: date
    recorded_at: datetime
    before: int | None
    after: int | None
    change: Change | None = None


def made(connection: Connection, number: str, then: Then) -> tuple[Sequence[Made], agreement.State]:
    """In the order in which they were recorded, those that were known `then`, also of later days;
    and the agreement that they lead to, without its orders."""
    t = timeline.c
    query = (
        select(timeline)
        .where(t.stream == agreement.stream(number), *Then(known_at=then.known_at).of(timeline))
        .where(KIND.within)
        .order_by(t.position)
    )
    found: list[Made] = []
    state: agreement.State | None = None
    for row in connection.execute(query).mappings():
        event: Event = event_of(dict(row))
        on = row["effective_on"]
        by = By(person=row["person"], organisation=row["organisation"], role=row["role"])
        was = state
        state = agreement.evolve(was, event, on, by)  # type: ignore[arg-type]
        if isinstance(event, Changing):
            day = max(on, state.starts_on)
            found.append(
                Made(
                    event=event,
                    position=row["position"],
                    on=on,
                    recorded_at=moment(row["recorded_at"]),
                    before=None if was is None else was.cap.amount_on(day),
                    after=state.cap.amount_on(day),
                    change=state.changes[-1] if isinstance(event, AgreementAmended) else None,
                )
            )
    assert state is not None, "an agreement begins with its signing"
    return _by_their_days(found, state), state


def _by_their_days(found: Sequence[Made], state: agreement.State) -> list[Made]:
    """The first of a day that changes the cap changes what is in force just before that day."""
    told: list[Made] = []
    met: set[date] = set()
    for one in found:
        moves = isinstance(one.event, AgreementAmended) and one.before != one.after
        if moves and one.on > state.starts_on and one.on not in met:
            met.add(one.on)
            before = state.cap.amount_on(one.on - timedelta(days=1))
            told.append(replace(one, before=before))
        else:
            told.append(one)
    return told
