"""How the suppliers of an agreement stand, as the API tells it: shares, turns, passings over."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema
from msgspec.structs import replace

from ledger.application import answers
from ledger.application.answers import members
from ledger.application.bodies import NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.resources import moment_text
from ledger.domain import agreement
from ledger.domain.money import to_text
from ledger.domain.selection import METHODS, in_turn
from ledger.domain.summary import percent
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.suppliers import Standing
from ledger.projections.then import Then

PERCENT = r"^-?\d+\.\d$"


class OrderPassing(Schema):
    order = members.text("Which order.", f"^{answers.ORDER_NUMBER}$")
    on = members.day("When.")
    reason = members.text("Why; over-limit:NAME where the supplier's own limit was full.")


class SupplierStanding(Schema):
    supplier = members.organisation("The supplier.")
    name = members.text("Its name.")
    rank = members.whole("Its place in rank; null: there is none.", 1, null=True)
    key = members.whole("Per cent that it should have; null: there is no key.", 1, null=True)
    ordered = members.amount("What counts for it: reserved, committed and drawn.")
    drawn = members.amount("Of that, drawn.")
    share = members.text(
        "Its per cent of what is ordered; null: nothing is, or not for you to see.",
        PERCENT,
        null=True,
    )
    deviation = members.text("Percentage points over its key, or below.", PERCENT, null=True)
    orders = members.whole("Orders that it was asked for.")
    declined = members.whole("Of them, declined, also by an offer that was turned down.")
    lapsed = members.whole("Of them, not answered in time.")
    passed_over = members.listed(OrderPassing, "When its turn went to another.")


class SupplierStandings(Schema):
    """How orders went to suppliers; a supplier sees its own line and no totals."""

    agreement = members.text("The agreement's number.", f"^{NUMBER}$")
    currency = members.text("ISO 4217.", CURRENCY)
    method = members.one_of("How orders go to them; null: as orderers say.", METHODS, null=True)
    as_of = members.day("The business date asked about; null: everything.", null=True)
    known_at = members.moment("The moment asked about; null: everything.", null=True)
    ordered = members.amount("What counts in all; null: not for you to see.", null=True)
    next = members.organisation("Whose turn it is; null: nobody's.", null=True)
    items = members.listed(SupplierStanding, "The suppliers, as the agreement names them.")


def standings_resource(
    state: agreement.State, found: Sequence[Standing], then: Then, only: Part = None
) -> dict[str, Any]:
    """`only` are the suppliers that ask, where they may not see what others have."""
    ordered = {one.supplier: one.ordered for one in found}
    total = sum(ordered.values())
    turns = in_turn(state.selection, ordered) if state.selection and only is None else ()
    return {
        "agreement": state.number,
        "currency": state.currency,
        "method": state.selection.method if state.selection else None,
        "as_of": then.as_of and then.as_of.isoformat(),
        "known_at": then.known_at and moment_text(then.known_at),
        "ordered": to_text(total) if only is None else None,
        "next": turns[0] if turns else None,
        "items": [
            _standing(state, one if only is None else _own(one), total if only is None else 0)
            for one in found
            if not is_hidden(only, one.supplier)
        ],
    }


def _own(one: Standing) -> Standing:
    """Without the orders that went to others in its turn."""
    return replace(one, passed_over=())


def _standing(state: agreement.State, one: Standing, total: int) -> dict[str, Any]:
    selection = state.selection
    ranking = selection.ranking if selection else ()
    key = {part.organisation: part.weight for part in selection.key} if selection else {}
    share = percent(one.ordered, total)
    names = {party.organisation: party.name for party in state.suppliers}
    return {
        "supplier": one.supplier,
        "name": names[one.supplier],
        "rank": ranking.index(one.supplier) + 1 if one.supplier in ranking else None,
        "key": key.get(one.supplier),
        "ordered": to_text(one.ordered),
        "drawn": to_text(one.drawn),
        "share": share,
        "deviation": _deviation(share, key.get(one.supplier)),
        "orders": one.orders,
        "declined": one.declined,
        "lapsed": one.lapsed,
        "passed_over": [
            {"order": passing.order, "on": passing.on.isoformat(), "reason": passing.over.reason}
            for passing in one.passed_over
        ],
    }


def _deviation(share: str | None, key: int | None) -> str | None:
    """In percentage points, so that the share as it is shown less the key comes to it."""
    if share is None or key is None:
        return None
    return percent(int(share.replace(".", "")) - key * 10, 1000)
