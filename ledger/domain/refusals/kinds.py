"""The kinds of refusal, and what their sentences are filled with."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

import msgspec

from ledger.bounds import MAX_FAULTS

SEATS = "seats"
"""What stands for the currency of an amount that is a number of seats."""


class Amount(msgspec.Struct, frozen=True):
    """An amount that is to be read by people: öre, excluding VAT, and its currency.

    With `SEATS` for a currency it is a number of seats.
    """

    ore: int
    currency: str


class LimitOver(msgspec.Struct, frozen=True, kw_only=True):
    """A limit that would be passed, most on `on`: all in öre, or in seats. `fits` is what could be
    asked for."""

    limit: str
    cap: Amount
    used: Amount
    asked: Amount
    over: Amount
    fits: Amount
    on: date

    @property
    def unit(self) -> Literal["money", "seats"]:
        """What the limit counts."""
        return "seats" if self.cap.currency == SEATS else "money"


class Person(msgspec.Struct, frozen=True):
    """Somebody by their opaque id; who may read it sees the name, which is outside the log."""

    id: str


class RightLacking(msgspec.Struct, frozen=True, kw_only=True):
    """What one right to attest does not reach; a line without a responsibility code is ""."""

    right: int
    codes: tuple[str, ...]
    over: Amount


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One fault of a request, at its place (a JSON pointer), as a sentence template and figures."""

    pointer: str
    sentence: str
    figures: "Mapping[str, Figures]" = {}


Figure = Amount | LimitOver | Person | RightLacking | Fault | str | int | date | None
Figures = Figure | tuple[Figure, ...]


class Refusal(Exception):
    """Something that the ledger does not do, with the figures that the reader needs."""

    type: ClassVar[str] = "refused"
    means: ClassVar[str] = "The request was refused; an answer always says which way."
    """When it happens, for whoever writes a program: each class has one of its own, which the
    glossary (README.md) and the page of its type tell."""
    title: ClassVar[str] = "Refused"
    sentence: ClassVar[str] = "The request was refused."
    is_attempt: ClassVar[bool] = False
    """Whether an auditor should hear that a command was refused so (see `ledger.attempts`)."""

    def __init__(self, **figures: Figures) -> None:
        super().__init__(self.sentence)
        self.figures: dict[str, Figures] = figures
        self.noted = False
        """Whether it has been taken for the record of attempts: once, wherever it passes."""
        self.counted = False
        """Whether it has been counted, for whoever watches over the process: once too."""

    def __str__(self) -> str:
        return f"{self.type}: {self.figures}"


class NotFound(Refusal):
    """There is no such thing, or it is not for the one who asks to see: the two look the same."""

    type = "not-found"
    means = "There is no such thing, or it is not for the caller to see."
    title = "Not found"
    sentence = "There is no {what} {name}."


class Forbidden(Refusal):
    type = "forbidden"
    means = "None of the caller's roles allows it."
    title = "Not allowed"
    is_attempt = True
    sentence = "This needs one of the roles {roles}; you have {held}."


class Invalid(Refusal):
    type = "invalid"
    means = "The request has faults; all are listed, each at its place."
    title = "The request has faults"
    sentence = "{faults}"

    def __init__(self, *faults: Fault) -> None:
        told = faults[:MAX_FAULTS]
        super().__init__(count=len(faults), faults=told)
        self.faults = told


class Conflict(Refusal):
    """The request is sound; the state of things says no."""

    type = "conflict"
    means = "The request is sound, the state of things says no; an answer always says which way."
    title = "Not possible now"


class Unavailable(Refusal):
    """Nothing was decided or recorded; the same request may be made again."""

    type = "unavailable"
    means = "The database cannot be reached; nothing was recorded."
    title = "Not available now"
    sentence = "The database cannot be reached. Nothing was recorded; try again shortly."


class PdfNotInstalled(Refusal):
    """A part that the operator may install, and has not."""

    type = "pdf-not-installed"
    means = "This ledger makes no PDF files: what sets them is an extra that is not installed."
    title = "No PDF files here"
    sentence = (
        "PDF files need an extra that is not installed here: whoever runs the ledger installs "
        "avrop[pdf]. The same page prints well from the browser, and may be saved as PDF there."
    )
