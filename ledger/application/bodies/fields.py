"""Fields of what comes in: text into values, each with the sentence for what it is not.

What a field accepts stands in its own pattern or bounds, so that the API's description says it.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from unicodedata import normalize

from marshmallow import ValidationError, fields, validate

from ledger.bounds import MAX_AMOUNT, MAX_CODE, MAX_CODE_PARTS, MAX_FAULTS, MAX_NAME, MAX_TEXT
from ledger.documents.organisation import normalise
from ledger.domain import money, personal
from ledger.domain.parties import is_foreign
from ledger.wording import UNSEEN, words

CONTROL = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""Characters that are not text, for a class in a pattern."""

_NOT_ONE_LINE = re.compile(rf"[\t\n\r{UNSEEN}]")
_NOT_TEXT = re.compile(rf"[{CONTROL}\ud800-\udfff]")
_MOST = f"{MAX_AMOUNT // 100}"
_UNSIGNED = rf"(?:\d{{1,{len(_MOST) - 1}}}(?:\.\d{{1,2}})?|{_MOST}(?:\.0{{1,2}})?)"
_ABOVE_ZERO = r"(?!0+(?:\.0+)?$)"
_WITHIN = re.compile(f"-?{_UNSIGNED}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
AMOUNT = f"^-?{_UNSIGNED}$"
"""An amount in the API: kronor with a point and at most two decimals, up to MAX_AMOUNT."""

CURRENCY = r"^[A-Z]{3}$"
SOLE_TRADER = r"N[0-9A-F]{9}"
ORGANISATION = r"^(?:(?:0007:)?(?:16)?\d{6}-?\d{4}|SE\d{10}01|N[0-9A-F]{9}|\d{4}:[0-9A-Z]{1,35})$"
CREDITS = r"^(?:0\.5|[1-9]\d{0,2}(?:\.[05])?)$"
PERSON = r"^p-[0-9a-f]{16}$"
LINE = rf"\x00-\x1f\x7f-\x9f{UNSEEN}"
"""Characters that are not of one line of text, for a class in a pattern."""
CODE = rf"[^{LINE}\s](?:[^{LINE}]{{0,{MAX_CODE - 2}}}[^{LINE}\s])?"
"""A code of a code string."""
CODE_PART = r"[A-Za-zÅÄÖåäö][A-Za-zÅÄÖåäö0-9_-]{0,29}"
"""What a part of a code string is called."""
YEARS = range(1990, 2201)
"""Years that procurement knows: what lies outside is a slip of the hand."""


class Length(validate.Length):
    """A bounded length, said with its figures so that it can be said in any language."""

    def _format_error(self, value: Any, message: str) -> Any:
        if self.max is None:
            return [words("The length must be at least {least}.", least=self.min)]
        if not self.min:
            return [words("The length must be at most {most}.", most=self.max)]
        template = "The length must be from {least} to {most}."
        return [words(template, least=self.min, most=self.max)]


class Range(validate.Range):
    def _format_error(self, value: Any, message: str) -> Any:
        if self.max is None:
            return [words("It must be at least {least}.", least=str(self.min))]
        return [
            words("It must be from {least} to {most}.", least=str(self.min), most=str(self.max))
        ]


class OneOf(validate.OneOf):
    def _format_error(self, value: Any) -> Any:
        return [words("It must be one of {choices}.", choices=", ".join(map(str, self.choices)))]


class Listed(fields.List[Any]):
    """A list that is refused for its length before its members are read, and is read no further
    than there is room for their faults."""

    def __init__(self, *args: Any, validate: Length, **kwargs: Any) -> None:
        self.within = validate
        super().__init__(*args, validate=validate, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise self.make_error("invalid")
        self.within(value)
        found: list[Any] = []
        wrong: dict[int, Any] = {}
        for at, one in enumerate(value):
            try:
                found.append(self.inner.deserialize(one, **kwargs))
            except ValidationError as error:
                wrong[at] = error.messages
                if len(wrong) == MAX_FAULTS:
                    break
        if wrong:
            raise ValidationError(wrong)
        return found


NOT_AN_AMOUNT = words('Not an amount: write it as "125000.00".').template


class Money(fields.String):
    """Öre, excluding VAT, from a decimal string; floats are refused, since no float holds money.

    `least` is in öre: 0 refuses what is negative, 1 also zero. Without it, `zero` may be refused.
    """

    def __init__(self, said: str, *, least: int | None = None, zero: bool = True, **kwargs: Any):
        self.least, self.zero = least, zero and least != 1
        nonzero = "" if self.zero else _ABOVE_ZERO
        pattern = f"^{nonzero}{_UNSIGNED}$" if least is not None else f"^-?{nonzero}{_UNSIGNED}$"
        described = {"pattern": pattern, "description": said, "examples": ["15000.00"]}
        super().__init__(metadata=described, **kwargs)

    def _serialize(self, value: Any, *_: Any, **__: Any) -> Any:
        return None if value is None else money.to_text(value)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if not isinstance(value, str):
            raise ValidationError('An amount is a string such as "125000.00", never a number.')
        try:
            ore = money.from_text(value)
        except ValueError as error:
            raise ValidationError(NOT_AN_AMOUNT) from error
        if abs(ore) > MAX_AMOUNT or not _WITHIN.fullmatch(value):
            raise ValidationError("The amount is absurdly large.")
        if self.least is not None and (ore < self.least or value.startswith("-")):
            raise ValidationError(
                "The amount must be above 0." if self.least else "The amount cannot be below 0."
            )
        if ore == 0 and not self.zero:
            raise ValidationError("The amount must not be 0.")
        return ore


PERSONAL = words(
    "Write no personal numbers or e-mail addresses here: what is recorded stays for ever."
)


def one_form(text: str) -> str:
    """The text in the one form that is kept (Unicode's NFC): ö is one character however written."""
    return text if text.isascii() else normalize("NFC", text)


class Words(fields.String):
    """Text without control characters, of a bounded length, in one form; spaces around it go.

    Of one line, unless there is room for prose: without line breaks, and without signs that are
    not seen or that turn other text about. Refused where it holds what no fact may hold (see
    `ledger.domain.personal`).
    """

    judge: Callable[[str], bool] = staticmethod(personal.is_personal)

    def __init__(self, said: str, most: int = MAX_NAME, least: int = 0, **kwargs: Any) -> None:
        self.least = least
        self.is_one_line = most < MAX_TEXT
        none = LINE if self.is_one_line else CONTROL
        some = rf"[^{none}\s][^{none}]*" if least else ""
        pattern = rf"^[^{none}]*{some}$"
        described = {"pattern": pattern, "description": said}
        super().__init__(validate=Length(least, most), metadata=described, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = value if type(value) is str else super()._deserialize(value, *args, **kwargs)
        if _NOT_TEXT.search(text):
            raise ValidationError("Control characters are not text.")
        if self.is_one_line and _NOT_ONE_LINE.search(text):
            raise ValidationError("Write it on one line, without signs that cannot be seen.")
        if self.least and not text.strip():
            raise ValidationError("Words are needed here.")
        # A longer text is refused also where only spaces make it so: the length that the
        # description names is that of what is sent.
        for check in self.validators:
            check(text)
        if self.judge(text):
            raise ValidationError([PERSONAL])
        return one_form(text.strip())


class Key(Words):
    """What somebody else numbered, as an invoice or a decision: digits alone are no person's."""

    judge = staticmethod(personal.is_personal_key)


class Sought(Words):
    """What is looked for: it names what is there already, and nothing of it is recorded."""

    judge = staticmethod(lambda text: False)


class OrderNumber(Sought):
    """The number of an order, whatever its case: it becomes the number as it was given."""


def check_year(day: date) -> None:
    """Raises ValidationError."""
    if day.year not in YEARS:
        raise ValidationError("The year must be between 1990 and 2200.")


class Day(fields.Date):
    """An ISO 8601 date, of a year that procurement knows."""

    def __init__(self, said: str, **kwargs: Any) -> None:
        pattern = r"^(199\d|2[01]\d\d|2200)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
        described = {"pattern": pattern, "description": said, "examples": ["2024-01-31"]}
        super().__init__(metadata=described, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str) or not DATE.fullmatch(value):
            raise ValidationError("Not a date: write it as 2026-01-31.")
        day = super()._deserialize(value, *args, **kwargs)
        check_year(day)
        return day


class Moment(fields.AwareDateTime):
    """An RFC 3339 moment with its zone, of a year that procurement knows."""

    _FORM = re.compile(
        r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?\d*([Zz]|[+-]\d\d:\d\d)", re.ASCII
    )

    def __init__(self, said: str, **kwargs: Any) -> None:
        pattern = r"^(199\d|2[01]\d\d|2200)-"
        described = {"pattern": pattern, "description": said, "examples": ["2024-06-30T12:00:00Z"]}
        super().__init__(metadata=described, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not self._FORM.fullmatch(value):
            raise ValidationError("Not a moment with its zone: write it as 2026-01-31T12:00:00Z.")
        moment: datetime = super()._deserialize(value.upper(), *args, **kwargs)
        check_year(moment)
        return moment


class Organisation(fields.String):
    """A Swedish organisation number in any of its spellings, kept as ten digits.

    Or the opaque id that stands for a sole trader, as the ledger gave it; or who is abroad, by the
    kind of number and the number (ISO 6523: "0192:987654321").
    """

    def __init__(self, said: str, **kwargs: Any) -> None:
        described = {
            "pattern": ORGANISATION,
            "format": "organisation-number",
            "description": f"{said}: a Swedish organisation number, its check digit right.",
            "examples": ["2120002403"],
        }
        super().__init__(metadata=described, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text = str(super()._deserialize(value, *args, **kwargs))
        if re.fullmatch(SOLE_TRADER, text, re.ASCII) or is_foreign(text):
            return text
        try:
            return normalise(text)
        except ValueError as error:
            raise ValidationError(
                "Not an organisation number: write its ten digits, as 212000-2403, of which the "
                "last is the check digit."
            ) from error


class Flag(fields.Boolean):
    """JSON's true or false; nothing else is either."""

    def __init__(self, said: str, **kwargs: Any) -> None:
        super().__init__(metadata={"description": said}, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("Say true or false.")
        return value


class Switch(Flag):
    """true or false in an address."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        return super()._deserialize({"true": True, "false": False}.get(value, value))


class Number(fields.Integer):
    """A whole number in an address, written in digits."""

    def __init__(self, said: str, least: int, most: int, **kwargs: Any) -> None:
        within = Range(least, most)
        super().__init__(validate=within, metadata={"description": said}, **kwargs)

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if not re.fullmatch(r"-?\d{1,18}", str(value), re.ASCII):
            raise ValidationError("Not a whole number.")
        return super()._deserialize(value, *args, **kwargs)


class Whole(fields.Integer):
    """A whole number in a body; 12.0 is one (JSON does not tell it from 12), "12" is none."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        if type(value) is int:
            return value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        return super()._deserialize(value, *args, **kwargs)


def whole(said: str, least: int, most: int, **kwargs: Any) -> Whole:
    within = Range(least, most)
    return Whole(strict=True, validate=within, metadata={"description": said}, **kwargs)


def choice(said: str, of: tuple[str, ...], **kwargs: Any) -> fields.String:
    return fields.String(validate=OneOf(of), metadata={"description": said}, **kwargs)


def matching(
    said: str, pattern: str, error: str, *, kept: bool = False, **kwargs: Any
) -> fields.String:
    """Text of exactly one form; `error` is the sentence for any other. `kept`: it may be chosen
    freely and is recorded, so that it is judged as a Key is."""
    whole_text = re.compile(pattern.removesuffix("$") + r"(?![\s\S])", re.ASCII)

    def check(text: str) -> None:
        if not whole_text.match(text):
            raise ValidationError(error)
        if kept and personal.is_personal_key(text):
            raise ValidationError([PERSONAL])

    return fields.String(
        validate=check,
        metadata={"description": said, "pattern": pattern},
        **kwargs,
    )


def person_id(said: str, **kwargs: Any) -> fields.String:
    error = "A person is given by an opaque id, as p-0123456789abcdef."
    return matching(f"{said}: an opaque id, never a name.", PERSON, error, **kwargs)


class Codes(fields.Field[Any]):
    """Codes by part, or the code string as it is written."""

    def __init__(self, said: str, **kwargs: Any) -> None:
        most = MAX_CODE * MAX_CODE_PARTS
        written = {"type": "string", "minLength": 1, "maxLength": most, "pattern": _WRITTEN}
        by_part = {
            "type": "object",
            "minProperties": 1,
            "maxProperties": MAX_CODE_PARTS,
            "propertyNames": {"pattern": f"^{CODE_PART}$"},
            "additionalProperties": {"type": "string", "pattern": f"^{CODE}$"},
        }
        examples = [{"ansvar": "4100", "konto": "4631"}]
        described = {"description": said, "anyOf": [by_part, written], "examples": examples}
        super().__init__(metadata=described, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        if isinstance(value, Mapping):
            value = {_formed(name): _formed(code) for name, code in value.items()}
        if isinstance(value, str):
            if len(value) > MAX_CODE * MAX_CODE_PARTS or not _matches(_WRITTEN, value):
                raise ValidationError("Not a code string: it is one line of text.")
            if personal.is_personal_key(value):
                raise ValidationError([PERSONAL])
            return one_form(value.strip())
        if not isinstance(value, Mapping) or not value:
            raise ValidationError("Give codes by part, or the code string as it is written.")
        if len(value) > MAX_CODE_PARTS:
            said = words("A code string has at most {most} parts.", most=str(MAX_CODE_PARTS))
            raise ValidationError([said])
        error = "A part has a name and a code of at most 30 characters."
        wrong: dict[str, list[Any]] = {
            str(name): [error]
            for name, code in value.items()
            if not _matches(f"^{CODE_PART}$", name)
            or not isinstance(code, str)
            or not _matches(f"^{CODE}$", code)
        }
        wrong |= {
            name: [PERSONAL]
            for name, code in value.items()
            if name not in wrong and personal.is_personal_key(code)
        }
        if wrong:
            raise ValidationError(wrong)
        return tuple(value.items())


def _formed(value: Any) -> Any:
    return one_form(value) if isinstance(value, str) else value


_WRITTEN = rf"^[^{LINE}]*[^{LINE}\s][^{LINE}]*$"


def _matches(pattern: str, text: str) -> bool:
    whole_text = pattern.removesuffix("$") + r"(?![\s\S])"
    return bool(re.match(whole_text, text)) and not _NOT_TEXT.search(text)
