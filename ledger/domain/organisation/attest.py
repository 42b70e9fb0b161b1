"""Who may attest what in an organisation: rights, and deputies who stand in under them."""

from collections.abc import Collection, Sequence
from datetime import date

import msgspec

from ledger.domain.given import Selves, alone
from ledger.domain.organisation.state import Right, State, in_force


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """A person and the right that they attest under; `deputy_for` is whose, where not their own."""

    person: str
    right: Right
    deputy_for: str | None = None


class Lacking(msgspec.Struct, frozen=True, kw_only=True):
    """What a right does not reach: codes ("" is a line without one), and `over` its limit (öre)."""

    right: Right
    codes: tuple[str, ...]
    over: int

    def __bool__(self) -> bool:
        return bool(self.codes) or self.over > 0


def mandates(state: State, days: Sequence[date], selves: Selves = alone) -> tuple[Mandate, ...]:
    """Who may attest anything on all of some days: own rights first, then those of others.

    A deputy has the rights of the person, not those that the person is a deputy for. Who granted a
    right has it neither way, nor the same human being as another person: one that one has given
    oneself is none.
    """
    rights = [one for one in state.rights if all(in_force(one, day) for day in days)]
    deputies = [one for one in state.deputies if all(in_force(one, day) for day in days)]
    own = [Mandate(person=right.person, right=right) for right in rights]
    others = [
        Mandate(person=one.deputy, right=right, deputy_for=one.person)
        for right in rights
        for one in deputies
        if one.person == right.person
    ]
    found = (one for one in (*own, *others) if one.person not in selves(one.right.granted_by))
    return tuple(dict.fromkeys(found))


def lacking(right: Right, codes: Collection[str], amount: int) -> Lacking:
    """What one right lacks for a drawdown of so many öre on lines of these codes."""
    return Lacking(
        right=right,
        codes=tuple(sorted(code for code in codes if not right.covers(code))),
        over=0 if right.limit is None else max(0, abs(amount) - right.limit),
    )


def who(
    state: State,
    days: Sequence[date],
    amount: int,
    codes: Collection[str],
    selves: Selves = alone,
) -> tuple[Mandate, ...]:
    """Who has a right that reaches the whole of it: all of the codes and all of the amount."""
    found = mandates(state, days, selves)
    return tuple(one for one in found if not lacking(one.right, codes, amount))
