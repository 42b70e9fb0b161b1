"""A document set as tagged PDF (PDF/UA-1) by typst, which is an extra: `avrop[pdf]`."""

import re
import unicodedata
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import msgspec

from ledger.application.printed.document import Document
from ledger.domain.refusals import PdfNotInstalled

LAYOUT = Path(__file__).with_name("document.typ")
RANGES = (
    (0x20, 0x7E), (0xA0, 0x24F), (0x2B0, 0x2FF), (0x370, 0x3FF), (0x400, 0x45F), (0x1E00, 0x1EFF),
    (0x2010, 0x2027), (0x2030, 0x203E), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2190, 0x22FF),
    (0x25A0, 0x25FF),
)  # fmt: skip
"""Characters that the fonts have which come with typst: those of the system are left out, so that a
document looks the same wherever it is made. PDF/UA allows none without a shape."""
UNKNOWN = "\N{WHITE SQUARE}"
LONGEST = 24
"""Characters of a word without a place to break it: what the narrowest column takes."""
BREAK = "\N{ZERO WIDTH SPACE}"


def pdf(document: Document, known_at: datetime) -> bytes:
    """The document; the same bytes for the same content and moment. Raises PdfNotInstalled."""
    require_installed()
    import typst

    told = msgspec.json.encode(_printable(msgspec.to_builtins(document))).decode()
    made: Any = typst.compile(
        LAYOUT.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"document": told},
        timestamp=int(known_at.timestamp()),
        font_paths=_fonts(),
    )
    assert isinstance(made, bytes), "one document is one file"
    return made


def require_installed() -> None:
    """Raises PdfNotInstalled."""
    if find_spec("typst") is None:
        raise PdfNotInstalled()


@cache
def _fonts() -> Any:
    import typst

    return typst.Fonts(include_system_fonts=False)


def _printable(value: Any) -> Any:
    """Every text in it as the fonts can show it."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value


def printable(text: str) -> str:
    """What has no shape in the fonts is a square; what is unseen (and could turn the line around)
    is left out; a long word may be broken."""
    composed = unicodedata.normalize("NFC", text)
    shown = "".join(_shown(sign) for sign in composed)
    return re.sub(rf"(\S{{{LONGEST}}})(?=\S)", rf"\1{BREAK}", shown)


def _shown(sign: str) -> str:
    if sign == "\n":
        return sign
    if sign in "\t\r\v\f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}":
        return " "
    code = ord(sign)
    if any(first <= code <= last for first, last in RANGES) and sign != "\N{SOFT HYPHEN}":
        return sign if unicodedata.category(sign) != "Cn" else UNKNOWN
    return "" if unicodedata.category(sign) in ("Cc", "Cf", "Mn", "Me") else UNKNOWN
