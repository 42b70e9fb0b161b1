"""A refusal as a problem document (RFC 9457) for programs, as a page for people."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec
from flask import Flask, Response, current_app, redirect, render_template, request, url_for
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug import Response as Redirect
from werkzeug.exceptions import HTTPException

from ledger import deadline, faults, logs, metrics, people
from ledger.bounds import FRAME_SECONDS
from ledger.domain.refusals import (
    AskedTooMuch,
    BeingMade,
    CallerGone,
    Fault,
    Forbidden,
    Invalid,
    LedgerDamaged,
    PerhapsRecorded,
    Refusal,
    TookTooLong,
    Unavailable,
)
from ledger.store import TreeDamaged
from ledger.web import attempted, language, logged
from ledger.web.access import Unauthenticated, nobody, visitor
from ledger.web.problem_types import BASE, INTERNAL, OF_HTTP, member, status_of
from ledger.wording import fault_sentence, members, sentence, translate


def problem(type: str, title: str, status: int, detail: str, **more: Any) -> Response:
    """`type` is an address, `title` and `detail` are translated."""
    document = {
        "type": type,
        "title": title,
        "status": status,
        "detail": detail,
        "instance": quote(request.path),
        "request_id": logged.request_id(request),
        **more,
    }
    return Response(
        msgspec.json.encode(document), status=status, content_type="application/problem+json"
    )


def from_refusal(refusal: Refusal) -> Response:
    status = status_of(type(refusal))
    said = language.of_request()
    more = {member(name): value for name, value in members(refusal).items()}
    if isinstance(refusal, Invalid):
        more["errors"] = [
            {"pointer": fault.pointer, "detail": fault_sentence(fault, said)}
            for fault in refusal.faults
        ]
    title, detail = translate(refusal.title, said), sentence(refusal, said, _names)
    response = problem(BASE + refusal.type, title, status, detail, **more)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _names(ids: set[str]) -> Mapping[str, str]:
    """Of people: they are kept outside the log, and so outside of refusals."""
    found: Mapping[str, str] = current_app.extensions["ledger"].registry.names(ids)
    return found


def page(
    title: str,
    detail: str,
    status: int,
    faults: Sequence[Fault] = (),
    ask: Sequence[str] | None = None,
) -> Response:
    """The same for people: the sentence, every fault, and a way back. `title` is translated; `ask`
    are those who can help, where somebody can.

    Its frame reads too, who is looking and for whom: what was late, or is away, is no reason to say
    nothing. Then it is a page as for somebody who is not signed in.
    """
    said = language.of_request()

    def written() -> str:
        return render_template(
            "problem.html",
            title=title,
            detail=detail,
            faults=[(fault.pointer, fault_sentence(fault, said)) for fault in faults],
            ask=ask,
            request_id=logged.request_id(request) if status >= 500 else None,
        )

    try:
        with deadline.within(FRAME_SECONDS):
            text = written()
    except (Unavailable, DBAPIError):
        nobody()
        text = written()
    return Response(text, status, content_type="text/html; charset=utf-8")


def page_from_refusal(refusal: Refusal) -> Response | Redirect:
    if isinstance(refusal, Unauthenticated) and not request.headers.get("HX-Request"):
        return redirect(url_for("pages.start.first", next=request.full_path.rstrip("?")), 303)
    said = language.of_request()
    faults = refusal.faults if isinstance(refusal, Invalid) else ()
    detail = sentence(refusal, said, _names)
    ask = _administrators() if isinstance(refusal, Forbidden) else None
    return page(translate(refusal.title, said), detail, status_of(type(refusal)), faults, ask)


def _administrators() -> list[str]:
    """Who gives roles where the visitor is, by name."""
    who = visitor()
    if who is None:
        return []
    opened = current_app.extensions["ledger"]
    return people.in_role(opened.service, opened.registry, "admin", who.organisation)


UNSAID: dict[type[Refusal], str] = {
    Unavailable: "the database does not answer",
    LedgerDamaged: "the log is damaged",
    TookTooLong: "a reading was stopped",
    PerhapsRecorded: "the database does not answer",
    BeingMade: "the read models are being made anew",
}
"""What whoever runs it is told of a refusal that says nothing of its cause."""


def _where_it_is_shown() -> str:
    """Where the form of an address is that takes what is sent alone, for a link that leads there,
    as after signing in: the nearest address above it that shows something."""
    above, asked = request.path, current_app.url_map.bind("")
    if language.is_api() or request.method not in ("GET", "HEAD"):
        return ""
    while above:
        above = above.rpartition("/")[0]
        if asked.test(above or "/", "GET"):
            return above or "/"
    return ""


def install(app: Flask) -> None:
    """Problem documents for everything that goes wrong under /api, pages for the rest."""

    @app.errorhandler(Refusal)
    def refused(refusal: Refusal) -> Response | Redirect:
        metrics.refused(refusal)
        attempted.note(refusal)
        answer = from_refusal(refusal) if language.is_api() else page_from_refusal(refusal)
        if isinstance(refusal, AskedTooMuch):
            answer.headers["Retry-After"] = str(refusal.figures["wait"])
        elif isinstance(refusal, CallerGone):
            logs.log().info("caller gone")
        elif answer.status_code == 503:
            why = faults.said(refusal) or refusal.figures.get("reason", "")
            logs.log().error(UNSAID.get(type(refusal), "not done"), why=why, exc_info=refusal)
            answer.headers["Retry-After"] = "600" if isinstance(refusal, LedgerDamaged) else "2"
        return answer

    @app.errorhandler(TreeDamaged)
    def damaged(error: TreeDamaged) -> Response | Redirect:
        return refused(LedgerDamaged(reason=str(error)))

    @app.errorhandler(DBAPIError)
    def away(error: DBAPIError) -> Response | Redirect:
        """The database of names and sessions: a lock is held, a disk is full, it is not there."""
        if not (isinstance(error, OperationalError) or faults.kind_of(error)):
            return failed(error)
        refusal = Unavailable()
        refusal.__cause__ = error
        return refused(refusal)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response | Redirect:
        code, chosen = error.code or 500, language.of_request()
        if code == 405 and (there := _where_it_is_shown()):
            return redirect(there, 303)
        kind = OF_HTTP.get(code)
        if kind is not None:
            address, title = kind.address, translate(kind.title, chosen)
            detail = translate(kind.sentence, chosen)
        else:
            address, title = "about:blank", error.name or "Error"
            detail = error.description or title
        if language.is_api():
            response = problem(address, title, code, detail)
        else:
            response = page(translate("That did not work", chosen), detail, code)
        if code == 405 and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
        return response

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        logs.log().error("request failed", exc_info=error)
        chosen = language.of_request()
        title, detail = (translate(text, chosen) for text in (INTERNAL.title, INTERNAL.sentence))
        if language.is_api():
            return problem(INTERNAL.address, title, INTERNAL.status, detail)
        return page(title, detail, INTERNAL.status)
