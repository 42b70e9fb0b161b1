"""Which columns a list has as a table: one for each member of what it lists, in the words of both
languages."""

from functools import cache
from typing import NamedTuple

from ledger.application.answers.making import Answer, Member, members_of
from ledger.application.answers.members import AMOUNT, QUANTITY
from ledger.application.answers.suppliers import PERCENT
from ledger.application.bodies.fields import CREDITS
from ledger.wording import translate

NUMBERS = (AMOUNT, QUANTITY, CREDITS, PERCENT)
"""Patterns of texts that are numbers."""
ONE_OF = {"lines": "line"}
"""What one part of a list is called, where a row is about it."""
ORDINALS = ("round", "competition", "right", "number", "line", "year", "position", "version")
"""Whole numbers that count nothing: they say which."""


class Column(NamedTuple):
    """Where in an item a cell is taken from, and what that is called, in English.

    A member is called as its name, unless that has another meaning elsewhere: then by the `head` of
    its field. `of_row`: it is a member of the line item, and the path begins there. A number is
    never text to a spreadsheet; one that is no `figure` says which, as a year.
    """

    path: tuple[str, ...]
    heads: tuple[str, ...]
    member: Member
    of_row: bool = False

    @property
    def is_number(self) -> bool:
        return self.member.is_number or self.is_decimal

    @property
    def is_decimal(self) -> bool:
        return self.member.pattern in NUMBERS and not self.member.is_list

    @property
    def is_amount(self) -> bool:
        return self.member.pattern in (AMOUNT, QUANTITY) and not self.member.is_list

    @property
    def is_figure(self) -> bool:
        """Whether it may be added up."""
        return self.is_number and self.path[-1] not in ORDINALS


def listed_in(shape: object) -> type[Answer] | None:
    """What an answer lists as its `items`; None where it is no list."""
    if not (isinstance(shape, type) and issubclass(shape, Answer)):
        return None
    return next((m.shape for m in members_of(shape) if m.name == "items" and m.is_list), None)


@cache
def columns(shape: type[Answer]) -> tuple[Column, ...]:
    """A column for each member, for each member of what is nested, and for each of a line item; any
    other list is one."""
    found: list[Column] = []
    for member in sorted(members_of(shape), key=lambda member: _place(shape, member)):
        if member.name == shape.row_of and member.shape is not None:
            found += _below(member, of_row=True)
        elif member.shape is not None and not member.is_list:
            found += _below(member)
        else:
            found.append(Column((member.name,), (member.head,), member))
    return tuple(found)


def _below(member: Member, *, of_row: bool = False) -> list[Column]:
    """The columns of what is nested, after its own name."""
    assert member.shape is not None, "only what has a shape has anything below it"
    own, name = (member.name,) * (not of_row), ONE_OF.get(member.name, member.head)
    return [
        below._replace(path=(*own, *below.path), heads=(name, *below.heads), of_row=of_row)
        for below in columns(member.shape)
    ]


def _place(shape: type[Answer], member: Member) -> int:
    """What leads does so in its own order; all else keeps the order of the answer."""
    leading = shape.leading
    return leading.index(member.name) if member.name in leading else len(leading)


def head(names: tuple[str, ...], language: str) -> str:
    """The head of a column in words: of what is nested, whose it is and then what."""
    said = ": ".join(translate(name, language) for name in names)
    return said[:1].upper() + said[1:]


def heads(shape: type[Answer], language: str) -> list[str]:
    return [head(column.heads, language) for column in columns(shape)]
