"""Which language a request is answered in: pages Swedish and the API English, unless asked."""

from flask import Flask, Request, Response, g, request
from flask_babel import Babel

from ledger.web import addresses, cookies
from ledger.wording import LANGUAGES, TRANSLATIONS

COOKIE = "avrop_language"


def of_request() -> str:
    """The reader's choice, else the best that the browser or program asks for."""
    kept = g._get_current_object()
    if "language" not in kept:
        kept.language = _asked(request._get_current_object())  # type: ignore[attr-defined]
    return str(kept.language)


def _asked(request: Request) -> str:
    in_api = addresses.is_of_programs(request.path)
    if not in_api and (chosen := cookies.read(COOKIE)) in LANGUAGES:
        return chosen
    default = "en" if in_api or wants_json() else "sv"
    if "HTTP_ACCEPT_LANGUAGE" not in request.environ:
        return default
    return request.accept_languages.best_match(list(LANGUAGES), default) or default


def is_api() -> bool:
    """Whether a program asks; the reference of the API is for people."""
    return addresses.is_of_programs(request.path)


def wants_json() -> bool:
    """Of what is there as a page too: whether a program asks for it."""
    accepted = request.accept_mimetypes
    return accepted.best_match(("text/html", "application/json")) == "application/json"


def install(app: Flask) -> None:
    Babel(
        app,
        default_locale="en",
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=of_request,
    )

    @app.after_request
    def say_language(response: Response) -> Response:
        if response.mimetype in ("text/html", "application/problem+json"):
            return said(response)
        return varies(response) if request.path.startswith("/api/v1/") else response


def said(response: Response) -> Response:
    """The answer, saying of itself in which language it is."""
    response.headers["Content-Language"] = of_request()
    return varies(response)


VARIES_FOR_PROGRAMS = "Accept-Language, Authorization"


def varies(response: Response) -> Response:
    """The answer, saying that it depends on the language asked for and on who asks."""
    said = VARIES_FOR_PROGRAMS if is_api() else "Accept-Language, Cookie"
    before = response.headers.get("Vary")
    if before:
        response.headers["Vary"] = f"{before}, {said}"
    else:
        response.headers.add("Vary", said)
    return response


def local(address: str | None) -> str:
    """An address within this server, so that nobody is led elsewhere; else the first page."""
    address = address or "/"
    outside = address.startswith(("//", "/\\")) or not address.startswith("/")
    return "/" if outside or not address.isprintable() else address
