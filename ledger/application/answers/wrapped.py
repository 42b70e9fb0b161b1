"""Answers that are made of others: a page of a list, a dry run."""

from functools import cache

from marshmallow import Schema, fields, validate

from ledger.application.answers import members
from ledger.application.answers.agreements import Preview


@cache
def page_of(schema: type[Schema]) -> type[Schema]:
    """A page of a list."""
    return Schema.from_dict(
        {"items": members.listed(schema, "The page.")}, name=f"{schema.__name__}Page"
    )


@cache
def dry_run_of(schema: type[Schema]) -> type[Schema]:
    """What a dry run says: nothing was written."""
    told = {
        "dry_run": fields.Boolean(required=True, validate=validate.Equal(True)),
        "resource": members.nested(schema),
        "balance": members.nested(Preview),
    }
    return Schema.from_dict(told, name=f"{schema.__name__}DryRun")
