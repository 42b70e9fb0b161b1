"""Webhooks as an organisation keeps them: registered, listed, removed, and tried again."""

from __future__ import annotations

from collections.abc import Sequence

from ledger import logs
from ledger.application import seeing
from ledger.application.asker import Asker
from ledger.bounds import HOOK_FACTS, MAX_HOOKS
from ledger.domain.events import NAMES
from ledger.domain.refusals import Fault, Invalid, NotFound
from ledger.outbox.calling import fault_of
from ledger.registry import webhooks
from ledger.registry.webhooks import Webhook
from ledger.wording import words

KEEPERS = ("supplier", "manager", "admin")
"""Who keeps an organisation's webhooks: those who say where its orders come to."""
NOUNS = ("agreement", "order", "drawdown", "organisation")
"""What facts are of, which a webhook may name instead of each of them."""
FAULTS = {
    "address": words("Write one whole address, as https://example.se/avrop."),
    "https": words(
        "The address must begin with https://: others may be allowed by whoever runs this."
    ),
    "private": words("The address is of a private network: whoever runs this may allow its host."),
}


def add(asker: Asker, number: str, address: str, facts: Sequence[str]) -> Webhook:
    """A new one of an organisation, with its secret, which is told this once. Raises NotFound,
    Invalid."""
    seeing.require_own_organisation(asker, number)
    ledger = asker.ledger
    if why := fault_of(address, ledger.settings.webhook_allow):
        raise Invalid(Fault(pointer="/address", sentence=FAULTS[why].template))
    strange = [one for one in facts if one not in NAMES and one not in NOUNS]
    if strange or len(facts) > HOOK_FACTS:
        template = "There is no kind of fact {name}."
        figures = {"name": strange[0][:100] if strange else facts[HOOK_FACTS][:100]}
        raise Invalid(Fault(pointer="/facts", sentence=template, figures=figures))
    made = webhooks.add(
        ledger.registry, number, address, facts, asker.by.person, ledger.store.position()
    )
    if made is None:
        template = "There are {most} webhooks already: remove one first."
        raise Invalid(Fault(pointer="", sentence=template, figures={"most": str(MAX_HOOKS)}))
    logs.log().info("webhook added", webhook=made.id, organisation=number, by=asker.by.person)
    return made


def remove(asker: Asker, number: str, id: str) -> None:
    """Raises NotFound."""
    seeing.require_own_organisation(asker, number)
    if not webhooks.remove(asker.ledger.registry, id, number):
        raise NotFound(what="webhook", name=id[:32])
    logs.log().info("webhook removed", webhook=id, organisation=number, by=asker.by.person)


def retry(asker: Asker, number: str | None, id: str) -> None:
    """Let what a webhook of an organisation (None: of any) did not take wait again. Raises
    NotFound."""
    if number is not None:
        seeing.require_own_organisation(asker, number)
    if not webhooks.retry(asker.ledger.registry, id, number):
        raise NotFound(what="message", name=id[:40])
