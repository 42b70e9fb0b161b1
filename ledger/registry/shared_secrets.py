"""Secrets that every process of a ledger shares."""

import secrets

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger.domain.refusals import Unavailable
from ledger.registry.opened import Opened
from ledger.registry.tables import is_there, secrets_kept


class SharedSecrets(Opened):
    """Made when they are first asked for, by name."""

    def secret(self, name: str) -> str:
        """A random secret that every process of the ledger shares, made when first asked for."""
        query = select(secrets_kept.c.value).where(secrets_kept.c.name == name)
        with self._engine.connect() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            try:
                with self._engine.begin() as connection:
                    row = {"name": name, "value": secrets.token_urlsafe(48)}
                    connection.execute(insert(secrets_kept), row)
            except IntegrityError:
                pass  # another process was first
            with self._engine.connect() as connection:
                found = connection.execute(query).scalar()
        return str(found)

    def has_secret(self, name: str) -> bool:
        """Whether a secret of that name was ever asked for; none is made, of tables neither."""
        with self._engine.connect() as connection:
            if not is_there(connection, secrets_kept):
                return False
            query = select(secrets_kept.c.name).where(secrets_kept.c.name == name)
            return connection.execute(query).first() is not None

    def kept_secret(self, name: str) -> str | None:
        """A secret that was made before; none is made. Raises Unavailable."""
        query = select(secrets_kept.c.value).where(secrets_kept.c.name == name)
        try:
            with self._engine.connect() as connection:
                return connection.execute(query).scalar()
        except DBAPIError as error:
            raise Unavailable from error

    def forget_secret(self, name: str) -> bool:
        """False where there is none, or another process was first."""
        with self._engine.begin() as connection:
            gone = connection.execute(delete(secrets_kept).where(secrets_kept.c.name == name))
            return gone.rowcount == 1
