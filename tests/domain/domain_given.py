"""A book of one agreement in memory: commands in, facts folded, states to look at."""

from datetime import date

from msgspec.structs import replace

from ledger.deciding import decide
from ledger.deciding.loaded import Loaded
from ledger.domain import agreement, drawdown, numbering, order, organisation
from ledger.domain.events import (
    AgreementEvent,
    By,
    New,
    NumberTaken,
    OrderEvent,
    OrganisationEvent,
    Party,
    Reasons,
)
from ledger.domain.given import Given
from ledger.domain.limits import Use
from ledger.domain.order import LineTerms
from ledger.domain.position import position
from ledger.domain.regime import Policy
from ledger.domain.sharing import Split, Weight

BUYER, SUPPLIER = "2120002403", "2021004524"
OTHER_BUYER, OTHER_SUPPLIER = "2120001470", "2021004052"
ORDERER = By(person="p-orderer", organisation=BUYER, role="orderer")
RECORDER = By(person="p-recorder", organisation=BUYER, role="economist")
APPROVER = By(person="p-approver", organisation=BUYER, role="approver")
OTHER_APPROVER = By(person="p-other-approver", organisation=BUYER, role="approver")
MANAGER = By(person="p-manager", organisation=BUYER, role="manager")
UNIVERSITY = By(person="p-university", organisation=SUPPLIER, role="supplier")
REASONS = Reasons(other_bidders="none", balance="as it was", scope="as it was", supplier="same")
START, END = date(2023, 9, 5), date(2027, 9, 4)
DAY = date(2024, 1, 15)


def kr(kronor: float) -> int:
    """Öre of an amount written in kronor."""
    return round(kronor * 100)


def line(kronor: float, kind: str = "delivery", **more) -> LineTerms:
    return LineTerms(kind=kind, amount=kr(kronor), **more)


def seats(count: int, price: float, **more) -> LineTerms:
    return LineTerms(kind="delivery", quantity=count, unit_price=kr(price), **more)


def weights(parts: dict[str, int]) -> tuple[Weight, ...]:
    return tuple(Weight(organisation=name, weight=weight) for name, weight in parts.items())


def split(method: str, parts: dict[str, int]) -> Split:
    return Split(method=method, parts=weights(parts))


def given(by: By = ORDERER, today: date = DAY, find=lambda stream: None) -> Given:
    """What a decision is handed that is asked by itself: nothing else is recorded."""
    return Given(by=by, today=today, find=find)


def signing(**more) -> agreement.SignAgreement:
    terms = {
        "number": "A1",
        "title": "Education",
        "currency": "SEK",
        "cap": kr(2_000_000),
        "buyers": (Party(organisation=BUYER),),
        "suppliers": (Party(organisation=SUPPLIER),),
        "signed_on": START,
        "starts_on": START,
        "ends_on": END,
        "regime": "lou_19_advertised",
        "policy": Policy(),
    }
    return agreement.SignAgreement(**{**terms, **more})


def _day_of(command) -> date:
    """When a command is given, where a test does not say it: on its own day."""
    if hasattr(command, "on"):
        return command.on
    return max(DAY, *(getattr(command, name, DAY) for name in ("ordered_on", "decided_on")))


class Book:
    """Every method decides, folds the facts, and answers with the name of what it concerned."""

    def __init__(self, **terms) -> None:
        self.log: list[tuple[New, By]] = []
        self.of: agreement.State | None = None
        self.orders: dict[str, order.State] = {}
        self.drawdowns: dict[str, drawdown.State] = {}
        self.rules: organisation.State | None = None
        self.do(signing(**terms))

    def decided(self, command, by: By = ORDERER, today=None) -> list[New]:
        """What a command comes to, as the service decides it; without `today`, on its own day."""
        return decide(command, Loaded(self.load, self.earlier), today or _day_of(command), by)

    def do(self, command, by: By = ORDERER, today=None) -> list[New]:
        """Decide a command and fold what it comes to."""
        return self.run(self.decided(command, by, today), by)

    def load(self, stream: str) -> tuple[int, object]:
        noun, _, name = stream.partition("/")
        found = {
            "agreement": {"A1": self.of},
            "order": self.orders,
            "drawdown": self.drawdowns,
            "organisation": {BUYER: self.rules},
            "access": {},
            "number": {numbering.fold("A1"): self.of and numbering.State(number="A1")},
        }
        return 1, found[noun].get(name)

    def earlier(self, stream: str, other: str) -> tuple[int, int] | None:
        streams = [new.stream for new, _ in self.log]
        if other not in streams:
            return None
        first = streams.index(other)
        return streams[:first].count(stream), first

    def own(self, name, by: By = ORDERER) -> By:
        """Somebody of the organisation whose order, or drawdown, it is."""
        mine = self.orders.get(name) or self.drawdowns[name]
        return replace(by, organisation=mine.buyer)

    def run(self, facts: list[New], by: By = ORDERER) -> list[New]:
        for new in facts:
            if isinstance(new.event, NumberTaken):  # of the signing: the book is of one agreement
                continue
            self.log.append((new, by))
            self.fold(new, by)
        return facts

    def fold(self, new: New, by: By) -> None:
        name = new.stream.partition("/")[2]
        if isinstance(new.event, AgreementEvent):
            self.of = agreement.evolve(self.of, new.event, new.effective_on, by)
        elif isinstance(new.event, OrderEvent):
            before = self.orders.get(name)
            self.orders[name] = order.evolve(before, new.event, new.effective_on, by)
        elif isinstance(new.event, OrganisationEvent):
            self.rules = organisation.evolve(self.rules, new.event, new.effective_on, by)
        else:
            before = self.drawdowns.get(name)
            self.drawdowns[name] = drawdown.evolve(before, new.event, new.effective_on, by)

    # ── Figures ───────────────────────────────────────────────────────────────────────────────

    @property
    def use(self) -> Use:
        return agreement.use_of(self.of, self.of.cap)

    @property
    def remaining(self) -> int:
        return self.of.cap.amount - self.use.total

    def used_by(self, organisation: str) -> Use:
        """What one organisation carries of the agreement, in öre."""
        lines = [t for t in self.of.totals if t.dimensions.buyer == organisation]
        return sum((total.use for total in lines), start=Use())

    def figures(self) -> tuple[float, float, float]:
        """Ordered, invoiced and remaining, in kronor."""
        ordered = sum(state.amount for state in self.orders.values())
        invoiced = sum(state.invoiced for state in self.orders.values())
        return ordered / 100, invoiced / 100, self.remaining / 100

    def places(self) -> tuple[float, float, float, float]:
        """Reserved, committed, drawn and remaining, in kronor."""
        use = self.use
        return tuple(a / 100 for a in (use.reserved, use.committed, use.drawn, self.remaining))

    def sum_of_positions(self) -> Use:
        total = Use()
        for state in self.orders.values():
            for use in position(order.holding(state)).values():
                total += use
        return total

    def as_told(self, name: str) -> order.State:
        """An order without how many facts it took."""
        state = self.orders[name]
        steps = tuple(replace(one, number=0) for one in state.past.steps)
        return replace(state, past=replace(state.past, steps=steps, facts=0, retold=False))

    # ── Agreement ─────────────────────────────────────────────────────────────────────────────

    def amend(self, cap=None, ground="17:9", on=DAY, **more) -> None:
        if cap is not None:
            more["cap"] = kr(cap)
        if ground == "17:14":
            more.setdefault("reasons", REASONS)
        self.do(
            agreement.AmendAgreement(
                **{"agreement": "A1", "ground": ground, "decision": "D", "decided_on": on, **more},
                effective_on=on,
            )
        )

    # ── The buyer's own rules ─────────────────────────────────────────────────────────────────

    def grant(self, person, *codes, limit=None, on=START, to=None, by=MANAGER) -> int:
        """A right to attest, its limit in kronor; its number."""
        command = organisation.GrantAttestRight(
            organisation=BUYER,
            person=person,
            responsibilities=codes or ("*",),
            starts_on=on,
            decision="D",
            limit=None if limit is None else kr(limit),
            ends_on=to,
        )
        return self.do(command, by)[0].event.number

    def end_right(self, number, on) -> None:
        command = organisation.EndAttestRight(
            organisation=BUYER, number=number, ends_on=on, decision="D"
        )
        self.do(command, MANAGER)

    def name_deputy(self, deputy, person, on=START, to=None, by=MANAGER) -> int:
        command = organisation.NameDeputy(
            organisation=BUYER,
            person=person,
            deputy=deputy,
            starts_on=on,
            decision="D",
            ends_on=to,
        )
        return self.do(command, by)[0].event.number

    def set_own_cost(self, *kinds, on=START) -> None:
        command = organisation.SetOwnCost(
            organisation=BUYER, own_cost=kinds, starts_on=on, decision="D"
        )
        self.do(command, MANAGER)

    def set_code_map(self, *parts, on=START, separator="-") -> None:
        command = organisation.SetCodeMap(
            organisation=BUYER, parts=parts, starts_on=on, decision="D", separator=separator
        )
        self.do(command, MANAGER)

    # ── Orders ────────────────────────────────────────────────────────────────────────────────

    def place(self, *lines, on=DAY, today=None, by=None, buyer=BUYER, **more) -> str:
        command = order.PlaceOrder(
            agreement="A1", buyer=buyer, course="C", lines=lines, ordered_on=on, **more
        )
        by = by or replace(ORDERER, organisation=buyer)
        return self.do(command, by, today or on)[0].event.number

    def confirm(self, name, on=DAY, today=None, by=UNIVERSITY) -> None:
        self.do(order.ConfirmOrder(order=name, on=on), by, today)

    def placed_and_confirmed(self, *lines, on=DAY, **more) -> str:
        name = self.place(*lines, on=on, **more)
        self.confirm(name, on)
        return name

    def decline(self, name, on=DAY, by=UNIVERSITY, today=None) -> None:
        command = order.DeclineOrder(order=name, on=on, reason="no")
        self.do(command, by, today)

    def counter(self, name, *lines, on=DAY, by=UNIVERSITY, **more) -> None:
        self.do(order.CounterOrder(order=name, on=on, lines=lines, **more), by)

    def accept(self, name, on=DAY) -> None:
        self.do(order.AcceptCounter(order=name, on=on), self.own(name))

    def reject_counter(self, name, on=DAY) -> None:
        command = order.RejectCounter(order=name, on=on, reason="no")
        self.do(command, self.own(name))

    def change(self, name, *lines, on=DAY, by=None, **more) -> None:
        command = order.ChangeOrder(order=name, on=on, reason="r", lines=lines or None, **more)
        self.do(command, by or self.own(name))

    def recode(self, name, line=1, on=DAY, by=ORDERER, **more) -> list[New]:
        return self.do(order.RecodeLine(order=name, on=on, line=line, **more), by)

    def cancel(self, name, on=DAY, **more) -> None:
        self.do(order.CancelOrder(order=name, on=on, **more), self.own(name))

    def start(self, name, on=DAY) -> None:
        self.do(order.StartOrder(order=name, on=on), self.own(name))

    def deliver(self, name, seats_used, on=DAY, **more) -> None:
        command = order.DeliverOrder(order=name, on=on, seats_used=seats_used, **more)
        self.do(command, self.own(name))

    def close(self, name, on=DAY, reason="Never invoiced.") -> None:
        self.do(order.CloseOrder(order=name, on=on, reason=reason), self.own(name))

    def reopen(self, name, on=DAY, by=None) -> None:
        command = order.ReopenOrder(order=name, on=on, reason="too early")
        self.do(command, by or self.own(name))

    def allocate(self, name, seats, on=DAY, by=None) -> None:
        command = order.AllocateSeats(order=name, on=on, seats=weights(seats))
        self.do(command, by or self.own(name))

    def move_seats(self, name, giver, receiver, seats, on=DAY, by=None) -> None:
        command = order.MoveSeats(order=name, on=on, giver=giver, receiver=receiver, seats=seats)
        self.do(command, by or self.own(name))

    def move_session(self, name, session, to, on=DAY, **more) -> None:
        command = order.MoveSession(order=name, session=session, on=on, to=to, **more)
        self.do(command, self.own(name))

    def hold(self, name, session, on, participants=1, mentors=0) -> None:
        command = order.HoldSession(
            order=name, session=session, on=on, participants=participants, mentors=mentors
        )
        self.do(command, self.own(name))

    def cancel_session(self, name, session, on=DAY, **more) -> None:
        command = order.CancelSession(order=name, session=session, on=on, **more)
        self.do(command, self.own(name))

    # ── Invoices ──────────────────────────────────────────────────────────────────────────────

    def record(self, invoice, kronor, name, on=DAY, *, parts=None, today=None, **more) -> str:
        """Record an invoice, or where it is negative a credit, on one order or on `parts`."""
        amount = kr(kronor)
        parts = parts or (drawdown.Part(order=name, amount=amount),)
        fields = {
            "type": "380" if amount >= 0 else "381",
            "supplier": SUPPLIER,
            "currency": "SEK",
            "agreement": "A1",
        }
        command = drawdown.RecordDrawdown(
            invoice=invoice, issued_on=on, amount=amount, parts=parts, **{**fields, **more}
        )
        return self.do(command, RECORDER, today or on)[0].event.id

    def approve(self, id, on=DAY, by=None, room=None, today=None) -> None:
        command = drawdown.ApproveDrawdown(drawdown=id, on=on, room=room)
        self.do(command, by or self.own(id, APPROVER), today)

    def reject(self, id, on=DAY, by=None) -> None:
        command = drawdown.RejectDrawdown(drawdown=id, on=on, reason="no")
        self.do(command, by or self.own(id, APPROVER))

    def withdraw(self, id, on=DAY, by=None) -> None:
        command = drawdown.WithdrawDrawdown(drawdown=id, on=on, reason="mistyped")
        self.do(command, by or self.own(id, RECORDER))

    def take_back(self, id, on=DAY, by=None) -> None:
        command = drawdown.TakeBackApproval(drawdown=id, on=on, reason="by mistake")
        self.do(command, by or self.own(id, OTHER_APPROVER))

    def move(self, id, *parts, on=DAY, by=None) -> None:
        """To parts, each an order, a line (or None) and kronor."""
        made = tuple(
            drawdown.Part(order=name, line=number, amount=kr(kronor))
            for name, number, kronor in parts
        )
        command = drawdown.MoveDrawdown(drawdown=id, on=on, reason="wrong order", parts=made)
        self.do(command, by or self.own(id, RECORDER))

    def draw(self, invoice, kronor, name, on=DAY, *, room=None, **more) -> str:
        """Record and approve."""
        id = self.record(invoice, kronor, name, on, **more)
        self.approve(id, on, room=room)
        return id
