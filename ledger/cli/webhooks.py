"""Webhooks: an organisation's other programs that are told of facts, and what they did not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ledger.cli.attest import organisation
from ledger.cli.opening import at_the_server, ledger
from ledger.cli.output import day_in_sweden, say, say_json, table, tell
from ledger.cli.parameters import as_json
from ledger.cli.verbs import Noun
from ledger.wording import words

if TYPE_CHECKING:
    from ledger.registry.webhooks import Delivery, Webhook


@click.group(cls=Noun)
def webhook() -> None:
    """Other programs of an organisation that are told of what is recorded."""


@webhook.command()
@organisation
@click.argument("address")
@click.option(
    "--fact", "facts", multiple=True, help="Only facts of that name, or of that noun (order)."
)
def add(organisation: str, address: str, facts: tuple[str, ...]) -> None:
    """Tell the program at ADDRESS of what ORGANISATION may see; its secret is shown this once."""
    from ledger.outbox import hooking

    made = hooking.add(at_the_server(ledger()), organisation, address, facts)
    tell(words("{id} is told of what is recorded from now on. Its secret:", id=made.id))
    say(made.secret)


@webhook.command("list")
@click.argument("organisation", required=False)
@click.option("--failed", is_flag=True, help="Instead, what they did not take.")
@as_json
def listed(organisation: str | None, failed: bool, as_json: bool) -> None:
    """Webhooks, by default of every organisation; or what they did not take."""
    from ledger.registry import webhooks as kept

    registry = ledger().registry
    if failed:
        _failed(organisation, as_json=as_json)
        return
    found = kept.of(registry, organisation)
    if as_json:
        say_json({"items": [_answer(one) for one in found]})
        return
    table(
        ("Webhook", "Organisation", "Address", "Facts", "Waiting", "Gone"),
        [
            (
                one.id,
                one.organisation,
                one.address,
                " ".join(one.facts),
                str(kept.counts(registry, one.id).get("waiting", 0)),
                day_in_sweden(one.gone_at) if one.gone_at else "",
            )
            for one in found
        ],
    )


def _answer(one: Webhook) -> dict[str, Any]:
    return {
        "id": one.id,
        "organisation": one.organisation,
        "address": one.address,
        "facts": list(one.facts),
        "made_at": one.made_at,
        "made_by": one.made_by,
        "gone_at": one.gone_at or None,
    }


def _failed(organisation: str | None, *, as_json: bool) -> None:
    import msgspec

    from ledger.bounds import MAX_PAGE
    from ledger.registry import webhooks as kept

    registry = ledger().registry
    found: list[Delivery] = []
    while some := kept.dead(registry, organisation, found[-1].id if found else "", MAX_PAGE):
        found += some
    if as_json:
        say_json({"items": [msgspec.to_builtins(one) for one in found]})
        return
    table(
        ("Message", "Webhook", "Made", "What", "Attempts", "Why"),
        [
            (
                one.id,
                one.webhook,
                day_in_sweden(one.made_at),
                one.fact,
                str(one.attempts),
                one.failure,
            )
            for one in found
        ],
    )


@webhook.command()
@organisation
@click.argument("id")
def remove(organisation: str, id: str) -> None:
    """Tell the webhook ID of ORGANISATION nothing more."""
    from ledger.outbox import hooking

    hooking.remove(at_the_server(ledger()), organisation, id)
    tell(words("{id} is told nothing more.", id=id))


@webhook.command()
@click.argument("id")
def retry(id: str) -> None:
    """Let the message ID, which was not taken, wait to be sent again."""
    from ledger.outbox import hooking

    hooking.retry(at_the_server(ledger()), None, id)
    tell(words("{id} waits to be sent again.", id=id))
