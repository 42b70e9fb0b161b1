"""What an organisation that begins has to do first, and how far it has come."""

import msgspec

from ledger import people
from ledger.application import anchor
from ledger.application.asker import Asker
from ledger.domain import access, organisation
from ledger.projections import agreements
from ledger.projections.then import NOW

STEPS = ("administrator", "organisation", "agreement", "people", "notary")
"""In the order in which they are best done."""


class FirstStep(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    is_done: bool


def first_steps(asker: Asker) -> list[FirstStep]:
    """Every step, for an administrator whose organisation has no agreement yet, or nobody who acts
    but them; none where it has begun."""
    if "admin" not in asker.roles:
        return []
    done = {
        "administrator": True,
        "organisation": _has_rules(asker),
        "agreement": _has_agreement(asker),
        "people": _has_others(asker),
        "notary": anchor.newest(asker.ledger.settings.notary) is not None,
    }
    if done["agreement"] and done["people"]:
        return []
    return [FirstStep(name=name, is_done=done[name]) for name in STEPS]


def _has_rules(asker: Asker) -> bool:
    """Whether it has decided anything of its own costs."""
    stream = organisation.stream(asker.by.organisation)
    return asker.ledger.service.load(stream)[1] is not None


def _has_agreement(asker: Asker) -> bool:
    views = asker.ledger.views
    views.catch_up()
    with views.database.reading() as connection:
        return bool(agreements.listed(connection, asker.visible, then=NOW, limit=1))


def _has_others(asker: Asker) -> bool:
    ledger, today = asker.ledger, asker.today
    return any(
        id != asker.by.person and access.held(people.state_of(ledger.service, id), today)
        for id in ledger.registry.of_organisation(asker.by.organisation)
    )
