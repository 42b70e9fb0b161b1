"""What is enclosed in a document: cut out of its text before that is parsed, and known by digest.

The file as it came is kept whole; `enclosed` finds an attachment in it again.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from ledger.bounds import MAX_TAGS
from ledger.documents.faults import refusal

# The quantifiers give nothing back, so that no text can make the search go over it twice.
_EMBEDDED = re.compile(
    r"<(?:[\w.-]{1,40}:)?EmbeddedDocumentBinaryObject"
    r"(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)?>"
)
_MET = re.compile(r"<(?:[!?]|(?=(?:[\w.-]{1,40}:)?EmbeddedDocumentBinaryObject))")
"""A tag of one, a comment, CDATA, an instruction or a DOCTYPE: all others hold nothing back."""
_SPACES = {ord(space): None for space in " \t\r\n"}
_REFERENCES = tuple(
    (spelling, sign)
    for sign in "\r\n\t +/="
    for spelling in dict.fromkeys((f"&#{ord(sign)};", f"&#x{ord(sign):X};", f"&#x{ord(sign):x};"))
)
"""What programs write for a sign that stands in Base64 or between its lines. Each is sought by
itself: a text may be nothing else, millions of times."""


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A document that is enclosed (BG-24).

    `sha256` is the digest of its bytes, or of its text where that is not the Base64 that it should
    be; `bytes` counts them. `name` and `media_type` are the sender's words for it.
    """

    sha256: str
    bytes: int
    name: str
    media_type: str
    reference: str = ""
    description: str = ""


class Cut(NamedTuple):
    """A document's text without attachments: where one stood there is its digest."""

    text: str
    sizes: dict[str, int]
    """Digest → bytes."""
    broken: frozenset[str]
    """Digests of those that are no Base64."""


class _Part(NamedTuple):
    start: int
    end: int
    written: str


def cut(text: str) -> Cut:
    """The text of a document with each attachment in it replaced by its digest.

    Raises DocumentFaults for a DOCTYPE where a parser would meet one (within CDATA or a comment it
    is text), and for more than MAX_TAGS tags, comments and the like.
    """
    kept: list[str] = []
    sizes: dict[str, int] = {}
    broken: set[str] = set()
    at = 0
    for part in _parts(text):
        content = _unpacked(part.written)
        digest = hashlib.sha256(part.written.encode() if content is None else content).hexdigest()
        if content is None:
            broken.add(digest)
        sizes[digest] = len(part.written if content is None else content)
        # With its line ends, so that a place further down keeps the number of its line.
        line_ends = "\n" * text.count("\n", part.start, part.end)
        kept += (text[at : part.start], digest, line_ends)
        at = part.end
    kept.append(text[at:])
    return Cut("".join(kept), sizes, frozenset(broken))


def enclosed(text: str, sha256: str) -> bytes | None:
    """An attachment's bytes out of the text of the document that it came in, or None."""
    for part in _parts(text):
        content = _unpacked(part.written)
        if content is not None and hashlib.sha256(content).hexdigest() == sha256:
            return content
    return None


def _unpacked(written: str) -> bytes | None:
    try:
        return binascii.a2b_base64(written.translate(_SPACES), strict_mode=True)
    except (ValueError, binascii.Error):
        return None


def _parts(text: str) -> Iterator[_Part]:
    """Where the contents of attachments are. One pass, from one "<" that may hide others, or that
    opens an attachment, to the next; an attachment that holds elements, or is not closed, is left
    to the parser."""
    at = count = 0
    while (met := _MET.search(text, at)) is not None:
        count += text.count("<", at, met.end())
        _bounded(count)
        past = _no_tag(text, met.start())
        if past is not None:
            at = past
            continue
        opening = _EMBEDDED.match(text, met.start())
        at = met.end()
        if opening and not opening[0].endswith("/>"):
            part = _content(text, opening.end())
            if part is not None:
                yield part
                at = part.end
    _bounded(count + text.count("<", at))


def _bounded(tags: int) -> None:
    """Raises DocumentFaults."""
    if tags > MAX_TAGS:
        raise refusal("too-many-tags", "The file has more than {most} tags.", most=str(MAX_TAGS))


def _content(text: str, start: int) -> _Part | None:
    """Text and CDATA from `start` to the closing tag."""
    written: list[str] = []
    at = start
    while (end := text.find("<", at)) >= 0:
        written.append(_referred(text[at:end]))
        if text.startswith("</", end):
            return _Part(start, end, "".join(written))
        past = _no_tag(text, end)
        if past is None:
            return None
        if text.startswith("<![CDATA[", end):
            written.append(text[end + 9 : past - 3])
        at = past
    return None


def _referred(text: str) -> str:
    """The text of an attachment with the signs that are written as references."""
    if "&" in text:
        for spelling, sign in _REFERENCES:
            text = text.replace(spelling, sign)
    return text


def _no_tag(text: str, at: int) -> int | None:
    """Past a comment, CDATA or an instruction; None for a tag. What does not end, ends the text."""
    if text[at + 1 : at + 2] not in ("!", "?"):
        return None
    for start, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
        if text.startswith(start, at):
            found = text.find(end, at + len(start))
            return len(text) if found < 0 else found + len(end)
    if text.startswith("<!DOCTYPE", at):
        raise refusal("doctype", "The file has a DOCTYPE, and documents with one are not read.")
    return None
