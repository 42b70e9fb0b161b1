"""The types of problems: what each means. A problem document's `type` is the address of its own."""

import re
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template
from markupsafe import Markup, escape

from ledger.domain.refusals import NotFound
from ledger.web import language, problems
from ledger.web.access import public
from ledger.web.problem_types import BASE, TYPES, ProblemType
from ledger.wording import sentence, translate

blueprint = Blueprint("problems", __name__)


@blueprint.get(BASE.rstrip("/"))
@public
def listed() -> str | Response:
    if language.wants_json():
        return _json({"items": [_resource(kind) for kind in TYPES.values()]})
    return _page()


@blueprint.get(f"{BASE}<name>")
@public
def one(name: str) -> str | Response | tuple[str | Response, int]:
    kind = TYPES.get(name)
    if kind is None:
        missing = NotFound(what="problem type", name=name)
        if language.wants_json():
            return problems.from_refusal(missing)
        return _page(sentence(missing, language.of_request())), 404
    if language.wants_json():
        return _json(_resource(kind))
    return render_template("problems/one.html", kind=kind)


def _page(missing: str = "") -> str:
    by_status: dict[int, list[ProblemType]] = {}
    for kind in sorted(TYPES.values(), key=lambda kind: (kind.status, kind.type)):
        by_status.setdefault(kind.status, []).append(kind)
    return render_template("problems/list.html", by_status=by_status, missing=missing)


def _resource(kind: ProblemType) -> dict[str, Any]:
    said = language.of_request()
    texts = {name: translate(getattr(kind, name), said) for name in ("title", "means", "sentence")}
    return {
        "type": kind.address,
        "title": texts["title"],
        "status": kind.status,
        "means": texts["means"],
        "sentence": texts["sentence"],
        "members": kind.document,
    }


def _json(resource: dict[str, Any]) -> Response:
    response = Response(msgspec.json.encode(resource), content_type="application/json")
    return language.said(response)


@blueprint.after_request
def by_what_is_accepted(response: Response) -> Response:
    response.vary.add("Accept")
    return response


@blueprint.app_template_filter("figured")
def figured(text: str) -> Markup:
    """A text whose figures (`{name}`) and code (between backticks) are marked as what they are."""
    marked = re.sub(r"{(\w+)}", r"<var>\1</var>", str(escape(text)))
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", marked))  # noqa: S704 - escaped above
