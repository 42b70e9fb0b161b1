"""The frame of every page: the menu by role, who is signed in, the day that is shown."""

from typing import Any

import msgspec
from flask import current_app, request, url_for

from ledger.application.asker import EVERYONE
from ledger.application.reconciling import ROLES as RECONCILERS
from ledger.application.reports import ROLES as REPORTS
from ledger.web import access, language
from ledger.web.language import of_request
from ledger.web.pages import times
from ledger.web.pages.labels import label
from ledger.web.pages.queue import READERS
from ledger.wording import LANGUAGES, Sentence, say, translate

MENU: tuple[tuple[Sentence, str, tuple[str, ...]], ...] = (
    (label("Start"), "pages.start.first", EVERYONE),
    (label("Agreements"), "pages.agreements.listed", EVERYONE),
    (label("Orders"), "pages.orders.listed", EVERYONE),
    (label("Invoices"), "pages.invoices.listed", EVERYONE),
    (label("Reports"), "pages.reports.use", REPORTS),
    (label("Queue"), "pages.queue.listed", READERS),
    (label("Supplier ledger"), "pages.reconciliation.form", RECONCILERS),
)
"""What the menu has, where it leads, and for whom."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the menu."""

    label: str
    address: str
    current: bool


def shared() -> dict[str, Any]:
    """What the frame of every page needs."""
    said = language.of_request()
    visitor = access.visitor()
    return {
        "language": said,
        "languages": LANGUAGES,
        "word": lambda text: translate(text, said),
        "visitor": visitor,
        "visitor_name": visitor_name(),
        "demo": current_app.config["DEMO"],
        "menu": menu(set(visitor.roles) if visitor else set()),
        "here": request.full_path.rstrip("?"),
        "warp": times.control(),
    }


def menu(roles: set[str]) -> list[Item]:
    """The lines that somebody's roles have; what they lack is absent."""
    kept: dict[str, Any] = times.in_address().query()
    return [
        Item(
            label=say(called, of_request()),
            address=url_for(endpoint, **kept),
            current=(request.endpoint or "").rpartition(".")[0] == endpoint.rpartition(".")[0],
        )
        for called, endpoint, those in MENU
        if roles.intersection(those)
    ]


def visitor_name() -> str:
    visitor = access.visitor()
    if visitor is None:
        return ""
    names: dict[str, str] = current_app.extensions["ledger"].registry.names({visitor.person})
    return names.get(visitor.person, visitor.person)
