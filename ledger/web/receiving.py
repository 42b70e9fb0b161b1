"""What comes in: parameters, each once; how much of a body is read, and of which form."""

from typing import Any

from flask import Request, current_app
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ledger.application.bodies.parsing import faults_of, read_members, repeated_parameters
from ledger.bounds import MAX_JSON_BODY, MAX_LEDGER_FILE
from ledger.domain.refusals import Invalid

XML_TYPES = ("application/xml", "text/xml")
TABLE_TYPES = ("text/csv", "text/plain", "application/octet-stream", "application/vnd.ms-excel")
"""What programs and browsers call a table of text; the last is what Windows calls any CSV."""


def require_once(req: Request) -> None:
    """Which of two would count is nobody's to guess. Raises Invalid."""
    repeated = [name for name, values in req.args.lists() if len(values) > 1]
    if repeated:
        raise Invalid(*repeated_parameters(repeated))


class Parser(FlaskParser):
    """All faults at once, each at its place; unknown and repeated members refused by name."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": "raise"}  # noqa: RUF012

    def load_json(self, req: Any, schema: Schema) -> Any:
        body = _bounded(req, MAX_JSON_BODY)
        if not body.strip():
            return {}
        if req.mimetype not in ("application/json", ""):
            raise UnsupportedMediaType("The body must be application/json.")
        read, repeated = read_members(body)
        if repeated:
            raise Invalid(*repeated, *faults_of(schema.validate(read)))
        return read

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """Without the format of an answer, which is beside what the schema says."""
        view = current_app.view_functions.get(req.endpoint or "")
        args = req.args.copy()
        if hasattr(view, "_formats"):
            args.poplist("format")
        return self._makeproxy(args, schema)

    def handle_error(self, error: ValidationError, req: Any, schema: Any, **_: Any) -> Any:
        messages: Any = error.messages
        for location in ("json", "query"):
            if isinstance(messages, dict) and set(messages) == {location}:
                messages = messages[location]
        raise Invalid(*faults_of(messages)) from error


def read_xml(req: Request) -> bytes:
    """A received document, its form unread, up to AVROP_FILE_LIMIT. Raises UnsupportedMediaType."""
    content = _bounded(req, current_app.extensions["ledger"].settings.file_limit)
    if req.mimetype not in (*XML_TYPES, ""):
        raise UnsupportedMediaType(f"The document must be {' or '.join(XML_TYPES)}.")
    return content


def read_table(req: Request) -> bytes:
    """A received table, its form unread. Raises UnsupportedMediaType."""
    content = _bounded(req, MAX_LEDGER_FILE)
    if req.mimetype not in (*TABLE_TYPES, ""):
        raise UnsupportedMediaType(f"The file must be {' or '.join(TABLE_TYPES)}.")
    return content


def _bounded(req: Request, most: int) -> bytes:
    """The body; also one that comes in pieces and does not say how long it is.

    One byte more than the bound is read, since the stream ends silently where its own bound is.
    Raises RequestEntityTooLarge.
    """
    req.max_content_length = most + 1
    body = req.get_data()
    if len(body) > most:
        raise RequestEntityTooLarge
    return body
