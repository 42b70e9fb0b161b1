"""How a split is weighed: its parts as a body has them, and as a command does."""

from typing import Any

from ledger.application.acts.act import Members
from ledger.domain.refusals import Fault, Invalid


def weighed(members: Members, pointer: str = "") -> Members:
    """Members with their split by `weight`, which are öre where it is fixed. Raises Invalid.

    It is a rule, which no form of a body says: whose agreement it is comes before it.
    """
    split: dict[str, Any] | None = members.get("split")
    if split is None:
        return members
    measure = "amount" if split["method"] == "fixed" else "weight"
    wrong = [
        Fault(
            pointer=f"{pointer}/split/parts/{i}",
            sentence="Give each part an amount where the split is fixed, else a weight.",
        )
        for i, part in enumerate(split["parts"])
        if set(part) != {"organisation", measure}
    ]
    if wrong:
        raise Invalid(*wrong)
    parts = [
        {"organisation": part["organisation"], "weight": part[measure]} for part in split["parts"]
    ]
    return {**members, "split": {**split, "parts": parts}}
