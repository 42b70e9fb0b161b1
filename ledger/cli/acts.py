"""The verbs of acts: one for each, with an option for each simple member of its body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ledger.cli.opening import acting, checkpoint, ledger, read_body, say_checkpoint, today
from ledger.cli.opening import who_acts as acted_by
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
from ledger.cli.parameters import DAY, as_json, dry_run, no_checkpoint
from ledger.domain.money import from_text
from ledger.domain.refusals import NotFound
from ledger.wording import kronor, words

if TYPE_CHECKING:
    from marshmallow import Schema, fields

    from ledger.application.acts.act import Act
    from ledger.application.doing import Done
    from ledger.opening import Ledger

Body = dict[str, Any]


class Look(NamedTuple):
    """How a verb differs from what its act says of itself.

    `within` names the members of a part that are options too; `renamed` members by other names of
    their options; `reads` says that the file with the body is an argument, `tries` that it can
    be tried here though the API's route has no dry run.
    """

    within: str = ""
    renamed: Mapping[str, str] = {}
    reads: bool = False
    tries: bool = False
    metavar: str = "NUMBER"


PLAIN = Look()


def verb(act: Act, look: Look = PLAIN) -> click.Command:
    """The verb of an act."""
    assert act.body is not None, "an act that is made into a verb has a body"
    schema = act.body

    def run(person: str, organisation: str | None, **given: Any) -> None:
        dry, as_json = given.pop("dry_run", False), given.pop("as_json")
        quiet = given.pop("no_checkpoint", True)
        name, part = given.pop("name_", ""), given.pop("part_", None)
        body = _written(act, look, given)
        opened = ledger()
        done, before = perform(opened, act, name, part, body, person, organisation, dry_run=dry)
        tell_done(opened, done, before, dry_run=dry, as_json=as_json)
        if not (quiet or dry or as_json):
            say_checkpoint(opened)

    run.__doc__ = act.says
    decorated: Callable[..., Any] = as_json(acted_by(run))
    if act.dry_run or look.tries:
        decorated = dry_run(decorated)
    if act.anchored:
        decorated = no_checkpoint(decorated)
    for option in reversed([*_options(act, schema, look)]):
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
) -> tuple[Done, Any]:
    """Do an act for one of the parties that may; also the agreement as it was before.

    Raises Invalid, NotFound, NotAParty, and the act's own refusals.
    """
    from ledger.application import doing
    from ledger.application.asker import Asker
    from ledger.application.bodies.parsing import load

    assert act.body is not None, "an act that is done here has a body"
    checked = load(act.body, body)
    parties, of = _parties(opened, act, name, checked)
    chosen = organisation or _named(act, checked, parties)
    by = acting(opened, act.role, person, chosen, parties, name or of)
    asker = Asker(ledger=opened, by=by, roles=(act.role,), language=language(), at_the_server=True)
    named: Body = {"name": name} if name else {}
    if act.part is not None:
        named[act.part.variable] = part
    before = opened.service.load(f"agreement/{of}")[1] if dry_run else None
    return doing.do(asker, act, named, checked, dry_run=dry_run), before


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


# ── Options and what they come to ─────────────────────────────────────────────────────────────


def _options(act: Act, schema: type[Schema], look: Look) -> Iterator[Any]:
    if act.part is not None:
        option = "--" + act.part.asked
        yield click.option(option, "part_", type=int, required=True, help=act.part.said)
    for name, field in schema._declared_fields.items():
        if name in (schema.day, "on"):  # type: ignore[attr-defined]
            continue
        if (option := _option(look.renamed.get(name, name), name, field)) is not None:
            yield option
    if look.within:
        for name, field in _inner(schema, look.within)._declared_fields.items():
            if (option := _option(name, f"{look.within}.{name}", field)) is not None:
                yield option
    if schema.day:  # type: ignore[attr-defined]
        yield click.option("--on", type=DAY, help="Its date; by default today.")
    if not look.reads and set(schema._declared_fields) - {schema.day, "on"}:  # type: ignore[attr-defined]
        yield click.option("--body", metavar="FILE", help="The API's JSON body; - for stdin.")


def _inner(schema: type[Schema], name: str) -> type[Schema]:
    """The schema of a member that is nested, alone or in a list."""
    field: Any = schema._declared_fields[name]
    nested = getattr(field, "inner", field).nested
    found: type[Schema] = nested
    return found


def _option(name: str, member: str, field: fields.Field[Any]) -> Any:
    """The option of a simple member; None of one that is not."""
    from marshmallow import fields

    many = isinstance(field, fields.List)
    one = field.inner if isinstance(field, fields.List) else field
    if isinstance(one, fields.Nested):
        return None
    option, key = "--" + name.replace("_", "-"), member.replace(".", "__")
    help = field.metadata.get("description") or one.metadata.get("description")
    if isinstance(one, fields.Boolean):
        return click.option(option, key, is_flag=True, default=None, help=help)
    type: Any = str
    if isinstance(one, fields.Integer):
        type = int
    elif isinstance(one, fields.Date):
        type = DAY
    elif choices := getattr(one.validate, "choices", None):
        type = click.Choice(tuple(choices))
    return click.option(option, key, type=type, multiple=many, help=help)


def _written(act: Act, look: Look, given: Body) -> object:
    """The body that a file and options come to; an option goes before the file. Raises Invalid."""
    file = given.pop("file_", None) or given.pop("body", None)
    body = {} if file is None else read_body(file)
    on = given.pop("on", None)
    options = {name: value for name, value in given.items() if value not in (None, ())}
    if on is not None:
        options[act.body.day] = on  # type: ignore[union-attr]
    if not isinstance(body, dict) or not options:
        return body
    inner: Body = {}
    for key, value in options.items():
        _, _, member = key.partition("__")
        (inner if member else body)[member or key] = _plain(value)
    if inner and look.within:
        there = body.get(look.within)
        alone = isinstance(there, dict)
        whole = {**there, **inner} if isinstance(there, dict) else inner
        listed = not alone and _listed(act, look.within)
        body[look.within] = [whole] if listed else whole
    return body


def _listed(act: Act, name: str) -> bool:
    from marshmallow import fields

    return isinstance(act.body._declared_fields[name], fields.List)  # type: ignore[union-attr]


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


# ── What was done, in words ───────────────────────────────────────────────────────────────────


def tell_done(opened: Ledger, done: Done, before: Any, *, dry_run: bool, as_json: bool) -> None:
    """Say what an act came to: its resource, and what is left."""
    from ledger.application.answers import OrderConfirmation, preview, resource_of, told_on
    from ledger.application.answers.making import with_more

    resource = resource_of(done.state, language())
    after = done.outcome.agreement or before
    day = told_on(done.outcome.facts, today())
    if as_json and dry_run:
        balance = None if after is None else preview(after, day)
        say_json({"dry_run": True, "resource": resource, "balance": balance})
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
        status_words(resource.status),
        term("amount unknown") if amount is None else kronor(amount, resource.currency),
        flag_words(getattr(resource, "flags", ())),
    ]
    return f"{name}: " + ", ".join(part for part in parts if part)
