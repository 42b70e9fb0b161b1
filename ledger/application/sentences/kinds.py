"""Kinds of cost in words, and a kind as somebody writes it. An agreement may have others than the
ledger knows: those are written as they are."""

from ledger.wording import LANGUAGES, phrase

KNOWN = ("delivery", "development")
"""The kinds that the programmes have."""


def kind_word(kind: str, language: str) -> str:
    """As it stands in a sentence or a table."""
    return phrase(kind, "kind", language) if kind in KNOWN else kind


def kind_as_chosen(kind: str, language: str) -> str:
    """As it stands alone, in a field."""
    said = kind_word(kind, language)
    return said[:1].upper() + said[1:] if kind in KNOWN else kind


def kind_of(written: str) -> str:
    """The kind that is meant, in whichever language its word is written."""
    sought = written.strip().casefold()
    for kind in KNOWN:
        if sought in (kind, *(kind_word(kind, language).casefold() for language in LANGUAGES)):
            return kind
    return written
