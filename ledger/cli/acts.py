"""The verbs of acts: one for each, what it does, and what it came to in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from ledger.application.sentences.flags import flag_words
from ledger.cli.opening import acting, checkpoint, ledger, say_checkpoint, today
from ledger.cli.opening import who_acts as acted_by
from ledger.cli.options import PLAIN, Look, options_of, written
from ledger.cli.output import (
    before_and_after,
    formula,
    language,
    ore,
    say,
    say_json,
    standing_words,
    tell,
    term,
)
from ledger.cli.parameters import as_json, dry_run, no_checkpoint, propose_it
from ledger.domain.money import from_text
from ledger.domain.refusals import NotFound
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from ledger.application.acts.act import Act
    from ledger.application.doing import Done
    from ledger.opening import Ledger

Body = dict[str, Any]


def verb(act: Act, look: Look = PLAIN) -> click.Command:
    """The verb of an act."""
    assert act.body is not None, "an act that is made into a verb has a body"
    schema = act.body

    def run(person: str, organisation: str | None, **given: Any) -> None:
        dry, as_json = given.pop("dry_run", False), given.pop("as_json")
        propose = given.pop("propose", False)
        quiet = given.pop("no_checkpoint", True)
        name, part = given.pop("name_", ""), given.pop("part_", None)
        body = written(act, look, given)
        opened = ledger()
        done, before = perform(
            opened, act, name, part, body, person, organisation, dry_run=dry, propose=propose
        )
        tell_done(opened, done, before, dry_run=dry, as_json=as_json)
        if not (quiet or dry or as_json):
            say_checkpoint(opened)

    run.__doc__ = act.says
    decorated: Callable[..., Any] = as_json(acted_by(run))
    if act.dry_run or look.tries:
        decorated = dry_run(decorated)
    if act.shared:
        decorated = propose_it(decorated)
    if act.anchored:
        decorated = no_checkpoint(decorated)
    for option in reversed([*options_of(act, schema, look)]):
        decorated = option(decorated)
    if look.reads:
        decorated = click.argument("file_", metavar="[FILE]", required=False)(decorated)
    if "<" in act.route.replace("<sequence:", ""):
        decorated = click.argument("name_", metavar=look.metavar)(decorated)
    return click.command(act.words[-1])(decorated)


def perform(
    opened: Ledger,
    act: Act,
    name: str,
    part: int | None,
    body: object,
    person: str,
    organisation: str | None,
    *,
    dry_run: bool = False,
    propose: bool = False,
) -> tuple[Done, Any]:
    """Do an act for one of the parties that may; also the agreement as it was before.

    Raises Invalid, NotFound, NotAParty, and the act's own refusals.
    """
    from ledger.application import doing
    from ledger.application.asker import Asker
    from ledger.application.bodies.parsing import load
    from ledger.numbers import agreement_number, order_number

    assert act.body is not None, "an act that is done here has a body"
    if act.to in ("agreement", "order"):
        signed = agreement_number if act.to == "agreement" else order_number
        name = signed(opened, name)
    checked = load(act.body, body)
    parties, of = _parties(opened, act, name, checked)
    chosen = organisation or _named(act, checked, parties)
    by = acting(opened, act.role, person, chosen, parties, name or of)
    asker = Asker(ledger=opened, by=by, roles=(act.role,), language=language(), at_the_server=True)
    named: Body = {"name": name} if name else {}
    if act.part is not None:
        named[act.part.variable] = part
    before = opened.service.load(f"agreement/{of}")[1] if dry_run else None
    return doing.do(asker, act, named, checked, dry_run=dry_run, propose=propose), before


def _parties(opened: Ledger, act: Act, name: str, body: Body) -> tuple[list[str], str]:
    """For whom an act may be done, and the agreement that it is about. Raises NotFound."""
    if not name:
        return [party["organisation"] for party in body["buyers"]], body["number"]
    if act.to == "organisation":
        return [name], ""
    state = opened.service.load(f"{act.to}/{name}")[1]
    if state is None:
        raise NotFound(what=act.to, name=name)
    if act.to != "agreement":
        return [state.supplier if act.role == "supplier" else state.buyer], state.agreement
    parties = state.suppliers if act.name == "answer-competition" else state.buyers
    return [party.organisation for party in parties], name


def _named(act: Act, body: Body, parties: Sequence[str]) -> str | None:
    """Who acts where nobody says it: the buyer that a body names, or the first that signs."""
    if act.creates == "agreements" and "buyers" in body and "number" in body:
        return parties[0]
    return body["buyer"] if body.get("buyer") in parties else None


# ── What was done, in words ───────────────────────────────────────────────────────────────────


def tell_done(opened: Ledger, done: Done, before: Any, *, dry_run: bool, as_json: bool) -> None:
    """Say what an act came to: its resource, and what is left."""
    from ledger.application.answers import OrderConfirmation, preview, resource_of
    from ledger.application.answers.making import with_more

    resource = resource_of(done.state, today(), language())
    after = done.outcome.agreement or before
    day = today()
    if as_json and dry_run:
        left = None if after is None else preview(after, day)
        had = None if before is None else preview(before, day)
        told = {"dry_run": True, "resource": resource, "before": had, "after": left}
        say_json({**told, "balance": left})
        return
    if as_json:
        if done.act.anchored:
            anchor = checkpoint(opened)
            resource = with_more(OrderConfirmation, resource, checkpoint=anchor)
        say_json(resource)
        return
    if dry_run:
        tell(words("Nothing is recorded. This is what it would do:"))
    say(_summary(resource))
    _say_fee(done.command, resource)
    if after is None:
        return
    say("")
    if dry_run and before is not None:
        before_and_after(preview(before, day), preview(after, day))
    else:
        formula(preview(after, day))


def _say_fee(command: Any, resource: Any) -> None:
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
        standing_words(resource),
        term("amount unknown") if amount is None else kronor(amount, resource.currency),
        flag_words(getattr(resource, "flags", ()), resource.currency, language()),
    ]
    return f"{name}: " + ", ".join(part for part in parts if part)
