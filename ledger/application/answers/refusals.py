"""What goes out when the ledger says no."""

from typing import Annotated

import msgspec

from ledger.application.answers.making import Answer
from ledger.application.answers.members import listed, one_of, quantity, text, whole
from ledger.domain.limits import UNITS


class Problem(Answer, forbid_unknown_fields=False):
    """Why not (RFC 9457). The figures of the sentence are members of their own beside these."""

    type: Annotated[str, text("Stable: programs may rely on it.", format="uri")]
    title: Annotated[str, text("What kind of refusal it is.")]
    status: Annotated[int, whole("The answer's status.", 400)]
    detail: Annotated[str, text("The refusal as a sentence with its figures.")]
    instance: Annotated[str, text("The address that was asked.", format="uri-reference")]
    request_id: Annotated[str, text("Under what the server's log has more of it.")]


class PlacedFault(Answer):
    pointer: Annotated[
        str, text("Where: a JSON pointer into the body, a place in the file, or empty.")
    ]
    detail: Annotated[str, text("What is wrong there.")]


class Invalid(Problem, forbid_unknown_fields=False):
    """The request has faults: all of them, each at its place."""

    errors: Annotated[list[PlacedFault], listed("Every fault.")]


class PassedLimit(Answer):
    limit: Annotated[str, text("The limit's name.")]
    cap: Annotated[str, quantity("The most that may be used.", "cap")]
    used: Annotated[str, quantity("What is in use.", "used")]
    asked: Annotated[str, quantity("What was asked for.", "asked")]
    over: Annotated[str, quantity("By how much it would be passed.", "over")]
    fits: Annotated[str, quantity("What would still fit.", "fits")]
    unit: Annotated[
        str | msgspec.UnsetType,
        one_of(
            "Of a limit in seats that it is; left out, it is of money.",
            UNITS,
            of=lambda limit, _: msgspec.UNSET if limit.unit == "money" else limit.unit,
        ),
    ] = msgspec.UNSET


class Conflict(Problem, forbid_unknown_fields=False):
    """The request is sound; the state of things says no."""

    limits: Annotated[
        list[PassedLimit] | msgspec.UnsetType,
        listed("Type cap-exceeded: every limit that would be passed."),
    ] = msgspec.UNSET
