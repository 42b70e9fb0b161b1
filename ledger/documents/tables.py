"""A received table of text as rows of cells: whatever code page, line ends and separator it has.

A spreadsheet and a ledger each write "CSV" in their own way, and say nowhere which: the bytes tell.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator

import msgspec

from ledger.bounds import MAX_CELL, MAX_COLUMNS, MAX_LEDGER_FILE, MAX_LEDGER_ROWS, MAX_ROW
from ledger.documents.faults import Findings, refusal

SEPARATORS = (";", ",", "\t", "|")
"""In the order in which they are taken where several would do."""

Follow = Callable[[Iterable[str], int], Iterable[str]]
"""Gives lines on, of which there are so many: for a bar that shows how far a reading has come."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SAMPLE = 4_000
"""Bytes that tell whether a file without a mark is UTF-16."""
_CODE_PAGES = {"cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (850)"}
"""Code pages of eight bits, with what they are called; the first is meant where nothing tells."""
_LETTERS = "åäöÅÄÖéÉüÜ\N{NO-BREAK SPACE}"
"""What a Swedish ledger has that is not ASCII: by these its code page is known."""
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What .xlsx and .xls begin with."""
_UNSEEN = "\0\x1a\ufeff\u200b\xa0 \t\r\n\x0b\x0c"
"""What a row may have and say nothing: also the end of a file in DOS, and what fills up a block."""
_AS_TEXT = re.compile(r'="([^"]*)"')
"""How a cell is written that a spreadsheet is to take for text, as a number with zeros before."""


class Cells(msgspec.Struct, frozen=True):
    """A row as it stands in the file: `number` counts from 1, as a spreadsheet does."""

    number: int
    cells: list[str]


def decoded(content: bytes, findings: Findings) -> str:
    """The text of a file. By its byte order mark, else UTF-8, else the code page of Windows, or of
    an old Mac or DOS where its letters are Swedish only so.

    Raises DocumentFaults where it is too large, empty, a workbook, or in none of them.
    """
    if len(content) > MAX_LEDGER_FILE:
        raise refusal(
            "too-large",
            "The file has {bytes} bytes, and at most {most} are read.",
            bytes=str(len(content)),
            most=str(MAX_LEDGER_FILE),
        )
    if content.startswith(_WORKBOOKS):
        raise refusal("workbook", "The file is a workbook: save it as CSV (UTF-8) and send that.")
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _in(content[len(mark) :], encoding)
    if wide := _without_mark(content[:_SAMPLE]):
        return _in(content, wide)
    try:
        text = content.decode()
    except UnicodeDecodeError:
        page = _code_page(content)
        text = _in(content, page)
        findings.warn(
            "",
            "code-page",
            "The file is not UTF-8; it was read as {code_page}.",
            code_page=_CODE_PAGES[page],
        )
    if not text.strip():
        raise refusal("empty", "The file is empty.")
    return text


def _in(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise refusal(
            "encoding",
            "The file cannot be read as {encoding}: byte {position} is no part of a letter there.",
            encoding=encoding.upper(),
            position=str(error.start + 1),
        ) from None
    if not text.strip():
        raise refusal("empty", "The file is empty.")
    return text


def _code_page(content: bytes) -> str:
    """By which most of what is not ASCII is what a Swedish ledger has; else Windows'."""
    beyond = len(content) - len(content.translate(None, bytes(range(128, 256))))
    letters = {
        page: sum(map(content.count, (letter.encode(page) for letter in _LETTERS)))
        for page in _CODE_PAGES
    }
    best = max(letters, key=lambda page: letters[page])
    return best if letters[best] * 2 > beyond else next(iter(_CODE_PAGES))


def _without_mark(sample: bytes) -> str:
    """UTF-16 that does not say so: of western text, every other byte is null."""
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > half * 0.6:
        return "utf-16-le"
    return "utf-16-be" if sample[0::2].count(0) > half * 0.6 else ""


def separator(line: str, fits: Callable[[list[str]], int], said: str = "") -> tuple[int, str]:
    """How well the cells of a line fit, and what sets them apart: what is `said` to, else that by
    which most of them fit."""

    def fitting(candidate: str) -> int:
        try:
            return max((fits(row) for row in csv.reader([line], delimiter=candidate)), default=0)
        except csv.Error:
            return 0

    best = said or max(SEPARATORS, key=fitting)
    return fitting(best), best


def first_lines(text: str, count: int) -> tuple[list[str], str]:
    """The first lines that say anything, at most so many, and the separator that a line `sep=;`
    names."""
    said, found = "", list[str]()
    for line in lines_of(text):
        plain = line[:MAX_ROW].strip("\ufeff \n")
        if match := re.fullmatch(r"sep=([;,\t|])", plain, re.IGNORECASE):
            said = match[1]
        elif plain:
            found.append(plain)
        if len(found) == count:
            break
    return found, said


def lines_of(text: str) -> Iterator[str]:
    """Lines by any of the three line ends, also a bare CR, which no other sign of Unicode is."""
    return iter(io.StringIO(text, newline=None))


def rows(text: str, delimiter: str, findings: Findings, follow: Follow | None) -> Iterator[Cells]:
    """Rows that are not empty. What breaks off the reading is a fault, and all before it is given.

    A quotation mark that is never closed would swallow the rows after it: it is a fault, too.
    """
    lines: Iterable[str] = lines_of(text)
    if follow is not None:
        lines = follow(lines, text.count("\n") or text.count("\r"))
    reader = csv.reader(_bounded(lines), delimiter=delimiter, strict=True)
    number = given = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except (csv.Error, _TooLong):
            _unread(findings, number)
            return
        if cells is None:
            return
        if len(cells) > MAX_COLUMNS or max(map(len, cells), default=0) > MAX_CELL:
            _unread(findings, number)
            return
        if not "".join(cells).strip(_UNSEEN):
            continue
        given += 1
        if given > MAX_LEDGER_ROWS + 1:
            findings.fault(
                "",
                "too-many-rows",
                "The file has more than the {most} rows that are read at a time.",
                most=str(MAX_LEDGER_ROWS),
            )
            return
        yield Cells(number, cells)


class _TooLong(Exception):
    """A line with more than MAX_ROW characters: nothing that is a table has one."""


def _bounded(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if len(line) > MAX_ROW:
            raise _TooLong
        yield line


def _unread(findings: Findings, number: int) -> None:
    findings.fault(
        f"/{number}",
        "row-unread",
        "Row {row} cannot be read: it is too long, or a quotation mark is not closed, or stands "
        "within a text without being doubled.",
        row=str(number),
    )


def plain(text: str) -> str:
    """A cell without what is not seen: controls, and signs that turn the direction of writing; and
    without what has a spreadsheet take it for text."""
    if (match := _AS_TEXT.fullmatch(text.strip())) is not None:
        text = match[1]
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = (" " if sign in "\t\n\r" else sign for sign in text)
    return "".join(
        sign for sign in kept if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co")
    ).strip()
