"""Östersund lately: a session to report, one moved and one cancelled before it, a course that is
delivered and not invoiced, and a deputy under an attest right."""

from datetime import date, timedelta

from ledger.demo import ostersund
from ledger.demo.calendar import latest_before
from ledger.demo.living.scene import Scene, weekday, worked
from ledger.demo.ostersund import BUYER, FIRST, KR, NUMBER
from ledger.demo.play import Player, Programme, Step
from ledger.domain import order, organisation
from ledger.domain.order import LineTerms

CANCELLED = date(2026, 2, 20)
"""The programme is played until its ninth session is cancelled; the tenth has been, and is to be
reported."""
DEPUTY = ("Märta Storsjöholm", BUYER.organisation, "approver")
LIMIT = 200_000


def scene(today: date) -> Scene:
    programme = Programme(
        name="ostersund", number=NUMBER, people=ostersund.PEOPLE, steps=ostersund.PROGRAMME
    )
    return Scene(
        programme=programme,
        calendar=latest_before(FIRST[-1], today - timedelta(days=3)),
        past=tuple(step for step in programme.steps if step.on <= CANCELLED),
        lately=(*_course(today), *_rights(today)),
        further={"deputy": DEPUTY},
    )


def _course(today: date) -> tuple[Step, ...]:
    """Order 4: delivered, and no invoice has come."""
    ordered, confirmed = (worked(today - timedelta(days=days)) for days in (90, 84))
    starts_on = weekday(today - timedelta(days=62))
    ends_on = worked(today - timedelta(days=48))
    reported = worked(today - timedelta(days=42))

    def place(play: Player) -> None:
        line = LineTerms(kind="delivery", text="Kurs", amount=60_000 * KR, year=ends_on.year)
        command = order.PlaceOrder(
            agreement=NUMBER,
            buyer=BUYER.organisation,
            course="Samtal som leder",
            seats=16,
            lines=(line,),
            ordered_on=ordered,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        play.do("orderer", command)

    return (
        Step(on=ordered, what="A course for 60 000 ordered", act=place, after=None),
        Step(
            on=confirmed,
            what="The course confirmed",
            act=lambda play: play.confirm(4, confirmed),
            after=None,
        ),
        Step(
            on=ends_on,
            recorded=reported,
            what="The course delivered: 15 of 16 seats used, not invoiced",
            act=lambda play: play.deliver(4, ends_on, 15),
            after=None,
        ),
    )


def _rights(today: date) -> tuple[Step, ...]:
    granted, named = (worked(today - timedelta(days=days)) for days in (70, 2))

    def grant(play: Player) -> None:
        command = organisation.GrantAttestRight(
            organisation=BUYER.organisation,
            person=play.people["approver"].person,
            responsibilities=("*",),
            limit=LIMIT * KR,
            starts_on=granted,
            decision=f"KS {granted.year}/31",
        )
        play.do("manager", command)

    def deputise(play: Player) -> None:
        command = organisation.NameDeputy(
            organisation=BUYER.organisation,
            person=play.people["approver"].person,
            deputy=play.people["deputy"].person,
            starts_on=today,
            ends_on=today + timedelta(days=13),
            decision=f"Delegationsbeslut {today.year}:12",
        )
        play.do("manager", command)

    return (
        Step(on=granted, what="An attest right up to 200 000", act=grant, after=None),
        Step(on=named, what="A deputy under it, from today", act=deputise, after=None),
    )
