"""The service and the model beside each other: what both are told, and what both say after it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from tests.model.back import Back
from tests.model.door import BUYERS, SUPPLIERS, Door, read, written
from tests.model.money import CAP, Limit, Line, Refused, Use
from tests.model.order import Order

SPAN = 120
"""So many days back things are done, and ahead amounts are set."""
TARIFF = ((90, 37), (40, 50), (10, 83))
TERMS = (
    (-SPAN - 30, 900),
    (-SPAN - 30, -20),
    (-SPAN - 30, -1),
    (-30, 0),
    (-1, 1),
    (0, 900),
    (1, 900),
)
"""The first and the last day of an agreement, in days from today."""


class Different(AssertionError):
    """The service and the model say different things."""


def line_told(line: Line) -> str:
    year, _, _, kind, source = line.group
    seats = f" {line.seats} x {written(line.price or 0)}" if line.seats else ""
    return f"{kind} {year} {source or ''}{seats} {written(line.amount)}"


def order_told(order: Order) -> str:
    lines = [line_told(one) for one in order.now.lines.values()]
    return f"{order.buyer} {order.supplier} {lines} on {order.now.day} start {order.starts_on}"


class Both:
    """One agreement in both. `story` is what was done, for whoever reads of a difference."""

    numbers = itertools.count(1)
    edges = 19
    """One day in so many is at an end of the term."""

    def __init__(self, door: Door, today: date, shape: int = 0, term: int = 0) -> None:
        """`term` chooses its first and last day: the first of TERMS is a long one."""
        self.door, self.today = door, today
        self.number, self.lead = f"M{next(self.numbers)}", BUYERS[0]
        self.names = itertools.count(1)
        self.story: list[str] = []
        self.credited: set[str] = set()
        self.approved_on: dict[str, date] = {}
        """The day of each approval: that of a credit of it is not before."""
        self.moved = False
        start, end = (today + timedelta(days=days) for days in TERMS[term])
        self.threshold = (None, None, 8_000, 15_000)[shape // 3 % 4]
        limits = self._limits(shape, min(start, today))  # what is signed is known from then
        self.model = Back(
            today=today,
            starts_on=start,
            ends_on=end,
            limits=limits,
            tariff=list(TARIFF),
            threshold=self.threshold,
        )
        self.sign(limits, start, end)

    def _limits(self, shape: int, start: date) -> list[Limit]:
        year = self.today.year
        tolerance = (0, 0, 10, 7)[shape % 4]
        chosen: list[Limit] = [
            Limit("year", {"year": year}, amounts=[(start, 90_000)]),
            Limit("kind", {"kind": "delivery"}, amounts=[(start, 70_001)], tolerance=tolerance),
            Limit("buyer", {"buyer": BUYERS[1]}, amounts=[(start, 50_000)]),
            Limit("supplier", {"supplier": SUPPLIERS[0]}, amounts=[(start, 85_000)]),
            Limit("source", {"funding": "F"}, amounts=[(start, 40_000)]),
            Limit("both", {"kind": "delivery", "year": year + 1}, amounts=[(start, 30_000)]),
            Limit("soft", {"kind": "development"}, "soft", amounts=[(start, 10_000)]),
            Limit("unknown", {"buyer": BUYERS[0]}, amounts=[(start, None)]),
        ]
        cap = None if shape % 33 == 0 and not self.threshold else 100_000
        kept = [limit for nth, limit in enumerate(chosen) if shape >> nth & 1]
        tolerance = 0 if self.threshold else (0, 5)[shape % 2]
        return [Limit(CAP, amounts=[(start, cap)], tolerance=tolerance), *kept]

    def both(self, said: str, asked: tuple[int, Any], model: Callable[[], None]) -> Any:
        """The service's answer, where both accept; None where both refuse."""
        status, answer = asked
        why, limits = "", frozenset[str]()
        if status >= 400:
            why = answer["type"].rpartition("/")[2]
            limits = frozenset(one["limit"] for one in answer.get("limits", ()))
        told: Refused | None = None
        try:
            model()
        except Refused as refused:
            told = refused
        self.story.append(f"{said} -> {status} {why} {sorted(limits) or ''}")
        if (status >= 400) != (told is not None):
            ours = f"refused, {told}" if told else "accepted"
            raise self.different(f"{ours} by the model; the service: {status} {answer}")
        if told and why == "cap-exceeded" and (told.why, told.limits) != ("limits", limits):
            raise self.different(f"by the model {told}; the service names {sorted(limits)}")
        if told and told.why == "limits" and why not in ("cap-exceeded", "no-room"):
            raise self.different(f"by the model {told}; by the service {why}")
        self.moved = told is None
        return None if told else answer

    def different(self, what: str) -> Different:
        return Different("\n".join([*self.story, "", what]))

    def act(self, order: str, verb: str, body: dict[str, Any], by: str = "orderer") -> Any:
        of = self.model.orders[order]
        organisation = of.supplier if by == "supplier" else of.buyer
        return self.door.ask(by, organisation, f"/orders/{order}/{verb}", body)

    def back(self, days: int) -> date:
        """The day of something that is done: today or earlier; many near the ends of the term."""
        near = self.today - timedelta(days=max(0, days))
        if days % self.edges == 0:
            ends = self.model.starts_on, self.model.ends_on
            near = ends[days // self.edges % 2] + timedelta(days=days % 3 - 1)
        return min(near, self.today)

    def some_order(self, which: int, *statuses: str) -> str | None:
        """An order that it suits; now and then one that it does not."""
        names = sorted(self.model.orders)
        suited = [name for name in names if self.model.orders[name].now.status in statuses]
        if suited and which != 7:
            names = suited
        return names[-1 - which % len(names)] if names else None

    def sign(self, limits: list[Limit], start: date, end: date) -> None:
        cap, *others = limits
        told = self.door.ask(
            "manager",
            BUYERS[0],
            "/agreements",
            {
                "number": self.number,
                "title": "Education",
                "cap": self.money(cap.amounts[0][1]),
                "buyers": [
                    {"organisation": self.lead, "role": "lead"},
                    {"organisation": BUYERS[1]},
                ],
                "suppliers": [{"organisation": name} for name in SUPPLIERS],
                "signed_on": str(min(start, self.today)),
                "starts_on": str(start),
                "ends_on": str(end),
                "regime": "lou_19a_direct" if self.threshold else "internal",
                "policy": {
                    "cap_tolerance": cap.tolerance,
                    "amendments": "lou_17" if self.threshold else "free",
                    "threshold": self.money(self.threshold),
                    "tariff": [{"days": days, "percent": part} for days, part in TARIFF],
                },
                "limits": [self.limit_body(one) for one in others],
            },
        )
        self.both(f"sign {cap} {others} to {end}", told, lambda: None)

    def money(self, ore: int | None) -> str | None:
        return None if ore is None else written(ore)

    def limit_body(
        self, limit: Limit, amount: int | None = -1, on: date = date.min
    ) -> dict[str, Any]:
        """A limit as it begins, or with an amount from a day, binding as it does then."""
        effect, tolerance = limit.binding(on)
        return {
            "name": limit.name,
            "amount": self.money(limit.amounts[-1][1] if amount == -1 else amount),
            "effect": effect,
            "tolerance": tolerance,
            **limit.where,
        }

    def not_before(self, name: str, days: int) -> date:
        """A day of something that is done to an order: not before the order itself."""
        return max(self.back(days), self.model.orders[name].history[0].day)

    def upon(self, name: str, status: str, days: int) -> date:
        """A day of something that stands on what made the order so: not before that."""
        made: date | None = None
        for was, now in itertools.pairwise([None, *self.model.orders[name].history]):
            before = None if was is None else (was.status, was.counter)
            if now is not None and now.status == status and before != (status, now.counter):
                made = now.day
        return max(self.not_before(name, days), made or date.min)

    # ── What both say ───────────────────────────────────────────────────────────────────────

    def compare(self, which: int) -> None:
        """Without a date, as of today, and on a day of those on which something begins."""
        days = self.model.days(self.model.starts_on)
        self._compared(None)
        self._compared(days[which * 7 % len(days)])

    def compare_all_days(self) -> None:
        begun = self.model.days(self.model.starts_on)
        for day in sorted({self.today, *begun, *(one - timedelta(days=1) for one in begun)}):
            if day >= self.model.starts_on:
                self._compared(day)

    def _compared(self, day: date | None) -> None:
        told = self.door.balance(self.number, day)
        names = [one["name"] for one in told["limits"]]
        for limit in self.model.limits.values():
            if limit.removed_on is not None and limit.removed_on <= (day or self.today):
                continue
            if limit.name not in names:
                raise self.different(f"no limit {limit.name} as of {day}")
            one = told["limits"][names.index(limit.name)]
            places = {name: read(one[name]) for name in ("reserved", "committed", "drawn")}
            theirs = (one["amount"], Use(**places), one["remaining"])
            on = day or self.today
            remaining = self.model.remaining(limit, on)
            amount = self.money(limit.amount(on))
            ours = (amount, self.model.use(limit, on), self.money(remaining))
            if ours != theirs:
                raise self.different(
                    f"{limit.name} as of {day or 'today'}: by the model {ours}, told {theirs}"
                )
            if day is None:
                room = self.money(self.model.room(limit.name))
                if room != one["room"]:
                    raise self.different(f"room of {limit.name}: {room}, told {one['room']}")
