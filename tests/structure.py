"""A PDF's structure as a screen reader meets it: its tags, title, language and what it claims."""

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf


class Tag(NamedTuple):
    name: str
    depth: int
    scope: str
    alt: str


class Structure(NamedTuple):
    title: str
    language: str
    part: str
    shows_title: bool
    marked: bool
    tags: list[Tag]
    pages: int

    @property
    def counts(self) -> Counter[str]:
        return Counter(tag.name for tag in self.tags)


def structure_of(content: bytes) -> Structure:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        root = pdf.Root
        xmp = root.Metadata.read_bytes().decode()
        (part,) = re.findall(r"<pdfuaid:part>(\d)</pdfuaid:part>", xmp) or [""]
        (title,) = re.findall(r"<dc:title>.*?<rdf:li[^>]*>(.*?)</rdf:li>", xmp) or [""]
        return Structure(
            title=title,
            language=str(root.Lang),
            part=part,
            shows_title=bool(root.ViewerPreferences.DisplayDocTitle),
            marked=bool(root.MarkInfo.Marked),
            tags=list(_tags(root.StructTreeRoot.K, 0)),
            pages=len(pdf.pages),
        )


def _tags(kids: object, depth: int) -> Iterator[Tag]:
    if isinstance(kids, pikepdf.Array):
        for kid in kids:
            yield from _tags(kid, depth)
    elif isinstance(kids, pikepdf.Dictionary):
        if "/S" in kids:
            yield Tag(str(kids.S)[1:], depth, _scope(kids), str(kids.get("/Alt", "")))
        if "/K" in kids:
            yield from _tags(kids.K, depth + 1)


def _scope(element: pikepdf.Dictionary) -> str:
    attributes = element.get("/A", [])
    if isinstance(attributes, pikepdf.Dictionary):
        attributes = [attributes]
    return next((str(one.Scope)[1:] for one in attributes if "/Scope" in one), "")


def text_of(content: bytes) -> str:
    """All that is shown, character by character through each font's own table of them."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return "".join(_shown(page) for page in pdf.pages)


def _shown(page: pikepdf.Page) -> str:
    fonts = {name: _unicode(font) for name, font in page.Resources.get("/Font", {}).items()}
    found, font = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            font = fonts[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            codes = b"".join(bytes(one) for one in parts if isinstance(one, pikepdf.String))
            found.append("".join(font.get(codes[n : n + 2], "") for n in range(0, len(codes), 2)))
    return "".join(found)


def _unicode(font: pikepdf.Dictionary) -> dict[bytes, str]:
    table = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", font.ToUnicode.read_bytes(), re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be")
    return table
