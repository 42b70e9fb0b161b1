"""Vimmerby: a joint programme that a grant pays 53 % of, a course of its own, one that is planned.

The joint programme with seven others, the course with outside management for Vimmerby alone and
the coming trainee programme are from the founding document; the parties but Vimmerby, the days
and the figures are invented. Of the course no cap is known, of the trainee programme nothing.
What Vimmerby's own staff teaches is no agreement and no drawdown.
"""

from collections.abc import Callable
from datetime import date
from heapq import merge

from ledger.demo import vimmerby_joint
from ledger.demo.e_invoice import BillLine
from ledger.demo.play import Figures, Player, Step
from ledger.demo.vimmerby_joint import JOINT, KR, SUPPLIER, VIMMERBY, bill
from ledger.domain import agreement, order
from ledger.domain.events import RoundResult
from ledger.domain.order import LineTerms

COURSE, TRAINEES = "LED-VIM", "TRA-VIM"
NUMBER = JOINT

PEOPLE = {
    "manager": ("Monika Stångåhed", VIMMERBY.organisation),
    "orderer": ("Kjell Krönsmo", VIMMERBY.organisation),
    "finance": ("Britt Tunaberga", VIMMERBY.organisation),
    "approver": ("Leif Södramåla", VIMMERBY.organisation),
    "supplier": ("Hedda Stångebro", SUPPLIER.organisation),
}
"""Role → who plays it, and for whom."""


def sign_alone(
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
    year = play.year(date(2025, 12, 5))
    command = order.PlaceOrder(
        agreement=COURSE,
        buyer=VIMMERBY.organisation,
        course="Ledarskap i Vimmerby",
        programme="Ledarskap i Vimmerby",
        seats=15,
        lines=(LineTerms(kind="delivery", text="Kurs", amount=180_000 * KR, year=year),),
        ordered_on=date(2025, 9, 1),
        starts_on=date(2025, 9, 29),
        ends_on=date(2025, 12, 5),
    )
    play.do("orderer", command)


COURSE_RESULT = RoundResult(
    programme="Ledarskap i Vimmerby",
    result="Medarbetarenkätens fråga om närmaste chef gick från 3,6 till 4,1",
    participants=15,
    completed=14,
)
"""What the course for Vimmerby alone came to."""


BILLS = (
    *vimmerby_joint.BILLS,
    bill(
        "80005",
        COURSE,
        date(2025, 12, 12),
        BillLine(order_line=1, text="Ledarskap i Vimmerby", quantity=1, unit_price=180_000 * KR),
    ),
)
"""The university's e-invoices, in the order in which they arrive."""

_ALONE: tuple[Step, ...] = (
    Step(
        on=date(2025, 8, 18),
        what="A course for Vimmerby alone is signed: its cap is unknown",
        act=sign_alone(
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
        what="The course is ordered: 15 seats for 180 000",
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
        on=date(2025, 12, 5),
        what="The course is delivered: 15 seats used",
        act=lambda play: play.deliver(1, date(2025, 12, 5), 15),
        after=Figures(0, 180_000, 0, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2025, 12, 12),
        what="Invoice 80005: 180 000; remaining is unknown",
        act=lambda play: play.receive(BILLS[4]),
        after=Figures(0, 0, 180_000, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2026, 2, 9),
        what="What the course came to: 15 took part, 14 completed it",
        act=lambda play: play.report(date(2026, 2, 9), COURSE_RESULT),
        after=Figures(0, 0, 180_000, None),
        agreement=COURSE,
    ),
    Step(
        on=date(2026, 9, 14),
        what="A trainee programme is planned: no figures at all",
        act=sign_alone(
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
"""Of the two agreements of Vimmerby alone."""

PROGRAMME: tuple[Step, ...] = tuple(
    merge(vimmerby_joint.PROGRAMME, _ALONE, key=lambda step: step.on)
)
