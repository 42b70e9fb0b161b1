"""What comes in: parameters, each once; how much of a body is read, and of which form."""

from collections.abc import Callable
from typing import Any

from flask import Request, current_app
from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ledger.application.bodies.parsing import faults_of, read_members, repeated_parameters
from ledger.application.bodies.straight import loader
from ledger.bounds import MAX_FAULTS, MAX_JSON_BODY, MAX_LEDGER_FILE
from ledger.domain.refusals import Fault, Invalid

XML_TYPES = ("application/xml", "text/xml")
TABLE_TYPES = ("text/csv", "text/plain", "application/octet-stream", "application/vnd.ms-excel")
"""What programs and browsers call a table of text; the last is what Windows calls any CSV."""


def require_once(req: Request) -> None:
    """Which of two would count is nobody's to guess. Raises Invalid."""
    if not req.query_string:
        return
    repeated = [name for name, values in req.args.lists() if len(values) > 1]
    if repeated:
        raise Invalid(*repeated_parameters(repeated))


def require_text(req: Request) -> None:
    """Nobody types the one sign that PostgreSQL has in no text: what is looked for by a page, or
    sent to one, is without it whatever it is looked up in. Raises Invalid."""
    given = [*req.args.items(), *(req.form.items() if req.method == "POST" else ())]
    wrong = [name.replace("\0", "") for name, text in given if "\0" in name + text]
    if wrong:
        sentence = "Control characters are not text."
        raise Invalid(
            *(Fault(pointer=f"/{name}", sentence=sentence) for name in wrong[:MAX_FAULTS])
        )


Read = Callable[[Request], dict[str, Any]]


def reading(schema: Schema, location: str) -> Read:
    """How a schema's members are read, of a body or of an address: all faults at once, each at its
    place; unknown and repeated members refused by name. Raises Invalid."""
    load = loader(schema)

    def checked(members: Any) -> dict[str, Any]:
        try:
            found: dict[str, Any] = load(members)
        except ValidationError as error:
            raise Invalid(*faults_of(error.messages)) from error
        return found

    def of_body(req: Request) -> dict[str, Any]:
        return checked(_read_json(req, schema))

    def of_address(req: Request) -> dict[str, Any]:
        return checked(_parameters(req))

    if location == "json":
        return of_body
    several = [name for name, field in schema.fields.items() if isinstance(field, fields.List)]
    assert location == "query", "what is read is a body or an address"
    assert not several, "each parameter is given once, see require_once"
    return of_address


def _read_json(req: Request, schema: Schema) -> Any:
    body = _bounded(req, MAX_JSON_BODY)
    if not body.strip():
        return {}
    if req.mimetype not in ("application/json", ""):
        raise UnsupportedMediaType("The body must be application/json.")
    read, repeated = read_members(body)
    if repeated:
        raise Invalid(*repeated, *faults_of(schema.validate(read)))
    return read


def _parameters(req: Request) -> dict[str, str]:
    """Without the format of an answer, which is beside what the schema says."""
    given = req.args.to_dict() if req.query_string else {}
    if "format" in given and hasattr(
        current_app.view_functions.get(req.endpoint or ""), "_formats"
    ):
        del given["format"]
    return given


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
