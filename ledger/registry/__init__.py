"""What may be erased or expires, beside the log: names, digests of tokens, sessions, files."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import delete, inspect, text
from sqlalchemy.schema import CreateSchema

from ledger.registry import steps
from ledger.registry.earlier import ActedFor
from ledger.registry.files import Files
from ledger.registry.going import Going
from ledger.registry.happened import Happened
from ledger.registry.opened import SCHEMA
from ledger.registry.people import Erased, Person
from ledger.registry.persons import Persons
from ledger.registry.sessions import Sessions
from ledger.registry.shared_secrets import SharedSecrets
from ledger.registry.sign_ins import SignIns
from ledger.registry.tables import OF_LEDGER, OF_PEOPLE, Caller, Document, Token
from ledger.registry.tokens import Tokens
from ledger.registry.traders import SoleTraders
from ledger.registry.tries import Tries

__all__ = ["Caller", "Document", "Erased", "Person", "Registry", "Token"]


def nobody() -> Mapping[str, str]:
    return {}


class Registry(
    Persons, SoleTraders, Tokens, Sessions, SignIns, Going, Tries, SharedSecrets, Files, Happened
):
    """The directory beside the log. What is erased here leaves every proof as it was."""

    def create(self, acted_for: ActedFor = nobody) -> None:
        """Make the tables, or bring those of an earlier version forward, one process at a time;
        nothing where they are, or are of a newer version."""
        with self._engine.begin() as connection:
            if self._on_sqlite:
                connection.execute(text("PRAGMA journal_mode=WAL"))
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                alone = text("SELECT pg_advisory_xact_lock(hashtext(:name))")
                connection.execute(alone, {"name": SCHEMA})
                if SCHEMA not in inspect(connection).get_schema_names():
                    # To ask for one "if not there" takes the right to make one.
                    connection.execute(CreateSchema(SCHEMA, if_not_exists=True))
            steps.take(connection, acted_for)

    def version(self) -> int | None:
        """The last step that it took, of `steps.NEWEST`; 0 of one before there were numbers, None
        where there is none. No file is made to look."""
        database = self._engine.url.database
        if self._on_sqlite and database and not Path(database).exists():
            return None
        with self._engine.connect() as connection:
            return steps.version_of(connection)

    def empty(self, *, people: bool) -> None:
        """Forget files and drafts, and `people` too, with their tokens and sessions; secrets stay.
        For a demonstration that is made anew."""
        with self._engine.begin() as connection:
            for table in (*OF_LEDGER, *(OF_PEOPLE if people else ())):
                connection.execute(delete(table))
        self._callers.clear()
