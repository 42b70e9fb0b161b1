"""Two days of an agreement beside each other, or one day as it was known at two moments: what it
was, what it is, the difference, and by sort what came in between."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from flask import Blueprint, Response, render_template, request

from ledger.application import seeing
from ledger.application.answers import Answer
from ledger.application.answers.compared import Comparison, LimitChange, Moved
from ledger.application.answers.members import counted
from ledger.application.bodies import parsing
from ledger.application.bodies.queries import ComparePageQuery
from ledger.application.comparing import ROLES, compared
from ledger.bounds import MAX_PAGE
from ledger.domain.calendar import SWEDEN
from ledger.domain.days import LATE
from ledger.domain.limits import CAP
from ledger.domain.refusals import Fault, Invalid
from ledger.projections.then import Then, then_on
from ledger.web.access import allow
from ledger.web.pages.entries import Control, controls
from ledger.web.pages.files import file_asked
from ledger.web.pages.labels import label
from ledger.web.pages.times import Times, in_address, read_time
from ledger.web.problem_types import status_of
from ledger.web.seen import asker
from ledger.wording import Sentence

blueprint = Blueprint("comparing", __name__)

FIELDS = {
    "from": label("From which day"),
    "to": label("To which day"),
    "from_known_at": label("The first day as it was recorded at (day, or day and time)"),
    "to_known_at": label("The second day as it was recorded at (day, or day and time)"),
}
"""What is typed, and what it is called."""
TERMS = (
    ("amount", label("Cap")),
    ("reserved", label("Reserved")),
    ("committed", label("Committed")),
    ("drawn", label("Drawn")),
    ("remaining", label("Remaining")),
)
"""The members of a limit's balance, and what the formula calls those of the cap."""
SORTS: tuple[tuple[str, Sentence], ...] = (
    ("orders", label("New orders")),
    ("answers", label("What became of orders")),
    ("invoices", label("Invoices and credits")),
    ("amendments", label("The agreement and its amendments")),
    ("corrections", label("Corrections of the past")),
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What came in between: what it moved of the cap (None: nothing), and whether it was recorded
    so long after its day that it is marked."""

    moved: Moved
    cap: LimitChange | None
    recorded_on: date
    afterwards: bool

    @property
    def about(self) -> tuple[str, str]:
        """The noun and the name of what it happened to."""
        noun, _, name = self.moved.event.stream.partition("/")
        return noun, name


class Sort(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of one sort, with the sum of what they moved of what remains of the cap; None where a
    part of it is unknown."""

    name: str
    label: Sentence
    rows: Sequence[Row]
    remaining: int | None


@blueprint.get("/agreements/<agreement:number>/compare")
@allow(*ROLES)
def one(number: str) -> str | Response | tuple[str, int]:
    times = in_address()  # it has two days of its own, and no control of one
    row = seeing.agreement_row(asker(), number)
    typed = {name: request.args.get(name, "").strip() for name in FIELDS}
    turn = date(times.day.year - 1, 12, 31)
    if not typed["from"]:
        typed["from"] = max(turn, row.state.starts_on).isoformat()
    if not typed["to"]:
        typed["to"] = times.day.isoformat()
    shown: dict[str, Any] = {
        "number": number,
        "title": row.state.title,
        "times": times,
        "since": _since(times.day, row.state.starts_on),
    }
    try:
        query = parsing.load(ComparePageQuery, {**_read(typed), **_after()})
    except Invalid as refusal:
        fields = _fields(typed, refusal.faults)
        page = render_template("asking/compare.html", fields=fields, **shown)
        return page, status_of(type(refusal))
    views = _view(query, "from", None), _view(query, "to", times.known_at)

    def some(then: Then, after: str, limit: int) -> list[tuple[str, Answer]]:
        found, _ = compared(asker(), number, views, int(after or 0), limit)
        return [(str(item.event.position), item) for item in found.items]

    second = Times(as_of=views[1].as_of, known_at=views[1].known_at)
    narrowed = {name: value for name, value in typed.items() if value}
    if (file := file_asked(Moved, some, second, narrowed, number)) is not None:
        return file
    found, following = compared(asker(), number, views, query["after"], MAX_PAGE)
    return render_template(
        "asking/compare.html",
        fields=_fields(typed),
        found=found,
        terms=TERMS,
        sorts=_sorted(found, views),
        whole=not (query["after"] or following),
        following=following,
        asked=narrowed,
        queries=[_query(view) for view in views],
        **shown,
    )


def _fields(typed: Mapping[str, str], faults: Sequence[Fault] = ()) -> list[Control]:
    """Where a page goes on is not typed."""
    return controls(ComparePageQuery(exclude=("after",)), typed, faults, labels=FIELDS)


def _after() -> dict[str, str]:
    return {"after": request.args["after"]} if request.args.get("after") else {}


def _read(typed: Mapping[str, str]) -> dict[str, str]:
    """Days and moments as people write them."""
    return {name: read_time(name.partition("_")[2], text) for name, text in typed.items() if text}


def _view(query: Mapping[str, Any], side: str, known_at: datetime | None) -> Then:
    return then_on(query[side], query.get(f"{side}_known_at") or known_at, asker().today)


def _query(view: Then) -> dict[str, str]:
    """For a link to another page as of one of the two views."""
    found = {} if view.as_of is None else {"as_of": view.as_of.isoformat()}
    if view.known_at is not None:
        found["known_at"] = view.known_at.isoformat()
    return found


def _since(today: date, starts_on: date) -> list[tuple[Sentence, str]]:
    """Days that one often compares with; those before the agreement are none."""
    month = date.fromordinal(today.replace(day=1).toordinal() - 1)
    days = (
        (label("Since the last turn of the month"), month),
        (label("Since the last turn of the year"), date(today.year - 1, 12, 31)),
        (label("Since the agreement began"), starts_on),
    )
    return [(said, day.isoformat()) for said, day in days if starts_on <= day < today]


# ── What came in between, by sort ─────────────────────────────────────────────────────────────


def _sorted(found: Comparison, views: tuple[Then, Then]) -> list[Sort]:
    rows: dict[str, list[Row]] = {}
    for item in found.items:
        rows.setdefault(_sort_of(item, views), []).append(_row(item))
    return [
        Sort(name=name, label=said, rows=rows[name], remaining=_sum(rows[name]))
        for name, said in SORTS
        if name in rows
    ]


def _sort_of(item: Moved, views: tuple[Then, Then]) -> str:
    """What counts for a day that both views have behind them was put right afterwards."""
    first, second = (view.as_of or date.max for view in views)
    if item.side == "both" or item.event.effective_on <= min(first, second):
        return "corrections"
    noun = item.event.stream.partition("/")[0]
    if noun == "order":
        return "orders" if item.event.name == "order-placed" else "answers"
    return "invoices" if noun == "drawdown" else "amendments"


def _row(item: Moved) -> Row:
    """An invoice has its supplier's date, which may be long before it came: that is not late."""
    recorded_on = item.recorded_at.astimezone(SWEDEN).date()
    is_paper = item.event.stream.startswith("drawdown/")
    return Row(
        moved=item,
        cap=next((change for change in item.moved if change.limit == CAP), None),
        recorded_on=recorded_on,
        afterwards=not is_paper and recorded_on - item.event.effective_on > LATE,
    )


def _sum(rows: Sequence[Row]) -> int | None:
    moved = [row.cap for row in rows if row.cap is not None]
    parts = [counted(one.remaining, one.unit) for one in moved]
    return None if None in parts else sum(part for part in parts if part is not None)
