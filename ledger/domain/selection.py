"""How orders go to the suppliers of an agreement: whose turn it is, by rank or by key."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from ledger.domain.sharing import Weight

Method = Literal["single", "ranking", "key", "competition"]
METHODS: tuple[str, ...] = Method.__args__  # type: ignore[attr-defined]

Asked = Literal["all", "chosen"]
ASKED: tuple[str, ...] = Asked.__args__  # type: ignore[attr-defined]


class Selection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How the parties agreed that orders go to the suppliers.

    `ranking` names them in rank. `key` is what each should have of the value that is ordered, in
    whole per cent. `ask` is who is asked in a renewed competition: all, and leaving somebody out
    needs a reason (LOU 7 kap. 8–9 §§), or whom the buyer chooses.
    """

    method: Method
    ranking: tuple[str, ...] = ()
    key: tuple[Weight, ...] = ()
    ask: Asked = "all"


class PassedOver(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier that an order should have gone to, or that is not asked, and why not."""

    supplier: str
    reason: str


class Award(msgspec.Struct, frozen=True, kw_only=True):
    """The renewed competition that an order was won in, and what was offered, in öre."""

    competition: int
    amount: int


OVER_LIMIT = "over-limit:"
"""A passing over that no person decided: what follows it names the supplier's own full limit."""


def in_turn(selection: Selection, ordered: Mapping[str, int]) -> tuple[str, ...]:
    """The suppliers, whose turn it is first; none where the method knows no turns.

    `ordered` is what counts for each in öre. By key, whoever is furthest below it comes first;
    where several are, and before anything is ordered, whoever should have the most.
    """
    if selection.method == "ranking":
        return selection.ranking
    if selection.method != "key":
        return ()
    total = sum(ordered.values())

    def excess(part: Weight) -> tuple[int, int]:
        return ordered.get(part.organisation, 0) * 100 - part.weight * total, -part.weight

    return tuple(part.organisation for part in sorted(selection.key, key=excess))
