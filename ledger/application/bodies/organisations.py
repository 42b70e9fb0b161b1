"""What comes in for organisations: attest rights, deputies, own cost, code maps."""

from typing import Any, get_args

from marshmallow import Schema, fields

from ledger.application.bodies.body import Body, dated
from ledger.application.bodies.fields import (
    CODE,
    CODE_PART,
    LINE,
    Day,
    Flag,
    Key,
    Length,
    Listed,
    Moment,
    Money,
    Switch,
    choice,
    matching,
    person_id,
    whole,
)
from ledger.application.bodies.terms import TODAY
from ledger.bounds import MAX_CODE, MAX_CODE_PARTS, MAX_CODE_VALUES, MAX_RESPONSIBILITIES
from ledger.domain.codes import SEPARATORS, Characters
from ledger.domain.events import OwnCost
from ledger.wording import LANGUAGES

E_MAIL = (
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,20}"
    r"@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
OWN_COST: tuple[str, ...] = get_args(OwnCost)
CHARACTERS: tuple[str, ...] = get_args(Characters)
RESPONSIBILITY = rf"^(?:[^{LINE}\s*](?:[^{LINE}*]{{0,{MAX_CODE - 2}}}[^{LINE}\s*])?\*?|\*)$"
DECISION = "The decision that it rests on."


def _decision() -> Key:
    return Key(DECISION, least=1, required=True)


def _code(said: str, **kwargs: Any) -> fields.String:
    error = "A code is text of at most 30 characters."
    return matching(said, f"^{CODE}$", error, kept=True, **kwargs)


def _responsibility() -> fields.String:
    said = 'A responsibility code (ansvar); "41*": all that begin so; "*": any, and none.'
    error = 'A responsibility code is text, as "4100", "41*" or "*".'
    return matching(said, RESPONSIBILITY, error, kept=True)


def _part_name() -> fields.String:
    said = "What it is called: ansvar, konto, verksamhet, projekt, motpart, objekt, or another."
    error = "A part is called by a word, as ansvar."
    return matching(said, f"^{CODE_PART}$", error, kept=True, required=True)


@dated("starts_on", also_on=False)
class GrantAttestRight(Body):
    """What a person may attest. They are somebody else than whoever grants it."""

    person = person_id("Who may attest", required=True)
    responsibilities = Listed(
        _responsibility(),
        required=True,
        validate=Length(1, MAX_RESPONSIBILITIES),
        metadata={"description": "Whose costs."},
    )
    limit = Money("The largest drawdown, excl. VAT; null: any.", least=1, allow_none=True)
    starts_on = Day(f"The first day; {TODAY}.")
    ends_on = Day("The last day; left out, until it is ended.")
    decision = _decision()


@dated("ends_on", also_on=False)
class EndAttestRight(Body):
    ends_on = Day(f"The last day; {TODAY}.")
    decision = _decision()


@dated("starts_on", also_on=False)
class NameDeputy(Body):
    """Who stands in for somebody, under every right of theirs."""

    person = person_id("Who is stood in for", required=True)
    deputy = person_id("Who stands in", required=True)
    starts_on = Day(f"The first day; {TODAY}.")
    ends_on = Day("The last day; left out, until it is ended.")
    decision = _decision()


@dated("ends_on", also_on=False)
class EndDeputy(Body):
    ends_on = Day(f"The last day; {TODAY}.")
    decision = _decision()


@dated("starts_on", also_on=False)
class SetOwnCost(Body):
    """What counts as one's own cost, which nobody attests."""

    own_cost = Listed(
        choice("One ordered it, a line names one, or one re-coded it.", OWN_COST),
        required=True,
        validate=Length(0, len(OWN_COST)),
        metadata={"description": "All that counts; none of them: only four eyes holds."},
    )
    starts_on = Day(f"From this day; {TODAY}.")
    decision = _decision()


class CodeRange(Schema):
    first = _code("The first value.", required=True)
    last = _code("The last value, of the same length.", required=True)


class CodePart(Schema):
    """A part of the code string; without values and ranges, any value."""

    name = _part_name()
    characters = choice("What it is written in.", CHARACTERS, load_default="digits")
    lengths = Listed(
        whole("A length that it may have.", 1, MAX_CODE),
        load_default=list,
        validate=Length(0, MAX_CODE),
        metadata={"description": "Lengths in characters; none: any."},
    )
    required = Flag("Whether each line has it.", load_default=False)
    values = Listed(
        _code("A value that it may have."),
        load_default=list,
        validate=Length(0, MAX_CODE_VALUES),
        metadata={"description": "Values that it may have."},
    )
    ranges = Listed(
        fields.Nested(CodeRange),
        load_default=list,
        validate=Length(0, MAX_CODE_VALUES),
        metadata={"description": "Ranges of values that it may have."},
    )


@dated("starts_on", also_on=False)
class SetCodeMap(Body):
    """How the organisation's code strings are made, for orders dated from a day on."""

    parts = Listed(
        fields.Nested(CodePart),
        required=True,
        validate=Length(1, MAX_CODE_PARTS),
        metadata={"description": "The parts, in order."},
    )
    separator = choice("What is written between parts.", tuple(SEPARATORS), load_default="-")
    starts_on = Day(f"From this order date; {TODAY}.")
    decision = _decision()


class SetAddress(Body):
    """Where the organisation's orders come to. It is kept beside the log, and can be forgotten."""

    address = matching(
        "One address of e-mail; empty: nothing is sent to it any more.",
        f"^(?:{E_MAIL})?$",
        "Write one address of e-mail, as orders@example.se.",
        required=True,
    )
    language = choice("In which language it is written to.", tuple(LANGUAGES), load_default="sv")


class OrganisationQuery(Schema):
    as_of = Day(f"The day that it is told for; {TODAY}.")
    known_at = Moment("What had been recorded at this moment; left out, everything.")
    in_force = Switch("Only rights and deputies in force that day.", load_default=False)


class AttestQuery(Schema):
    amount = Money("The drawdown's amount, excl. VAT.", least=0, load_default=0)
    code = _code("The responsibility code (ansvar); left out, any.")
    on = Day(f"The day of the approval; {TODAY}.")
    known_at = Moment("What had been recorded at this moment; left out, everything.")
