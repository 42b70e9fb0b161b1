"""Which lines of which orders an invoice's own lines name, and how much of it goes to each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from ledger.bounds import FLAGGED
from ledger.documents.peppol_invoice import Invoice, Line
from ledger.domain import drawdown, money, order, personal

UNKNOWN = "order-line-unknown"
"""The flag of a line number that the order lacks; what was written stands after a colon."""
_FLAGGED = 20
"""Characters of a line number as written that a flag keeps."""


class Parted(NamedTuple):
    """What an invoice draws of its orders, in öre excluding VAT, and what a person should see."""

    parts: tuple[drawdown.Part, ...]
    flags: tuple[str, ...]


def parted(invoice: Invoice, first: order.State, others: Mapping[str, order.State]) -> Parted:
    """Each line of the order that it names counts by itself (BT-132), the rest as one amount.

    `first` is the document's order, `others` those that lines of their own name, as written. What
    is on the document and on no line (charges, allowances) is spread over the orders by the amounts
    of their lines; in each it goes with the named lines, or where there are none with the rest.
    """
    named: list[drawdown.Part] = []
    bare: dict[str, int] = {}
    sizes: dict[str, int] = {}
    flags: list[str] = []
    for line in invoice.lines:
        of = others.get(line.order or "", first)
        number = order_line(of, line)
        sizes[of.number] = sizes.get(of.number, 0) + abs(line.amount)
        if number is None:
            bare[of.number] = bare.get(of.number, 0) + line.amount
        elif line.amount:
            named.append(drawdown.Part(order=of.number, amount=line.amount, line=number))
        if number is None and line.order_line:
            flags.append(f"{UNKNOWN}:{line.order_line[:_FLAGGED]}")
    charges = _by_order(invoice.allowances, first.number, sizes)
    whole: list[drawdown.Part] = []
    for name in sizes:
        its = [part for part in named if part.order == name]
        whole += _with_charges(its, charges[name])
        if not its:
            bare[name] = bare.get(name, 0) + charges[name]
    named = _by_line(whole)
    rest = [drawdown.Part(order=name, amount=amount) for name, amount in bare.items() if amount]
    parts = (*named, *rest) or (drawdown.Part(order=first.number, amount=0),)
    return Parted(parts, tuple(flags))


def _by_order(charges: int, first: str, sizes: Mapping[str, int]) -> dict[str, int]:
    """Charges less allowances of the document (öre) over orders, by the size of the lines of each;
    where all of those are 0, on the document's own."""
    if any(sizes.values()):
        return dict(zip(sizes, money.split(charges, list(sizes.values())), strict=True))
    all_of_it = first if first in sizes else next(iter(sizes))
    return {name: charges if name == all_of_it else 0 for name in sizes}


def is_unknown(flag: str) -> bool:
    """Whether a flag says that the order lacks a line."""
    return flag.partition(":")[0] == UNKNOWN


def _by_line(parts: Sequence[drawdown.Part]) -> list[drawdown.Part]:
    """One part for each line of an order, however many lines of the invoice name it."""
    found: dict[tuple[str, int | None], int] = {}
    for part in parts:
        found[part.order, part.line] = found.get((part.order, part.line), 0) + part.amount
    return [
        drawdown.Part(order=order, line=line, amount=amount)
        for (order, line), amount in found.items()
        if amount
    ]


WORDS = ("order-differs", "order-among", "order-unknown", "agreement-differs", UNKNOWN)
"""Codes of flags that keep what a file says in words: digits alone may be a person's there."""


def masked(flag: str) -> str:
    """A flag without the personal numbers and e-mail addresses that a file says: it is a fact."""
    code, colon, about = flag.partition(":")
    return f"{code}{colon}{personal.without(about, numbered=code not in WORDS)}"


def bounded(flags: Iterable[str]) -> tuple[str, ...]:
    """Each flag once, and at most FLAGGED of a kind; how many more there are, the last one says."""
    found: list[str] = []
    count: Counter[str] = Counter()
    for flag in dict.fromkeys(map(masked, flags)):
        code = flag.partition(":")[0]
        count[code] += 1
        if count[code] <= FLAGGED:
            found.append(flag)
    more = (f"{code}:… +{of - FLAGGED}" for code, of in count.items() if of > FLAGGED)
    return (*found, *more)


def order_line(of: order.State, line: Line) -> int | None:
    """The order's line that an invoice's names, also padded ("0002"); None where it has none."""
    written = (line.order_line or "").strip()
    if not (written.isascii() and written.isdigit()):
        return None
    number = int(written)
    return number if any(number == one.number for one in of.lines) else None


def _with_charges(parts: Sequence[drawdown.Part], charges: int) -> list[drawdown.Part]:
    """Charges less allowances of the document over parts, by the size of each."""
    if not charges or not parts:
        return list(parts)
    spread = money.split(charges, [abs(part.amount) for part in parts])
    whole = (
        replace(part, amount=part.amount + more) for part, more in zip(parts, spread, strict=True)
    )
    return [part for part in whole if part.amount]
