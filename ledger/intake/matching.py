"""Which order a received invoice belongs to: by what it names, never by its supplier alone.

A reference is matched however it is spelt, where it is one order's alone. What only holds a number
among other words, or two of them, is offered to a person and never matched.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.bounds import WITHIN, WITHIN_WORDS
from ledger.documents.peppol_invoice import Invoice, Line
from ledger.domain import order
from ledger.domain.events import MatchedBy
from ledger.domain.refusals import LineUnnamed, NoOrderNamed, OrderAmbiguous, OrderUnknown
from ledger.domain.spelling import fold, without_hyphens
from ledger.intake.desk import Desk
from ledger.projections import references
from ledger.projections.references import Named

_WORD = re.compile(r"[^\s,;:|+&/()\[\]\"'“”«»#]+")
"""What stands between commas, strokes and the like; a number may take several."""
_ENDS = ".!?*_<>=–—"
"""What a sentence sets around a number; a stroke within it is its own."""
UNKNOWN = "order-unknown"
"""The flag of an order reference that means nothing here; what was written stands after a colon."""
_FLAGGED = 40
"""Characters of a reference as written that a flag keeps."""


class Found(NamedTuple):
    """The order that an invoice belongs to: by what, and how that is written there. `flags` say
    what else it names that means nothing here."""

    state: order.State
    by: MatchedBy
    value: str
    flags: tuple[str, ...] = ()


class Reference(NamedTuple):
    """What a document names an order by."""

    by: MatchedBy
    value: str


class _Sought(NamedTuple):
    """In whose eyes, and narrowed by what, references of one invoice are looked up."""

    desk: Desk
    agreements: tuple[str, ...]
    supplier: str | None


def find_order(invoice: Invoice, desk: Desk) -> Found:
    """By the order (BT-13), the supplier's own number of it (BT-14), else by what its lines name:
    each goes to its own. The agreement (BT-12) narrows.

    A line that names no order is the document's, and where that names none that is here, nobody's
    to guess. Raises NoOrderNamed, OrderUnknown, OrderAmbiguous, LineUnnamed.
    """
    named = references_of(invoice)
    if not named:
        raise NoOrderNamed
    of_document = [one for one in named if one.by != "line-order"]
    of_lines = [one for one in named if one.by == "line-order"]
    sought = _sought(invoice, desk)
    bare = next((one for one in invoice.lines if one.amount and not one.order), None)
    found = _agreed(of_document, sought)
    if found is None and of_document and (bare is not None or not of_lines):
        raise OrderUnknown(order=of_document[0].value)
    if found is None:
        found = _first_of(of_lines, bare, sought)
    flags = _meaningless(of_document, sought)
    return found._replace(flags=flags)


def _first_of(named: Sequence[Reference], bare: Line | None, sought: _Sought) -> Found:
    """The first order that lines name; where a line names none (`bare`), the one that all the
    others do. Raises OrderUnknown, OrderAmbiguous, LineUnnamed."""
    found = list[Found]()
    for one in named if bare is not None else named[:1]:
        of = _agreed([one], sought)
        if of is None:
            raise OrderUnknown(order=one.value)
        found.append(of)
    orders = tuple(dict.fromkeys(of.state.number for of in found))
    if bare is not None and len(orders) > 1:
        raise LineUnnamed(line=bare.number, orders=orders)
    return found[0]


def _meaningless(named: Iterable[Reference], sought: _Sought) -> tuple[str, ...]:
    """The flag of an order reference (BT-13) that means no order here, although others do; the
    supplier's own number (BT-14) often is not kept."""
    return tuple(
        f"{UNKNOWN}:{one.value[:_FLAGGED]}"
        for one in named
        if one.by == "order-reference" and not _fits(one, sought).orders
    )


def order_of(reference: Reference, invoice: Invoice, desk: Desk) -> Found:
    """The order of one reference alone, as a line's. Raises OrderUnknown, OrderAmbiguous."""
    found = _agreed([reference], _sought(invoice, desk))
    if found is None:
        raise OrderUnknown(order=reference.value)
    return found


def references_of(invoice: Invoice) -> tuple[Reference, ...]:
    """What the invoice names orders by, each once: the document's, then those of its lines."""
    written: list[tuple[MatchedBy, str | None]] = [
        ("order-reference", invoice.order),
        ("sellers-order", invoice.sellers_order),
        *(("line-order", line.order) for line in invoice.lines),
    ]
    return tuple(dict.fromkeys(Reference(by, value) for by, value in written if value))


def names_agreement(invoice: Invoice, agreement: str, desk: Desk) -> bool:
    """Whether what the invoice says of its agreement (BT-12) is that one: its number or a further
    one, however it is spelt; also where it says nothing."""
    if invoice.agreement is None:
        return True
    desk.views.catch_up()
    with desk.views.database.reading() as connection:
        known = references.agreements_named(connection, fold(invoice.agreement), None)
    return agreement in known


def named_in(text: str, invoice: Invoice, desk: Desk) -> tuple[str, ...]:
    """Orders whose names stand in a text, alone or among other words: for a person to choose."""
    return _within(text, _sought(invoice, desk))


def _sought(invoice: Invoice, desk: Desk) -> _Sought:
    desk.views.catch_up()
    supplier, agreements = invoice.supplier.organisation, list[str]()
    if invoice.agreement is not None:
        with desk.views.database.reading() as connection:
            agreements = references.agreements_named(
                connection, fold(invoice.agreement), desk.organisation
            )
    return _Sought(
        desk, tuple(agreements), None if supplier is None else desk.registry.party(supplier)
    )


# ── What fits ─────────────────────────────────────────────────────────────────────────────────


class _Fits(NamedTuple):
    """Orders that a reference may mean: as a whole (`sure`), or by what stands within it."""

    reference: Reference
    orders: tuple[str, ...]
    sure: bool


def _agreed(named: Sequence[Reference], sought: _Sought) -> Found | None:
    """The one order that all references which mean any leave; None where they mean none.

    Raises OrderAmbiguous, also for two numbers in one reference; OrderUnknown where the one that
    there is stands among other words.
    """
    meant = [fits for one in named if (fits := _fits(one, sought)).orders]
    if not meant:
        return None
    left = [one for one in meant[0].orders if all(one in fits.orders for fits in meant)]
    sure = sorted((fits for fits in meant if fits.sure), key=lambda fits: len(fits.orders))
    several = any(len(fits.orders) > 1 for fits in meant if not fits.sure)
    if len(left) == 1 and sure and not several:
        state: order.State | None = sought.desk.service.load(order.stream(left[0]))[1]
        assert state is not None, "an order of the read models is in the log"
        return Found(state, *sure[0].reference)
    written = ", ".join(dict.fromkeys(fits.reference.value for fits in meant))
    candidates = tuple(dict.fromkeys(one for fits in meant for one in fits.orders))
    if len(candidates) == 1:
        raise OrderUnknown(order=written)
    raise OrderAmbiguous(reference=written, orders=candidates)


def _fits(reference: Reference, sought: _Sought) -> _Fits:
    """What goes by the reference exactly as it is written goes first, a number before all."""
    whole = _whole(reference, sought)
    exact = [one for one in whole if one.written == reference.value]
    numbers = [one for one in whole if one.kind == "number"]
    if found := _numbers(one for one in exact if one.kind == "number"):
        return _Fits(reference, found, sure=True)
    if exact:
        return _Fits(reference, _numbers([*exact, *numbers]), sure=True)
    if whole:
        within = _within(reference.value, sought, numbers_alone=True)
        return _Fits(reference, tuple(dict.fromkeys((*_numbers(whole), *within))), sure=True)
    return _Fits(reference, _within(reference.value, sought), sure=False)


def _whole(reference: Reference, sought: _Sought) -> list[Named]:
    """What goes by all of it; where nothing does, whatever hyphens it lacks or has."""
    folded = fold(reference.value)
    found = _looked_up((folded,), sought, reference.value)
    if not found and (bare := without_hyphens(folded)):
        found = _looked_up((bare,), sought, bare=True)
    if reference.by == "sellers-order":  # the supplier's, not the buyer's
        return [one for one in found if one.kind != "reference"]
    return found


def _within(text: str, sought: _Sought, *, numbers_alone: bool = False) -> tuple[str, ...]:
    """Orders that go by a run of words in a text; by their own numbers alone, if that is asked."""
    words = list(_WORD.finditer(text))[:WITHIN]
    windows = (
        text[first.start() : last.end()].strip(_ENDS)
        for at, first in enumerate(words)
        for last in words[at : at + WITHIN_WORDS]
    )
    folded = dict.fromkeys(fold(window) for window in windows)
    found = _looked_up(tuple(folded), sought)
    return _numbers(one for one in found if one.kind == "number" or not numbers_alone)


def _looked_up(
    folded: Sequence[str], sought: _Sought, exactly: str = "", *, bare: bool = False
) -> list[Named]:
    """Orders that go by one of the references; those under the agreement that the invoice names,
    where there are any. A supplier's own numbers are its alone: another's are not meant."""
    if not folded:
        return []
    desk, found = sought.desk, list[Named]()
    with desk.views.database.reading() as connection:
        for narrowed in dict.fromkeys((sought.agreements, ())):
            some = references.orders_named(
                connection, folded, desk.organisation, narrowed, exactly, bare=bare
            )
            found = [
                one for one in some if one.kind != "confirmation" or one.supplier == sought.supplier
            ]
            if found:
                break
    return found


def _numbers(named: Iterable[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.order for one in named))
