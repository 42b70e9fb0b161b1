"""Suppliers that are natural persons: their numbers and names, behind opaque ids."""

import secrets

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.bounds import CHOSEN
from ledger.domain.parties import is_natural_person
from ledger.registry.opened import Opened
from ledger.registry.tables import sole_traders


class SoleTraders(Opened):
    """Who stands behind an id in facts, until they are erased."""

    def party(self, organisation: str, name: str = "") -> str:
        """What stands for an organisation in facts: its number; of a sole trader, an opaque id.

        A sole trader's name, where it is given, is kept here in place of an earlier one.
        """
        if not is_natural_person(organisation):
            return organisation
        columns = sole_traders.c
        query = select(columns.id).where(columns.number == organisation)
        try:
            with self._engine.begin() as connection:
                found = connection.execute(query).scalar()
                if found is None:
                    found = f"N{secrets.token_hex(5)[1:].upper()}"
                    row = {"id": found, "number": organisation, "name": name}
                    connection.execute(insert(sole_traders), row)
                elif name:
                    change = update(sole_traders).where(columns.id == found)
                    connection.execute(change.values(name=name))
        except IntegrityError:  # another process made it meanwhile
            with self._engine.connect() as connection:
                found = connection.execute(query).scalar_one()
        return str(found)

    def ids_of_sole_traders(self, numbers: set[str]) -> dict[str, str]:
        """Opaque ids by number, of those who are known; nobody new is made."""
        some, found = sorted(numbers), dict[str, str]()
        with self._engine.connect() as connection:
            for at in range(0, len(some), CHOSEN):
                query = select(sole_traders).where(
                    sole_traders.c.number.in_(some[at : at + CHOSEN])
                )
                found |= {row.number: row.id for row in connection.execute(query)}
        return found

    def names_of_sole_traders(self, ids: set[str]) -> dict[str, str]:
        """Names by opaque id; who was erased, or has no name here, is absent."""
        some = sorted(id for id in ids if id.startswith("N"))
        if not some:
            return {}
        query = select(sole_traders).where(sole_traders.c.id.in_(some), sole_traders.c.name != "")
        with self._engine.connect() as connection:
            return {row.id: row.name for row in connection.execute(query)}
