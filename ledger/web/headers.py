"""What every answer says to the browser: what may be kept, shown and mixed with it."""

from collections.abc import Sequence

from flask import Flask, Request, Response, current_app, request

STATIC = "static"

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; object-src 'none'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
"""Content security policy: scripts and answers of this server alone, none in a page itself, nothing
from elsewhere (Designsystemet draws its icons from data: addresses)."""
NO_FRAME = "frame-ancestors 'none'"
"""Of what is no page."""

ALWAYS = (("X-Content-Type-Options", "nosniff"), ("Cross-Origin-Resource-Policy", "same-origin"))
KEPT_NOWHERE = ("Cache-Control", "no-store")
"""What is told to one is kept by no browser and no proxy, as a page or as a file."""
OF_PROGRAMS = (*ALWAYS, KEPT_NOWHERE, ("Content-Security-Policy", NO_FRAME))
"""What each answer to a program says."""


def install(app: Flask, hsts: int) -> None:
    """`hsts`: for how many seconds browsers ask for nothing here but by https; 0 says nothing."""
    app.config["HSTS"] = f"max-age={hsts}; includeSubDomains" if hsts else ""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        # Nothing else sets these: to look for one that is there takes thrice as long.
        for name, value in ALWAYS:
            headers.add(name, value)
        if request.endpoint != STATIC:
            headers.set(*KEPT_NOWHERE)
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = POLICY
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers.setdefault("Referrer-Policy", "same-origin")
        elif "Content-Security-Policy" not in headers:
            headers.add("Content-Security-Policy", NO_FRAME)
        for name, value in secured(request):
            headers.set(name, value)
        return response


def secured(asked: Request) -> Sequence[tuple[str, str]]:
    """What is said where https is asked for."""
    hsts = current_app.config["HSTS"] if asked.scheme == "https" else ""
    return (("Strict-Transport-Security", hsts),) if hsts else ()
