"""People: an id each, within one organisation; and what proves the name behind it."""

import re
import secrets
from collections.abc import Collection
from datetime import date
from unicodedata import normalize

from sqlalchemy import Connection, insert, select, text

from ledger.bounds import MAX_PAGE, PAGE
from ledger.clock import day_of
from ledger.domain.refusals import NotFound, SeveralOfThatName
from ledger.registry import people
from ledger.registry.opened import Opened
from ledger.registry.people import Erased, Person
from ledger.registry.tables import persons

ID = r"p-[0-9a-f]{16}"


class Persons(Opened):
    """Who is behind an id. The same name may stand twice, also within an organisation."""

    def who(self, written: str, organisation: str) -> str:
        """The id of an organisation's one person of a name, made where it has none; or of whoever
        has that very id there. The ledger's own people are of no organisation, "".

        Raises SeveralOfThatName with their ids, and NotFound for an id that is not there.
        """
        found = self.find_in(written, organisation)
        return found or self.make(written, organisation, anew=False)

    def find_in(self, written: str, organisation: str) -> str | None:
        """As `who`, but nobody is made. Raises SeveralOfThatName, NotFound."""
        with self._engine.connect() as connection:
            return self._of_name(connection, written, organisation)

    def make(self, name: str, organisation: str, *, anew: bool) -> str:
        """Another person of an organisation, also where one has that name already if it is to be
        `anew`. Raises SeveralOfThatName, and NotFound for what can only be an id."""
        with self._engine.begin() as connection:
            self._alone(connection, "persons")
            found = None if anew else self._of_name(connection, name, organisation)
            if found is not None:  # another process made it meanwhile
                return found
            row = {
                "id": "p-" + secrets.token_hex(8),
                "organisation": organisation,
                "name": normalize("NFC", name),
                "salt": secrets.token_hex(16),
            }
            connection.execute(insert(persons), row)
        return row["id"]

    def _of_name(self, connection: Connection, written: str, organisation: str) -> str | None:
        query = select(persons.c.id).where(persons.c.organisation == organisation)
        if re.fullmatch(ID, written):
            id = connection.execute(query.where(persons.c.id == written)).scalar()
            if id is None:
                raise NotFound(what="person", name=written)
            return str(id)
        named = query.where(persons.c.name == normalize("NFC", written))
        ids = connection.execute(named.order_by(persons.c.id)).scalars().all()
        if len(ids) > 1:
            raise SeveralOfThatName(ids=", ".join(ids))
        return ids[0] if ids else None

    def anywhere(self, written: str, within: Collection[str] | None = None) -> str | None:
        """The one person of a name in any organisation, or `within` some, or that very id, also
        once erased; nobody is made. Raises SeveralOfThatName."""
        if re.fullmatch(ID, written):
            return written
        named = select(persons.c.id).where(persons.c.name == normalize("NFC", written))
        if within is not None:
            named = named.where(persons.c.organisation.in_(sorted(within)))
        with self._engine.connect() as connection:
            ids = connection.execute(named.order_by(persons.c.id)).scalars().all()
        if len(ids) > 1:
            raise SeveralOfThatName(ids=", ".join(ids))
        return ids[0] if ids else None

    def organisation_of(self, id: str) -> str | None:
        """Whose person somebody is; None where nobody has the id, or not any more."""
        query = select(persons.c.organisation).where(persons.c.id == id)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar()

    def of_organisation(self, organisation: str) -> dict[str, str]:
        """The names of an organisation's people, by id."""
        query = select(persons).where(persons.c.organisation == organisation)
        with self._engine.connect() as connection:
            return {row.id: row.name for row in connection.execute(query)}

    def salted(self, id: str) -> tuple[str, str] | None:
        """A person's salt and name, which the log has a digest of; None where nobody has the id."""
        query = select(persons.c.salt, persons.c.name).where(persons.c.id == id)
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        return None if row is None else (row.salt, row.name)

    def names(self, ids: set[str]) -> dict[str, str]:
        """Names of people by id; who was erased is absent, and is shown by the id alone."""
        found: dict[str, str] = {}
        with self._engine.connect() as connection:
            some = sorted(ids)
            for start in range(0, len(some), 500):
                query = select(persons).where(persons.c.id.in_(some[start : start + 500]))
                found.update({row.id: row.name for row in connection.execute(query)})
        return found

    def called(self, sought: str) -> frozenset[str]:
        """Ids of people in whose name each of the words stands, whatever its case, and of whoever
        has that very id, also once erased. Of very many only the first MAX_PAGE by name."""
        words = sought.casefold().split()
        with self._engine.connect() as connection:
            rows = connection.execute(select(persons.c.id, persons.c.name).order_by(persons.c.name))
            named = [row.id for row in rows if all(word in row.name.casefold() for word in words)]
        return frozenset({sought, *named[:MAX_PAGE]})

    def people(
        self, after: str = "", limit: int = PAGE, organisation: str | None = None
    ) -> list[Person]:
        """People and sole traders by id, after an id (the cursor): of one organisation, or all."""
        with self._engine.connect() as connection:
            return people.listed(connection, after, limit, organisation)

    def find(self, id: str) -> Person | None:
        """None where nobody has the id, or not any more."""
        with self._engine.connect() as connection:
            return people.find(connection, id)

    def erase(self, id: str, today: date | None = None) -> Erased | None:
        """Forget who a person or sole trader is, end their tokens; the log keeps the id.

        None where nobody has the id. The same name later is another person. Files that name them
        go with them once accounting rules let them, counted from `today`.
        """
        now = self.now()
        with self._engine.begin() as connection:
            one = people.find(connection, id)
            if one is None:
                return None
            self.ended.note("person", id, now)
            erased = people.erase(connection, one, today or day_of(now), now)
        self._callers.clear()
        if self._on_sqlite:
            # What was overwritten in the file may still stand in the journal beside it.
            with self._engine.connect() as connection:
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        return erased
