"""The API's description of itself (OpenAPI 3.1): what every route shares is said here once."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
from flask import Flask, Response
from flask_smorest import Api, Blueprint
from werkzeug.routing import Rule

from ledger import __version__
from ledger.application import exports
from ledger.application.acts import ACTS
from ledger.application.answers import Answer
from ledger.application.answers.refusals import Conflict, Invalid, Problem
from ledger.application.answers.terms import RECORDED
from ledger.application.bodies.examples import EXAMPLES
from ledger.application.doing import IDEMPOTENCY_KEY
from ledger.application.steps import STEPS
from ledger.bounds import FILE_LIMIT, KEY_LENGTH, MAX_LEDGER_FILE
from ledger.domain.events import NAMES
from ledger.web import describing
from ledger.web.access import public
from ledger.web.addresses import CONVERTERS, shown
from ledger.web.problem_types import ADDRESS
from ledger.web.receiving import TABLE_TYPES, XML_TYPES

_TAG = r'(?:W/)?"[!#-~]*"'
IF_MATCH = rf"^(?:\*|{_TAG}(?:\s*,\s*{_TAG})*)$"
VERSION_TAG = r'"(\d{1,15})(?:\.[0-9a-f]{1,64})?"'
"""A tag of ours: the version, and perhaps a digest of the answer."""

DESCRIPTION = """The ledger of a framework agreement: what is left under its cap, and why.

Amounts are decimal strings in the agreement's currency, excluding VAT unless a name says
otherwise; floats are refused. Dates are ISO 8601. Lists page by cursor: follow `Link: rel="next"`.
A resource's `ETag` is its version, for `If-Match`. A write with an `Idempotency-Key` is done once:
the same key and body gives the first answer again. Every refusal is a problem document (RFC 9457)
with its figures as members and a stable `type`, an address here that tells what it means; a method
that an address does not have answers 405 with `Allow`, and a failure of the server 500, in the same
form. A parameter of an address is given once.
"""


def _header(said: str, pattern: str) -> dict[str, Any]:
    return {"description": said, "schema": {"type": "string", "pattern": pattern}}


HEADERS = {
    "ETag": _header(
        "The resource's version, a point, and a digest of the answer.", r'^"\d+\.[0-9a-f]+"$'
    ),
    "Location": _header("Where the new resource is.", "^/api/v1/"),
    "Link": _header("The next page, where there may be one.", '^</api/v1/.*>; rel="next"$'),
    "Idempotent-Replayed": _header("The first answer, given again.", "^true$"),
    "Avrop-Position": _header("The place of the write's last fact in the log.", r"^\d+$"),
    "Avrop-Receipt": _header(
        "The newest record of the resource in the log's hash tree: its number and leaf hash.",
        r"^\d+:[0-9a-f]{64}$",
    ),
    "Avrop-Checkpoint": _header(
        "Of a file: the newest signed checkpoint, in base64.", "^[A-Za-z0-9+/]+=*$"
    ),
    "Content-Disposition": _header("Of a file: its name.", "^attachment; "),
    "WWW-Authenticate": _header("How to say who you are.", "^Bearer$"),
    "Retry-After": _header("Seconds to wait.", r"^\d+$"),
}
XML_BODY = {
    "description": f"The document as it was received, at most {FILE_LIMIT} megabytes unless the "
    "ledger's settings say otherwise.",
    "required": True,
    "content": {form: {"schema": {"type": "string"}} for form in XML_TYPES},
}
TABLE_BODY = {
    "description": f"The file as it was exported, at most {MAX_LEDGER_FILE} bytes.",
    "required": True,
    "content": {form: {"schema": {"type": "string"}} for form in TABLE_TYPES},
}
PARAMETERS = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The write is done once, however often it is sent with this key.",
        "schema": {"type": "string", "pattern": IDEMPOTENCY_KEY, "maxLength": KEY_LENGTH},
        "example": "order-2023-11-20-a",
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The versions that the resource may be at: ETags of it, or versions alone.",
        "schema": {"type": "string", "pattern": IF_MATCH},
        "example": '"3"',
    },
}
TYPE = {
    "type": "string",
    "format": "uri-reference",
    "pattern": ADDRESS,
    "description": "Stable: programs may rely on it. An address here, which tells what it means.",
    "examples": ["/problems/cap-exceeded"],
}
"""Of a problem document: the application does not know at which addresses it is told of."""
PROBLEMS: dict[str, tuple[str, type[Answer], str]] = {
    "400": ("The request broke off.", Problem, ""),
    "401": ("No token, or one that is not known.", Problem, "WWW-Authenticate"),
    "403": ("Who you are does not allow it.", Problem, ""),
    "404": ("There is no such thing, or not for you to see.", Problem, ""),
    "409": ("The request is sound; the state of things says no.", Conflict, ""),
    "412": ("The resource is at another version.", Problem, ""),
    "413": ("The body is larger than its bound.", Problem, ""),
    "415": ("The body is of another content type.", Problem, ""),
    "422": ("The request has faults: all of them.", Invalid, ""),
    "429": ("Too much of what is dear for one person; ask again later.", Problem, "Retry-After"),
    "500": ("The server failed; nothing is half-recorded.", Problem, ""),
    "501": ("A part that this needs is not installed; the refusal says which.", Problem, ""),
    "503": ("Nothing was recorded; ask again.", Problem, "Retry-After"),
}


def install(app: Flask, blueprints: tuple[Blueprint, ...]) -> None:
    """Register the API's routes, and the one where it describes itself."""
    app.url_map.converters.update(CONVERTERS)
    app.extensions["description"] = lambda: described(blueprints)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)

    @public
    def openapi() -> Response:
        return Response(described(blueprints), content_type="application/json")

    app.add_url_rule("/api/v1/openapi.json", view_func=openapi)


class Described(Api):  # type: ignore[misc]
    """The extension that collects what the routes say of themselves."""

    DEFAULT_ERROR_RESPONSE_NAME = None  # `finished` says which refusals a route may give

    def __init__(self, app: Flask) -> None:
        app.config.update(API_TITLE="Avrop", API_VERSION=__version__, OPENAPI_VERSION="3.1.0")
        super().__init__(app)
        for name, converter in CONVERTERS.items():
            app.url_map.converters[name] = converter
            self.register_converter(converter, shown)
        for shape in STEPS.values():
            self.spec.components.schema(shape.__name__, schema=shape)


@cache
def described(blueprints: tuple[Blueprint, ...]) -> bytes:
    """The description as JSON, collected in an application of its own when first asked for.

    It is the same for every ledger, and collecting it takes longer than starting without it.
    """
    app = Flask(__name__, static_folder=None)
    collected = Described(app)
    for blueprint in blueprints:
        collected.register_blueprint(blueprint)
    shapes = [shape for _, shape, _ in PROBLEMS.values()]
    shapes += [shape for blueprint in blueprints for shape in blueprint.answers]
    document = collected.spec.to_dict()
    document["components"]["schemas"].update(describing.schemas(shapes))
    return msgspec.json.encode(finished(app, document))


def finished(app: Flask, document: dict[str, Any]) -> dict[str, Any]:
    """What the routes said, with what all of them share."""
    document["info"]["description"] = DESCRIPTION
    document["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    document["security"] = [{"token": []}]
    components = document["components"]
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    components["headers"] = HEADERS
    components["parameters"] = PARAMETERS
    components["responses"] = {f"Problem{status}": _problem(status) for status in PROBLEMS}
    components["schemas"] = {
        name: schema
        for name, schema in components["schemas"].items()
        if name not in ("Error", "PaginationMetadata")
    } | _recorded()
    for name, body in EXAMPLES.items():
        components["schemas"][name]["examples"] = [body]
    for name, day in _dated().items():
        components["schemas"][name]["not"] = {"required": [day, "on"]}
    for shape in dict.fromkeys(shape for _, shape, _ in PROBLEMS.values()):
        components["schemas"][shape.__name__]["properties"]["type"] = TYPE
    for rule, method, operation in _operations(app, document):
        _finish(operation, rule, method, app.view_functions[rule.endpoint])
    return document


def _dated() -> dict[str, str]:
    """Name of a body's schema → the member that dates it, where that may be called `on` as well:
    it is given once."""
    bodies = {act.body for act in ACTS if act.body is not None and act.route}
    return {
        body.__name__: body.day
        for body in (*bodies, *STEPS.values())
        if "on" in body._declared_fields and body.day not in ("", "on")
    }


def _problem(status: str) -> dict[str, Any]:
    said, shape, header = PROBLEMS[status]
    reference = {"$ref": describing.reference(shape)}
    problem: dict[str, Any] = {
        "description": said,
        "content": {"application/problem+json": {"schema": reference}},
    }
    if header:
        required = {**HEADERS[header], "required": True}
        problem["headers"] = {header: required}
    return problem


def _recorded() -> dict[str, Any]:
    """The shapes of the facts, out of the events themselves."""
    template = f"#/components/schemas/{RECORDED}{{name}}"
    _, shapes = msgspec.json.schema_components(NAMES.values(), ref_template=template)
    for shape in shapes.values():
        if shape.get("type") == "object":
            shape["additionalProperties"] = False
    return {f"{RECORDED}{name}": shape for name, shape in shapes.items()}


def _operations(app: Flask, document: dict[str, Any]) -> Iterator[tuple[Rule, str, dict[str, Any]]]:
    for rule in app.url_map.iter_rules():
        path = document["paths"].get(re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule), {})
        for method in ("get", "post", "delete"):
            if method in path and method.upper() in (rule.methods or ()):
                yield rule, method, path[method]


def _finish(operation: dict[str, Any], rule: Rule, method: str, view: Any) -> None:
    roles: tuple[str, ...] = view._access
    responses = {
        status: answer
        for status, answer in operation["responses"].items()
        if status.startswith("2")
    }
    may = ["500", "503"]
    if roles:
        may += ["401", "403"]
        operation["description"] = f"Roles: {', '.join(roles)}."
    else:
        operation["security"] = []
    if rule.arguments:
        may.append("404")
    if "requestBody" in operation or operation.get("parameters"):
        may.append("422")
    if method == "post":
        may += ["400", "404", "413", "415", "422"]
    if method == "post" and not getattr(view, "_takes_no_key", False):
        may += ["409", "412"]
        operation.setdefault("parameters", []).extend(
            {"$ref": f"#/components/parameters/{name}"} for name in PARAMETERS
        )
    if method == "delete" or getattr(view, "_may_conflict", False):
        may.append("409")
    if getattr(view, "_dear", False):
        may.append("429")
    for status in sorted(set(may)):
        responses[status] = {"$ref": f"#/components/responses/Problem{status}"}
    operation["responses"] = responses
    if hasattr(view, "_formats") and (method == "get" or getattr(view, "_writes_nothing", False)):
        _export(operation, view._formats)
    blueprint, _, name = rule.endpoint.partition(".")
    operation["operationId"] = f"{blueprint}_{name}"


def _export(operation: dict[str, Any], formats: Sequence[str]) -> None:
    """A list or a document may be asked for as a file."""
    said = "csv, xlsx, pdf: the whole as a file, as its media type in Accept asks for."
    schema = {"type": "string", "enum": list(formats)}
    format = {"name": "format", "in": "query", "description": said, "schema": schema}
    operation.setdefault("parameters", []).append(format)
    answer = operation["responses"]["200"]
    for name in formats:
        if name in exports.FORMATS:
            answer["content"][exports.FORMATS[name].media] = {"schema": {"type": "string"}}
    names = ("Avrop-Checkpoint", "Content-Disposition")
    answer.setdefault("headers", {}).update({name: HEADERS[name] for name in names})
    for status in ("422", "429", "501"):
        operation["responses"][status] = {"$ref": f"#/components/responses/Problem{status}"}
