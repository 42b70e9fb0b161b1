"""Values that people write on the command line: days, moments, organisation numbers."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, TypeVar

import click

from ledger.cli.output import said, wrongly
from ledger.wording import words

View = TypeVar("View", bound=Callable[..., Any])


class DayType(click.ParamType[date]):
    """A business date, of a year that procurement knows."""

    name = "date"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            day = datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            self.fail(said(words("Not a date: write it as 2026-01-31.")), param, ctx)
        if not 1990 <= day.year <= 2200:
            self.fail(said(words("The year must be between 1990 and 2200.")), param, ctx)
        return day


class MomentType(click.ParamType[datetime]):
    """A moment; one without an offset from UTC is meant in Swedish time."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        from ledger.domain.calendar import SWEDEN

        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or len(value) <= len("2026-01-31"):
            self.fail(
                said(
                    words(
                        "Not a moment: write it as 2026-01-31T12:00 (Swedish time) or "
                        "2026-01-31T12:00:00+01:00."
                    )
                ),
                param,
                ctx,
            )
        if not 1990 <= moment.year <= 2200:
            self.fail(said(words("The year must be between 1990 and 2200.")), param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=SWEDEN)


class OrganisationType(click.ParamType[str]):
    """A Swedish organisation number in any of its spellings; ten digits inside."""

    name = "organisation number"

    def convert(self, value: Any, param: Any, ctx: Any) -> str:
        from ledger.documents.organisation import normalise

        try:
            return normalise(value)
        except ValueError:
            wrong = words(
                "Not an organisation number: write its ten digits, as 212000-2403, of which the "
                "last is the check digit."
            )
            self.fail(said(wrong), param, ctx)


Point = tuple[date | None, datetime | None]
"""A business date, as known at a moment; None: everything."""


class PointType(click.ParamType[Point]):
    """DATE, @MOMENT or DATE@MOMENT."""

    name = "point"

    def convert(self, value: Any, param: Any, ctx: Any) -> Point:
        if isinstance(value, tuple):
            return value
        day, at, moment = value.partition("@")
        try:
            found = (
                DAY.convert(day, param, ctx) if day else None,
                MOMENT.convert(moment, param, ctx) if at else None,
            )
        except click.BadParameter as error:
            self.fail(said(words("Not a day or a moment. {why}", why=error.message)), param, ctx)
        if found == (None, None):
            wrong = words("Not a day or a moment: write 2026-01-31 or @2026-01-31T12:00.")
            self.fail(said(wrong), param, ctx)
        return found


Until = int | date
"""A position in the log, or a business date."""


class UntilType(click.ParamType[Until]):
    """A position, in digits alone, or a date."""

    name = "position or date"

    def convert(self, value: Any, param: Any, ctx: Any) -> Until:
        if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value, re.ASCII):
            return int(value)
        return DAY.convert(value, param, ctx)


class PartyType(click.ParamType[dict[str, str]]):
    """NUMBER=NAME, of which the name may be left out; as a body has a party."""

    name = "number=name"

    def convert(self, value: Any, param: Any, ctx: Any) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        number, _, name = value.partition("=")
        return {"organisation": ORGANISATION.convert(number, param, ctx), "name": name}


class FurtherType(click.ParamType[dict[str, str]]):
    """KIND=NUMBER, as a body has a further number."""

    name = "kind=number"

    def convert(self, value: Any, param: Any, ctx: Any) -> dict[str, str]:
        if isinstance(value, dict):
            return value
        kind, _, number = value.partition("=")
        return {"kind": kind.strip(), "number": number.strip()}


NULL = object()
"""What is given for a value that is known to be none."""


class OrNull(click.ParamType[Any]):
    """Of a type, or the word null, as a body may say that there is none."""

    def __init__(self, of: click.ParamType[Any]) -> None:
        self.of, self.name = of, of.name

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        return NULL if value in ("null", NULL) else self.of.convert(value, param, ctx)


DAY, MOMENT, ORGANISATION, PARTY = DayType(), MomentType(), OrganisationType(), PartyType()
FURTHER = FurtherType()
POINT, UNTIL = PointType(), UntilType()

as_json = click.option("--json", "as_json", is_flag=True, help="The API's resource, for programs.")


def _file_of(ctx: click.Context, option: click.Parameter, path: str | None) -> None:
    """Where the list goes, whichever format was asked for; one at a time. Raises UsageError."""
    from ledger.cli.exporting import File

    before: File | None = ctx.params.setdefault("to_file", None)
    if path is None:
        return
    found = File(path, str(option.name))
    if before is not None:
        both = words(
            "One file at a time: {first} or {second}.", first=before.format, second=found.format
        )
        raise wrongly(both)
    ctx.params["to_file"] = found


def _to_file(format: str, help: str) -> Callable[[View], View]:
    return click.option(
        f"--{format}",
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        callback=_file_of,
        help=help,
    )


_WHOLE = {
    "csv": "The whole list to a CSV file; - for standard output.",
    "xlsx": "The whole list to a workbook (XLSX).",
    "pdf": "To a tagged PDF file; needs avrop[pdf].",
}


def as_file(view: View) -> View:
    """The options of a list that may go to a file: `to_file` is where, or None."""
    for format in reversed(FILES):
        view = _to_file(format, _WHOLE[format])(view)
    return view


FILES = ("csv", "xlsx", "pdf")
as_pdf = _to_file("pdf", _WHOLE["pdf"])
dry_run = click.option("--dry-run", is_flag=True, help="Tell what it would do; record nothing.")
propose_it = click.option(
    "--propose", is_flag=True, help="Propose it to the other buyers, where nobody leads."
)
no_checkpoint = click.option(
    "--no-checkpoint", is_flag=True, help="Leave out the notary's newest checkpoint at the end."
)


def _or_today(_: click.Context, __: object, value: date | None) -> date:
    from ledger.cli.opening import today

    return value or today()


as_of = click.option(
    "--as-of",
    type=DAY,
    callback=_or_today,
    help="A business date: what was true then; by default today.",
)
recorded_as_of = click.option("--as-of", type=DAY, help="Facts that count by this business date.")


def _moment_of_file(ctx: click.Context, _: object, value: datetime | None) -> datetime | None:
    """A file is told as known at a moment, which it names: so it can be asked for again."""
    if value is not None or ctx.params.get("to_file") is None:
        return value
    from ledger.cli.opening import clock

    return clock()()


known_at = click.option(
    "--known-at",
    type=MOMENT,
    callback=_moment_of_file,
    help="A moment: what had been recorded then, as 2026-01-31T12:00.",
)
