"""What every printed document says of itself: the times, the checkpoint, how amounts are meant."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from ledger.application import anchor
from ledger.application.exports.cells import exactly, in_sweden
from ledger.application.exports.columns import head
from ledger.application.printed.document import Document, Heading, Paragraph, Part
from ledger.domain.money import from_text
from ledger.wording import figure, kronor, say, translate, words

AS_OF = words("As of {as_of}, as recorded by {known_at} (Swedish time).")
RECORDED = words("As recorded by {known_at} (Swedish time).")
SIGNED = words("checkpoint {size}, {root}")
UNSIGNED = words("no checkpoint is signed")
EXACTLY = words("Asked for again with known_at={moment}, it says the same.")


class Telling(NamedTuple):
    """For whom a document is told, of which times, and the notary's newest checkpoint."""

    language: str
    as_of: date | str | None
    known_at: datetime
    note: str | None


def framed(
    title: str, telling: Telling, parts: Sequence[Part], *, landscape: bool = False
) -> Document:
    """A document with both times, and with the checkpoint whole at its end and short in its foot:
    what stands in a foot is not read aloud."""
    language = telling.language
    figures = {"known_at": in_sweden(telling.known_at)}
    when = RECORDED if telling.as_of is None else AS_OF
    if telling.as_of is not None:
        figures["as_of"] = str(telling.as_of)
    about = say(words(when.template, **figures), language)
    amounts = say(words("Amounts are without VAT."), language)
    return Document(
        title=title,
        about=f"{about} {amounts}",
        footer=" · ".join((amounts, about, short(telling.note, language))),
        page=translate("Page", language),
        language=language,
        parts=[*parts, *_checkpoint(telling)],
        landscape=landscape,
    )


def short(note: str | None, language: str) -> str:
    """A checkpoint in few words: how many facts it is of, and the beginning of its hash."""
    if note is None:
        return say(UNSIGNED, language)
    _origin, size, root, *_ = note.splitlines()
    return say(words(SIGNED.template, size=size, root=f"{root[:12]}…"), language)


def _checkpoint(telling: Telling) -> list[Part]:
    language, moment = telling.language, exactly(telling.known_at)
    heading = Heading(head(("checkpoint",), language))
    again = Paragraph(say(words(EXACTLY.template, moment=moment), language))
    if telling.note is None:
        return [heading, Paragraph(say(anchor.UNSIGNED, language)), again]
    keep = say(anchor.SIGNED, language)
    return [heading, Paragraph(keep), Paragraph(telling.note, "code"), again]


def money(amount: str | None) -> str:
    """An amount of an answer in a column of them; nothing where there is none."""
    return "" if amount is None else figure(from_text(amount), decimals=True)


def in_words(amount: str | None, currency: str, language: str) -> str:
    """An amount in a sentence, with its unit."""
    return translate("unknown", language) if amount is None else kronor(from_text(amount), currency)
