"""Programs rely on the API: what each route is called, who may, what it takes and answers with."""

import json
from pathlib import Path
from typing import Any

import pytest

KEPT = json.loads((Path(__file__).parent / "samples" / "routes.json").read_text())
"""As they were; a line changes only where the change is meant, and is told in CHANGELOG.md."""


@pytest.fixture(scope="module")
def routes() -> dict[str, dict[str, Any]]:
    from ledger.web.api import BLUEPRINTS
    from ledger.web.openapi import described

    document = json.loads(described(BLUEPRINTS))
    return {
        f"{method.upper()} {path}": {
            "route": f"{method.upper()} {path}",
            "operation": operation["operationId"],
            "roles": operation.get("description", "").removeprefix("Roles: ").rstrip("."),
            "schemas": sorted(schemas_in([operation.get("requestBody"), operation["responses"]])),
            "answers": sorted(operation["responses"]),
        }
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    }


def schemas_in(part: Any) -> set[str]:
    """The names of the schemas that a part of the description refers to."""
    if isinstance(part, dict):
        reference = part.get("$ref", "")
        own = {reference.rpartition("/")[2]} if "/schemas/" in reference else set()
        return own.union(*map(schemas_in, part.values()))
    return set().union(*map(schemas_in, part)) if isinstance(part, list) else set()


@pytest.mark.parametrize("kept", KEPT, ids=[one["route"] for one in KEPT])
def test_a_route_is_as_it_was(kept, routes):
    assert routes.get(kept["route"]) == kept


def test_a_new_route_has_its_line(routes):
    assert set(routes) == {one["route"] for one in KEPT}
