"""What an agreement came to, for anybody to read: counts and sums, no personal data."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ledger.domain.money import a_head
from ledger.domain.order.state import State
from ledger.domain.position import by_line


class CourseResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one course came to in one year: the last year in which its orders are delivered.

    `paid` is öre excluding VAT. What somebody has not reported is None: unknown, not 0.
    `free_seats` are those that nothing is paid for, apart from what was bought.
    `credits` are those of each participant ("7.5"), None for a course without; then nobody is
    awarded any. `women` and `men` are those who took part, where all orders of it counted them.
    """

    year: int
    course: str
    credits: str | None
    orders: int
    paid: int
    seats_used: int | None
    credits_awarded: int | None
    women: int | None = None
    men: int | None = None
    free_seats: int = 0

    @property
    def per_participant(self) -> int | None:
        """What was paid for each who took part, in öre; None where either is not known."""
        return a_head(self.paid, self.seats_used) if self.seats_used else None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """`years` are öre paid by year of delivery. Totals are None where a part is unknown."""

    paid: int
    years: tuple[tuple[int, int], ...]
    courses: tuple[CourseResult, ...]
    seats_used: int | None
    credits_awarded: int | None
    free_seats: int = 0

    @property
    def per_participant(self) -> int | None:
        """As of a course, over all of them."""
        return a_head(self.paid, self.seats_used) if self.seats_used else None


def summary(orders: Iterable[State]) -> Summary:
    """Of orders that something was paid for, or whose course was given."""
    by_course: dict[tuple[int, str, str], list[State]] = {}
    years: dict[int, int] = {}
    for state in orders:
        if not state.drawn and state.seats_used is None:
            continue
        last = max(line.year for line in state.lines)
        by_course.setdefault((last, state.course, state.credits or ""), []).append(state)
        drawn, year_of = by_line(state.drawn), {line.number: line.year for line in state.lines}
        for number, amount in drawn.items():
            year = year_of.get(number, last)
            years[year] = years.get(year, 0) + amount
    courses = tuple(_result(key, some) for key, some in sorted(by_course.items()))
    with_credits = [course for course in courses if course.credits is not None]
    return Summary(
        paid=sum(years.values()),
        years=tuple(sorted(years.items())),
        courses=courses,
        seats_used=_known(course.seats_used for course in courses),
        credits_awarded=_known(course.credits_awarded for course in with_credits),
        free_seats=sum(course.free_seats for course in courses),
    )


def percent(part: int, whole: int | None) -> str | None:
    """A share with one decimal, as "52.5"; None where the whole is unknown or nothing."""
    if not whole:
        return None
    tenths = (abs(part) * 2_000 + whole) // (2 * whole)
    return f"{'-' if part < 0 and tenths else ''}{tenths // 10}.{tenths % 10}"


def _result(key: tuple[int, str, str], orders: list[State]) -> CourseResult:
    year, course, credits = key
    return CourseResult(
        year=year,
        course=course,
        credits=credits or None,
        orders=len(orders),
        paid=sum(sum(by_line(state.drawn).values()) for state in orders),
        seats_used=_known(_counted(state, state.seats_used) for state in orders),
        credits_awarded=_known(_counted(state, state.credits_awarded) for state in orders)
        if credits
        else None,
        women=_known(_counted(state, state.women) for state in orders),
        men=_known(_counted(state, state.men) for state in orders),
        free_seats=sum(
            state.free_seats or 0
            for state in orders
            if state.status not in ("cancelled", "declined", "lapsed")
        ),
    )


def _counted(state: State, reported: int | None) -> int | None:
    """Nobody takes part in what was never given."""
    if reported is None and state.status in ("cancelled", "declined", "lapsed"):
        return 0
    return reported


def _known(parts: Iterable[Any]) -> int | None:
    """Their sum; unknown where one of them is."""
    found = list(parts)
    return None if None in found else sum(found)
