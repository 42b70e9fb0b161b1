"""What the rows of an imported workbook ask for: commands, decided as by any other door."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

from ledger.application import seeing
from ledger.application.acts import act_of
from ledger.application.acts.act import Act
from ledger.application.asker import Asker
from ledger.application.bodies import opening, parsing
from ledger.application.bodies.terms import NUMBER
from ledger.application.doing import Here
from ledger.application.importing.faults import At, Fault, Faults, placed
from ledger.application.importing.reading import Given
from ledger.bounds import MAX_IMPORT_LINES
from ledger.deciding import Command
from ledger.domain import agreement, order
from ledger.domain.events import LineAmount, Source
from ledger.domain.order import LineTerms
from ledger.domain.refusals import Invalid, NotFound, Refusal, Unavailable
from ledger.service.whole import Whole
from ledger.wording import say, words

SIGN, PLACE, CONFIRM = (
    act_of("agreements", "sign"),
    act_of("orders", "place"),
    act_of("orders", "confirm"),
)
OF_LINE = ("kind", "text", "amount", "year", "codes")
OF_ORDER = ("course", "unit", "ordered_on", "buyer", "supplier", "starts_on", "ends_on", "seats")
DEFAULT_KIND = "delivery"


class _There(Here):
    """Where an act of a row is done: on what the rows before it leave."""

    def __init__(self, drafting: "Drafting", act: Act, name: str) -> None:
        super().__init__(drafting.asker, act, {"name": name} if name else {})
        self._drafting = drafting

    def agreement(self) -> agreement.State:
        return self._drafting.agreement(self.name)

    def order(self, number: str) -> order.State:
        found: order.State = self._drafting.whole.find(order.stream(number))
        return found

    def order_number(self, written: str) -> str:
        return written


class Drafting:
    """Decides the rows of one workbook, and notes what stands in their way."""

    def __init__(self, asker: Asker, whole: Whole, sha256: str, faults: Faults) -> None:
        self.asker, self.whole, self.faults = asker, whole, faults
        self.source = Source(format="import", sha256=sha256)
        self.agreements: dict[str, None] = {}
        """The numbers of those that rows were taken in of, in their order."""
        self.signed = self.orders = self.balances = 0
        self._failed: set[str] = set()
        self._marks: set[tuple[str, str]] = set()

    def agreement(self, number: str) -> agreement.State:
        """One of the workbook, or one that the asker sees. Raises NotFound."""
        if number not in self.agreements:
            is_one = re.fullmatch(NUMBER, number) is not None
            if not is_one or self.whole.find(agreement.stream(number)) is None:
                raise NotFound(what="agreement", name=number)
            seeing.agreement_state(self.asker, number)
            self.agreements[number] = None
        found: agreement.State = self.whole.find(agreement.stream(number))
        return found

    def _command(self, act: Act, name: str, body: dict[str, Any]) -> Command:
        assert act.body is not None, "what is made of an act has a body"
        return act.command_of(_There(self, act, name), parsing.load(act.body, body))

    # ── Agreements ────────────────────────────────────────────────────────────────────────────

    def sign(self, given: Given, limits: Sequence[Given]) -> None:
        """An agreement with its limits."""
        said = given.members
        number = str(said["number"])
        body: dict[str, Any] = {
            name: said[name]
            for name in ("number", "title", "signed_on", "starts_on", "ends_on", "currency")
            if name in said
        }
        body["regime"] = said.get("regime", "unknown")
        body["cap"] = None if isinstance(said["cap"], frozenset) else said["cap"]
        if not self._is_named(given):
            self._failed.add(number)
            return
        body["buyers"] = _parties(said["buyers"], said.get("buyer_names"))
        if len(body["buyers"]) > 1:
            for place, party in enumerate(body["buyers"]):
                party["role"] = "member" if place else "lead"
        body["suppliers"] = _parties(said["suppliers"], said.get("supplier_names"))
        body["limits"] = [
            {name: value for name, value in one.members.items() if name != "agreement"}
            for one in limits
        ]
        rows = [one.at for one in limits] or [given.at]

        def signed() -> None:
            self.whole.decide(self._command(SIGN, "", body))
            self.agreements[number] = None
            self.signed += 1

        try:
            signed()
        except Invalid as refusal:
            of_limits = [one for one in refusal.faults if one.pointer.startswith("/limits")]
            others = [one for one in refusal.faults if one not in of_limits]
            if others:
                self._note(Invalid(*others), [given.at])
            if of_limits:
                self._note(Invalid(*of_limits), rows)
            self._failed.add(number)
        except Refusal as refusal:
            self._note(refusal, [given.at])
            self._failed.add(number)

    def _is_named(self, given: Given) -> bool:
        """Whether each name is some party's."""
        before = self.faults.count
        for numbers, names in (("buyers", "buyer_names"), ("suppliers", "supplier_names")):
            called = _set_apart(given.members.get(names))
            if len(called) > len([*filter(None, _set_apart(given.members[numbers]))]):
                said = words("There are more names than organisation numbers.")
                self.faults.add(given.at.fault(said, names))
        return self.faults.count == before

    # ── Orders ────────────────────────────────────────────────────────────────────────────────

    def order(self, lines: Sequence[Given]) -> None:
        """An order in as many rows as it has lines: placed, confirmed, and invoiced before."""
        first = lines[0]
        number = str(first.members["agreement"])
        if number in self._failed or not self._is_one(lines):
            return
        body: dict[str, Any] = {
            name: first.members[name] for name in OF_ORDER if name in first.members
        }
        body["lines"] = [_line(one.members) for one in lines]
        rows = [one.at for one in lines]
        try:
            self.agreement(number)
            stream = self.whole.decide(self._command(PLACE, number, body))
        except Refusal as refusal:
            self._note(refusal, rows)
            return
        self.orders += 1
        name = stream.partition("/")[2]
        try:
            self._confirmed(first, name)
            self._invoiced(lines, name)
        except Refusal as refusal:
            self._note(refusal, rows, {"on": "confirmed_on"})
        self.whole.forget(stream)

    def _is_one(self, lines: Sequence[Given]) -> bool:
        first, before = lines[0], self.faults.count
        mark = str(first.members.get("order", ""))
        key = str(first.members["agreement"]), mark
        if mark and key in self._marks:
            said = words("The rows of order {order} do not stand together.", order=mark)
            self.faults.add(first.at.fault(said, "order"))
        self._marks.add(key)
        if len(lines) > MAX_IMPORT_LINES:
            said = words("An order has at most {most} rows.", most=str(MAX_IMPORT_LINES))
            self.faults.add(lines[MAX_IMPORT_LINES].at.fault(said, "order"))
        for one in lines[1:]:
            for name in (*OF_ORDER, "confirmed_on", "letter", "as_of", "evidence"):
                said_here = one.members.get(name)
                if said_here is not None and said_here != first.members.get(name):
                    said = words("This differs from the first row of the same order.")
                    self.faults.add(one.at.fault(said, name))
        if "letter" in first.members and "confirmed_on" not in first.members:
            said = words("The day is needed of what the supplier answered.")
            self.faults.add(first.at.fault(said, "confirmed_on"))
        return self.faults.count == before

    def _confirmed(self, first: Given, name: str) -> None:
        if "confirmed_on" not in first.members:
            return
        some = ("confirmed_on", "letter")
        body = {one: first.members[one] for one in some if one in first.members}
        self.whole.decide(self._command(CONFIRM, name, body))

    def _invoiced(self, lines: Sequence[Given], name: str) -> None:
        """What was invoiced of its lines before."""
        some = [
            {"line": place, "amount": one.members["invoiced"]}
            for place, one in enumerate(lines, 1)
            if _is_invoiced(one)
        ]
        if not some:
            return
        said = lines[0].members
        body = {"lines": some} | {one: said[one] for one in ("as_of", "evidence") if one in said}
        try:
            read = parsing.load(opening.InvoicedBefore, body)
            self.whole.decide(
                order.RecordInvoicedBefore(
                    order=name,
                    lines=msgspec.convert(read["lines"], tuple[LineAmount, ...]),
                    on=read["as_of"],
                    evidence=read["evidence"],
                    source=self.source,
                )
            )
            self.balances += 1
        except Refusal as refusal:
            rows = [one.at for one in lines if _is_invoiced(one)]
            self._note(refusal, rows, {"amount": "invoiced", "on": "as_of"})

    # ── Opening balances ──────────────────────────────────────────────────────────────────────

    def balance(self, lines: Sequence[Given]) -> None:
        """What was invoiced of no order that is told."""
        first = lines[0]
        said = first.members
        number = str(said["agreement"])
        if number in self._failed:
            return
        rows = [one.at for one in lines]
        try:
            of = self.agreement(number)
            body = {
                "what": said.get("what", self._what(str(said["as_of"]))),
                "buyer": said.get("buyer", self._only(of.buyers, self.asker.by.organisation)),
                "supplier": said.get("supplier", self._only(of.suppliers, "")),
                "lines": [_opening_line(one.members) for one in lines],
            } | {one: said[one] for one in ("as_of", "evidence", "unit", "beyond") if one in said}
            read = parsing.load(opening.OpeningBalance, body)
            self.whole.forget(
                self.whole.decide(
                    order.RecordOpeningBalance(
                        agreement=number,
                        on=read.pop("as_of"),
                        lines=msgspec.convert(read.pop("lines"), tuple[LineTerms, ...]),
                        source=self.source,
                        **read,
                    )
                )
            )
            self.balances += 1
        except Refusal as refusal:
            self._note(refusal, rows, {"on": "as_of"})

    def limits_of_none(self, limits: Mapping[str, Sequence[Given]]) -> None:
        """Limits are signed with their agreement; later ones are amendments."""
        for some in limits.values():
            said = words("The agreement of this limit is not in the workbook: amend it instead.")
            self.faults.add(some[0].at.fault(said, "agreement"))

    def nothing(self) -> None:
        self.faults.add(Fault(said=words("There is nothing in the workbook to import.")))

    def _what(self, as_of: str) -> str:
        said = words("Opening balance as of {day}", day=as_of)
        return say(said, self.asker.language)

    def _only(self, parties: Sequence[Any], otherwise: str) -> str:
        return parties[0].organisation if len(parties) == 1 else otherwise

    def _note(
        self, refusal: Refusal, rows: Sequence[At], members: Mapping[str, str] | None = None
    ) -> None:
        """Raises what is no fault of the row: that the ledger cannot be asked."""
        if isinstance(refusal, Unavailable):
            raise refusal
        for fault in placed(refusal, rows, members or {}):
            self.faults.add(fault)


def _parties(numbers: Any, names: Any) -> list[dict[str, str]]:
    """Organisation numbers, set apart by semicolons, each with its name."""
    called = _set_apart(names)
    return [
        {"organisation": number, "name": called[place] if place < len(called) else ""}
        for place, number in enumerate(filter(None, _set_apart(numbers)))
    ]


def _set_apart(written: Any) -> list[str]:
    """What semicolons, or lines of the cell, set apart; after the last there is nothing."""
    found = [one.strip() for one in re.split("[;\n]", str(written or ""))]
    while found and not found[-1]:
        found.pop()
    return found


def _is_invoiced(given: Given) -> bool:
    """Whether anything of the line was; a table has 0 where nothing was."""
    return str(given.members.get("invoiced", "")).strip("0.") != ""


def _line(said: Mapping[str, Any]) -> dict[str, Any]:
    return {"kind": DEFAULT_KIND} | {name: said[name] for name in OF_LINE if name in said}


def _opening_line(said: Mapping[str, Any]) -> dict[str, Any]:
    some = ("kind", "amount", "year")
    return {"kind": DEFAULT_KIND} | {name: said[name] for name in some if name in said}


def orders_of(rows: Iterator[Given]) -> Iterator[list[Given]]:
    """Rows that stand together and have the same mark are one order; one without is its own."""

    def key(given: Given) -> tuple[str, str, int]:
        mark = str(given.members.get("order", ""))
        return str(given.members["agreement"]), mark, 0 if mark else given.at.row

    for _, some in groupby(rows, key):
        yield list(some)


def balances_of(rows: Iterator[Given]) -> Iterator[list[Given]]:
    """Rows that stand together and differ by year, kind and amount alone are one balance."""

    def key(given: Given) -> tuple[Any, ...]:
        apart = ("agreement", "as_of", "buyer", "supplier", "unit", "what", "evidence", "beyond")
        return tuple(given.members.get(name) for name in apart)

    for _, some in groupby(rows, key):
        lines = list(some)
        for start in range(0, len(lines), MAX_IMPORT_LINES):
            yield lines[start : start + MAX_IMPORT_LINES]
