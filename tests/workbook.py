"""A workbook (XLSX) read from its own XML, so that what a test sees is what is in the file."""

import io
import zipfile
from datetime import datetime, timedelta
from typing import NamedTuple

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EPOCH = datetime(1899, 12, 30)


class Cell(NamedTuple):
    """`kind` is text or number, `shown` the number's format."""

    value: str | float
    kind: str
    shown: str
    quoted: bool


class Sheet(NamedTuple):
    name: str
    rows: list[dict[int, Cell]]
    xml: etree._Element

    @property
    def texts(self) -> list[list[object]]:
        """Values row by row, empty cells as None."""
        width = max((max(row, default=-1) for row in self.rows), default=-1) + 1
        return [[row[n].value if n in row else None for n in range(width)] for row in self.rows]


def sheets_of(content: bytes) -> dict[str, Sheet]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        styles = _styles(_parse(book, "xl/styles.xml"))
        shared = [
            "".join(item.itertext())
            for item in (
                _parse(book, "xl/sharedStrings.xml").iter(f"{MAIN}si")
                if "xl/sharedStrings.xml" in book.namelist()
                else ()
            )
        ]
        names = [one.get("name") for one in _parse(book, "xl/workbook.xml").iter(f"{MAIN}sheet")]
        return {
            name: _sheet(name, _parse(book, f"xl/worksheets/sheet{n}.xml"), styles, shared)
            for n, name in enumerate(names, start=1)
        }


def moment_of(number: float) -> datetime:
    return EPOCH + timedelta(seconds=round(number * 86400))


def _parse(book: zipfile.ZipFile, name: str) -> etree._Element:
    return etree.fromstring(book.read(name))


def _styles(xml: etree._Element) -> list[tuple[str, bool]]:
    formats = {one.get("numFmtId"): one.get("formatCode") for one in xml.iter(f"{MAIN}numFmt")}
    formats |= {"0": "General", "1": "0", "4": "#,##0.00"}
    return [
        (formats[one.get("numFmtId")], one.get("quotePrefix") == "1")
        for one in xml.find(f"{MAIN}cellXfs")
    ]


def _sheet(name: str, xml: etree._Element, styles: list, shared: list[str]) -> Sheet:
    found: list[dict[int, Cell]] = []
    for row in xml.iter(f"{MAIN}row"):
        while len(found) < int(row.get("r")):
            found.append({})
        for cell in row:
            place = 0
            for letter in cell.get("r").rstrip("0123456789"):
                place = place * 26 + ord(letter) - 64
            shown, quoted = styles[int(cell.get("s", "0"))]
            kind = cell.get("t", "n")
            text = "".join(cell.itertext())
            if kind == "n":
                value: str | float = float(text)
            else:
                value = shared[int(text)] if kind == "s" else text
            found[-1][place - 1] = Cell(value, "number" if kind == "n" else "text", shown, quoted)
    return Sheet(name, found, xml)
