"""The application as Flask has it, without what it works out for each request and nobody asks."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadHost
from werkzeug.routing import MapAdapter, Rule
from werkzeug.wsgi import get_host

from ledger.web.reply import Reply

POSITION = "Avrop-Position"
"""Says as of which position of the log an answer is, where that is short of its end."""


class Route(Rule):
    """A rule that makes its addresses by code that it compiles when the first is asked for.

    Compiled at the start, for three hundred routes, that is most of what an application costs.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled: Callable[..., tuple[str, str]] | None = None

        def built(rule: Rule, **values: Any) -> tuple[str, str]:
            nonlocal compiled
            if compiled is None:
                compiled = super(Route, self)._compile_builder(append_unknown)
            return compiled(rule, **values)

        return built


class App(Flask):
    """None of its functions is a coroutine: nothing is looked at for one.

    What `begins` each request is given it, instead of looking for it. A program shows a token: it
    is asked for no form, and its answer says all of itself when it is made; `ends` are told of it.
    """

    url_rule_class = Route

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.begins: list[Callable[[Request], ResponseReturnValue | None]] = []
        self.ends: list[Callable[[Response], None]] = []
        self.tokens_only: frozenset[str] = frozenset()
        """Blueprints of programs alone, by their names."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """As Flask's, of what the request has read of its environment already."""
        config = self.config
        is_plain = config["SERVER_NAME"] is None and config["TRUSTED_HOSTS"] is None
        if request is None or not is_plain or "HTTP_UPGRADE" in request.environ:
            return super().create_url_adapter(request)
        environ = request.environ
        request.host = host = get_host(environ)
        return MapAdapter(
            self.url_map,
            _in_letters(host),
            request.root_path,
            self.url_map.default_subdomain,
            request.scheme,
            request.path if environ.get("PATH_INFO") else "",
            request.method,
            request.query_string.decode(errors="replace"),
        )

    def preprocess_request(self) -> ResponseReturnValue | None:
        asked = request._get_current_object()  # type: ignore[attr-defined]
        for begin in self.begins:
            if (answered := begin(asked)) is not None:
                return answered
        return None if asked.blueprint in self.tokens_only else super().preprocess_request()

    def process_response(self, response: Response) -> Response:
        short = self.extensions["ledger"].views.short
        if short is not None:
            response.headers[POSITION] = str(short)
        if not isinstance(response, Reply):
            return super().process_response(response)
        for end in self.ends:
            end(response)
        return response


@lru_cache(maxsize=64)
def _in_letters(host: str) -> str:
    """A host and its port in lower case, its name as the net has it. Raises BadHost."""
    name, colon, port = host.lower().partition(":")
    try:
        return f"{name.encode('idna').decode('ascii')}{colon}{port}"
    except UnicodeError as error:
        raise BadHost from error
