"""From JSON text to checked bodies: all faults at once, each at its place."""

import json
from typing import Any

from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from ledger.bounds import MAX_JSON_BODY
from ledger.domain.refusals import Fault, Invalid
from ledger.wording import Sentence


class Parser(FlaskParser):
    """All faults at once, each at its place; unknown and repeated members refused by name."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": "raise"}  # noqa: RUF012

    def load_json(self, req: Any, schema: Any) -> Any:
        if (req.content_length or 0) > MAX_JSON_BODY:
            raise RequestEntityTooLarge
        body = req.get_data()
        if not body.strip():
            return {}
        if req.mimetype not in ("application/json", ""):
            raise Invalid(Fault(pointer="", sentence="The body must be application/json."))
        return read_json(body)

    def handle_error(self, error: ValidationError, req: Any, schema: Any, **_: Any) -> Any:
        messages: Any = error.messages
        for location in ("json", "query", "json_or_form"):
            if isinstance(messages, dict) and set(messages) == {location}:
                messages = messages[location]
        raise Invalid(*faults_of(messages)) from error


def load(schema: type[Schema], body: object) -> dict[str, Any]:
    """A body that is JSON already, checked. Raises Invalid."""
    try:
        loaded: dict[str, Any] = schema().load(body)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Invalid(*faults_of(error.messages)) from error
    return loaded


def read_json(body: bytes | str) -> Any:
    """JSON without repeated members. Raises Invalid."""
    try:
        return json.loads(body, object_pairs_hook=_no_repeats, parse_constant=_no_constant)
    except Invalid:
        raise
    except (ValueError, RecursionError) as error:
        raise Invalid(Fault(pointer="", sentence="The body is not sound JSON.")) from error


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise Invalid(
            *(
                Fault(
                    pointer=f"/{name}",
                    sentence="The member {name} is given twice.",
                    figures={"name": name},
                )
                for name in members
                if names.count(name) > 1
            )
        )
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def faults_of(messages: Any, pointer: str = "") -> list[Fault]:
    """marshmallow's tree of messages as faults with JSON pointers."""
    if isinstance(messages, dict):
        found = []
        for name, below in messages.items():
            place = pointer if name == "_schema" else f"{pointer}/{name}"
            found += faults_of(below, place)
        return found
    return [
        _fault(pointer, said) for said in (messages if isinstance(messages, list) else [messages])
    ]


def _fault(pointer: str, said: Any) -> Fault:
    if isinstance(said, Sentence):
        figures = {name: str(value) for name, value in said.figures.items()}
        return Fault(pointer=pointer, sentence=said.template, figures=figures)
    if said == "Unknown field.":
        name = pointer.rpartition("/")[2]
        return Fault(pointer=pointer, sentence="There is no member {name}.", figures={"name": name})
    plain = str(said).replace("{", "{{").replace("}", "}}")
    return Fault(pointer=pointer, sentence=plain)
