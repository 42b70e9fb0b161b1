"""What the bodies of acts share: the day that dates them, which may also be called `on`."""

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from marshmallow import Schema, ValidationError, validates_schema

from ledger.application.bodies.fields import Day

B = TypeVar("B", bound="type[Body]")


class Body(Schema):
    """What an act is asked with. `day` is the member that dates it, today where left out."""

    day: ClassVar[str] = ""

    @validates_schema
    def _one_day(self, body: dict[str, Any], **_: Any) -> None:
        if self.day != "on" and "on" in body and self.day in body:
            raise ValidationError("The date is given twice.", "on")


def dated(member: str, *, also_on: bool = True) -> Callable[[B], B]:
    """Which member dates an act; the date of what is done may be called `on` as well."""

    def decorate(body: B) -> B:
        body.day = member
        if also_on and member != "on":
            body._declared_fields["on"] = Day(f"The same as {member}: give one of them.")
        return body

    return decorate
