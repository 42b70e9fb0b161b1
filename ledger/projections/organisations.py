"""Organisations as they are, or as they were known to be: folded from their facts."""

from datetime import datetime

from sqlalchemy import Connection

from ledger.domain import organisation
from ledger.domain.events import Event
from ledger.projections import formerly
from ledger.projections.formerly import Former
from ledger.projections.then import Then

KIND = formerly.Kind(prefix="organisation/", first=Event, evolve=organisation.evolve)


def find(connection: Connection, number: str, known_at: datetime | None = None) -> Former:
    """What had been recorded of it at a moment; which of that counts is asked of its state."""
    found = formerly.states(connection, KIND, [number], Then(known_at=known_at))
    return found.get(number, Former(organisation.State(number=number), 0))
