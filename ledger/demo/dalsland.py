"""Trainee Dalsland, round 4: a joint agreement whose cost is shared by seats.

The parties, the 80 % of the teaching that the university gives, the 15 months and Årjäng's wish
to join are from the founding document; the figures and the company are invented.
"""

from collections.abc import Callable
from datetime import date, timedelta

from ledger.demo.e_invoice import Bill, BillLine
from ledger.demo.play import Figures, Player, Step
from ledger.domain import agreement, drawdown, order
from ledger.domain.agreement import LimitTerms
from ledger.domain.events import Party, RoundResult
from ledger.domain.order import InstalmentTerms, LineTerms
from ledger.domain.regime import Policy
from ledger.domain.sharing import Split, Weight

NUMBER = "TRA-2017"
SUPPLIER = Party(organisation="2021004052", name="Högskolan Väst")
BENGTSFORS = Party(organisation="2120001470", name="Bengtsfors kommun", role="lead")
MELLERUD = Party(organisation="2120001488", name="Melleruds kommun", role="member")
SAFFLE = Party(organisation="2120001900", name="Säffle kommun", role="member")
COMPANY = Party(organisation="5599999991", name="Det kommunala bolaget", role="company")
ARJANG = Party(organisation="2120001835", name="Årjängs kommun", role="member")
SEATS = ((BENGTSFORS, 8), (MELLERUD, 6), (SAFFLE, 5), (COMPANY, 1))
"""Whose the round's twenty seats are."""

PEOPLE = {
    "manager": ("Kerstin Dalmark", BENGTSFORS.organisation),
    "orderer": ("Patrik Skogaby", BENGTSFORS.organisation),
    "finance": ("Anneli Sjöängen", BENGTSFORS.organisation),
    "approver": ("Torbjörn Ekenäsdal", BENGTSFORS.organisation),
    "supplier": ("Viveka Älvholt", SUPPLIER.organisation),
}
"""Role → who plays it, and for whom."""

KR = 100
PRICE = 48_000
"""Of a seat, in kronor: four fifths of what its teaching is worth."""
IN_KIND = 12_000
"""The other fifth, which the members give themselves."""


def _share(party: Party, seats: int) -> LimitTerms:
    """A member's share is a limit over the lines that it carries."""
    return LimitTerms(name=party.name, amount=seats * PRICE * KR, buyer=party.organisation)


def _sign(play: Player) -> None:
    command = agreement.SignAgreement(
        number=NUMBER,
        title="Traineeprogrammet Dalsland, omgång 4",
        currency="SEK",
        cap=20 * PRICE * KR,
        buyers=(BENGTSFORS, MELLERUD, SAFFLE, COMPANY),
        suppliers=(SUPPLIER,),
        signed_on=date(2017, 3, 1),
        starts_on=date(2017, 4, 1),
        ends_on=date(2018, 6, 30),
        regime="cooperation",
        policy=Policy(amendments="free"),
        limits=tuple(_share(party, seats) for party, seats in SEATS),
    )
    play.do("manager", command)


def _order(play: Player) -> None:
    lines = tuple(
        LineTerms(
            kind="delivery", text=f"Delbetalning {i}", amount=192_000 * KR, year=play.year(on)
        )
        for i, on in enumerate(INSTALMENTS, 1)
    )
    instalments = tuple(
        InstalmentTerms(line=i, amount=192_000 * KR, due_on=on)
        for i, on in enumerate(INSTALMENTS, 1)
    )
    parts = tuple(Weight(organisation=p.organisation, weight=seats) for p, seats in SEATS)
    command = order.PlaceOrder(
        agreement=NUMBER,
        buyer=BENGTSFORS.organisation,
        course="Traineeprogram med mentorer, omgång 4",
        programme="Trainee Dalsland",
        round=4,
        challenge="Vilka ska leda kommunerna om tio år?",
        seats=20,
        lines=lines,
        instalments=instalments,
        split=Split(method="seats", parts=parts),
        ordered_on=date(2017, 4, 3),
        starts_on=date(2017, 4, 18),
        ends_on=date(2018, 6, 15),
    )
    play.do("orderer", command)


def _order_for_arjang(on: date) -> Callable[[Player], object]:
    ends_on = date(2018, 6, 15)

    def act(play: Player) -> None:
        terms = LineTerms(
            kind="delivery", quantity=2, unit_price=PRICE * KR, year=play.year(ends_on)
        )
        command = order.PlaceOrder(
            agreement=NUMBER,
            buyer=ARJANG.organisation,
            course="Traineeprogram med mentorer, omgång 4",
            programme="Trainee Dalsland",
            round=4,
            seats=2,
            lines=(terms,),
            ordered_on=on,
            starts_on=date(2017, 11, 27),
            ends_on=ends_on,
        )
        play.do("manager", command)

    return act


def _seats_for_arjang(play: Player) -> None:
    command = order.MoveSeats(
        order=play.order(1),
        on=date(2017, 10, 16),
        giver=BENGTSFORS.organisation,
        receiver=ARJANG.organisation,
        seats=2,
    )
    play.do("manager", command)


def _name_arjang(play: Player) -> None:
    command = agreement.AmendAgreement(
        agreement=NUMBER,
        ground="policy",
        decision="KS 2017/214",
        decided_on=date(2017, 11, 6),
        effective_on=date(2017, 11, 6),
        cap=22 * PRICE * KR,
        buyers=(ARJANG,),
        limits=(_share(ARJANG, 2),),
    )
    play.do("manager", command)


INSTALMENTS = (
    date(2017, 6, 30),
    date(2017, 9, 29),
    date(2017, 12, 15),
    date(2018, 3, 29),
    date(2018, 6, 15),
)
"""The days of the university's five invoices."""


def bill(number: str, sequence: int, on: date, buyer: Party, line: BillLine) -> Bill:
    """An e-invoice of the university for one of the orders."""
    return Bill(
        number=number,
        issued_on=on,
        agreement=NUMBER,
        order=f"{NUMBER}-{sequence:04d}",
        supplier=SUPPLIER,
        buyer=buyer,
        buyer_reference="4701",
        lines=(line,),
    )


BILLS = (
    *(
        bill(
            f"7000{i}",
            1,
            on,
            BENGTSFORS,
            BillLine(order_line=i, text=f"Delbetalning {i}", quantity=1, unit_price=192_000 * KR),
        )
        for i, on in enumerate(INSTALMENTS, 1)
    ),
    bill(
        "70006",
        2,
        date(2018, 6, 25),
        ARJANG,
        BillLine(order_line=1, text="Två platser", quantity=2, unit_price=PRICE * KR),
    ),
)
"""The university's e-invoices, in the order in which they arrive."""


def _receive(bill: Bill) -> Callable[[Player], object]:
    return lambda play: play.receive(bill)


def _recharge(bill: Bill) -> Callable[[Player], object]:
    """Bengtsfors takes the others' shares of its invoice back: no second drawdown."""
    id = drawdown.identity(SUPPLIER.organisation, bill.number, bill.issued_on, "380")

    def act(play: Player) -> None:
        for party, seats in SEATS[1:]:
            command = drawdown.RecordRecharge(
                drawdown=id,
                member=party.organisation,
                amount=seats * PRICE * KR // 5,
                reference=f"VF {bill.number} {party.name}",
                on=bill.issued_on + timedelta(days=7),
            )
            play.do("finance", command)

    return act


def _deliver(play: Player) -> None:
    play.deliver(1, date(2018, 6, 15), 20)
    play.deliver(2, date(2018, 6, 15), 2)


RESULT = RoundResult(
    programme="Trainee Dalsland",
    round=4,
    result="Sju av deltagarna leder i dag en enhet, och alla har drivit ett eget projekt",
    participants=22,
    completed=21,
)
"""Typed in the autumn after: words, and counts that name nobody."""


def _in_kind(play: Player) -> None:
    """The fifth of the teaching that the members give themselves, by their seats."""
    for party, seats in SEATS:
        command = agreement.RecordInKind(
            agreement=NUMBER,
            organisation=party.organisation,
            amount=seats * IN_KIND * KR,
            what="Undervisning och mentorer av egna chefer",
            on=date(2018, 6, 29),
        )
        play.do("manager", command)


def _shared(place: str, invoiced: int) -> dict[str, Figures]:
    """The figures of each share when so many instalments are invoiced; the rest is at `place`."""
    figures = {}
    for party, seats in SEATS:
        drawn = invoiced * seats * PRICE // 5
        held = seats * PRICE - drawn
        reserved, committed = (held, 0) if place == "reserved" else (0, held)
        figures[party.name] = Figures(reserved, committed, drawn, 0)
    return figures


def _instalment(
    i: int, after: Figures, more: dict[str, Figures] | None = None
) -> tuple[Step, Step]:
    bill, limits = BILLS[i - 1], {**_shared("committed", i), **(more or {})}
    return (
        Step(
            on=bill.issued_on,
            what=f"Invoice {bill.number}: 192 000, split 76 800 / 57 600 / 48 000 / 9 600",
            act=_receive(bill),
            after=after,
            limits=limits,
        ),
        Step(
            on=bill.issued_on + timedelta(days=7),
            what=f"Bengtsfors recharges {bill.number} to the others: nothing is drawn twice",
            act=_recharge(bill),
            after=after,
            limits=limits,
        ),
    )


_UNUSED = {party.name: Figures(0, 0, 0, seats * PRICE) for party, seats in SEATS}
_TWO_SEATS = {ARJANG.name: Figures(0, 96_000, 0, 0)}

PROGRAMME: tuple[Step, ...] = (
    Step(
        on=date(2017, 3, 1),
        what="Signed: cap 960 000 in shares of 384, 288, 240 and 48 thousand, to 2018-06-30",
        act=_sign,
        after=Figures(0, 0, 0, 960_000),
        limits=_UNUSED,
    ),
    Step(
        on=date(2017, 4, 3),
        what="Round 4 ordered: 20 seats, 8 + 6 + 5 + 1",
        act=_order,
        after=Figures(960_000, 0, 0, 0),
        limits=_shared("reserved", 0),
    ),
    Step(
        on=date(2017, 4, 10),
        what="Round 4 confirmed",
        act=lambda play: play.confirm(1, date(2017, 4, 10)),
        after=Figures(0, 960_000, 0, 0),
        limits=_shared("committed", 0),
    ),
    *_instalment(1, Figures(0, 768_000, 192_000, 0)),
    *_instalment(2, Figures(0, 576_000, 384_000, 0)),
    Step(
        on=date(2017, 10, 16),
        what="Two seats for Årjäng: refused, it is not a named buyer",
        act=_order_for_arjang(date(2017, 10, 16)),
        after=Figures(0, 576_000, 384_000, 0),
        limits=_shared("committed", 2),
        refused="not-entitled",
    ),
    Step(
        on=date(2017, 10, 16),
        what="Two of Bengtsfors' seats to Årjäng: refused as well",
        act=_seats_for_arjang,
        after=Figures(0, 576_000, 384_000, 0),
        limits=_shared("committed", 2),
        refused="not-entitled",
    ),
    Step(
        on=date(2017, 11, 6),
        what="Amendment: Årjäng is named, with a share of 96 000",
        act=_name_arjang,
        after=Figures(0, 576_000, 384_000, 96_000),
        limits={**_shared("committed", 2), ARJANG.name: Figures(0, 0, 0, 96_000)},
    ),
    Step(
        on=date(2017, 11, 13),
        what="Årjäng orders its two seats",
        act=_order_for_arjang(date(2017, 11, 13)),
        after=Figures(96_000, 576_000, 384_000, 0),
        limits={**_shared("committed", 2), ARJANG.name: Figures(96_000, 0, 0, 0)},
    ),
    Step(
        on=date(2017, 11, 20),
        what="Årjäng's order confirmed",
        act=lambda play: play.confirm(2, date(2017, 11, 20)),
        after=Figures(0, 672_000, 384_000, 0),
        limits={**_shared("committed", 2), **_TWO_SEATS},
    ),
    *_instalment(3, Figures(0, 480_000, 576_000, 0), _TWO_SEATS),
    *_instalment(4, Figures(0, 288_000, 768_000, 0), _TWO_SEATS),
    Step(
        on=date(2018, 6, 15),
        what="Round 4 delivered: all of its 20 seats were used, and Årjäng's two",
        act=_deliver,
        after=Figures(0, 288_000, 768_000, 0),
        limits={**_shared("committed", 4), **_TWO_SEATS},
    ),
    *_instalment(5, Figures(0, 96_000, 960_000, 0), _TWO_SEATS),
    Step(
        on=date(2018, 6, 25),
        what="Invoice 70006: Årjäng's 96 000",
        act=_receive(BILLS[5]),
        after=Figures(0, 0, 1_056_000, 0),
        limits={**_shared("committed", 5), ARJANG.name: Figures(0, 0, 96_000, 0)},
    ),
    Step(
        on=date(2018, 6, 29),
        what="240 000 in kind, the members' own teaching: beside the balance",
        act=_in_kind,
        after=Figures(0, 0, 1_056_000, 0),
        limits={**_shared("committed", 5), ARJANG.name: Figures(0, 0, 96_000, 0)},
        in_kind=240_000,
    ),
    Step(
        on=date(2018, 8, 20),
        what="What round 4 came to: 22 took part and 21 completed it",
        act=lambda play: play.report(date(2018, 8, 20), RESULT),
        after=Figures(0, 0, 1_056_000, 0),
        limits={**_shared("committed", 5), ARJANG.name: Figures(0, 0, 96_000, 0)},
        in_kind=240_000,
    ),
)
