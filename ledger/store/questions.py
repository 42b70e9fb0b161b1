"""Short questions to the log, each on a connection that is kept open between them.

What is asked at each request is asked here: to take a connection from the recorder's pool and to
give it back takes many times the calls of the question itself.
"""

from collections.abc import Callable, Sequence
from typing import Any


class Questions:
    """As many connections as are asked on at a time. Safe to use from several threads."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        """`connect` opens a connection whose rows have names, and that begins no transaction."""
        self._connect = connect
        self._idle: list[Any] = []

    def ask(self, query: str, values: Sequence[Any]) -> list[Any]:
        """All rows. Raises what the driver does; where a connection was lost while nothing was
        asked on it, only if a new one does not answer either."""
        while True:
            try:
                cursor, is_new = self._idle.pop(), False
            except IndexError:
                cursor, is_new = self._connect().cursor(), True
            try:
                rows: list[Any] = cursor.execute(query, values).fetchall()
            except Exception:
                was_lost = not is_new and getattr(cursor.connection, "closed", False)
                cursor.connection.close()
                if not was_lost:
                    raise
                self.close()  # what took this one has taken all
            else:
                self._idle.append(cursor)
                return rows

    def close(self) -> None:
        """Let go of the connections on which nothing is asked."""
        while True:
            try:
                self._idle.pop().connection.close()
            except IndexError:
                return
