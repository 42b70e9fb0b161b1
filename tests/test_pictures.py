"""Pictures of pages are taken by their list, and written small without losing what they show."""

import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from ledger.demo import PEOPLE

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
try:
    import pictures
finally:
    sys.path.pop(0)

WHITE, BLUE, NEARLY = b"\xff\xff\xff", b"\x20\x40\x80", b"\x21\x40\x80"
ROWS = [[WHITE, BLUE, BLUE, WHITE], [BLUE, BLUE, NEARLY, WHITE], [WHITE, WHITE, BLUE, BLUE]]


def filtered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    """A row as PNG's filter of that kind leaves it, by the letter of the specification."""

    def guess(at: int) -> int:
        a = row[at - step] if at >= step else 0
        b, c = above[at], above[at - step] if at >= step else 0
        p = a + b - c
        near = sorted((abs(p - value), place) for place, value in enumerate((a, b, c)))
        return (0, a, b, (a + b) // 2, (a, b, c)[near[0][1]])[kind]

    return bytes((value - guess(at)) & 255 for at, value in enumerate(row))


def png(rows: list[list[bytes]], kind: int, opaque: bytes = b"") -> bytes:
    """`opaque`: the fourth byte of each pixel, where there is one."""
    step, above, lines = 3 + len(opaque), bytes(len(rows[0]) * (3 + len(opaque))), b""
    for colours in rows:
        row = b"".join(colour + opaque for colour in colours)
        lines += bytes([kind]) + filtered(kind, row, above, step)
        above = row
    colour_type = 6 if opaque else 2
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, colour_type, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b""))
    return pictures.SIGNATURE + b"".join(pictures.chunk(name, data) for name, data in chunks)


def shown(data: bytes) -> list[list[bytes]]:
    """The colours of a picture with a palette."""
    found, at = {}, len(pictures.SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        whole = data[at + 4 : at + 8 + length]
        assert struct.unpack(">I", data[at + 8 + length : at + 12 + length])[0] == zlib.crc32(whole)
        found[whole[:4]] = whole[4:]
        at += length + 12
    width, height, bits, kind = struct.unpack(">IIBB", found[b"IHDR"][:10])
    assert (bits, kind) == (8, 3)
    lines, palette = zlib.decompress(found[b"IDAT"]), found[b"PLTE"]
    assert len(lines) == (width + 1) * height
    return [
        [palette[3 * place : 3 * place + 3] for place in lines[at + 1 : at + 1 + width]]
        for at in range(0, len(lines), width + 1)
    ]


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("opaque", [b"", b"\xff"])
def test_what_is_written_small_shows_the_same(kind: int, opaque: bytes):
    same = [[BLUE if colour == NEARLY else colour for colour in row] for row in ROWS]
    assert shown(pictures.small(png(ROWS, kind, opaque))) == same


def test_every_picture_has_a_name_of_its_own_and_somebody_who_sees_it():
    names = [picture.name for picture in pictures.PICTURES]
    assert len(set(names)) == len(names)
    assert {picture.role for picture in pictures.PICTURES} <= set(PEOPLE)


def test_a_picture_that_is_not_in_the_list_is_not_taken():
    command = [sys.executable, str(ROOT / "scripts" / "pictures.py"), "nothing"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2)  # 1 where there is no Chromium
    assert "nothing" in done.stdout or "Chromium" in done.stdout


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("chromium") or shutil.which("chromium-browser")),
    reason="Chromium is not installed",
)
def test_a_picture_can_be_taken_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pictures, "FOLDER", tmp_path)
    (picture,) = [one for one in pictures.PICTURES if one.name == "order"]
    monkeypatch.setattr(sys, "argv", ["pictures", picture.name])
    assert pictures.main() == 0
    data = (tmp_path / f"{picture.name}.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert (width, height) == (picture.width * pictures.SCALE, picture.height * pictures.SCALE)
