"""When what has to be done now and then was done last."""

from datetime import datetime

from sqlalchemy import delete, insert, select

from ledger.registry.opened import Opened
from ledger.registry.tables import happened

TICKED, BACKED_UP = "ticked", "backed up"


class Happened(Opened):
    """A moment for each thing: whoever looks after the ledger asks how long ago it is."""

    def happens(self, what: str) -> None:
        """Note that it is done now."""
        row = {"what": what, "at": self.now().isoformat()}
        with self._engine.begin() as connection:
            self._alone(connection, happened.name)
            connection.execute(delete(happened).where(happened.c.what == what))
            connection.execute(insert(happened), row)

    def happened(self, what: str) -> datetime | None:
        """When it was done last; None where it never was."""
        query = select(happened.c.at).where(happened.c.what == what)
        with self._engine.connect() as connection:
            found: str | None = connection.execute(query).scalar()
        return None if found is None else datetime.fromisoformat(found)
