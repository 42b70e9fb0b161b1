"""What goes out of what may be done: a resource's `actions`."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from ledger.application.answers.making import Answer
from ledger.application.answers.members import listed, text, truth


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
