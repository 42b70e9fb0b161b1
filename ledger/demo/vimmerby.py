"""Vimmerby: a joint programme that a grant pays 53 % of, a course of its own, one that is planned.

The joint programme with seven others, the course with outside management for Vimmerby alone and
the coming trainee programme are from the founding document; the parties but Vimmerby, the days
and the figures are invented. Of the course no cap is known, of the trainee programme nothing.
What Vimmerby's own staff teaches is no agreement and no drawdown.
"""

from collections.abc import Callable
from datetime import date

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Funded, Player, Step
from ledger.domain import agreement, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import Party
from ledger.domain.funding import FundingSource
from ledger.domain.order import LineTerms
from ledger.domain.regime import Policy
from ledger.domain.sharing import Split, Weight

JOINT, COURSE, TRAINEES = "ESF-2024", "LED-VIM", "TRA-VIM"
NUMBER = JOINT
SUPPLIER = Party(organisation="2021003096", name="Linköpings universitet")
VIMMERBY = Party(organisation="2120000787", name="Vimmerby kommun", role="lead")
OTHERS = tuple(
    Party(organisation=organisation, name=f"{name} kommun", role="member")
    for organisation, name in (
        ("2120000498", "Aneby"),
        ("2120000589", "Eksjö"),
        ("2120000548", "Nässjö"),
        ("2120000563", "Sävsjö"),
        ("2120000597", "Tranås"),
        ("2120000571", "Vetlanda"),
        ("2120000522", "Vaggeryds"),
    )
)
MEMBERS = (VIMMERBY, *OTHERS)
GRANT = "ESF"

PEOPLE = {
    "manager": ("Demo contract manager, Vimmerby", VIMMERBY.organisation),
    "orderer": ("Demo orderer, Vimmerby", VIMMERBY.organisation),
    "finance": ("Demo finance, Vimmerby", VIMMERBY.organisation),
    "approver": ("Demo approver, Vimmerby", VIMMERBY.organisation),
    "supplier": ("Demo university, Vimmerby", SUPPLIER.organisation),
}
"""Role → who plays it, and for whom."""

KR = 100
SHARE = 200_000
"""Of each of the eight, in kronor."""


def _sign_joint(play: Player) -> None:
    command = agreement.SignAgreement(
        number=JOINT,
        title="Gemensamt ledarprogram",
        currency="SEK",
        cap=1_600_000 * KR,
        buyers=MEMBERS,
        suppliers=(SUPPLIER,),
        signed_on=date(2024, 1, 15),
        starts_on=date(2024, 2, 1),
        ends_on=date(2025, 6, 30),
        regime="lou_19a_direct",
        policy=Policy(amendments="free"),
        limits=tuple(
            LimitTerms(name=party.name, amount=SHARE * KR, buyer=party.organisation)
            for party in MEMBERS
        ),
    )
    play.do("manager", command)


def _decide(play: Player) -> None:
    source = FundingSource(
        name=GRANT,
        funder="Svenska ESF-rådet",
        ceiling=848_000 * KR,
        starts_on=date(2024, 2, 1),
        ends_on=date(2025, 6, 30),
        share=5_300,
    )
    command = agreement.DecideFunding(
        agreement=JOINT, source=source, decision="ESF-beslut", decided_on=date(2024, 1, 29)
    )
    play.do("manager", command)


INSTALMENTS = (date(2024, 5, 31), date(2024, 10, 31), date(2025, 2, 28), date(2025, 6, 13))
"""The days of the university's four invoices of the joint programme."""


def _order_joint(play: Player) -> None:
    lines = tuple(
        LineTerms(
            kind="delivery",
            text=f"Delbetalning {i}",
            amount=400_000 * KR,
            year=on.year,
            funding=GRANT,
        )
        for i, on in enumerate(INSTALMENTS, 1)
    )
    parts = tuple(Weight(organisation=party.organisation, weight=3) for party in MEMBERS)
    command = order.PlaceOrder(
        agreement=JOINT,
        buyer=VIMMERBY.organisation,
        course="Gemensamt ledarprogram",
        challenge="Hur leder vi när kommunerna krymper?",
        seats=24,
        lines=lines,
        split=Split(method="seats", parts=parts),
        ordered_on=date(2024, 2, 5),
        starts_on=date(2024, 3, 4),
        ends_on=date(2025, 6, 5),
    )
    play.do("orderer", command)


def _deliver_joint(play: Player) -> None:
    command = order.DeliverOrder(order=play.order(1), on=date(2025, 6, 5), seats_used=24)
    play.do("supplier", command)


def _in_kind(play: Player) -> None:
    """The participants' time, which the grant counts as the members' own part."""
    for party in MEMBERS:
        command = agreement.RecordInKind(
            agreement=JOINT,
            organisation=party.organisation,
            amount=94_000 * KR,
            what="Deltagarnas tid",
            on=date(2025, 6, 16),
        )
        play.do("manager", command)


def _sign_alone(
    number: str, title: str, signed_on: date, starts_on: date, ends_on: date
) -> Callable[[Player], object]:
    """An agreement of Vimmerby alone, whose cap nobody has said."""
    command = agreement.SignAgreement(
        number=number,
        title=title,
        currency="SEK",
        cap=None,
        buyers=(VIMMERBY,),
        suppliers=(SUPPLIER,),
        signed_on=signed_on,
        starts_on=starts_on,
        ends_on=ends_on,
        regime="unknown",
    )
    return lambda play: play.do("manager", command)


def _order_course(play: Player) -> None:
    command = order.PlaceOrder(
        agreement=COURSE,
        buyer=VIMMERBY.organisation,
        course="Ledarskap i Vimmerby",
        lines=(LineTerms(kind="delivery", text="Kurs", amount=180_000 * KR, year=2025),),
        ordered_on=date(2025, 9, 1),
        starts_on=date(2025, 9, 29),
        ends_on=date(2025, 12, 5),
    )
    play.do("orderer", command)


def bill(number: str, of: str, on: date, line: BillLine) -> Bill:
    """An e-invoice of the university for an agreement's only order."""
    return Bill(
        number=number,
        issued_on=on,
        agreement=of,
        order=f"{of}-0001",
        supplier=SUPPLIER,
        buyer=VIMMERBY,
        buyer_reference="2201",
        lines=(line,),
    )


BILLS = (
    *(
        bill(
            f"8000{i}",
            JOINT,
            on,
            BillLine(order_line=i, text=f"Delbetalning {i}", quantity=1, unit_price=400_000 * KR),
        )
        for i, on in enumerate(INSTALMENTS, 1)
    ),
    bill(
        "80005",
        COURSE,
        date(2025, 12, 12),
        BillLine(order_line=1, text="Ledarskap i Vimmerby", quantity=1, unit_price=180_000 * KR),
    ),
)
"""The university's e-invoices, in the order in which they arrive."""


def _receive(bill: Bill) -> Callable[[Player], object]:
    return lambda play: play.receive(bill)


def _joint(
    reserved: int, committed: int, drawn: int, *, decided: bool = True
) -> dict[str, Figures]:
    """The figures of each share, an eighth of the whole, and of the grant, which covers it all."""
    eighth = (reserved // 8, committed // 8, drawn // 8)
    shares = {party.name: Figures(*eighth, SHARE - sum(eighth)) for party in MEMBERS}
    left = 1_600_000 - reserved - committed - drawn
    return {**shares, **({GRANT: Figures(reserved, committed, drawn, left)} if decided else {})}


def _instalment(i: int) -> Step:
    drawn = i * 400_000
    return Step(
        on=INSTALMENTS[i - 1],
        what=f"Invoice 8000{i}: 400 000, 50 000 for each; the grant pays 212 000 of it",
        act=_receive(BILLS[i - 1]),
        after=Figures(0, 1_600_000 - drawn, drawn, 0),
        limits=_joint(0, 1_600_000 - drawn, drawn),
        funded={GRANT: Funded(drawn, 0, drawn * 53 // 100)},
    )


_ALL = {GRANT: Funded(1_600_000, 0, 848_000)}
_NONE = {GRANT: Funded(0, 0, 0)}

PROGRAMME: tuple[Step, ...] = (
    Step(
        on=date(2024, 1, 15),
        what="The joint programme is signed: cap 1 600 000, 200 000 for each of eight",
        act=_sign_joint,
        after=Figures(0, 0, 0, 1_600_000),
        limits=_joint(0, 0, 0, decided=False),
    ),
    Step(
        on=date(2024, 1, 29),
        what="A grant of 53 % is decided: at most 848 000",
        act=_decide,
        after=Figures(0, 0, 0, 1_600_000),
        limits=_joint(0, 0, 0),
        funded=_NONE,
    ),
    Step(
        on=date(2024, 2, 5),
        what="24 seats ordered, three for each",
        act=_order_joint,
        after=Figures(1_600_000, 0, 0, 0),
        limits=_joint(1_600_000, 0, 0),
        funded=_NONE,
    ),
    Step(
        on=date(2024, 2, 12),
        what="The order is confirmed",
        act=lambda play: play.confirm(1, date(2024, 2, 12)),
        after=Figures(0, 1_600_000, 0, 0),
        limits=_joint(0, 1_600_000, 0),
        funded=_NONE,
    ),
    *(_instalment(i) for i in (1, 2, 3)),
    Step(
        on=date(2025, 6, 5),
        what="Delivered: 24 seats used",
        act=_deliver_joint,
        after=Figures(0, 400_000, 1_200_000, 0),
        limits=_joint(0, 400_000, 1_200_000),
        funded={GRANT: Funded(1_200_000, 0, 636_000)},
    ),
    _instalment(4),
    Step(
        on=date(2025, 6, 16),
        what="752 000 in kind, the participants' time: beside the balance",
        act=_in_kind,
        after=Figures(0, 0, 1_600_000, 0),
        limits=_joint(0, 0, 1_600_000),
        funded=_ALL,
        in_kind=752_000,
    ),
    Step(
        on=date(2025, 8, 18),
        what="A course for Vimmerby alone is signed: its cap is unknown",
        act=_sign_alone(
            COURSE,
            "Ledarskap i Vimmerby",
            date(2025, 8, 18),
            date(2025, 8, 18),
            date(2026, 6, 30),
        ),
        after=Figures(0, 0, 0, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2025, 9, 1),
        what="The course is ordered: 180 000",
        act=_order_course,
        after=Figures(180_000, 0, 0, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2025, 9, 8),
        what="The course is confirmed",
        act=lambda play: play.confirm(1, date(2025, 9, 8)),
        after=Figures(0, 180_000, 0, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2025, 12, 12),
        what="Invoice 80005: 180 000; remaining is unknown",
        act=_receive(BILLS[4]),
        after=Figures(0, 0, 180_000, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2026, 9, 14),
        what="A trainee programme is planned: no figures at all",
        act=_sign_alone(
            TRAINEES,
            "Traineeprogram med regionen",
            date(2026, 9, 14),
            date(2027, 9, 1),
            date(2029, 6, 30),
        ),
        after=Figures(0, 0, 0, None),
        agreement=TRAINEES,
    ),
)
