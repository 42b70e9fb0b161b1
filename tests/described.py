"""Whether an answer of the API is what its description says that it is."""

import re
from functools import cache

import msgspec
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from ledger.web.api import BLUEPRINTS
from ledger.web.openapi import described


@cache
def document() -> dict:
    return msgspec.json.decode(described(BLUEPRINTS))


def as_described(response: TestResponse, rule: str) -> TestResponse:
    """The answer of a route, which is done and has JSON, has the form that the route states."""
    if 200 <= response.status_code < 300 and response.is_json:
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)
        faults = _validator(path, response.request.method.lower(), str(response.status_code))
        wrong = [
            f"{fault.json_path}: {fault.message}" for fault in faults.iter_errors(response.json)
        ]
        assert wrong == [], f"{response.request.method} {response.request.path}: {wrong[:5]}"
    return response


@cache
def _validator(path: str, method: str, status: str) -> Draft202012Validator:
    content = document()["paths"][path][method]["responses"][status]["content"]
    schema = content["application/json"]["schema"]
    whole = {**schema, "components": document()["components"]}
    return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
