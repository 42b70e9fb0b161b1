"""Trainee Dalsland lately: the fourth instalment is to be recharged, Årjäng has joined late, and
Mellerud proposes that a part of its share moves to Säffle."""

from datetime import date, timedelta

from ledger.demo import dalsland
from ledger.demo.calendar import latest_before
from ledger.demo.dalsland import KR, MELLERUD, NUMBER, PRICE, SAFFLE, SEATS
from ledger.demo.living.scene import Scene, worked
from ledger.demo.play import Player, Programme, Step
from ledger.domain import agreement
from ledger.domain.agreement import LimitTerms

FOURTH = dalsland.INSTALMENTS[3]
"""The programme is played to its fourth instalment, without the recharge of that."""
FURTHER = {
    "mellerud": ("Ulf Dalbotten", MELLERUD.organisation, "manager"),
    "saffle": ("Carin Byälvsjö", SAFFLE.organisation, "manager"),
}
MORE = 2
"""Seats that Mellerud takes for the next round."""


def scene(today: date) -> Scene:
    programme = Programme(
        name="dalsland", number=NUMBER, people=dalsland.PEOPLE, steps=dalsland.PROGRAMME
    )
    return Scene(
        programme=programme,
        calendar=latest_before(FOURTH, today - timedelta(days=30)),
        past=tuple(step for step in programme.steps if step.on <= FOURTH),
        lately=(_more(today), _proposed(today)),
        further=FURTHER,
    )


def _more(today: date) -> Step:
    on = worked(today - timedelta(days=11))
    (mine,) = (seats for party, seats in SEATS if party == MELLERUD)

    def act(play: Player) -> None:
        command = agreement.AmendAgreement(
            agreement=NUMBER,
            ground="policy",
            decision=f"KS {on.year}/88",
            decided_on=on,
            effective_on=on,
            cap=(22 + MORE) * PRICE * KR,
            limits=(
                LimitTerms(
                    name=MELLERUD.name,
                    amount=(mine + MORE) * PRICE * KR,
                    buyer=MELLERUD.organisation,
                ),
            ),
        )
        play.do("manager", command)

    return Step(
        on=on,
        what="Amendment: two more seats for Mellerud, 96 000",
        act=act,
        after=None,
    )


def _proposed(today: date) -> Step:
    on = worked(today - timedelta(days=9))

    def act(play: Player) -> None:
        command = agreement.ProposeShareMove(
            agreement=NUMBER,
            giver=MELLERUD.organisation,
            receiver=SAFFLE.organisation,
            amount=PRICE * KR,
            on=on,
            reason="Säffle har en sökande mer, Mellerud en färre",
        )
        play.do("mellerud", command)

    return Step(
        on=on,
        what="Mellerud proposes that 48 000 of its share moves to Säffle",
        act=act,
        after=None,
    )
