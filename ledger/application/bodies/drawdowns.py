"""What comes in for drawdowns."""

from marshmallow import Schema, fields

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    Day,
    Flag,
    Key,
    Length,
    Listed,
    Money,
    OrderNumber,
    Organisation,
    Sought,
    Words,
    choice,
    whole,
)
from ledger.application.bodies.terms import REASON, ROOM, ROOMS, TODAY, TYPES, currency_code
from ledger.bounds import (
    MAX_LINES,
    MAX_TEXT,
)


class DrawdownLine(Schema):
    order = OrderNumber("The order that it draws.", least=1)
    line = whole("The order's line; left out, its lines in turn.", 1, MAX_LINES)
    amount = Money("Excl. VAT; negative on a credit.", required=True)


class RecordDrawdown(Body):
    """An invoice, or a credit: a credit note (381), or a negative invoice (380)."""

    invoice = Key("The invoice's number.", least=1, required=True)
    issued_on = Day("Its issue date, from which it counts.", required=True)
    type = choice(
        "380 invoice, 381 credit note, 386 prepayment invoice.", TYPES, load_default="380"
    )
    amount = Money("Excl. VAT; below 0 it is a credit.", zero=False, required=True)
    vat = Money("VAT, beside the amount.", allow_none=True)
    currency = currency_code()
    due_on = Day("When it is to be paid.")
    supplier = Organisation("Who sent it; left out, the order's supplier")
    credits = Sought("The drawdown that a credit takes back.", least=1)
    deducts = Listed(
        Sought("An advance.", least=1),
        validate=Length(0, MAX_LINES),
        metadata={
            "description": "The advances that a final invoice takes back whole, or that a credit "
            "of one lets stand."
        },
    )
    room = choice(ROOM, ROOMS)
    text = Words("What it is for.", MAX_TEXT, load_default="")
    lines = Listed(fields.Nested(DrawdownLine), validate=Length(1, MAX_LINES))


class Reverse(Body):
    """The credit of an invoice; amounts are written with or without a minus."""

    invoice = Key("The credit's number.", least=1, required=True)
    issued_on = Day("Its issue date, from which it counts.", required=True)
    type = choice("381 credit note, 380 negative invoice.", TYPES[:2], load_default="381")
    amount = Money("Excl. VAT; left out, all that is left to credit.", zero=False)
    vat = Money("VAT, beside the amount.", allow_none=True)
    room = choice(ROOM, ROOMS)
    text = Words("What it is for.", MAX_TEXT, load_default="")


@dated("approved_on")
class Approve(Body):
    approved_on = Day(f"When it was approved; {TODAY}.")
    room = choice(f"{ROOM} Needed for a credit that does not say it.", ROOMS)
    deducts = Listed(
        Sought("An advance.", least=1),
        validate=Length(0, MAX_LINES),
        metadata={
            "description": "The advances that it deducts, where it says that something was paid "
            "before; empty: none. Of a credit, those that its invoice deducts and that stand; "
            "empty: it takes them back too."
        },
    )
    apart = Flag(
        "Of an advance: whether it is another one than those that a final invoice, which was "
        "approved before it came, says were paid.",
        load_default=False,
    )
    note = Words("A note.", MAX_TEXT, load_default="")


@dated("rejected_on")
class RejectDrawdown(Body):
    rejected_on = Day(f"When it was rejected; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("withdrawn_on")
class WithdrawDrawdown(Body):
    withdrawn_on = Day(f"When it was withdrawn; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("matched_on")
class MatchCredit(Body):
    """The credit came before its invoice."""

    matched_on = Day(f"When it was matched; {TODAY}.")
    credits = Sought("The drawdown that the credit takes back.", least=1, required=True)
    also_credits = Listed(
        Sought("A drawdown.", least=1),
        validate=Length(0, MAX_LINES),
        metadata={"description": "Further ones that it takes back: of the first all that is left."},
    )


@dated("moved_on")
class MoveDrawdown(Body):
    """To another order or line: all of it, or by `lines` that come to its amount."""

    moved_on = Day(f"When it was moved; {TODAY}.")
    order = OrderNumber("The order that it goes to; left out, each line names its own.", least=1)
    line = whole("The order's line; left out, its lines in turn.", 1, MAX_LINES)
    lines = Listed(fields.Nested(DrawdownLine), validate=Length(1, MAX_LINES))
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("taken_back_on")
class TakeBack(Body):
    taken_back_on = Day(f"When the approval was taken back; {TODAY}.")
    reason = Words(REASON, MAX_TEXT, least=1, required=True)


@dated("recharged_on")
class RecordRecharge(Body):
    """The buyer takes a member's share of an invoice back from it."""

    member = Organisation("Who pays its share back", required=True)
    amount = Money("Excl. VAT.", least=1, required=True)
    reference = Key("The recharge's own reference.", least=1, required=True)
    recharged_on = Day(f"When; {TODAY}.")


@dated("reversed_on")
class ReverseRecharge(Body):
    """A recharge, or a part of it, is given back to its member."""

    member = Organisation("Who had paid it", required=True)
    reference = Key("The recharge's reference.", least=1, required=True)
    amount = Money("Excl. VAT; left out, all that is left of it.", least=1)
    reason = Words(REASON, MAX_TEXT, least=1, required=True)
    reversed_on = Day(f"When; {TODAY}.")


@dated("judged_on")
class JudgeAgain(Body):
    judged_on = Day(f"When it is judged; {TODAY}.")
