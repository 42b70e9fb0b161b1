"""Jönköping's leadership academy: a grant that pays for everything, within its period and ceiling.

The grant of 775 869 kr, its period, the thirteen municipalities, the development part and the
delivery part, at most 24 participants and 13 000 to 15 000 kr each at full 24 are from the
founding document; the supplier, the cap, the invoices and who has which seats are invented.
"""

from collections.abc import Callable
from datetime import date

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Funded, Player, Step
from ledger.domain import agreement, order
from ledger.domain.events import Party, PriceRange, RoundResult
from ledger.domain.funding import FundingSource
from ledger.domain.order import LineTerms
from ledger.domain.sharing import Split, Weight

NUMBER = "LED-2008"
SUPPLIER = Party(organisation="8260017333", name="Tekniska Högskolan i Jönköping")
"""The partner that the programme's document names; its number is not verified."""
JONKOPING = Party(organisation="2120000530", name="Jönköpings kommun", role="lead")
GNOSJO = Party(organisation="2120000506", name="Gnosjö kommun", role="member")
VETLANDA = Party(organisation="2120000571", name="Vetlanda kommun", role="member")
OTHERS = tuple(
    Party(organisation=organisation, name=f"{name} kommun", role="member")
    for organisation, name in (
        ("2120000498", "Aneby"),
        ("2120000589", "Eksjö"),
        ("2120000514", "Gislaveds"),
        ("2120001611", "Habo"),
        ("2120001603", "Mullsjö"),
        ("2120000548", "Nässjö"),
        ("2120000563", "Sävsjö"),
        ("2120000597", "Tranås"),
        ("2120000522", "Vaggeryds"),
        ("2120000555", "Värnamo"),
    )
)
MEMBERS = (JONKOPING, GNOSJO, VETLANDA, *OTHERS)
ONE_OF_24 = ("2120000498", "2120001603")
"""Whose seats are one of the 24; all others have two."""
ONE_OF_21 = (*ONE_OF_24, "2120001611", "2120000563", "2120000522")
"""Whose seats are one of the 21 that were filled."""
GRANT = "ESF"

PEOPLE = {
    "manager": ("Gunilla Vätterhed", JONKOPING.organisation),
    "orderer": ("Stefan Huskedal", JONKOPING.organisation),
    "finance": ("Marita Tändlund", JONKOPING.organisation),
    "approver": ("Roland Smedjeby", JONKOPING.organisation),
    "supplier": ("Eva-Lotta Kunskog", SUPPLIER.organisation),
}
"""Role → who plays it, and for whom."""

KR = 100


def seats(ones: tuple[str, ...]) -> tuple[Weight, ...]:
    """Two seats for each municipality, one for some."""
    return tuple(
        Weight(organisation=party.organisation, weight=1 if party.organisation in ones else 2)
        for party in MEMBERS
    )


def _sign(play: Player) -> None:
    command = agreement.SignAgreement(
        number=NUMBER,
        title="Ledarskapsakademin",
        currency="SEK",
        cap=460_000 * KR,
        buyers=MEMBERS,
        suppliers=(SUPPLIER,),
        signed_on=date(2008, 11, 3),
        starts_on=date(2008, 11, 3),
        ends_on=date(2009, 12, 31),
        regime="lou_19_advertised",
    )
    play.do("manager", command)


def _decide(play: Player) -> None:
    """The grant had been decided before the contract was signed; it is recorded when there is one.

    It would rather flag than refuse: what the grant does not cover the members pay.
    """
    source = FundingSource(
        name=GRANT,
        funder="Svenska ESF-rådet",
        ceiling=775_869 * KR,
        starts_on=date(2008, 11, 1),
        ends_on=date(2009, 6, 30),
    )
    command = agreement.DecideFunding(
        agreement=NUMBER, source=source, decision="ESF-beslut", decided_on=date(2008, 10, 20)
    )
    play.do("manager", command)


def _order(play: Player) -> None:
    """At full 24 a seat costs 14 400: the price holds from 13 000 to 15 000 a head."""
    lines = (
        LineTerms(
            kind="development",
            text="Utvecklingsdel",
            amount=100_000 * KR,
            year=play.year(date(2008, 12, 15)),
            funding=GRANT,
        ),
        LineTerms(
            kind="delivery",
            text="Genomförandedel, fast gruppris",
            amount=345_600 * KR,
            year=play.year(date(2009, 6, 12)),
            funding=GRANT,
            price_range=PriceRange(least_per_head=13_000 * KR, most_per_head=15_000 * KR),
        ),
    )
    command = order.PlaceOrder(
        agreement=NUMBER,
        buyer=JONKOPING.organisation,
        course="Ledarskapsakademin",
        programme="Ledarskapsakademin",
        round=1,
        challenge="Hur får länet fler ledare, kvinnor som män?",
        credits="7.5",
        seats=24,
        lines=lines,
        split=Split(method="seats", parts=seats(ONE_OF_24)),
        ordered_on=date(2008, 11, 10),
        starts_on=date(2009, 1, 12),
        ends_on=date(2009, 6, 12),
    )
    play.do("orderer", command)


def _fewer(play: Player) -> None:
    """Three seats were never filled; the price is the group's, whoever comes."""
    command = order.ChangeOrder(
        order=play.order(1),
        on=date(2009, 1, 7),
        seats=21,
        allocation=seats(ONE_OF_21),
        reason="Tre platser blev inte tillsatta",
    )
    play.do("orderer", command)


def _give_seat(play: Player) -> None:
    command = order.MoveSeats(
        order=play.order(1),
        on=date(2009, 4, 20),
        giver=GNOSJO.organisation,
        receiver=VETLANDA.organisation,
        seats=1,
        reason="En deltagare har bytt arbetsgivare",
    )
    play.do("orderer", command)


def _deliver(play: Player) -> None:
    """Women and men as counts alone, as the grant asks for them."""
    play.deliver(1, date(2009, 6, 12), 21, credits_awarded=19, women=11, men=10)


RESULT = RoundResult(
    programme="Ledarskapsakademin",
    round=1,
    result="Nitton tog sina 7,5 högskolepoäng, och sex har sökt en tjänst som chef",
    participants=21,
    completed=19,
    women=11,
    men=10,
)
"""Typed after the course: words, and counts that name nobody."""


def bill(number: str, on: date, line: BillLine) -> Bill:
    """An e-invoice of the university for the order."""
    return Bill(
        number=number,
        issued_on=on,
        agreement=NUMBER,
        order=f"{NUMBER}-0001",
        supplier=SUPPLIER,
        buyer=JONKOPING,
        buyer_reference="1801",
        lines=(line,),
    )


BILLS = (
    bill(
        "60001",
        date(2008, 12, 15),
        BillLine(order_line=1, text="Utvecklingsdel", quantity=1, unit_price=100_000 * KR),
    ),
    bill(
        "60002",
        date(2009, 3, 31),
        BillLine(order_line=2, text="Delbetalning 1", quantity=1, unit_price=172_800 * KR),
    ),
    bill(
        "60003",
        date(2009, 7, 2),
        BillLine(order_line=2, text="Delbetalning 2", quantity=1, unit_price=172_800 * KR),
    ),
)
"""The university's e-invoices, in the order in which they arrive; the last comes two days late."""


def _receive(bill: Bill) -> Callable[[Player], object]:
    return lambda play: play.receive(bill)


def _grant(*figures: int) -> dict[str, Figures]:
    return {GRANT: Figures(*figures)}


def _funded(*figures: int) -> dict[str, Funded]:
    """Eligible, not eligible, support; claimed and paid, where anything is."""
    return {GRANT: Funded(*figures)}


def _after_grant(
    on: date, what: str, act: Callable[[Player], object], claimed: int, paid: int
) -> Step:
    """A step after the last invoice, which moves nothing of the contract."""
    return Step(
        on=on,
        what=what,
        act=act,
        after=Figures(0, 0, 445_600, 14_400),
        limits=_grant(0, 0, 272_800, 503_069),
        funded=_funded(272_800, 172_800, 272_800, claimed, paid),
    )


PROGRAMME: tuple[Step, ...] = (
    Step(
        on=date(2008, 11, 3),
        what="Signed: cap 460 000, 100 000 of development and 360 000 of delivery",
        act=_sign,
        after=Figures(0, 0, 0, 460_000),
    ),
    Step(
        on=date(2008, 11, 3),
        what="The grant is recorded: 775 869 for 2008-11-01 to 2009-06-30, decided before",
        act=_decide,
        after=Figures(0, 0, 0, 460_000),
        limits=_grant(0, 0, 0, 775_869),
        funded=_funded(0, 0, 0),
    ),
    Step(
        on=date(2008, 11, 10),
        what="24 seats ordered: 100 000 development + 345 600 for the group",
        act=_order,
        after=Figures(445_600, 0, 0, 14_400),
        limits=_grant(445_600, 0, 0, 330_269),
        funded=_funded(0, 0, 0),
    ),
    Step(
        on=date(2008, 11, 17),
        what="The order is confirmed",
        act=lambda play: play.confirm(1, date(2008, 11, 17)),
        after=Figures(0, 445_600, 0, 14_400),
        limits=_grant(0, 445_600, 0, 330_269),
        funded=_funded(0, 0, 0),
    ),
    Step(
        on=date(2008, 12, 15),
        what="Invoice 60001: 100 000, all eligible",
        act=_receive(BILLS[0]),
        after=Figures(0, 345_600, 100_000, 14_400),
        limits=_grant(0, 345_600, 100_000, 330_269),
        funded=_funded(100_000, 0, 100_000),
    ),
    Step(
        on=date(2009, 1, 7),
        what="21 take part at the same group price: 16 457.14 a head, a warning",
        act=_fewer,
        after=Figures(0, 345_600, 100_000, 14_400),
        limits=_grant(0, 345_600, 100_000, 330_269),
        funded=_funded(100_000, 0, 100_000),
    ),
    Step(
        on=date(2009, 3, 31),
        what="Invoice 60002: 172 800, all eligible",
        act=_receive(BILLS[1]),
        after=Figures(0, 172_800, 272_800, 14_400),
        limits=_grant(0, 172_800, 272_800, 330_269),
        funded=_funded(272_800, 0, 272_800),
    ),
    Step(
        on=date(2009, 4, 20),
        what="Gnosjö gives one of its seats to Vetlanda: no total moves",
        act=_give_seat,
        after=Figures(0, 172_800, 272_800, 14_400),
        limits=_grant(0, 172_800, 272_800, 330_269),
        funded=_funded(272_800, 0, 272_800),
    ),
    Step(
        on=date(2009, 6, 12),
        what="Delivered: 21 seats used, 11 women and 10 men",
        act=_deliver,
        after=Figures(0, 172_800, 272_800, 14_400),
        limits=_grant(0, 172_800, 272_800, 330_269),
        funded=_funded(272_800, 0, 272_800),
    ),
    Step(
        on=date(2009, 7, 2),
        what="Invoice 60003: 172 800 after the grant's period, on the contract but not eligible",
        act=_receive(BILLS[2]),
        after=Figures(0, 0, 445_600, 14_400),
        limits=_grant(0, 0, 272_800, 503_069),
        funded=_funded(272_800, 172_800, 272_800),
    ),
    _after_grant(
        date(2009, 8, 14),
        "272 800 claimed of the grant: what it covers",
        lambda play: play.claim(GRANT, 272_800, "Slutansökan", date(2009, 8, 14)),
        272_800,
        0,
    ),
    _after_grant(
        date(2009, 8, 31),
        "What the academy came to: 21 took part, 19 completed it",
        lambda play: play.report(date(2009, 8, 31), RESULT),
        272_800,
        0,
    ),
    _after_grant(
        date(2009, 11, 16),
        "The funder has paid the 272 800",
        lambda play: play.paid(GRANT, 272_800, "Utbetalning", date(2009, 11, 16)),
        272_800,
        272_800,
    ),
)
