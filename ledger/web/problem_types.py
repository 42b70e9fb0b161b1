"""Every type of problem that an answer may have, and what it means: each has an address."""

import re
from collections.abc import Iterator

import msgspec

from ledger.domain import refusals
from ledger.domain.refusals import (
    AskedTooMuch,
    CapExceeded,
    Conflict,
    DuplicateInvoice,
    Forbidden,
    Invalid,
    InvoiceDiffers,
    MayNotAttest,
    NotCovered,
    NotFound,
    PdfNotInstalled,
    Refusal,
    Unavailable,
    VersionDiffers,
)
from ledger.web.access import SentFromElsewhere, TokenOver, Unauthenticated
from ledger.wording import Sentence, words

BASE = "/problems/"
"""A reference relative to the ledger that answers (RFC 9457, 3.1.1)."""
ADDRESS = rf"^(?:{BASE}[a-z]+(?:-[a-z]+)*|about:blank)$"

STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (VersionDiffers, 412),
    (Unauthenticated, 401),
    (NotFound, 404),
    (Forbidden, 403),
    (Invalid, 422),
    (Conflict, 409),
    (AskedTooMuch, 429),
    (PdfNotInstalled, 501),
    (Unavailable, 503),
)
MEANT = ("type", "title", "status", "detail", "instance", "request_id")
"""Members that have a meaning of their own: a refusal's figure of that name says of what it is."""
BESIDES: dict[type[Refusal], tuple[str, ...]] = {
    CapExceeded: ("limits",),
    MayNotAttest: ("lacking", "able"),
    NotCovered: ("bound_by",),
    Invalid: ("errors",),
    DuplicateInvoice: ("status",),
    InvoiceDiffers: ("status", "differs", "amount", "asked"),
}
"""Members that a refusal's sentence does not name."""
UNTOLD = {"because", "count", "standing"}
"""Figures that are of the sentence only."""


class ProblemType(msgspec.Struct, frozen=True, kw_only=True):
    """What all problems of a type have in common; texts are English, to be translated."""

    type: str
    title: str
    status: int
    means: str
    sentence: str
    members: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        return BASE + self.type

    @property
    def document(self) -> tuple[str, ...]:
        """Every member of such a problem document."""
        return (*MEANT, *self.members)


def status_of(kind: type[Refusal]) -> int:
    return next((code for of, code in STATUS if issubclass(kind, of)), 400)


def member(name: str) -> str:
    """What a figure is called in a problem document."""
    return f"resource_{name}" if name in MEANT else name


def of_refusal(kind: type[Refusal]) -> ProblemType:
    named = dict.fromkeys(re.findall(r"{(\w+)}", kind.sentence))
    figures = (*(name for name in named if name not in UNTOLD), *BESIDES.get(kind, ()))
    return ProblemType(
        type=kind.type,
        title=kind.title,
        status=status_of(kind),
        means=kind.means,
        sentence=kind.sentence,
        members=tuple(member(name) for name in figures),
    )


def _of_http(status: int, type: str, title: str, means: str, said: Sentence) -> ProblemType:
    return ProblemType(type=type, title=title, status=status, means=means, sentence=said.template)


INTERNAL = _of_http(
    500,
    "internal-error",
    title="Something went wrong",
    means="The server failed. Nothing is half-recorded: ask again with the same Idempotency-Key.",
    said=words("The server failed; what it was is in its log. Nothing is half-recorded."),
)
OF_HTTP = {
    kind.status: kind
    for kind in (
        _of_http(
            400,
            "bad-request",
            title="Not understood",
            means="The request is no sound HTTP, or broke off.",
            said=words("The request cannot be understood."),
        ),
        _of_http(
            404,
            NotFound.type,
            title=NotFound.title,
            means=NotFound.means,
            said=words("There is nothing at this address."),
        ),
        _of_http(
            405,
            "method-not-allowed",
            title="Another method is needed",
            means="The address does not have the method; the header Allow says which it has.",
            said=words("This address does not take such a request."),
        ),
        _of_http(
            413,
            "request-entity-too-large",
            title="Too large",
            means="The body is larger than its bound.",
            said=words("The request is larger than what is taken in."),
        ),
        _of_http(
            415,
            "unsupported-media-type",
            title="Another format is needed",
            means="The body is of a content type that the address does not take.",
            said=words("The request is in a format that is not taken in here."),
        ),
    )
}
"""What is refused before the ledger is asked, by status. Another status has no type of ours: it is
`about:blank`, and means what HTTP says."""


def _refusals() -> Iterator[type[Refusal]]:
    for kind in (*vars(refusals).values(), Unauthenticated, TokenOver, SentFromElsewhere):
        if isinstance(kind, type) and issubclass(kind, Refusal):
            yield kind


TYPES: dict[str, ProblemType] = {
    **{kind.type: kind for kind in (*OF_HTTP.values(), INTERNAL)},
    **{kind.type: of_refusal(kind) for kind in _refusals()},
}
"""By the last part of their addresses."""
