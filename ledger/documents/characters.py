"""Received bytes as text, and the characters in it that nobody can see."""

from __future__ import annotations

import codecs
import re

from ledger.bounds import MAX_NAME
from ledger.documents.faults import refusal
from ledger.domain.spelling import INVISIBLE

_ENCODINGS = {"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"}
"""By the names that Python has for them: a declaration may write "latin1", too."""
_DECLARED = re.compile(rb"<\?xml\s[^>]{0,100}?encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")

_TOLD = 5
"""Code points that a sentence names at most."""


def decoded(data: bytes) -> str:
    """The file as text: a byte order mark decides first, then the XML declaration.

    Raises DocumentFaults for an encoding other than UTF-8, UTF-16 with a byte order mark, ASCII,
    ISO 8859-1 and -15, and Windows-1252, and for bytes that are not what they are said to be.
    """
    encoding = "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif match := _DECLARED.match(data[:300]):
        declared = match[1].decode("ascii", "replace").lower()
        found = _known(declared)
        if found not in _ENCODINGS:
            raise refusal(
                "encoding-unknown",
                "The file says that it is written in {encoding}; UTF-8 is read.",
                encoding=declared,
            )
        encoding = "utf-8-sig" if found == "utf-8" else found
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise refusal("encoding-broken", "The file is not the text that it says it is.") from None


def _known(declared: str) -> str:
    """What Python calls an encoding; "" where it knows none of that name."""
    try:
        return codecs.lookup(declared).name
    except LookupError:
        return ""


def visible(text: str) -> str:
    """The text without what nobody can see in it."""
    return INVISIBLE.sub("", text)


def invisible(text: str) -> str:
    """What nobody can see in a text, by name ("U+200B, U+202E"), or "" where there is nothing."""
    if text.isascii() and text.isprintable():
        return ""
    found = dict.fromkeys(INVISIBLE.findall(text))
    names = [f"U+{ord(sign):04X}" for sign in found]
    return ", ".join(names[:_TOLD]) + (" …" if len(names) > _TOLD else "")


def safe_name(name: str) -> str:
    """What a sender calls a file, without folders, and without what a system or a shell takes for
    more than a letter."""
    last = visible(name).replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign if sign.isalnum() or sign in " ._-()+" else "_" for sign in last)
    return kept.strip(" ._")[:MAX_NAME]
