"""The sums of EN 16931 and Peppol that must hold before the amounts of an invoice count.

Amounts here are öre as written: a credit note's are positive. None stands for an amount that was
faulty; what depends on it is then not judged, so that one error is not reported five times.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import NamedTuple

from ledger.documents.xml import Place, plain, short
from ledger.domain.money import to_text

_Key = tuple[str | None, str | None]
"""A VAT category and its rate as text."""

_UNTAXED = frozenset({"AE", "E", "G", "K", "O", "Z"})
"""VAT categories without VAT: one sum for each, and no tolerance (BR-E-08, BR-E-09 and sisters)."""

_RULE_LETTERS = {"K": "IC", "L": "AF", "M": "AG"}
"""Where the rules of a VAT category are not named for its code."""

_LINE_TOLERANCE = 2
"""Öre, inclusive (PEPPOL-EN16931-R120)."""

_VAT_TOLERANCE = 100
"""Öre, exclusive: the rules allow less than one whole unit (BR-CO-17, BR-S-08)."""


def rate(place: Place, path: str, rule: str = "") -> Decimal | None:
    """A VAT rate in per cent, 0 to 100."""
    percent = place.decimal(path, rule)
    if percent is None or 0 <= percent <= 100:
        return percent
    place.fault(path, "not-a-rate", "{rate} per cent is not a VAT rate.", rate=plain(percent))
    return None


def is_other_tax(category: Place | None) -> bool:
    """Whether a tax category is not VAT's; then that is told, and the rules of VAT say nothing."""
    path = "cac:TaxScheme/cbc:ID"
    scheme = None if category is None else category.text(path)
    if category is None or scheme is None or scheme.upper() == "VAT":
        return False
    category.found.warn(
        category.below(path),
        "tax-scheme-other",
        "The tax here is {scheme} and not VAT: whether it is part of what counts, a person must "
        "see.",
        scheme=short(scheme),
    )
    return True


def charges(place: Place, currency: str | None, *, taxed: bool) -> list[Charge] | None:
    """Charges and allowances directly under a document (`taxed`: each has a category) or a line.

    None where one of them is not sound.
    """
    found = []
    before = place.found.count
    for one in place.every("cac:AllowanceCharge"):
        indicator = one.code("cbc:ChargeIndicator", "PEPPOL-EN16931-R043")
        if indicator not in (None, "true", "false"):
            one.fault(
                "cbc:ChargeIndicator",
                "not-an-indicator",
                "“{written}” is neither true (a charge) nor false (an allowance).",
                written=short(indicator or ""),
            )
        amount = one.amount("cbc:Amount", currency, "BR-31" if taxed else "BR-41") or 0
        category, percent = _taxed_as(one, "BR-32" if taxed else "")
        is_charge = indicator == "true"
        found.append(Charge(amount if is_charge else -amount, category, percent, is_charge))
    return found if place.found.count == before else None


def _taxed_as(charge: Place, rule: str) -> _Key:
    """The VAT category of a charge, and its rate. UBL has room for several, and the official rules
    pass the same one again."""
    place = charge.alike("cac:TaxCategory")
    if place is None:
        if rule:
            charge.missing("cac:TaxCategory/cbc:ID", rule)
        return None, None
    category = place.code("cbc:ID", rule)
    percent = rate(place, "cbc:Percent")
    written = None if percent is None else plain(percent)
    return None if is_other_tax(place) else category, written


def base_quantity(place: Place) -> Decimal | None:
    """How many units the price of a line is for (BT-149): 1 if not said, None after a fault."""
    path = "cac:Price/cbc:BaseQuantity"
    if place.one(path) is None:
        return Decimal(1)
    base = place.decimal(path)
    if base is None or base > 0:
        return base
    place.fault(
        path,
        "base-quantity-not-positive",
        "The price is for {quantity} units (PEPPOL-EN16931-R121).",
        quantity=plain(base),
    )
    return None


def check_line(
    place: Place,
    amount: int,
    quantity: Decimal,
    price: tuple[Decimal, Decimal],
    line_charges: Iterable[Charge],
) -> None:
    """Quantity times the price of so many units, and charges, against the amount (PEPPOL R120).

    Ratios of whole numbers are exact: no quantity and no price of twelve decimals is rounded on the
    way.
    """
    (count, of_count), (ore, of_ore), (base, of_base) = (
        part.as_integer_ratio() for part in (quantity, *price)
    )
    whole, parts = 100 * count * ore * of_base, of_count * of_ore * base
    charged = sum(charge.amount for charge in line_charges)
    if abs((amount - charged) * parts - whole) > _LINE_TOLERANCE * parts:
        computed = Fraction(whole, parts) + charged
        _differs(
            place,
            "cbc:LineExtensionAmount",
            "line-amount-differs",
            said=amount,
            computed=_half_up(computed),
            rule="PEPPOL-EN16931-R120 (quantity × price)",
        )


def totals(root: Place, currency: str | None) -> Totals:
    """The sums of the document as it states them, in the order of Totals."""
    place = root.one("cac:LegalMonetaryTotal", "BR-12")
    if place is None:
        return Totals(*[None] * 8)

    def optional(path: str) -> int | None:
        return 0 if place.one(path) is None else place.amount(path, currency)

    return Totals(
        lines=place.amount("cbc:LineExtensionAmount", currency, "BR-12"),
        allowances=optional("cbc:AllowanceTotalAmount"),
        charges=optional("cbc:ChargeTotalAmount"),
        exclusive=place.amount("cbc:TaxExclusiveAmount", currency, "BR-13"),
        inclusive=place.amount("cbc:TaxInclusiveAmount", currency, "BR-14"),
        prepaid=optional("cbc:PrepaidAmount"),
        rounding=optional("cbc:PayableRoundingAmount"),
        payable=place.amount("cbc:PayableAmount", currency, "BR-15"),
    )


def check_totals(
    root: Place,
    stated: Totals,
    lines: list[int] | None,
    document_charges: list[Charge] | None,
    vat_total: int | None,
) -> None:
    """BR-CO-10 to BR-CO-13, BR-CO-15 and BR-CO-16."""
    added = subtracted = None
    if document_charges is not None:
        # A charge may be negative (on a negative invoice), so the sign does not tell which it is.
        added = sum(charge.amount for charge in document_charges if charge.is_charge)
        subtracted = sum(-charge.amount for charge in document_charges if not charge.is_charge)
    sum_of_lines = None if lines is None else sum(lines)
    rows = (
        ("LineExtensionAmount", "line-sum", stated.lines, "BR-CO-10", (sum_of_lines,)),
        ("AllowanceTotalAmount", "allowance-sum", stated.allowances, "BR-CO-11", (subtracted,)),
        ("ChargeTotalAmount", "charge-sum", stated.charges, "BR-CO-12", (added,)),
        (
            "TaxExclusiveAmount",
            "exclusive",
            stated.exclusive,
            "BR-CO-13",
            (stated.lines, _minus(stated.allowances), stated.charges),
        ),
        (
            "TaxInclusiveAmount",
            "inclusive",
            stated.inclusive,
            "BR-CO-15",
            (stated.exclusive, vat_total),
        ),
        (
            "PayableAmount",
            "payable",
            stated.payable,
            "BR-CO-16",
            (stated.inclusive, _minus(stated.prepaid), stated.rounding),
        ),
    )
    for name, code, said, rule, parts in rows:
        path = f"cac:LegalMonetaryTotal/cbc:{name}"
        known = [part for part in parts if part is not None]
        if said is not None and len(known) == len(parts) and said != sum(known):
            _differs(root, path, f"{code}-differs", said=said, computed=sum(known), rule=rule)


def vat(root: Place, currency: str | None, taxed: list[Charge] | None) -> int | None:
    """The VAT of the document in its own currency, checked against the lines and charges `taxed`.

    There may be a second total, for the books, in the currency of BT-6: it is not looked at.
    """
    if currency is None:
        return None
    total = _own_total(root, currency)
    if total is None:
        return None
    subtotals = total.every("cac:TaxSubtotal")
    if not subtotals:
        total.one("cac:TaxSubtotal", "BR-CO-18")
    groups = None if taxed is None else _grouped(taxed)
    seen: set[_Key] = set()
    own: list[Place] = []
    taxes: list[int | None] = []
    for place in subtotals:
        if is_other_tax(place.one("cac:TaxCategory")):
            taxes.append(place.amount("cbc:TaxAmount", currency, "BR-46"))
        else:
            own.append(place)
            taxes.append(_subtotal(place, currency, groups, seen))
    missing = [key for key in groups or () if key not in seen]
    for category, percent in missing if own and len(seen) == len(own) else ():
        total.fault(
            "cac:TaxSubtotal",
            "vat-category-missing",
            "The VAT category {category} {rate} is on a line or charge, and not here.",
            category=category or "?",
            rate=percent or "",
        )
    stated = total.amount("cbc:TaxAmount", currency)
    known = [tax for tax in taxes if tax is not None]
    if stated is not None and taxes and len(known) == len(taxes) and stated != sum(known):
        _differs(
            total,
            "cbc:TaxAmount",
            "vat-sum-differs",
            said=stated,
            computed=sum(known),
            rule="BR-CO-14",
        )
    return stated


def _own_total(root: Place, currency: str) -> Place | None:
    """The one VAT total in the document's currency (BR-CO-15)."""
    books = root.text("cbc:TaxCurrencyCode")
    own = []
    for total in root.every("cac:TaxTotal"):
        amount = total.one("cbc:TaxAmount", "BR-CO-15")
        written = "" if amount is None else amount.attribute("currencyID")
        if written == currency:
            own.append(total)
        elif amount is not None and (not books or written != books):
            total.amount("cbc:TaxAmount", currency)  # notes the fault
    if len(own) == 1:
        return own[0]
    root.fault(
        "cac:TaxTotal",
        "vat-total-not-single",
        "There are {count} VAT totals in {currency}, and BR-CO-15 requires one.",
        count=str(len(own)),
        currency=currency,
    )
    return None


def _subtotal(
    place: Place,
    currency: str,
    groups: dict[_Key, int] | None,
    seen: set[_Key],
) -> int | None:
    """The VAT of one category and rate: BR-45 to BR-48, BR-CO-17, BR-S-08 and its sisters."""
    before = place.found.count
    taxable = place.amount("cbc:TaxableAmount", currency, "BR-45")
    tax = place.amount("cbc:TaxAmount", currency, "BR-46")
    category = place.code("cac:TaxCategory/cbc:ID", "BR-47")
    percent = rate(place, "cac:TaxCategory/cbc:Percent", "" if category == "O" else "BR-48")
    if place.found.count > before or taxable is None or tax is None or category is None:
        return tax
    key = _key(category, None if percent is None else plain(percent))
    if key in seen:
        place.fault(
            "cac:TaxCategory",
            "vat-category-repeated",
            "VAT category {category} {rate} is here twice.",
            category=category,
            rate=key[1] or "",
        )
    seen.add(key)
    computed = 0 if category in _UNTAXED else _half_up(abs(taxable) * Fraction(percent or 0) / 100)
    if abs(abs(tax) - computed) >= (1 if category in _UNTAXED else _VAT_TOLERANCE):
        _differs(
            place, "cbc:TaxAmount", "vat-differs", said=tax, computed=computed, rule="BR-CO-17"
        )
    if groups is not None:
        from_lines = groups.get(key, 0)
        if abs(taxable - from_lines) >= (1 if category in _UNTAXED else _VAT_TOLERANCE):
            _differs(
                place,
                "cbc:TaxableAmount",
                "taxable-differs",
                said=taxable,
                computed=from_lines,
                rule=f"BR-{_RULE_LETTERS.get(category, category)}-08",
            )
    return tax


def _grouped(taxed: Iterable[Charge]) -> dict[_Key, int]:
    """Öre for each row that the VAT breakdown should have; without a category it is no VAT."""
    groups: dict[_Key, int] = {}
    for part in taxed:
        if part.category is None:
            continue
        key = _key(part.category, part.rate)
        groups[key] = groups.get(key, 0) + part.amount
    return groups


def _key(category: str | None, percent: str | None) -> _Key:
    """What a VAT breakdown has one row for: the category, and the rate where there is VAT."""
    return category, None if category in _UNTAXED else percent


def _differs(place: Place, path: str, code: str, *, said: int, computed: int, rule: str) -> None:
    place.fault(
        path,
        code,
        "{said} is written here, and {rule} makes it {computed}.",
        said=to_text(said),
        rule=rule,
        computed=to_text(computed),
    )


def _half_up(amount: Fraction) -> int:
    """Whole öre as XPath's round has it, which all the rules use."""
    return floor(amount + Fraction(1, 2))


def _minus(amount: int | None) -> int | None:
    return None if amount is None else -amount


class Charge(NamedTuple):
    """What is added: a charge or a line; or subtracted: an allowance, with its amount negated."""

    amount: int
    category: str | None
    rate: str | None
    is_charge: bool = True


class Totals(NamedTuple):
    """LegalMonetaryTotal: BT-106 to BT-109 and BT-112 to BT-115; 0 where an optional one is not."""

    lines: int | None
    allowances: int | None
    charges: int | None
    exclusive: int | None
    inclusive: int | None
    prepaid: int | None
    rounding: int | None
    payable: int | None
