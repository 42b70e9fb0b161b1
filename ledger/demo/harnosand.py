"""Härnösand and Mittuniversitetet: the core case, from the signing to the last credit.

Parties, cap, signing day and term are from the founding document; the other figures are invented.
"""

from collections.abc import Callable
from datetime import date

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Player, Step
from ledger.domain import agreement, order
from ledger.domain.events import Party, Room, RoundResult
from ledger.domain.order import InstalmentTerms, LineTerms
from ledger.domain.regime import Policy, TariffStep

NUMBER = "SKO-2023"
BUYER, SUPPLIER = "2120002403", "2021004524"
PEOPLE = {
    "manager": ("Solveig Ådalsmo", BUYER),
    "orderer": ("Mattias Kvarnlöf", BUYER),
    "finance": ("Birgitta Norrsken", BUYER),
    "approver": ("Henrik Tallåsen", BUYER),
    "auditor": ("Ulla-Maj Granskog", BUYER),
    "supplier": ("Ragnhild Fjällstedt", SUPPLIER),
    "admin": ("Joakim Västvikare", BUYER),
}
"""Role → who plays it in the demonstration, and for whom."""

KR = 100
TARIFF = (
    TariffStep(days=28, percent=25),
    TariffStep(days=21, percent=50),
    TariffStep(days=14, percent=100),
)
"""What cancelling costs: a quarter four weeks before the start, all of it two weeks before."""


def _sign(play: Player) -> None:
    command = agreement.SignAgreement(
        number=NUMBER,
        title="Uppdragsutbildning för strategiskt styrd kompetensutveckling",
        currency="SEK",
        cap=2_000_000 * KR,
        buyers=(Party(organisation=BUYER, name="Härnösands kommun"),),
        suppliers=(Party(organisation=SUPPLIER, name="Mittuniversitetet"),),
        signed_on=date(2023, 9, 5),
        starts_on=date(2023, 9, 5),
        ends_on=date(2027, 9, 4),
        regime="lou_19a_direct",
        policy=Policy(tariff=TARIFF),
    )
    play.do("manager", command)


def _order(
    play: Player,
    round: int,
    on: date,
    lines: tuple[LineTerms, ...],
    starts: date,
    ends: date,
    seats: int,
    instalments: tuple[InstalmentTerms, ...] = (),
) -> None:
    play.do(
        "orderer",
        order.PlaceOrder(
            agreement=NUMBER,
            buyer=BUYER,
            course="Strategiskt styrd kompetensutveckling",
            programme="Strategiskt styrd kompetensutveckling",
            round=round,
            unit="Kommunledningskontoret",
            challenge="Vilken kompetens behöver vi om fem år?",
            credits="7.5",
            seats=seats,
            lines=lines,
            instalments=instalments,
            ordered_on=on,
            starts_on=starts,
            ends_on=ends,
        ),
    )


def _seats(count: int, price: int, year: int) -> LineTerms:
    return LineTerms(
        kind="delivery",
        text="Genomförande per deltagare",
        quantity=count,
        unit_price=price * KR,
        year=year,
    )


def _fixed(kind: str, text: str, amount: int, year: int) -> LineTerms:
    return LineTerms(kind=kind, text=text, amount=amount * KR, year=year)


def _first(play: Player) -> None:
    year = play.year(date(2024, 3, 22))
    lines = (_fixed("development", "Utvecklingsdel", 60_000, year), _seats(12, 15_000, year))
    _order(play, 1, date(2023, 11, 20), lines, date(2024, 1, 15), date(2024, 3, 22), 12)


def _second(play: Player) -> None:
    year = play.year(date(2024, 12, 13))
    lines = (_fixed("development", "Utvecklingsdel", 45_000, year), _seats(20, 14_000, year))
    _order(play, 2, date(2024, 6, 3), lines, date(2024, 9, 2), date(2024, 12, 13), 20)


def _third(play: Player) -> None:
    days = (date(2025, 5, 30), date(2026, 5, 29), date(2026, 12, 18))
    lines = tuple(
        _fixed("delivery", f"Delbetalning {number}", amount, play.year(day))
        for number, (amount, day) in enumerate(
            zip((250_000, 200_000, 150_000), days, strict=True), 1
        )
    )
    instalments = tuple(
        InstalmentTerms(line=number, amount=line.amount or 0, due_on=day)
        for number, (line, day) in enumerate(zip(lines, days, strict=True), 1)
    )
    _order(play, 3, date(2025, 2, 10), lines, date(2025, 3, 3), date(2026, 11, 27), 25, instalments)


def _too_large(play: Player) -> None:
    lines = (_fixed("delivery", "Program", 880_000, play.year(date(2026, 12, 11))),)
    _order(play, 4, date(2025, 11, 3), lines, date(2026, 2, 2), date(2026, 12, 11), 30)


def _cancel_seats(play: Player) -> None:
    """The tariff gives the fee: 25 days before the start, a quarter of 28 000."""
    command = order.CancelOrder(order=play.order(2), on=date(2024, 8, 8), seats=2, line=2)
    play.do("orderer", command)


def _amend(play: Player, on: date, decision: str, cap: int, *, uncovered: bool = False) -> None:
    play.do(
        "manager",
        agreement.AmendAgreement(
            agreement=NUMBER,
            ground="17:9",
            decision=decision,
            decided_on=on,
            effective_on=on,
            cap=cap * KR,
            record_uncovered=uncovered,
        ),
    )


RESULTS = (
    RoundResult(
        programme="Strategiskt styrd kompetensutveckling",
        round=1,
        result="Två förvaltningar har en kompetensplan för fem år, byggd på egna data",
        participants=11,
        completed=10,
    ),
    RoundResult(
        programme="Strategiskt styrd kompetensutveckling",
        round=2,
        result="Alla förvaltningar har en kompetensplan, och tre har prövat en ny befattning",
        participants=18,
        completed=16,
    ),
)
"""What the first two rounds came to, typed after them: words, and counts that name nobody."""


def bill(
    sequence: int,
    number: str,
    on: date,
    *lines: BillLine,
    credits: tuple[str, date] | None = None,
) -> Bill:
    """An e-invoice of the university for one of the orders; with `credits`, a credit note."""
    return Bill(
        number=number,
        issued_on=on,
        agreement=NUMBER,
        order=f"{NUMBER}-{sequence:04d}",
        supplier=Party(organisation=SUPPLIER, name="Mittuniversitetet"),
        buyer=Party(organisation=BUYER, name="Härnösands kommun"),
        buyer_reference="12345678",
        lines=lines,
        credits=credits,
    )


def bill_line(order_line: int, text: str, price: int, quantity: int = 1) -> BillLine:
    return BillLine(order_line=order_line, text=text, quantity=quantity, unit_price=price * KR)


BILLS = (
    bill(
        1,
        "90012345",
        date(2024, 3, 25),
        bill_line(1, "Utvecklingsdel", 60_000),
        bill_line(2, "Genomförande per deltagare", 15_000, 12),
    ),
    bill(
        1,
        "90012571",
        date(2024, 5, 10),
        bill_line(2, "Genomförande per deltagare, outnyttjad plats", 15_000),
        credits=("90012345", date(2024, 3, 25)),
    ),
    bill(
        2,
        "90013101",
        date(2024, 9, 2),
        bill_line(1, "Utvecklingsdel", 45_000),
        bill_line(2, "Genomförande, vid kursstart", 107_000),
    ),
    bill(2, "90013644", date(2024, 12, 16), bill_line(2, "Genomförande, vid kursslut", 152_000)),
    bill(3, "90014022", date(2025, 5, 30), bill_line(1, "Delbetalning 1", 250_000)),
    bill(3, "90014610", date(2026, 5, 29), bill_line(2, "Delbetalning 2", 200_000)),
    bill(3, "90014903", date(2026, 12, 18), bill_line(3, "Delbetalning 3", 160_000)),
    bill(
        3,
        "90015004",
        date(2027, 1, 12),
        bill_line(3, "Delbetalning 3, för mycket fakturerat", 10_000),
        credits=("90014903", date(2026, 12, 18)),
    ),
)
"""The university's e-invoices and credit notes, in the order in which they arrive."""

ROOM: dict[str, Room] = {"90012571": "cap", "90015004": "order"}
"""Where the approver lets the room of each credit note go."""


def _receive(number: str) -> Callable[[Player], object]:
    (found,) = (one for one in BILLS if one.number == number)
    return lambda play: play.receive(found, ROOM.get(number))


PROGRAMME: tuple[Step, ...] = (
    Step(
        on=date(2023, 9, 5),
        what="Signed: cap 2 000 000, to 2027-09-04",
        act=_sign,
        after=Figures(0, 0, 0, 2_000_000),
    ),
    Step(
        on=date(2023, 11, 20),
        what="Order 1: 60 000 development + 12 × 15 000",
        act=_first,
        after=Figures(240_000, 0, 0, 1_760_000),
    ),
    Step(
        on=date(2023, 11, 28),
        what="Order 1 confirmed",
        act=lambda play: play.confirm(1, date(2023, 11, 28), "BEKR-2023-017"),
        after=Figures(0, 240_000, 0, 1_760_000),
    ),
    Step(
        on=date(2024, 3, 22),
        what="Order 1 delivered: 11 of 12 seats used",
        act=lambda play: play.deliver(1, date(2024, 3, 22), 11, credits_awarded=10),
        after=Figures(0, 240_000, 0, 1_760_000),
    ),
    Step(
        on=date(2024, 3, 25),
        what="Invoice 90012345: 240 000",
        act=_receive("90012345"),
        after=Figures(0, 0, 240_000, 1_760_000),
    ),
    Step(
        on=date(2024, 4, 22),
        what="What round 1 came to: 11 took part, 10 completed it",
        act=lambda play: play.report(date(2024, 4, 22), RESULTS[0]),
        after=Figures(0, 0, 240_000, 1_760_000),
    ),
    Step(
        on=date(2024, 5, 10),
        what="Credit 90012571: one seat, back to the cap",
        act=_receive("90012571"),
        after=Figures(0, 0, 225_000, 1_775_000),
    ),
    Step(
        on=date(2024, 6, 3),
        what="Order 2: 45 000 + 20 × 14 000",
        act=_second,
        after=Figures(325_000, 0, 225_000, 1_450_000),
    ),
    Step(
        on=date(2024, 6, 11),
        what="Order 2 confirmed",
        act=lambda play: play.confirm(2, date(2024, 6, 11)),
        after=Figures(0, 325_000, 225_000, 1_450_000),
    ),
    Step(
        on=date(2024, 8, 8),
        what="Two seats cancelled 25 days ahead: fee 7 000 stays, 21 000 released",
        act=_cancel_seats,
        after=Figures(0, 304_000, 225_000, 1_471_000),
    ),
    Step(
        on=date(2024, 9, 2),
        what="Invoice 90013101: 152 000",
        act=_receive("90013101"),
        after=Figures(0, 152_000, 377_000, 1_471_000),
    ),
    Step(
        on=date(2024, 12, 13),
        what="Order 2 delivered: 18 seats used",
        act=lambda play: play.deliver(2, date(2024, 12, 13), 18, credits_awarded=16),
        after=Figures(0, 152_000, 377_000, 1_471_000),
    ),
    Step(
        on=date(2024, 12, 16),
        what="Invoice 90013644: 152 000",
        act=_receive("90013644"),
        after=Figures(0, 0, 529_000, 1_471_000),
    ),
    Step(
        on=date(2025, 1, 20),
        what="What round 2 came to: 18 took part, 16 completed it",
        act=lambda play: play.report(date(2025, 1, 20), RESULTS[1]),
        after=Figures(0, 0, 529_000, 1_471_000),
    ),
    Step(
        on=date(2025, 2, 10),
        what="Order 3: programme 600 000 in instalments 250/200/150",
        act=_third,
        after=Figures(600_000, 0, 529_000, 871_000),
    ),
    Step(
        on=date(2025, 2, 17),
        what="Order 3 confirmed",
        act=lambda play: play.confirm(3, date(2025, 2, 17)),
        after=Figures(0, 600_000, 529_000, 871_000),
    ),
    Step(
        on=date(2025, 5, 30),
        what="First instalment: 250 000",
        act=_receive("90014022"),
        after=Figures(0, 350_000, 779_000, 871_000),
    ),
    Step(
        on=date(2025, 11, 3),
        what="Order of 880 000: refused, 9 000 over",
        act=_too_large,
        after=Figures(0, 350_000, 779_000, 871_000),
        refused="cap-exceeded",
    ),
    Step(
        on=date(2026, 1, 20),
        what="Amendment +150 000 under 17 kap. 9 §",
        act=lambda play: _amend(play, date(2026, 1, 20), "KS 2026/12", 2_150_000),
        after=Figures(0, 350_000, 779_000, 1_021_000),
    ),
    Step(
        on=date(2026, 4, 14),
        what="Amendment +60 000: recorded as not covered by 17 kap. 9 §",
        act=lambda play: _amend(play, date(2026, 4, 14), "KS 2026/47", 2_210_000, uncovered=True),
        after=Figures(0, 350_000, 779_000, 1_021_000),
    ),
    Step(
        on=date(2026, 5, 29),
        what="Second instalment: 200 000",
        act=_receive("90014610"),
        after=Figures(0, 150_000, 979_000, 1_021_000),
    ),
    Step(
        on=date(2026, 12, 18),
        what="Third invoice 160 000 instead of 150 000: recorded, flagged, approved",
        act=_receive("90014903"),
        after=Figures(0, 0, 1_139_000, 1_011_000),
    ),
    Step(
        on=date(2027, 1, 12),
        what="Credit 90015004: 10 000",
        act=_receive("90015004"),
        after=Figures(0, 0, 1_129_000, 1_021_000),
    ),
)
