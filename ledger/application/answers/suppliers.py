"""What goes out of how the suppliers of an agreement stand: shares, turns, passings over."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from msgspec.structs import replace

from ledger.application.answers.making import Answer, made
from ledger.application.answers.members import (
    amount,
    day,
    listed,
    moment,
    one_of,
    organisation,
    text,
    whole,
)
from ledger.application.answers.terms import ORDER_NUMBER
from ledger.application.bodies.fields import CURRENCY
from ledger.application.bodies.terms import NUMBER
from ledger.domain import agreement
from ledger.domain.selection import METHODS, in_turn
from ledger.domain.summary import percent
from ledger.projections.seeing import Part, is_hidden
from ledger.projections.suppliers import Standing
from ledger.projections.then import Then

PERCENT = r"^-?\d+\.\d$"


class OrderPassing(Answer):
    order: Annotated[str, text("Which order.", f"^{ORDER_NUMBER}$")]
    on: Annotated[date, day("When.")]
    reason: Annotated[
        str, text("Why; over-limit:NAME where the supplier's own limit was full.", of="over.reason")
    ]


class SupplierStanding(Answer):
    supplier: Annotated[str, organisation("The supplier.")]
    name: Annotated[str, text("Its name.")]
    rank: Annotated[int | None, whole("Its place in rank; null: there is none.", 1)]
    key: Annotated[int | None, whole("Per cent that it should have; null: there is no key.", 1)]
    ordered: Annotated[str, amount("What counts for it: reserved, committed and drawn.")]
    drawn: Annotated[str, amount("Of that, drawn.")]
    share: Annotated[
        str | None,
        text("Its per cent of what is ordered; null: nothing is, or not for you to see.", PERCENT),
    ]
    deviation: Annotated[str | None, text("Percentage points over its key, or below.", PERCENT)]
    orders: Annotated[int, whole("Orders that it was asked for.")]
    declined: Annotated[int, whole("Of them, declined, also by an offer that was turned down.")]
    lapsed: Annotated[int, whole("Of them, not answered in time.")]
    passed_over: Annotated[list[OrderPassing], listed("When its turn went to another.")]


class SupplierStandings(Answer):
    """How orders went to suppliers; a supplier sees its own line and no totals."""

    agreement: Annotated[str, text("The agreement's number.", f"^{NUMBER}$")]
    currency: Annotated[str, text("ISO 4217.", CURRENCY)]
    method: Annotated[str | None, one_of("How orders go to them; null: as orderers say.", METHODS)]
    as_of: Annotated[date | None, day("The business date asked about; null: everything.")]
    known_at: Annotated[datetime | None, moment("The moment asked about; null: everything.")]
    ordered: Annotated[str | None, amount("What counts in all; null: not for you to see.")]
    next: Annotated[str | None, organisation("Whose turn it is; null: nobody's.")]
    items: Annotated[list[SupplierStanding], listed("The suppliers, as the agreement names them.")]


def standings_answer(
    state: agreement.State, found: Sequence[Standing], then: Then, only: Part = None
) -> SupplierStandings:
    """`only` are the suppliers that ask, where they may not see what others have."""
    day = then.as_of or date.max
    state = replace(state, selection=agreement.selection_on(state, day))
    ordered: dict[str, int] = {}
    for one in found:
        place = agreement.place_of(state, one.supplier, day)
        ordered[place] = ordered.get(place, 0) + one.ordered
    total = sum(ordered.values())
    turns = in_turn(state.selection, ordered) if state.selection and only is None else ()
    return made(
        SupplierStandings,
        then,
        agreement=state.number,
        currency=state.currency,
        method=state.selection.method if state.selection else None,
        ordered=total if only is None else None,
        next=turns[0] if turns else None,
        items=[
            _standing(state, one if only is None else _own(one), total if only is None else 0)
            for one in found
            if not is_hidden(only, one.supplier)
        ],
    )


def _own(one: Standing) -> Standing:
    """Without the orders that went to others in its turn."""
    return replace(one, passed_over=())


def _standing(state: agreement.State, one: Standing, total: int) -> SupplierStanding:
    selection = state.selection
    ranking = selection.ranking if selection else ()
    key = {part.organisation: part.weight for part in selection.key} if selection else {}
    share = percent(one.ordered, total)
    names = {party.organisation: party.name for party in state.suppliers}
    return made(
        SupplierStanding,
        one,
        name=names[one.supplier],
        rank=ranking.index(one.supplier) + 1 if one.supplier in ranking else None,
        key=key.get(one.supplier),
        share=share,
        deviation=_deviation(share, key.get(one.supplier)),
    )


def _deviation(share: str | None, key: int | None) -> str | None:
    """In percentage points, so that the share as it is shown less the key comes to it."""
    if share is None or key is None:
        return None
    return percent(int(share.replace(".", "")) - key * 10, 1000)
