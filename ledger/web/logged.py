"""What is logged of requests: each line says of which it is; where that is asked, each has one."""

from __future__ import annotations

import re
import time
from os import urandom
from typing import TYPE_CHECKING

from flask import Request, Response, g, request

from ledger import logs
from ledger.registry import Caller

if TYPE_CHECKING:
    from ledger.web.application import App

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# With a figure in it: what is none may be anything that somebody typed.
_NUMBER = re.compile(r"(?=.*\d)[\w./-]{1,50}")


def install(app: App, *, access: bool) -> None:
    """Name each request, and log each where `access` says so."""

    def begin(asked: Request) -> None:
        g.began = time.perf_counter()
        rule = asked.url_rule
        route = "none" if rule is None else rule.rule
        logs.begin_about(request=request_id(asked), method=asked.method, route=route)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers.add(HEADER, request_id(request))
        if access:
            ended(response)
        return response

    app.begins.append(begin)
    if access:
        app.ends.append(ended)


def ended(response: Response) -> None:
    began: float = g.get("began", time.perf_counter())
    took = round((time.perf_counter() - began) * 1000, 1)
    logs.log().info("request", status=response.status_code, ms=took, to="stdout")


def request_id(asked: Request) -> str:
    """What the request is called here and in front: as a proxy said, else by chance."""
    kept = g._get_current_object()
    if "request_id" not in kept:
        given = asked.environ.get("HTTP_X_REQUEST_ID", "")
        # One that reads like a secret is none that a proxy made.
        fits = given and _ID.fullmatch(given) and logs.is_harmless(given)
        kept.request_id = given if fits else urandom(8).hex()
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
