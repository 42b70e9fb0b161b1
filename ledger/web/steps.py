"""The steps of a what-if: a command's name and the body that the API takes for it, as a command."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ledger.bounds import MAX_STEPS
from ledger.deciding import Command, Loaded, OrderCommand
from ledger.domain import agreement, drawdown, order
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.service import Imagined
from ledger.web import commands, schemas
from ledger.web.fields import Flag, Length, Sought, choice
from ledger.wording import words

Body = dict[str, Any]

ORDERS: dict[str, tuple[Callable[..., OrderCommand], type[Schema], str]] = {
    "confirm": (order.ConfirmOrder, schemas.Confirm, "confirmed_on"),
    "decline": (order.DeclineOrder, schemas.Decline, "declined_on"),
    "counter": (order.CounterOrder, schemas.Counter, "countered_on"),
    "accept": (order.AcceptCounter, schemas.Accept, "accepted_on"),
    "reject": (order.RejectCounter, schemas.Reject, "rejected_on"),
    "change": (order.ChangeOrder, schemas.ChangeOrder, "changed_on"),
    "cancel": (order.CancelOrder, schemas.Cancel, "cancelled_on"),
    "allocate": (order.AllocateSeats, schemas.AllocateSeats, "allocated_on"),
    "move-seats": (order.MoveSeats, schemas.MoveSeats, "moved_on"),
    "start": (order.StartOrder, schemas.Start, "started_on"),
    "deliver": (order.DeliverOrder, schemas.Deliver, "delivered_on"),
    "close": (order.CloseOrder, schemas.Close, "closed_on"),
}
"""What is done to an order: the command, its body, and the member that dates it."""

AGREEMENTS: dict[str, type[Schema]] = {
    "place": schemas.PlaceOrder,
    "amend": schemas.Amend,
    "extend": schemas.Extend,
    "suspend": schemas.Reason,
    "reopen": schemas.Reason,
}


def _step(name: str, body: type[Schema], **more: Any) -> type[Schema]:
    """A body with the command that it is for."""
    said = {"command": choice("What is done.", (name,), required=True), **more}
    made: type[Schema] = type(f"{name.capitalize()}Step", (body,), said)
    return made


def _order(*, required: bool = True) -> Sought:
    return Sought(
        "The order; a new one has the number that it would get.", 50, 1, required=required
    )


STEPS: dict[str, type[Schema]] = {
    **{name: _step(name, body) for name, body in AGREEMENTS.items()},
    **{name: _step(name, body, order=_order()) for name, (_, body, _) in ORDERS.items()},
    "invoice": _step("invoice", schemas.RecordDrawdown, order=_order(required=False)),
    "approve": _step(
        "approve",
        schemas.Approve,
        drawdown=Sought("The drawdown; a new one has the id that it would get.", 2500, 1,
                       required=True),
    ),
}  # fmt: skip
"""Every command that can be played, by its name."""


class Step(fields.Field[Body]):
    """A body whose command says which members it has."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Body:
        if not isinstance(value, Mapping):
            raise ValidationError("Invalid input type.")
        named = value.get("command")
        shape = STEPS.get(named) if isinstance(named, str) else None
        if shape is None:
            said: Any = words("It must be one of {choices}.", choices=", ".join(STEPS))
            raise ValidationError({"command": [said]})
        loaded: Body = shape().load(value)
        return loaded


class WhatIf(Schema):
    """Commands to be played in thought, one after another."""

    steps = fields.List(
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


class Stage:
    """On which agreement steps are played, for whom, and when where they do not say it.

    `party` is whose orders they may touch; None: all of the agreement's.
    """

    def __init__(self, number: str, buyer: str, today: date, party: str | None = None) -> None:
        self.number = number
        self.buyer = buyer
        self.today = today
        self.party = party

    def imagined(self, step: Body) -> Imagined:
        """A checked step as a command. It raises its Refusal when it is played."""
        body = dict(step)
        name = body.pop("command")
        if name in AGREEMENTS:
            return self._of_agreement(name, body)
        if name in ORDERS:
            return lambda loaded: self._of_order(name, body, loaded)
        if name == "invoice":
            return lambda loaded: self._invoice(body, loaded)
        return lambda loaded: self._approve(body, loaded)

    def _of_agreement(self, name: str, body: Body) -> Command:
        if name == "place":
            return commands.place(self.number, body, self.buyer, self.today)
        if name == "amend":
            return commands.amend(self.number, body, self.today)
        if name == "extend":
            return commands.extend(self.number, body, self.today)
        kind = agreement.SuspendAgreement if name == "suspend" else agreement.ReopenAgreement
        on = body.get("on") or self.today
        return kind(agreement=self.number, reason=body["reason"], on=on)

    def _of_order(self, name: str, body: Body, loaded: Loaded) -> Command:
        kind, _, day = ORDERS[name]
        number = self._seen(body["order"], loaded).number
        rest = {member: value for member, value in body.items() if member != "order"}
        return commands.act(kind, number, rest, day, self.today)

    def _invoice(self, body: Body, loaded: Loaded) -> Command:
        rest = dict(body)
        named = rest.pop("order", None)
        lines = rest.pop("lines", None) or [{"amount": rest["amount"]}]
        parts = [{"order": named, **line} for line in lines]
        faults = [
            Fault(pointer=f"/lines/{i}/order", sentence="Name the line's order.")
            for i, part in enumerate(parts)
            if part["order"] is None
        ]
        if faults:
            raise Invalid(*faults)
        first, *_ = [self._seen(part["order"], loaded) for part in parts]
        rest["supplier"] = rest.get("supplier") or first.supplier
        rest["currency"] = rest.get("currency") or first.currency
        rest["parts"] = tuple(drawdown.Part(**part) for part in parts)
        return drawdown.RecordDrawdown(agreement=self.number, **rest)

    def _approve(self, body: Body, loaded: Loaded) -> Command:
        state = loaded.drawdown(body["drawdown"])
        self._require_seen("drawdown", state.id, state)
        members = {name: body[name] for name in ("room", "note") if name in body}
        on = body.get("approved_on") or self.today
        return drawdown.ApproveDrawdown(drawdown=state.id, on=on, **members)

    def _seen(self, number: str, loaded: Loaded) -> order.State:
        state = loaded.order(number)
        self._require_seen("order", number, state)
        return state

    def _require_seen(self, what: str, name: str, state: order.State | drawdown.State) -> None:
        """Raises NotFound where it is another agreement's, or not for the caller to see."""
        mine = self.party is None or self.party in (state.buyer, state.supplier)
        if state.agreement != self.number or not mine:
            raise NotFound(what=what, name=name)
