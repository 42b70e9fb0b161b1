"""When what has to be done now and then was done last."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select

from ledger.registry.opened import Opened
from ledger.registry.tables import happened

TICKED, BACKED_UP = "ticked", "backed up"
WORKER, FAILING = "worker: ", "worker failed: "
"""With the name of a part of the worker: when it was well, and when it failed, last."""


class Happened(Opened):
    """A moment for each thing: whoever looks after the ledger asks how long ago it is."""

    def happens(self, what: str) -> None:
        """Note that it is done now."""
        row = {"what": what, "at": self.now().isoformat()}
        with self._engine.begin() as connection:
            self._alone(connection, happened.name)
            connection.execute(delete(happened).where(happened.c.what == what))
            connection.execute(insert(happened), row)

    def all_that_happened(self, prefix: str) -> dict[str, datetime]:
        """What begins so, without that → when it was done last."""
        query = select(happened).where(happened.c.what.startswith(prefix, autoescape=True))
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.what.removeprefix(prefix): datetime.fromisoformat(row.at) for row in rows}

    def forget_all_but(self, prefix: str, names: Collection[str]) -> None:
        """Of what begins so, nothing but what has one of these names is kept."""
        kept = [f"{prefix}{name}" for name in names]
        begins = happened.c.what.startswith(prefix, autoescape=True)
        with self._engine.begin() as connection:
            connection.execute(delete(happened).where(begins, happened.c.what.not_in(kept)))

    def happened(self, what: str) -> datetime | None:
        """When it was done last; None where it never was."""
        query = select(happened.c.at).where(happened.c.what == what)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return None if found is None else datetime.fromisoformat(found)
