"""What a file is called: whose it is, what it is, which day (SKO-2023-avrop-per-2024-06-30)."""

import re
import unicodedata
from datetime import date, datetime

from ledger.application.exports import Format
from ledger.domain.calendar import SWEDEN
from ledger.wording import say, words

NAMED = words("{name} as of {day}")
RECORDED = words("{name} recorded by {day}")


def file_name(
    title: str,
    format: Format,
    language: str,
    as_of: date | str | None,
    known_at: datetime,
    subject: str = "",
) -> str:
    """Of letters that every system takes. `subject` is an agreement's number, or whatever the list
    is about; a list without a date is told for the day on which it was known."""
    name = "-".join(part for part in (_plain(subject), _plain(title).lower()) if part)
    if as_of is not None:
        stem = say(words(NAMED.template, name=name, day=str(as_of)), language)
    else:
        day = known_at.astimezone(SWEDEN).date()
        stem = say(words(RECORDED.template, name=name, day=day), language)
    return f"{_plain(stem)}.{format.name}"


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_]+", "-", letters).strip("-")[:80]
