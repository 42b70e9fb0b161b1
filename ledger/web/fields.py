"""Fields of what comes in: text into values, each with the sentence for what it is not."""

import re
from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate

from ledger.bounds import MAX_AMOUNT, MAX_NAME
from ledger.documents.organisation import normalise
from ledger.domain import money
from ledger.wording import words

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


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
        super().__init__(validate=Length(least, most), **kwargs)

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
    return fields.Integer(strict=True, validate=Range(least, most), **kwargs)
