"""Östersund: managers at all levels in groups of 30, ten sessions over two and a half years.

The groups, the ten sessions and the two mentors from the management group at every one of them
are from the founding document; the university and the figures are invented.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

from msgspec.structs import replace

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Player, Step
from ledger.domain import agreement, order
from ledger.domain.events import Party, RoundResult
from ledger.domain.order import InstalmentTerms, LineTerms, SessionTerms
from ledger.domain.regime import Policy, TariffStep

NUMBER = "OST-2023"
BUYER = Party(organisation="2120002528", name="Östersunds kommun")
SUPPLIER = Party(organisation="2021004524", name="Mittuniversitetet")
PEOPLE = {
    "manager": ("Ingemar Storsjöhag", BUYER.organisation),
    "orderer": ("Lisbet Frösåker", BUYER.organisation),
    "finance": ("Pernilla Odenvik", BUYER.organisation),
    "approver": ("Göran Jämtstig", BUYER.organisation),
    "supplier": ("Sune Högläger", SUPPLIER.organisation),
}
"""Role → who plays it, and for whom."""

KR = 100
PRICE = 65_000
"""Of a session, in kronor: 30 seats are paid for and 2 are free."""
MENTORS = 2

FIRST = (
    date(2024, 2, 6),
    date(2024, 4, 16),
    date(2024, 9, 10),
    date(2024, 12, 10),
    date(2025, 2, 11),
    date(2025, 5, 13),
    date(2025, 9, 16),
    date(2025, 11, 18),
    date(2026, 3, 10),
    date(2026, 8, 25),
)
"""The first group's sessions as they were planned."""


def _later(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def _sign(play: Player) -> None:
    command = agreement.SignAgreement(
        number=NUMBER,
        title="Ledarutveckling för chefer på alla nivåer",
        currency="SEK",
        cap=2_000_000 * KR,
        buyers=(BUYER,),
        suppliers=(SUPPLIER,),
        signed_on=date(2023, 11, 28),
        starts_on=date(2023, 12, 1),
        ends_on=date(2027, 11, 30),
        regime="lou_19a_direct",
        policy=Policy(
            tariff=(
                TariffStep(days=28, percent=25),
                TariffStep(days=21, percent=50),
                TariffStep(days=14, percent=100),
            ),
            answer_days=28,
        ),
    )
    play.do("manager", command)


def _group(round: int, on: date, years: int) -> Callable[[Player], object]:
    """A group of 30, its ten sessions so many years after the first group's."""
    days = [_later(day, years) for day in FIRST]

    def act(play: Player) -> None:
        command = order.PlaceOrder(
            agreement=NUMBER,
            buyer=BUYER.organisation,
            course=f"Ledarutveckling, grupp {round}",
            programme="Chefer på alla nivåer",
            round=round,
            challenge="Hur leder vi tillsammans, från enhet till ledningsgrupp?",
            seats=30,
            free_seats=2,
            minimum_seats=24,
            lines=_lines(play, days),
            sessions=tuple(SessionTerms(on=day) for day in days),
            instalments=tuple(
                InstalmentTerms(line=_line_of(play, day, days), amount=PRICE * KR, session=number)
                for number, day in enumerate(days, 1)
            ),
            ordered_on=on,
            starts_on=days[0],
            ends_on=days[-1],
        )
        play.do("orderer", command)

    return act


def _lines(play: Player, days: list[date]) -> tuple[LineTerms, ...]:
    """A line for each year in which there are sessions."""
    return tuple(
        LineTerms(
            kind="delivery",
            text=f"Träffar {year}",
            quantity=sessions,
            unit_price=PRICE * KR,
            year=year,
        )
        for year, sessions in sorted(Counter(play.year(day) for day in days).items())
    )


def _line_of(play: Player, day: date, days: Sequence[date]) -> int:
    """The line that a session of a day is on."""
    return sorted({play.year(one) for one in days}).index(play.year(day)) + 1


def _move(play: Player) -> None:
    command = order.MoveSession(
        order=play.order(1),
        session=6,
        on=date(2025, 4, 8),
        to=date(2025, 6, 10),
        reason="Kommunfullmäktige sammanträder",
    )
    play.do("supplier", command)


def _cancel(play: Player) -> None:
    command = order.CancelSession(
        order=play.order(1),
        session=9,
        on=date(2026, 2, 20),
        cancelled_by="supplier",
        reason="Läraren har slutat",
    )
    play.do("supplier", command)


def _hold(session: int, on: date, participants: int) -> Callable[[Player], object]:
    return lambda play: play.do(
        "supplier",
        order.HoldSession(
            order=play.order(1),
            session=session,
            on=on,
            participants=participants,
            mentors=MENTORS,
        ),
    )


RESULT = RoundResult(
    programme="Chefer på alla nivåer",
    round=1,
    result="Alla enheter har en utvecklingsplan som två nivåer av chefer har skrivit tillsammans",
    participants=32,
    completed=30,
)
"""What the first group came to, typed after the course: words, and counts that name nobody."""


def bill(number: str, session: int, on: date, line: int) -> Bill:
    """The university's e-invoice for a session of the first group."""
    text = f"Träff {session} av 10"
    return Bill(
        number=number,
        issued_on=on,
        agreement=NUMBER,
        order=f"{NUMBER}-0001",
        supplier=SUPPLIER,
        buyer=BUYER,
        buyer_reference="5101",
        lines=(BillLine(order_line=line, text=text, quantity=1, unit_price=PRICE * KR),),
    )


HELD = (
    (1, FIRST[0], 32, bill("95001", 1, date(2024, 2, 29), 1)),
    (2, FIRST[1], 31, bill("95002", 2, date(2024, 4, 30), 1)),
    (3, FIRST[2], 32, bill("95003", 3, date(2024, 9, 30), 1)),
    (4, FIRST[3], 30, bill("95004", 4, date(2025, 1, 15), 1)),
    (5, FIRST[4], 32, bill("95005", 5, date(2025, 2, 28), 2)),
    (6, date(2025, 6, 10), 29, bill("95006", 6, date(2025, 6, 30), 2)),
    (7, FIRST[6], 31, bill("95007", 7, date(2025, 9, 30), 2)),
    (8, FIRST[7], 32, bill("95008", 8, date(2025, 11, 28), 2)),
    (10, FIRST[9], 32, bill("95010", 10, date(2026, 9, 10), 3)),
)
"""The first group's sessions as they were held: number, day, how many took part, invoice.

The fourth was held in December 2024 and invoiced in January 2025.
"""


def _receive(bill: Bill, held_on: date) -> Callable[[Player], object]:
    """The invoice of a session, for the line of the year in which it was held."""
    (line,) = bill.lines

    def act(play: Player) -> None:
        named = replace(line, order_line=_line_of(play, held_on, FIRST))
        play.receive(replace(bill, lines=(named,)))

    return act


BILLS = tuple(one for _, _, _, one in HELD)
"""The university's e-invoices, in the order in which they arrive."""


def _session(number: int, drawn: int, committed: int, remaining: int) -> tuple[Step, Step]:
    """A session that was held, and its invoice; the figures are those after the invoice."""
    (one,) = (one for one in HELD if one[0] == number)
    _, day, participants, bill = one
    held = f"Session {number} held: {participants} took part, {MENTORS} mentors"
    return (
        Step(
            on=day,
            what=held,
            act=_hold(number, day, participants),
            after=Figures(0, committed + PRICE, drawn - PRICE, remaining),
        ),
        Step(
            on=bill.issued_on,
            what=f"Invoice {bill.number}: session {number}, 65 000",
            act=_receive(bill, day),
            after=Figures(0, committed, drawn, remaining),
        ),
    )


PROGRAMME: tuple[Step, ...] = (
    Step(
        on=date(2023, 11, 28),
        what="Signed: cap 2 000 000, to 2027-11-30",
        act=_sign,
        after=Figures(0, 0, 0, 2_000_000),
    ),
    Step(
        on=date(2023, 12, 4),
        what="Group 1 ordered: 30 seats and 2 free, ten sessions of 65 000",
        act=_group(1, date(2023, 12, 4), 0),
        after=Figures(650_000, 0, 0, 1_350_000),
    ),
    Step(
        on=date(2023, 12, 15),
        what="Group 1 confirmed",
        act=lambda play: play.confirm(1, date(2023, 12, 15)),
        after=Figures(0, 650_000, 0, 1_350_000),
    ),
    *_session(1, 65_000, 585_000, 1_350_000),
    *_session(2, 130_000, 520_000, 1_350_000),
    *_session(3, 195_000, 455_000, 1_350_000),
    *_session(4, 260_000, 390_000, 1_350_000),
    *_session(5, 325_000, 325_000, 1_350_000),
    Step(
        on=date(2025, 4, 8),
        what="Session 6 moved from May to June: no amount moves",
        act=_move,
        after=Figures(0, 325_000, 325_000, 1_350_000),
    ),
    *_session(6, 390_000, 260_000, 1_350_000),
    *_session(7, 455_000, 195_000, 1_350_000),
    *_session(8, 520_000, 130_000, 1_350_000),
    Step(
        on=date(2026, 1, 12),
        what="Group 2 ordered: 650 000, from 2027",
        act=_group(2, date(2026, 1, 12), 3),
        after=Figures(650_000, 130_000, 520_000, 700_000),
    ),
    Step(
        on=date(2026, 1, 19),
        what="Group 3 ordered: three groups fit, 1 950 000",
        act=_group(3, date(2026, 1, 19), 3),
        after=Figures(1_300_000, 130_000, 520_000, 50_000),
    ),
    Step(
        on=date(2026, 1, 26),
        what="Group 4: refused, 2 600 000 is 600 000 over",
        act=_group(4, date(2026, 1, 26), 3),
        after=Figures(1_300_000, 130_000, 520_000, 50_000),
        refused="cap-exceeded",
    ),
    Step(
        on=date(2026, 2, 2),
        what="Group 2 confirmed",
        act=lambda play: play.confirm(2, date(2026, 2, 2)),
        after=Figures(650_000, 780_000, 520_000, 50_000),
    ),
    Step(
        on=date(2026, 2, 2),
        what="Group 3 confirmed",
        act=lambda play: play.confirm(3, date(2026, 2, 2)),
        after=Figures(0, 1_430_000, 520_000, 50_000),
    ),
    Step(
        on=date(2026, 2, 20),
        what="Session 9 cancelled by the university: group 1 is 585 000",
        act=_cancel,
        after=Figures(0, 1_365_000, 520_000, 115_000),
    ),
    _session(10, 585_000, 1_300_000, 115_000)[0],
    Step(
        on=date(2026, 8, 25),
        what="Group 1 delivered: 30 paid and 2 free seats were used",
        act=lambda play: play.deliver(1, date(2026, 8, 25), 32),
        after=Figures(0, 1_365_000, 520_000, 115_000),
    ),
    _session(10, 585_000, 1_300_000, 115_000)[1],
    Step(
        on=date(2026, 10, 5),
        what="What group 1 came to: 32 took part, 30 completed it",
        act=lambda play: play.report(date(2026, 10, 5), RESULT),
        after=Figures(0, 1_300_000, 585_000, 115_000),
    ),
)
