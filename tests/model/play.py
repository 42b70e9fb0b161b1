"""Plays the same commands to the service and to the model of the money, and compares what both say
after every one of them: accepted or refused, by which limits, every balance, what can be ordered.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from ledger.domain.calendar import SWEDEN
from tests.model.door import BUYERS, SUPPLIERS, Door, read, written
from tests.model.money import CAP, Invoice, Limit, Line, Model, Order, Refused, Use

Step = tuple[str, int, int, int, int]  # what, which, days, öre, shape

AGREEMENT = ("amend", "amend", "amend", "new_limit", "stop", "reopen")
ORDERS = (
    *("place", "place", "place", "place", "probe", "confirm", "confirm", "decline"),
    *("counter", "accept", "reject_counter", "change", "change", "cancel_seats", "cancel_seats"),
    *("cancel", "deliver", "close"),
)
INVOICES = (
    *("record", "record", "record", "approve", "approve", "approve", "approve", "reject"),
    *("credit", "reverse"),
)
STEPS = (*AGREEMENT, *ORDERS, *INVOICES)
SPAN = 120
"""So many days back things are done, and ahead amounts are set."""
MOST = 60_000
TARIFF = ((90, 25), (40, 50), (10, 100))
KINDS, SOURCES = ("delivery", "development"), (None, "F")


class Different(AssertionError):
    """The service and the model say different things."""


def steps_of(random: Random, count: int) -> list[Step]:
    """A play at random, as hypothesis would draw one."""
    return [
        (
            random.choice(STEPS),
            random.randrange(8),
            random.randrange(-SPAN, SPAN),
            random.randrange(1, MOST),
            random.randrange(1000),
        )
        for _ in range(count)
    ]


class Play:
    """One agreement in both. `story` is what was done, for whoever reads of a difference."""

    numbers = itertools.count(1)

    def __init__(self, door: Door, today: date, shape: int = 0, ended: bool = False) -> None:
        self.door, self.today = door, today
        self.number = f"M{next(self.numbers)}"
        self.names = itertools.count(1)
        self.story: list[str] = []
        self.credited: set[str] = set()
        start = today - timedelta(days=SPAN + 30)
        end = today - timedelta(days=20) if ended else today + timedelta(days=900)
        self.threshold = (None, None, 8_000, 15_000)[shape // 3 % 4]
        limits = self._limits(shape, start)
        self.model = Model(
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
        cap = None if shape % 33 == 0 else 100_000
        kept = [limit for nth, limit in enumerate(chosen) if shape >> nth & 1]
        tolerance = 0 if self.threshold else (0, 5)[shape % 2]
        return [Limit(CAP, amounts=[(start, cap)], tolerance=tolerance), *kept]

    # ── Both ──────────────────────────────────────────────────────────────────────────────────

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
        return None if told else answer

    def different(self, what: str) -> Different:
        return Different("\n".join([*self.story, "", what]))

    def act(self, order: str, verb: str, body: dict[str, Any], by: str = "orderer") -> Any:
        of = self.model.orders[order]
        organisation = of.supplier if by == "supplier" else of.buyer
        return self.door.ask(by, organisation, f"/orders/{order}/{verb}", body)

    # ── Steps ─────────────────────────────────────────────────────────────────────────────────

    def play(self, steps: list[Step]) -> None:
        for what, which, days, ore, shape in steps:
            getattr(self, what)(which, days, ore, shape)
            self.compare(which)
        self.compare_all_days()

    def back(self, days: int) -> date:
        """The day of something that is done: today or earlier."""
        return self.today - timedelta(days=max(0, days))

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
                "buyers": [{"organisation": name} for name in BUYERS],
                "suppliers": [{"organisation": name} for name in SUPPLIERS],
                "signed_on": str(start),
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

    def limit_body(self, limit: Limit, amount: int | None = -1) -> dict[str, Any]:
        return {
            "name": limit.name,
            "amount": self.money(limit.amounts[-1][1] if amount == -1 else amount),
            "effect": limit.effect,
            "tolerance": limit.tolerance,
            **limit.where,
        }

    # ── The agreement ─────────────────────────────────────────────────────────────────────────

    def amend(self, which: int, days: int, ore: int, shape: int) -> None:
        """The cap, or another limit, or both, from a day before or after today."""
        limits = list(self.model.limits.values())
        chosen = {CAP: self.model.limits[CAP]} if which % 3 == 0 else {}
        other = limits[shape % len(limits)]
        chosen[other.name] = other
        unknown = shape % 17 == 16 and not self.threshold
        amounts = dict.fromkeys(chosen, None if unknown else 2 * ore)
        if self.threshold and CAP in chosen:
            amounts[CAP] = 100_000 + ore // 3 - MOST // 6
        ground = "policy"
        if self.threshold:
            ground = ("17:9", "17:9", "17:10")[shape % 3]
        effective_on = self.today + timedelta(days=days)
        change: dict[str, Any] = {}
        if CAP in chosen:
            change["cap"] = self.money(amounts[CAP])
        if named := [one for one in chosen.values() if one.name != CAP]:
            change["limits"] = [self.limit_body(one, amounts[one.name]) for one in named]
        if all(one.amount(effective_on) == amounts[one.name] for one in chosen.values()):
            return  # what changes nothing is refused
        self.amended(f"amend {amounts}", change, effective_on, ground)

    def amended(self, said: str, change: dict[str, Any], effective_on: date, ground: str) -> None:
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
        self.both(
            f"{said} from {effective_on} on {ground}",
            told,
            lambda: self.model.amend(amounts, effective_on, ground),
        )

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
        self.model.add_limit(limit)
        ground = "17:10" if self.threshold else "policy"
        self.amended(f"new limit {limit}", change, effective_on, ground)

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

    # ── Orders ────────────────────────────────────────────────────────────────────────────────

    def lines(self, buyer: str, supplier: str, ore: int, shape: int) -> list[Line]:
        """One to three lines; some of seats, some of the same group, some of the next year."""
        told = []
        for nth in range(1 + shape % 3):
            bits = shape // 3 >> nth
            kind, source = KINDS[bits & 1], SOURCES[bits >> 2 & 1]
            group = (self.today.year + (bits >> 1 & 1), buyer, supplier, kind, source)
            part = max(1, ore // (1 + shape % 3) + nth)
            if (shape + nth) % 4 == 0:
                seats = 2 + shape % 5
                price = max(1, part // seats)
                told.append(Line(group, seats * price, seats, price))
            else:
                told.append(Line(group, part))
        return told

    def line_body(self, line: Line) -> dict[str, Any]:
        year, _, _, kind, source = line.group
        body = {"kind": kind, "year": year, **({"funding": source} if source else {})}
        if line.seats is None or line.price is None:
            return {**body, "amount": written(line.amount)}
        return {**body, "quantity": line.seats, "unit_price": written(line.price)}

    def asked(self, which: int, days: int, ore: int, shape: int) -> tuple[Order, dict[str, Any]]:
        buyer, supplier = BUYERS[which % 2], SUPPLIERS[which // 2 % 2]
        on = self.back(days)
        starts_on = None if shape % 5 == 0 else on + timedelta(days=shape % 150)
        lines = self.lines(buyer, supplier, ore, shape)
        order = self.model.placed(buyer, supplier, lines, on, starts_on)
        return order, {
            "course": "C",
            "supplier": supplier,
            "ordered_on": str(on),
            "lines": [self.line_body(one) for one in lines],
            **({"starts_on": str(starts_on)} if starts_on else {}),
        }

    def place(self, which: int, days: int, ore: int, shape: int) -> None:
        order, body = self.asked(which, days, ore, shape)
        told = self.door.ask("orderer", order.buyer, f"/agreements/{self.number}/orders", body)
        name = told[1].get("number", "")
        self.both(f"place {name} {_of(order)}", told, lambda: self.model.place(name, order))

    def probe(self, which: int, days: int, ore: int, shape: int) -> None:
        """An order of exactly what fits on a day, and of one öre more, tried only."""
        order, _ = self.asked(which, days, ore, shape - shape % 3)
        on, (line,) = order.now.day, order.now.lines.values()
        left = [
            most - self.model.use(limit, day).total
            for limit in self.model.limits.values()
            if limit.effect == "hard" and limit.matches(line.group)
            for day in self.model.days(on)
            if (most := limit.most(day)) is not None
        ]
        for amount in (min(left), min(left) + 1) if left and min(left) > 0 else (1,):
            self._tried(order, Line(line.group, amount))

    def _tried(self, order: Order, line: Line) -> None:
        now = replace(order.now, lines={1: line})
        order = replace(order, history=[now])
        body = {
            "course": "C",
            "supplier": order.supplier,
            "ordered_on": str(now.day),
            "lines": [self.line_body(line)],
        }
        path = f"/agreements/{self.number}/orders"
        told = self.door.ask("orderer", order.buyer, path, body, dry_run="true")

        def model() -> None:
            self.model.larger(now.day)
            self.model.fit("", order)

        self.both(f"try {_of(order)}", told, model)

    def confirm(self, which: int, days: int, ore: int, shape: int) -> None:
        suits = ("placed",)
        self._answer("confirm", "confirmed_on", which, days, self.model.confirm, suits)

    def decline(self, which: int, days: int, ore: int, shape: int) -> None:
        if shape % 3 == 0:
            suits = ("placed", "countered")
            model = self.model.decline
            self._answer("decline", "declined_on", which, days, model, suits, reason="r")

    def accept(self, which: int, days: int, ore: int, shape: int) -> None:
        suits, model = ("countered",), self.model.accept
        self._answer("accept", "accepted_on", which, days, model, suits, by="orderer")

    def reject_counter(self, which: int, days: int, ore: int, shape: int) -> None:
        members = {"by": "orderer", "path": "reject", "reason": "r"}
        suits, model = ("countered",), self.model.reject_counter
        self._answer("reject counter", "rejected_on", which, days, model, suits, **members)

    def _answer(
        self,
        said: str,
        member: str,
        which: int,
        days: int,
        model: Callable[[str, date], None],
        suits: tuple[str, ...],
        by: str = "supplier",
        path: str = "",
        **more: Any,
    ) -> None:
        if name := self.some_order(which, *suits):
            on = self.not_before(name, days)
            told = self.act(name, path or said, {member: str(on), **more}, by)
            self.both(f"{said} {name} on {on}", told, lambda: model(name, on))

    def not_before(self, name: str, days: int) -> date:
        """A day of something that is done to an order: not before the order itself."""
        return max(self.back(days), self.model.orders[name].history[0].day)

    def counter(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "placed", "countered"):
            order, on = self.model.orders[name], self.not_before(name, days)
            lines = self.lines(order.buyer, order.supplier, ore, shape)
            if net := self.model.net(order):  # what is invoiced keeps its line
                lines = [
                    Line(one.group, max(net[nth], ore // (nth + shape % 2), 1))
                    for nth, one in order.now.lines.items()
                ]
            body = {"countered_on": str(on), "lines": [self.line_body(one) for one in lines]}
            told = self.act(name, "counter", body, "supplier")
            said = f"counter {name} {[_line(one) for one in lines]} on {on}"
            self.both(said, told, lambda: self.model.counter(name, lines, on))

    def change(self, which: int, days: int, ore: int, shape: int) -> None:
        """Other amounts of the lines that are there, and now and then one more."""
        name = self.some_order(which, "placed", "confirmed")
        if name is None or any(one.fees for one in self.model.orders[name].now.lines.values()):
            return
        order, on = self.model.orders[name], self.not_before(name, days)
        net = self.model.net(order)
        if any(net[number] > one.amount for number, one in order.now.lines.items()):
            return
        lines = [
            Line(one.group, max(1, ore // (nth + 1)))
            if shape >> nth & 1
            else replace(one, amount=max(1, one.amount), seats=None, price=None)
            for nth, one in enumerate(order.now.lines.values())
        ]
        if shape % 4 == 3:
            lines += self.lines(order.buyer, order.supplier, ore // 2 + 1, shape - shape % 3)
        body = {
            "changed_on": str(on),
            "reason": "r",
            "lines": [self.line_body(one) for one in lines],
        }
        told = self.act(name, "change", body)
        said = f"change {name} {[_line(one) for one in lines]} on {on}"
        self.both(said, told, lambda: self.model.change(name, lines, on))

    def cancel_seats(self, which: int, days: int, ore: int, shape: int) -> None:
        name = self.some_order(which, "placed", "confirmed")
        if name is None:
            return
        order, on = self.model.orders[name], self.not_before(name, days)
        seated = [number for number, one in order.now.lines.items() if one.seats]
        if not seated:
            return
        number, seats = seated[shape % len(seated)], 1 + shape % 3
        fee = ore // 10 if shape % 3 == 0 else None
        body = {
            "cancelled_on": str(on),
            "line": number,
            "seats": seats,
            "reason": "r",
            **({} if fee is None else {"fee": written(fee)}),
        }
        told = self.act(name, "cancel", body)
        said = f"cancel {seats} seats of line {number} of {name}, fee {fee}, on {on}"
        self.both(said, told, lambda: self.model.cancel_seats(name, number, seats, fee, on))

    def cancel(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "placed", "confirmed", "countered"):
            on = self.not_before(name, days)
            fee = ore // 4 if shape % 2 else None
            body = {
                "cancelled_on": str(on),
                "reason": "r",
                **({} if fee is None else {"fee": written(fee)}),
            }
            told = self.act(name, "cancel", body)
            said = f"cancel {name}, fee {fee}, on {on}"
            self.both(said, told, lambda: self.model.cancel(name, fee, on))

    def deliver(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "confirmed"):
            on = self.not_before(name, days)
            told = self.act(name, "deliver", {"delivered_on": str(on), "seats_used": 1})
            self.both(f"deliver {name} on {on}", told, lambda: self.model.deliver(name))

    def close(self, which: int, days: int, ore: int, shape: int) -> None:
        if name := self.some_order(which, "confirmed", "cancelled"):
            on = self.not_before(name, days)
            told = self.act(name, "close", {"closed_on": str(on), "reason": "r"})
            self.both(f"close {name} on {on}", told, lambda: self.model.close(name, on))

    # ── Invoices ──────────────────────────────────────────────────────────────────────────────

    def parts(self, order: Order, ore: int, shape: int) -> dict[int, int]:
        """What is invoiced of some lines; now and then one of them below 0."""
        numbers = sorted(order.now.lines)
        chosen = [n for n in numbers if shape >> n & 1] or [numbers[shape % len(numbers)]]
        parts = {n: max(1, ore // (nth + 2)) for nth, n in enumerate(chosen)}
        if len(parts) > 1 and shape % 5 == 0:
            parts[chosen[-1]] = -max(1, parts[chosen[0]] // 3)
        return parts

    def record(self, which: int, days: int, ore: int, shape: int) -> None:
        name = self.some_order(which, "confirmed")
        if name and self.model.orders[name].now.counter is None:
            parts = self.parts(self.model.orders[name], ore, shape)
            self._recorded(name, parts, self.back(days), "380")

    def credit(self, which: int, days: int, ore: int, shape: int) -> None:
        """A credit of lines: now and then of more than was invoiced, or where nothing was."""
        name = self.some_order(which, "confirmed", "cancelled", "closed")
        if name and self.model.orders[name].now.counter is None:
            parts = self.parts(self.model.orders[name], ore // 2, shape - shape % 5 + 1)
            told = {number: -amount for number, amount in parts.items()}
            self._recorded(name, told, self.back(days), ("381", "380")[shape % 2])

    def _recorded(self, name: str, parts: dict[int, int], on: date, kind: str) -> None:
        body = {
            "invoice": f"I{self.number}-{next(self.names)}",
            "issued_on": str(on),
            "type": kind,
            "amount": written(sum(parts.values())),
            "lines": [
                {"order": name, "line": number, "amount": written(amount)}
                for number, amount in parts.items()
            ],
        }
        told = self.act(name, "drawdowns", body, "finance")
        id = told[1].get("id", "")
        self.both(
            f"record {id} of {name} {parts} issued {on}",
            told,
            lambda: self.model.record(id, name, parts, on),
        )

    def reverse(self, which: int, days: int, ore: int, shape: int) -> None:
        """Credit all that is left of an approved invoice, where no other credit of it waits."""
        found = [
            id
            for id, one in self.model.invoices.items()
            if one.amount > 0 and one.status == "approved" and id not in self.credited
        ]
        if not found:
            return
        id = found[which % len(found)]
        invoice = self.model.invoices[id]
        on = max(self.back(days), invoice.issued_on)
        body = {"invoice": f"R{self.number}-{next(self.names)}", "issued_on": str(on)}
        of = self.model.orders[invoice.order].buyer
        told = self.door.ask("finance", of, f"/drawdowns/{id}/reverse", body)
        self.credited.add(id)
        parts = {number: -amount for number, amount in invoice.parts.items()}
        of_it = told[1].get("id", "")
        said = f"reverse {id} by {of_it} issued {on}"
        self.both(said, told, lambda: self.model.record(of_it, invoice.order, parts, on))

    def some_waiting(self, which: int) -> tuple[str, Invoice] | None:
        found = [(id, one) for id, one in self.model.invoices.items() if one.status == "waiting"]
        return found[which % len(found)] if found else None

    def approve(self, which: int, days: int, ore: int, shape: int) -> None:
        if (found := self.some_waiting(which)) is None:
            return
        id, invoice = found
        on = max(self.back(days), invoice.issued_on)
        room = ("cap", "order")[shape % 2] if invoice.amount < 0 else None
        body = {"approved_on": str(on), **({"room": room} if room else {})}
        path, of = f"/drawdowns/{id}/approve", self.model.orders[invoice.order].buyer
        told = self.door.ask("approver", of, path, body)
        said = f"approve {id} on {on}, room {room}"
        self.both(said, told, lambda: self.model.approve(id, room))

    def reject(self, which: int, days: int, ore: int, shape: int) -> None:
        if (found := self.some_waiting(which)) is None:
            return
        id, invoice = found
        on = max(self.back(days), invoice.issued_on)
        body = {"rejected_on": str(on), "reason": "r"}
        of = self.model.orders[invoice.order].buyer
        told = self.door.ask("approver", of, f"/drawdowns/{id}/reject", body)
        self.both(f"reject {id} on {on}", told, lambda: self.model.reject(id))

    # ── What both say ─────────────────────────────────────────────────────────────────────────

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
            if day is None and ROOM:
                room = self.money(self.model.room(limit.name))
                if room != one["room"]:
                    raise self.different(f"room of {limit.name}: {room}, told {one['room']}")


ROOM = False


def _line(line: Line) -> str:
    year, _, _, kind, source = line.group
    seats = f" {line.seats} x {written(line.price or 0)}" if line.seats else ""
    return f"{kind} {year} {source or ''}{seats} {written(line.amount)}"


def _of(order: Order) -> str:
    lines = [_line(one) for one in order.now.lines.values()]
    return f"{order.buyer} {order.supplier} {lines} on {order.now.day} start {order.starts_on}"


def today() -> date:
    from datetime import datetime

    return datetime.now(SWEDEN).date()
