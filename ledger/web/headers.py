"""What every answer says to the browser: what may be kept, shown and mixed with it."""

from flask import Flask, Response, request

STATIC = "static"

POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Content security policy: scripts and answers of this server alone, none in a page itself, nothing
from elsewhere (Designsystemet draws its icons from data: addresses)."""
NO_FRAME = "frame-ancestors 'none'"
"""Of what is no page."""


def install(app: Flask, hsts: int) -> None:
    """`hsts`: for how many seconds browsers ask for nothing here but by https; 0 says nothing."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        # Nothing else sets these: to look for one that is there takes thrice as long.
        headers.add("X-Content-Type-Options", "nosniff")
        headers.add("Cross-Origin-Resource-Policy", "same-origin")
        if request.endpoint != STATIC:
            # What is told to one is kept by no browser and no proxy, as a page or as a file.
            headers["Cache-Control"] = "no-store"
        if response.mimetype == "text/html":
            headers["Content-Security-Policy"] = POLICY
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
            headers["Referrer-Policy"] = "same-origin"
        elif "Content-Security-Policy" not in headers:
            headers.add("Content-Security-Policy", NO_FRAME)
        if hsts and request.is_secure:
            headers["Strict-Transport-Security"] = f"max-age={hsts}; includeSubDomains"
        return response
