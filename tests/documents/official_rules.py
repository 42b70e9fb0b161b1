"""The official rules as judge of the reader, where they and their engine are at hand."""

import random
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from ledger.documents.engine import Saxon

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "peppol"
RULES = SHARED / "rules" / "xslt"
SCHEMAS = SHARED / "ubl-2.1-xsd" / "maindoc"
SHEETS = tuple(RULES / f"{name}.xslt" for name in ("CEN-EN16931-UBL", "PEPPOL-EN16931-UBL"))


def absent() -> str:
    """Why the rules cannot be asked, or ""."""
    if not all(sheet.is_file() for sheet in SHEETS):
        return "the compiled official rules of Peppol are not at hand"
    if find_spec("saxonche") is None:
        return "the engine of the official rules (avrop[rules]) is not installed"
    return ""


def needed() -> None:
    if why := absent():
        pytest.skip(why)


class Judge:
    """The schema of UBL first, as whoever carries the rules out has it, and then the rules."""

    def __init__(self, engine: Saxon) -> None:
        self._engine = engine
        self._schemas: dict[str, etree.XMLSchema] = {}

    def passes(self, text: str) -> bool:
        try:
            root = etree.fromstring(text.encode())
        except etree.XMLSyntaxError:
            return False
        kind = etree.QName(root).localname
        schema = self._schema(kind)
        if schema is not None and not schema.validate(root):
            return False
        report = self._engine.run(SHEETS, text.partition("?>")[2].strip().encode())
        return not report.broken and not any(one.flag == "fatal" for one in report.found)

    def _schema(self, kind: str) -> etree.XMLSchema | None:
        path = SCHEMAS / f"UBL-{kind}-2.1.xsd"
        if kind not in self._schemas and path.is_file():
            self._schemas[kind] = etree.XMLSchema(etree.parse(path))
        return self._schemas.get(kind)


# ── Edits of a sound file ─────────────────────────────────────────────────────────────────────

VALUES = (
    *("0", "1", "-1", ".50", "40000.", "1.10", "0.001", "+5", "00012", "1e3", "NaN", "100.000"),
    *("", " ", "NA", "SEK", "EUR", "S", "Z", "E", "O", "AE", "VAT", "GST", "true", "false", "25"),
    *("380", "381", "384", "386", "389", "326", "393", "2024-01-01", "2030-12-31", "2024-1-1"),
    *("å\u0308", "a\u200bb", "x\u0085y", "\u202eab", "N" * 300, "<![CDATA[<!DOCTYPE x>]]>"),
    *("&#65;", "<!-- c -->7", "2120002403", "0007:2120002403", "#!/&amp;", "F-1001  "),
)


def edits(sources: list[str], count: int, seed: int) -> Iterator[str]:
    """So many texts that differ from one of the sources in one element each (or two)."""
    chance = random.Random(seed)
    while count:
        root = etree.fromstring(chance.choice(sources).encode())
        for _ in range(chance.choice((1, 1, 1, 2))):
            _edit(root, chance)
        text = etree.tostring(root, encoding="unicode")
        for mark, value in enumerate(VALUES):
            text = text.replace(f"@{mark}@", value)
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
        count -= 1


def _edit(root: etree._Element, chance: random.Random) -> None:
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    leaves = [element for element in elements if not len(element)]
    element = chance.choice(elements[1:])
    parent = element.getparent()
    what = chance.choice(("value", "value", "value", "double", "drop", "swap", "same", "attribute"))
    if what == "value":
        chance.choice(leaves).text = f"@{chance.randrange(len(VALUES))}@"
    elif what == "double" and parent is not None:
        parent.insert(parent.index(element), etree.fromstring(etree.tostring(element)))
    elif what == "drop" and parent is not None:
        parent.remove(element)
    elif what == "swap":
        one, other = chance.sample(leaves, 2)
        one.text, other.text = other.text, one.text
    elif what == "same":
        _everywhere(root, chance.choice(leaves).text or "", chance)
    elif element.attrib:
        name = chance.choice(list(element.attrib))
        element.attrib[name] = chance.choice(("0007", "0088", "SEK", "EUR", "EA", "XYZ"))


def _everywhere(root: etree._Element, value: str, chance: random.Random) -> None:
    """One value spelled otherwise wherever it stands: such edits are valid more often."""
    new = chance.choice(
        (value + "0", value + ".", f"+{value}", f" {value}\n", f"0{value}", f"{value}x")
    )
    for element in root.iter():
        if isinstance(element.tag, str) and element.text == value:
            element.text = new
