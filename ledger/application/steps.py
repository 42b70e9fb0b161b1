"""The steps of a what-if: a command's name and the body that the API takes for it, as a command."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from marshmallow import Schema, ValidationError, fields

from ledger.application import bodies, commands, competing
from ledger.application.bodies.fields import Flag, Length, Organisation, Sought, choice, whole
from ledger.bounds import MAX_SESSIONS, MAX_STEPS
from ledger.deciding import Command, DrawdownCommand, Loaded, OrderCommand
from ledger.domain import agreement, drawdown, order
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.service import Imagined
from ledger.wording import words

Body = dict[str, Any]
Seen = TypeVar("Seen", order.State, drawdown.State)

ORDERS: dict[str, tuple[Callable[..., OrderCommand], type[Schema], str]] = {
    "confirm": (order.ConfirmOrder, bodies.Confirm, "confirmed_on"),
    "decline": (order.DeclineOrder, bodies.Decline, "declined_on"),
    "counter": (order.CounterOrder, bodies.Counter, "countered_on"),
    "accept": (order.AcceptCounter, bodies.Accept, "accepted_on"),
    "reject": (order.RejectCounter, bodies.Reject, "rejected_on"),
    "change": (order.ChangeOrder, bodies.ChangeOrder, "changed_on"),
    "cancel": (order.CancelOrder, bodies.Cancel, "cancelled_on"),
    "allocate": (order.AllocateSeats, bodies.AllocateSeats, "allocated_on"),
    "move-seats": (order.MoveSeats, bodies.MoveSeats, "moved_on"),
    "move-session": (order.MoveSession, bodies.MoveSession, "moved_on"),
    "hold-session": (order.HoldSession, bodies.HoldSession, "held_on"),
    "cancel-session": (order.CancelSession, bodies.CancelSession, "cancelled_on"),
    "recode": (order.RecodeLine, bodies.RecodeLine, "recoded_on"),
    "start": (order.StartOrder, bodies.Start, "started_on"),
    "deliver": (order.DeliverOrder, bodies.Deliver, "delivered_on"),
    "close": (order.CloseOrder, bodies.Close, "closed_on"),
    "lapse": (order.LapseOrder, bodies.Dated, "on"),
}
"""What is done to an order: the command, its body, and the member that dates it."""

DRAWDOWNS: dict[str, tuple[Callable[..., DrawdownCommand], type[Schema], str]] = {
    "approve": (drawdown.ApproveDrawdown, bodies.Approve, "approved_on"),
    "reject-invoice": (drawdown.RejectDrawdown, bodies.RejectDrawdown, "rejected_on"),
    "recharge": (drawdown.RecordRecharge, bodies.RecordRecharge, "recharged_on"),
    "reverse-recharge": (drawdown.ReverseRecharge, bodies.ReverseRecharge, "reversed_on"),
}
"""What is done to an invoice or a credit that is recorded: as `ORDERS`."""


class Proposed(Schema):
    number = whole("The proposal's number in the agreement.", 1, 999_999, required=True)


class AcceptMove(Proposed, bodies.AcceptShareMove):
    pass


class DeclineMove(Proposed, bodies.DeclineShareMove):
    pass


class Competing(Schema):
    competition = whole("The competition's number in the agreement.", 1, 999_999, required=True)


class Answering(Competing, bodies.AnswerCompetition):
    supplier = Organisation("Which supplier", required=True)


class Awarding(Competing, bodies.AwardCompetition):
    pass


class Cancelling(Competing, bodies.CancelCompetition):
    pass


class Stage:
    """On which agreement steps are played, for whom, and when where they do not say it.

    `party` is whose orders they may touch; None: all of the agreement's.
    """

    def __init__(self, number: str, buyer: str, today: date, party: str | None = None) -> None:
        self.number = number
        self.buyer = buyer
        self.today = today
        self.party = party

    def seen_order(self, number: str, loaded: Loaded) -> order.State:
        state = loaded.order(number)
        return self._require_seen("order", number, state)

    def seen_drawdown(self, id: str, loaded: Loaded) -> drawdown.State:
        return self._require_seen("drawdown", id, loaded.drawdown(id))

    def _require_seen(self, what: str, name: str, state: Seen) -> Seen:
        """Raises NotFound where it is another agreement's, or not for the caller to see."""
        mine = self.party is None or self.party in (state.buyer, state.supplier)
        if state.agreement != self.number or not mine:
            raise NotFound(what=what, name=name)
        return state


Made = Callable[[Stage, Body], Command]


def _dated(kind: Callable[..., Command]) -> Made:
    """How a command on the agreement is made of the body that has its members and its day."""

    def made(at: Stage, body: Body) -> Command:
        return kind(**{**body, "agreement": at.number, "on": body.get("on") or at.today})

    return made


def _in_kind(at: Stage, body: Body) -> Command:
    return _dated(agreement.RecordInKind)(at, {"organisation": at.buyer, **body})


def _of(made: Callable[[str, Body, date], Command]) -> Made:
    return lambda at, body: made(at.number, body, at.today)


def _answered(at: Stage, body: Body) -> Command:
    number, supplier = body["competition"], body["supplier"]
    return competing.answered(at.number, number, body, supplier, at.today)


def _of_competition(made: Callable[[str, int, Body, date], Command]) -> Made:
    return lambda at, body: made(at.number, body["competition"], body, at.today)


AGREEMENTS: dict[str, tuple[type, type[Schema], Made]] = {
    "place": (
        order.PlaceOrder,
        bodies.PlaceOrder,
        lambda at, body: commands.place(at.number, body, at.buyer, at.today),
    ),
    "amend": (agreement.AmendAgreement, bodies.Amend, _of(commands.amend)),
    "extend": (agreement.ExtendAgreement, bodies.Extend, _of(commands.extend)),
    "suspend": (
        agreement.SuspendAgreement, bodies.Reason, _dated(agreement.SuspendAgreement),
    ),
    "close-agreement": (
        agreement.CloseAgreement, bodies.Reason, _dated(agreement.CloseAgreement),
    ),
    "reopen": (agreement.ReopenAgreement, bodies.Reason, _dated(agreement.ReopenAgreement)),
    "propose-share-move": (
        agreement.ProposeShareMove, bodies.ProposeShareMove, _dated(agreement.ProposeShareMove),
    ),
    "accept-share-move": (
        agreement.AcceptShareMove, AcceptMove, _dated(agreement.AcceptShareMove),
    ),
    "decline-share-move": (
        agreement.DeclineShareMove, DeclineMove, _dated(agreement.DeclineShareMove),
    ),
    "in-kind": (agreement.RecordInKind, bodies.RecordInKind, _in_kind),
    "decide-funding": (
        agreement.DecideFunding, bodies.DecideFunding, _of(commands.decide_funding),
    ),
    "change-funding": (
        agreement.ChangeFunding, bodies.ChangeFunding, _of(commands.change_funding),
    ),
    "withdraw-funding": (
        agreement.WithdrawFunding, bodies.WithdrawFunding, _of(commands.withdraw_funding),
    ),
    "open-competition": (
        agreement.OpenCompetition, bodies.OpenCompetition, _of(competing.opened),
    ),
    "answer-competition": (agreement.AnswerCompetition, Answering, _answered),
    "award-competition": (
        agreement.AwardCompetition, Awarding, _of_competition(competing.awarded),
    ),
    "cancel-competition": (
        agreement.CancelCompetition, Cancelling, _of_competition(competing.cancelled),
    ),
    "watch-term": (agreement.WatchTerm, bodies.Dated, _dated(agreement.WatchTerm)),
}  # fmt: skip
"""What is done to the agreement, or placed under it: the command, its body, how it is made."""


def _step(name: str, body: type[Schema], **more: Any) -> type[Schema]:
    """A body with the command that it is for."""
    said = {"command": choice("What is done.", (name,), required=True), **more}
    title = "".join(word.capitalize() for word in name.split("-"))
    made: type[Schema] = type(f"{title}Step", (body,), said)
    return made


def _order(*, required: bool = True) -> Sought:
    return Sought(
        "The order; a new one has the number that it would get.", 50, 1, required=required
    )


def _drawdown() -> Sought:
    said = "The drawdown; a new one has the id that it would get."
    return Sought(said, 2500, 1, required=True)


def _session() -> dict[str, Any]:
    return {"session": whole("The session's number.", 1, MAX_SESSIONS, required=True)}


STEPS: dict[str, type[Schema]] = {
    **{name: _step(name, body) for name, (_, body, _) in AGREEMENTS.items()},
    **{
        name: _step(name, body, order=_order(), **(_session() if name.endswith("-session") else {}))
        for name, (_, body, _) in ORDERS.items()
    },
    "invoice": _step("invoice", bodies.RecordDrawdown, order=_order(required=False)),
    "reverse": _step("reverse", bodies.Reverse, drawdown=_drawdown()),
    **{name: _step(name, body, drawdown=_drawdown()) for name, (_, body, _) in DRAWDOWNS.items()},
}
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


def imagined(at: Stage, step: Body) -> Imagined:
    """A checked step as a command. It raises its Refusal when it is played."""
    body = dict(step)
    name = body.pop("command")
    if name in AGREEMENTS:
        made = AGREEMENTS[name][2]
        return lambda _: made(at, body)
    if name in ORDERS:
        return lambda loaded: _of_order(at, name, body, loaded)
    if name in DRAWDOWNS:
        return lambda loaded: _of_drawdown(at, name, body, loaded)
    made_of = _invoice if name == "invoice" else _reverse
    return lambda loaded: made_of(at, body, loaded)


def _of_order(at: Stage, name: str, body: Body, loaded: Loaded) -> Command:
    kind, _, day = ORDERS[name]
    number = at.seen_order(body["order"], loaded).number
    rest = {member: value for member, value in body.items() if member != "order"}
    return commands.act(kind, number, rest, day, at.today)


def _of_drawdown(at: Stage, name: str, body: Body, loaded: Loaded) -> Command:
    kind, _, day = DRAWDOWNS[name]
    state = at.seen_drawdown(body["drawdown"], loaded)
    rest = {member: value for member, value in body.items() if member not in ("drawdown", day)}
    return kind(drawdown=state.id, on=body.get(day) or at.today, **rest)


def _reverse(at: Stage, body: Body, loaded: Loaded) -> Command:
    return commands.reverse(at.seen_drawdown(body["drawdown"], loaded), body)


def _invoice(at: Stage, body: Body, loaded: Loaded) -> Command:
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
    first, *_ = [at.seen_order(part["order"], loaded) for part in parts]
    rest["supplier"] = rest.get("supplier") or first.supplier
    rest["currency"] = rest.get("currency") or first.currency
    rest["parts"] = tuple(drawdown.Part(**part) for part in parts)
    return drawdown.RecordDrawdown(agreement=at.number, **rest)
