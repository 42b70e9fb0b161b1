"""Suppliers that another took the place of: from a day on, and orders keep the one they have.

Rule: LOU 17 kap. 13 §, or a clause of the contract (10 §). The new one has the place of the old in
rank and key from its day on, and what was ordered of the old counts for it there.
"""

from datetime import date

from msgspec.structs import replace

from ledger.domain.agreement.commands import AmendAgreement
from ledger.domain.agreement.state import Replaced, State
from ledger.domain.events import Party
from ledger.domain.parties import is_natural_person
from ledger.domain.refusals import Fault
from ledger.domain.selection import Selection


def suppliers_on(state: State, day: date) -> tuple[Party, ...]:
    """With whom an order of a day may be placed."""
    gone = {one.supplier for one in state.replaced if one.on <= day}
    to_come = {one.by for one in state.replaced if one.on > day}
    return tuple(party for party in state.suppliers if party.organisation not in {*gone, *to_come})


def place_of(state: State, supplier: str, day: date) -> str:
    """Who has a supplier's place on a day: itself, or whoever took it, or took it from them."""
    for one in sorted(state.replaced, key=_on):
        if one.supplier == supplier and one.on <= day:
            supplier = one.by
    return supplier


def _on(one: Replaced) -> date:
    return one.on


def selection_on(state: State, day: date) -> Selection | None:
    """How orders of a day go to the suppliers, each place with who has it then."""
    selection = state.selection
    if selection is None or not state.replaced:
        return selection
    return replace(
        selection,
        ranking=tuple(place_of(state, name, day) for name in selection.ranking),
        key=tuple(
            replace(part, organisation=place_of(state, part.organisation, day))
            for part in selection.key
        ),
    )


def suppliers_after(command: AmendAgreement, state: State) -> tuple[Party, ...]:
    """Those that a selection which comes with the amendment is about."""
    gone = {one.supplier for one in command.suppliers}
    there = suppliers_on(state, command.effective_on)
    return (
        *(party for party in there if party.organisation not in gone),
        *(one.by for one in command.suppliers),
    )


def replacement_faults(command: AmendAgreement, state: State) -> list[Fault]:
    """Who is replaced is a supplier on the day, and its successor no party of the agreement yet."""
    faults = []
    there = {party.organisation for party in suppliers_on(state, command.effective_on)}
    leaving = {one.supplier for one in state.replaced}
    known = {party.organisation for party in (*state.buyers, *command.buyers, *state.suppliers)}
    named: set[str] = set()
    for i, one in enumerate(command.suppliers):
        pointer, new = f"/change/suppliers/{i}", one.by.organisation
        if one.supplier not in there or one.supplier in {*leaving, *named}:
            faults.append(
                Fault(
                    pointer=f"{pointer}/supplier",
                    sentence="{name} is not a supplier of the agreement.",
                    figures={"name": one.supplier},
                )
            )
        if new in known or new in named:
            faults.append(
                Fault(
                    pointer=f"{pointer}/by/organisation",
                    sentence="{name} is a party of the agreement already.",
                    figures={"name": new},
                )
            )
        if is_natural_person(new):
            sentence = "This is a person's own number, which the log does not hold."
            faults.append(Fault(pointer=f"{pointer}/by/organisation", sentence=sentence))
        named |= {one.supplier, new}
    return faults
