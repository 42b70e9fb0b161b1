"""What comes in of the calendar: the day whose work is to be done."""

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import Day
from ledger.application.bodies.terms import TODAY


@dated("on")
class Tick(Body):
    on = Day(f"The day, not one to come; {TODAY}.")
