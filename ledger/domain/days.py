"""Which days may be: what is done is done today or earlier, and not before what it is done to.

Only what a decision sets may begin later (amounts, terms, rights), and plans are no acts (course
days, sessions, instalments, days to answer by); those only lie in years that can be.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ledger.domain.calendar import add_months
from ledger.domain.refusals import Fault

RECORDED_LATE = "recorded-late"
"""The flag of what is recorded so long afterwards that somebody should ask why."""
LATE = timedelta(days=31)
"""What is recorded for an earlier day than so many before is recorded late."""
AHEAD_MONTHS = 12
"""How far ahead an invoice that is received may be dated: it waits until its day."""
YEARS_AFTER_TERM = 10
"""How long after the term something may still be planned, where it may be delivered after it."""


def act_faults(
    pointer: str, on: date, today: date, since: date | None, before: str, name: str = ""
) -> list[Fault]:
    """Faults of the day of an act. `since` is the day of what it is done to, `before` the sentence
    about a day that is earlier, `name` what that says it is called."""
    if on > today:
        return [not_come(pointer, on, today)]
    # What an earlier version let be dated ahead is acted on from today.
    if since is not None and on < min(since, today):
        figures = {"on": on.isoformat(), "since": since.isoformat()}
        figures |= {"name": name} if name else {}
        return [Fault(pointer=pointer, sentence=before, figures=figures)]
    return []


def not_come(pointer: str, on: date, today: date) -> Fault:
    figures = {"on": on.isoformat(), "today": today.isoformat()}
    return Fault(pointer=pointer, sentence="{on} has not come: today is {today}.", figures=figures)


def issued_faults(pointer: str, issued_on: date, today: date) -> list[Fault]:
    """An invoice's date is its supplier's, but not of a far year to come."""
    last = add_months(today, AHEAD_MONTHS)
    if issued_on <= last:
        return []
    sentence = "The invoice is dated {on}, more than a year ahead: {last} would be the last day."
    figures = {"on": issued_on.isoformat(), "last": last.isoformat()}
    return [Fault(pointer=pointer, sentence=sentence, figures=figures)]


def is_late(on: date, today: date, term: tuple[date, date] | None) -> bool:
    """Whether what is of a day is recorded late: more than 31 days afterwards, or after the term
    (its first and its last day) for a day within it."""
    if on < today - LATE:
        return True
    return term is not None and term[0] <= on <= term[1] < today


def begin_faults(
    days: Mapping[str, date | None], today: date, term: tuple[date, date] | None, *, before: int = 0
) -> list[Fault]:
    """Faults of days, by their place, from which what is decided begins, or ends: not long after
    today and the term of its agreement, nor so many years `before` that. Of what is no agreement's
    there is no term."""
    years = {at: day.year for at, day in days.items() if day is not None}
    last = today.year + YEARS_AFTER_TERM
    if term is not None:
        first, last = term[0].year - before, max(last, term[1].year + YEARS_AFTER_TERM)
        return _year_faults(years, first, last)
    sentence = "{year} is too far ahead: {last} would be the last year."
    return [
        Fault(pointer=at, sentence=sentence, figures={"year": str(year), "last": str(last)})
        for at, year in years.items()
        if year > last
    ]


def due_faults(
    pointer: str, due_on: date | None, issued_on: date, term: tuple[date, date]
) -> list[Fault]:
    """The fault of a day on which an invoice is to be paid, in a year that cannot be: before that
    of the invoice and the term, or long after the term."""
    if due_on is None:
        return []
    first = min(term[0].year, issued_on.year)
    last = max(term[1].year, issued_on.year) + YEARS_AFTER_TERM
    return _year_faults({pointer: due_on.year}, first, last)


def year_faults(
    years: Mapping[str, int], term: tuple[date, date], *, after_term: bool
) -> list[Fault]:
    """Faults of what is planned, by its place, for years that cannot be under an agreement: before
    its term begins; and after it ends, or long after where delivery after the term is allowed."""
    last = term[1].year + (YEARS_AFTER_TERM if after_term else 0)
    return _year_faults(years, term[0].year, last)


def _year_faults(years: Mapping[str, int], first: int, last: int) -> list[Fault]:
    sentence = "{year} is no year of the agreement: it can be {first} to {last}."
    return [
        Fault(
            pointer=pointer,
            sentence=sentence,
            figures={"year": str(year), "first": str(first), "last": str(last)},
        )
        for pointer, year in years.items()
        if not first <= year <= last
    ]


def placed(faults: Iterable[Fault], at: str, instead: str) -> tuple[Fault, ...]:
    """Faults at a place, at another instead: a command's day has another name in its body."""
    return tuple(
        Fault(pointer=instead, sentence=one.sentence, figures=one.figures)
        if one.pointer == at
        else one
        for one in faults
    )
