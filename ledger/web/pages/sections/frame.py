"""What the pages of one agreement share: its head, the links to its parts, and what is opened."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from flask import Blueprint, current_app, render_template, request

from ledger.application import narrowing, seeing
from ledger.application.asker import EVERYONE
from ledger.domain import agreement
from ledger.projections import agreements
from ledger.projections.database import Reading
from ledger.projections.postings import LimitBalance
from ledger.projections.seeing import Part
from ledger.projections.then import Then
from ledger.web.language import of_request
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times, asked_for
from ledger.web.seen import asker
from ledger.wording import Sentence, say

blueprint = Blueprint("agreements", __name__)
"""The list of agreements, and each with its parts."""


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement that a page is about, as it is or as it was. `state` has the names of its sole
    traders; `only` are the suppliers that ask, where they may not see what others have."""

    row: agreements.Row
    state: agreement.State
    times: Times
    only: Part

    @property
    def number(self) -> str:
        return self.state.number

    @property
    def then(self) -> Then:
        return self.times.then

    @property
    def day(self) -> date:
        return self.times.day


def opened(number: str) -> Opened:
    """Raises NotFound, and Invalid for times that are none."""
    times = asked_for()[0]
    row = seeing.agreement_row(asker(), number, times.then)
    return Opened(
        row=row,
        state=seeing.named(asker(), row.state),
        times=times,
        only=seeing.only(asker(), row.now),
    )


def balances(connection: Reading, of: Opened) -> list[LimitBalance]:
    """What the visitor may see of each limit, by the query that every door asks; the cap first."""
    return balances_of(connection, of.row, of.then)


def balances_of(connection: Reading, row: agreements.Row, then: Then) -> list[LimitBalance]:
    """The same of an agreement in a list."""
    return narrowing.balances_of(connection, row, then, seeing.only(asker(), row.now))


# ── The links under the title ─────────────────────────────────────────────────────────────────

READERS = ("finance", "manager", "approver", "auditor", "admin")
"""Who reads statements and funding."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an agreement with an address of its own: who reads it, and which agreements have
    it."""

    name: str
    label: Sentence
    roles: tuple[str, ...] = EVERYONE
    has: Callable[[Opened], bool] = lambda of: True
    count: Callable[[Opened], int | None] = lambda of: None


def _orders(of: Opened) -> int | None:
    """How many there are, where the visitor sees all of them."""
    return of.state.orders if of.only is None and asker().party is None else None


def _has_members(of: Opened) -> bool:
    return len(of.state.buyers) > 1 or bool(of.state.in_kind or of.state.proposed)


def _has_suppliers(of: Opened) -> bool:
    """Whether there is anything to tell of how orders go to suppliers."""
    state = of.state
    return len(state.suppliers) > 1 or bool(state.selection or state.competitions_opened)


SECTIONS = (
    Section(name="one", label=label("Overview")),
    Section(name="orders", label=label("Orders"), count=_orders),
    Section(name="invoices", label=label("Invoices")),
    Section(name="limits", label=label("Limits")),
    Section(
        name="amendments",
        label=label("Amendments"),
        count=lambda of: len(of.state.changes) or None,
    ),
    Section(name="members", label=label("Members"), has=_has_members),
    Section(
        name="funding",
        label=label("Funding"),
        roles=READERS,
        has=lambda of: bool(of.state.funding) and of.only is None,
    ),
    Section(name="suppliers", label=label("Suppliers"), has=_has_suppliers),
    Section(name="statement", label=label("Account statement"), roles=READERS),
    Section(name="timeline", label=label("Timeline")),
    Section(name="documents", label=label("Documents")),
)
"""What is told of an agreement, each at an address of its own, in the order of the links."""


BESIDE: tuple[tuple[Sentence, str, dict[str, str]], ...] = (
    (label("Compare with another day"), "pages.comparing.one", {}),
    (label("After it was passed"), "pages.passing.one", {}),
    (label("Forecast"), "pages.forecasting.one", {}),
    (label("What if"), "pages.trying.one", {}),
    (label("Council page"), "pages.council.one", {}),
    (label("Council page as PDF"), "pages.council.one", {"format": "pdf"}),
)
"""Pages about an agreement that are no part of it, for whom they let in."""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link under the title."""

    label: str
    address: str
    count: int | None
    current: bool


def links(of: Opened) -> list[Link]:
    """Those that the visitor reads and the agreement has; the one that is shown always."""
    here = (request.endpoint or "").rpartition(".")[2]
    return [
        Link(
            label=say(one.label, of_request()),
            address=address_of(one.name, of),
            count=one.count(of),
            current=one.name == here,
        )
        for one in SECTIONS
        if one.name == here or (set(asker().roles) & set(one.roles) and one.has(of))
    ]


def beside(of: Opened) -> list[Link]:
    """Those pages about the agreement that let the visitor in; none for one supplier of several,
    who does not see it whole."""
    if of.only is not None:
        return []
    held = set(asker().roles)
    return [
        Link(
            label=say(called, of_request()),
            address=of.times.address_of(endpoint, number=of.number, **query),
            count=None,
            current=False,
        )
        for called, endpoint, query in BESIDE
        if held.intersection(getattr(current_app.view_functions[endpoint], "_access", ()))
    ]


def address_of(name: str, of: Opened, **query: Any) -> str:
    """Where a part of an agreement is, for the same times."""
    return of.times.address_of(f"pages.agreements.{name}", number=of.number, **query)


def section(template: str, of: Opened, **more: Any) -> str:
    """The page of a part of an agreement."""
    here = (request.endpoint or "").rpartition(".")[2]
    return render_template(
        f"agreements/{template}.html",
        agreement=of.state,
        currency=of.state.currency,
        standing=agreement.standing(of.state, of.day),
        part=next(one.label for one in SECTIONS if one.name == here),
        links=links(of),
        times=of.times,
        **more,
    )
