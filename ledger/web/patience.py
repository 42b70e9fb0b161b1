"""How long what is read for a request may take, and whether its caller still waits."""

import select
from collections.abc import Mapping
from typing import Any

from flask import Request, Response

from ledger import deadline
from ledger.bounds import ANSWER_SECONDS, READ_SECONDS
from ledger.deadline import Deadline, Gone
from ledger.web import attempted
from ledger.web.application import App

HUNG_UP = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR


def gone_of(environ: Mapping[str, Any]) -> Gone:
    """Whether the other side of a request's connection has hung up; never, where there is none."""
    sock = environ.get("gunicorn.socket")
    if sock is None or not hasattr(select, "poll"):
        return lambda: False

    def gone() -> bool:
        if sock.fileno() < 0:
            return True
        looking = select.poll()
        looking.register(sock.fileno(), HUNG_UP)
        return bool(looking.poll(0))

    return gone


def install(app: App) -> None:
    """Give a question until READ_SECONDS; an act has its own bounds, and is broken off only where a
    database does not answer until ANSWER_SECONDS."""

    def begin(asked: Request) -> None:
        asks = asked.method in attempted.SAFE or attempted.only_asks(asked)
        if asks:
            deadline.begin(Deadline(READ_SECONDS, gone_of(asked.environ)))
        else:
            deadline.begin(None, ANSWER_SECONDS)

    app.begins.append(begin)

    @app.after_request
    def end(response: Response) -> Response:
        deadline.begin(None)
        return response

    @app.teardown_request
    def over(_: BaseException | None) -> None:
        deadline.begin(None)
