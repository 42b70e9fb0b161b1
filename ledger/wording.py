"""A refusal as a sentence with its numbers, the same for API, page and command line."""

from datetime import date
from typing import Any

from ledger.domain.money import to_text
from ledger.domain.refusals import Amount, Fault, LimitOver, Refusal


def kronor(ore: int, currency: str = "SEK") -> str:
    """An amount as people read it: thousands apart by no-break spaces, öre only where there are."""
    whole, part = divmod(abs(ore), 100)
    text = f"{whole:,}".replace(",", "\N{NO-BREAK SPACE}") + (f",{part:02d}" if part else "")
    unit = "kr" if currency == "SEK" else currency
    return f"{'−' if ore < 0 else ''}{text}\N{NO-BREAK SPACE}{unit}"


def sentence(refusal: Refusal) -> str:
    """The refusal in words."""
    figures = {name: _said(value) for name, value in refusal.figures.items()}
    return refusal.sentence.format(**figures)


def fault_sentence(fault: Fault) -> str:
    return fault.sentence.format(**fault.figures)


def _said(value: object) -> str:
    if isinstance(value, Amount):
        return kronor(value.ore, value.currency)
    if isinstance(value, tuple):
        return ", ".join(_said(part) for part in value)
    return str(value)


def members(refusal: Refusal) -> dict[str, Any]:
    """The refusal's figures as members of a problem document."""
    return {
        name: _member(value)
        for name, value in refusal.figures.items()
        if name not in ("faults", "count")
    }


def _member(value: object) -> Any:
    if isinstance(value, Amount):
        return to_text(value.ore)
    if isinstance(value, LimitOver):
        return {name: _member(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, tuple):
        return [_member(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value
