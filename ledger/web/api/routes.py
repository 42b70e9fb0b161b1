"""How the API's routes are described: what they read, what they answer, what sets them apart."""

from functools import wraps
from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema

from ledger.application import exports
from ledger.application.answers import Answer
from ledger.application.answers.wrapped import dry_run_of, page_of
from ledger.application.printed.documents import DOCUMENTS
from ledger.web import attempted
from ledger.web.api.listing import exported, printed
from ledger.web.describing import reference
from ledger.web.openapi import HEADERS
from ledger.web.receiving import reading

WRITTEN = ("Idempotent-Replayed", "Avrop-Position", "Avrop-Receipt")
"""Headers that a write may have."""


def _told(describe: Any, of: Any) -> Any:
    """What a decorator of the library says of a view, told of `of`, which it is not to wrap."""
    of._apidoc = describe(of)._apidoc
    return of


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """Routes, what they read and what they answer: the library describes them, and none of it is
    run when they are asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers: list[type[Answer]] = []

    def arguments(self, shape: type[Schema], *, location: str = "json") -> Any:
        """A body may be left out where none of its members is needed.

        One schema serves all requests: given a class, each request would make its own.
        """
        schema = shape()
        needed = any(field.required for field in schema.fields.values())
        describe = super().arguments(schema, location=location, required=needed)
        read = reading(schema, location)

        def decorate(view: Any) -> Any:
            @wraps(view)
            def asked(*args: Any, **named: Any) -> Any:
                return view(*args, read(request._get_current_object()), **named)  # type: ignore[attr-defined]

            return _told(describe, asked)

        return decorate

    def described(self, shape: Any) -> Any:
        """A shape as the description refers to it, where it is described as well."""
        if not isinstance(shape, type):
            return shape
        self.answers.append(shape)
        return {"$ref": reference(shape)}

    def response(self, status_code: int, schema: Any = None, **more: Any) -> Any:
        """A view that answers with a list, or with a document, has it as a file too."""
        describe = super().response(status_code, self.described(schema), **more)

        def decorate(view: Any) -> Any:
            return _told(describe, view)

        shape = exports.listed_in(schema) if status_code == 200 else None
        if shape is not None:
            return lambda view: decorate(exported(view, schema, shape))
        if status_code == 200 and isinstance(schema, type) and schema in DOCUMENTS:
            return lambda view: decorate(printed(view, schema))
        return decorate

    def alt_response(self, status_code: int, *, schema: Any = None, **more: Any) -> Any:
        describe = super().alt_response(status_code, schema=self.described(schema), **more)
        return lambda view: _told(describe, view)

    def one(self, shape: type[Answer]) -> Any:
        return self.response(200, shape, headers=_headers("ETag"))

    def page(self, shape: type[Answer]) -> Any:
        return self.told(page_of(shape))

    def told(self, shape: type[Answer]) -> Any:
        """200 with an answer that may go on in a next page."""
        return self.response(200, shape, headers=_headers(maybe=("Link",)))

    def created(self, shape: type[Answer], *, dry_run: bool = True) -> Any:
        """201 with the resource; 200 for a dry run."""
        headers = _headers("Location", "ETag", maybe=WRITTEN)
        done = self.response(201, shape, headers=headers)
        if not dry_run:
            return done
        told = self.alt_response(
            200, schema=dry_run_of(shape), description="What it would do.", success=True
        )
        return lambda view: told(done(view))

    def acted(self, shape: type[Answer], *, dry_run: bool = True) -> Any:
        """200 with the resource, or with what a dry run says."""
        shapes = (shape, dry_run_of(shape)) if dry_run else ()
        both = {"oneOf": [self.described(one) for one in shapes]} if dry_run else shape
        return self.response(200, both, headers=_headers(maybe=("ETag", *WRITTEN)))


def _headers(*always: str, maybe: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        **{name: {**HEADERS[name], "required": True} for name in always},
        **{name: HEADERS[name] for name in maybe},
    }


def writes_nothing(view: Any) -> Any:
    """A question that is too long for an address: it takes no key and no version."""
    return takes_no_key(attempted.writes_nothing(view))


def takes_no_key(view: Any) -> Any:
    """A request that comes to the same however often it is sent, and is about no one resource."""
    view._takes_no_key = True
    return view


def may_conflict(view: Any) -> Any:
    """A question that the state of things may say no to."""
    view._may_conflict = True
    return view


def blueprint(name: str, description: str) -> ApiBlueprint:
    return ApiBlueprint(name, name, url_prefix="/api/v1", description=description)
