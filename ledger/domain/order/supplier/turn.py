"""Which supplier an order goes to: whose turn it is, unless those before are passed over."""

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.domain import agreement
from ledger.domain.refusals import Fault
from ledger.domain.selection import PassedOver


def chosen_supplier(
    of: agreement.State, named: str | None, passed_over: Sequence[PassedOver], day: date
) -> tuple[str, list[Fault]]:
    """The supplier that an order of a day goes to, with the faults of the request.

    It is the one named, else the one whose turn it is, or the agreement's only one.
    """
    suppliers = [party.organisation for party in agreement.suppliers_on(of, day)]
    faults = list(_passing_faults(passed_over, suppliers))
    turns = agreement.turns(of, day)
    over = {one.supplier for one in passed_over}
    if over and not turns:
        sentence = "Nobody has a turn under this agreement, so nobody is passed over."
        faults.append(Fault(pointer="/passed_over", sentence=sentence))
    if named is not None and named not in suppliers:
        sentence = "{name} is not a supplier of the agreement."
        faults.append(Fault(pointer="/supplier", sentence=sentence, figures={"name": named}))
        return "", faults
    due = turns or suppliers
    if named is None and not turns and len(suppliers) > 1:
        sentence = "The agreement has several suppliers: name one."
        return "", [*faults, Fault(pointer="/supplier", sentence=sentence)]
    supplier = named or next((name for name in due if name not in over), "")
    if supplier in over or not supplier:
        sentence = "The supplier that an order goes to cannot be passed over."
        faults.append(Fault(pointer="/passed_over", sentence=sentence))
    return supplier, faults


def _passing_faults(passed_over: Sequence[PassedOver], known: Sequence[str]) -> Iterator[Fault]:
    names = [one.supplier for one in passed_over]
    for i, one in enumerate(passed_over):
        pointer, figures = f"/passed_over/{i}", {"name": one.supplier}
        if one.supplier in names[:i]:
            sentence = "{name} is named twice."
            yield Fault(pointer=f"{pointer}/supplier", sentence=sentence, figures=figures)
        elif one.supplier not in known:
            sentence = "{name} is not a supplier of the agreement."
            yield Fault(pointer=f"{pointer}/supplier", sentence=sentence, figures=figures)
        if not one.reason.strip():
            yield Fault(pointer=f"{pointer}/reason", sentence="Say why it is passed over.")


def before(of: agreement.State, supplier: str, day: date) -> tuple[str, ...]:
    """Those whose turn comes before the supplier's; nobody where it has none."""
    turns = agreement.turns(of, day)
    return turns[: turns.index(supplier)] if supplier in turns else ()
