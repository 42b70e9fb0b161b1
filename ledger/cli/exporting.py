"""A list to a file: the same as the API's, of the same columns and in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NamedTuple

import click

from ledger.cli.opening import at_the_server
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

    note = note_of(opened.settings.notary)
    told = Told(as_of, known_at or opened.now, note, _narrowed())
    with _to(file) as out:
        count = _written(out, file.format, shape, items, told)
    if file.path != "-":
        name = click.format_filename(file.path)
        tell(words("{file}: lines written: {count}.", file=name, count=count))


def write_document(
    opened: Ledger,
    file: File,
    answer: Answer,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> None:
    """What is printed as a document of its own, to a PDF file. Raises PdfNotInstalled."""
    from ledger.application.anchor import note_of
    from ledger.application.printed import engine
    from ledger.application.printed.documents import DOCUMENTS
    from ledger.application.printed.framing import Telling

    known = known_at or opened.now
    telling = Telling(language(), as_of, known, note_of(opened.settings.notary))
    document = DOCUMENTS[type(answer)].make(answer, telling, at_the_server(opened))
    content = engine.pdf(document, known)
    with _to(file) as out:
        out.write(content)
    if file.path != "-":
        tell(words("{file}: written.", file=click.format_filename(file.path)))


@contextmanager
def _to(file: File) -> Iterator[IO[bytes]]:
    """Whole or not at all: what is refused while it is made leaves what was there before. Raises
    Stopped where it cannot be written."""
    try:
        with TemporaryFile() as made:
            yield made
            made.seek(0)
            with click.open_file(file.path, "wb", atomic=file.path != "-") as out:
                copyfileobj(made, out)
    except OSError as error:
        name = click.format_filename(file.path)
        why = words("{file}: The file cannot be written: {why}.", file=name, why=why_not(error))
        raise Stopped(why) from error


UNTOLD = ("to_file", "as_of", "known_at", "as_json", "no_checkpoint")
"""What of a command narrows nothing, or is told otherwise."""


def _narrowed() -> tuple[tuple[str, str], ...]:
    """What the list was narrowed by: the options and arguments that were given."""
    from ledger.application.exports.cells import word

    given = click.get_current_context().params.items()
    return tuple(
        (name, word(value, name, language()) if name == "status" else str(value))
        for name, value in given
        if name not in UNTOLD and value not in (None, False, (), "")
    )


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
    if format == "pdf":
        from ledger.application.printed import engine, lists
        from ledger.application.printed.document import Table

        engine.require_installed()
        document = lists.printed(shape, items, told, language())
        out.write(engine.pdf(document, told.known_at))
        return sum(len(part.rows) for part in document.parts if isinstance(part, Table))
    return workbook.write(out, shape, items, told, language())
