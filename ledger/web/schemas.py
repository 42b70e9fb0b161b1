"""What comes in and goes out, shared by API and forms: text into values, all faults at once."""

import json
import re
from datetime import date
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import RequestEntityTooLarge

from ledger.bounds import (
    MAX_AMOUNT,
    MAX_JSON_BODY,
    MAX_LIMITS,
    MAX_LINES,
    MAX_NAME,
    MAX_PAGE,
    MAX_SEATS,
    MAX_TEXT,
    PAGE,
)
from ledger.documents.organisation import normalise
from ledger.domain import money
from ledger.domain.refusals import Fault, Invalid
from ledger.domain.regime import GROUNDS, REGIMES

NUMBER = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Money(fields.Field[int]):
    """Öre from a decimal string; floats are refused, since no float holds money."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if not isinstance(value, str):
            raise ValidationError('An amount is a string such as "125000.00", never a number.')
        try:
            ore = money.from_text(value)
        except ValueError as error:
            raise ValidationError('Not an amount: write it as "125000.00".') from error
        if abs(ore) > MAX_AMOUNT:
            raise ValidationError("The amount is absurdly large.")
        return ore


class Words(fields.String):
    """Text without control characters, of a bounded length."""

    def __init__(self, most: int = MAX_NAME, least: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(least, most), **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        words = str(super()._deserialize(value, *args, **kwargs)).strip()
        if _CONTROL.search(words):
            raise ValidationError("Control characters are not text.")
        return words


class Day(fields.Date):
    """An ISO 8601 date, of a year that procurement knows."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise ValidationError("Not a date: write it as 2026-01-31.")
        day: date = super()._deserialize(value, *args, **kwargs)
        if not 1990 <= day.year <= 2200:
            raise ValidationError("The year must be between 1990 and 2200.")
        return day


class Organisation(fields.String):
    """A Swedish organisation number in any of its spellings; kept as ten digits."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        try:
            return normalise(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class Credits(fields.String):
    """Higher education credits (hp), in steps of 0.5."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        if not re.fullmatch(r"(0|[1-9]\d{0,2})(\.[05])?", text, re.ASCII) or float(text) == 0:
            raise ValidationError('Credits are given in steps of 0.5, as "7.5".')
        return text


def whole(least: int, most: int, **kwargs: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **kwargs)


class Party(Schema):
    organisation = Organisation(required=True)
    name = Words(load_default="")


class Limit(Schema):
    name = Words(least=1, required=True)
    amount = Money(required=True, allow_none=True)
    effect = fields.String(
        load_default="hard", validate=validate.OneOf(("hard", "soft", "informational"))
    )
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
    cap_effect = fields.String(validate=validate.OneOf(("hard", "soft", "informational")))
    amendments = fields.String(validate=validate.OneOf(("lou_17", "free")))
    longest_term_months = whole(1, 1200, allow_none=True)
    extensions = fields.List(fields.Nested(Extension), validate=validate.Length(0, 20))
    threshold = Money(allow_none=True)
    index_adjusted_value = Money(allow_none=True)
    delivery_after_term = fields.Boolean(truthy={True}, falsy={False})
    alerts = fields.List(whole(1, 1000), validate=validate.Length(0, 20))
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
    buyers = fields.List(
        fields.Nested(Party), required=True, validate=validate.Length(1, MAX_LIMITS)
    )
    suppliers = fields.List(
        fields.Nested(Party), required=True, validate=validate.Length(1, MAX_LIMITS)
    )
    signed_on = Day(required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    regime = fields.String(load_default="unknown", validate=validate.OneOf(REGIMES))
    policy = fields.Nested(Policy, load_default=dict)
    limits = fields.List(
        fields.Nested(Limit), load_default=list, validate=validate.Length(0, MAX_LIMITS)
    )


class Change(Schema):
    cap = Money(allow_none=True)
    limits = fields.List(fields.Nested(Limit), validate=validate.Length(0, MAX_LIMITS))
    buyers = fields.List(fields.Nested(Party), validate=validate.Length(0, MAX_LIMITS))


class Amend(Schema):
    change = fields.Nested(Change, required=True)
    ground = fields.String(required=True, validate=validate.OneOf(GROUNDS))
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
    return fields.List(fields.Nested(Line), validate=validate.Length(1, MAX_LINES), **kwargs)


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
    cancelled_by = fields.String(
        load_default="buyer", validate=validate.OneOf(("buyer", "supplier"))
    )
    reason = Words(MAX_TEXT, load_default="")
    seats = whole(1, MAX_SEATS)
    line = whole(1, MAX_LINES)
    fee = Money(load_default=0, validate=validate.Range(min=0))


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
    type = fields.String(load_default="380", validate=validate.OneOf(("380", "381")))
    amount = Money(required=True)
    vat = Money(allow_none=True)
    currency = fields.String(validate=validate.Regexp(r"^[A-Z]{3}(?![\s\S])"))
    due_on = Day()
    supplier = Organisation()
    credits = Words(least=1)
    room = fields.String(validate=validate.OneOf(("cap", "order")))
    text = Words(MAX_TEXT, load_default="")
    lines = fields.List(fields.Nested(DrawdownLine), validate=validate.Length(1, MAX_LINES))


class Reverse(Schema):
    invoice = Words(least=1, required=True)
    issued_on = Day(required=True)
    type = fields.String(load_default="381", validate=validate.OneOf(("380", "381")))
    amount = Money()
    vat = Money(allow_none=True)
    room = fields.String(validate=validate.OneOf(("cap", "order")))
    text = Words(MAX_TEXT, load_default="")


class Approve(Schema):
    approved_on = Day()
    room = fields.String(validate=validate.OneOf(("cap", "order")))
    note = Words(MAX_TEXT, load_default="")


class RejectDrawdown(Schema):
    rejected_on = Day()
    reason = Words(MAX_TEXT, least=1, required=True)


class DryRun(Schema):
    dry_run = fields.Boolean(load_default=False)


class Times(Schema):
    as_of = Day(load_default=None)
    known_at = fields.AwareDateTime(format="iso", default_timezone=None, load_default=None)


class Page(Schema):
    after = Words(load_default="")
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, MAX_PAGE))


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
    after = fields.Integer(load_default=0, validate=validate.Range(0, 2**53))
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, MAX_PAGE))


class AnyResource(Schema):
    """A resource as JSON; its members are in the guide."""

    class Meta:
        unknown = "include"


# ── From text to values ───────────────────────────────────────────────────────────────────────


class Parser(FlaskParser):
    """All faults at once, each at its place; unknown and repeated members refused by name."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": "raise"}  # noqa: RUF012

    def load_json(self, req: Any, schema: Any) -> Any:
        if (req.content_length or 0) > MAX_JSON_BODY:
            raise RequestEntityTooLarge
        body = req.get_data()
        if not body.strip():
            return {}
        if req.mimetype not in ("application/json", ""):
            raise Invalid(Fault(pointer="", sentence="The body must be application/json."))
        return read_json(body)

    def handle_error(self, error: ValidationError, req: Any, schema: Any, **_: Any) -> Any:
        messages: Any = error.messages
        for location in ("json", "query", "json_or_form"):
            if isinstance(messages, dict) and set(messages) == {location}:
                messages = messages[location]
        raise Invalid(*faults_of(messages)) from error


def read_json(body: bytes | str) -> Any:
    """JSON without repeated members. Raises Invalid."""
    try:
        return json.loads(body, object_pairs_hook=_no_repeats, parse_constant=_no_constant)
    except Invalid:
        raise
    except (ValueError, RecursionError) as error:
        raise Invalid(Fault(pointer="", sentence="The body is not sound JSON.")) from error


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise Invalid(
            *(
                Fault(
                    pointer=f"/{name}",
                    sentence="The member {name} is given twice.",
                    figures={"name": name},
                )
                for name in members
                if names.count(name) > 1
            )
        )
    return members


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def faults_of(messages: Any, pointer: str = "") -> list[Fault]:
    """marshmallow's tree of messages as faults with JSON pointers."""
    if isinstance(messages, dict):
        found = []
        for name, below in messages.items():
            place = pointer if name == "_schema" else f"{pointer}/{name}"
            found += faults_of(below, place)
        return found
    return [
        Fault(
            pointer=pointer,
            sentence="{said}",
            figures={"said": _unknown(pointer) if text == "Unknown field." else str(text)},
        )
        for text in (messages if isinstance(messages, list) else [messages])
    ]


def _unknown(pointer: str) -> str:
    return f"There is no member {pointer.rpartition('/')[2]}."
