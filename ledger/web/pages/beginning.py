"""What an act's form begins with: of a change, what is there already; and what is in its way."""

from collections.abc import Mapping
from typing import Any

from flask import request

from ledger.application import seeing, versions
from ledger.application.acts.act import Act
from ledger.domain import agreement, drawdown, order
from ledger.domain.refusals import NotFound, Refusal
from ledger.registry import drafts
from ledger.web.pages import choices
from ledger.web.pages.entries import typed_of
from ledger.web.pages.offered import told_of
from ledger.web.seen import asker, ledger

MOST_ORDERED = "delivery"
"""The kind of cost that the first line of an order has until another is chosen."""
DRAFTED = (("agreement", "place"), ("agreement", "sign"))
"""The acts whose forms may be kept as drafts: of an order under an agreement, and of an agreement
that there is not yet."""


def is_drafted(act: Act) -> bool:
    return (act.to, act.name) in DRAFTED


def kinds_of(state: Any) -> set[str]:
    """The kinds of cost that a thing names, as they are spelt there."""
    if isinstance(state, order.State):
        return {one.kind for one in state.lines}
    if isinstance(state, agreement.State):
        return {one.kind for one in state.limits if one.kind is not None}
    return set()


def state_of(act: Act, named: Mapping[str, Any]) -> Any:
    """What the act is done to, as the asker may see it. Raises NotFound."""
    names = [value for value in named.values() if isinstance(value, str)]
    if not names:
        return None
    match act.to:
        case "order":
            return seeing.order_state(asker(), names[0])
        case "drawdown":
            return seeing.drawdown_state(asker(), names[0])
        case _:
            return seeing.agreement_state(asker(), names[0])


def version_of(act: Act, named: Mapping[str, Any]) -> int:
    """At which version what the act is done to is; 0 where that does not matter."""
    state = state_of(act, named)
    if state is None or act.creates:
        return 0
    name = state.id if isinstance(state, drawdown.State) else state.number
    return versions.newest(asker(), state, f"{act.to}/{name}")


def in_the_way(act: Act, named: Mapping[str, Any]) -> Refusal | None:
    """What stands in an act's way as things are, whatever is typed."""
    state = state_of(act, named)
    if state is None:
        return None
    return next((one.refusal for one in told_of(state) if one.act is act), None)


def beginning_of(act: Act, named: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows before anything is typed: of a change, what is there already."""
    state = state_of(act, named)
    if isinstance(state, order.State) and act.name in ("change", "counter"):
        return _as_ordered(state)
    if is_drafted(act) and request.args.get("draft"):
        return _drafted(request.args["draft"], str(named.get("number", "")))
    if act.name == "place" and request.args.get("again"):
        return _again(seeing.order_state(asker(), request.args["again"]))
    if isinstance(state, order.State) and act.name == "close":
        return {"release": kronor_typed(order.left(state))}
    if act.name == "place":
        return {"lines-0-kind": MOST_ORDERED, "unit": choices.unit(asker().by)}
    if isinstance(state, drawdown.State) and act.name == "reverse":
        return {"room": state.room or ""}
    return {}


def _drafted(id: str, agreement: str) -> dict[str, str]:
    """What is typed in the visitor's own draft. Raises NotFound."""
    by = asker().by
    for one in drafts.of(ledger().registry, by.person, by.organisation):
        if (one.id, one.agreement) == (id, agreement):
            return one.typed
    raise NotFound(what="draft", name=id)


def _again(state: order.State) -> dict[str, str]:
    """An order to be placed once more: all that it asks for, but its days."""
    gone = ("starts_on", "ends_on")
    lines = {name: value for name, value in _as_ordered(state).items()
             if name not in gone and not name.endswith("-year")}  # fmt: skip
    names = ("course", "unit", "challenge", "credits", "free_seats", "minimum_seats", "programme")
    asked = {name: getattr(state, name) for name in names}
    return lines | typed_of({**asked, "supplier": state.supplier, "buyer": state.buyer})


def _as_ordered(state: order.State) -> dict[str, str]:
    """A line that goes with the course's start names no year."""
    of_start = (state.starts_on or state.ordered_on).year
    lines = [
        {
            "kind": line.kind,
            "text": line.text,
            "quantity": line.quantity,
            "unit_price": None if line.unit_price is None else kronor_typed(line.unit_price),
            "amount": kronor_typed(line.amount) if line.quantity is None else None,
            "year": None if line.of_start and line.year == of_start else line.year,
            "funding": line.funding,
            "cost_centre": line.cost_centre,
            "codes": line.code_string,
            "responsible": line.responsible,
        }
        for line in state.lines
    ]
    return typed_of(
        {
            "lines": lines,
            "seats": state.seats,
            "starts_on": state.starts_on,
            "ends_on": state.ends_on,
        }
    )


def kronor_typed(ore: int) -> str:
    """An amount as one types it."""
    whole, part = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole}" + (f",{part:02d}" if part else "")
