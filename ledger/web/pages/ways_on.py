"""The ways on from a refusal that a form offers, each a button that fills in what would do."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.domain.refusals import CapExceeded, LimitOver, Refusal, ReleaseDiffers
from ledger.web.pages.beginning import kronor_typed

FIRST_LINE = "lines-0-"


class Way(NamedTuple):
    """What a button fills in, by what it is sent with; and what it does then, as another would."""

    fills: Callable[[str], Mapping[str, str]]
    then: str


def _fitted(ore: str) -> dict[str, str]:
    """The first line made so large as what fits, in öre."""
    return _of_one_amount(int(ore)) if _is_figure(ore) else {}


def _of_one_amount(ore: int) -> dict[str, str]:
    return {f"{FIRST_LINE}{name}": "" for name in ("quantity", "unit_price")} | {
        f"{FIRST_LINE}amount": kronor_typed(ore)
    }


def _released(ore: str) -> dict[str, str]:
    """What closing an order would release, in öre, as it was told."""
    return {"release": kronor_typed(int(ore))} if _is_figure(ore) else {}


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"\d{1,18}", text, re.ASCII) is not None


WAYS: Mapping[str, Way] = {
    "fit": Way(_fitted, "calculate"),
    "release": Way(_released, "send"),
}
"""By what the button is called that is sent."""


def from_refusal(refusal: Refusal | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """What a form is shown with of a refusal: the limits that would be `passed`, what `fits` (öre;
    0: nothing, or it cannot be filled in), and what closing `would_release`."""
    passed = passed_by(refusal)
    least = min((one.fits.ore for one in passed), default=0)
    differs = isinstance(refusal, ReleaseDiffers)
    return {
        "passed": passed,
        "fits": least if is_one_line(typed) else 0,
        "would_release": refusal.figures["release"] if refusal is not None and differs else None,
    }


def passed_by(refusal: Refusal | None) -> Sequence[LimitOver]:
    """The limits that what is asked would pass, each with what would fit."""
    if not isinstance(refusal, CapExceeded):
        return ()
    found: Sequence[LimitOver] = refusal.figures["limits"]  # type: ignore[assignment]
    return found


def is_one_line(typed: Mapping[str, str]) -> bool:
    """Whether what fits can be filled in: where there is one line, it is its amount."""
    return not any(name.startswith("lines-1-") and value for name, value in typed.items())
