"""What is done with invoices and credits: recorded, approved, turned down, credited, recharged."""

from typing import Any

import msgspec

from ledger.application.acts.act import Act, Members, There
from ledger.application.bodies.drawdowns import (
    Approve,
    JudgeAgain,
    MatchCredit,
    MoveDrawdown,
    RecordDrawdown,
    RecordRecharge,
    RejectDrawdown,
    Reverse,
    ReverseRecharge,
    TakeBack,
    WithdrawDrawdown,
)
from ledger.domain import drawdown, numbering
from ledger.domain.refusals import Fault, Invalid

DRAWDOWN = "/drawdowns/<drawdown:id>"
FINANCE = ("finance", "admin")


def record_on_order(there: There, body: Members) -> drawdown.RecordDrawdown:
    """An invoice or credit on the order that the address names. Raises Invalid."""
    lines = body.get("lines") or [{"amount": body["amount"]}]
    others = [
        Fault(pointer=f"/lines/{i}/order", sentence="The address names another order.")
        for i, line in enumerate(lines)
        if numbering.fold(line.get("order", there.name)) != numbering.fold(there.name)
    ]
    if others:
        raise Invalid(*others)
    return _recorded(there, body, [{**line, "order": there.name} for line in lines])


def record_over_orders(there: There, body: Members) -> drawdown.RecordDrawdown:
    """One invoice over several orders of an agreement: each line names its order.

    Raises Invalid, NotFound.
    """
    lines = body.get("lines") or []
    _require_orders(lines)
    if not lines:
        raise Invalid(Fault(pointer="/lines", sentence="Name orders and amounts."))
    return _recorded(there, body, lines, agreement=there.name)


def record_in_thought(there: There, body: Members) -> drawdown.RecordDrawdown:
    """An invoice in a play: on the order that it names, or over those that its lines name."""
    rest = dict(body)
    named = rest.pop("order", None)
    lines = rest.get("lines") or [{"amount": rest["amount"]}]
    lines = [line if named is None else {"order": named, **line} for line in lines]
    _require_orders(lines)
    return _recorded(there, rest, lines, agreement=there.name)


def _require_orders(lines: list[Members]) -> None:
    """Raises Invalid where a line names no order."""
    wrong = [
        Fault(pointer=f"/lines/{i}/order", sentence="Name the line's order.")
        for i, line in enumerate(lines)
        if "order" not in line
    ]
    if wrong:
        raise Invalid(*wrong)


def _recorded(
    there: There, body: Members, lines: list[Members], **more: Any
) -> drawdown.RecordDrawdown:
    """Of the first order's agreement, supplier and currency, where the body names no others."""
    orders = [there.order(line["order"]) for line in lines]
    first = orders[0]
    members = {
        "agreement": first.agreement,
        **{name: value for name, value in body.items() if name != "lines"},
        **more,
        "supplier": body.get("supplier") or first.supplier,
        "currency": body.get("currency") or first.currency,
        "parts": [{**line, "order": of.number} for line, of in zip(lines, orders, strict=True)],
    }
    return there.with_alike(msgspec.convert(members, drawdown.RecordDrawdown))


def approve(there: There, body: Members) -> drawdown.ApproveDrawdown:
    """A credit that came before its invoice is looked at again: it may be here now."""
    state = there.drawdown()
    alike = there.alike(state) if state.asks or (state.is_credit and state.prepaid) else ()
    members = {**body, "drawdown": there.name, "match": there.tie(state), "alike": alike}
    return msgspec.convert(members, drawdown.ApproveDrawdown)


def match(there: There, body: Members) -> drawdown.MatchCredit:
    """It lands on the lines that its own file names, where its invoices drew them."""
    parts = there.lines_named(there.drawdown())
    return msgspec.convert({**body, "drawdown": there.name, "parts": parts}, drawdown.MatchCredit)


def move(there: There, body: Members) -> drawdown.MoveDrawdown:
    """To one order and perhaps a line of it, or over those that its lines name.

    A credit's amounts may be written with or without a minus. Raises Invalid, NotFound.
    """
    state, rest = there.drawdown(), dict(body)
    named, line = rest.pop("order", None), rest.pop("line", None)
    lines = rest.pop("lines", None) or [{"amount": state.amount, "line": line}]
    lines = [part if named is None else {"order": named, **part} for part in lines]
    _require_orders(lines)
    for part in lines:
        there.order(part["order"])
    amounts = drawdown.as_it_counts([part["amount"] for part in lines], state.amount)
    parts = [{**part, "amount": ore} for part, ore in zip(lines, amounts, strict=True)]
    members = {**rest, "drawdown": there.name, "parts": parts}
    return msgspec.convert(members, drawdown.MoveDrawdown)


def reverse(there: There, body: Members) -> drawdown.RecordDrawdown:
    """The credit of an invoice: of what the body says, or of all that is left to credit.

    Raises Invalid where a part of an invoice over several orders is to be credited.
    """
    state = there.drawdown()
    left = state.left_to_credit
    amount = -abs(body.get("amount", left))
    names = state.orders
    if len(names) > 1 and -amount != left:
        sentence = "The invoice is over several orders: record the credit by its lines."
        raise Invalid(Fault(pointer="/amount", sentence=sentence))
    left_of = {
        name: sum(p.amount for p in state.allocations if p.order == name)
        - sum(p.amount for p in state.credited_lines if p.order == name)
        - sum(p.amount for one in state.deducted for p in one.lines if p.order == name)
        for name in names
    }
    vat = body.get("vat")
    members = {
        **body,
        "agreement": state.agreement,
        "supplier": state.supplier,
        "currency": state.currency,
        "amount": amount,
        "parts": [
            {"order": name, "amount": amount if len(names) == 1 else -left_of[name]}
            for name in names
        ],
        "vat": None if vat is None else -abs(vat),
        "credits": state.id,
    }
    return there.with_alike(msgspec.convert(members, drawdown.RecordDrawdown))


def _act(name: str, **more: Any) -> Act:
    given: dict[str, Any] = {
        "to": "drawdown",
        "name": name,
        "roles": FINANCE,
        "answer": "drawdowns.Drawdown",
        "route": f"{DRAWDOWN}/{name}",
        **more,
    }
    return Act(**given)


ACTS = (
    _act(
        "record",
        to="order",
        says="An invoice or credit on one order.",
        command=drawdown.RecordDrawdown,
        body=RecordDrawdown,
        makes=record_on_order,
        route="/orders/<order:number>/drawdowns",
        section="drawdowns",
        verb="drawdown record",
        step=None,
        creates="drawdowns",
    ),
    _act(
        "record-over-orders",
        to="agreement",
        says="One invoice over several orders of the agreement: each line names its order.",
        command=drawdown.RecordDrawdown,
        body=RecordDrawdown,
        makes=record_over_orders,
        route="/agreements/<agreement:number>/drawdowns",
        section="drawdowns",
        verb="drawdown record-over-orders",
        step=None,
        creates="drawdowns",
    ),
    _act(
        "invoice",
        to="agreement",
        says="An invoice or credit on one order, or over those that its lines name.",
        command=drawdown.RecordDrawdown,
        body=RecordDrawdown,
        makes=record_in_thought,
        route="",
    ),
    _act(
        "approve",
        says="Approve what somebody else recorded. A credit needs its room: cap or order.",
        command=drawdown.ApproveDrawdown,
        body=Approve,
        makes=approve,
        roles=("approver",),
    ),
    _act(
        "reject",
        says="Reject what somebody else recorded.",
        command=drawdown.RejectDrawdown,
        body=RejectDrawdown,
        roles=("approver",),
        step="reject-invoice",
    ),
    _act(
        "withdraw",
        says="Take back what you recorded yourself, before it is decided; its number is then free.",
        command=drawdown.WithdrawDrawdown,
        body=WithdrawDrawdown,
        step="withdraw-invoice",
    ),
    _act(
        "match",
        says="Tie a credit to its invoice, which came after it: it lands on that one's lines.",
        command=drawdown.MatchCredit,
        body=MatchCredit,
        makes=match,
        step="match-credit",
    ),
    _act(
        "move",
        says="Let it draw another order or line, before it is decided.",
        command=drawdown.MoveDrawdown,
        body=MoveDrawdown,
        makes=move,
        step="move-invoice",
    ),
    _act(
        "take-back",
        says="Take an approval back, as another approver: it waits again, as before.",
        command=drawdown.TakeBackApproval,
        body=TakeBack,
        roles=("approver",),
        step="take-back-approval",
    ),
    _act(
        "reverse",
        says="Record the credit of an invoice, as a credit note (381) or a negative invoice (380).",
        command=drawdown.RecordDrawdown,
        body=Reverse,
        makes=reverse,
        foreseen=(drawdown.may.creditable,),
        creates="drawdowns",
    ),
    _act(
        "judge-again",
        says="Judge what is eligible of an invoice once more, by its funding as it reads now.",
        command=drawdown.JudgeAgain,
        body=JudgeAgain,
    ),
    _act(
        "recharge",
        says="Record that a member paid its share back: no second drawdown, no money moves.",
        command=drawdown.RecordRecharge,
        body=RecordRecharge,
    ),
    _act(
        "reverse-recharge",
        says="Record that a recharge was given back to its member: at most what was recharged.",
        command=drawdown.ReverseRecharge,
        body=ReverseRecharge,
    ),
)
