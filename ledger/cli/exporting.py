"""A list to a file: the same as the API's, of the same columns and in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, NamedTuple

import click

from ledger.cli.output import Stopped, language, tell, why_not
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.application.answers import Answer
    from ledger.application.exports import Told
    from ledger.opening import Ledger


class File(NamedTuple):
    """Where a list goes, and as what; - is standard output."""

    path: str
    format: str


def write_file(
    opened: Ledger,
    file: File,
    shape: type[Answer],
    items: Iterable[Answer],
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> None:
    """Answers of a shape to a file, whole or not at all."""
    from ledger.application.anchor import note_of
    from ledger.application.exports import Told

    told = Told(as_of, known_at or opened.now, note_of(opened.settings.notary))
    name = click.format_filename(file.path)
    try:
        with click.open_file(file.path, "wb", atomic=file.path != "-") as out:
            count = _written(out, file.format, shape, items, told)
    except OSError as error:
        why = words("{file}: The file cannot be written: {why}.", file=name, why=why_not(error))
        raise Stopped(why) from error
    if file.path != "-":
        tell(words("{file}: lines written: {count}.", file=name, count=count))


def _written(
    out: IO[bytes], format: str, shape: type[Answer], items: Iterable[Answer], told: Told
) -> int:
    """How many rows the file has."""
    from ledger.application.exports import delimited, workbook

    if format == "csv":
        count = -1
        for line in delimited.lines(shape, items, told, language()):
            out.write(line.encode())
            count += 1
        return count
    return workbook.write(out, shape, items, told, language())
