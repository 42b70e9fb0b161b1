"""What is logged of requests: each line says of which it is; where that is asked, each has one."""

import re
import secrets
import time

from flask import Flask, Response, g, request

from ledger import logs
from ledger.registry import Caller

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# With a figure in it: what is none may be anything that somebody typed.
_NUMBER = re.compile(r"(?=.*\d)[\w./-]{1,50}")


def install(app: Flask, *, access: bool) -> None:
    """Name each request, and log each where `access` says so."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        logs.about()
        logs.about(request=request_id(), method=request.method, route=_route())

    @app.after_request
    def end(response: Response) -> Response:
        response.headers.add(HEADER, request_id())
        if access:
            began: float = g.get("began", time.perf_counter())
            took = round((time.perf_counter() - began) * 1000, 1)
            logs.log().info("request", status=response.status_code, ms=took, to="stdout")
        return response


def request_id() -> str:
    """What the request is called here and in front: as a proxy said, else by chance."""
    kept = g._get_current_object()
    if "request_id" not in kept:
        given = request.headers.get(HEADER, "")
        # One that reads like a secret is none that a proxy made.
        fits = _ID.fullmatch(given) and logs.is_harmless(given)
        kept.request_id = given if fits else secrets.token_hex(8)
    return str(kept.request_id)


def known(caller: Caller, role: str, agreement: str | None) -> None:
    """Say in all that follows who asks, by their id, and about which agreement."""
    more = {"person": caller.person, "role": role}
    if agreement is not None and _NUMBER.fullmatch(agreement):
        more["agreement"] = agreement
    logs.about(**more)


def signed_in(caller: Caller, how: str) -> None:
    logs.log().info(
        "signed in",
        person=caller.person,
        organisation=caller.organisation,
        roles=list(caller.roles),
        how=how,
        address=request.remote_addr,
    )


def not_signed_in(how: str) -> None:
    """Somebody showed what is not known, or was revoked: at most a line a minute of an address."""
    logs.log().warning("sign-in refused", how=how, address=request.remote_addr)


def acts_for(person: str, organisation: str) -> None:
    logs.log().info("acts for", person=person, organisation=organisation)


def sessions_ended(count: int) -> None:
    logs.log().info("sessions ended", count=count, address=request.remote_addr)


def slowed(how: str) -> None:
    """A try that has to wait for those before it."""
    logs.log().warning("sign-in slowed", how=how, address=request.remote_addr)


def signed_out() -> None:
    logs.log().info("signed out", address=request.remote_addr)


def _route() -> str:
    """The rule of the address, without what the caller put into it."""
    return str(request.url_rule) if request.url_rule is not None else "none"
