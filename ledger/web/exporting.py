"""A list or a document as a file, for API and pages alike: one call, whatever the format."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from itertools import chain, islice
from tempfile import TemporaryFile

from flask import Response, request, send_file, stream_with_context

from ledger.application import anchor, exports
from ledger.application.answers import Answer
from ledger.application.documents import File
from ledger.application.exports import delimited, workbook
from ledger.application.exports.cells import word
from ledger.application.exports.listings import title_of
from ledger.application.exports.naming import file_name
from ledger.application.printed import engine, lists
from ledger.application.printed.documents import DOCUMENTS
from ledger.application.printed.framing import Telling
from ledger.domain.refusals import Fault, Invalid
from ledger.web import dear
from ledger.web.headers import NO_FRAME
from ledger.web.seen import asker, ledger
from ledger.wording import translate, words

JSON = "json"
BINARY = "application/octet-stream"
WORDS = ("status", "figure", "kind", "action")
"""What a list may be narrowed by that is a word of the ledger, and not somebody's own."""


def bytes_of_others(file: File) -> Response:
    """What a stranger sent, to be saved: mere bytes, whatever the sender calls them, and no browser
    is to guess what they are, or to open them as a page of ours."""
    content = BytesIO(file.content)
    response = send_file(content, BINARY, as_attachment=True, download_name=file.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = f"sandbox; default-src 'none'; {NO_FRAME}"
    return response


def format_asked(formats: Sequence[str], default: str = JSON) -> str:
    """Which of the formats a request asks for: by `format`, or by its Accept. Raises Invalid for
    one that there is not."""
    format = request.args.get("format")
    if format is not None:
        if format not in formats:
            said = words("It must be one of {choices}.", choices=", ".join(formats))
            figures = {"choices": ", ".join(formats)}
            raise Invalid(Fault(pointer="/format", sentence=said.template, figures=figures))
        return format
    known = {one.media: name for name, one in exports.FORMATS.items() if name in formats}
    media = "application/json" if default == JSON else "text/html"
    best = request.accept_mimetypes.best_match((media, *known))
    return known.get(best or "", default)


def list_file(
    format: str,
    shape: type[Answer],
    items: Iterable[Answer],
    as_of: date | str | None,
    known_at: datetime,
    subject: str = "",
    filters: Sequence[tuple[str, str]] = (),
) -> Response:
    """A list as a file of a format (csv, xlsx or pdf), in the reader's language.

    `subject` is what it is about, as an agreement's number, and `filters` are what it was narrowed
    by, as the address has them. CSV is sent as it is made, from when its first row is there; the
    others are made first: what is refused is refused before anything is sent. Raises Invalid where
    the list is too long for its format.
    """
    language, known = asker().language, exports.FORMATS[format]
    said = tuple(
        (name, word(value, name, language) if name in WORDS else value) for name, value in filters
    )
    note = anchor.note_of(ledger().settings.notary)
    told = exports.Told(as_of, known_at, note, said)
    name = file_name(title_of(shape, language), known, language, as_of, known_at, subject)
    if known is exports.CSV:
        rows = iter(items)
        begun = chain(list(islice(rows, 1)), rows)
        lines = delimited.lines(shape, begun, told, language)
        response = Response(
            stream_with_context(dear.Sent(line.encode() for line in lines)),
            content_type="text/csv; charset=utf-8",
        )
    elif known is exports.PDF:
        engine.require_installed()
        with dear.work():
            printed = engine.pdf(lists.printed(shape, items, told, language), known_at)
        response = Response(printed, content_type=known.media)
    else:
        file = TemporaryFile()  # noqa: SIM115 - closed with the response
        try:
            with dear.work():
                workbook.write(file, shape, items, told, language)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        response = send_file(file, known.media, max_age=0)
        response.call_on_close(file.close)
    return named(response, name, note)


def document_file(
    answer: Answer, as_of: date | str | None, known_at: datetime, format: str = "pdf"
) -> Response:
    """An answer that is printed as a document of its own, as the file that it is kept in. Raises
    PdfNotInstalled, and Invalid for one that is too long."""
    engine.require_installed()
    language, known = asker().language, exports.FORMATS[format]
    document = DOCUMENTS[type(answer)]
    note = anchor.note_of(ledger().settings.notary)
    with dear.work():
        made = document.make(answer, Telling(language, as_of, known_at, note), asker())
        printed = engine.pdf(made, known_at)
    title = translate(document.title, language)
    subject = document.subject(answer)
    name = file_name(title, known, language, as_of, known_at, subject)
    return named(Response(printed, content_type=known.media), name, note)


def named(response: Response, name: str, note: str | None) -> Response:
    """As a file that is kept, with the checkpoint beside it."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if note is not None:
        response.headers["Avrop-Checkpoint"] = b64encode(note.encode()).decode()
    return response
