"""How a programme is played: each step through the service, as the person who would do it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

import msgspec

from ledger import intake
from ledger.bounds import MAX_PAGE
from ledger.clock import day_of
from ledger.deciding import Command
from ledger.demo.calendar import Calendar
from ledger.demo.e_invoice import Bill, written
from ledger.domain import agreement, drawdown, order
from ledger.domain.calendar import SWEDEN
from ledger.domain.coverage import coverage
from ledger.domain.events import By, Room, RoundResult
from ledger.domain.limits import CAP
from ledger.domain.refusals import Refusal
from ledger.projections import Views, drawdowns
from ledger.registry import Registry
from ledger.service import Outcome, Service

WRITTEN = Calendar()
"""The days that the programmes were written for."""


class Figures(msgspec.Struct, frozen=True):
    """What the balance is after a step, in kronor; `remaining` None where the cap is unknown."""

    reserved: int
    committed: int
    drawn: int
    remaining: int | None


class Funded(msgspec.Struct, frozen=True):
    """What a funding source came to by approved invoices, what was claimed of it and what the
    funder has paid, in kronor."""

    eligible: int
    not_eligible: int
    support: int
    claimed: int = 0
    paid: int = 0


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """A dated step, what it does, and the figures after it. `refused` names the refusal's type.

    The figures are of `agreement`, or where none is named of the programme's first. `limits` are
    those of limits beside the cap, by their names; `funded` is what funding sources came to, by
    theirs; `in_kind` is what has been given in kind, in kronor. `after` is None where nothing is
    said of the figures. `recorded` is on which day it is recorded, where that is not its own.
    """

    on: date
    what: str
    act: "Callable[[Player], object]"
    after: Figures | None
    refused: str = ""
    limits: Mapping[str, Figures] = {}
    in_kind: int = 0
    funded: Mapping[str, Funded] = {}
    agreement: str = ""
    recorded: date | None = None


class Programme(msgspec.Struct, frozen=True, kw_only=True):
    """A programme as data: its first agreement, who plays it (role → name, organisation), its
    steps, which may be of other agreements too. `place` is what people call it.
    """

    name: str
    place: str = ""
    number: str
    people: Mapping[str, tuple[str, str]]
    steps: tuple[Step, ...]


class Player:
    """Carries out the steps of one programme, each on its agreement, in the days of a calendar."""

    def __init__(
        self,
        service: Service,
        views: Views,
        registry: Registry,
        people: dict[str, By],
        number: str,
        calendar: Calendar = WRITTEN,
    ) -> None:
        self.service = service
        self.views = views
        self.registry = registry
        self.people = people
        self.first = number
        self.calendar = calendar
        self._now: datetime | None = None
        self.agreement = number

    def play(self, steps: Iterable[Step]) -> Iterator[tuple[Step, Figures]]:
        """Each step of a day before today, with the figures after it. Raises RuntimeError where
        one goes otherwise."""
        today = day_of(self.service.clock())
        for step in steps:
            if step.on < today:
                yield step, self.take(step)

    def take(self, step: Step) -> Figures:
        """Take a step, recorded on its own day where the log is not newer; the figures after it.

        Raises RuntimeError where it goes otherwise than it says.
        """
        self.carry_out(step, self._recorded_on(self.calendar.day(step.on)))
        return self.figures()

    def carry_out(self, step: Step, at: datetime) -> None:
        """Take a step, recorded at a moment. Raises RuntimeError where it goes otherwise than it
        says."""
        self._now = at
        self.agreement = step.agreement or self.first
        try:
            step.act(self)
            said = ""
        except Refusal as refusal:
            said = refusal.type
        finally:
            self._now = None
        if said != step.refused:
            raise RuntimeError(f"{step.on} {step.what}: {said or 'accepted'}")

    def _recorded_on(self, day: date) -> datetime:
        """Noon of a day, or when the log's newest fact was recorded, where that is later."""
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=SWEDEN).astimezone(UTC)
        newest = self.service.store.newest()
        return max(noon, newest or noon)

    def figures(self, limit: str = CAP) -> Figures:
        """What is in use of the cap, or of another limit by its name."""
        state: agreement.State = self.service.load(agreement.stream(self.agreement))[1]
        (found,) = (one for one in state.limits if one.name == limit)
        use = agreement.use_of(state, found)
        cap = found.amount
        return Figures(
            use.reserved // 100,
            use.committed // 100,
            use.drawn // 100,
            None if cap is None else (cap - use.total) // 100,
        )

    def in_kind(self) -> int:
        """What has been given in kind, in kronor."""
        state: agreement.State = self.service.load(agreement.stream(self.agreement))[1]
        return sum(share.amount for share in state.in_kind) // 100

    def funded(self) -> dict[str, Funded]:
        """What each funding source came to, in kronor."""
        state: agreement.State = self.service.load(agreement.stream(self.agreement))[1]
        self.views.catch_up()
        with self.views.database.reading() as connection:
            rows = drawdowns.listed(connection, agreement=self.agreement, limit=MAX_PAGE)
        return {
            one.funding.source.name: Funded(
                one.eligible // 100,
                sum(part.amount for part in one.not_eligible) // 100,
                one.support // 100,
                one.funding.claimed // 100,
                one.funding.paid // 100,
            )
            for one in coverage(state, [row.state for row in rows], {}).sources
        }

    def year(self, written: date) -> int:
        """The year of a day: what is of that year, in the play's days."""
        return self.calendar.day(written).year

    def do(self, role: str, command: Command) -> Outcome:
        return self._execute(role, self.calendar.moved(command))

    def _execute(self, role: str, command: Command) -> Outcome:
        return self.service.execute(command, self.people[role], now=self._now)

    def order(self, sequence: int) -> str:
        return f"{self.agreement}-{sequence:04d}"

    def confirm(self, sequence: int, on: date, reference: str = "") -> None:
        self.do(
            "supplier",
            order.ConfirmOrder(order=self.order(sequence), on=on, reference=reference),
        )

    def deliver(
        self,
        sequence: int,
        on: date,
        seats_used: int,
        *,
        credits_awarded: int | None = None,
        women: int | None = None,
        men: int | None = None,
    ) -> None:
        """Report an order delivered, as the supplier: counts alone."""
        command = order.DeliverOrder(
            order=self.order(sequence),
            on=on,
            seats_used=seats_used,
            credits_awarded=credits_awarded,
            women=women,
            men=men,
        )
        self.do("supplier", command)

    def report(self, on: date, result: RoundResult) -> None:
        """Report what a round came to, as the contract manager."""
        command = agreement.ReportResult(
            agreement=self.agreement,
            on=on,
            programme=result.programme,
            round=result.round,
            result=result.result,
            participants=result.participants,
            completed=result.completed,
            women=result.women,
            men=result.men,
        )
        self.do("manager", command)

    def claim(self, source: str, amount: int, reference: str, on: date) -> None:
        """Claim kronor of a grant, as finance."""
        command = agreement.ClaimFunding(
            agreement=self.agreement, name=source, amount=amount * 100, reference=reference, on=on
        )
        self.do("finance", command)

    def paid(self, source: str, amount: int, reference: str, on: date) -> None:
        """Record that the funder paid kronor of what was claimed, as finance."""
        command = agreement.ReceiveFunding(
            agreement=self.agreement, name=source, amount=amount * 100, reference=reference, on=on
        )
        self.do("finance", command)

    def receive(self, bill: Bill, room: Room | None = None) -> str:
        """Take in an e-invoice or credit as finance, approve it as the approver; its id.

        Raises RuntimeError where it was not recorded.
        """
        receipt = self.take_in(bill)
        if receipt.status != "recorded":
            raise RuntimeError(f"{bill.number}: {receipt.status} {receipt.why.says()}")
        day = self.calendar.day(bill.issued_on)
        command = drawdown.ApproveDrawdown(drawdown=receipt.drawdown, on=day, room=room)
        self._execute("approver", command)
        return receipt.drawdown

    def take_in(self, bill: Bill) -> intake.Receipt:
        """Take in an e-invoice or credit as finance: recorded and waiting, or in the queue."""
        finance = self.people["finance"]
        desk = intake.Desk(finance, self.service, self.views, self.registry, None, self._now)
        return intake.receive(written(self.calendar.moved(bill)), desk)
