"""The read models' database opened: to read in, to write in, and to make all anew in."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateSchema

from ledger import deadline, faults
from ledger.bounds import LOOK_SECONDS
from ledger.connecting import engine_of
from ledger.domain.refusals import Unavailable
from ledger.projections.database import BESIDE, LIVE, SCHEMA, SHAPE, metadata
from ledger.projections.standby import Standby
from ledger.store.driver import or_of_driver


class Database:
    """The read models' database: of a shape its own file, or its own schema. `schema` names another
    copy, for checking beside the live one. `standby` is the address of a server of PostgreSQL that
    follows, for reading."""

    def __init__(self, address: str, schema: str = LIVE, standby: str = "") -> None:
        self.on_sqlite = address.startswith("sqlite")
        if self.on_sqlite:
            address = f"{address.removesuffix('.db')}.{SHAPE}.db"
        self.schema = None if self.on_sqlite else schema
        self.place = self.schema or address.removeprefix("sqlite:///")
        engine = engine_of(address, "read models", prepare_threshold=2)
        if self.on_sqlite:
            _set_up_sqlite(engine)
        event.listen(engine, "before_cursor_execute", lambda *_: deadline.look())
        self.engine = engine.execution_options(schema_translate_map={SCHEMA: self.schema})
        self.standby = Standby(standby, schema) if standby else None
        self.come_to = -1
        """The position that whoever reads may count on: the standby is not read from before it."""

    def create(self) -> None:
        """Make the tables where they are not."""
        with self.writing() as connection:
            for schema in self._schemas():
                if not _is_there(connection, schema):
                    # To ask for one "if not there" takes the right to make one.
                    connection.execute(CreateSchema(schema, if_not_exists=True))
            metadata.create_all(connection)

    def is_there(self) -> bool:
        """Whether there is a file, or a schema; none is made to look."""
        if self.schema is None:
            return Path(self.place).exists()
        with self.reading_here() as connection:
            return _is_there(connection, self.schema)

    def is_empty(self) -> bool:
        """Whether it has none of the tables, as a file that was deleted."""
        with self.reading_here() as connection:
            return not inspect(connection).get_table_names(schema=self.schema)

    def _schemas(self) -> Sequence[str]:
        if self.schema is None:
            return ()
        return (LIVE, BESIDE) if self.schema == LIVE else (self.schema,)

    def drop(self) -> None:
        with self.writing() as connection:
            metadata.drop_all(connection)

    def remove(self) -> None:
        """Take the file away, as it cannot be read; on PostgreSQL there is none."""
        self.engine.dispose()
        for end in ("", "-wal", "-shm") if self.on_sqlite else ():
            Path(self.place + end).unlink(missing_ok=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is alone in writing to the read models."""
        with deadline.suspended(), self._away(), self.engine.connect() as connection:
            if self.on_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": self.schema}
                )
            yield connection
            connection.commit()

    @contextmanager
    def anew(self) -> Iterator[Connection]:
        """A transaction with tables in which there is nothing, and which take the place of those
        that are read when it ends; who reads meanwhile reads those of before."""
        with self.writing() as connection:
            if self.schema == LIVE:
                connection.execution_options(schema_translate_map={SCHEMA: BESIDE})
            metadata.drop_all(connection)
            metadata.create_all(connection)
            yield connection
            for table in metadata.tables.values() if self.schema == LIVE else ():
                connection.execute(text(f'DROP TABLE IF EXISTS {LIVE}."{table.name}"'))
                connection.execute(text(f'ALTER TABLE {BESIDE}."{table.name}" SET SCHEMA {LIVE}'))

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """As `reading_here`; of the standby, where that may be asked."""
        with (
            self._away(),
            self.engine.connect() if self.standby is None else self._connected() as connection,
            deadline.stopping(lambda: _stop(connection)),
        ):
            yield connection

    def _connected(self) -> Connection:
        there = None if self.standby is None else self.standby.connected(self.come_to)
        return there or self.engine.connect()

    @contextmanager
    def reading_here(self) -> Iterator[Connection]:
        """Raises TookTooLong and CallerGone where it is read for somebody who waits no more."""
        with (
            self._away(),
            self.engine.connect() as connection,
            deadline.stopping(lambda: _stop(connection)),
        ):
            yield connection

    @contextmanager
    def _away(self) -> Iterator[None]:
        try:
            yield
        except or_of_driver("Error", DBAPIError) as error:
            faults.put(error, self.place, faults.VIEWS)
            raise Unavailable from error

    def close(self) -> None:
        self.engine.dispose()
        if self.standby is not None:
            self.standby.close()


def prune(address: str) -> list[str]:
    """Drop the read models of other shapes than this version's: what they were called."""
    if address.startswith("sqlite"):
        path = Path(address.removeprefix("sqlite:///"))
        mine = f"{path.stem}.{SHAPE}.db"
        found = [
            one
            for pattern in (f"{path.stem}.db", f"{path.stem}.[0-9]*.db")
            for one in sorted(path.parent.glob(pattern))
            if one.name != mine
        ]
        for one in found:
            for end in ("", "-wal", "-shm"):
                Path(f"{one}{end}").unlink(missing_ok=True)
        return [str(one) for one in found]
    database = Database(address)
    try:
        with database.writing() as connection:
            others = text(
                "SELECT nspname FROM pg_namespace WHERE nspname ~ '^avrop_views(_|$)' "
                "AND nspname NOT IN (:live, :beside) ORDER BY nspname"
            )
            given = {"live": LIVE, "beside": BESIDE}
            names = [str(name) for name in connection.execute(others, given).scalars()]
            for name in names:
                connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
        return names
    finally:
        database.close()


def _stop(connection: Connection) -> None:
    """End what a connection is asked just now; from another thread."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.interrupt()
        return
    with suppress(OSError, *or_of_driver("Error")):
        driver.cancel_safe(timeout=LOOK_SECONDS)


def _is_there(connection: Connection, schema: str) -> bool:
    query = text("SELECT 1 FROM pg_namespace WHERE nspname = :name")
    return connection.execute(query, {"name": schema}).first() is not None


def _set_up_sqlite(engine: Engine) -> None:
    # As SQLAlchemy writes it; Python will no longer do so by itself.
    sqlite3.register_adapter(date, date.isoformat)

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")


def damage(error: Unavailable) -> str:
    """What is wrong where the database answered, and its tables or rows are not as they should be;
    empty where it did not answer."""
    cause = getattr(error.__cause__, "orig", None) or error.__cause__
    kinds = ("ProgrammingError", "DataError", "IntegrityError")
    if isinstance(cause, sqlite3.OperationalError):
        # None: a text that is none, which the driver itself finds.
        wrong = getattr(cause, "sqlite_errorcode", None) in (None, sqlite3.SQLITE_ERROR)
    elif isinstance(cause, sqlite3.DatabaseError):
        wrong = True
    else:
        wrong = any(isinstance(cause, or_of_driver(kind)) for kind in kinds)
    return str(cause).partition("\n")[0] if wrong else ""
