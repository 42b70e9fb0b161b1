"""An act: something that can be done, as every door has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from ledger.application.bodies.body import Body
from ledger.application.bodies.decimals import decimal_faults, parts_written
from ledger.application.bodies.naming import as_given
from ledger.domain import agreement, drawdown, order
from ledger.domain.days import placed
from ledger.domain.drawdown import MatchCredit, RecordDrawdown
from ledger.domain.drawdown import Part as DrawdownPart
from ledger.domain.drawdown import State as DrawdownState
from ledger.domain.events import By
from ledger.domain.given import Given
from ledger.domain.money import WITHOUT_DECIMALS
from ledger.domain.refusals import Invalid

if TYPE_CHECKING:
    from ledger.application.answers.making import Answer
    from ledger.deciding import Command

Members = dict[str, Any]
"""What a body has, once it has been checked."""

BUYERS = ("orderer", "manager", "admin")
"""Who orders, and acts on what was ordered."""
SUPPLIERS = ("supplier", "manager", "admin")
"""Who answers; a manager may on behalf of a university that answered by letter."""
BOTH = ("orderer", "manager", "supplier", "admin")


class There(Protocol):
    """Where an act is done: to what, by whom, on which day; and what may be looked at for it."""

    name: str
    part: int | None
    by: By
    today: date

    def agreement(self) -> agreement.State: ...

    def order(self, number: str) -> order.State: ...

    def order_number(self, written: str) -> str:
        """An order's number as it was given; as it is written where there is none to be seen."""
        ...

    def drawdown(self) -> drawdown.State: ...

    def with_alike(self, command: RecordDrawdown) -> RecordDrawdown:
        """With the drawdowns that may be the same invoice, over all agreements of the ledger."""
        ...

    def alike(self, state: DrawdownState) -> tuple[str, ...]:
        """The same of one that is recorded."""
        ...

    def approved_after(self, on: date, right: int = 0, deputy: int = 0) -> tuple[str, ...]:
        """Newest drawdowns of the organisation that were approved on a day after one, under a right
        or by a deputy, by its number."""
        ...

    def orderers(self, programme: str, round: int | None) -> tuple[str, ...]:
        """The buyers that have ordered a round of a programme."""
        ...

    def tie(self, state: DrawdownState) -> MatchCredit | None:
        """What ties a credit that came before its invoices to them, where they are here now."""
        ...

    def lines_named(self, state: DrawdownState) -> tuple[DrawdownPart, ...]:
        """What the lines of a credit's file name; nothing where it was typed."""
        ...

    def taken(self, number: str) -> str | None:
        """A number that is signed and differs from this by case alone."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A numbered part of what an act is done to, as a session of an order.

    `variable` names it in the address, `asked` in bodies that have no address and on the command
    line, `member` in the command.
    """

    variable: str
    member: str
    asked: str
    said: str
    most: int = 999_999


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be done: what it is called, by whom, how it is asked for and answered."""

    to: str
    """The noun that it is done to, as its command names it; of one that makes something new, what
    that is under."""
    name: str
    says: str
    """What it does, in a sentence."""
    roles: tuple[str, ...]
    route: str
    """Its address below /api/v1; empty: it is done in plays, or by the calendar, alone."""
    method: str = "POST"
    command: type[msgspec.Struct] | None = None
    body: type[Body] | None = None
    answer: str = ""
    """The file and the name of the shape that it is answered with: loaded where one is made, since
    those who only ask for help make none."""
    by_hand: bool = False
    """Whether each door has a function of its own for it; else the doors make theirs of this."""
    makes: Callable[[There, Members], Command] | None = None
    """How its command is made of a body; None: its members are the command's."""
    part: Part | None = None
    tells: Callable[[Any, Any, Any], Any] | None = None
    """How its answer is made of who asked, the command and its outcome; None: of the state left."""
    section: str = ""
    """Under which heading the API describes it; by default that of its noun."""
    operation: str = ""
    """What the API calls it; by default its name."""
    step: str | None = ""
    """What it is called where it is played in thought; by default its name. None: it is not."""
    verb: str = ""
    """What it is called on the command line, with its group: by default noun and name."""
    acts_as: str = ""
    """The role that the command line acts in; by default the first that may."""
    foreseen: tuple[Callable[[Any, Given], None], ...] = ()
    """What must be so of what it is done to, where its command is about something else."""
    dry_run: bool = True
    creates: str = ""
    """Where what it makes is found, below /api/v1."""
    anchored: bool = False
    """Its answer is kept by others: it carries the newest checkpoint."""
    anybody: bool = False
    """Also who neither ordered it nor gives it may do it, as whoever holds its seats."""

    @property
    def shared(self) -> bool:
        """Whether it changes what all buyers share: where nobody leads, it may be proposed."""
        return self.command is not None and self.command.__name__ in agreement.SHARED

    @property
    def shape(self) -> type[Answer]:
        """What it is answered with."""
        module, _, name = self.answer.partition(".")
        found: type[Answer] = getattr(import_module(f"ledger.application.answers.{module}"), name)
        return found

    @property
    def role(self) -> str:
        return self.acts_as or self.roles[0]

    @property
    def played_as(self) -> str | None:
        return self.name if self.step == "" else self.step

    @property
    def address(self) -> str:
        """As the API's description writes it."""
        return "/api/v1" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.route)

    @property
    def heading(self) -> str:
        """The section of the API that it stands in."""
        return self.section or f"{self.to}s"

    @property
    def words(self) -> tuple[str, ...]:
        """Its verb on the command line, with its group; none of what has no route."""
        return tuple((self.verb or f"{self.to} {self.name}").split()) if self.route else ()

    def in_its_words(self, refusal: Invalid, members: Members) -> Invalid:
        """A refusal whose faults of the command's day stand at the member that gives it."""
        day = "" if self.body is None else self.body.day
        if not day or self.command is None:
            return refusal
        at = day if day in self.command.__struct_fields__ else "on"
        said = "on" if members.get("on") is not None else day
        return Invalid(*placed(refusal.faults, f"/{at}", f"/{said}"))

    def command_of(self, there: There, members: Members) -> Command:
        """The command that a checked body comes to. Raises Invalid, and what `makes` does."""
        assert self.command is not None, "what is by hand makes its own command"
        assert self.body is not None, "what is made of an act has a body"
        self._require_whole(there, members)
        members = as_given(self.body, members, there.order_number)
        day = self.body.day
        if day:
            members = dict(members)
            on = members.pop(day, None) or members.pop("on", None) or there.today
            fields = self.command.__struct_fields__
            members[day if day in fields else "on"] = on
        if self.makes is not None:
            return self.makes(there, members)
        members[self.to] = there.name
        if self.part is not None:
            members[self.part.member] = there.part
        return msgspec.convert(members, self.command)  # type: ignore[return-value]

    def _require_whole(self, there: There, members: Members) -> None:
        """Raises Invalid for parts of a currency that has none; what is looked up is the currency,
        and, but of an agreement that is there, only where there are parts."""
        assert self.body is not None, "what has members has a body"
        is_there = self.to == "agreement" and there.name and "currency" not in members
        if is_there and there.agreement().currency not in WITHOUT_DECIMALS:
            return
        pointers = parts_written(self.body, members)
        if pointers and (faults := decimal_faults(pointers, self._currency(there, members))):
            raise Invalid(*faults)

    def _currency(self, there: There, members: Members) -> str:
        if "currency" in members:
            return str(members["currency"])
        match self.to:
            case "agreement":
                return there.agreement().currency
            case "order":
                return there.order(there.name).currency
            case "drawdown":
                return there.drawdown().currency
            case _:
                return ""
