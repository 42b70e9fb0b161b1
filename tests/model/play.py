"""Plays the same commands to the service and to the model of the money, and compares what both say
after every one of them: accepted or refused, by which limits, every balance, what can be ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from tests.model.both import SPAN
from tests.model.door import BUYERS, Door, read
from tests.model.money import CAP, Limit
from tests.model.ordering import KINDS
from tests.model.turns import Turns

Step = tuple[str, int, int, int, int]  # what, which, days, öre, shape


class Theme(NamedTuple):
    """What is played often, so that a short play comes to it. `terms` are of TERMS, by number;
    `law`: 9 § judges, `seats`: every line is of seats, `most` öre are asked for at once; one day in
    `edges` is at an end of the term. Days are so far apart as `grid` says, so that they meet; there
    are so `few` orders, with all their lines `alike`, that much is done to each."""

    acts: tuple[str, ...]
    terms: tuple[int, ...] = (0, 0, 0, 1)
    law: bool = False
    seats: bool = False
    most: int = 50_000
    edges: int = 19
    grid: int = 1
    few: int = 99
    alike: bool = False


def acts(**often: int) -> tuple[str, ...]:
    return tuple(name for name, times in often.items() for _ in range(times))


BEGUN = acts(place=3, confirm=3)
THEMES = {
    "whole": Theme(
        acts(amend=3, new_limit=1, stop=1, reopen=1, place=4, probe=1, confirm=3, decline=1)
        + acts(counter=1, accept=1, reject_counter=1, change=2, cancel_seats=2, cancel=1)
        + acts(deliver=1, close=1, record=3, approve=4, reject=1, credit=1, reverse=1)
    ),
    "seats": Theme(
        BEGUN
        + acts(cancel_seats=6, cancel=2, record=4, approve=4, reject=1, credit=3, change=1)
        + acts(whittle=4),
        seats=True,
        most=20_000,
        few=2,
    ),
    "owed": Theme(
        BEGUN
        + acts(cancel_seats=3, cancel=3, deliver=2, change=3, record=3, approve=1, reject=3)
        + acts(whittle=3),
        seats=True,
        most=20_000,
        few=2,
    ),
    "credits": Theme(
        BEGUN
        + acts(record=4, approve=6, credit=5, reverse=2, cancel=2, close=2, reopen_order=1)
        + acts(credited_bare=3)
    ),
    "law": Theme(acts(amend=8, place=1, probe=1), law=True),
    "steps": Theme(acts(amend=8, probe=1), law=True, grid=40),
    "days": Theme(
        acts(amend=3, new_limit=2, remove_limit=1, place=2, fill=4, probe=3, confirm=3, change=2)
        + acts(counter=2, accept=2, close=1, cancel=1)
    ),
    "whittled": Theme(acts(place=3, confirm=3, whittle=6), seats=True, most=20_000, few=4),
    "late": Theme(
        acts(place=4, confirm=4, fill=4, probe=4, close=3, change=3, bind=2, amend=2)
        + acts(new_limit=1, remove_limit=2, between=3),
        edges=999,
        grid=40,
        alike=True,
    ),
    "term": Theme(
        acts(place=4, probe=4, confirm=2, counter=3, accept=3, change=4, stop=1, reopen=1),
        terms=(2, 3, 3, 4, 5, 6),
        most=9_000,
        edges=2,
    ),
    "beyond": Theme(
        acts(place=2, fill=2, confirm=4, record=6, approve=3, reject=1, close=1, probe=2),
        most=90_000,
    ),
    "larger": Theme(
        acts(place=2, confirm=3, record=5, change=5, counter=2, accept=2, reject=1, fill=1)
        + acts(stop=1, reopen=1, overfill=4),
        terms=(0, 2, 3),
        most=60_000,
        edges=3,
        few=2,
    ),
    "lines": Theme(
        BEGUN
        + acts(record=5, approve=5, credit=4, cancel_seats=3, cancel=2, close=1, reject=1)
        + acts(reverse=4),
        most=60_000,
        few=2,
        alike=True,
    ),
    "back": Theme(
        BEGUN
        + acts(record=4, approve=4, take_back=4, move=2, withdraw=1, reject=1, credit=2, reverse=1)
        + acts(cancel=1, cancel_seats=1, close=1, reopen_order=2, unpicked=4, shut=3)
    ),
    "held": Theme(acts(place=3, confirm=3, held_up=5), few=4),
}


NEEDS = {
    **dict.fromkeys(("confirm", "decline", "counter"), "place"),
    **dict.fromkeys(("accept", "reject_counter"), "counter"),
    **dict.fromkeys(("record", "change", "cancel", "cancel_seats", "deliver", "close"), "confirm"),
    **dict.fromkeys(("approve", "reject", "withdraw", "move"), "record"),
    **dict.fromkeys(("take_back", "reverse", "credit"), "approve"),
    **dict.fromkeys(("unpicked", "shut", "credited_bare"), "confirm"),
    "reopen_order": "close",
}
"""What is done instead, where there is nothing yet to do it to."""


def steps_of(random: Random, count: int, theme: Theme) -> list[Step]:
    """A play at random, as hypothesis would draw one."""
    return [
        (
            random.choice(theme.acts),
            random.randrange(8),
            random.randrange(-SPAN, SPAN),
            random.randrange(1, theme.most),
            random.randrange(1000),
        )
        for _ in range(count)
    ]


class Play(Turns):
    """One agreement in both, and what is done to it, its orders and their invoices."""

    def __init__(self, door: Door, today: date, theme: Theme, shape: int = 0) -> None:
        self.seats, self.alike, self.edges = theme.seats, theme.alike, theme.edges
        self.grid, self.few = theme.grid, theme.few
        if theme.law:
            shape = shape - shape % 12 + (6, 9)[shape % 2]
        super().__init__(door, today, shape, theme.terms[shape % len(theme.terms)])

    def play(self, steps: list[Step]) -> None:
        for what, which, days, ore, shape in steps:
            self.step(what, which, days - days % self.grid, ore, shape)
            if self.moved:
                self.compare(which)
        self.compare_all_days()

    def step(self, what: str, which: int, days: int, ore: int, shape: int) -> None:
        self.moved = False
        told = len(self.story)
        if what not in ("place", "fill") or len(self.model.orders) < self.few:
            getattr(self, what)(which, days, ore, shape)
        if len(self.story) == told and what in NEEDS:
            self.step(NEEDS[what], which, days, ore, shape)

    # ── The agreement ───────────────────────────────────────────────────────────────────────

    def amend(self, which: int, days: int, ore: int, shape: int) -> None:
        """The cap, or another limit, or both, from a day before or after today."""
        limits = [one for one in self.model.limits.values() if one.removed_on is None]
        chosen = {CAP: self.model.limits[CAP]} if which % 3 == 0 else {}
        other = limits[shape % len(limits)]
        chosen[other.name] = other
        unknown = shape % 17 == 16 and not self.threshold
        amounts = dict.fromkeys(chosen, None if unknown else 2 * ore)
        if self.threshold and CAP in chosen:
            amounts[CAP] = 100_000 + ore // 3 - 8_000
            if which % 2 == 0:  # what 9 § just covers, or just does not
                edge = min(10_000, self.threshold) - ore % 2
                amounts[CAP] = 100_000 + (edge if shape % 2 else -edge)
        ground = "policy"
        if self.threshold:
            ground = ("17:9", "17:9", "17:10")[shape % 3]
        effective_on = self.today + timedelta(days=days)
        change: dict[str, Any] = {}
        if CAP in chosen:
            change["cap"] = self.money(amounts[CAP])
        if named := [one for one in chosen.values() if one.name != CAP]:
            change["limits"] = [
                self.limit_body(one, amounts[one.name], effective_on) for one in named
            ]
        if all(one.amount(effective_on) == amounts[one.name] for one in chosen.values()):
            return  # what changes nothing is refused
        self.amended(f"amend {amounts}", change, effective_on, ground)

    def amended(
        self,
        said: str,
        change: dict[str, Any],
        effective_on: date,
        ground: str,
        new: Sequence[Limit] = (),
    ) -> None:
        told = self.door.ask(
            "manager",
            BUYERS[0],
            f"/agreements/{self.number}/amendments",
            {
                "change": change,
                "ground": ground,
                **({"clause": "C"} if ground == "17:10" else {}),
                "decision": f"D{next(self.names)}",
                "decided_on": str(min(effective_on, self.today)),
                "effective_on": str(effective_on),
            },
        )
        cap = {CAP: read(change["cap"])} if "cap" in change else {}
        amounts = cap | {one["name"]: read(one["amount"]) for one in change.get("limits", ())}

        def model() -> None:
            self.model.amend(amounts, effective_on, ground, new)
            for one in change.get("limit_rules", ()):
                self.model.bind(one["name"], one["effect"], one["tolerance"], effective_on)

        self.both(f"{said} from {effective_on} on {ground}", told, model)

    def bind(self, which: int, days: int, ore: int, shape: int) -> None:
        """How a limit binds, from a day before or after today."""
        limits = [one for one in self.model.limits.values() if one.removed_on is None]
        chosen = [one for one in limits if one.name != CAP]
        if not chosen:
            return
        limit, on = chosen[shape % len(chosen)], self.today + timedelta(days=days)
        effect = ("hard", "hard", "soft", "informational")[which % 4]
        rule = {"name": limit.name, "effect": effect, "tolerance": shape % 4 * 5}
        if limit.binding(on) != (rule["effect"], rule["tolerance"]):  # else nothing is changed
            ground = "17:10" if self.threshold else "policy"
            self.amended(f"bind {rule}", {"limit_rules": [rule]}, on, ground)

    def new_limit(self, which: int, days: int, ore: int, shape: int) -> None:
        """A limit that begins on a day: of a kind in a year, hard, soft or informational."""
        name = f"N{which % 2}"
        if name in self.model.limits:
            return
        where = {"kind": KINDS[shape % 2], "year": self.today.year + which % 2}
        effect = ("hard", "hard", "soft", "informational")[which % 4]
        limit = Limit(name, where, effect, tolerance=shape % 3 * 5)
        effective_on = self.today + timedelta(days=days)
        change = {"limits": [self.limit_body(replace(limit, amounts=[(effective_on, ore)]))]}
        ground = "17:10" if self.threshold else "policy"
        self.amended(f"new limit {limit}", change, effective_on, ground, [limit])

    def stop(self, which: int, days: int, ore: int, shape: int) -> None:
        if which == 0:
            self._status("suspend", self.model.stop)

    def reopen(self, which: int, days: int, ore: int, shape: int) -> None:
        if self.model.stopped or which == 7:
            self._status("reopen", self.model.reopen)

    def _status(self, verb: str, model: Callable[[], None]) -> None:
        body = {"reason": "r", "on": str(self.today)}
        told = self.door.ask("manager", BUYERS[0], f"/agreements/{self.number}/{verb}", body)
        self.both(verb, told, model)
