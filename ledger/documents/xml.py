"""Safe reading of received XML: no DTD, no entities, no network, and every value with its place."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from lxml import etree

from ledger.bounds import (
    MAX_AMOUNT,
    MAX_ATTRIBUTES,
    MAX_DIGITS,
    MAX_DOCUMENT,
    MAX_MARKUP,
    MAX_NAME,
)
from ledger.documents.attachments import cut
from ledger.documents.characters import decoded, invisible, visible
from ledger.documents.faults import Findings, refusal
from ledger.domain.money import WITHOUT_DECIMALS, from_decimal

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
"""The prefixes that paths are written with, whatever prefixes the document has."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_SPACES = " \t\r\n"
"""What XML Schema takes from around a number; any other space in it is a fault."""


class Read(NamedTuple):
    """A parsed file: its root, what was enclosed (digest → bytes), and which of that is broken."""

    root: etree._Element
    sizes: dict[str, int]
    broken: frozenset[str]


def parse(data: bytes) -> Read:
    """A received file, without comments, processing instructions and attachments.

    Raises DocumentFaults for a file over MAX_DOCUMENT bytes, MAX_TAGS tags, MAX_ATTRIBUTES
    attributes, or MAX_MARKUP bytes without its attachments; for any DOCTYPE (so there is no entity
    to expand and no DTD to fetch); for an encoding that is not read, and for what is not
    well-formed.
    """
    if len(data) > MAX_DOCUMENT:
        raise refusal(
            "too-large",
            "The file has {bytes} bytes, and at most {most} are read.",
            bytes=str(len(data)),
            most=str(MAX_DOCUMENT),
        )
    text = decoded(data)
    if not text.strip():
        raise refusal("empty", "The file is empty.")
    whole = cut(text)
    del text
    markup = whole.text.encode("utf-8", "surrogatepass")
    if len(markup) > MAX_MARKUP:
        raise refusal(
            "too-large-unpacked",
            "Without its attachments the file has {bytes} bytes, and at most {most} are read.",
            bytes=str(len(markup)),
            most=str(MAX_MARKUP),
        )
    if markup.count(b"=") > MAX_ATTRIBUTES:
        raise refusal(
            "too-many-attributes",
            "The file has more than {most} attributes.",
            most=str(MAX_ATTRIBUTES),
        )
    return Read(_parsed(markup), whole.sizes, whole.broken)


def _parsed(markup: bytes) -> etree._Element:
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
        root = etree.fromstring(markup, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise refusal(
            "not-xml",
            "The file is not well-formed XML: it cannot be read past line {line}, column {column}.",
            line=str(line),
            column=str(column),
        ) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal("doctype", "The file has a DOCTYPE, and documents with one are not read.")
    return root


def plain(number: Decimal) -> str:
    """A decimal as text without exponent and without zeros at the end: "25", "0.0125"."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def short(text: str, most: int = 40) -> str:
    """What somebody wrote, cut to where a sentence can still quote it."""
    return text if len(text) <= most else text[: most - 1] + "…"


@lru_cache(maxsize=1_000)
def _without_prefixes(path: str) -> str:
    return re.sub(r"\b(?:cac|cbc):", "", path)


@lru_cache(maxsize=1_000)
def _steps(path: str) -> tuple[str, ...]:
    """The steps of a path as lxml names their elements."""
    steps = (step.partition(":") for step in path.split("/"))
    return tuple(f"{{{NAMES[prefix]}}}{name}" for prefix, _, name in steps)


def _said(element: etree._Element) -> tuple[object, ...]:
    """What an element says with all that is in it, but for spaces."""
    return tuple(
        (one.tag, (one.text or "").strip(_SPACES), *sorted(one.items())) for one in element.iter()
    )


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
        elements = self._children(name)
        if not elements:
            return []
        place = self.below(name)
        return [
            Place(element, f"{place}[{i}]", self.found) for i, element in enumerate(elements, 1)
        ]

    def _children(self, path: str) -> list[etree._Element]:
        found = [self.element]
        for tag in _steps(path):
            found = [child for one in found for child in one.iterchildren(tag)]
        return found

    def one(self, path: str, rule: str = "") -> Place | None:
        """The only element at a path."""
        element = self.element
        for at, tag in enumerate(_steps(path), 1):
            matches = element.iterchildren(tag)
            match = next(matches, None)
            if match is None:
                if rule:
                    self.missing(path, rule)
                return None
            if next(matches, None) is not None:
                step = "/".join(path.split("/")[:at])
                self.fault(step, "repeated", "This may be given only once.")
            element = match
        return Place(element, self.below(path), self.found)

    def alike(self, name: str) -> Place | None:
        """The child of a name, also where it is written several times and says the same each time;
        a fault where it does not."""
        some = self._children(name)
        if len({_said(one) for one in some}) > 1:
            self.fault(name, "repeated", "This may be given only once.")
        return Place(some[0], self.below(name), self.found) if some else None

    def attribute(self, name: str) -> str:
        """An attribute's text without the spaces around it, "" where there is none."""
        return str(self.element.get(name) or "").strip()

    def text(self, path: str, rule: str = "", *, cut: bool = False) -> str | None:
        """Text in one line without invisible characters, at most MAX_NAME characters.

        What is longer is `cut`; where it names something, it ends in its digest instead, so that
        two that begin alike stay two. Both, and characters taken out, are warned of.
        """
        place = self.one(path)
        written = "" if place is None else place.own_text()
        if written is None:
            return None
        if not written and rule:
            self.missing(path, rule)
        if len(written) <= MAX_NAME:
            return written or None
        if cut:
            return short(written, MAX_NAME)
        self.found.warn(
            self.below(path),
            "too-long",
            "This has {count} characters; it is kept as its beginning and its digest.",
            count=str(len(written)),
        )
        digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        return f"{written[: MAX_NAME - 20]}… {digest}"

    def code(self, path: str, rule: str = "") -> str | None:
        """A code of a list, as written; what nobody can see in it is a fault."""
        place = self.one(path)
        written = "" if place is None else place._exact()
        if not written and written is not None and rule:
            self.missing(path, rule)
        return written or None

    def amount(self, path: str, currency: str | None, rule: str = "") -> int | None:
        """Öre, as written and with its sign, in the currency of the document (PEPPOL R051)."""
        place = self.one(path, rule)
        written = None if place is None else place._exact()
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
            ore = from_decimal(written if len(written) <= MAX_DIGITS else "")
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
        """A quantity, price or rate: any number of decimals, up to MAX_DIGITS, and no exponent."""
        place = self.one(path, rule)
        written = None if place is None else place._exact()
        if place is None or written is None:
            return None
        if len(written) > MAX_DIGITS or _DECIMAL.fullmatch(written) is None:
            place.fault("", "not-a-number", "“{written}” is not a number.", written=short(written))
            return None
        return Decimal(written)

    def day(self, path: str, rule: str = "") -> date | None:
        """A day as YYYY-MM-DD (PEPPOL F001); a time or a time zone after it is a fault."""
        place = self.one(path, rule)
        written = None if place is None else place._exact()
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
        """The element's own text, or None with a fault where there are elements in it."""
        if len(self.element):
            self.fault("", "not-text", "There are elements where text should be.")
            return None
        return str(self.element.text or "")

    def own_text(self) -> str | None:
        """The text on one line, without what nobody can see in it."""
        text = self._written()
        if text is None:
            return None
        if hidden := invisible(text):
            self.found.warn(
                self.path,
                "invisible-characters",
                "There were characters that nobody can see ({characters}); they are taken out.",
                characters=hidden,
            )
            text = visible(text)
        return normalize("NFC", " ".join(text.split()))

    def _exact(self) -> str | None:
        """The text of a number, day or code, in which nothing is hidden."""
        text = self._written()
        if text is not None and (hidden := invisible(text)):
            self.fault(
                "",
                "control-character",
                "There are characters here that nobody can see ({characters}).",
                characters=hidden,
            )
            return None
        return None if text is None else text.strip(_SPACES)

    def missing(self, path: str, rule: str) -> None:
        """Note that what `rule` requires is not there."""
        self.fault(
            path,
            "missing",
            "{name} is missing, and the rule {rule} requires it.",
            name=_without_prefixes(path).rsplit("/", 1)[-1],
            rule=rule,
        )
