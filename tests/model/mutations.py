"""The list of mutants: one line of the domain's rules of money, and how it would read wrongly."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """A line of a file in `ledger/domain`, and another. `same`: why it changes nothing that shows,
    where it is known not to."""

    file: str
    old: str
    new: str
    same: str = ""


MUTATIONS = (
    # How amounts are shared and rounded.
    Mutation("money.py", "shares[i] += 1", "shares[i] += 0"),
    Mutation("money.py", "key=lambda i: (-(total", "key=lambda i: ((total"),
    Mutation("money.py", "split(total, (percent, 100 - percent))[0]", "total * percent // 100"),
    # The tariff.
    Mutation("regime.py", "if days <= step.days]", "if days < step.days]"),
    Mutation("regime.py", "min(reached, key=_days).percent", "max(reached, key=_days).percent"),
    # 9 §.
    Mutation("regime.py", "if abs(net) * 10 >= base", "if abs(net) * 10 > base"),
    Mutation("regime.py", "abs(net) >= ceiling)", "abs(net) > ceiling)"),
    Mutation("regime.py", "if abs(net) * 10 >= base", "if net * 10 >= base"),
)
