"""A form as it is filled in: its fields and faults, and what it would do to each limit."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from flask import url_for
from msgspec.structs import replace

from ledger.application import doing, suggesting
from ledger.application.acts.act import Act
from ledger.application.sentences.kinds import KNOWN, kind_as_chosen
from ledger.domain import drawdown, order
from ledger.domain.codes import CodeMap
from ledger.domain.refusals import Amount, Invalid, Refusal
from ledger.projections.postings import LimitBalance, balance_now
from ledger.web.language import of_request
from ledger.web.pages import labels, particular
from ledger.web.pages.beginning import state_of
from ledger.web.pages.entries import Control, controls, in_a_form, is_of_cost, ticks
from ledger.web.pages.offered import is_entered
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, words

COURSES = (("agreement", "place"), ("order", "change"), ("order", "counter"))
"""The acts whose days are those of a course."""
OF_COURSE = labels.LABELS | {
    "starts_on": labels.label("Course start"),
    "ends_on": labels.label("Course end"),
}
KINDS = "kinds"
"""What is suggested for a kind of cost."""


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A limit before and after what is thought of, in its unit; None: unknown."""

    limit: LimitBalance
    before: int | None
    after: int | None


class Page(msgspec.Struct, kw_only=True):
    """A form as it is shown: `typed` are its values, `more` the rows that were asked for, `tried`
    what a dry run came to. One that is `sent` is asked of once more; `unseen`: without the tick
    that a limit that warns was seen; `changed`: it comes to something else than was shown; `at` is
    the field that one came back to change. What is sent from a `row` of a list is answered with
    that row; what is `proposed` is done when the other buyers agree."""

    act: Act
    named: dict[str, Any]
    typed: dict[str, str]
    key: str
    version: int
    more: dict[str, int] = {}
    refusal: Refusal | None = None
    effect: list[Change] | None = None
    tried: doing.Done | None = None
    draft: str = ""
    sent: bool = False
    unseen: bool = False
    changed: bool = False
    at: str = ""
    row: str = ""
    proposed: bool = False

    @property
    def name(self) -> str:
        """What the act is done to, as people call it."""
        name = str(next(iter(self.named.values()), ""))
        return called_invoice(name) if self.act.to == "drawdown" else name

    @property
    def faults(self) -> Sequence[Any]:
        found = self.refusal.faults if isinstance(self.refusal, Invalid) else ()
        return [in_a_form(fault) for fault in found]


def called_invoice(id: str) -> str:
    """An invoice by its number, out of what the ledger calls it. A number of which some signs are
    written otherwise there is looked up."""
    number = id.split(".")[1] if id.count(".") > 1 else id
    if "~" not in number:
        return number
    found: drawdown.State | None = ledger().service.load(drawdown.stream(id))[1]
    return id if found is None else found.invoice


def balances_of(effect: doing.Effect) -> tuple[list[LimitBalance], list[LimitBalance]]:
    """Every limit before what was tried, none where there was no agreement, and after it."""
    day = asker().today
    before, after = (
        [] if one is None else balance_now(one, max(day, one.starts_on), effect.only, day)
        for one in (effect.before, effect.after)
    )
    return before, after


def changes(effect: doing.Effect) -> list[Change]:
    before, after = balances_of(effect)
    was = {one.name: one for one in before}
    return [
        Change(
            limit=one,
            before=was[one.name].remaining if one.name in was else None,
            after=one.remaining,
        )
        for one in after
    ]


def page_of(state: Any) -> str:
    """Where the page of a thing is."""
    if isinstance(state, order.State):
        return url_for("pages.orders.one", number=state.number)
    if isinstance(state, drawdown.State):
        return url_for("pages.invoices.one", id=state.id)
    return url_for("pages.agreements.one", number=state.number)


def fields_of(page: Page) -> list[Control]:
    """Those of the act's body; who answers for oneself has no letter to name."""
    act = page.act
    assert act.body is not None, "only what has a body is offered"
    fields = controls(
        act.body(),
        page.typed,
        page.faults,
        page.more,
        labels=OF_COURSE if (act.to, act.name) in COURSES else labels.LABELS,
        code_map=code_map_of(page),
    )
    return [
        replace(one, suggested="course")
        if one.member == "course" and act.creates
        else _advances(page, one)
        if (act.name, one.member) == ("approve", "deducts")
        else _kinds(one)
        for one in fields
        if one.member != "letter" or is_entered(act)
    ]


def _advances(page: Page, one: Control) -> Control:
    """Those that may be meant, to be ticked: by their numbers, days and amounts."""
    state = state_of(page.act, page.named)
    if not isinstance(state, drawdown.State):
        return one
    some = {
        advance.state.id: words(
            "{invoice} of {on}: {amount} excl. VAT",
            invoice=advance.state.invoice,
            on=advance.state.issued_on.isoformat(),
            amount=Amount(advance.amount, advance.state.currency),
        )
        for advance in suggesting.advances(asker(), state)
    }
    return ticks(one, page.typed, some)


def _kinds(one: Control) -> Control:
    """The field, and those below it, with the kinds that the ledger knows suggested for a kind of
    cost: another may be typed."""
    if one.kind == "text" and is_of_cost(one.member, one.kind):
        return replace(one, suggested=KINDS)
    rows = [[_kinds(below) for below in row] for row in one.rows]
    return replace(one, rows=rows, group=[_kinds(below) for below in one.group])


def code_map_of(page: Page) -> CodeMap | None:
    """The map of who pays for what the form is about, where that is the visitor's own."""
    who, state = asker(), state_of(page.act, page.named)
    typed = page.typed.get("buyer", "").strip() or who.by.organisation
    return suggesting.code_map(who, getattr(state, "buyer", typed))


def suggestions(page: Page, fields: Sequence[Control]) -> dict[str, Sequence[str]]:
    """What a form suggests before anything is typed, by the name of it in `Control.suggested`."""
    found = {one.suggested for one in flat(fields) if one.suggested}
    return {name: suggested(page, name, "") for name in sorted(found)}


def suggested(page: Page, name: str, begun: str) -> Sequence[str]:
    """What may be meant by what is begun to be typed."""
    if name == "course" and page.act.creates:
        return suggesting.courses(asker(), page.name, begun)
    if name == KINDS:
        return [kind_as_chosen(kind, of_request()) for kind in KNOWN]
    code_map, part = code_map_of(page), name.removeprefix("codes-")
    parts = () if code_map is None else code_map.parts
    return next((suggesting.codes(one, begun) for one in parts if one.name == part), [])


def flat(fields: Sequence[Control]) -> Iterator[Control]:
    """Fields with those below them."""
    for one in fields:
        yield one
        for row in (*one.rows, one.group):
            yield from flat(row)


def follows_of(act: Act, state: Any) -> Sentence | None:
    if is_entered(act):
        return labels.AS_ENTERED
    return particular.follows((act.to, act.name), state)


def back_of(state: Any) -> str:
    return url_for("pages.agreements.listed") if state is None else page_of(state)


def placed(fields: Sequence[Control], faults: Sequence[Any]) -> list[tuple[Control, Any]]:
    """Each fault with the field that it stands at."""
    by_name = {one.name: one for one in flat(fields)}
    found = []
    for fault in faults:
        name = fault.pointer.lstrip("/").replace("/", "-")
        while name and name not in by_name:
            name = name.rpartition("-")[0]
        if name:
            found.append((by_name[name], fault))
    return found


def unplaced(fields: Sequence[Control], faults: Sequence[Any]) -> list[Any]:
    at_fields = [fault for _, fault in placed(fields, faults)]
    return [fault for fault in faults if fault not in at_fields]
