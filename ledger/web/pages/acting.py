"""Every act as a page: its form, what it would do to each limit, and the act itself.

A form adds no rule: its fields are those of the act's body, what is typed is read as a program
would send it, and the same decision says what would come of it and does it.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger.application import doing, seeing
from ledger.application.acts.act import Act
from ledger.application.bodies import parsing
from ledger.domain import drawdown, order
from ledger.domain.refusals import (
    CapExceeded,
    Invalid,
    KeyReused,
    LimitOver,
    NotFound,
    Refusal,
    VersionDiffers,
)
from ledger.projections.postings import LimitBalance, balance_now
from ledger.registry import drafts
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import labels, particular
from ledger.web.pages.entries import Control, body_of, controls, in_a_form, typed_of
from ledger.web.pages.offered import OFFERED, called, endpoint_of, is_entered, rule_of, told_of
from ledger.web.pages.times import in_address
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import say, words

blueprint = Blueprint("acts", __name__)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A limit before and after what is thought of, in its unit; None: unknown."""

    limit: LimitBalance
    before: int | None
    after: int | None


class Page(msgspec.Struct, kw_only=True):
    """A form as it is shown: `typed` are its values, `more` the rows that were asked for, `tried`
    what a dry run came to."""

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

    @property
    def name(self) -> str:
        return str(next(iter(self.named.values()), ""))

    @property
    def faults(self) -> Sequence[Any]:
        found = self.refusal.faults if isinstance(self.refusal, Invalid) else ()
        return [in_a_form(fault) for fault in found]


def _register() -> None:
    for act in OFFERED:
        view = allow(*act.roles)(_view(act))
        blueprint.add_url_rule(rule_of(act), endpoint_of(act), view, methods=["GET", "POST"])


def _view(act: Act) -> Callable[..., str | Response | Redirect | tuple[str, int]]:
    def view(**named: Any) -> str | Response | Redirect | tuple[str, int]:
        _state(act, named)  # of what there is not, or is not theirs to see, nothing is told
        if in_address().given:
            return render_template("acts/then.html", act=act, today=request.path)
        if request.method == "POST":
            return _posted(act, named)
        page = Page(
            act=act,
            named=named,
            typed={**_beginning(act, named), **request.args.to_dict()},
            key=secrets.token_hex(16),
            version=_version(act, named),
            draft=request.args.get("draft", "") if act.name == DRAFTED else "",
        )
        page.refusal = _in_the_way(act, named)
        return _shown(page)

    return view


def _posted(act: Act, named: dict[str, Any]) -> str | Redirect | tuple[str, int]:
    typed = {name: value for name, value in request.form.items() if name not in OUR_OWN}
    typed = particular.prepared((act.to, act.name), typed)
    version = request.form.get("version", "")
    page = Page(
        act=act,
        named=named,
        typed=typed,
        key=request.form.get("key") or secrets.token_hex(16),
        version=int(version) if re.fullmatch(r"\d{1,15}", version, re.ASCII) else 0,
        draft=request.form.get("draft", "") if act.name == DRAFTED else "",
    )
    what, _, of = request.form.get("do", "send").partition(":")
    if what in ("keep", "drop") and act.name == DRAFTED:
        return _kept(page) if what == "keep" else _dropped(page)
    if what == "more" and of:
        page.more = {of: 1}
        return _shown(page)
    if what == "fit":
        page.typed |= _fitted(of)
        what = "calculate"
    what = what if what == "send" else "calculate"  # nothing is done by a button that there is not
    if not act.dry_run and what == "calculate":
        return _shown(page)
    try:
        return _carried_out(page, dry_run=what == "calculate")
    except Refusal as refusal:
        if what == "send":
            attempted.note(refusal)
        page.refusal = refusal
        if isinstance(refusal, KeyReused):
            page.key = secrets.token_hex(16)
        if isinstance(refusal, VersionDiffers):
            page.version = _version(act, named)
        return _shown(page), status_of(type(refusal))


OUR_OWN = ("csrf_token", "key", "version", "do", "role", "token", "next", "draft")
"""Fields of a form that are not the body's, and those of signing in while it was kept."""


DRAFTED = "place"
"""The act whose form may be kept as a draft."""


def _kept(page: Page) -> Redirect:
    """What is typed is kept, with whatever faults it has, and the form goes on with it."""
    by, agreement = asker().by, str(page.named["number"])
    typed = {name: text for name, text in page.typed.items() if text.strip()}
    registry = ledger().registry
    kept = drafts.keep(registry, by.person, by.organisation, agreement, typed, page.draft)
    flash(say(words("Kept as a draft until {day}.", day=kept.until.date()), of_request()))
    return redirect(url_for(request.endpoint or "", **page.named, draft=kept.id), 303)


def _dropped(page: Page) -> Redirect:
    drafts.drop(ledger().registry, asker().by.person, page.draft)
    flash(say(words("The draft is removed."), of_request()))
    return redirect(url_for("pages.start.first"), 303)


def _drafted(id: str, agreement: str) -> dict[str, str]:
    """What is typed in the visitor's own draft. Raises NotFound."""
    by = asker().by
    for one in drafts.of(ledger().registry, by.person, by.organisation):
        if (one.id, one.agreement) == (id, agreement):
            return one.typed
    raise NotFound(what="draft", name=id)


def _carried_out(page: Page, *, dry_run: bool) -> str | Redirect:
    act, who = page.act, asker()
    assert act.body is not None, "only what has a body is offered"
    body = body_of(act.body(), page.typed)
    # What it was asked with is what its key stands for: the same form sent twice is one act.
    once = doing.once(who.by.person, page.key, "POST", request.path, msgspec.json.encode(body))
    loaded = parsing.load(act.body, body)
    done = doing.do(
        who,
        act,
        page.named,
        loaded,
        once=None if dry_run else once,
        expected=(page.version,) if page.version and not act.creates else None,
        dry_run=dry_run,
    )
    if dry_run:
        page.tried = done
        page.effect = _changes(doing.effect(who, done))
        return _shown(page)
    said = words(
        "{what}: {name}. Receipt {receipt}.",
        what=say(called(act), of_request()),
        name=_name_of(done.state),
        receipt=done.outcome.receipt.partition(":")[0],
    )
    flash(say(said, of_request()))
    if page.draft:
        drafts.drop(ledger().registry, who.by.person, page.draft)
    return redirect(_where(act, done.state), 303)


def page_of(state: Any) -> str:
    """Where the page of a thing is."""
    if isinstance(state, order.State):
        return url_for("pages.orders.one", number=state.number)
    if isinstance(state, drawdown.State):
        return url_for("pages.invoices.one", id=state.id)
    return url_for("pages.agreements.one", number=state.number)


def _where(act: Act, state: Any) -> str:
    """Where what an act came to is told: of an agreement, its part that it is about."""
    part = particular.PARTS.get((act.to, act.name))
    return page_of(state) if part is None else url_for(part, number=state.number)


def _name_of(state: Any) -> str:
    return str(state.invoice if isinstance(state, drawdown.State) else state.number)


def _changes(effect: doing.Effect) -> list[Change]:
    day = asker().today
    after = balance_now(effect.after, max(day, effect.after.starts_on), effect.only, day)
    was: dict[str, LimitBalance] = {}
    if effect.before is not None:
        start = max(day, effect.before.starts_on)
        was = {one.name: one for one in balance_now(effect.before, start, effect.only, day)}
    return [
        Change(
            limit=one,
            before=was[one.name].remaining if one.name in was else None,
            after=one.remaining,
        )
        for one in after
    ]


def _fitted(ore: str) -> dict[str, str]:
    """The first line made so large as what fits, in öre."""
    if not re.fullmatch(r"\d{1,18}", ore, re.ASCII):
        return {}
    blank = dict.fromkeys(("lines-0-quantity", "lines-0-unit_price"), "")
    return {"lines-0-amount": kronor_typed(int(ore)), **blank}


# ── What a form begins with, and what stands in its way ───────────────────────────────────────


def _state(act: Act, named: Mapping[str, Any]) -> Any:
    """What the act is done to, as the asker may see it. Raises NotFound."""
    names = [value for value in named.values() if isinstance(value, str)]
    if not names:
        return None
    match act.to:
        case "order":
            return seeing.order_state(asker(), names[0])
        case "drawdown":
            return seeing.drawdown_state(asker(), names[0])
        case _:
            return seeing.agreement_state(asker(), names[0])


def _version(act: Act, named: Mapping[str, Any]) -> int:
    """At which version what the act is done to is; 0 where that does not matter."""
    state = _state(act, named)
    if state is None or act.creates:
        return 0
    name = state.id if isinstance(state, drawdown.State) else state.number
    version: int = ledger().service.load(f"{act.to}/{name}")[0]
    return version


def _in_the_way(act: Act, named: Mapping[str, Any]) -> Refusal | None:
    """What stands in an act's way as things are, whatever is typed."""
    state = _state(act, named)
    if state is None:
        return None
    return next((one.refusal for one in told_of(state) if one.act is act), None)


def _beginning(act: Act, named: Mapping[str, Any]) -> dict[str, str]:
    """What a form shows before anything is typed: of a change, what is there already."""
    state = _state(act, named)
    if isinstance(state, order.State) and act.name in ("change", "counter"):
        return _as_ordered(state)
    if act.name == DRAFTED and request.args.get("draft"):
        return _drafted(request.args["draft"], str(named["number"]))
    if act.name == "place" and request.args.get("again"):
        return _again(seeing.order_state(asker(), request.args["again"]))
    if isinstance(state, drawdown.State) and act.name == "reverse":
        return {"room": state.room or ""}
    return {}


def _again(state: order.State) -> dict[str, str]:
    """An order to be placed once more: all that it asks for, but its days."""
    gone = ("starts_on", "ends_on")
    lines = {name: value for name, value in _as_ordered(state).items()
             if name not in gone and not name.endswith("-year")}  # fmt: skip
    names = ("course", "unit", "challenge", "credits", "free_seats", "minimum_seats", "programme")
    asked = {name: getattr(state, name) for name in names}
    return lines | typed_of({**asked, "supplier": state.supplier, "buyer": state.buyer})


def _as_ordered(state: order.State) -> dict[str, str]:
    lines = [
        {
            "kind": line.kind,
            "text": line.text,
            "quantity": line.quantity,
            "unit_price": None if line.unit_price is None else kronor_typed(line.unit_price),
            "amount": kronor_typed(line.amount) if line.quantity is None else None,
            "year": line.year,
            "funding": line.funding,
            "cost_centre": line.cost_centre,
            "codes": line.code_string,
            "responsible": line.responsible,
        }
        for line in state.lines
    ]
    return typed_of(
        {
            "lines": lines,
            "seats": state.seats,
            "starts_on": state.starts_on,
            "ends_on": state.ends_on,
        }
    )


def kronor_typed(ore: int) -> str:
    """An amount as one types it."""
    whole, part = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{whole}" + (f",{part:02d}" if part else "")


# ── The page ──────────────────────────────────────────────────────────────────────────────────


def _shown(page: Page) -> str:
    act = page.act
    assert act.body is not None, "only what has a body is offered"
    fields = controls(act.body(), page.typed, page.faults, page.more)
    entered = is_entered(act)
    if not entered:
        fields = [one for one in fields if one.member != "letter"]
    wanted = labels.FIRST.get((act.to, act.name), ())
    by_member = {one.member: one for one in fields}
    first = [by_member[name] for name in wanted if name in by_member]
    rest = [one for one in fields if one.member not in wanted]
    if not wanted:
        first, rest = rest, []
    else:
        first += [one for one in rest if one.required]
        rest = [one for one in rest if not one.required]
    state = _state(act, page.named)
    alone = bool(request.headers.get("HX-Request"))  # while the form is filled in
    template = particular.TEMPLATES.get((act.to, act.name), "acts/form.html")
    template = "acts/effect.html" if alone else template
    return render_template(
        template,
        alone=alone,
        page=page,
        act=act,
        title=called(act),
        follows=labels.AS_ENTERED if entered else particular.follows((act.to, act.name), state),
        first=first,
        rest=rest,
        rest_open=any(one.filled for one in rest),
        placed=_placed(fields, page.faults),
        unplaced=_unplaced(fields, page.faults),
        passed=_passed(page.refusal),
        may_fit=_one_line(page.typed),
        state=state,
        may_keep=act.name == DRAFTED,
        back=page_of(state) if state is not None else url_for("pages.agreements.listed"),
        currency=state.currency if state is not None else "SEK",
        **particular.more((act.to, act.name), state, page.typed, page.tried, page.refusal),
    )


def _passed(refusal: Refusal | None) -> Sequence[LimitOver]:
    """The limits that what is asked would pass, each with what would fit."""
    if not isinstance(refusal, CapExceeded):
        return ()
    found: Sequence[LimitOver] = refusal.figures["limits"]  # type: ignore[assignment]
    return found


def _one_line(typed: Mapping[str, str]) -> bool:
    """Whether what fits can be filled in: where there is one line, it is its amount."""
    return not any(name.startswith("lines-1-") and value for name, value in typed.items())


def _placed(fields: Sequence[Control], faults: Sequence[Any]) -> list[tuple[Control, Any]]:
    """Each fault with the field that it stands at."""
    by_name = {one.name: one for one in _flat(fields)}
    found = []
    for fault in faults:
        name = fault.pointer.lstrip("/").replace("/", "-")
        while name and name not in by_name:
            name = name.rpartition("-")[0]
        if name:
            found.append((by_name[name], fault))
    return found


def _unplaced(fields: Sequence[Control], faults: Sequence[Any]) -> list[Any]:
    placed = [fault for _, fault in _placed(fields, faults)]
    return [fault for fault in faults if fault not in placed]


def _flat(fields: Sequence[Control]) -> list[Control]:
    found = []
    for one in fields:
        found.append(one)
        for row in (*one.rows, one.group):
            found += _flat(row)
    return found


_register()
