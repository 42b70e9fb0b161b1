"""A list to a CSV file: the same as the API's, of the same columns and in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ledger.cli.output import Stopped, language, tell, why_not
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers import Answer
    from ledger.opening import Ledger


def write_csv(
    opened: Ledger,
    file: str,
    shape: type[Answer],
    items: Iterable[Answer],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> None:
    """Answers of a shape to a file, whole or not at all."""
    from ledger.application import exports
    from ledger.application.anchor import note_of

    told = exports.Told(as_of, known_at or opened.now, note_of(opened.settings.notary))
    count = -1
    try:
        with click.open_file(file, "wb", atomic=file != "-") as out:
            for line in exports.lines(shape, items, told, language()):
                out.write(line.encode())
                count += 1
    except OSError as error:
        why = words(
            "{file}: The file cannot be written: {why}.",
            file=click.format_filename(file),
            why=why_not(error),
        )
        raise Stopped(why) from error
    if file != "-":
        tell(
            words("{file}: lines written: {count}.", file=click.format_filename(file), count=count)
        )
