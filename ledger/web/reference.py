"""The API's description of itself, cut up for reading: sections of operations, and shapes."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import msgspec

from ledger.web.described import Answer, Member, Operation, Part, Reference, Section, Shape

SHAPES = "#/components/schemas/"
LONGEST_PATTERN = 60
"""A longer one tells a reader nothing."""


@cache
def read(description: bytes) -> Reference:
    document = msgspec.json.decode(description)
    shapes = {
        name: _shape(name, schema)
        for name, schema in sorted(document["components"]["schemas"].items())
    }
    operations = list(_operations(document, shapes))
    sections = {
        tag["name"]: Section(
            name=tag["name"],
            says=tag["description"],
            operations=tuple(one for name, one in operations if name == tag["name"]),
        )
        for tag in document["tags"]
    }
    return Reference(
        version=document["info"]["version"],
        says=tuple(document["info"]["description"].strip().split("\n\n")),
        sections=sections,
        shapes=shapes,
    )


def _operations(
    document: dict[str, Any], shapes: Mapping[str, Shape]
) -> Iterator[tuple[str, Operation]]:
    """Each with the name of its section."""
    for path, methods in document["paths"].items():
        shared = methods.get("parameters", [])
        for method, said in methods.items():
            if method != "parameters":
                (section,) = said["tags"]
                yield section, _operation(document, shapes, path, method, said, shared)


def _operation(
    document: dict[str, Any],
    shapes: Mapping[str, Shape],
    path: str,
    method: str,
    said: dict[str, Any],
    shared: list[dict[str, Any]],
) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    answers = [
        _answer(status, _found(document, answer)) for status, answer in said["responses"].items()
    ]
    return Operation(
        id=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said["summary"],
        says=said.get("description", "Open to everybody."),
        parameters=tuple(
            _member(one["name"], one["schema"] | _about(one), one.get("required", False), one["in"])
            for one in (_found(document, one) for one in (*shared, *said.get("parameters", ())))
        ),
        body=shapes.get(schema.get("$ref", "").removeprefix(SHAPES)),
        takes=tuple(content),
        answers=tuple(one for one in answers if one.status < "4"),
        problems=tuple(one for one in answers if one.status >= "4"),
    )


def _found(document: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What a reference points at, else what is said itself."""
    found: Any = said
    if "$ref" in said:
        found = document
        for step in said["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return dict(found)


def _about(parameter: dict[str, Any]) -> dict[str, Any]:
    about = {"description": parameter.get("description", "")}
    if "example" in parameter:
        about["examples"] = [parameter["example"]]
    return about


def _answer(status: str, said: dict[str, Any]) -> Answer:
    parts: list[Part] = []
    for form, content in said.get("content", {}).items():
        parts += [Part(" or ")] if parts else []
        if form in ("application/json", "application/problem+json"):
            parts += spelled(content.get("schema", {}))
        else:
            parts.append(Part(form))
    return Answer(
        status=status,
        says=said["description"],
        type=tuple(parts),
        headers=tuple(said.get("headers", ())),
    )


def _shape(name: str, schema: dict[str, Any]) -> Shape:
    needed = schema.get("required", ())
    members = schema.get("properties", {})
    return Shape(
        name=name,
        says=schema.get("description", ""),
        type=() if members else spelled(schema),
        members=tuple(_member(one, said, one in needed) for one, said in members.items()),
        example="".join(_pretty(example) for example in schema.get("examples", ())[:1]),
    )


def _member(name: str, schema: dict[str, Any], required: bool, place: str = "") -> Member:
    return Member(
        name=name,
        type=spelled(schema),
        required=required,
        says=schema.get("description", ""),
        rules=tuple(_rules(schema)),
        examples=tuple(_written(example) for example in schema.get("examples", ())),
        place=place,
    )


def spelled(schema: dict[str, Any]) -> tuple[Part, ...]:
    """How a type is written, with the shapes in it to be followed."""
    reference = schema.get("$ref", "").removeprefix(SHAPES)
    if reference:
        return (Part(reference, reference),)
    for choice, between in _COMPOSED.items():
        if choice in schema:
            return _between(between, [spelled(one) for one in schema[choice]])
    if "const" in schema:
        return (Part(_written(schema["const"])),)
    given = schema.get("type", "anything")
    kinds = [given] if isinstance(given, str) else given
    return _between(" or ", [_of_kind(kind, schema) for kind in kinds])


_COMPOSED = {"oneOf": " or ", "anyOf": " or ", "allOf": " and ", "prefixItems": " and "}


def _of_kind(kind: str, schema: dict[str, Any]) -> tuple[Part, ...]:
    if kind == "array":
        return (Part("list of "), *spelled(schema.get("items") or {}))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return (Part("object of "), *spelled(schema["additionalProperties"]))
    form = "" if kind == "null" else schema.get("format", "")
    return (Part(f"{kind} ({form})" if form else kind),)


def _between(between: str, each: list[tuple[Part, ...]]) -> tuple[Part, ...]:
    parts: list[Part] = []
    for one in each:
        parts += [Part(between), *one] if parts else one
    return tuple(parts)


def _rules(schema: dict[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield "one of " + ", ".join(map(_written, schema["enum"]))
    for name, said in (
        ("minimum", "at least"),
        ("exclusiveMinimum", "more than"),
        ("maximum", "at most"),
    ):
        if name in schema:
            yield f"{said} {schema[name]}"
    for least, most, of in (
        ("minLength", "maxLength", "characters"),
        ("minItems", "maxItems", "items"),
    ):
        if schema.get(least) == 1:
            yield "not empty"
        elif schema.get(least):
            yield f"at least {schema[least]} {of}"
        if most in schema:
            yield f"at most {schema[most]} {of}"
    if len(pattern := schema.get("pattern", "")) in range(1, LONGEST_PATTERN):
        yield f"matches {pattern}"
    if schema.get("default") not in (None, "", []):
        yield f"by default {_written(schema['default'])}"


def _written(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _pretty(value: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
