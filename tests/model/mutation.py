"""A mutant: one line of the domain's rules of money, and how it would read wrongly."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """A line of a file in `ledger/domain`, and another. `same`: why it changes nothing that shows,
    where it is known not to."""

    file: str
    old: str
    new: str
    same: str = ""
    theme: str = ""
    """Whose plays come first, where they are not those of the others beside it."""


def sought_by(theme: str, *mutations: Mutation) -> list[Mutation]:
    return [one if one.theme else one._replace(theme=theme) for one in mutations]
