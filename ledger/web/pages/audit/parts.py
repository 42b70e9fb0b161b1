"""The parts of the audit desk, each at an address of its own."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request, url_for

from ledger.application.proving import DESK
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times
from ledger.web.seen import asker
from ledger.wording import Sentence

blueprint = Blueprint("audit", __name__)

PARTS: tuple[tuple[str, Sentence], ...] = (
    ("desk", label("State of the proof")),
    ("log", label("Log")),
    ("replay_which", label("Replay")),
    ("passed_which", label("After it was passed")),
    ("receipts", label("Receipts")),
    ("checkpoints", label("Checkpoints")),
    ("attempts", label("Refused attempts")),
    ("reads", label("Bundles read")),
    ("bundle", label("Bundle")),
)
"""Each by its endpoint, and what it is called."""


class Link(NamedTuple):
    called: Sentence
    address: str
    current: bool


def links(times: Times | None) -> Sequence[Link]:
    kept: dict[str, Any] = {} if times is None else times.query()
    here = (request.endpoint or "").rpartition(".")[2]
    found = [
        Link(called, url_for(f"pages.audit.{name}", **kept), name == here) for name, called in PARTS
    ]
    appointments = Link(label("Appointments"), url_for("pages.settings.auditors"), False)
    return [*found, appointments]


def page(
    template: str, title: Sentence, times: Times | None = None, *, wrong: bool = False, **more: Any
) -> str:
    """A part of the desk; `wrong`: what was sent is not what it should be."""
    return render_template(
        f"audit/{template}.html",
        title=title,
        parts=links(times),
        times=times,
        wrong=wrong,
        writes_nothing="admin" not in asker().roles,
        **more,
    )


__all__ = ["DESK", "blueprint", "page"]
