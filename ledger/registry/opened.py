"""The registry's database as each of its parts has it: one engine, and what marks a run."""

import hashlib
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, event, text

from ledger import faults
from ledger.bounds import SESSION_IDLE
from ledger.clock import Clock, system
from ledger.connecting import engine_of
from ledger.registry.ended import EndedFile
from ledger.registry.tables import Caller

SCHEMA = "avrop_registry"
"""Where its tables are on PostgreSQL; SQLite has a file of its own instead."""
UNMARKED = len(secrets.token_urlsafe(32))
"""Characters of a secret that no demonstration marked."""
DEMONSTRATION = "demo"
"""What marks the tokens and sessions of a demonstration, with the name of its run."""


class Opened:
    """What the parts of a registry share. `clock` counts seconds; tests set it."""

    def __init__(
        self,
        address: str,
        clock: Callable[[], float] = time.monotonic,
        now: Clock = system,
    ) -> None:
        """`clock` is how long a caller is remembered by, `now` what moments are written from."""
        self.now = now
        self.run = ""
        """Which run of a demonstration is served, if any: its tokens and sessions end with it."""
        self.ended = EndedFile(None)
        """Where what is ended is noted, so that no backup brings it back."""
        self.idle = timedelta(minutes=SESSION_IDLE)
        """How long a session lasts in which nothing is done."""
        self._on_sqlite = address.startswith("sqlite")
        schema = None if self._on_sqlite else SCHEMA
        self._engine = engine_of(address, "registry").execution_options(
            schema_translate_map={"registry": schema}
        )
        if self._on_sqlite:
            event.listen(self._engine, "connect", _overwriting)
        place = str(self._engine.url.database) if self._on_sqlite else SCHEMA
        event.listen(
            self._engine, "handle_error", lambda context: _noted(context, place, faults.REGISTRY)
        )
        self._clock = clock
        self._callers: dict[str, tuple[float, Caller]] = {}

    def transaction(self) -> AbstractContextManager[Connection]:
        """One, for what is kept here and has a module of its own."""
        return self._engine.begin()

    def connection(self) -> AbstractContextManager[Connection]:
        """One that is held for as long as something lasts."""
        return self._engine.connect()

    def close(self) -> None:
        self._engine.dispose()

    def _alone(self, connection: Connection, table: str) -> None:
        """Until the transaction ends nobody else writes to a table: what is looked for in it and
        not found is made once."""
        if self._on_sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            lock = f"LOCK TABLE {SCHEMA}.{table} IN SHARE ROW EXCLUSIVE MODE"
            connection.execute(text(lock))

    def _mark(self) -> str:
        return f"{DEMONSTRATION}-{self.run}-" if self.run else ""

    def _is_of_another_run(self, secret: str) -> bool:
        """Whether it was made in a demonstration, and not in the one that is served now."""
        marked = secret.startswith(f"{DEMONSTRATION}-") and len(secret) > UNMARKED
        return marked and not (self.run and secret.startswith(self._mark()))


def digest_of(secret: str) -> str:
    """What is kept of a token or a session's secret, SHA-256: they are themselves kept nowhere."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _noted(context: Any, place: str, of: str) -> None:
    faults.put(context.original_exception, place, of)


def _overwriting(connection: Any, _: object) -> None:
    """What is deleted is overwritten in the file: erased means erased."""
    connection.execute("PRAGMA secure_delete=ON")
