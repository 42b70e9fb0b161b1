"""Every list of the API as a file: whoever asks for one gets all pages, one after another."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import wraps
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
from flask import Response, request

from ledger.application import exports
from ledger.application.answers import Answer, access, log
from ledger.application.printed.documents import DOCUMENTS
from ledger.bounds import MAX_PAGE
from ledger.web.exporting import JSON, document_file, format_asked, list_file
from ledger.web.seen import ledger

RECORDED = (log.Fact, access.RecordedAttempt, access.RecordedRead, access.Auditor)
"""What is listed as it was recorded: without a date all of it, also what counts later."""
View = Callable[..., Response]
FORMATS = (JSON, *exports.FORMATS)
DOCUMENT_FORMATS = (JSON, exports.PDF.name)
UNTOLD = ("format", "after", "as_of", "known_at")
"""What of an address narrows nothing, or is told otherwise."""
SIZES = ("limit", "rows")
"""What the size of a page may be called."""


def exported(view: View, whole: type[Answer], shape: type[Answer]) -> View:
    """The view of a list of a shape, which answers with all of it as a file where one is asked for.

    It is asked for each page as a program would ask, so that it need not know of this; and each as
    known at one moment, so that the pages fit together and the same file can be asked for again.
    """

    @wraps(view)
    def listing(*args: Any, **kwargs: Any) -> Response:
        format = format_asked(FORMATS) if _asks(view) else JSON
        if format == JSON:
            return _by_what_is_accepted(view(*args, **kwargs))
        query, *others = args if args else ({},)
        known_at = query.get("known_at") or ledger().now
        if "known_at" in query:
            query = {**query, "known_at": known_at}

        def page(after: object) -> Response:
            asked = {**query, **({} if after is None else {"after": after})}
            asked |= {name: MAX_PAGE for name in SIZES if isinstance(query.get(name), int)}
            return view(*([asked, *others] if args else []), **kwargs)

        first = page(None)  # before anything is sent: what refuses it does so as ever
        if format == exports.PDF.name and whole in DOCUMENTS:
            items = _items(whole, first, page, type(query.get("after", "")))
            return _by_what_is_accepted(_document(whole, first, known_at, items))
        items = _items(whole, first, page, type(query.get("after", "")))
        asked = {name: query.get(name) for name in SIZES}
        return _by_what_is_accepted(_file(format, shape, items, known_at, asked))

    listing._exported = shape  # type: ignore[attr-defined]
    listing._formats = FORMATS  # type: ignore[attr-defined]
    return listing


def printed(view: View, shape: type[Answer]) -> View:
    """The view of one thing, which answers with it as a document where PDF is asked for."""

    @wraps(view)
    def showing(query: dict[str, Any], *others: Any, **kwargs: Any) -> Response:
        if format_asked(DOCUMENT_FORMATS) == JSON:
            return _by_what_is_accepted(view(query, *others, **kwargs))
        known_at = query.get("known_at") or ledger().now
        answer = view({**query, "known_at": known_at}, *others, **kwargs)
        if answer.status_code != 200:
            return answer
        return _by_what_is_accepted(_document(shape, answer, known_at))

    showing._formats = DOCUMENT_FORMATS  # type: ignore[attr-defined]
    return showing


def _document(
    shape: type[Answer],
    answer: Response,
    known_at: datetime,
    items: Iterator[Answer] | None = None,
) -> Response:
    """`items` are those of all pages, where there are several."""
    as_of = request.args.get("as_of") or ledger().today
    found: Any = msgspec.json.decode(answer.get_data(), type=shape)
    if items is not None:
        found = msgspec.structs.replace(found, items=list(items))
    return document_file(found, as_of, known_at)


def _asks(view: View) -> bool:
    """Whether the request is a question: also one that is too long for an address."""
    return request.method in ("GET", "HEAD") or getattr(view, "_writes_nothing", False)


def _by_what_is_accepted(response: Response) -> Response:
    response.vary.add("Accept")
    return response


def _items(
    whole: type[Answer],
    first: Response,
    page: Callable[[object], Response],
    cursor: type[Any],
) -> Iterator[Answer]:
    answer = first
    while True:
        found: Any = msgspec.json.decode(answer.get_data(), type=whole)
        yield from found.items
        link = answer.headers.get("Link")
        if link is None:
            return
        (after,) = parse_qs(urlsplit(link[1 : link.index(">")]).query)["after"]
        answer = page(cursor(after))


def _file(
    format: str,
    shape: type[Answer],
    items: Iterator[Answer],
    known_at: datetime,
    asked: Mapping[str, Any],
) -> Response:
    """`asked` are what may be the size of a page: a number narrows nothing."""
    today = None if shape in RECORDED else ledger().today
    as_of = request.args.get("as_of") or request.args.get("on") or today
    sizes = {name for name, size in asked.items() if isinstance(size, int)}
    filters = [
        (name, value) for name, value in request.args.items() if name not in (*UNTOLD, *sizes)
    ]
    about = next(iter((request.view_args or {}).values()), None)
    if about is not None:
        noun = request.path.removeprefix("/api/v1/").partition("/")[0].removesuffix("s")
        filters.insert(0, (noun, str(about)))
    subject = str(about or request.args.get("agreement", ""))
    return list_file(format, shape, items, as_of, known_at, subject, filters)
