"""After any slips and their ways back an order stands as in a ledger where they never happened."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ledger.domain import drawdown
from ledger.domain.drawdown import Part
from ledger.domain.events import Party
from ledger.domain.limits import Dimensions, Use
from ledger.domain.order import SessionTerms
from ledger.domain.refusals import Refusal
from ledger.domain.regime import Policy, TariffStep
from tests.domain.domain_given import (
    BUYER,
    DAY,
    OTHER_BUYER,
    Book,
    kr,
    line,
    seats,
    split,
)
from tests.domain.test_as_of_properties import folded

TARIFF = Policy(tariff=(TariffStep(days=400, percent=0), TariffStep(days=30, percent=33)))
START = date(2024, 11, 1)
NEXT_YEAR = date(2025, 2, 3)
KINDS = ("whole", "lines", "seats", "sessions", "shared")
BUYERS = (Party(organisation=BUYER, role="lead"), Party(organisation=OTHER_BUYER, role="member"))
BASE = (
    *("record", "record", "approve", "approve", "credit", "lone credit", "take back", "reject"),
    *("cancel", "cancel seats", "cancel session", "move session", "move session", "hold"),
    *("change", "close", "reopen", "deliver", "start", "move seats", "move seats"),
)
SLIPS = (
    *("withdraw", "reject", "take back", "lone credit", "credit", "move", "anew", "approve"),
    *("elsewhere", "from elsewhere", "through", "close"),
)
TODAY = DAY + timedelta(60)
Back = Callable[[], object]


class Late(Book):
    """All is recorded on one day, or where it is of a later one, on that."""

    def decided(self, command, by=None, today=None):
        own = getattr(command, "on", TODAY)
        return super().decided(command, by, max(own, TODAY))


class Play:
    """The same steps with and without slips: with them some go wrong, and are mended later."""

    def __init__(self, kind: str) -> None:
        self.book, self.kind, self.day = Late(policy=TARIFF, buyers=BUYERS), kind, DAY
        lines = {
            "whole": (line(1_000),),
            "lines": (line(600), line(400, "development"), line(300)),
            "seats": (seats(10, 100.01), line(500, "development")),
            "sessions": (line(900, year=2024),),
            "shared": (seats(10, 100.01),),
        }[kind]
        days = [START + timedelta(10 * i) for i in range(3)] if kind == "sessions" else []
        sessions = tuple(SessionTerms(on=day, line=1) for day in days)
        more = {"starts_on": START, "sessions": sessions}
        if kind == "shared":
            more |= {"seats": 10, "split": split("seats", {BUYER: 7, OTHER_BUYER: 3})}
        self.name = self.book.placed_and_confirmed(*lines, **more)
        self.other = self.book.placed_and_confirmed(line(5_000))
        self.ids: dict[str, str] = {}
        """What each invoice is recorded as now."""

    def on_the_other(self, invoice: str, ore: int) -> str:
        return self.book.record(invoice, ore / 100, self.other, self.day)

    def typed(self) -> list[tuple[str, int]]:
        """The lines as a change would say them."""
        return [(one.kind, one.year) for one in self.book.orders[self.name].lines]

    def line(self, some: int) -> int:
        return 1 + some % {"lines": 3, "seats": 2}.get(self.kind, 1)

    def record(self, invoice: str, ore: int, some: int) -> str:
        """On a line that is named: a bare amount draws what is left, and that is known then."""
        parts = (Part(order=self.name, line=self.line(some), amount=ore),)
        return self.book.record(invoice, ore / 100, self.name, self.day, parts=parts)

    def of_status(self, *statuses: str) -> list[str]:
        """Invoices that count, by their numbers."""
        return [n for n, id in self.ids.items() if self.book.drawdowns[id].status in statuses]

    def base(self, number: int, what: str, some: int, ore: int) -> object:
        """A step of the ledger without slips: what of it was done, as far as it names something."""
        book, name = self.book, self.name
        if what == "record":
            self.ids[f"B{number}"] = self.record(f"B{number}", ore, some)
        elif what in ("approve", "take back", "reject"):
            chosen = [*self.ids][some % len(self.ids)] if self.ids else None
            if chosen is not None:
                getattr(book, what.replace(" ", "_"))(self.ids[chosen], on=self.day)
            return chosen
        elif what == "credit":
            return self.credited(f"B{number}", some, ore)
        elif what == "lone credit":
            self.lone_credit(f"B{number}", some, ore)
        elif what == "cancel":
            by = ("buyer", "buyer", "supplier")[some % 3]
            fee = {"fee": min(ore, kr(100)), "reason": "agreed"} if some > 6 else {}
            book.cancel(name, on=self.day, cancelled_by=by, **(fee if by == "buyer" else {}))
        elif what == "cancel seats":
            whose = {"holder": (BUYER, OTHER_BUYER)[some % 2]} if self.kind == "shared" else {}
            book.cancel(name, on=self.day, seats=1 + some % 3, line=1, **whose)
        elif what == "cancel session":
            by = ("buyer", "supplier")[some % 2]
            book.cancel_session(name, 1 + some % 3, on=self.day, cancelled_by=by)
        elif what == "move session":
            book.move_session(name, 1 + some % 3, NEXT_YEAR + timedelta(some), on=self.day)
        elif what == "move seats":
            giver, receiver = (BUYER, OTHER_BUYER)[:: 1 if some % 2 else -1]
            book.move_seats(name, giver, receiver, 1 + some % 4, on=self.day)
        elif what == "start":
            book.change(name, starts_on=(START, NEXT_YEAR)[some % 2], on=self.day)
        elif what == "change":
            book.change(name, *(line(9 + ore / 100, kind=one.kind, year=one.year)
                                for one in book.orders[name].lines), on=self.day)  # fmt: skip
        elif what == "deliver":
            book.deliver(name, 0, on=self.day)
        elif what == "hold":
            session = book.orders[name].sessions[some % 3] if self.kind == "sessions" else None
            if session is not None:
                book.hold(name, session.number, session.planned_on)
        elif what in ("close", "reopen"):
            getattr(book, what)(name, on=self.day)
        return None

    def credited(self, invoice: str, some: int, ore: int) -> str | None:
        standing = self.of_status("approved", "reversed")
        if not standing:
            return None
        number = standing[some % len(standing)]
        one = self.book.drawdowns[self.ids[number]]
        room = ("cap", "order")[some % 2]
        id = self.book.record(invoice, -ore / 100, self.name, self.day, credits=one.id, room=room)
        self.book.approve(id, on=self.day)
        return id

    def lone_credit(self, invoice: str, some: int, ore: int) -> str | None:
        if self.kind == "shared":  # it is shared as what is invoiced when it comes
            return None
        parts = (Part(order=self.name, line=1, amount=-ore),)
        room = ("cap", "order")[some % 4 == 3]
        id = self.book.record(invoice, -ore / 100, self.name, self.day, parts=parts, room=room)
        self.book.approve(id, on=self.day)
        return id

    def slip(self, number: int, what: str, some: int, ore: int) -> Back | None:
        """The slip; it answers with its way back, or with None where there was nothing to do."""
        book, name, invoice = self.book, self.name, f"S{number}"
        if what == "close":
            book.close(name, on=self.day)
            day = self.day
            return lambda: book.reopen(name, on=day)
        if what in ("credit", "lone credit"):
            make = self.credited if what == "credit" else self.lone_credit
            credit = make(invoice, some, ore)
            return credit and (
                lambda: (book.take_back(credit, TODAY), book.withdraw(credit, TODAY))
            )
        if what in ("move", "anew", "approve"):
            return self.slip_on(what, some)
        if what == "from elsewhere":
            self.ids[invoice] = self.on_the_other(invoice, ore)
            right = (self.name, self.line(some), ore / 100)
            return lambda: book.move(self.ids[invoice], right, on=TODAY)
        if what == "through":
            id, kronor = self.on_the_other(invoice, ore), ore / 100
            book.move(id, (self.name, self.line(some), kronor), on=TODAY)
            return lambda: book.move(id, (self.other, None, kronor), on=TODAY)
        id = self.record(invoice, ore, some)
        if what == "take back":
            book.approve(id, on=self.day)
            return lambda: (book.take_back(id, TODAY), book.withdraw(id, TODAY))
        if what == "elsewhere":
            return lambda: (
                book.move(id, (self.other, None, ore / 100), on=TODAY),
                book.reject(id, TODAY),
            )
        return lambda: (book.withdraw if what == "withdraw" else book.reject)(id, TODAY)

    def slip_on(self, what: str, some: int) -> Back | None:
        """A slip with an invoice that is right, and waits."""
        book, waiting = self.book, self.of_status("recorded")
        if not waiting:
            return None
        number = waiting[some % len(waiting)]
        id, state = self.ids[number], self.book.drawdowns[self.ids[number]]
        if what == "approve":
            book.approve(id, on=self.day)
            return lambda: book.take_back(id, TODAY)
        kronor, where = state.amount / 100, state.allocations[0].line
        if what == "move":
            book.move(id, (self.other, None, kronor), on=TODAY)
            return lambda: book.move(id, (self.name, where, kronor), on=TODAY)
        (book.reject if some % 2 else book.withdraw)(id, TODAY)
        parts = (Part(order=self.name, line=where, amount=state.amount),)

        def anew() -> None:
            self.ids[number] = book.record(number, kronor, self.name, state.issued_on, parts=parts)

        return anew


def kept(play: Play) -> tuple:
    """What is in use by what limits match by, and all that it follows from."""
    state = play.book.orders[play.name]
    totals: dict[Dimensions, Use] = {t.dimensions: t.use for t in play.book.of.totals if t.use}
    planned = [(one.number, one.line, one.amount, one.status) for one in state.sessions]
    return totals, state.status, state.lines, state.drawn, state.pending, planned, state.fees


def by_day(play: Play) -> dict[tuple[date, Dimensions], Use]:
    """What moved on each day, by what limits match by."""
    found: dict[tuple[date, Dimensions], Use] = {}
    for new, _ in play.book.log:
        for move in getattr(new.event, "moves", ()):
            key = new.effective_on, move.dimensions
            found[key] = found.get(key, Use()) + move.use
    return {key: use for key, use in found.items() if use}


def invoices(play: Play, day: date) -> dict[str, tuple]:
    """The invoices and credits that stand as of a day, by their numbers."""
    found = {}
    for stream, state in folded(play.book, day).items():
        if stream.startswith("drawdown/") and state.status not in drawdown.FREED:
            money = state.allocations, state.credited, state.credited_lines, state.room
            found[state.invoice] = state.status, state.decided_on, state.buyer, *money
    return found


def tried(made: Callable[..., object], *of: object) -> object:
    """What it comes to, or the kind of its refusal."""
    try:
        return made(*of)
    except Refusal as refusal:
        return type(refusal)


def played(kind: str, steps: list, slips: list) -> tuple[Play, Play] | None:
    """Two ledgers of the same steps, the first without the slips; None where a step was refused
    in one of them alone. A slip is made before one step, and mended before another, or the same.
    Each is dated so many days on; in whatever order."""
    clean, play = Play(kind), Play(kind)
    waiting: list[tuple[int, Back]] = []
    for number in range(len(steps) + 1):
        last = number == len(steps)
        for place, (at, later, what, some, ore, days) in enumerate(slips):
            if at == number or (last and at > number):
                clean.day = play.day = DAY + timedelta(days)
                before = len(play.book.log)
                back = tried(play.slip, place, what, some, ore)
                if isinstance(back, type) and len(play.book.log) > before:
                    return None  # refused half-way: half of a slip has no way back
                if isinstance(back, type) or back is None:
                    continue
                if what == "through":
                    clean.on_the_other(f"S{place}", ore)
                if what == "from elsewhere":
                    right = tried(clean.record, f"S{place}", ore, some)
                    if isinstance(right, type):
                        return None
                    clean.ids[f"S{place}"] = right
                waiting.append((number + later, back))
        for due, back in reversed(waiting):
            if (due <= number or last) and isinstance(tried(back), type):
                return None
        waiting = [one for one in waiting if one[0] > number and not last]
        if not last:
            *step, days = steps[number]
            clean.day = play.day = DAY + timedelta(days)
            if step[0] == "change" and clean.typed() != play.typed():
                return None  # it would be said of other lines
            done = [tried(one.base, number, *step) for one in (clean, play)]
            if done[0] != done[1]:
                return None
    return clean, play


ON = st.integers(0, 40)
STEPS = st.lists(
    st.tuples(st.sampled_from(BASE), st.integers(0, 9), st.integers(1, 60_000), ON), max_size=8
)
SLIP = st.tuples(
    st.integers(0, 8), st.integers(0, 8), st.sampled_from(SLIPS), st.integers(0, 9),
    st.integers(1, 140_000), ON,
)  # fmt: skip


@pytest.mark.properties
@given(kind=st.sampled_from(KINDS), steps=STEPS, slips=st.lists(SLIP, min_size=1, max_size=2))
@example("whole", [("record", 0, 40_000, 0), ("cancel", 0, 1, 0)], [(1, 1, "anew", 0, 1, 0)])
@example("whole", [("record", 0, 40_000, 0), ("cancel", 0, 1, 0)], [(1, 1, "move", 0, 1, 0)])
@example("whole", [("lone credit", 0, 20_000, 0)], [(0, 1, "take back", 0, 100_000, 0)])
@example("sessions", [("move session", 2, 1, 0)], [(0, 1, "reject", 0, 75_000, 0)])
@example("whole", [("close", 0, 1, 5)], [(0, 1, "through", 0, 50_000, 30)])
@example("whole", [], [(0, 1, "from elsewhere", 0, 100, 9), (0, 0, "from elsewhere", 0, 200, 3)])
@example(
    "whole",
    [("record", 0, 100, 0), ("cancel", 0, 1, 9), ("none", 0, 0, 0)],
    [(1, 1, "move", 0, 1, 0), (2, 1, "from elsewhere", 0, 200, 3)],
)
@example(
    "sessions",
    [("record", 7, 56_717, 0), ("none", 0, 0, 0), ("cancel", 7, 29_720, 0)],
    [(1, 4, "move", 4, 1, 0), (0, 3, "elsewhere", 1, 35_141, 0)],
)
def test_after_any_slips_and_their_ways_back_all_is_as_if_they_had_never_happened(
    kind, steps, slips
):
    both = played(kind, steps, slips)
    assume(both is not None)
    clean, play = both
    assert play.book.use == play.book.sum_of_positions()
    assert kept(play) == kept(clean)
    if all(what != "close" for _, _, what, *_ in slips):  # opened again, it was closed until then
        assert by_day(play) == by_day(clean)
    for day in sorted({new.effective_on for one in both for new, _ in one.book.log}):
        assert invoices(play, day) == invoices(clean, day)
    now = folded(play.book, date.max)
    assert {id: now[drawdown.stream(id)] for id in play.book.drawdowns} == play.book.drawdowns
