"""Framework agreements: sign, amend, end; list, show; what members do among themselves."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from ledger.cli.actions import Action, Asked, Ready, carry_out, verb
from ledger.cli.exporting import write_csv
from ledger.cli.history import balance_of, find
from ledger.cli.opening import acting, every, ledger, read_body, today, who_acts
from ledger.cli.output import (
    formula,
    limits,
    members,
    ore,
    said,
    say,
    say_json,
    status_words,
    table,
    term,
)
from ledger.cli.parameters import as_csv, as_json, as_of, dry_run, known_at
from ledger.domain.refusals import NotFound
from ledger.telling.agreements import REGIMES
from ledger.wording import Sentence, words

if TYPE_CHECKING:
    from ledger.deciding import AgreementCommand

ACTIONS = (
    Action(
        "propose-share-move",
        "Propose that room moves from one buyer's share to another's.",
        "ProposeShareMove",
        "ProposeShareMove",
        "on",
        "manager",
        ("giver", "receiver", "amount", "reason"),
    ),
    Action(
        "accept-share-move",
        "Agree, as the other of the two buyers.",
        "AcceptShareMove",
        "AcceptShareMove",
        "on",
        "manager",
        ("number",),
    ),
    Action(
        "decline-share-move",
        "End a proposal, as either of the two buyers.",
        "DeclineShareMove",
        "DeclineShareMove",
        "on",
        "manager",
        ("number", "reason"),
    ),
    Action(
        "in-kind",
        "Record what the buyer that acts gave in kind: beside the balance, never in it.",
        "RecordInKind",
        "RecordInKind",
        "on",
        "manager",
        ("amount", "what"),
    ),
)
"""What the members of a joint agreement do among themselves."""

CHANGES = (
    Action(
        "amend",
        "Change the cap, the limits, the buyers or the policy, on a ground.",
        "AmendAgreement",
        "Amend",
        "decided_on",
        "manager",
        with_body=True,
    ),
    Action(
        "extend",
        "Use the next extension option.",
        "ExtendAgreement",
        "Extend",
        "decided_on",
        "manager",
        ("decision",),
    ),
    Action(
        "suspend",
        "Take no orders until it is reopened.",
        "SuspendAgreement",
        "Reason",
        "on",
        "manager",
        ("reason",),
    ),
    Action(
        "close",
        "Take no more orders; open ones live on.",
        "CloseAgreement",
        "Reason",
        "on",
        "manager",
        ("reason",),
    ),
    Action(
        "reopen",
        "Take orders again.",
        "ReopenAgreement",
        "Reason",
        "on",
        "manager",
        ("reason",),
    ),
)
"""What changes an agreement, or ends it: the API's actions of the same names."""


@click.group()
def agreement() -> None:
    """Framework agreements."""


@agreement.command()
@click.argument("file")
@who_acts
@dry_run
@as_json
def sign(file: str, person: str, organisation: str | None, dry_run: bool, as_json: bool) -> None:
    """Sign the agreement in FILE, the JSON body that the API takes; - for standard input."""
    from ledger.application import bodies, commands
    from ledger.application.bodies.parsing import load

    command = commands.sign(load(bodies.SignAgreement, read_body(file)))
    opened = ledger()
    buyers = [party.organisation for party in command.buyers]
    by = acting(opened, "manager", person, organisation or buyers[0], buyers, command.number)
    carry_out(Ready(opened, command, by, command.number), dry_run=dry_run, as_json=as_json)


@agreement.command("list")
@as_of
@known_at
@as_csv
@as_json
def listed(
    as_of: date | None, known_at: datetime | None, csv_file: str | None, as_json: bool
) -> None:
    """Agreements and what is left of each, as they are or as they were."""
    from ledger.application.resources import agreement_resource
    from ledger.projections import agreements
    from ledger.projections.then import Then

    opened = ledger()
    opened.views.catch_up()
    then = Then(as_of=as_of, known_at=known_at)
    with opened.views.database.reading() as connection:
        rows = list(
            every(
                lambda after, limit: agreements.listed(
                    connection, None, then=then, after=after, limit=limit
                ),
                lambda row: row.state.number,
            )
        )
    items = [
        {
            **agreement_resource(row.state, as_of),
            "balance": balance_of(opened, row, as_of, known_at),
        }
        for row in rows
    ]
    if csv_file is not None:
        from ledger.application import answers

        write_csv(opened, csv_file, answers.ListedAgreement, items, as_of, known_at)
        return
    if as_json:
        say_json(items)
        return
    table(
        ("Agreement", "Title", "Status", "Ends", "Cap", "Remaining"),
        [
            (
                item["number"],
                item["title"],
                status_words(item["status"]),
                item["ends_on"],
                ore(item["cap"]),
                ore(item["balance"]["remaining"]),
            )
            for item in items
        ],
    )


@agreement.command()
@click.argument("number")
@as_of
@known_at
@as_json
def show(number: str, as_of: date | None, known_at: datetime | None, as_json: bool) -> None:
    """One agreement: its parties, term and limits, and what is left."""
    from ledger.application.resources import agreement_resource

    opened = ledger()
    row = find(opened, number, as_of, known_at)
    resource = agreement_resource(row.state, as_of)
    if as_json:
        say_json(resource)
        return
    balance = balance_of(opened, row, as_of, known_at)
    members(
        {
            "Agreement": resource["number"],
            "Title": resource["title"],
            "Status": status_words(resource["status"]),
            "Buyers": _named(resource["buyers"]),
            "Suppliers": _named(resource["suppliers"]),
            "Orders go": term((resource["selection"] or {}).get("method", "")),
            "Signed": resource["signed_on"],
            "Term": said(_term_of(resource)),
            "Regime": said(REGIMES[resource["regime"]]),
            "Currency": resource["currency"],
            "Orders": str(resource["orders"]),
        }
    )
    say("")
    formula(balance)
    limits(balance)


def _term_of(resource: dict[str, Any]) -> Sentence:
    return words(
        "{starts_on} to {ends_on}", starts_on=resource["starts_on"], ends_on=resource["ends_on"]
    )


def _named(parties: list[dict[str, str]]) -> str:
    return ", ".join(f"{party['name']} {party['organisation']}".strip() for party in parties)


def _prepare(action: Action, asked: Asked) -> Ready:
    from ledger.application import bodies
    from ledger.application.bodies.parsing import load
    from ledger.domain import agreement as domain

    opened = ledger()
    state: domain.State | None = opened.service.load(domain.stream(asked.name))[1]
    if state is None:
        raise NotFound(what="agreement", name=asked.name)
    schema = getattr(bodies, action.schema)
    buyers = [party.organisation for party in state.buyers]
    if action in CHANGES:
        body = load(schema, asked.body)
        by = acting(opened, action.role, asked.person, asked.organisation, buyers, asked.name)
        return Ready(opened, _change(action, asked.name, body), by, asked.name)
    members = {} if "number" not in action.members else {"number": asked.body.pop("number", 0)}
    members |= load(schema, asked.body)
    members["on"] = members.get("on") or today()
    by = acting(opened, action.role, asked.person, asked.organisation, buyers, asked.name)
    if action.command == "RecordInKind":
        members["organisation"] = by.organisation
    command = getattr(domain, action.command)(agreement=asked.name, **members)
    return Ready(opened, command, by, asked.name)


def _change(action: Action, number: str, body: dict[str, Any]) -> AgreementCommand:
    from ledger.application import commands
    from ledger.domain import agreement as domain

    if action.name == "amend":
        return commands.amend(number, body, today())
    if action.name == "extend":
        return commands.extend(number, body, today())
    command: AgreementCommand = getattr(domain, action.command)(
        agreement=number, reason=body["reason"], on=body.get("on") or today()
    )
    return command


for action in (*CHANGES, *ACTIONS):
    agreement.add_command(verb(action, "NUMBER", _prepare))
