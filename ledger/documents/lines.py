"""The lines of an invoice, each with its amount, its price and what it refers to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, localcontext

import msgspec

from ledger import deadline
from ledger.bounds import ANSWER_SECONDS, MAX_DIGITS, RECORDED_SECONDS
from ledger.documents import peppol_rules, xml
from ledger.documents.faults import refusal
from ledger.documents.xml import Place

_AT_A_TIME = 500
"""Lines that are read between two looks at whether there is time for more."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line (BG-25). `amount` is net öre as it counts for the buyer: negative is money back.

    `quantity` is as written, so a credit note's is positive; `unit_price` is for one unit, whatever
    base quantity the price was written for, and may have more decimals than two. `order_line` is
    BT-132 as written, also padded ("0002"); `order` is the order that the line alone names, which
    is None mostly, since it is the document's (BT-13) then; `item` is the seller's own name for the
    thing (BT-155). `text` is its name (BT-153), `more` its description (BT-154) and the line's note
    (BT-127). `vat_category` is None where the tax is no VAT.
    """

    number: str
    order_line: str | None
    item: str | None
    amount: int
    text: str
    quantity: str | None
    unit_price: str | None
    vat_category: str | None
    vat_rate: str | None
    order: str | None = None
    more: tuple[str, ...] = ()


def lines(root: Place, kind: str, currency: str | None) -> list[Line] | None:
    """The lines with their amounts as written, or None where one of them is not sound."""
    places = root.every(f"cac:{kind}Line")
    if not places:
        root.fault(
            f"cac:{kind}Line", "missing", "There is no line, and {rule} requires one.", rule="BR-16"
        )
    quantity = "cbc:CreditedQuantity" if kind == "CreditNote" else "cbc:InvoicedQuantity"
    found = list(_each(places, quantity, currency))
    numbers = Counter(line.number for line in found if line and line.number)
    for place, line in zip(places, found, strict=True):
        if line and numbers[line.number] > 1:
            root.found.warn(
                place.below("cbc:ID"),
                "line-repeated",
                "Another line has the number {number} too.",
                number=line.number,
            )
    sound = [line for line in found if line]
    return sound if sound and len(sound) == len(found) else None


def _each(places: list[Place], quantity: str, currency: str | None) -> Iterator[Line | None]:
    """Every line. Raises DocumentFaults where somebody waits, and there is no time for all."""
    for at, place in enumerate(places):
        if at % _AT_A_TIME == 0 and not deadline.leaves(RECORDED_SECONDS):
            raise refusal(
                "too-many-lines",
                "The file has {count} lines, and there was no time to read them all: an answer has "
                "to come within {seconds} s. Send it by itself when less is going on, or take it "
                "in on the server (avrop document receive).",
                count=str(len(places)),
                seconds=str(round(ANSWER_SECONDS)),
            )
        yield _line(place, quantity, currency)


def _line(place: Place, quantity_path: str, currency: str | None) -> Line | None:
    """A line with its amount as written, or None where a part that sums depend on is not sound."""
    before = place.found.count
    number = place.text("cbc:ID", "BR-21")
    quantity = place.decimal(quantity_path, "BR-22")
    amount = place.amount("cbc:LineExtensionAmount", currency, "BR-24")
    tax = "cac:Item/cac:ClassifiedTaxCategory"
    category = place.code(f"{tax}/cbc:ID", "BR-CO-04")
    if peppol_rules.is_other_tax(place.one(tax)):
        category = None
    rate = peppol_rules.rate(place, f"{tax}/cbc:Percent")
    price = place.decimal("cac:Price/cbc:PriceAmount", "BR-26")
    if price is not None and price < 0:
        place.fault("cac:Price/cbc:PriceAmount", "price-negative", "A price is negative (BR-27).")
    base = peppol_rules.base_quantity(place)
    order, order_line = _references(place)
    line = Line(
        number=number or "",
        order_line=order_line,
        order=order,
        item=place.text("cac:Item/cac:SellersItemIdentification/cbc:ID"),
        amount=amount or 0,
        text=place.text("cac:Item/cbc:Name", "BR-25", cut=True) or "",
        quantity=None if quantity is None else xml.plain(quantity),
        unit_price=None if price is None or base is None else _unit_price(price, base),
        vat_category=category,
        vat_rate=None if rate is None else xml.plain(rate),
        more=tuple(filter(None, (_words(place, "cac:Item/cbc:Description"), _words(place)))),
    )
    charges = peppol_rules.charges(place, currency, taxed=False)
    if place.found.count > before or charges is None:
        return None
    # A line whose own arithmetic is wrong still counts in the sum of lines, which is checked too.
    if quantity is not None and price is not None and base is not None:
        peppol_rules.check_line(place, line.amount, quantity, (price, base), charges)
    return line


def _words(place: Place, path: str = "cbc:Note") -> str:
    """What is said in one or several elements."""
    return " ".join(filter(None, (one.own_text() for one in place.every(path))))


def _references(place: Place) -> tuple[str | None, str | None]:
    """The order and the order's line that a line names. UBL has room for several references, and
    the rules for one line number among them: each is the first that is there."""
    order = number = None
    for reference in place.every("cac:OrderLineReference"):
        number = number or reference.text("cbc:LineID")
        order = order or reference.text("cac:OrderReference/cbc:ID")
    return _named(order), _named(number)


def _named(written: str | None) -> str | None:
    """Peppol has "NA" written where there is none to name."""
    return None if written == "NA" else written


def _unit_price(price: Decimal, base: Decimal) -> str:
    """The price of one unit; a quotient to twelve decimals where it does not end before."""
    if base == 1:
        return xml.plain(price)
    with localcontext(prec=2 * MAX_DIGITS + 50):
        return xml.plain((price / base).quantize(Decimal("1e-12")))
