"""The limits of an agreement: what each is over, in words, what is left, and what it was and will
be."""

from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from ledger.application.asker import EVERYONE
from ledger.application.why import ROLES as WHY
from ledger.domain.limits import Limit
from ledger.projections import postings
from ledger.projections.postings import LimitBalance
from ledger.web.access import allow
from ledger.web.pages.bars import Bar, bar
from ledger.web.pages.labels import label
from ledger.web.pages.offered import buttons
from ledger.web.pages.sections.frame import balances, blueprint, opened, section
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

GROUPS: Mapping[tuple[str, ...], Sentence] = {
    (): label("The cap"),
    ("year",): label("Years"),
    ("buyer",): label("Buyers"),
    ("supplier",): label("Suppliers"),
    ("kind",): label("Kinds of cost"),
    ("funding",): label("Funding"),
}
"""Limits by what they name, in the order that they are shown; the others come last."""
SEVERAL = label("Of several things at once")


class Amount(msgspec.Struct, frozen=True, kw_only=True):
    """What a limit is from a day on, in its unit; None: unknown, or removed. `current`: it holds on
    the day that is shown."""

    on: date
    amount: int | None
    current: bool
    removed: bool


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A limit with what it is over, and every amount that it has been and will be."""

    balance: LimitBalance
    bar: Bar | None
    over: Sequence[Sentence]
    amounts: Sequence[Amount]


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """The limits that name the same dimension."""

    label: Sentence
    limits: Sequence[Shown]


@blueprint.get("/agreements/<agreement:number>/limits")
@allow(*EVERYONE)
def limits(number: str) -> str:
    of = opened(number)
    with ledger().views.database.reading() as connection:
        found = balances(connection, of)
        known = postings.limits_known(connection, of.row.now, of.times.known_at)
    by_name = {one.name: one for one in known}
    names = {party.organisation: party.name for party in (*of.state.buyers, *of.state.suppliers)}
    shown: dict[tuple[str, ...], list[Shown]] = {}
    for one in found:
        limit = by_name[one.name]
        key = limit.named if limit.named in GROUPS else ("several",)
        day = max(of.day, of.state.starts_on)
        shown.setdefault(key, []).append(
            Shown(balance=one, bar=bar(one), over=over(limit, names), amounts=_amounts(limit, day))
        )
    order = [*GROUPS, ("several",)]
    offered = [] if of.times.given else buttons(of.row.now)
    return section(
        "limits",
        of,
        groups=[
            Group(label=GROUPS.get(key, SEVERAL), limits=shown[key])
            for key in sorted(shown, key=order.index)
        ],
        opens=bool(set(asker().roles) & set(WHY)),
        offered=[one for one in offered if one.name in ("amend", "remove-limit")],
    )


def _amounts(limit: Limit, day: date) -> list[Amount]:
    """Every step of a limit's amount, where there are several; the one that holds on a day."""
    steps = limit.staircase
    if len(steps) < 2:
        return []
    now = max((on for on, _ in steps if on <= day), default=None)
    return [
        Amount(on=on, amount=amount, current=on == now, removed=limit.is_removed_on(on))
        for on, amount in steps
    ]


def over(limit: Limit, names: Mapping[str, str]) -> Sequence[Sentence]:
    """What a limit is over, in words: lines that all of it holds of. `names` are those of
    organisations, by their numbers."""
    parts = {
        "year": words("what is given in {year}", year=str(limit.year)),
        "buyer": words("what {name} carries", name=_named(limit.buyer, names)),
        "supplier": words("what {name} gives", name=_named(limit.supplier, names)),
        "kind": words("only {what}", what=limit.kind or ""),
        "funding": words("what {source} pays for", source=limit.funding or ""),
    }
    return [parts[name] for name in limit.named] or [words("everything that is ordered")]


def _named(organisation: str | None, names: Mapping[str, str]) -> str:
    return names.get(organisation or "", "") or organisation or ""
