"""A standby of PostgreSQL: what is asked by reading is read there, as long as it keeps up.

It is asked for nothing that a decision rests on, and for nothing newer than it has.
"""

from contextvars import ContextVar
from time import monotonic

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.exc import DBAPIError

from ledger import faults, logs
from ledger.bounds import STANDBY_SECONDS
from ledger.connecting import engine_of
from ledger.projections.database import SCHEMA, mark_of
from ledger.store.driver import or_of_driver

CONFLICT = "40001"
"""What a standby says that cannot keep what is read, since it follows what was written."""

_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


def begin(*, only_reads: bool) -> None:
    """Whether what this thread asks from here on is for somebody who only reads."""
    _only_reads.set(only_reads)


class Standby:
    """The read models in another server, which follows the one that is written to."""

    def __init__(self, address: str, schema: str) -> None:
        engine = engine_of(address, "read models", prepare_threshold=2)
        self.engine = engine.execution_options(schema_translate_map={SCHEMA: schema})
        self._not_before = 0.0
        event.listen(self.engine, "handle_error", self._noticed)

    def connected(self, position: int) -> Connection | None:
        """A connection to read on, for somebody who only reads; None where it has not come to that
        position of the log yet, or cannot be asked, which is said and not tried again at once."""
        if not _only_reads.get() or monotonic() < self._not_before:
            return None
        connection = None
        try:
            connection = self.engine.connect()
            if mark_of(connection).position >= position:
                return connection
        except or_of_driver("Error", DBAPIError) as error:
            self.failed(error)
        if connection is not None:
            connection.close()
        return None

    def _noticed(self, told: ExceptionContext) -> None:
        """That it was lost, or took back what was being read, while it was asked."""
        if told.is_disconnect or getattr(told.original_exception, "sqlstate", "") == CONFLICT:
            self.failed(told.original_exception)

    def failed(self, error: BaseException) -> None:
        """It is left alone for a while."""
        self._not_before = monotonic() + STANDBY_SECONDS
        why = faults.said(error)
        logs.log().warning("the standby is not read from", why=why, exc_info=error)

    def close(self) -> None:
        self.engine.dispose()
