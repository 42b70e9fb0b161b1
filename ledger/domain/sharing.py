"""Cost splits: what each organisation carries of an amount. Split once, stored, never split anew.

Amounts are öre, excluding VAT, and the shares of an amount always add up to it.
"""

from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

from ledger.domain.money import split

Method = Literal["shares", "seats", "fixed"]
METHODS: tuple[str, ...] = Method.__args__  # type: ignore[attr-defined]


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's part: whole numbers that compare, seats, or (where fixed) öre."""

    organisation: str
    weight: int


class Split(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How what an order costs is shared.

    By `shares`, by `seats` as they are allocated when an invoice comes, or in `fixed` amounts: an
    invoice is then shared by what is left of each, so that each amount comes out to the öre.
    """

    method: Method
    parts: tuple[Weight, ...] = ()


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one organisation carries of an amount, in öre; negative on a credit."""

    organisation: str
    amount: int


Shares = tuple[Share, ...]


def share_out(amount: int, by: Split | None, taken: Mapping[str, int], least: int = 1) -> Shares:
    """An amount in shares, by largest remainder; none where there is nothing to share it by.

    `least` is the least part of the currency (`money.least_of`). `taken` is what each organisation
    has been invoiced before, for fixed amounts.
    """
    if by is None:
        return ()
    weights = {part.organisation: part.weight for part in by.parts}
    if by.method == "fixed":
        left = {name: max(0, weight - taken.get(name, 0)) for name, weight in weights.items()}
        weights = left if any(left.values()) else weights
    return share_by(amount, weights, least)


def share_by(amount: int, weights: Mapping[str, int], least: int = 1) -> Shares:
    """An amount in shares by weights; none where no weight is above 0."""
    if not any(weight > 0 for weight in weights.values()):
        return ()
    amounts = split(amount, [max(0, weight) for weight in weights.values()], least)
    return tuple(
        Share(organisation=name, amount=share)
        for name, share in zip(weights, amounts, strict=True)
        if share
    )


def add_shares(shares: Shares, more: Iterable[Share], sign: int = 1) -> Shares:
    """Shares after more of them; those that come to 0 are left out."""
    total = {share.organisation: share.amount for share in shares}
    for share in more:
        total[share.organisation] = total.get(share.organisation, 0) + sign * share.amount
    return tuple(Share(organisation=name, amount=a) for name, a in total.items() if a)


def amounts_of(shares: Iterable[Share]) -> dict[str, int]:
    """Shares by organisation, in öre."""
    return {share.organisation: share.amount for share in shares}


def negated(shares: Shares) -> Shares:
    return tuple(Share(organisation=share.organisation, amount=-share.amount) for share in shares)
