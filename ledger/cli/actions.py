"""Verbs that act on one order or drawdown by its name: one pattern, a line for each verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ledger.cli.opening import checkpoint, read_body, say_checkpoint, today, who_acts
from ledger.cli.output import (
    before_and_after,
    flag_words,
    formula,
    language,
    ore,
    say,
    say_json,
    status_words,
    tell,
    term,
)
from ledger.cli.parameters import DAY, as_json, dry_run
from ledger.cli.parameters import no_checkpoint as without_checkpoint
from ledger.domain.money import from_text
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from ledger.deciding import Command
    from ledger.domain.events import By
    from ledger.opening import Ledger

MEMBERS: dict[str, tuple[Any, str]] = {
    "reference": (str, "The other party's own reference."),
    "reason": (str, "Why."),
    "decision": (str, "The decision's reference."),
    "note": (str, "A note to go with it."),
    "seats": (int, "How many seats."),
    "session": (int, "The session's number."),
    "to": (str, "The new day, as 2026-01-31."),
    "participants": (int, "How many took part."),
    "mentors": (int, "How many mentors, beside them."),
    "giver": (str, "The organisation that gives."),
    "receiver": (str, "The organisation that takes."),
    "holder": (str, "Whose seats, where they are allocated."),
    "member": (str, "The member that pays its share back."),
    "amount": (str, 'How much, as "7000.00".'),
    "what": (str, "What was given."),
    "number": (int, "The proposal's number."),
    "source": (str, "The funding source's name."),
    "codes": (str, "How it is booked, as it is written: 4100-4631."),
    "cost_centre": (str, "Whose cost it is."),
    "line": (int, "The number of the order's line."),
    "release": (str, 'What closing shall release, as "7000.00", or not be done.'),
    "fee": (str, 'What stays committed, as "7000.00".'),
    "cancelled_by": (click.Choice(("buyer", "supplier")), "Who cancels."),
    "seats_used": (int, "Seats that were used."),
    "credits_awarded": (int, "Participants who were awarded credits."),
    "women": (int, "Women among the participants."),
    "men": (int, "Men among the participants."),
    "room": (click.Choice(("cap", "order")), "Where a credit's room goes."),
}
"""Members of bodies that have an option: its type and its help."""


class Action(NamedTuple):
    """A verb: the command and schema (by name) that it comes to, the member that dates it."""

    name: str
    help: str
    command: str
    schema: str
    day: str
    role: str
    members: tuple[str, ...] = ()
    with_body: bool = False
    anchored: bool = False
    """What it is answered with is kept by others: it carries the newest checkpoint."""


class Asked(NamedTuple):
    """What somebody asked for: the name it is about, the body, who acts and for whom."""

    name: str
    body: Any
    person: str
    organisation: str | None


class Ready(NamedTuple):
    """A command that can be carried out, and the agreement whose room it may move."""

    ledger: Ledger
    command: Command
    by: By
    agreement: str


def verb(action: Action, metavar: str, prepare: Callable[[Action, Asked], Ready]) -> click.Command:
    """The verb of an action; `prepare` looks up what it is about."""

    def run(
        name: str,
        on: date | None,
        person: str,
        organisation: str | None,
        dry_run: bool,
        as_json: bool,
        body: str | None = None,
        no_checkpoint: bool = True,
        **given: Any,
    ) -> None:
        content = {} if body is None else read_body(body)
        options = {member: value for member, value in given.items() if value is not None}
        if on is not None:
            options[action.day] = on.isoformat()
        merged = {**content, **options} if isinstance(content, dict) else content
        ready = prepare(action, Asked(name, merged, person, organisation))
        carry_out(ready, dry_run=dry_run, as_json=as_json, anchored=action.anchored)
        if not (no_checkpoint or dry_run or as_json):
            say_checkpoint(ready.ledger)

    run.__doc__ = action.help
    decorated = as_json(dry_run(who_acts(run)))
    if action.anchored:
        decorated = without_checkpoint(decorated)
    for member in reversed(action.members):
        type, help = MEMBERS[member]
        option = "--" + member.replace("_", "-")
        decorated = click.option(option, member, type=type, help=help)(decorated)
    decorated = click.option("--on", type=DAY, help="Its date; by default today.")(decorated)
    if action.with_body:
        body_option = click.option(
            "--body", required=True, metavar="FILE", help="The API's JSON body; - for stdin."
        )
        decorated = body_option(decorated)
    return click.command(action.name)(click.argument("name", metavar=metavar)(decorated))


def carry_out(ready: Ready, *, dry_run: bool, as_json: bool, anchored: bool = False) -> None:
    """Execute a command and say what it came to: its resource, and what is left."""
    from ledger.application.answers import OrderConfirmation, preview, resource_of, told_on
    from ledger.application.answers.making import with_more
    from ledger.domain import agreement

    service = ready.ledger.service
    before: agreement.State | None = service.load(agreement.stream(ready.agreement))[1]
    outcome = service.execute(ready.command, ready.by, dry_run=dry_run)
    resource = resource_of(outcome.state, language())
    after = outcome.agreement or before
    day = told_on(outcome.facts, today())
    if as_json and dry_run:
        balance = None if after is None else preview(after, day)
        say_json({"dry_run": True, "resource": resource, "balance": balance})
        return
    if as_json:
        if anchored:
            anchor = checkpoint(ready.ledger)
            resource = with_more(OrderConfirmation, resource, checkpoint=anchor)
        say_json(resource)
        return
    if dry_run:
        tell(words("Nothing is recorded. This is what it would do:"))
    say(_summary(resource))
    _say_fee(ready.command, resource)
    if after is None:
        return
    say("")
    if dry_run and before is not None:
        before_and_after(preview(before, day), preview(after, day))
    else:
        formula(preview(after, day))


def _say_fee(command: Command, resource: Any) -> None:
    """What cancelling costs, where nobody stated it."""
    from ledger.domain import order

    if isinstance(command, order.CancelOrder | order.CancelSession) and command.fee is None:
        last, currency = resource.cancellations[-1], resource.currency
        fee, released = (kronor(from_text(text), currency) for text in (last.fee, last.released))
        tell(words("The fee is {fee}; {released} is released.", fee=fee, released=released))


def _summary(resource: Any) -> str:
    """A line on an agreement, order or drawdown: its name, status, amount and flags."""
    amount = ore(resource.cap if hasattr(resource, "cap") else resource.amount)
    name = getattr(resource, "number", None) or resource.id
    parts = [
        status_words(resource.status),
        term("amount unknown") if amount is None else kronor(amount, resource.currency),
        flag_words(getattr(resource, "flags", ())),
    ]
    return f"{name}: " + ", ".join(part for part in parts if part)
