"""What comes in and goes out, shared by API, forms and command line."""

import re
from typing import Any

from marshmallow import Schema, fields, validate

from ledger.bounds import MAX_LIMITS, MAX_LINES, MAX_PAGE, MAX_SEATS, MAX_TEXT, PAGE
from ledger.domain.regime import GROUNDS, REGIMES
from ledger.service import SWEDEN
from ledger.web.fields import Credits, Day, Length, Money, OneOf, Organisation, Range, Words, whole

NUMBER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)


class Party(Schema):
    organisation = Organisation(required=True)
    name = Words(load_default="")


class Limit(Schema):
    name = Words(least=1, required=True)
    amount = Money(required=True, allow_none=True)
    effect = fields.String(load_default="hard", validate=OneOf(("hard", "soft", "informational")))
    tolerance = whole(0, 100, load_default=0)
    year = whole(1990, 2200)
    buyer = Organisation()
    supplier = Organisation()
    kind = Words(least=1)
    funding = Words(least=1)


class Extension(Schema):
    months = whole(1, 240, required=True)
    text = Words(load_default="")


class Policy(Schema):
    cap_effect = fields.String(validate=OneOf(("hard", "soft", "informational")))
    amendments = fields.String(validate=OneOf(("lou_17", "free")))
    longest_term_months = whole(1, 1200, allow_none=True)
    extensions = fields.List(fields.Nested(Extension), validate=Length(0, 20))
    threshold = Money(allow_none=True)
    index_adjusted_value = Money(allow_none=True)
    delivery_after_term = fields.Boolean(truthy={True}, falsy={False})
    alerts = fields.List(whole(1, 1000), validate=Length(0, 20))
    legal_ground = Words(MAX_TEXT)


class SignAgreement(Schema):
    number = fields.String(
        required=True,
        validate=validate.Regexp(
            NUMBER.pattern + r"(?![\s\S])", error="Letters, digits, - and _ only, at most 40."
        ),
    )
    title = Words(least=1, required=True)
    currency = fields.String(load_default="SEK", validate=validate.Regexp(r"^[A-Z]{3}(?![\s\S])"))
    cap = Money(required=True, allow_none=True)
    buyers = fields.List(fields.Nested(Party), required=True, validate=Length(1, MAX_LIMITS))
    suppliers = fields.List(fields.Nested(Party), required=True, validate=Length(1, MAX_LIMITS))
    signed_on = Day(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    regime = fields.String(load_default="unknown", validate=OneOf(REGIMES))
    policy = fields.Nested(Policy, load_default=dict)
    limits = fields.List(fields.Nested(Limit), load_default=list, validate=Length(0, MAX_LIMITS))


class Change(Schema):
    cap = Money(allow_none=True)
    limits = fields.List(fields.Nested(Limit), validate=Length(0, MAX_LIMITS))
    buyers = fields.List(fields.Nested(Party), validate=Length(0, MAX_LIMITS))


class Amend(Schema):
    change = fields.Nested(Change, required=True)
    ground = fields.String(required=True, validate=OneOf(GROUNDS))
    decision = Words(least=1, required=True)
    decided_on = Day()
    effective_on = Day()
    clause = Words(MAX_TEXT, load_default="")
    record_uncovered = fields.Boolean(truthy={True}, falsy={False}, load_default=False)


class Extend(Schema):
    decision = Words(least=1, required=True)
    decided_on = Day()


class Reason(Schema):
    reason = Words(MAX_TEXT, least=1, required=True)
    on = Day()


class Line(Schema):
    kind = Words(least=1, required=True)
    text = Words(MAX_TEXT, load_default="")
    amount = Money()
    quantity = whole(1, MAX_SEATS)
    unit_price = Money()
    year = whole(1990, 2200)
    funding = Words(least=1)
    cost_centre = Words(least=1)


def _lines(**kwargs: Any) -> Any:
    return fields.List(fields.Nested(Line), validate=Length(1, MAX_LINES), **kwargs)


class PlaceOrder(Schema):
    course = Words(least=1, required=True)
    lines = _lines(required=True)
    buyer = Organisation()
    supplier = Organisation()
    unit = Words(load_default="")
    challenge = Words(MAX_TEXT, load_default="")
    reference = Words(load_default="")
    credits = Credits()
    seats = whole(1, MAX_SEATS)
    ordered_on = Day()
    starts_on = Day()
    ends_on = Day()
    respond_by = Day()


class Confirm(Schema):
    confirmed_on = Day()
    reference = Words(load_default="")


class Decline(Schema):
    declined_on = Day()
    reason = Words(MAX_TEXT, least=1, required=True)


class Counter(Schema):
    countered_on = Day()
    lines = _lines(required=True)
    reason = Words(MAX_TEXT, load_default="")
    seats = whole(1, MAX_SEATS)
    starts_on = Day()
    ends_on = Day()


class Accept(Schema):
    accepted_on = Day()
    reference = Words(load_default="")


class Reject(Schema):
    rejected_on = Day()
    reason = Words(MAX_TEXT, least=1, required=True)


class ChangeOrder(Schema):
    changed_on = Day()
    reason = Words(MAX_TEXT, least=1, required=True)
    lines = _lines()
    seats = whole(1, MAX_SEATS)
    starts_on = Day()
    ends_on = Day()


class Cancel(Schema):
    cancelled_on = Day()
    cancelled_by = fields.String(load_default="buyer", validate=OneOf(("buyer", "supplier")))
    reason = Words(MAX_TEXT, load_default="")
    seats = whole(1, MAX_SEATS)
    line = whole(1, MAX_LINES)
    fee = Money(load_default=0, validate=Range(min=0))


class Start(Schema):
    started_on = Day()


class Deliver(Schema):
    delivered_on = Day()
    seats_used = whole(0, MAX_SEATS, required=True)
    credits_awarded = whole(0, MAX_SEATS)


class Close(Schema):
    closed_on = Day()
    reason = Words(MAX_TEXT, load_default="")


class DrawdownLine(Schema):
    order = Words(least=1)
    line = whole(1, MAX_LINES)
    amount = Money(required=True)


class RecordDrawdown(Schema):
    invoice = Words(least=1, required=True)
    issued_on = Day(required=True)
    type = fields.String(load_default="380", validate=OneOf(("380", "381")))
    amount = Money(required=True)
    vat = Money(allow_none=True)
    currency = fields.String(validate=validate.Regexp(r"^[A-Z]{3}(?![\s\S])"))
    due_on = Day()
    supplier = Organisation()
    credits = Words(least=1)
    room = fields.String(validate=OneOf(("cap", "order")))
    text = Words(MAX_TEXT, load_default="")
    lines = fields.List(fields.Nested(DrawdownLine), validate=Length(1, MAX_LINES))


class Reverse(Schema):
    invoice = Words(least=1, required=True)
    issued_on = Day(required=True)
    type = fields.String(load_default="381", validate=OneOf(("380", "381")))
    amount = Money()
    vat = Money(allow_none=True)
    room = fields.String(validate=OneOf(("cap", "order")))
    text = Words(MAX_TEXT, load_default="")


class Approve(Schema):
    approved_on = Day()
    room = fields.String(validate=OneOf(("cap", "order")))
    note = Words(MAX_TEXT, load_default="")


class RejectDrawdown(Schema):
    rejected_on = Day()
    reason = Words(MAX_TEXT, least=1, required=True)


class Nothing(Schema):
    """An empty body."""


class AssignDocument(Schema):
    order = Words(least=1, required=True)


class DiscardDocument(Schema):
    reason = Words(MAX_TEXT, least=1, required=True)


class DryRun(Schema):
    dry_run = fields.Boolean(load_default=False)


class Times(Schema):
    as_of = Day(load_default=None)
    known_at = fields.AwareDateTime(format="iso", default_timezone=None, load_default=None)


class PageTimes(Times):
    """As a form field gives it: a moment without an offset is Swedish time."""

    known_at = fields.AwareDateTime(format="iso", default_timezone=SWEDEN, load_default=None)


class Page(Schema):
    after = Words(load_default="")
    limit = fields.Integer(load_default=PAGE, validate=Range(1, MAX_PAGE))


class AgreementsQuery(Page):
    buyer = Organisation(load_default=None)
    status = Words(load_default=None)


class OrdersQuery(Page):
    agreement = Words(load_default=None)
    status = Words(load_default=None)
    unit = Words(load_default=None)


class DrawdownsQuery(Page):
    agreement = Words(load_default=None)
    order = Words(load_default=None)
    status = Words(load_default=None)


class EventsQuery(Schema):
    after = fields.Integer(load_default=0, validate=Range(0, 2**53))
    limit = fields.Integer(load_default=PAGE, validate=Range(1, MAX_PAGE))


class AnyResource(Schema):
    """A resource as JSON; its members are in the guide."""

    class Meta:
        unknown = "include"
