"""The steps of a what-if: acts by their names, with the body that the API takes, in thought."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields

from ledger.application.acts import ACTS
from ledger.application.acts.act import Act, Members
from ledger.application.bodies.body import Body
from ledger.application.bodies.fields import (
    Flag,
    Length,
    Listed,
    Organisation,
    Sought,
    choice,
    whole,
)
from ledger.bounds import MAX_STEPS
from ledger.deciding import Loaded
from ledger.domain import agreement, drawdown, numbering, order
from ledger.domain.drawdown import MatchCredit, Part, RecordDrawdown
from ledger.domain.drawdown import State as DrawdownState
from ledger.domain.events import By
from ledger.domain.refusals import NotFound
from ledger.service import Imagined
from ledger.wording import words

Seen = TypeVar("Seen", order.State, drawdown.State)

PLAYED: dict[str, Act] = {act.played_as: act for act in ACTS if act.played_as is not None}
"""Every act that can be played, by its name there."""


class Stage:
    """On which agreement steps are played, by whom, and when where they do not say it.

    `party` is whose orders they may touch; None: all of the agreement's.
    """

    def __init__(self, number: str, by: By, today: date, party: str | None = None) -> None:
        self.number = number
        self.by = by
        self.today = today
        self.party = party


class Played:
    """Where a step is done: on the states that the steps before it would leave."""

    def __init__(self, stage: Stage, act: Act, loaded: Loaded, members: Members) -> None:
        self._stage, self._loaded = stage, loaded
        self.by, self.today = stage.by, stage.today
        self.part: int | None = members.pop(act.part.asked) if act.part else None
        self.name = stage.number
        if act.to == "order":
            self.name = self.order(members.pop("order")).number
        elif act.to == "drawdown":
            self.name = members.pop("drawdown")
            self.drawdown()

    def agreement(self) -> agreement.State:
        return self._loaded.agreement(self._stage.number)

    def order(self, number: str) -> order.State:
        number = self.order_number(number)
        return self._require_seen("order", number, self._loaded.order(number))

    def order_number(self, written: str) -> str:
        of = self._stage.number
        if numbering.fold(written).startswith(numbering.fold(f"{of}-")):
            return of + written[len(of) :]
        return written

    def taken(self, number: str) -> str | None:
        return None

    def drawdown(self) -> drawdown.State:
        return self._require_seen("drawdown", self.name, self._loaded.drawdown(self.name))

    def with_alike(self, command: RecordDrawdown) -> RecordDrawdown:
        return command  # what is played comes from nowhere, and is not held against what came

    def alike(self, state: DrawdownState) -> tuple[str, ...]:
        return ()

    def approved_after(self, on: date, right: int = 0, deputy: int = 0) -> tuple[str, ...]:
        return ()

    def orderers(self, programme: str, round: int | None) -> tuple[str, ...]:
        return ()

    def tie(self, state: DrawdownState) -> MatchCredit | None:
        return None

    def lines_named(self, state: DrawdownState) -> tuple[Part, ...]:
        return ()

    def _require_seen(self, what: str, name: str, state: Seen) -> Seen:
        """Raises NotFound where it is another agreement's, or not for the asker to see."""
        party = self._stage.party
        mine = party is None or party in (state.buyer, state.supplier)
        if state.agreement != self._stage.number or not mine:
            raise NotFound(what=what, name=name)
        return state


def _order(*, required: bool = True) -> Sought:
    return Sought(
        "The order; a new one has the number that it would get.", 50, 1, required=required
    )


def _drawdown() -> Sought:
    said = "The drawdown; a new one has the id that it would get."
    return Sought(said, 2500, 1, required=True)


ADDRESSED: dict[str, dict[str, Any]] = {
    "invoice": {"order": _order(required=False)},
    "answer-competition": {"supplier": Organisation("Which supplier", required=True)},
}
"""What a step says that an address, or who asks, says elsewhere."""


def _step(name: str, act: Act) -> type[Body]:
    """A body with the act that it is for, and what that is done to."""
    said: dict[str, Any] = {"command": choice("What is done.", (name,), required=True)}
    said |= ADDRESSED.get(name, {})
    if act.to == "order":
        said["order"] = _order()
    elif act.to == "drawdown":
        said["drawdown"] = _drawdown()
    if act.part is not None:
        said[act.part.asked] = whole(act.part.said, 1, act.part.most, required=True)
    title = "".join(word.capitalize() for word in name.split("-"))
    assert act.body is not None, "what is played has a body"
    made: type[Body] = type(f"{title}Step", (act.body,), said)
    return made


STEPS: dict[str, type[Body]] = {name: _step(name, act) for name, act in PLAYED.items()}
"""Every command that can be played, by its name."""


class Step(fields.Field[Members]):
    """A body whose command says which members it has."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Members:
        if not isinstance(value, Mapping):
            raise ValidationError("Invalid input type.")
        named = value.get("command")
        shape = STEPS.get(named) if isinstance(named, str) else None
        if shape is None:
            said: Any = words("It must be one of {choices}.", choices=", ".join(STEPS))
            raise ValidationError({"command": [said]})
        said = {name: given for name, given in value.items() if name != "command"}
        loaded: Members = shape(exclude=("command",)).load(said)
        return {"command": named, **loaded}


class WhatIf(Schema):
    """Commands to be played in thought, one after another."""

    steps = Listed(
        Step(
            metadata={
                "anyOf": [
                    {"$ref": f"#/components/schemas/{shape.__name__}"} for shape in STEPS.values()
                ]
            }
        ),
        required=True,
        validate=Length(1, MAX_STEPS),
        metadata={"description": "The commands, in order."},
    )
    stop = Flag("Stop at the first that is refused.", load_default=False)


def imagined(stage: Stage, step: Members) -> Imagined:
    """A checked step as a command. It raises its Refusal when it is played."""
    act = PLAYED[step["command"]]

    def command(loaded: Loaded) -> Any:
        members = {name: value for name, value in step.items() if name != "command"}
        return act.command_of(Played(stage, act, loaded, members), members)

    return command
