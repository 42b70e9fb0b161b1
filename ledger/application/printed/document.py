"""What a printed document consists of, whatever it is about: titles, terms, tables, bars, text."""

from collections.abc import Sequence
from typing import Literal

import msgspec


class Paragraph(msgspec.Struct, frozen=True, tag="text"):
    """`kind`: lead is the answer of the page, code is to be copied exactly."""

    text: str
    kind: Literal["plain", "lead", "code"] = "plain"


class Heading(msgspec.Struct, frozen=True, tag="heading"):
    text: str


class Terms(msgspec.Struct, frozen=True, tag="terms"):
    """Names, and what each is."""

    items: Sequence[tuple[str, str]]


class Column(msgspec.Struct, frozen=True):
    """The head of a column; `wide` takes what room there is, a number stands at the right."""

    head: str
    number: bool = False
    wide: bool = False


class Table(msgspec.Struct, frozen=True, tag="table"):
    """`total` is a last row that adds up; empty: none."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()


class Bar(msgspec.Struct, frozen=True):
    """How much of a whole each part is, in thousandths, and the same in words."""

    name: str
    parts: Sequence[int]
    says: str


class Bars(msgspec.Struct, frozen=True, tag="bars"):
    """A chart: `keys` are what its parts are called, in their order, `says` what it shows."""

    keys: Sequence[str]
    bars: Sequence[Bar]
    says: str


Part = Paragraph | Heading | Terms | Table | Bars


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """`about` stands under the title: for whom and when it is told; `footer` on each page."""

    title: str
    about: str
    footer: str
    page: str
    language: str
    parts: Sequence[Part]
    landscape: bool = False
