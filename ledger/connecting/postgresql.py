"""PostgreSQL: libpq reads the address, which may name several hosts, and nobody waits for longer
than whoever asked does.

A server that is frozen answers nothing and closes nothing: what waits for it ends by our own clock.
"""

from time import monotonic
from typing import Any

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict

from ledger.bounds import DATABASE_SECONDS
from ledger.deadline import answered_by

_SETTINGS = f"-c lock_timeout={DATABASE_SECONDS - 1}s -c client_connection_check_interval=2s"
"""Of the server, for what we ask of it: it waits for no lock for longer than whoever asked, and
goes on with nothing for which nobody waits any more (PostgreSQL 14 and later)."""
_INTERVAL = 0.1
wait = psycopg.Connection.wait
"""The driver's own: each question asks for it, so that it is not looked for each time."""


class Unanswered(psycopg.OperationalError):
    """The server was asked, and did not answer in time: it may do it all the same."""

    may_be_done = True


class Connection(psycopg.Connection[Any]):
    """One that nobody waits for past their time: it is closed then, since what the server does
    with what it was asked is not known."""

    def wait(
        self, gen: PQGen[Any], interval: float = _INTERVAL, timeout: float | None = None
    ) -> Any:
        until = answered_by()
        if until is None:
            return wait(self, gen, interval, timeout)
        left = until - monotonic()
        try:
            return wait(self, gen, interval, left if left > 0 else 0.001)
        except errors._WaitTimeout:
            self.pgconn.finish()
            raise Unanswered("the server did not answer in time") from None


def opened(address: str, part: str, *, settings: str = "", **more: Any) -> Connection:
    """A connection for a part of the ledger, to the database of an address, with more `settings` of
    the server as `-c name=value`."""
    given = {**parameters(address, part), **more}
    given["options"] = f"{given['options']} {settings}".strip()
    until = answered_by()
    if until is not None:
        left = until - monotonic()
        if left <= 0:
            raise psycopg.OperationalError("there is no time left to connect")
        hosts = str(given.get("host", "")).count(",") + 1
        given["connect_timeout"] = max(2, min(DATABASE_SECONDS, int(left / hosts)))
    return Connection.connect(**given)


def parameters(address: str, part: str) -> dict[str, Any]:
    """What libpq is given: what an address says, the time-outs, and who it is that connects."""
    said = conninfo_to_dict(address.replace("postgresql+psycopg://", "postgresql://", 1))
    return {
        "application_name": f"avrop {part}",
        "connect_timeout": DATABASE_SECONDS,
        "keepalives_idle": 30,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": DATABASE_SECONDS * 1000,
        **said,
        "options": f"{_SETTINGS} {said.get('options') or ''}".strip(),
    }
