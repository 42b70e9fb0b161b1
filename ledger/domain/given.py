"""What a decision is handed beside its command and state: who asks, today, and what else is so."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import msgspec

from ledger.domain.events import By
from ledger.domain.refusals import NotFound

Find = Callable[[str], Any]
"""The state of a stream; None where nothing is recorded."""


Earlier = Callable[[str, str], tuple[int, int] | None]
"""How many facts of one stream were recorded before the first of another, and the place of that in
the log; None where it is only thought of."""


Selves = Callable[[str], Collection[str]]
"""The persons that are one human being, with the one asked of, as far as is known."""


def alone(person: str) -> tuple[str]:
    """Where nothing is known but the person."""
    return (person,)


def unknown(one: str, other: str) -> None:
    """Of streams that are only thought of."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is found is looked at: what is decided holds as long as it stays as it is.

    Each noun knows how one of it is found: `agreement.named` and its like. `agreed` are the buyers
    that agreed to what is decided, beside who asks.
    """

    by: By
    today: date
    find: Find
    agreed: frozenset[str] = frozenset()
    earlier: Earlier = unknown
    selves: Selves = alone


def found(find: Find, noun: str, name: str) -> Any:
    """The state of what a name names. Raises NotFound where nothing is recorded of it."""
    state = find(f"{noun}/{name}")
    if state is None:
        raise NotFound(what=noun, name=name)
    return state
