"""Answers that are made of others: a page of a list, a dry run."""

from functools import cache
from typing import Annotated, Any

import msgspec

from ledger.application.answers.balances import Preview
from ledger.application.answers.making import Answer
from ledger.application.answers.members import listed


@cache
def page_of(shape: type[Answer]) -> type[Answer]:
    """A page of a list."""
    return _wrapped(f"{shape.__name__}Page", items=Annotated[list[shape], listed("The page.")])  # type: ignore[valid-type]


@cache
def dry_run_of(shape: type[Answer]) -> type[Answer]:
    """What a dry run says: nothing was written. What is left before and after it; `balance` is the
    one after, by the name that it had alone. Before a signing there is nothing."""
    name = f"{shape.__name__}DryRun"
    said = Annotated[bool, msgspec.Meta(extra_json_schema={"enum": [True]})]
    return _wrapped(
        name, dry_run=said, resource=shape, before=Preview | None, after=Preview, balance=Preview
    )


def _wrapped(name: str, **members: Any) -> type[Answer]:
    made: type[Any] = msgspec.defstruct(
        name, list(members.items()), bases=(Answer,), module=__name__
    )
    return made
