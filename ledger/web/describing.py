"""The shapes of answers as the API's description has them, out of their declarations."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ledger.application.answers import Answer

_PLACE = "#/components/schemas/{name}"


def reference(shape: type[Answer]) -> str:
    return _PLACE.format(name=shape.__name__)


def schemas(shapes: Iterable[type[Answer]]) -> dict[str, Any]:
    """Every shape by its name, also those that are nested in others."""
    _, found = msgspec.json.schema_components(dict.fromkeys(shapes), ref_template=_PLACE)
    return {name: _object(shape) for name, shape in found.items()}


def _object(shape: dict[str, Any]) -> dict[str, Any]:
    """Without what is said of the shape in code; more members only where it says that it has."""
    return {
        "type": "object",
        "properties": {name: _plain(member) for name, member in shape["properties"].items()},
        "required": sorted(shape["required"]),
        "additionalProperties": shape.get("additionalProperties", True),
    }


def _plain(member: dict[str, Any]) -> dict[str, Any]:
    """A member that may be null as one type of two, where it is not a shape of its own."""
    of = [one for one in member.get("anyOf", ()) if one != {"type": "null"}]
    if "items" in member:
        return {**member, "items": _plain(member["items"])}
    if len(of) != 1 or len(of) == len(member["anyOf"]):
        return member
    rest = {name: value for name, value in member.items() if name != "anyOf"}
    if "$ref" in of[0]:
        return {"anyOf": [*of, {"type": "null"}], **rest}
    return {**of[0], "type": [of[0]["type"], "null"], **_with_null(rest)}


def _with_null(said: dict[str, Any]) -> dict[str, Any]:
    return {**said, "enum": [*said["enum"], None]} if "enum" in said else said
