"""A received workbook (.xlsx), looked at before it is read: what it unpacks to, and what is in it.

What reads the cells makes room for all that the outermost of them span. So each part is unpacked
here first, a piece at a time and never kept, and nothing is read of a workbook that would be larger
than its bounds, or that holds what no table does: macros, links to other files, entities.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from lxml import etree

from ledger.bounds import (
    MAX_CELL,
    MAX_FAULTS,
    MAX_IMPORT_COLUMNS,
    MAX_IMPORT_FILE,
    MAX_IMPORT_PARTS,
    MAX_IMPORT_ROWS,
    MAX_IMPORT_UNPACKED,
)
from ledger.documents.faults import DocumentFaults, refusal

Cell = str | int | float | bool | date | datetime | time | timedelta
"""What is in a cell; "" where nothing is."""

_OLD = b"\xd0\xcf\x11\xe0"
"""What .xls begins with, and any workbook with a password."""
_ZIP = b"PK\x03\x04"
_PIECE = 1 << 16
_HEAD = 100
"""Bytes by which a part is known to be XML."""
_HARMLESS = ("xl/media/", "xl/printersettings/", "docprops/")
"""Where parts lie that are no XML and that nothing here reads."""
_LINKED = (
    "xl/externallinks/",
    "xl/connections",
    "xl/querytables/",
    "xl/embeddings/",
    "xl/activex/",
)
_MACROS = ("vbaproject", "xl/macrosheets/", "vbadata")
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Row(msgspec.Struct, frozen=True):
    """A row as it stands in the sheet: `number` counts from 1, as a spreadsheet does; `formulas`
    are the places of cells, from 0, that hold one, or an error of one."""

    number: int
    cells: list[Cell]
    formulas: tuple[int, ...] = ()


class _Scanned(msgspec.Struct):
    """What one sheet was seen to hold: its formulas by row and place."""

    formulas: dict[int, list[int]]


class Workbook:
    """A workbook that may be read: sheets by their names."""

    def __init__(self, content: bytes, formulas: Mapping[str, _Scanned]) -> None:
        from python_calamine import CalamineWorkbook

        self._formulas = formulas
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(content))
            self.names: tuple[str, ...] = tuple(self._book.sheet_names)
        except BaseException as error:
            raise _unread(error) from error

    def height(self, name: str) -> int:
        """About how many rows a sheet has. Raises DocumentFaults."""
        try:
            return int(self._book.get_sheet_by_name(name).height)
        except BaseException as error:
            raise _unread(error) from error

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a sheet that are not empty. Raises DocumentFaults."""
        seen = self._formulas.get(name, _Scanned({})).formulas
        try:
            sheet = self._book.get_sheet_by_name(name)
            across = 0 if sheet.start is None else sheet.start[1]
            table = sheet.iter_rows() if sheet.start else ()
        except BaseException as error:
            raise _unread(error) from error
        for number, cells in enumerate(table, 1):
            places = tuple(seen.get(number, ()))
            if places or any(cell != "" for cell in cells):
                yield Row(number, [*[""] * across, *map(_bounded, cells)], places)


def opened(content: bytes) -> Workbook:
    """Raises DocumentFaults where it is no workbook, or none that is read."""
    if len(content) > MAX_IMPORT_FILE:
        figures = {"bytes": str(len(content)), "most": str(MAX_IMPORT_FILE)}
        message = "The file has {bytes} bytes, and at most {most} are read."
        raise refusal("too-large", message, **figures)
    if content.startswith(_OLD):
        raise refusal(
            "old-workbook",
            "The file is an older workbook (.xls), or one with a password: save it as a workbook "
            "(.xlsx) without one.",
        )
    if not content.startswith(_ZIP):
        raise refusal("no-workbook", "The file is no workbook (.xlsx): fill in the template.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return Workbook(content, _looked_at(packed))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise _unread(error) from error


def _unread(error: BaseException) -> BaseException:
    """What breaks off the reading, in words; a panic of what reads is no exception of ours."""
    if isinstance(error, DocumentFaults):
        return error
    if isinstance(error, KeyboardInterrupt | SystemExit | MemoryError | GeneratorExit):
        return error
    return refusal("damaged", "The workbook is damaged: open it in a spreadsheet and save it anew.")


def _linked() -> DocumentFaults:
    message = "The workbook has links to other files, or files in it: break the links first."
    return refusal("links", message)


def _bounded(cell: Cell) -> Cell:
    if isinstance(cell, str) and len(cell) > MAX_CELL:
        message = "A cell has more than {most} characters."
        raise refusal("cell-too-long", message, most=str(MAX_CELL))
    return cell


# ── What is in it ─────────────────────────────────────────────────────────────────────────────


def _looked_at(packed: zipfile.ZipFile) -> dict[str, _Scanned]:
    """Each sheet by its name, as it was seen to be. Raises DocumentFaults."""
    parts = packed.infolist()
    names = [part.filename.replace("\\", "/").lower() for part in parts]
    _require_plain(packed, parts, names)
    left, found = MAX_IMPORT_UNPACKED, dict[str, _Scanned]()
    sheets, targets = dict[str, str](), dict[str, str]()
    for part, name in zip(parts, names, strict=True):
        looking = _Looking(name)
        size = 0
        with packed.open(part) as stream:
            while piece := stream.read(_PIECE):
                size += len(piece)
                if size > left:
                    message = "The workbook is larger unpacked than {most} bytes, which are read."
                    raise refusal("bomb", message, most=str(MAX_IMPORT_UNPACKED))
                looking.feed(piece)
        left -= size
        looking.end()
        if looking.scanned is not None:
            found[name] = looking.scanned
        sheets |= looking.sheets
        if name == "xl/_rels/workbook.xml.rels":
            targets |= looking.targets
    return {called: found[at] for called, at in _placed(sheets, targets).items() if at in found}


def _placed(sheets: Mapping[str, str], targets: Mapping[str, str]) -> dict[str, str]:
    """The name of each sheet → where its part lies."""
    return {
        called: at.lstrip("/") if at.startswith("/") else f"xl/{at}"
        for called, id in sheets.items()
        if (at := targets.get(id, "").lower())
    }


def _require_plain(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo], names: list[str]) -> None:
    if len(parts) > MAX_IMPORT_PARTS:
        message = "The workbook has {count} parts, and at most {most} are read."
        raise refusal("parts", message, count=str(len(parts)), most=str(MAX_IMPORT_PARTS))
    if "mimetype" in names or "content.xml" in names:
        message = "The file is an OpenDocument table (.ods): save it as a workbook (.xlsx)."
        raise refusal("open-document", message)
    if len(set(names)) < len(names) or any(part.flag_bits & 1 for part in parts):
        raise refusal(
            "damaged", "The workbook is damaged: open it in a spreadsheet and save it anew."
        )
    if any(mark in name for name in names for mark in _MACROS):
        message = "The workbook has macros: save it as one without (.xlsx)."
        raise refusal("macros", message)
    if any(name.startswith(_LINKED) for name in names):
        raise _linked()
    if "xl/workbook.xml" not in names:
        raise refusal("no-workbook", "The file is no workbook (.xlsx): fill in the template.")


class _Looking:
    """One part as it is unpacked, piece by piece."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scanned: _Scanned | None = None
        self.sheets = dict[str, str]()
        self.targets = dict[str, str]()
        self._parser: Any = None
        self._is_xml: bool | None = None
        self._row = self._place = 0
        self._is_error = False

    def feed(self, piece: bytes) -> None:
        if self._is_xml is None:
            head = piece[:_HEAD].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
            self._is_xml = head.startswith(b"<")
            if not self._is_xml and not self.name.startswith(_HARMLESS):
                message = "The workbook has a part that is no table: {part}."
                raise refusal("part", message, part=self.name[:80])
            if self._is_xml:
                self._parser = etree.XMLPullParser(
                    events=("start", "end"),
                    resolve_entities=False,
                    no_network=True,
                    load_dtd=False,
                    huge_tree=False,
                )
        if self._parser is not None:
            try:
                self._parser.feed(piece)
                self._read()
            except etree.XMLSyntaxError as error:
                raise _unread(error) from error

    def end(self) -> None:
        if self._parser is not None:
            try:
                self._parser.close()
                self._read()
            except etree.XMLSyntaxError as error:
                raise _unread(error) from error

    def _read(self) -> None:
        for event, element in self._parser.read_events():
            if event == "start":
                self._began(element)
            else:
                element.clear(keep_tail=False)
                above = element.getparent()
                while above is not None and above[0] is not element:
                    del above[0]

    def _began(self, element: Any) -> None:
        if element.getparent() is None:
            if element.getroottree().docinfo.doctype:
                message = "The workbook declares entities, which no spreadsheet does."
                raise refusal("entities", message)
            if _plain(element.tag) == "worksheet":
                self.scanned = _Scanned({})
            return
        tag = _plain(element.tag)
        if tag == "sheet" and self.name == "xl/workbook.xml":
            self.sheets[element.get("name", "")] = element.get(_ID, "")
        elif tag == "Relationship":
            self._related(element)
        elif self.scanned is not None:
            self._in_sheet(tag, element)

    def _related(self, element: Any) -> None:
        self.targets[element.get("Id", "")] = element.get("Target", "")
        outside = element.get("TargetMode", "") == "External"
        if outside and not element.get("Type", "").endswith("/hyperlink"):
            message = (
                "The workbook has links to other files, or files in it: break the links first."
            )
            raise refusal("links", message)

    def _in_sheet(self, tag: str, element: Any) -> None:
        if tag == "row":
            self._row = _whole(element.get("r"), self._row + 1)
            self._place = 0
            return
        if tag == "c":
            self._row, place = _position(element.get("r"), self._row, self._place)
            self._place = place + 1
            self._is_error = element.get("t") == "e"
            return
        if tag not in ("v", "is", "f"):  # one that is only formatted holds nothing
            return
        if (tag == "f" or self._is_error) and self.scanned is not None:
            some = self.scanned.formulas
            if len(some) < MAX_FAULTS:
                some.setdefault(self._row, []).append(self._place - 1)
        if self._row > MAX_IMPORT_ROWS:
            message = "A sheet has cells below row {most}, and no further is read."
            raise refusal("rows", message, most=str(MAX_IMPORT_ROWS))
        if self._place > MAX_IMPORT_COLUMNS:
            message = "A sheet has cells beyond column {most}, and no further is read."
            raise refusal("columns", message, most=str(MAX_IMPORT_COLUMNS))


def _plain(tag: Any) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _whole(text: str | None, otherwise: int) -> int:
    if text is None:
        return otherwise
    if not text.isdecimal() or len(text) > 9:
        raise _unread(ValueError(text))
    return int(text)


def _position(text: str | None, row: int, place: int) -> tuple[int, int]:
    """Row and place, from 0, of a cell that says it as AB12; else after the one before it."""
    if text is None:
        return row, place
    letters = text.rstrip("0123456789")
    if not letters.isascii() or not letters.isalpha() or len(letters) > 6:
        raise _unread(ValueError(text))
    found = 0
    for letter in letters.upper():
        found = found * 26 + ord(letter) - ord("A") + 1
    return _whole(text[len(letters) :], row), found - 1


def column(place: int) -> str:
    """What a spreadsheet calls a column: 0 is A, 27 is AB."""
    letters = ""
    place += 1
    while place:
        place, at = divmod(place - 1, 26)
        letters = chr(ord("A") + at) + letters
    return letters
