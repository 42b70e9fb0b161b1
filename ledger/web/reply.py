"""An answer to a program, which says all of itself when it is made."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request
from werkzeug.datastructures import Headers

from ledger.web import headers, language, logged


class Told(Headers):
    """Headers whose values are known to be of one line."""

    def __init__(self, told: list[tuple[str, str]]) -> None:
        super().__init__()
        self._list = told


class Reply(Response):
    """JSON, whole: its headers are those that it has, and it goes out as it is."""

    def __init__(self, body: bytes, status: int, said: Mapping[str, str] | None = None) -> None:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        for value in said.values() if said else ():
            if "\r" in value or "\n" in value:
                raise ValueError("a header has one line")
        told = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            *(said.items() if said else ()),
            *headers.OF_PROGRAMS,
            ("Vary", language.VARIES_FOR_PROGRAMS),
            (logged.HEADER, logged.request_id(asked)),
            *headers.secured(asked),
        ]
        super().__init__([body], status, Told(told))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        is_whole = self._status_code in (200, 201) and environ["REQUEST_METHOD"] != "HEAD"
        if not is_whole or self._on_close:
            return super().__call__(environ, start_response)
        start_response(self._status, self.headers.to_wsgi_list())
        return self.response
