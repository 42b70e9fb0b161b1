"""Facts of chosen streams in the order of the log: the history of one agreement, without the rest.

All of it is asked of the log's own rows. The index only spares reading the others, and is kept by
the database itself: without it the answers are the same, and slow.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ledger import codec
from ledger.bounds import CHOSEN
from ledger.domain.events import Fact

_FIRST_OF_DRAWDOWN = "originator_version = 1 AND substr(originator_id, 1, 9) = 'drawdown/'"
_AGREEMENT_ON_SQLITE = "json_extract(CAST(state AS TEXT), '$.data.agreement')"
# What decodes UTF-8 is not immutable there, so no index may be made of it. In canonical JSON only
# the member itself is written so: within a text the quotation marks are escaped.
_AGREEMENT_ON_POSTGRESQL = """substring(encode(state, 'escape') from '"agreement":"([^"]*)"')"""
_INDEX = (
    f"CREATE INDEX IF NOT EXISTS drawdowns_of ON {{0}}stored_events (({{1}})) "
    f"WHERE {_FIRST_OF_DRAWDOWN}"
)
INDEX_ON_SQLITE = _INDEX.format("", _AGREEMENT_ON_SQLITE)
INDEX_ON_POSTGRESQL = _INDEX.replace("{1}", _AGREEMENT_ON_POSTGRESQL)
_AFTER = """SELECT originator_id, originator_version, topic, state
FROM (VALUES {1}) AS looked CROSS JOIN {0}
WHERE originator_id = column1 AND originator_version > column2 ORDER BY 1, 2"""


class Chosen:
    """Some of the log's streams, read together."""

    def __init__(self, ask: Callable[..., list[Any]], schema: str) -> None:
        self._ask = ask
        self._table = f"{schema}stored_events"
        self._position = "notification_id" if schema else "rowid"
        self._agreement = _AGREEMENT_ON_POSTGRESQL if schema else _AGREEMENT_ON_SQLITE

    def drawdowns(self, agreement: str) -> list[str]:
        """The streams of an agreement's invoices and credits: the first fact of each says whose it
        is, and of a credit that was not approved no other fact does."""
        found = self._ask(
            f"SELECT originator_id FROM {self._table} "  # noqa: S608
            f"WHERE {_FIRST_OF_DRAWDOWN} AND {self._agreement} = ?",
            agreement,
        )
        return [row["originator_id"] for row in found]

    def after(self, versions: Mapping[str, int]) -> Iterator[Fact]:
        """The facts of these streams after these versions, in order for each stream."""
        # SQLite joins in this order, so by the key of the events.
        query = _AFTER.format(self._table, "{}")
        for some in _parts(list(versions.items())):
            marks = ",".join(["(CAST(? AS text), CAST(? AS bigint))"] * len(some))
            for row in self._ask(query.format(marks), *itertools.chain(*some)):
                yield codec.decode(
                    row["originator_id"], row["originator_version"], row["topic"], row["state"]
                )

    def positions(self, streams: Sequence[str]) -> list[int]:
        """The positions of all facts of these streams, in order."""
        found: list[int] = []
        for some in _parts(streams):
            query = (
                f"SELECT {self._position} AS id FROM {self._table} WHERE originator_id IN ({{}})"  # noqa: S608
            )
            found += [row["id"] for row in self._ask(query.format(_marks(some)), *some)]
        return sorted(found)

    def facts(self, positions: Sequence[int]) -> Iterator[Fact]:
        """The facts at these positions, which are in order."""
        query = (
            f"SELECT {self._position} AS id, originator_id, originator_version, topic, state "  # noqa: S608
            f"FROM {self._table} WHERE {self._position} IN ({{}}) ORDER BY 1"
        )
        for some in _parts(positions):
            for row in self._ask(query.format(_marks(some)), *some):
                yield codec.decode(
                    row["originator_id"],
                    row["originator_version"],
                    row["topic"],
                    row["state"],
                    row["id"],
                )


def _parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHOSEN):
        yield values[start : start + CHOSEN]


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))
