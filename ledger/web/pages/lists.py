"""What the lists share: what the address narrows and orders them by, a page of them, their sums."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

import msgspec
from flask import request
from marshmallow import Schema

from ledger.application.bodies import parsing
from ledger.application.bodies.fields import Sought, choice
from ledger.bounds import PAGE
from ledger.projections.database import Reading
from ledger.projections.sorting import Lot, TooMuchChanged, Total


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is asked for. `given` is as the address has it, for links and fields; `by` is
    what its query is given, and `filters` are what its file says that it was narrowed by."""

    given: dict[str, str]
    by: dict[str, Any]
    sort: str

    @property
    def filters(self) -> dict[str, str]:
        return {name: value for name, value in self.given.items() if name != "sort"}


def asked(query: type[Schema], names: Sequence[str], sorts: Collection[str]) -> Asked:
    """From the address: the members `names` of a query, the words `q`, and the order `sort`. Raises
    Invalid."""
    members = query().fields
    orders = (*sorts, *(f"-{name}" for name in sorts))
    schema = Schema.from_dict(
        {
            **{name: members[name] for name in names},
            "q": Sought("Words that are looked for."),
            "sort": choice("What the list is in order of.", orders),
        }
    )
    given = {name: request.args[name] for name in (*names, "q", "sort") if request.args.get(name)}
    found = parsing.load(schema, given)
    by = {name: found.get(name) for name in names}
    return Asked(given=given, by={**by, "sought": found.get("q", "")}, sort=found.get("sort", ""))


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a list with the sums of the whole; None: it is too long to be summed.

    `is_sorted`: it is in the order that was asked for, which it cannot be on a day since which too
    much has changed.
    """

    items: Sequence[Any]
    totals: Sequence[Total] | None
    is_sorted: bool

    @property
    def rows(self) -> int | None:
        return None if self.totals is None else sum(one.rows for one in self.totals)

    @property
    def is_full(self) -> bool:
        """Whether there may be more after these."""
        return len(self.items) == PAGE


def listed(
    connection: Reading,
    some: Lot,
    asked: Asked,
    after: str,
    page: Callable[..., Sequence[Any]],
    totals: Callable[[Reading, Lot], Sequence[Total] | None],
) -> Listed:
    """A page of a lot after a name in the order asked for, or else in its own."""
    try:
        items = page(connection, some, sort=asked.sort, after=after, limit=PAGE)
        is_sorted = True
    except TooMuchChanged:
        items, is_sorted = page(connection, some, after=after, limit=PAGE), False
    return Listed(items=items, totals=totals(connection, some), is_sorted=is_sorted)
