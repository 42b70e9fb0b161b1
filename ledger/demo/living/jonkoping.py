"""Jönköping's academy lately: a lowered grant of which 99 % is taken, a contract near its cap, and
an invoice of which the grant covers a part."""

from datetime import date, timedelta

from ledger.demo import jonkoping
from ledger.demo.calendar import latest_before
from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.jonkoping import GRANT, JONKOPING, KR, NUMBER, SUPPLIER
from ledger.demo.living.scene import Scene, weekday, worked
from ledger.demo.play import Player, Programme, Step
from ledger.domain import agreement, order
from ledger.domain.funding import FundingSource
from ledger.domain.order import LineTerms

DELIVERED = date(2009, 6, 12)
"""The programme is played to its delivery; its last invoice comes here, in time."""
LOWERED = 458_000
"""The grant's ceiling after three seats were never filled, in kronor."""
BEGAN = date(2008, 11, 1)


def scene(today: date) -> Scene:
    programme = Programme(
        name="jonkoping", number=NUMBER, people=jonkoping.PEOPLE, steps=jonkoping.PROGRAMME
    )
    calendar = latest_before(DELIVERED, today - timedelta(days=40))
    return Scene(
        programme=programme,
        calendar=calendar,
        past=tuple(step for step in programme.steps if step.on <= DELIVERED),
        lately=(
            _lowered(today, calendar.day(BEGAN)),
            _second(today),
            *_follow_up(today),
        ),
    )


def _lowered(today: date, began: date) -> Step:
    on = worked(today - timedelta(days=32))

    def act(play: Player) -> None:
        source = FundingSource(
            name=GRANT,
            funder="Svenska ESF-rådet",
            ceiling=LOWERED * KR,
            starts_on=began,
            ends_on=today + timedelta(days=45),
            kinds=("development", "delivery"),
        )
        command = agreement.ChangeFunding(
            agreement=NUMBER, source=source, decision="ESF-beslut om ändring", decided_on=on
        )
        play.do("manager", command)

    return Step(
        on=on,
        what="The grant is lowered to 458 000 and lasts longer",
        act=act,
        after=None,
    )


def _bill(number: str, on: date, sequence: int, *lines: BillLine) -> Bill:
    return Bill(
        number=number,
        issued_on=on,
        agreement=NUMBER,
        order=f"{NUMBER}-{sequence:04d}",
        supplier=SUPPLIER,
        buyer=JONKOPING,
        buyer_reference="1801",
        lines=lines,
    )


def _second(today: date) -> Step:
    on = worked(today - timedelta(days=29))
    last = _bill(
        "60003",
        on,
        1,
        BillLine(order_line=2, text="Delbetalning 2", quantity=1, unit_price=172_800 * KR),
    )
    return Step(
        on=on,
        what="Invoice 60003: 172 800, all eligible",
        act=lambda play: play.receive(last),
        after=None,
    )


def _follow_up(today: date) -> tuple[Step, ...]:
    """A day of follow-up, whose meals the grant does not pay for."""
    ordered, confirmed = (worked(today - timedelta(days=days)) for days in (28, 26))
    held = min(weekday(today - timedelta(days=12)), today - timedelta(days=10))
    issued, came = (worked(today - timedelta(days=days)) for days in (8, 6))

    def place(play: Player) -> None:
        command = order.PlaceOrder(
            agreement=NUMBER,
            buyer=JONKOPING.organisation,
            course="Uppföljningsdag",
            programme="Ledarskapsakademin",
            seats=21,
            lines=(
                LineTerms(
                    kind="delivery",
                    text="Uppföljningsdag",
                    amount=8_000 * KR,
                    year=held.year,
                    funding=GRANT,
                ),
                LineTerms(
                    kind="meals",
                    text="Måltider",
                    amount=6_000 * KR,
                    year=held.year,
                    funding=GRANT,
                ),
            ),
            ordered_on=ordered,
            starts_on=held,
            ends_on=held,
        )
        play.do("orderer", command)

    bill = _bill(
        "60004",
        issued,
        2,
        BillLine(order_line=1, text="Uppföljningsdag", quantity=1, unit_price=8_000 * KR),
        BillLine(order_line=2, text="Måltider", quantity=1, unit_price=6_000 * KR),
    )
    return (
        Step(on=ordered, what="A day of follow-up ordered: 14 000", act=place, after=None),
        Step(
            on=confirmed,
            what="The day of follow-up confirmed",
            act=lambda play: play.confirm(2, confirmed),
            after=None,
        ),
        Step(
            on=held,
            what="The day of follow-up held: 19 came",
            act=lambda play: play.deliver(2, held, 19),
            after=None,
        ),
        Step(
            on=issued,
            recorded=came,
            what="Invoice 60004: 14 000, of which the grant covers 8 000; it waits",
            act=lambda play: play.take_in(bill),
            after=None,
        ),
    )
