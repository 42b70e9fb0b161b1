"""What comes in of how orders go to suppliers."""

from typing import Any

from marshmallow import Schema, fields, post_load

from ledger.application.bodies.fields import Length, Listed, Organisation, Words, choice, whole
from ledger.application.bodies.terms import REASON
from ledger.bounds import MAX_LIMITS, MAX_TEXT
from ledger.domain.selection import ASKED, METHODS


class KeyShare(Schema):
    supplier = Organisation("The supplier", required=True)
    percent = whole("What it should have of the value ordered.", 1, 100, required=True)

    @post_load
    def _weight(self, part: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the domain weighs parts."""
        return {"organisation": part["supplier"], "weight": part["percent"]}


class Selection(Schema):
    """How orders go to the suppliers; left out, the orderer names one."""

    method = choice(
        "The only one, in rank, by key, or by renewed competition.", METHODS, required=True
    )
    ranking = Listed(
        Organisation("A supplier"),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "By ranking: every supplier, the first in rank first."},
    )
    key = Listed(
        fields.Nested(KeyShare),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": "By key: every supplier; it adds up to 100."},
    )
    ask = choice(
        "By competition: all are asked, and leaving one out needs a reason; or whom one chooses.",
        ASKED,
        load_default="all",
    )


class PassedOver(Schema):
    """Somebody whose turn it is, and why it is not asked."""

    supplier = Organisation("The supplier", required=True)
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


def passed_over_field(said: str) -> Any:
    return Listed(
        fields.Nested(PassedOver),
        load_default=list,
        validate=Length(0, MAX_LIMITS),
        metadata={"description": said},
    )
