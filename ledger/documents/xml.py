"""Safe reading of received XML: no DTD, no entities, no network, and every value with its place."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from unicodedata import normalize

from lxml import etree

from ledger.bounds import MAX_AMOUNT, MAX_DOCUMENT, MAX_NAME
from ledger.documents.faults import Findings, refusal
from ledger.domain.money import WITHOUT_DECIMALS, from_decimal

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
"""The prefixes that paths are written with, whatever prefixes the document has."""

MAX_TAGS = 200_000
"""Opening and closing tags of a document: MAX_LINES lines with everything on them have about
60 000, and ten megabytes of empty elements would take gigabytes of memory."""

_ENCODINGS = {"utf-8", "us-ascii", "iso-8859-1"}
_DECLARED = re.compile(rb"<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?", re.ASCII)

# Control characters, and the signs that turn the direction of writing: with those a name shows as
# another than it is. Tab and line ends are spaces.
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def parse(data: bytes) -> etree._Element:
    """The root element of a received file, without comments and processing instructions.

    Raises DocumentFaults for a file over MAX_DOCUMENT bytes or MAX_TAGS tags, for any DOCTYPE (so
    there is no entity to expand and no DTD to fetch), for an encoding other than UTF-8, UTF-16
    with a byte order mark, ASCII and ISO 8859-1, and for what is not well-formed.
    """
    if len(data) > MAX_DOCUMENT:
        raise refusal(
            "too-large",
            "The file has {bytes} bytes, and at most {most} are read.",
            bytes=str(len(data)),
            most=str(MAX_DOCUMENT),
        )
    text = _decoded(data)
    if not text.strip():
        raise refusal("empty", "The file is empty.")
    # Nothing else may begin with these letters, except inside CDATA or a comment, where an invoice
    # has no use for them: so the search needs no parser, and no parser has met the DTD before it.
    if "<!DOCTYPE" in text:
        raise refusal("doctype", "The file has a DOCTYPE, and documents with one are not read.")
    if text.count("<") > MAX_TAGS:
        raise refusal("too-many-tags", "The file has more than {most} tags.", most=str(MAX_TAGS))
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise refusal(
            "not-xml",
            "The file is not well-formed XML: it cannot be read past line {line}, column {column}.",
            line=str(line),
            column=str(column),
        ) from None


def _decoded(data: bytes) -> str:
    """The file as text: a byte order mark decides first, then the XML declaration."""
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif match := _DECLARED.match(data[:300]):
        declared = match[1].decode("ascii", "replace").lower()
        if declared not in _ENCODINGS:
            raise refusal(
                "encoding-unknown",
                "The file says that it is written in {encoding}; UTF-8 is read.",
                encoding=declared,
            )
        encoding = "utf-8-sig" if declared == "utf-8" else declared
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise refusal("encoding-broken", "The file is not the text that it says it is.") from None


def plain(number: Decimal) -> str:
    """A decimal as text without exponent and without zeros at the end: "25", "0.0125"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def short(text: str, most: int = 40) -> str:
    """What somebody wrote, cut to where a sentence can still quote it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _without_prefixes(path: str) -> str:
    return re.sub(r"\b(?:cac|cbc):", "", path)


class Place:
    """An element with its place in the document, and readers that note what is wrong there.

    Paths are relative, with the prefixes of NAMES and without numbers: each step must be there at
    most once, so that no two readers can pick different ones. A reader gives None where there is
    nothing to give; a fault has been noted if the value is there and wrong, or is missing although
    `rule`, the rule that requires it, was named.
    """

    __slots__ = ("element", "found", "path")

    def __init__(self, element: etree._Element, path: str, found: Findings) -> None:
        self.element = element
        self.path = path
        self.found = found

    def below(self, path: str) -> str:
        """The place of something under this element, as a fault names it."""
        return f"{self.path}/{_without_prefixes(path)}"

    def fault(self, path: str, code: str, message: str, **figures: str) -> None:
        """Note a fault at `path` under this element, or at the element itself for ""."""
        self.found.fault(self.below(path) if path else self.path, code, message, **figures)

    def every(self, name: str) -> list[Place]:
        """All children of a name, numbered from 1 in their places."""
        elements = self.element.findall(name, NAMES)
        place = self.below(name)
        return [
            Place(element, f"{place}[{i}]", self.found) for i, element in enumerate(elements, 1)
        ]

    def one(self, path: str, rule: str = "") -> Place | None:
        """The only element at a path."""
        here = self
        for step in path.split("/"):
            matches = here.element.findall(step, NAMES)
            if len(matches) > 1:
                here.fault(step, "repeated", "This may be given only once.")
            if not matches:
                if rule:
                    self._missing(path, rule)
                return None
            here = Place(matches[0], here.below(step), self.found)
        return here

    def attribute(self, name: str) -> str:
        """An attribute's text without the spaces around it, "" where there is none."""
        return str(self.element.get(name) or "").strip()

    def text(self, path: str, rule: str = "", *, cut: bool = False) -> str | None:
        """Text in one line, at most MAX_NAME characters: longer is a fault, or is `cut`."""
        place = self.one(path)
        written = "" if place is None else place._written()
        if written is None:
            return None
        if not written and rule:
            self._missing(path, rule)
        if len(written) > MAX_NAME and not cut:
            self.fault(
                path, "too-long", "This has more than {most} characters.", most=str(MAX_NAME)
            )
            return None
        return short(written, MAX_NAME) or None

    def amount(self, path: str, currency: str | None, rule: str = "") -> int | None:
        """Öre, as written and with its sign, in the currency of the document (PEPPOL R051)."""
        place = self.one(path, rule)
        written = None if place is None else place._written()
        if place is None or written is None:
            return None
        if currency and place.attribute("currencyID") != currency:
            place.fault(
                "",
                "currency-differs",
                "This amount is in {currency}, and the document is in {expected}.",
                currency=short(place.attribute("currencyID")) or "?",
                expected=currency,
            )
        try:
            ore = from_decimal(written)
        except ValueError:
            place.fault(
                "",
                "not-an-amount",
                "“{written}” is not an amount with at most two decimals.",
                written=short(written),
            )
            return None
        if currency in WITHOUT_DECIMALS and ore % 100:
            place.fault("", "no-decimals", "{currency} has no decimals.", currency=currency)
            return None
        if abs(ore) > MAX_AMOUNT:
            place.fault("", "amount-too-large", "{written} is too large.", written=short(written))
            return None
        return ore

    def decimal(self, path: str, rule: str = "") -> Decimal | None:
        """A quantity, price or rate: any number of decimals up to twelve, and no exponent."""
        place = self.one(path, rule)
        written = None if place is None else place._written()
        if place is None or written is None:
            return None
        if _DECIMAL.fullmatch(written) is None:
            place.fault("", "not-a-number", "“{written}” is not a number.", written=short(written))
            return None
        return Decimal(written)

    def day(self, path: str, rule: str = "") -> date | None:
        """A day as YYYY-MM-DD (PEPPOL F001); a time or a time zone after it is a fault."""
        place = self.one(path, rule)
        written = None if place is None else place._written()
        if place is None or written is None:
            return None
        try:
            # Asked of the pattern first: fromisoformat also takes 20240325 and 2024-W13-1.
            return date.fromisoformat(written if _DATE.fullmatch(written) else "")
        except ValueError:
            place.fault(
                "",
                "not-a-date",
                "“{written}” is not a day in the form YYYY-MM-DD.",
                written=short(written),
            )
            return None

    def _written(self) -> str | None:
        """The element's own text on one line, or None with a fault where it cannot be shown."""
        if len(self.element):
            self.fault("", "not-text", "There are elements where text should be.")
            return None
        text = str(self.element.text or "")
        if _UNREADABLE.search(text):
            self.fault("", "control-character", "There is a control character in this text.")
            return None
        return normalize("NFC", " ".join(text.split()))

    def _missing(self, path: str, rule: str) -> None:
        self.fault(
            path,
            "missing",
            "{name} is missing, and the rule {rule} requires it.",
            name=_without_prefixes(path).rsplit("/", 1)[-1],
            rule=rule,
        )
