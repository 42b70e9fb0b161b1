"""Vimmerby's joint programme with seven other municipalities, which a grant pays 53 % of.

The joint programme with seven others is from the founding document; the parties but Vimmerby, the
days and the figures are invented.
"""

from collections.abc import Callable
from datetime import date

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Funded, Player, Step
from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import Party, RoundResult
from ledger.domain.funding import FundingSource
from ledger.domain.order import LineTerms
from ledger.domain.regime import Policy
from ledger.domain.sharing import Split, Weight

JOINT = "ESF-2024"
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


def _grant_to(ends_on: date) -> FundingSource:
    return FundingSource(
        name=GRANT,
        funder="Svenska ESF-rådet",
        ceiling=848_000 * KR,
        starts_on=date(2024, 2, 1),
        ends_on=ends_on,
        share=5_300,
    )


def _decide(play: Player) -> None:
    command = agreement.DecideFunding(
        agreement=JOINT,
        source=_grant_to(date(2025, 5, 31)),
        decision="ESF-beslut",
        decided_on=date(2024, 1, 29),
    )
    play.do("manager", command)


def _extend(play: Player) -> None:
    """The period is extended to the programme's end, and the invoice that came after the first one
    is judged again."""
    day = date(2025, 8, 25)
    command = agreement.ChangeFunding(
        agreement=JOINT,
        source=_grant_to(date(2025, 6, 30)),
        decision="ESF-beslut om förlängning",
        decided_on=day,
    )
    play.do("manager", command)
    last = BILLS[3]
    id = drawdown.identity(SUPPLIER.organisation, last.number, last.issued_on, "380")
    play.do("finance", drawdown.JudgeAgain(drawdown=id, on=day))


INSTALMENTS = (date(2024, 5, 31), date(2024, 10, 31), date(2025, 2, 28), date(2025, 6, 13))
"""The days of the university's four invoices of the joint programme."""


def _order_joint(play: Player) -> None:
    lines = tuple(
        LineTerms(
            kind="delivery",
            text=f"Delbetalning {i}",
            amount=400_000 * KR,
            year=play.year(on),
            funding=GRANT,
        )
        for i, on in enumerate(INSTALMENTS, 1)
    )
    parts = tuple(Weight(organisation=party.organisation, weight=3) for party in MEMBERS)
    command = order.PlaceOrder(
        agreement=JOINT,
        buyer=VIMMERBY.organisation,
        course="Gemensamt ledarprogram",
        programme="Gemensamt ledarprogram",
        round=1,
        challenge="Hur leder vi när kommunerna krymper?",
        seats=24,
        lines=lines,
        split=Split(method="seats", parts=parts),
        ordered_on=date(2024, 2, 5),
        starts_on=date(2024, 3, 4),
        ends_on=date(2025, 6, 5),
    )
    play.do("orderer", command)


RESULT = RoundResult(
    programme="Gemensamt ledarprogram",
    round=1,
    result="Varje kommun har delat en tjänst eller ett system med en annan",
    participants=24,
    completed=23,
)
"""What the joint programme came to, typed after it: words, and counts that name nobody."""


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


BILLS = tuple(
    bill(
        f"8000{i}",
        JOINT,
        on,
        BillLine(order_line=i, text=f"Delbetalning {i}", quantity=1, unit_price=400_000 * KR),
    )
    for i, on in enumerate(INSTALMENTS, 1)
)
"""The university's e-invoices for the joint programme, in the order in which they arrive."""


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


_LATE = {**_joint(0, 0, 1_600_000), GRANT: Figures(0, 0, 1_200_000, 400_000)}
"""The last invoice came after the grant's period: no part of it is the grant's."""


def _late(*claimed: int) -> dict[str, Funded]:
    return {GRANT: Funded(1_200_000, 400_000, 636_000, *claimed)}


def _all(*claimed: int) -> dict[str, Funded]:
    return {GRANT: Funded(1_600_000, 0, 848_000, *claimed)}


def _after_grant(
    on: date, what: str, act: Callable[[Player], object], claimed: int, paid: int
) -> Step:
    """A step when all is invoiced and all of it eligible: nothing moves."""
    return Step(
        on=on,
        what=what,
        act=act,
        after=Figures(0, 0, 1_600_000, 0),
        limits=_joint(0, 0, 1_600_000),
        funded=_all(claimed, paid),
        in_kind=752_000,
    )


_NONE = {GRANT: Funded(0, 0, 0)}
_FIRST = 636_000
"""What was claimed first: the grant's part of three invoices."""

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
        what="A grant of 53 % is decided: at most 848 000, to 2025-05-31",
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
        on=date(2025, 3, 17),
        what="636 000 claimed of the grant: its part of three invoices",
        act=lambda play: play.claim(GRANT, _FIRST, "Ansökan 1", date(2025, 3, 17)),
        after=Figures(0, 400_000, 1_200_000, 0),
        limits=_joint(0, 400_000, 1_200_000),
        funded={GRANT: Funded(1_200_000, 0, 636_000, _FIRST)},
    ),
    Step(
        on=date(2025, 5, 19),
        what="The funder has paid the 636 000",
        act=lambda play: play.paid(GRANT, _FIRST, "Utbetalning 1", date(2025, 5, 19)),
        after=Figures(0, 400_000, 1_200_000, 0),
        limits=_joint(0, 400_000, 1_200_000),
        funded={GRANT: Funded(1_200_000, 0, 636_000, _FIRST, _FIRST)},
    ),
    Step(
        on=date(2025, 6, 5),
        what="Delivered: 24 seats used",
        act=lambda play: play.deliver(1, date(2025, 6, 5), 24),
        after=Figures(0, 400_000, 1_200_000, 0),
        limits=_joint(0, 400_000, 1_200_000),
        funded={GRANT: Funded(1_200_000, 0, 636_000, _FIRST, _FIRST)},
    ),
    Step(
        on=INSTALMENTS[3],
        what="Invoice 80004: 400 000 after the grant's period, not eligible",
        act=_receive(BILLS[3]),
        after=Figures(0, 0, 1_600_000, 0),
        limits=_LATE,
        funded=_late(_FIRST, _FIRST),
    ),
    Step(
        on=date(2025, 6, 16),
        what="752 000 in kind, the participants' time: beside the balance",
        act=_in_kind,
        after=Figures(0, 0, 1_600_000, 0),
        limits=_LATE,
        funded=_late(_FIRST, _FIRST),
        in_kind=752_000,
    ),
    _after_grant(
        date(2025, 8, 25),
        "The grant's period is extended to 2025-06-30: 80004 is judged again, 212 000 more",
        _extend,
        _FIRST,
        _FIRST,
    ),
    _after_grant(
        date(2025, 9, 15),
        "212 000 claimed of the grant: the rest",
        lambda play: play.claim(GRANT, 212_000, "Ansökan 2", date(2025, 9, 15)),
        848_000,
        _FIRST,
    ),
    _after_grant(
        date(2025, 9, 22),
        "What the joint programme came to: 24 took part, 23 completed it",
        lambda play: play.report(date(2025, 9, 22), RESULT),
        848_000,
        _FIRST,
    ),
    _after_grant(
        date(2025, 12, 1),
        "The funder has paid the 212 000",
        lambda play: play.paid(GRANT, 212_000, "Utbetalning 2", date(2025, 12, 1)),
        848_000,
        848_000,
    ),
)
