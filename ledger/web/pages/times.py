"""Which day a page is for, and what was known at which moment; links keep both."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from flask import g, request, url_for

from ledger.application.bodies import parsing
from ledger.application.bodies.queries import PageQuery
from ledger.application.bodies.typed import day
from ledger.domain.calendar import SWEDEN
from ledger.domain.refusals import Fault, Invalid
from ledger.projections.then import Then, then_on
from ledger.web.pages.labels import label
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

TIMES = ("as_of", "known_at")
PLACES = ("after", "before")
"""Where in a list, or in a timeline, a page begins: another day's list has other places."""


class Times(msgspec.Struct, frozen=True, kw_only=True):
    """Which day is asked about, and what was known at which moment; None: all that is known.

    Of times that cannot be read, `faults` say so, and `typed` is what was typed: it is then today.
    """

    as_of: date | None
    known_at: datetime | None
    faults: tuple[Fault, ...] = ()
    typed: Mapping[str, str] = {}

    @property
    def given(self) -> bool:
        return not self.then.current

    @property
    def then(self) -> Then:
        return then_on(self.as_of, self.known_at, asker().today)

    @property
    def day(self) -> date:
        return self.as_of or asker().today

    def query(self) -> dict[str, str]:
        """For links that keep the times. The moment is as its form field wants it: Swedish."""
        query = {} if self.as_of is None else {"as_of": self.as_of.isoformat()}
        if self.known_at is not None:
            query["known_at"] = _there(self.known_at).isoformat(timespec="minutes")
        return query

    def address_of(self, endpoint: str, **named: Any) -> str:
        """Where a page is, for the same times."""
        query: dict[str, Any] = {**named, **self.query()}
        return url_for(endpoint, **query)

    def shown(self, name: str) -> str:
        """What stands in the field of a time: as it was typed, or as it was read."""
        return self.typed.get(name) or self.query().get(name, "").replace("T", " ")

    def faults_of(self, name: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.pointer == f"/{name}"]


def asked_for() -> tuple[Times, str, int | None]:
    """From the address, and what a list goes on after, or the timeline before. Raises Invalid.

    The frame of a page that asks has the control of its times. Times that cannot be read are no
    refusal: the page is as today, with the fault at the field.
    """
    places = {name: request.args[name] for name in PLACES if request.args.get(name)}
    found = parsing.load(PageQuery, places)
    g.times = times = in_address()
    return times, found["after"], found["before"]


def in_address() -> Times:
    """The times of the address, for links that keep them, also on a page that shows none."""
    typed = {name: request.args[name].strip() for name in TIMES if request.args.get(name)}
    try:
        found = parsing.load(PageQuery, {name: read_time(name, typed[name]) for name in typed})
    except Invalid as refusal:
        return Times(as_of=None, known_at=None, faults=refusal.faults, typed=typed)
    return Times(as_of=found["as_of"], known_at=found["known_at"])


def require_read(times: Times) -> None:
    """What leaves the page, as a file, is for no other times than those asked for. Raises
    Invalid."""
    if times.faults:
        raise Invalid(*times.faults)


def read_time(name: str, text: str) -> str:
    """A time as people write it; of a day the moment is its end."""
    read = day(text)
    return f"{read}T23:59" if name == "known_at" and _is_day(read) else read


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _there(moment: datetime) -> datetime:
    return moment.astimezone(SWEDEN).replace(tzinfo=None)


# ── The control ───────────────────────────────────────────────────────────────────────────────


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A day that is one click away; None: today."""

    label: Sentence
    day: date | None


class Control(msgspec.Struct, frozen=True, kw_only=True):
    """What the frame shows of the times of a page, and the rest of its address to be kept;
    `on_paper` tells both of a page that is printed."""

    times: Times
    on_paper: Sentence
    ready: tuple[Ready, ...]
    kept: Mapping[str, str]


def control() -> Control | None:
    """None: the page shows no time."""
    times: Times | None = g.get("times")
    if times is None:
        return None
    today = asker().today
    month_end = today.replace(day=1) - timedelta(days=1)
    year_end = date(today.year - 1, 12, 31)
    without = {*TIMES, *PLACES, "format"}
    return Control(
        times=times,
        on_paper=words(
            "As of {day}, with what had been recorded {moment}.",
            day=times.day,
            moment=_there(times.known_at or ledger().now).strftime("%Y-%m-%d %H:%M"),
        ),
        ready=(
            Ready(label=label("today"), day=None),
            Ready(label=label("latest month end"), day=month_end),
            Ready(label=label("latest year end"), day=year_end),
        ),
        kept={name: value for name, value in request.args.items() if name not in without},
    )
