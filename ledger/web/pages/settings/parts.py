"""The parts of the settings: each at an address of its own, for whom it is."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Blueprint, render_template, request, url_for

from ledger.application.asker import EVERYONE
from ledger.web.access import allow
from ledger.web.pages.labels import label
from ledger.web.seen import asker
from ledger.wording import Sentence

blueprint = Blueprint("settings", __name__)
READERS = ("orderer", "approver", "finance", "manager", "admin")
"""Who is told what their own organisation decides of its costs; a supplier's are not kept here."""

WRITTEN_TO = tuple(role for role in EVERYONE if role != "auditor")
"""Who says in a browser how they are written to: an auditor writes nothing."""


class Part(NamedTuple):
    """A part of the settings: what it is called, where it is, for whom, and what is done there."""

    called: Sentence
    endpoint: str
    roles: Sequence[str]
    says: Sentence


PARTS = (
    Part(
        label("Signing in"),
        "pages.me.one",
        EVERYONE,
        label("Your passphrase, and where you are signed in."),
    ),
    Part(
        label("Mail"),
        "pages.settings.mail",
        WRITTEN_TO,
        label("Where and how often you are written to, and where orders are sent."),
    ),
    Part(
        label("Organisation"),
        "pages.settings.organisations",
        READERS,
        label("Your organisation's number and name, and what it has decided of its costs."),
    ),
    Part(
        label("People and roles"),
        "pages.settings.people",
        ("admin",),
        label("Who may act for your organisation, in which roles, and by which tokens."),
    ),
    Part(
        label("Attest rights"),
        "pages.settings.attest",
        READERS,
        label("Who may approve which costs, up to how much, and who stands in for whom."),
    ),
    Part(
        label("Code map"),
        "pages.settings.codes",
        READERS,
        label("Which parts a code string has, and a box to try one in."),
    ),
    Part(
        label("Auditors"),
        "pages.settings.auditors",
        ("auditor", "admin"),
        label("Who may read everything, by which decision, and until when."),
    ),
    Part(
        label("The ledger"),
        "pages.settings.state",
        ("admin",),
        label("How the ledger itself is: its log, its backup, its newest checkpoint."),
    ),
)


class Link(NamedTuple):
    called: Sentence
    address: str
    current: bool
    says: Sentence


def links() -> list[Link]:
    """The parts that the visitor's roles have."""
    return [
        Link(one.called, url_for(one.endpoint), _is_in(one), one.says)
        for one in PARTS
        if set(one.roles) & set(asker().roles)
    ]


def _is_in(part: Part) -> bool:
    """Whether the page that is asked for is the part's, or below it."""
    there = url_for(part.endpoint)
    return request.path == there or request.path.startswith(f"{there}/")


@blueprint.get("/settings")
@allow(*EVERYONE)
def first() -> str:
    return render_template("settings/first.html", links=links())
