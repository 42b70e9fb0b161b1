"""From text to checked bodies: all faults at once, each at its place."""

import json
from typing import Any

from flask import Request, current_app
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from ledger.bounds import MAX_DOCUMENT, MAX_JSON_BODY, MAX_NAME
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import Sentence

XML_TYPES = ("application/xml", "text/xml")


class Parser(FlaskParser):
    """All faults at once, each at its place; unknown and repeated members refused by name."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": "raise"}  # noqa: RUF012

    def load_json(self, req: Any, schema: Schema) -> Any:
        body = _bounded(req, MAX_JSON_BODY)
        if not body.strip():
            return {}
        if req.mimetype not in ("application/json", ""):
            raise UnsupportedMediaType("The body must be application/json.")
        read, repeated = _read(body)
        if repeated:
            raise Invalid(*repeated, *faults_of(schema.validate(read)))
        return read

    def load_querystring(self, req: Any, schema: Schema) -> Any:
        """Without the format of an answer, which every list has, beside what its schema says."""
        view = current_app.view_functions.get(req.endpoint or "")
        args = req.args.copy()
        if hasattr(view, "_exported"):
            args.poplist("format")
        return self._makeproxy(args, schema)

    def handle_error(self, error: ValidationError, req: Any, schema: Any, **_: Any) -> Any:
        messages: Any = error.messages
        for location in ("json", "query"):
            if isinstance(messages, dict) and set(messages) == {location}:
                messages = messages[location]
        raise Invalid(*faults_of(messages)) from error


def read_xml(req: Request) -> bytes:
    """A received document, its form unread. Raises UnsupportedMediaType."""
    content = _bounded(req, MAX_DOCUMENT)
    if req.mimetype not in (*XML_TYPES, ""):
        raise UnsupportedMediaType(f"The document must be {' or '.join(XML_TYPES)}.")
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


def load(schema: type[Schema], body: object) -> dict[str, Any]:
    """A body that is JSON already, checked. Raises Invalid."""
    try:
        loaded: dict[str, Any] = schema().load(body)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Invalid(*faults_of(error.messages)) from error
    return loaded


def read_json(body: bytes | str) -> Any:
    """JSON without repeated members. Raises Invalid."""
    read, repeated = _read(body)
    if repeated:
        raise Invalid(*repeated)
    return read


class _Members(dict[str, Any]):
    """An object as it was written: with the names that it gives twice."""

    repeated: tuple[str, ...] = ()


def _read(body: bytes | str) -> tuple[Any, list[Fault]]:
    """JSON, and each repeated member at its place. Raises Invalid where it is no JSON."""
    try:
        read = json.loads(body, object_pairs_hook=_members, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Invalid(Fault(pointer="", sentence="The body is not sound JSON.")) from error
    return read, _repeated(read)


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    members = _Members(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        members.repeated = tuple(name for name in members if names.count(name) > 1)
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _repeated(read: Any) -> list[Fault]:
    """Not by recursion: what is read may be nested as deep as Python goes."""
    faults = []
    waiting = [("", read)]
    while waiting:
        pointer, value = waiting.pop()
        if isinstance(value, _Members):
            faults += [
                Fault(
                    pointer=f"{pointer}/{_step(name)}",
                    sentence="The member {name} is given twice.",
                    figures={"name": _shown(name)},
                )
                for name in value.repeated
            ]
            waiting += [(f"{pointer}/{_step(name)}", below) for name, below in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{pointer}/{i}", below) for i, below in enumerate(value)]
    return faults


def faults_of(messages: Any, pointer: str = "") -> list[Fault]:
    """marshmallow's tree of messages as faults with JSON pointers (RFC 6901)."""
    if isinstance(messages, dict):
        found = []
        for name, below in messages.items():
            if below == ["Unknown field."]:
                found.append(_unknown(pointer, name))
            else:
                found += faults_of(
                    below, pointer if name == "_schema" else f"{pointer}/{_step(str(name))}"
                )
        return found
    return [
        _fault(pointer, said) for said in (messages if isinstance(messages, list) else [messages])
    ]


def _fault(pointer: str, said: Any) -> Fault:
    if isinstance(said, Sentence):
        figures = {name: str(value) for name, value in said.figures.items()}
        return Fault(pointer=pointer, sentence=said.template, figures=figures)
    plain = str(said).replace("{", "{{").replace("}", "}}")
    return Fault(pointer=pointer, sentence=plain)


def _unknown(pointer: str, name: str) -> Fault:
    return Fault(
        pointer=f"{pointer}/{_step(name)}",
        sentence="There is no member {name}.",
        figures={"name": _shown(name)},
    )


def _step(name: str) -> str:
    return _shown(name).replace("~", "~0").replace("/", "~1")


def _shown(name: str) -> str:
    """A name that a request made up, as an answer can carry it: without half surrogate pairs."""
    return name[:MAX_NAME].encode(errors="backslashreplace").decode()
