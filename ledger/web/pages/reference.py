"""The reference of the API, for reading: made from its description of itself, without script."""

from collections.abc import Callable

from flask import Blueprint, current_app, render_template

from ledger.domain.refusals import NotFound
from ledger.web import reference
from ledger.web.access import public
from ledger.web.described import Reference

blueprint = Blueprint("reference", __name__)


def _read() -> Reference:
    description: Callable[[], bytes] = current_app.extensions["description"]
    return reference.read(description())


@blueprint.get("/api")
@public
def contents() -> str:
    """Every operation in one list, by section."""
    return render_template("reference/contents.html", reference=_read())


@blueprint.get("/api/reference/<name>")
@public
def section(name: str) -> str:
    """The operations of one section, each in full."""
    found = _read().sections.get(name)
    if found is None:
        raise NotFound(what="section", name=name)
    return render_template("reference/section.html", section=found)


@blueprint.get("/api/reference/shapes/<name>")
@public
def shape(name: str) -> str:
    """What goes in or out, member by member."""
    found = _read().shapes.get(name)
    if found is None:
        raise NotFound(what="shape", name=name)
    return render_template("reference/shape.html", shape=found)
