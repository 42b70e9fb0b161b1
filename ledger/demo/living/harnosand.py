"""Härnösand lately: a counter-offer, an order to answer, an invoice over its order and one that is
right, two in the queue, a deputy from today, and what was refused; 60 % of the cap is used."""

from collections.abc import Callable
from datetime import date, timedelta

from ledger.demo import harnosand
from ledger.demo.calendar import latest_before
from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.harnosand import BUYER, KR, NUMBER, SUPPLIER, bill, bill_line
from ledger.demo.living.scene import Scene, weekday, worked
from ledger.demo.play import Player, Programme, Step
from ledger.domain import access, drawdown, order, organisation
from ledger.domain.codes import RESPONSIBILITY, CodePart, CodeRange
from ledger.domain.events import Party
from ledger.domain.order import LineTerms

LAST = date(2026, 5, 29)
"""The programme is played to its second instalment."""
THIRD = date(2026, 12, 18)
"""The day of its third instalment, which is near: its invoice has come."""
DEPUTY = ("Siv Backåkra", BUYER, "approver")
BOTH = (*harnosand.PEOPLE["finance"], "approver")
"""Finance, who is an approver too."""
STRANGER = Party(organisation="5599999983", name="Ledarkompassen i Norr AB")
TERM, TERMS = 4, 3
"""Years of a municipal council, which appoints its auditors; here for three, so that whoever comes
back to the demonstration some years later still reads."""
FIRST_TERM = 2023


def scene(today: date) -> Scene:
    programme = Programme(
        name="harnosand", number=NUMBER, people=harnosand.PEOPLE, steps=harnosand.PROGRAMME
    )
    calendar = latest_before(THIRD, today - timedelta(days=10))
    return Scene(
        programme=programme,
        calendar=calendar,
        past=tuple(step for step in programme.steps if step.on <= LAST),
        lately=(
            _appointment(today),
            _code_map(calendar.day(date(2025, 2, 3))),
            *_closed(calendar.day(date(2025, 2, 3))),
            *_seminar(today),
            *_counter(today),
            *_waiting(today),
            *_invoices(today),
            _deputy(today),
        ),
        further={"deputy": DEPUTY, "both": BOTH},
    )


def _appointment(today: date) -> Step:
    """The auditor, by the council of today."""
    first = today.year - (today.year - FIRST_TERM) % TERM
    on = date(first - 1, 10, 24)

    def act(play: Player) -> None:
        command = access.AppointAuditor(
            person=play.people["auditor"].person,
            organisations=(BUYER,),
            starts_on=date(first, 1, 1),
            ends_on=date(first + TERMS * TERM - 1, 12, 31),
            decision=f"KF {on} § 148",
            on=on,
        )
        play.do("admin", command)

    return Step(on=on, what="The council appoints its auditor", act=act, after=None)


def _code_map(on: date) -> Step:
    """How the municipality codes its costs: no part has to be said when something is ordered."""

    def act(play: Player) -> None:
        command = organisation.SetCodeMap(
            organisation=BUYER,
            parts=(
                CodePart(name=RESPONSIBILITY, lengths=(4,), values=("1100", "4100", "5200")),
                CodePart(
                    name="verksamhet", lengths=(3,), ranges=(CodeRange(first="910", last="929"),)
                ),
                CodePart(
                    name="konto", lengths=(4,), ranges=(CodeRange(first="7050", last="7059"),)
                ),
            ),
            starts_on=on,
            decision=f"Kodplan {on.year}",
        )
        play.do("admin", command)

    return Step(on=on, what="The municipality's code map", act=act, after=None)


def _closed(on: date) -> tuple[Step, ...]:
    """The first two orders are closed: nothing more will be invoiced of them."""
    return tuple(
        Step(
            on=on,
            what=f"Order {sequence} closed",
            act=_doing(
                "manager",
                order.CloseOrder(
                    order=f"{NUMBER}-{sequence:04d}", on=on, reason="Allt är fakturerat"
                ),
            ),
            after=None,
        )
        for sequence in (1, 2)
    )


def _doing(role: str, command: order.CloseOrder | order.PlaceOrder) -> Callable[[Player], object]:
    return lambda play: play.do(role, command)


def _placed(
    on: date, course: str, lines: tuple[LineTerms, ...], starts_on: date, **more: object
) -> Step:
    command = order.PlaceOrder(
        agreement=NUMBER,
        buyer=BUYER,
        course=course,
        lines=lines,
        ordered_on=on,
        starts_on=starts_on,
        **more,  # type: ignore[arg-type]
    )
    return Step(on=on, what=f"Ordered: {course}", act=_doing("orderer", command), after=None)


def _fixed(text: str, amount: int, on: date) -> LineTerms:
    return LineTerms(kind="delivery", text=text, amount=amount * KR, year=on.year)


def _seminar(today: date) -> tuple[Step, ...]:
    """Order 4, delivered; of its two invoices one waits to be approved, and one, which names no
    order, in the queue."""
    ordered, confirmed = (worked(today - timedelta(days=days)) for days in (100, 94))
    held = weekday(today - timedelta(days=40))
    course = "Seminarium om förändringsledning"
    return (
        _placed(
            ordered,
            course,
            (
                _fixed("Heldag", 18_000, held),
                _fixed("Uppföljning", 12_000, today - timedelta(days=9)),
            ),
            held,
            ends_on=held,
            seats=40,
            unit="Kommunledningskontoret",
            challenge="Hur leder vi när uppdraget ändras?",
        ),
        Step(
            on=confirmed,
            what="Order 4 confirmed",
            act=lambda play: play.confirm(4, confirmed),
            after=None,
        ),
        Step(
            on=held,
            recorded=held + timedelta(days=4),
            what="Order 4 delivered: 37 of 40 seats used",
            act=lambda play: play.deliver(4, held, 37),
            after=None,
        ),
    )


def _counter(today: date) -> tuple[Step, ...]:
    """Order 5: the university offers more seats at another price, and the orderer is to answer."""
    ordered, offered = (worked(today - timedelta(days=days)) for days in (14, 10))
    starts_on, ends_on = (weekday(today + timedelta(days=days)) for days in (60, 110))

    def seats(count: int, price: int) -> LineTerms:
        return LineTerms(
            kind="delivery",
            text="Plats",
            quantity=count,
            unit_price=price * KR,
            year=ends_on.year,
        )

    def offer(play: Player) -> None:
        command = order.CounterOrder(
            order=play.order(5),
            on=offered,
            lines=(seats(12, 7_000),),
            seats=12,
            reason="Med två platser till blir priset per plats lägre",
        )
        play.do("supplier", command)

    return (
        _placed(
            ordered,
            "Att leda i förändring",
            (seats(10, 7_500),),
            starts_on,
            ends_on=ends_on,
            seats=10,
            respond_by=today + timedelta(days=14),
            unit="Socialförvaltningen",
            challenge="Hur behåller vi våra enhetschefer?",
        ),
        Step(
            on=offered,
            what="Order 5: the university offers 12 seats for 84 000",
            act=offer,
            after=None,
        ),
    )


def _waiting(today: date) -> tuple[Step, ...]:
    """Order 6 waits for the university, with nine days left."""
    ordered = worked(today - timedelta(days=5))
    starts_on, ends_on = (weekday(today + timedelta(days=days)) for days in (45, 75))
    return (
        _placed(
            ordered,
            "Handledning i grupp",
            (_fixed("Sex träffar", 37_000, ends_on),),
            starts_on,
            ends_on=ends_on,
            seats=8,
            respond_by=today + timedelta(days=9),
            unit="Skolförvaltningen",
            challenge="Hur håller rektorer ut?",
        ),
    )


def _invoices(today: date) -> tuple[Step, ...]:
    """The third instalment, 10 000 over its order, one that is as ordered, and two that wait in the
    queue."""
    issued, came = today - timedelta(days=9), worked(today - timedelta(days=2))
    third = bill(3, "90014903", issued, bill_line(3, "Delbetalning 3", 160_000))
    right = bill(4, "90014941", issued, bill_line(2, "Uppföljning", 12_000))
    without = Bill(
        number="90014950",
        issued_on=worked(today - timedelta(days=6)),
        agreement="",
        order="",
        supplier=Party(organisation=SUPPLIER, name="Mittuniversitetet"),
        buyer=Party(organisation=BUYER, name="Härnösands kommun"),
        buyer_reference="12345678",
        lines=(bill_line(0, "Seminarium om förändringsledning", 18_000),),
    )
    unknown = Bill(
        number="55-118",
        issued_on=worked(today - timedelta(days=8)),
        agreement="",
        order="LK-2207",
        supplier=STRANGER,
        buyer=Party(organisation=BUYER, name="Härnösands kommun"),
        buyer_reference="12345678",
        lines=(BillLine(order_line=0, text="Föreläsning", quantity=1, unit_price=18_500 * KR),),
    )
    queued = worked(today - timedelta(days=3))
    return (
        *(
            Step(
                on=queued,
                what=f"Invoice {one.number}: in the queue",
                act=_taking_in(one, "queued"),
                after=None,
            )
            for one in (unknown, without)
        ),
        Step(
            on=issued,
            recorded=came,
            what="Invoice 90014903: 160 000 instead of 150 000, waits",
            act=_taking_in(third, "recorded"),
            after=None,
        ),
        Step(
            on=issued,
            recorded=came,
            what="Invoice 90014941: 12 000 as ordered, waits",
            act=_taking_in(right, "recorded"),
            after=None,
        ),
        _attested_alone(third, max(came, worked(today - timedelta(days=1)))),
    )


def _taking_in(one: Bill, status: str) -> Callable[[Player], object]:
    def act(play: Player) -> None:
        receipt = play.take_in(one)
        if receipt.status != status:
            raise RuntimeError(f"{one.number}: {receipt.status} {receipt.why.says()}")

    return act


def _attested_alone(one: Bill, on: date) -> Step:
    """Whoever took the invoice in would approve it too."""
    id = drawdown.identity(SUPPLIER, one.number, one.issued_on, "380")
    return Step(
        on=on,
        what=f"Invoice {one.number}: approved by who recorded it, refused",
        act=lambda play: play.do("both", drawdown.ApproveDrawdown(drawdown=id, on=on)),
        after=None,
        refused="four-eyes",
    )


def _deputy(today: date) -> Step:
    """From today somebody stands in for the approver."""

    def act(play: Player) -> None:
        command = organisation.NameDeputy(
            organisation=BUYER,
            person=play.people["approver"].person,
            deputy=play.people["deputy"].person,
            starts_on=today,
            ends_on=today + timedelta(days=20),
            decision=f"Delegationsbeslut {today.year}:7",
        )
        play.do("admin", command)

    on = worked(today - timedelta(days=1))
    return Step(on=on, what="A deputy for the approver, from today", act=act, after=None)
