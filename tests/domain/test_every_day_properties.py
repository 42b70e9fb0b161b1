"""Amounts decided in any order, orders recorded late: no order passes a hard limit on any day, and
what can be ordered is exactly what is taken.

What is in use on a day is added up here from the facts, and what is in force from the decisions: by
nothing of what the domain decides with.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import RoomMoved, RoomReserved
from ledger.domain.refusals import CapExceeded, Refusal
from ledger.domain.regime import Policy
from tests.domain.domain_given import DAY, START, Book, kr, line

SPAN = 60
DAYS = [DAY + timedelta(days=n) for n in range(-SPAN, 2 * SPAN)]
YEARS = (2023, 2024)
ACTS = (
    *("place", "place", "place", "late", "late", "amend", "amend", "amend", "confirm", "counter"),
    *("accept", "change", "cancel", "record", "approve", "credit", "close", "reject"),
)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 9), st.integers(1, 900), st.integers(0, 99)),
    min_size=8,
    max_size=30,
)


class Play:
    """A book, the day on which each step is recorded, and what was decided of amounts."""

    def __init__(self) -> None:
        year = LimitTerms(name="2024", year=2024, amount=kr(700), tolerance=10)
        policy = Policy(amendments="free")
        self.book = Book(cap=kr(1_000), policy=policy, limits=(year,))
        self.today = DAY
        self.decided = {"cap": [(START, kr(1_000))], "2024": [(START, kr(700))]}

    def in_force(self, name: str, day: date) -> int | None:
        """By the latest day, and of two for one day by the later decision."""
        latest = max(
            (since, number, amount)
            for number, (since, amount) in enumerate(self.decided[name])
            if since <= day
        )
        amount = latest[2]
        if amount is None:
            return None
        return amount + amount * 10 // 100 if name == "2024" else amount

    def used(self, name: str) -> dict[date, int]:
        """What is in use on each day, from the facts alone."""
        changes = dict.fromkeys(DAYS, 0)
        for new, _ in self.book.log:
            if isinstance(new.event, RoomReserved | RoomMoved):
                for move in new.event.moves:
                    if name == "cap" or move.dimensions.year == 2024:
                        changes[new.effective_on] += move.reserved + move.committed + move.drawn
        total, found = 0, {}
        for day in DAYS:
            total += changes[day]
            found[day] = total
        return found

    def step(self, name: str, which: int, a: int, b: int) -> None:
        self.today += timedelta(days=b % 3)
        book, day = self.book, self.today
        lines = (line(a / 2, year=YEARS[which % 2]), line(a / 4, year=YEARS[b % 2]))[: 1 + b % 2]
        orders = list(book.orders)
        chosen = orders[which % len(orders)] if orders else None
        if name == "place":
            book.place(*lines, on=day, today=day)
        elif name == "late":
            book.place(*lines, on=day - timedelta(days=b % 40), today=day)
        elif name == "amend":
            self._amend("cap" if which % 2 else "2024", a, b)
        elif name in ("approve", "reject"):
            waiting = [id for id, one in book.drawdowns.items() if one.status == "recorded"]
            if waiting:
                more = {"room": ("cap", "order")[b % 2]} if name == "approve" else {}
                getattr(book, name)(waiting[which % len(waiting)], day, **more)
        elif chosen is None:
            return
        elif name in ("counter", "change"):
            getattr(book, name)(chosen, *lines, on=day)
        elif name == "cancel":
            book.cancel(chosen, day, fee=0)
        elif name in ("record", "credit"):
            sign = 1 if name == "record" else -1
            parts = (drawdown.Part(order=chosen, amount=sign * a * 20, line=1),)
            number = f"{name}{len(book.log)}"
            book.record(number, sign * a / 5, chosen, day, parts=parts)
        else:
            getattr(book, name)(chosen, day)

    def _amend(self, name: str, a: int, b: int) -> None:
        day = DAY + timedelta(days=b - SPAN // 2)
        amount = None if a % 7 == 0 else kr(200 + 2 * a)
        change = {"cap": amount} if name == "cap" else {}
        if name != "cap":
            change["limits"] = (LimitTerms(name=name, amount=amount),)
        self.book.do(
            agreement.AmendAgreement(
                agreement="A1",
                ground="policy",
                decision="D",
                decided_on=min(day, self.today),
                effective_on=day,
                **change,
            )
        )
        self.decided[name].append((day, amount))


ORDERING = {"place", "late", "counter", "accept", "change"}


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_no_order_leaves_more_in_use_than_is_in_force_on_any_day(steps):
    play = Play()
    for name, which, a, b in steps:
        before = {limit: play.used(limit) for limit in play.decided}
        length = len(play.book.log)
        try:
            play.step(name, which, a, b)
        except Refusal:
            assert len(play.book.log) == length
            continue
        for limit in play.decided:
            was, now = before[limit], play.used(limit)
            assert min(now.values()) >= 0, "no credit makes more room than there was"
            if name not in ORDERING or now[DAYS[-1]] <= was[DAYS[-1]]:
                continue
            for day in (day for day in DAYS if now[day] > was[day]):
                bound = play.in_force(limit, day)
                assert bound is None or now[day] <= bound, (name, limit, day)
        check_state(play)


def check_state(play: Play) -> None:
    """The state knows of every day what the facts say."""
    of = play.book.of
    for limit in of.limits:
        used = play.used(limit.name)
        later = agreement.room.rule.changed_after(limit, of.totals, of.days, DAYS[0])
        day_of, total = dict(later), used[DAYS[0]]
        for day in DAYS[1:]:
            total += day_of.get(day, 0)
            assert total == used[day], (limit.name, day)
            assert limit.bound_on(day) == play.in_force(limit.name, day)


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(0, 40), st.sampled_from(YEARS))
def test_what_can_be_ordered_is_taken_and_one_ore_more_is_refused(steps, ago, year):
    play = Play()
    for one in steps:
        try:
            play.step(*one)
        except Refusal:
            continue
    on, of = play.today - timedelta(days=ago), play.book.of
    known = [
        worst.left
        for limit in of.limits
        if limit.name == "cap" or year == 2024
        if (worst := agreement.fullest_from(of, limit, on)) is not None
    ]
    if not known:
        place(play, kr(1_000_000), on, year)
        return
    room = max(0, min(known))
    if room:
        place(play, room, on, year)
    with pytest.raises(CapExceeded) as refused:
        place(play, room + 1, on, year)
    assert refused.value.figures["fits"].ore == room


def place(play: Play, ore: int, on: date, year: int) -> None:
    """Decided and not done."""
    lines = (order.LineTerms(kind="delivery", amount=ore, year=year),)
    buyer = play.book.of.buyers[0].organisation
    command = order.PlaceOrder(agreement="A1", buyer=buyer, course="C", lines=lines, ordered_on=on)
    play.book.decided(command, today=play.today)
