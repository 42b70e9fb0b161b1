"""Reports: what is in use and by whom, what belongs to another year, what nobody invoices, rounds,
suppliers' shares, what may be published. Each asks what the API is asked."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request, url_for

from ledger.application import reports
from ledger.application.answers import Answer
from ledger.application.answers.accruals import AccruedLine
from ledger.application.answers.programmes import ProgrammeRound
from ledger.application.answers.stale import StaleOrder
from ledger.application.answers.summary import Course
from ledger.application.answers.suppliers import SupplierStanding
from ledger.application.answers.usage import UsedPart
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import UseQuery
from ledger.domain import agreement
from ledger.domain.refusals import Fault, Invalid
from ledger.projections.then import Then
from ledger.web.access import allow
from ledger.web.dear import dear
from ledger.web.pages.files import file_asked
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times, asked_for
from ledger.web.problem_types import status_of
from ledger.web.seen import asker
from ledger.wording import Sentence

blueprint = Blueprint("reports", __name__)

TITLES: Mapping[str, Sentence] = {
    "use": label("Use"),
    "accruals": label("Accruals"),
    "stale": label("Commitments that nobody invoices"),
    "rounds": label("Rounds"),
    "suppliers": label("Suppliers' shares"),
    "summary": label("Public summary"),
}
"""Every report by its name in the address, and what it is called."""
FILTERS: Mapping[str, Sentence] = {
    "agreement": label("Agreement"),
    "year": label("Year"),
    "buyer": label("Buyer"),
    "unit": label("Unit"),
}
"""What a report may be narrowed by."""
DECEMBER = 12
Made = str | Response | tuple[str, int]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a report's form. With `options` (value, text) one of them is chosen; `all` says
    that none may be."""

    name: str
    label: Sentence
    value: str
    options: Sequence[tuple[str, str]] = ()
    all: bool = False
    faults: Sequence[Fault] = ()


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is asked: its times, the agreements that there were, what it is narrowed by."""

    report: str
    times: Times
    known: Mapping[str, agreement.State]
    typed: Mapping[str, str]

    @property
    def number(self) -> str:
        """The agreement that it is told of: the one that was chosen, else the first. Empty: none
        was there."""
        return self.typed["agreement"] or next(iter(self.known), "")

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: value for name, value in self.typed.items() if value}


def _asked(report: str, *fields: str) -> Asked:
    times = asked_for()[0]
    typed = {name: request.args.get(name, "").strip() for name in fields}
    return Asked(report=report, times=times, known=reports.states(asker(), times.then), typed=typed)


def _filters(asked: Asked, faults: Sequence[Fault] = ()) -> list[Filter]:
    buyers = {
        party.organisation: party.name for state in asked.known.values() for party in state.buyers
    }
    options = {
        "agreement": [(one.number, f"{one.number} {one.title}") for one in asked.known.values()],
        "buyer": sorted(buyers.items(), key=lambda buyer: buyer[1]),
    }
    whole = asked.report == "use"
    return [
        Filter(
            name=name,
            label=FILTERS[name],
            value=asked.number if name == "agreement" and not whole else value,
            options=options.get(name, ()),
            all=whole,
            faults=[fault for fault in faults if fault.pointer == f"/{name}"],
        )
        for name, value in asked.typed.items()
    ]


def _page(asked: Asked, found: object = None, faults: Sequence[Fault] = ()) -> str:
    query: dict[str, Any] = asked.times.query()
    whole = asked.report == "use"
    return render_template(
        f"reports/{asked.report}.html",
        title=TITLES[asked.report],
        reports=[
            (said, url_for(f"pages.reports.{name}", **query), name == asked.report)
            for name, said in TITLES.items()
        ],
        filters=_filters(asked, faults),
        known=bool(asked.known),
        found=found,
        asked=asked.narrowed if whole else {**asked.narrowed, "agreement": asked.number},
        number="" if whole else asked.number,
        here=f"pages.reports.{asked.report}",
        times=asked.times,
    )


def _told(
    asked: Asked,
    shape: type[Answer],
    make: Callable[[Then], Any],
    narrowed: Mapping[str, str],
    rows: str = "items",
) -> Made:
    """The report as its page, or as the file that is asked for: with a row for each of its `rows`,
    a member of it that lists answers of the shape."""
    then = asked.times.then

    def some(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        first = int(after) + 1 if after else 0
        items = getattr(make(then), rows)[first : first + limit]
        return [(str(at), item) for at, item in enumerate(items, first)]

    subject = narrowed.get("agreement", "")
    if (file := file_asked(shape, some, asked.times, narrowed, subject)) is not None:
        return file
    return _page(asked, make(then))


def _of_one(
    report: str, shape: type[Answer], make: Callable[[str, Then], Any], rows: str = "items"
) -> Made:
    """A report on one agreement; without any there is nothing to tell. Raises NotFound."""
    asked = _asked(report, "agreement")
    if not asked.number:
        return _page(asked)
    narrowed = {"agreement": asked.number}
    return _told(asked, shape, lambda then: make(asked.number, then), narrowed, rows)


@blueprint.get("/reports/use")
@allow(*reports.ROLES)
@dear
def use() -> Made:
    asked = _asked("use", *FILTERS)
    try:
        narrowed = parsing.load(UseQuery, asked.narrowed)
    except Invalid as refusal:
        return _page(asked, faults=refusal.faults), status_of(type(refusal))
    sought = {name: narrowed[name] for name in FILTERS if name in narrowed}
    return _told(asked, UsedPart, lambda then: reports.use(asker(), sought, then), asked.narrowed)


@blueprint.get("/reports/accruals")
@allow(*reports.ROLES)
@dear
def accruals() -> Made:
    asked = _asked("accruals", "agreement", "year")
    year = asked.typed["year"] or str(_year_that_ends(asked.times.day))
    asked = msgspec.structs.replace(asked, typed={**asked.typed, "year": year})
    try:
        number = parsing.load(UseQuery, {"year": year})["year"]
    except Invalid as refusal:
        return _page(asked, faults=refusal.faults), status_of(type(refusal))
    if not asked.number:
        return _page(asked)
    return _told(
        asked,
        AccruedLine,
        lambda then: reports.accruals(asker(), asked.number, number, then),
        {**asked.narrowed, "agreement": asked.number},
    )


def _year_that_ends(day: date) -> int:
    """In December it is the year itself that is about to be closed, else the one before."""
    return day.year if day.month == DECEMBER else day.year - 1


@blueprint.get("/reports/stale")
@allow(*reports.ROLES)
@dear
def stale() -> Made:
    return _of_one("stale", StaleOrder, lambda n, then: reports.stale(asker(), n, None, then))


@blueprint.get("/reports/rounds")
@allow(*reports.ROLES)
@dear
def rounds() -> Made:
    return _of_one("rounds", ProgrammeRound, lambda n, then: reports.rounds(asker(), n, then))


@blueprint.get("/reports/suppliers")
@allow(*reports.ROLES)
def suppliers() -> Made:
    return _of_one(
        "suppliers", SupplierStanding, lambda n, then: reports.standings(asker(), n, then)
    )


@blueprint.get("/reports/summary")
@allow(*reports.ROLES)
@dear
def summary() -> Made:
    """Text to be published, and the courses that it counts as a list."""
    return _of_one(
        "summary", Course, lambda number, then: reports.summary(asker(), number, then), "courses"
    )
