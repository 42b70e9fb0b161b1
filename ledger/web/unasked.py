"""What the worker answers itself: to what is no request, and whether the process is there."""

from gunicorn.http import errors

from ledger.web.headers import OF_PROGRAMS

FAILED = "500 Internal Server Error"
UNREAD: tuple[tuple[type[Exception], str], ...] = (
    (errors.InvalidResponseHeader, FAILED),
    (errors.InvalidResponseHeaderName, FAILED),
    (errors.LimitRequestLine, "414 URI Too Long"),
    (errors.LimitRequestHeaders, "431 Request Header Fields Too Large"),
    (errors.ExpectationFailed, "417 Expectation Failed"),
    (errors.UnsupportedTransferCoding, "501 Not Implemented"),
    (errors.ForbiddenProxyRequest, "403 Forbidden"),
    (errors.ConfigurationProblem, FAILED),
    (errors.ParseException, "400 Bad Request"),
)
"""Why a request is not read, and the status that says so: the first that fits. Two that the answer
causes and not the request come before the kinds that they are made of."""


def status_of(error: Exception) -> str:
    """Of what came of reading a request, or of answering it."""
    return next((status for kind, status in UNREAD if isinstance(error, kind)), FAILED)


def refused(status: str) -> bytes:
    """An answer that says its status in words, and no more."""
    return answer(status, f"{status}\n".encode(), "text/plain; charset=utf-8")


def answer(status: str, body: bytes = b"", media_type: str = "", *, goes_on: bool = False) -> bytes:
    """A whole answer, with what every answer to a program says. Nothing of a request stands in it:
    a head that cannot be read may hold a token."""
    headers = [
        *OF_PROGRAMS,
        *([("Content-Type", media_type)] if media_type else []),
        ("Content-Length", str(len(body))),
        ("Connection", "keep-alive" if goes_on else "close"),
    ]
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    return "\r\n".join((*lines, "", "")).encode() + body
