"""Cookies: over https each is this server's alone and never sent in the open.

`__Host-` says to the browser that no other name of the domain may have set it; it demands Secure,
so over plain http, as on one's own machine, the name stands without it, and counts there alone.
"""

from typing import Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from werkzeug import Response

from ledger.web import addresses

PREFIX = "__Host-"
FORM = "avrop_form"
"""What the protection of forms is bound to, and what the next page is to say once."""


def named(name: str) -> str:
    """What a cookie is called in this request."""
    return PREFIX + name if request.is_secure else name


def read(name: str) -> str:
    """What the browser has kept; empty where it has nothing."""
    return request.cookies.get(named(name), "")


def keep(response: Response, name: str, value: str, seconds: int | None = None) -> None:
    """Let the browser keep it; without `seconds` until it is closed."""
    response.set_cookie(
        named(name),
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def forget(response: Response, name: str) -> None:
    response.delete_cookie(named(name), httponly=True, samesite="Lax", secure=request.is_secure)


class Forms(SecureCookieSessionInterface):
    """Flask's own cookie, which protects forms, named and kept as the others are; a program has
    none of it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if addresses.is_of_programs(request.path):
            return None
        return super().open_session(app, request)

    def get_cookie_name(self, app: Flask) -> str:
        return named(FORM)

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure

    def get_cookie_httponly(self, app: Flask) -> bool:
        return True

    def get_cookie_samesite(self, app: Flask) -> str:
        return "Lax"

    def get_cookie_domain(self, app: Flask) -> Any:
        return None

    def get_cookie_path(self, app: Flask) -> str:
        return "/"
