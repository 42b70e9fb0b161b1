"""The frame of every page: the menu by role, who is signed in, the day that is shown."""

from typing import Any

import msgspec
from flask import current_app, request, url_for

from ledger import __version__
from ledger.application import anchor
from ledger.application.asker import EVERYONE
from ledger.application.proving import DESK
from ledger.application.reconciling import ROLES as RECONCILERS
from ledger.application.reports import ROLES as REPORTS
from ledger.domain import order
from ledger.projections import agreements
from ledger.registry.sessions import Session
from ledger.web import access, language
from ledger.web.language import of_request
from ledger.web.pages import choices, crumbs, demonstration, times
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
    (label("Audit"), "pages.audit.desk", DESK),
    (label("Settings"), "pages.settings.first", EVERYONE),
)
"""What the menu has, where it leads, and for whom."""
KEYS = {
    "pages.agreements.listed": "a",
    "pages.orders.listed": "o",
    "pages.invoices.listed": "f",
}
"""The letter that leads there after a g: the first of its Swedish word, as far as it is free."""

BEGINS: dict[str, dict[str, Any]] = {
    "pages.orders.listed": {"status": order.NOT_ENDED},
    "pages.invoices.listed": {"status": "recorded"},
}
"""What a list is narrowed by where one comes to it from the menu: what is still to be done."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the menu; `key` leads there after a g."""

    label: str
    address: str
    current: bool
    key: str


def shared() -> dict[str, Any]:
    """What the frame of every page needs."""
    said = language.of_request()
    visitor, mine = access.visitor(), access.session()
    kept: dict[str, Any] = times.in_address().query()
    return {
        "language": said,
        "languages": LANGUAGES,
        "word": lambda text: translate(text, said),
        "visitor": visitor,
        "session_ends": mine.ends_at if mine is not None else None,
        "also_acts_for": _also(mine),
        "visitor_name": visitor_name(),
        "organisation": organisation_name(),
        "colours": choices.colours(),
        "colour_choices": choices.COLOURS,
        "keys": choices.keys(),
        "version": __version__,
        "signed": _signed(),
        "alarmed": bool(anchor.alarm(current_app.extensions["ledger"].settings.notary)),
        "short": current_app.extensions["ledger"].views.short,
        "demo": current_app.config["DEMO"],
        "may_be_anew": demonstration.offered(),
        "menu": menu(set(visitor.roles) if visitor else set(), kept),
        "above": crumbs.above(kept),
        "times_of_links": kept,
        "here": request.full_path.rstrip("?"),
        "warp": times.control(),
    }


def _also(mine: Session | None) -> list[tuple[str, str]]:
    """The other persons that the visitor's sign-in lets them act as: id, and organisation."""
    if mine is None or not mine.person or mine.owner == mine.person:
        return []
    persons = current_app.extensions["ledger"].registry.persons_of(mine.owner)
    return [
        (one.person, organisation_called(one.organisation))
        for one in persons
        if one.person != mine.person
    ]


def menu(roles: set[str], kept: dict[str, Any]) -> list[Item]:
    """The lines that somebody's roles have; what they lack is absent. Links keep the times."""
    return [
        Item(
            label=say(called, of_request()),
            address=url_for(endpoint, **BEGINS.get(endpoint, {}), **kept),
            key=KEYS.get(endpoint, ""),
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


def organisation_name() -> str:
    """For whom the visitor acts, by name where that is known."""
    visitor = access.visitor()
    if visitor is None:
        return ""
    return organisation_called(visitor.organisation)


def organisation_called(number: str) -> str:
    """An organisation by the name that agreements give it, else by its number."""
    opened = current_app.extensions["ledger"]
    kept: dict[str, str] = opened.registry.names_of_sole_traders({number})
    if number in kept:
        return kept[number]
    with opened.views.database.reading() as connection:
        return agreements.name_of(connection, number) or number


def _signed() -> int | None:
    """How many entries the newest checkpoint is of; None: none is signed."""
    found = anchor.signed(current_app.extensions["ledger"].settings.notary)
    return None if found is None else found.checkpoint.size
