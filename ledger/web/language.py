"""Which language a request is answered in: pages Swedish and the API English, unless asked."""

from flask import Flask, Response, g, request
from flask_babel import Babel

from ledger.wording import LANGUAGES, TRANSLATIONS

COOKIE = "avrop_language"


def of_request() -> str:
    """The reader's choice, else the best that the browser or program asks for."""
    if "language" not in g:
        g.language = _asked()
    return str(g.language)


def _asked() -> str:
    in_api = is_api()
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES and not in_api:
        return chosen
    default = "en" if in_api else "sv"
    return request.accept_languages.best_match(list(LANGUAGES), default) or default


def is_api() -> bool:
    return request.path.startswith("/api/") or request.path in ("/healthz", "/readyz")


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
            response.headers["Content-Language"] = of_request()
            response.vary.update(
                ("Accept-Language",) if is_api() else ("Accept-Language", "Cookie")
            )
        return response


def local(address: str | None) -> str:
    """An address within this server, so that nobody is led elsewhere; else the first page."""
    address = address or "/"
    outside = address.startswith(("//", "/\\")) or not address.startswith("/")
    return "/" if outside or not address.isprintable() else address
