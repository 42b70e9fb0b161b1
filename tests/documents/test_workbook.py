"""A hostile workbook is refused in words, in little time and memory, whatever it holds."""

import io
import subprocess
import sys
import zipfile

import pytest
import xlsxwriter

from ledger.bounds import MAX_IMPORT_FILE
from ledger.documents import workbook
from ledger.documents.faults import DocumentFaults

SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sound(rows: int = 2) -> bytes:
    content = io.BytesIO()
    written = xlsxwriter.Workbook(content, {"in_memory": True})
    page = written.add_worksheet("Avtal")
    for row in range(rows):
        page.write_string(row, 1, f"row {row}")
        page.write_number(row, 2, row)
    written.close()
    return content.getvalue()


def changed(parts: dict[str, bytes], without: tuple[str, ...] = ()) -> bytes:
    """A sound workbook with other parts in it."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound())) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name not in parts and name not in without:
                after.writestr(name, before.read(name))
        for name, data in parts.items():
            after.writestr(name, data)
    return content.getvalue()


def sheet(rows: str, head: str = "") -> bytes:
    text = f"<?xml version='1.0'?>{head}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"
    return text.encode()


def bomb() -> bytes:
    """A sheet of a gigabyte in a megabyte."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sound())) as before,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name != SHEET:
                after.writestr(name, before.read(name))
        with after.open(SHEET, "w") as part:
            part.write(f"<?xml version='1.0'?><worksheet {MAIN}><sheetData>".encode())
            for _ in range(1_000):
                part.write(b" " * 999_996 + b"<x/>")
            part.write(b"</sheetData></worksheet>")
    return content.getvalue()


def many_rows() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_000_001))
    return changed({SHEET: sheet(rows)})


ENTITIES = """<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY x SYSTEM "file:///etc/passwd">]>"""
VALUE = '<row r="1"><c r="A1" t="str"><v>{}</v></c></row>'
RELS = "xl/_rels/workbook.xml.rels"


def outside() -> bytes:
    """A workbook whose sheet is at another place."""
    with zipfile.ZipFile(io.BytesIO(sound())) as before:
        rels = before.read(RELS).decode()
    link = (
        '<Relationship Id="rX" TargetMode="External" Target="http://example.com/a.xlsx" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
    )
    return changed({RELS: rels.replace("</Relationships>", f"{link}</Relationships>").encode()})


def twice() -> bytes:
    content = io.BytesIO(sound())
    with zipfile.ZipFile(content, "a") as after, pytest.warns(UserWarning, match="Duplicate"):
        after.writestr(SHEET, sheet(""))
    return content.getvalue()


def lying() -> bytes:
    """Says that its sheet is smaller unpacked than it is."""
    content = bytearray(bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as packed:
        size = packed.getinfo(SHEET).file_size
    return bytes(content).replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))


HOSTILE = {
    "bomb": (bomb, "bomb"),
    "bomb that lies of its size": (lying, "damaged"),
    "a million rows": (many_rows, "rows"),
    "a cell in the last corner": (
        lambda: changed({SHEET: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}),
        "rows",
    ),
    "a cell in the last column": (
        lambda: changed({SHEET: sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>')}),
        "columns",
    ),
    "a place that is none": (
        lambda: changed({SHEET: sheet('<row r="1"><c r="1A"><v>1</v></c></row>')}),
        "damaged",
    ),
    "entities": (lambda: changed({SHEET: sheet(VALUE.format("&b;"), ENTITIES)}), "entities"),
    "a file of the machine": (
        lambda: changed({SHEET: sheet(VALUE.format("&x;"), ENTITIES)}),
        "entities",
    ),
    "entities in the strings": (
        lambda: changed(
            {"xl/sharedStrings.xml": f"{ENTITIES}<sst {MAIN}><si><t>&b;</t></si></sst>".encode()}
        ),
        "entities",
    ),
    "deep": (lambda: changed({SHEET: sheet("<a>" * 5_000 + "</a>" * 5_000)}), "damaged"),
    "no end": (lambda: changed({SHEET: sheet("")[:-20]}), "damaged"),
    "macros": (lambda: changed({"xl/vbaProject.bin": b"\xd0\xcf"}), "macros"),
    "links": (lambda: changed({"xl/externalLinks/externalLink1.xml": b"<a/>"}), "links"),
    "a link in the relations": (outside, "links"),
    "embedded": (lambda: changed({"xl/embeddings/oleObject1.bin": b"x"}), "links"),
    "a part that is no table": (lambda: changed({"xl/worksheets/sheet2.bin": b"\0x"}), "part"),
    "many parts": (lambda: changed({f"xl/media/{n}.png": b"x" for n in range(300)}), "parts"),
    "a part twice": (twice, "damaged"),
    "ods": (
        lambda: changed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        "open-document",
    ),
    "xls": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old-workbook"),
    "csv": (lambda: b"Avtal;Belopp\n", "no-workbook"),
    "nothing": (lambda: b"", "no-workbook"),
    "half": (lambda: sound()[:2_000], "damaged"),
    "a zip of something else": (lambda: changed({}, without=("xl/workbook.xml",)), "no-workbook"),
    "too large": (lambda: b"PK\x03\x04" + b"\0" * MAX_IMPORT_FILE, "too-large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_words(name):
    made, code = HOSTILE[name]
    content = made()
    with pytest.raises(DocumentFaults) as refused:
        workbook.opened(content)
    assert [one.code for one in refused.value.faults] == [code]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bomb", "a million rows", "a cell in the last corner"])
def test_it_takes_little_memory(name, tmp_path):
    made, code = HOSTILE[name]
    (tmp_path / "hostile.xlsx").write_bytes(made())
    asked = """
import sys, resource
from ledger.documents import workbook
from ledger.documents.faults import DocumentFaults
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    workbook.opened(open(sys.argv[1], "rb").read())
except DocumentFaults as refused:
    print(refused.faults[0].code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    told = subprocess.run(
        [sys.executable, "-c", asked, str(tmp_path / "hostile.xlsx")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.split()
    assert told[0] == code
    assert int(told[1]) < 100_000, "kilobytes"


def test_a_sound_workbook_is_read_with_the_numbers_of_its_rows():
    book = workbook.opened(sound())
    assert book.names == ("Avtal",)
    assert [(row.number, row.cells) for row in book.rows("Avtal")] == [
        (1, ["", "row 0", 0.0]),
        (2, ["", "row 1", 1.0]),
    ]


def test_what_is_only_formatted_is_no_cell():
    content = io.BytesIO()
    written = xlsxwriter.Workbook(content, {"in_memory": True})
    page = written.add_worksheet("Avtal")
    page.write_string(0, 0, "a")
    page.write_blank(1_000_000, 100, None, written.add_format({"bold": True}))
    written.close()
    book = workbook.opened(content.getvalue())
    assert [row.cells for row in book.rows("Avtal")] == [["a"]]


@pytest.mark.parametrize(("place", "called"), [(0, "A"), (25, "Z"), (26, "AA"), (59, "BH")])
def test_columns_are_called_as_a_spreadsheet_does(place, called):
    assert workbook.column(place) == called
