"""A list as a file, for API and pages: with its times, its name and the notary's checkpoint."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import date, datetime

from flask import Response, stream_with_context

from ledger.application import anchor, exports
from ledger.application.answers import Answer
from ledger.web.seen import asker, ledger


def csv_file(
    name: str,
    shape: type[Answer],
    items: Iterable[Answer],
    as_of: date | str | None,
    known_at: datetime,
) -> Response:
    """The file, line by line, in the reader's language; `name` is without its ending."""
    note = anchor.note_of(ledger().settings.notary)
    lines = exports.lines(shape, items, exports.Told(as_of, known_at, note), asker().language)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    if note is not None:
        headers["Avrop-Checkpoint"] = b64encode(note.encode()).decode()
    return Response(
        stream_with_context(line.encode() for line in lines),
        headers=headers,
        content_type="text/csv; charset=utf-8",
    )
