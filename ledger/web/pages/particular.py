"""Forms that need more than their fields: in which template each is, and what it shows besides."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from ledger.application import grounds
from ledger.application.doing import Done
from ledger.application.grounds import Standing, Tested
from ledger.application.party_names import names_of
from ledger.domain import agreement
from ledger.domain.refusals import LaterNotCovered, NotCovered, Refusal
from ledger.web.pages import labels
from ledger.web.pages.labels import label
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

Key = tuple[str, str]
"""What an act is done to, and its name."""

FUNDING = ("decide", "change", "withdraw", "claim", "receive")
COMPETITION = ("open", "answer", "award", "cancel")
"""What is done to a funding source, and in a competition."""

TEMPLATES: Mapping[Key, str] = {
    ("agreement", "amend"): "agreements/amend.html",
    ("agreement", "sign"): "agreements/sign.html",
}

CONFIRMED: Mapping[Key, str] = {("agreement", "sign"): "agreements/signed.html"}
"""Those that are shown once more with more than what was typed."""

PARTS: Mapping[Key, str] = {
    ("agreement", name): f"pages.agreements.{part}"
    for part, names in {
        "amendments": ("amend", "extend", "publish-notice"),
        "limits": ("remove-limit",),
        "members": (
            *("propose-share-move", "accept-share-move", "decline-share-move", "in-kind"),
            *("accept-change", "decline-change", "withdraw-change"),
        ),
        "funding": tuple(f"{one}-funding" for one in FUNDING),
        "suppliers": (*(f"{one}-competition" for one in COMPETITION), "open-offers"),
    }.items()
    for name in names
}
"""The part of an agreement that an act is about: where one comes to after it."""

LAW: Mapping[str, Sentence] = {
    "17:9": label(
        "All such changes together stay below 10 % of the value and below the threshold value."
    ),
    "17:10": label("A clause of the agreement says clearly that and how it may be changed."),
    "17:11": label(
        "More is needed that nobody else can give without great trouble; each change is at most "
        "half the value, and is made known by a notice."
    ),
    "17:12": label(
        "What happened could not be foreseen; each change is at most half the value, and is made "
        "known by a notice."
    ),
    "17:13": label("Another supplier takes the place of the first; the cap stays as it is."),
    "17:14": label(
        "The change is not substantial: it is said of each of four criteria why it is not."
    ),
    "policy": label("What the parties agreed on, where 17 kap. LOU does not bind."),
}
"""What the law, or the agreement, asks of each ground, in a sentence."""


class Test(msgspec.Struct, frozen=True, kw_only=True):
    """A ground that may be chosen: its test in words, and the figures so far."""

    ground: str
    law: Sentence
    standing: Standing


def more(
    key: Key, state: Any, typed: Mapping[str, str], tried: Done | None, refusal: Refusal | None
) -> dict[str, Any]:
    """What a form's own template needs; nothing for the others."""
    if key == ("agreement", "amend") and isinstance(state, agreement.State):
        return _amend(state, typed, tried, refusal)
    if key == ("agreement", "sign"):
        return {"groups": GROUPS}
    return {}


GROUPS: Sequence[tuple[Sentence, Sentence, Sequence[str]]] = (
    (
        label("1. Parties"),
        label("The names of organisations that are known here are filled in."),
        ("number", "title", "buyers", "suppliers", "numbers"),
    ),
    (label("2. Term"), label("The last day counts."), ("signed_on", "starts_on", "ends_on")),
    (label("3. Cap"), label("What may be ordered in all."), ("cap", "currency")),
    (
        label("4. Limits"),
        label("Beside the cap: for a year, a buyer, a supplier, a kind of cost or a source."),
        ("limits",),
    ),
    (
        label("5. Rules"),
        label(
            "Where nothing is said: the cap stops, nothing is tolerated beyond it, it is told when "
            "50, 75, 90 and 100 per cent of a limit is used and 6 and 3 months before the end, an "
            "order is answered within 14 days, and what was procured under LOU is amended by "
            "17 kap."
        ),
        ("regime", "policy", "selection"),
    ),
)
"""The groups of a signing: what each is called, what is to be known of it, and its members."""


def follows(key: Key, state: Any) -> Sentence | None:
    """What follows of an act, in a sentence: of an extension by which option, and until when."""
    if key == ("agreement", "extend") and isinstance(state, agreement.State):
        options = state.policy_on(asker().today).extensions
        used = state.extensions_used
        if used < len(options):
            return words(
                "Option {number} of {all}: {months} months more, until {ends_on}. It can be used "
                "until {last}.",
                number=used + 1,
                all=len(options),
                months=options[used].months,
                ends_on=agreement.extended_to(state, asker().today),
                last=state.ends_on,
            )
    return labels.FOLLOWS.get(key)


def prepared(key: Key, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with what the ledger fills in: the names of parties that are known here."""
    if key != ("agreement", "sign"):
        return typed
    empty = {
        name.removesuffix("-organisation"): number.strip()
        for name, number in typed.items()
        if re.fullmatch(r"(buyers|suppliers)-\d{1,3}-organisation", name) and number.strip()
        if not typed.get(f"{name.removesuffix('-organisation')}-name", "").strip()
    }
    known = names_of(asker(), empty.values())
    return typed | {
        f"{party}-name": known[number] for party, number in empty.items() if number in known
    }


def _amend(
    state: agreement.State, typed: Mapping[str, str], tried: Done | None, refusal: Refusal | None
) -> dict[str, Any]:
    uncovered = isinstance(refusal, NotCovered)
    return {
        "today": asker().today,
        "tests": _tests(state),
        "tested": _tested(state, tried, refusal),
        "may_record_uncovered": uncovered or typed.get("record_uncovered") == "true",
    }


def _tests(state: agreement.State) -> Sequence[Test]:
    return [
        Test(ground=one.ground, law=LAW[one.ground], standing=one)
        for one in grounds.standings(state, asker().today)
    ]


def _tested(state: agreement.State, tried: Done | None, refusal: Refusal | None) -> Tested | None:
    """By what the decision came to, or by the figures with which it refused."""
    if isinstance(refusal, NotCovered) and not isinstance(refusal, LaterNotCovered):
        asked, net = refusal.figures["asked"].ore, refusal.figures["net"].ore  # type: ignore[union-attr]
        ground = str(refusal.figures["ground"])
        found = next(one for one in _tests(state) if one.ground == ground).standing
        return Tested(
            ground=ground, so_far=net - asked, asked=asked, bound=found.bound, covered=False
        )
    if tried is None:
        return None
    before: agreement.State = ledger().service.load(agreement.stream(state.number))[1]
    return grounds.tested(before, tried.state)
