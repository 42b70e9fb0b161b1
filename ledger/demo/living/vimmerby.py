"""Vimmerby lately: the course whose cap nobody has said ends its term in 80 days, a second course
was declined, and the trainee programme is planned."""

from datetime import date, timedelta

from ledger.demo import vimmerby
from ledger.demo.calendar import latest_before
from ledger.demo.living.scene import Scene, weekday, worked
from ledger.demo.play import Player, Programme, Step
from ledger.demo.vimmerby import COURSE, NUMBER, TRAINEES, sign_alone
from ledger.demo.vimmerby_joint import KR, VIMMERBY
from ledger.domain import order
from ledger.domain.order import LineTerms

REPORTED = date(2026, 2, 9)
"""The programme is played until the course's result is told; its signing is told here."""
SIGNED = date(2025, 8, 18)
DAYS_LEFT = 80


def scene(today: date) -> Scene:
    programme = Programme(
        name="vimmerby", number=NUMBER, people=vimmerby.PEOPLE, steps=vimmerby.PROGRAMME
    )
    calendar = latest_before(REPORTED, today - timedelta(days=40))
    return Scene(
        programme=programme,
        calendar=calendar,
        past=tuple(
            step
            for step in programme.steps
            if step.on <= REPORTED and (step.agreement, step.on) != (COURSE, SIGNED)
        ),
        lately=(
            _signed(calendar.day(SIGNED), today),
            *_declined(today),
            _planned(today),
        ),
    )


def _signed(on: date, today: date) -> Step:
    ends_on = today + timedelta(days=DAYS_LEFT)
    return Step(
        on=on,
        what="A course for Vimmerby alone is signed: its cap is unknown",
        act=sign_alone(COURSE, "Ledarskap i Vimmerby", on, on, ends_on),
        after=None,
        agreement=COURSE,
    )


def _declined(today: date) -> tuple[Step, ...]:
    ordered, declined = (worked(today - timedelta(days=days)) for days in (28, 13))
    starts_on, ends_on = (weekday(today + timedelta(days=days)) for days in (30, 60))

    def place(play: Player) -> None:
        command = order.PlaceOrder(
            agreement=COURSE,
            buyer=VIMMERBY.organisation,
            course="Ledarskap i Vimmerby, fortsättning",
            seats=12,
            lines=(LineTerms(kind="delivery", text="Kurs", amount=60_000 * KR, year=ends_on.year),),
            ordered_on=ordered,
            starts_on=starts_on,
            ends_on=ends_on,
            respond_by=today - timedelta(days=8),
        )
        play.do("orderer", command)

    def decline(play: Player) -> None:
        command = order.DeclineOrder(
            order=play.order(2), on=declined, reason="Ingen lärare är ledig då"
        )
        play.do("supplier", command)

    return (
        Step(
            on=ordered,
            what="A second course ordered: 60 000",
            act=place,
            after=None,
            agreement=COURSE,
        ),
        Step(
            on=declined,
            what="The second course declined",
            act=decline,
            after=None,
            agreement=COURSE,
        ),
    )


def _planned(today: date) -> Step:
    on = worked(today - timedelta(days=8))
    starts_on = date(on.year + 1, 9, 1)
    return Step(
        on=on,
        what="A trainee programme is planned: no figures at all",
        act=sign_alone(
            TRAINEES,
            "Traineeprogram med regionen",
            on,
            starts_on,
            date(starts_on.year + 2, 6, 30),
        ),
        after=None,
        agreement=TRAINEES,
    )
