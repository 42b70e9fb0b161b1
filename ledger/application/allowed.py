"""Which acts somebody may do on a thing as it stands, and for the others why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from ledger.application.acts import ACTS
from ledger.application.acts.act import Act
from ledger.application.answers.actions import Action
from ledger.application.asker import used_of
from ledger.deciding import DECISIONS
from ledger.domain import agreement, drawdown, order, organisation
from ledger.domain.events import By
from ledger.domain.given import Find, Given, Selves, alone
from ledger.domain.refusals import Forbidden, Refusal
from ledger.wording import Names, sentence

NOUNS: dict[Any, str] = {
    agreement.State: "agreement",
    order.State: "order",
    drawdown.State: "drawdown",
    organisation.State: "organisation",
}
ON: dict[str, tuple[Act, ...]] = {
    noun: tuple(act for act in ACTS if act.to == noun and "<" in act.route)
    for noun in NOUNS.values()
}
"""The acts that are done to a noun, in the order of the list."""


class Who(NamedTuple):
    """A person for an organisation, with the roles that they have."""

    person: str
    organisation: str
    roles: Sequence[str]


class Allowed(NamedTuple):
    """An act, and what stands in its way whatever it will say; None: nothing does."""

    act: Act
    refusal: Refusal | None


def allowed(state: Any, who: Who, day: date, find: Find, selves: Selves = alone) -> list[Allowed]:
    """Of each act on a thing whether it may be done, by the same guards as decide of it.

    What only the words of an act could be wrong in is not foreseen. `find` gives the state of what
    belongs to the thing, as its agreement and its organisation's rules; `selves` who is one human
    being.
    """
    found = ON[NOUNS[type(state)]]
    return [Allowed(act, _refusal(act, state, who, day, find, selves)) for act in found]


def _refusal(
    act: Act, state: Any, who: Who, day: date, find: Find, selves: Selves
) -> Refusal | None:
    held = [role for role in act.roles if role in who.roles]
    if not held:
        return Forbidden(roles=", ".join(act.roles), held=", ".join(who.roles) or "none")
    by = By(person=who.person, organisation=who.organisation, role=used_of(held))
    given = Given(by=by, today=day, find=find, selves=selves)
    try:
        _require(act, state, given)
        for guard in act.foreseen:
            guard(state, given)
        row = DECISIONS.get(act.command) if act.command else None
        if row is not None and row.subject.member == act.to:
            row.may(state, given)
    except Refusal as refusal:
        return refusal
    return None


def _require(act: Act, state: Any, given: Given) -> None:
    """What is asked of who acts before what they do: see `doing.Here.require`.

    Who may see a thing in one role may not act on it in another, as an organisation that gives
    courses and has contract managers of its own. Raises NotAParty, Forbidden.
    """
    if isinstance(state, organisation.State):
        return
    is_agreement = isinstance(state, agreement.State)
    of = state if is_agreement else agreement.named(given, state.agreement)
    agreement.require_buyer(of, given.by)
    if isinstance(state, order.State) and not act.anybody:
        order.may.orderers_own(state, given.by)


def actions(
    found: Sequence[Allowed], name: str, language: str, names: Names | None = None
) -> list[Action]:
    """The same as it goes out; `name` is that of the thing, which stands in the addresses."""
    return [_action(one, name, language, names) for one in found]


def _action(one: Allowed, name: str, language: str, names: Names | None) -> Action:
    act, refusal = one
    head, _, rest = act.address.partition("}")
    return Action(
        name=act.name,
        method=act.method,
        address=f"{head.rpartition('{')[0]}{name}{rest}",
        allowed=refusal is None,
        type=None if refusal is None else refusal.type,
        because=None if refusal is None else sentence(refusal, language, names),
    )
