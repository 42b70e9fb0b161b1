"""A page's list or document as a file: all of it, by the query that the page asks, for the same two
times."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from flask import Response

from ledger.application.answers import Answer
from ledger.bounds import MAX_PAGE
from ledger.projections.then import Then, then_on
from ledger.web.exporting import document_file, format_asked, list_file
from ledger.web.pages.times import Times, require_read
from ledger.web.seen import asker, ledger

FORMATS = ("xlsx", "csv", "pdf")
PAGE = "html"
"""What is answered with where no file is asked for."""

Page = Callable[[Then, str, int], Sequence[tuple[str, Answer]]]
"""So many of a list after a name, as of a day and as known at a moment; each with its name."""


def file_asked(
    shape: type[Answer], page: Page, times: Times, narrowed: Mapping[str, str], subject: str = ""
) -> Response | None:
    """The list as the file that is asked for by `format`; None: the page is. Raises Invalid."""
    format = format_asked(FORMATS, PAGE)
    if format == PAGE:
        return None
    then, known_at = _told(times)
    items = _all(page, then)
    response = list_file(
        format, shape, items, times.day, known_at, subject, tuple(narrowed.items())
    )
    response.vary.add("Accept")
    return response


def document_asked(times: Times, answer: Callable[[Then], Answer]) -> Response | None:
    """What a page tells of one thing, as the document that it is printed as; None: the page is
    asked for. Raises Invalid."""
    if format_asked(("pdf",), PAGE) == PAGE:
        return None
    then, known_at = _told(times)
    response = document_file(answer(then), times.day, known_at)
    response.vary.add("Accept")
    return response


def _told(times: Times) -> tuple[Then, datetime]:
    """What a file is told for, and the moment that it names. Raises Invalid."""
    require_read(times)
    known_at = times.known_at or ledger().now
    return then_on(times.as_of, known_at, asker().today), known_at


def _all(page: Page, then: Then) -> Iterator[Answer]:
    after = ""
    while True:
        found = page(then, after, MAX_PAGE)
        yield from (item for _, item in found)
        if len(found) < MAX_PAGE:
            return
        after = found[-1][0]
