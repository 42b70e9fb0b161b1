"""What is done to an order and its sessions: placed, answered, changed, delivered, closed."""

from typing import Any

import msgspec

from ledger.application.acts.act import BOTH, BUYERS, SUPPLIERS, Act, Members, Part, There
from ledger.application.acts.splits import weighed
from ledger.application.bodies.agreements import Dated
from ledger.application.bodies.orders import (
    Accept,
    AllocateSeats,
    Cancel,
    ChangeOrder,
    Close,
    Confirm,
    Counter,
    Decline,
    Deliver,
    MoveSeats,
    PlaceOrder,
    RecodeLine,
    Reject,
    Reopen,
    Start,
    TakeBackOpening,
)
from ledger.application.bodies.sessions import CancelSession, HoldSession, MoveSession
from ledger.bounds import MAX_SESSIONS
from ledger.domain import order

ORDER = "/orders/<order:number>"
SESSION = Part(
    variable="session",
    member="session",
    asked="session",
    said="The session's number.",
    most=MAX_SESSIONS,
)


def place(there: There, body: Members) -> order.PlaceOrder:
    """The organisation that acts orders, where the body names nobody else."""
    buyer = body.get("buyer") or there.by.organisation
    members = {**weighed(body), "agreement": there.name, "buyer": buyer}
    return msgspec.convert(members, order.PlaceOrder)


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "order",
        "name": name,
        "answer": "orders.Order",
        "route": f"{ORDER}/{name}",
        **more,
    }
    return Act(**given)


def _on_session(name: str, **more: Any) -> Act:
    return _act(
        f"{name}-session",
        part=SESSION,
        section="programmes",
        roles=BOTH,
        route=f"{ORDER}/sessions/<sequence:session>/{name}",
        verb=f"order session {name}",
        operation=name,
        **more,
    )


ACTS = (
    _act(
        "place",
        to="agreement",
        says="Order a course; a dry run says what it would do to the balance.",
        command=order.PlaceOrder,
        body=PlaceOrder,
        makes=place,
        roles=BUYERS,
        route="/agreements/<agreement:number>/orders",
        section="orders",
        verb="order place",
        creates="orders",
    ),
    _act(
        "confirm",
        says="The university takes the order on.",
        command=order.ConfirmOrder,
        body=Confirm,
        roles=SUPPLIERS,
        answer="orders.OrderConfirmation",
        anchored=True,
    ),
    _act(
        "decline",
        says="The university says no; the room is released.",
        command=order.DeclineOrder,
        body=Decline,
        roles=SUPPLIERS,
    ),
    _act(
        "counter",
        says="The university offers something else; the higher amount is held.",
        command=order.CounterOrder,
        body=Counter,
        roles=SUPPLIERS,
    ),
    _act(
        "accept",
        says="Take the counter-offer.",
        command=order.AcceptCounter,
        body=Accept,
        roles=BUYERS,
    ),
    _act(
        "reject",
        says="Refuse the counter-offer; the order ends.",
        command=order.RejectCounter,
        body=Reject,
        roles=BUYERS,
    ),
    _act(
        "change",
        says="Change lines, seats or dates.",
        command=order.ChangeOrder,
        body=ChangeOrder,
        roles=BUYERS,
    ),
    _act(
        "cancel",
        says="Cancel the whole order or some seats; a fee stays committed.",
        command=order.CancelOrder,
        body=Cancel,
        roles=BOTH,
        anybody=True,
    ),
    _act(
        "allocate",
        says="Say whose the seats are, all of them.",
        command=order.AllocateSeats,
        body=AllocateSeats,
        roles=BUYERS,
    ),
    _act(
        "move-seats",
        says="Give seats from one organisation to another; the order's totals stay.",
        command=order.MoveSeats,
        body=MoveSeats,
        roles=BUYERS,
        anybody=True,
    ),
    _act(
        "recode",
        says="Book a line otherwise; between the four places nothing moves.",
        command=order.RecodeLine,
        body=RecodeLine,
        roles=("orderer", "manager", "finance", "admin"),
    ),
    _act(
        "start",
        says="The course has started.",
        command=order.StartOrder,
        body=Start,
        roles=("supplier", "orderer", "manager", "admin"),
    ),
    _act(
        "deliver",
        says="The course is given: seats used, credits awarded, as counts; again, with a reason.",
        command=order.DeliverOrder,
        body=Deliver,
        roles=("supplier", "orderer", "manager", "admin"),
    ),
    _act(
        "close",
        says="Close: what was not invoiced is released.",
        command=order.CloseOrder,
        body=Close,
        roles=("orderer", "manager", "finance", "admin"),
    ),
    _act(
        "reopen",
        says="Open an order that was closed too early, if what it held still fits.",
        command=order.ReopenOrder,
        body=Reopen,
        roles=("orderer", "manager", "finance", "admin"),
        step="reopen-order",
    ),
    _act(
        "take-back-opening-balance",
        says="Take back an opening balance that was wrong: the order is as if it had never been "
        "recorded.",
        command=order.TakeBackOpeningBalance,
        body=TakeBackOpening,
        roles=("manager", "admin"),
        route=f"{ORDER}/opening-balance/take-back",
    ),
    _act(
        "lapse",
        says="Record that the last day to answer has passed, as the calendar does; the room is "
        "released.",
        command=order.LapseOrder,
        body=Dated,
        roles=("manager", "admin"),
    ),
    _on_session(
        "move",
        says="Hold a session on another day; in another year its amount goes there.",
        command=order.MoveSession,
        body=MoveSession,
    ),
    _on_session(
        "hold",
        says="A session was held: participants and mentors, as counts.",
        command=order.HoldSession,
        body=HoldSession,
        acts_as="supplier",
        dry_run=False,
    ),
    _on_session(
        "cancel",
        says="A session will not be held; the university's is released in full.",
        command=order.CancelSession,
        body=CancelSession,
    ),
)
