"""What an agreement says of how orders go to its suppliers, and whose turn it is."""

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.domain.agreement.replacing import place_of, selection_on
from ledger.domain.agreement.state import State
from ledger.domain.events import Party
from ledger.domain.refusals import Fault
from ledger.domain.selection import Selection, in_turn

MEMBERS = {"ranking": "ranking", "key": "key"}
"""Method → the member that says how."""


def selection_faults(
    selection: Selection | None, suppliers: Sequence[Party], regime: str, pointer: str
) -> list[Fault]:
    """Each supplier stands once where there is an order or a key, and a key adds up to 100."""
    if selection is None:
        return []
    faults = list(_method_faults(selection, suppliers, regime, pointer))
    known = [party.organisation for party in suppliers]
    if selection.method == "ranking":
        faults += _named_faults(selection.ranking, known, f"{pointer}/ranking")
    if selection.method == "key":
        names = [part.organisation for part in selection.key]
        faults += _named_faults(names, known, f"{pointer}/key")
        faults += _key_faults(selection, f"{pointer}/key")
    return faults


def _method_faults(
    selection: Selection, suppliers: Sequence[Party], regime: str, pointer: str
) -> Iterator[Fault]:
    if selection.method == "single" and len(suppliers) != 1:
        sentence = "The agreement has several suppliers: say how orders go to them."
        yield Fault(pointer=f"{pointer}/method", sentence=sentence)
    for method, member in MEMBERS.items():
        if method != selection.method and getattr(selection, member):
            yield Fault(
                pointer=f"{pointer}/{member}",
                sentence="It has no place where the method is {method}.",
                figures={"method": selection.method},
            )
    if selection.ask == "chosen" and selection.method != "competition":
        yield Fault(
            pointer=f"{pointer}/ask",
            sentence="It has no place where the method is {method}.",
            figures={"method": selection.method},
        )
    elif selection.ask == "chosen" and regime == "lou_directive":
        sentence = "All suppliers are asked in a renewed competition (LOU 7 kap. 8–9 §§)."
        yield Fault(pointer=f"{pointer}/ask", sentence=sentence)


def _named_faults(names: Sequence[str], known: Sequence[str], pointer: str) -> Iterator[Fault]:
    for i, name in enumerate(names):
        figures = {"name": name}
        if name in names[:i]:
            sentence = "{name} is named twice."
            yield Fault(pointer=f"{pointer}/{i}", sentence=sentence, figures=figures)
        elif name not in known:
            sentence = "{name} is not a supplier of the agreement."
            yield Fault(pointer=f"{pointer}/{i}", sentence=sentence, figures=figures)
    for name in known:
        if name not in names:
            sentence = "{name} is missing."
            yield Fault(pointer=pointer, sentence=sentence, figures={"name": name})


def _key_faults(selection: Selection, pointer: str) -> Iterator[Fault]:
    for i, part in enumerate(selection.key):
        if part.weight <= 0:
            yield Fault(pointer=f"{pointer}/{i}", sentence="A part is above 0.")
    total = sum(part.weight for part in selection.key)
    if total != 100:
        yield Fault(
            pointer=pointer,
            sentence="The key adds up to {total} per cent, not to 100.",
            figures={"total": str(total)},
        )


def is_one_of_several(state: State, organisation: str) -> bool:
    """Whether it is a supplier beside others, and no buyer: it sees nothing of the others."""
    suppliers = {party.organisation for party in state.suppliers}
    buyers = {party.organisation for party in state.buyers}
    return organisation in suppliers - buyers and len(suppliers) > 1


def ordered_by_supplier(state: State) -> dict[str, int]:
    """What counts for each supplier of what is ordered, in öre excluding VAT."""
    total = {party.organisation: 0 for party in state.suppliers}
    for one in state.totals:
        supplier = one.dimensions.supplier
        total[supplier] = total.get(supplier, 0) + one.use.total
    return total


def turns(state: State, day: date) -> tuple[str, ...]:
    """The suppliers of a day, whose turn it is first; none where the orderer names one, or competes
    it. What was ordered of one that was replaced counts for who took its place."""
    selection = selection_on(state, day)
    if selection is None:
        return ()
    counts: dict[str, int] = {}
    for name, amount in ordered_by_supplier(state).items():
        place = place_of(state, name, day)
        counts[place] = counts.get(place, 0) + amount
    return in_turn(selection, counts)
