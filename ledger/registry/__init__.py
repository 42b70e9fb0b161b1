"""What may be erased or expires, beside the log: names, digests of tokens, sessions, files."""

from collections.abc import Callable, Mapping

from sqlalchemy import delete, text
from sqlalchemy.schema import CreateSchema

from ledger.registry import earlier
from ledger.registry.files import Files
from ledger.registry.going import Going
from ledger.registry.people import Erased, Person
from ledger.registry.persons import Persons
from ledger.registry.sessions import Sessions
from ledger.registry.shared_secrets import SharedSecrets
from ledger.registry.sign_ins import SignIns
from ledger.registry.tables import OF_LEDGER, OF_PEOPLE, Caller, Document, Token, metadata
from ledger.registry.tokens import Tokens
from ledger.registry.traders import SoleTraders
from ledger.registry.tries import Tries

__all__ = ["Caller", "Document", "Erased", "Person", "Registry", "Token"]


def nobody() -> Mapping[str, str]:
    return {}


class Registry(Persons, SoleTraders, Tokens, Sessions, SignIns, Going, Tries, SharedSecrets, Files):
    """The directory beside the log. What is erased here leaves every proof as it was."""

    def create(self, acted_for: Callable[[], Mapping[str, str]] = nobody) -> None:
        """Make the tables, or bring those of an earlier version forward; nothing where they are.

        `acted_for` says from the log for whom each person acted last: of an earlier version's
        people no organisation was kept.
        """
        with self._engine.begin() as connection:
            if not self._on_sqlite:
                connection.execute(CreateSchema("avrop_registry", if_not_exists=True))
            else:
                connection.execute(text("PRAGMA journal_mode=WAL"))
        with self._engine.begin() as connection:
            if self._on_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            earlier.bring_forward(connection, acted_for)
            metadata.create_all(connection)

    def is_earlier(self) -> bool:
        """Whether it has tables of an earlier version, which `create` brings forward."""
        with self._engine.connect() as connection:
            return earlier.is_earlier(connection)

    def empty(self, *, people: bool) -> None:
        """Forget files and drafts, and `people` too, with their tokens and sessions; secrets stay.
        For a demonstration that is made anew."""
        with self._engine.begin() as connection:
            for table in (*OF_LEDGER, *(OF_PEOPLE if people else ())):
                connection.execute(delete(table))
        self._callers.clear()
