"""The ways on from a refusal that a form offers, each a button that fills in what would do."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ledger import people
from ledger.application import seeing
from ledger.application.bodies.typed import amount
from ledger.domain import agreement, order
from ledger.domain.money import from_text
from ledger.domain.refusals import CapExceeded, LimitOver, Refusal, ReleaseDiffers
from ledger.web.pages.beginning import kronor_typed
from ledger.web.seen import asker, ledger

FIRST_LINE = "lines-0-"


class Way(NamedTuple):
    """What a button fills in, by what it is sent with and what was typed; and what it does
    then, as another would."""

    fills: Callable[[str, Mapping[str, str]], Mapping[str, str]]
    then: str


def _fitted(ore: str, _: Mapping[str, str]) -> dict[str, str]:
    """The first line made so large as what fits, in öre."""
    return _of_one_amount(int(ore)) if _is_figure(ore) else {}


def _of_one_amount(ore: int) -> dict[str, str]:
    return {f"{FIRST_LINE}{name}": "" for name in ("quantity", "unit_price")} | {
        f"{FIRST_LINE}amount": kronor_typed(ore)
    }


def _released(ore: str, _: Mapping[str, str]) -> dict[str, str]:
    """What closing an order would release, in öre, as it was told."""
    return {"release": kronor_typed(int(ore))} if _is_figure(ore) else {}


def _spread(year_fits_asked: str, typed: Mapping[str, str]) -> dict[str, str]:
    """The first line made so large as what fits in its year, and a second like it with the rest in
    the next; where nothing fits, the line is of the next."""
    found = re.fullmatch(r"(\d{4}):(\d{1,18}):(\d{1,18})", year_fits_asked, re.ASCII)
    if found is None:
        return {}
    year, fits, asked = found[1], int(found[2]), int(found[3])
    if not fits:
        return {f"{FIRST_LINE}year": year}
    own = ("amount", "quantity", "unit_price", "year")
    same = {
        f"lines-1-{member}": text
        for name, text in typed.items()
        if name.startswith(FIRST_LINE) and (member := name.removeprefix(FIRST_LINE)) not in own
    }
    rest = {"lines-1-amount": kronor_typed(asked - fits), "lines-1-year": year}
    return _of_one_amount(fits) | same | rest


def _is_figure(text: str) -> bool:
    return re.fullmatch(r"\d{1,18}", text, re.ASCII) is not None


WAYS: Mapping[str, Way] = {
    "fit": Way(_fitted, "calculate"),
    "year": Way(_spread, "calculate"),
    "release": Way(_released, "send"),
}
"""By what the button is called that is sent."""


def from_refusal(refusal: Refusal | None, typed: Mapping[str, str], state: Any) -> dict[str, Any]:
    """What a form is shown with of a refusal: the limits that would be `passed`, what `fits` (öre;
    0: nothing, or it cannot be filled in), how it may be spread over the `next_year`, `whom` to ask
    for room, and what closing `would_release`."""
    passed = passed_by(refusal)
    differs = isinstance(refusal, ReleaseDiffers)
    return {
        "passed": passed,
        "fits": _fitting(passed, typed) if _is_of_a_line(passed, typed) else 0,
        "next_year": _next_year(passed, typed, state),
        "whom": _whom(state) if passed else None,
        "would_release": refusal.figures["release"] if refusal is not None and differs else None,
    }


def _is_of_a_line(passed: Sequence[LimitOver], typed: Mapping[str, str]) -> bool:
    """Whether what fits is money, and the form has the one line to fill it in."""
    has_line = any(name.startswith(FIRST_LINE) for name in typed)
    return has_line and is_one_line(typed) and all(one.unit == "money" for one in passed)


def _fitting(passed: Sequence[LimitOver], typed: Mapping[str, str]) -> int:
    """What the line may be at most, in öre: as it was typed, less what is too much. Of an order
    that is changed the limits tell only of what it would be increased by."""
    line = {
        member: typed.get(f"{FIRST_LINE}{member}", "")
        for member in ("amount", "unit_price", "quantity")
    }
    try:
        asked = (
            from_text(amount(line["amount"]))
            if line["amount"].strip()
            else from_text(amount(line["unit_price"])) * int(line["quantity"])
        )
    except ValueError:
        return 0
    return max(0, asked - max((one.over.ore for one in passed), default=asked))


class NextYear(NamedTuple):
    """Where the rest may go, in öre: the year, what fits before it, and all that is asked for."""

    year: int
    fits: int
    asked: int


def _next_year(
    passed: Sequence[LimitOver], typed: Mapping[str, str], state: Any
) -> NextYear | None:
    """Of an order of one line that passes limits of its year alone; None where there is no next
    year within the term."""
    if not (passed and isinstance(state, agreement.State) and is_one_line(typed)):
        return None
    limits = {one.name: one for one in state.limits}
    found = [limits[one.limit] for one in passed if one.unit == "money" and one.limit in limits]
    years = {one.year for one in found}
    year = next(iter(years), None)
    shared = len(state.buyers) > 1 and any(one.buyer is not None for one in found)
    if len(found) < len(passed) or len(years) > 1 or year is None or shared:
        return None
    if year + 1 > state.ends_on.year:
        return None
    fits, asked = min(one.fits.ore for one in passed), max(one.asked.ore for one in passed)
    return NextYear(year + 1, fits, asked)


class Whom(NamedTuple):
    """Who may make room: managers by name, else whose they are."""

    names: Sequence[str]
    organisation: str


def _whom(state: Any) -> Whom | None:
    """None for whoever is a manager, or no buyer. Where one of several buyers leads, it is the
    leader's to make room: of others no person is named."""
    who = asker()
    own = who.by.organisation
    of = state if isinstance(state, agreement.State) else None
    if isinstance(state, order.State) and own != state.supplier:
        of = seeing.agreement_state(who, state.agreement)
    buyers = {one.organisation: one for one in of.buyers} if of is not None else {}
    if "manager" in who.roles or own not in buyers:
        return None
    leads = next((one for one in buyers.values() if one.role == "lead"), buyers[own])
    opened = ledger()
    names = (
        people.in_role(opened.service, opened.registry, "manager", own)
        if leads.organisation == own
        else ()
    )
    return Whom(names, leads.name or leads.organisation)


def passed_by(refusal: Refusal | None) -> Sequence[LimitOver]:
    """The limits that what is asked would pass, each with what would fit."""
    if not isinstance(refusal, CapExceeded):
        return ()
    found: Sequence[LimitOver] = refusal.figures["limits"]  # type: ignore[assignment]
    return found


def is_one_line(typed: Mapping[str, str]) -> bool:
    """Whether what fits can be filled in: where there is one line, it is its amount."""
    return not any(name.startswith("lines-1-") and value for name, value in typed.items())
