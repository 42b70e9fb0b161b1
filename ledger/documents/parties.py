"""The parties of an invoice, and where the number of each is surest."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from ledger.documents import organisation, xml
from ledger.documents.xml import Place


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """A seller, buyer or payee.

    `organisation` is ten digits with a true check digit, or None; `raw` is the number as written,
    also a foreign one, and "" where there is none; `scheme` says what kind of number that is: the
    code that was written with it (ICD or EAS: "0007" is Swedish, "0192" Norwegian), "VAT", or "".
    `address` is where its e-invoices go (BT-34, BT-49), with its kind: "0088:7300010000001".
    """

    organisation: str | None
    raw: str
    name: str
    scheme: str = ""
    country: str = ""
    address: str = ""


SWEDISH, SWEDISH_VAT = "0007", "9955"
"""The schemes (ICD, EAS) of a Swedish organisation number, and of a Swedish VAT number."""
NOBODY = Party(organisation=None, raw="", name="")


def party(root: Place, path: str, name_rule: str, country_rule: str) -> Party:
    """A party, with its number looked for where it is surest first, and a warning if in vain."""
    place = root.one(path, name_rule)
    if place is None:
        return NOBODY
    country = place.text("cac:PostalAddress/cac:Country/cbc:IdentificationCode", country_rule) or ""
    name = _legal(place, "cbc:RegistrationName", name_rule, cut=True) or ""
    raw = scheme = ""
    for at, written, kind in _numbers(place, country):
        try:
            number = organisation.normalise(written)
        except ValueError:
            if not raw:
                raw, scheme = written, kind
            root.found.warn(
                at,
                "organisation-number-invalid",
                "“{written}” is not a Swedish organisation number.",
                written=xml.short(written),
            )
        else:
            return Party(
                organisation=number,
                raw=written,
                name=name,
                scheme=kind,
                country=country,
                address=_address(place),
            )
    if not raw:
        raw, scheme = _other_number(place)
        root.found.warn(
            place.path,
            "organisation-number-missing",
            "{name} ({country}) has no Swedish organisation number here.",
            name=xml.short(name or "?"),
            country=xml.short(country or "?"),
        )
    return Party(
        organisation=None,
        raw=raw,
        name=name,
        scheme=scheme,
        country=country,
        address=_address(place),
    )


def payee(root: Place) -> Party | None:
    """Who is to be paid where that is not the seller (BG-10), as with factoring."""
    place = root.one("cac:PayeeParty")
    if place is None:
        return None
    name = place.text("cac:PartyName/cbc:Name", "BR-17", cut=True) or ""
    found = [_legal_number(place)]
    for one in place.every("cac:PartyIdentification"):
        found.append(_with_scheme(one, "cbc:ID"))
    raw, scheme = next((pair for pair in found if pair[0]), ("", ""))
    number = None
    if raw and scheme in ("", SWEDISH, SWEDISH_VAT):
        try:
            number = organisation.normalise(raw)
        except ValueError:
            number = None
    return Party(organisation=number, raw=raw, name=name, scheme=scheme)


def _legal(place: Place, name: str, rule: str = "", *, cut: bool = False) -> str | None:
    """What a party's legal entities say: the rules allow several, of which one says each thing."""
    for entity in place.every("cac:PartyLegalEntity"):
        if entity.one(name) is not None:
            return entity.text(name, rule, cut=cut)
    if rule:
        place.missing(f"cac:PartyLegalEntity/{name}", rule)
    return None


def _legal_number(place: Place) -> tuple[str, str]:
    for entity in place.every("cac:PartyLegalEntity"):
        if entity.one("cbc:CompanyID") is not None:
            return _with_scheme(entity, "cbc:CompanyID")
    return "", ""


def _with_scheme(place: Place, path: str) -> tuple[str, str]:
    """A number as written, and the kind that it is said to be."""
    element = place.one(path)
    return place.text(path) or "", "" if element is None else element.attribute("schemeID")


def _address(place: Place) -> str:
    written, scheme = _with_scheme(place, "cbc:EndpointID")
    return f"{scheme}:{written}" if written else ""


def _numbers(place: Place, country: str) -> Iterable[tuple[str, str, str]]:
    """Where a Swedish organisation number should be, as (place, text, kind), the surest first."""
    written, scheme = _legal_number(place)
    if written and (scheme == SWEDISH or (not scheme and country == "SE")):
        yield place.below("cac:PartyLegalEntity/cbc:CompanyID"), written, scheme
    others = [(place, "cbc:EndpointID")]
    others += [(one, "cbc:ID") for one in place.every("cac:PartyIdentification")]
    for at, path in others:
        written, scheme = _with_scheme(at, path)
        if written and scheme == SWEDISH:
            yield at.below(path), written, scheme
    for tax in place.every("cac:PartyTaxScheme"):
        written = tax.text("cbc:CompanyID") or ""
        is_vat = (tax.text("cac:TaxScheme/cbc:ID") or "").upper() == "VAT"
        if written and is_vat and written.upper().startswith("SE"):
            yield tax.below("cbc:CompanyID"), written, "VAT"
    for at, path in others:
        written, scheme = _with_scheme(at, path)
        if written and scheme == SWEDISH_VAT:
            yield at.below(path), written, scheme


def _other_number(place: Place) -> tuple[str, str]:
    """Any number that tells who a party is, for a person to read, and its kind."""
    numbers = [_legal_number(place)]
    for tax in place.every("cac:PartyTaxScheme"):
        scheme = (tax.text("cac:TaxScheme/cbc:ID") or "").upper()
        numbers.append((tax.text("cbc:CompanyID") or "", scheme))
    numbers.append(_with_scheme(place, "cbc:EndpointID"))
    return next((pair for pair in numbers if pair[0]), ("", ""))
