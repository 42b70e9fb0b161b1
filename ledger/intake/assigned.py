"""What a person says of a file that matched nothing."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from ledger.domain.drawdown import Part, as_it_counts
from ledger.domain.refusals import Fault, Invalid

Corrects = Literal["replaces", "difference"]
"""What a corrected invoice (384) is: the whole anew, or the difference to the first one."""


class Assigned(msgspec.Struct, frozen=True, kw_only=True):
    """What a person says of a file that matched nothing: the orders that it belongs to, the first
    of which `order` is; how it is split, where it is; why; what a corrected invoice is, and which
    drawdown it replaces, where its file does not say.

    Amounts of `parts` in öre excluding VAT, signed as the file's.
    """

    order: str
    parts: tuple[Part, ...] = ()
    reason: str = ""
    corrects: Corrects | None = None
    replaces: str | None = None


def assigned(body: Mapping[str, Any], amount: int) -> Assigned:
    """What a person says in a body of a file of an amount (öre); a credit's amounts may be written
    with or without a minus.

    Raises Invalid.
    """
    lines = body.get("lines") or []
    first = body.get("order")
    faults = [
        Fault(pointer=f"/lines/{i}/order", sentence="Name the line's order.")
        for i, line in enumerate(lines)
        if "order" not in line and first is None
    ]
    if first is None and not lines:
        faults.append(Fault(pointer="/order", sentence="Name the order that it belongs to."))
    if faults:
        raise Invalid(*faults)
    amounts = as_it_counts([line["amount"] for line in lines], amount)
    parts = tuple(
        Part(order=line.get("order", first), line=line.get("line"), amount=ore)
        for line, ore in zip(lines, amounts, strict=True)
    )
    return Assigned(
        order=first or parts[0].order,
        parts=parts,
        reason=body.get("reason", ""),
        corrects=body.get("corrects"),
        replaces=body.get("replaces"),
    )
