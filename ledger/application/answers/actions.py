"""What goes out of what may be done: a resource's `actions`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, UnsetType

from ledger.application.answers.making import Answer
from ledger.application.answers.members import listed, text, truth
from ledger.wording import Names, sentence

if TYPE_CHECKING:
    from ledger.application.allowed import Allowed


class Action(Answer):
    """What can be done to a resource: whether you may as it stands, and if not, why."""

    name: Annotated[str, text("What it is called.")]
    method: Annotated[str, text("The method of its route.")]
    address: Annotated[str, text("Its route; what stands in braces is yours to fill in.")]
    allowed: Annotated[bool, truth("Whether you may do it, as things stand.")]
    type: Annotated[str | None, text("The kind of refusal; null: you may.")]
    because: Annotated[str | None, text("Why not, in a sentence; null: you may.")]


class Resource(Answer, frozen=True, kw_only=True):
    """What acts are done to. What can be done is told where it is asked for alone, and as it is."""

    actions: Annotated[
        list[Action] | UnsetType, listed("What can be done to it; of one that is asked for alone.")
    ] = UNSET


def actions(
    found: Iterable[Allowed], name: str, language: str, names: Names | None = None
) -> list[Action]:
    """`name` is that of the resource, which stands in the addresses."""
    return [_action(one, name, language, names) for one in found]


def _action(one: Allowed, name: str, language: str, names: Names | None) -> Action:
    act, refusal = one
    first, _, rest = act.address.partition("}")
    head = first.rpartition("{")[0]
    why: Any = None if refusal is None else sentence(refusal, language, names)
    return Action(
        name=act.name,
        method=act.method,
        address=f"{head}{name}{rest}",
        allowed=refusal is None,
        type=refusal.type if refusal is not None else None,
        because=why,
    )
