"""What comes in of the calendar: the day whose work is to be done."""

from marshmallow import Schema

from ledger.application.bodies.fields import Day
from ledger.application.bodies.terms import TODAY


class Tick(Schema):
    on = Day(f"The day, not one to come; {TODAY}.")
