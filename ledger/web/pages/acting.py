"""Every act as a page: its form, what it would do to each limit, and the act itself.

A form adds no rule: its fields are those of the act's body, what is typed is read as a program
would send it, and the same decision says what would come of it and does it.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug import Response as Redirect

from ledger.application import doing
from ledger.application.acts.act import Act
from ledger.application.bodies import parsing
from ledger.clock import day_of
from ledger.domain import drawdown, order
from ledger.domain.refusals import (
    AllMustAgree,
    Invalid,
    KeyReused,
    Refusal,
    ReleaseDiffers,
    VersionDiffers,
)
from ledger.registry import drafts
from ledger.web import attempted
from ledger.web.access import allow
from ledger.web.language import of_request
from ledger.web.pages import attesting, choices, confirming, evenly, labels, particular, ways_on
from ledger.web.pages.beginning import (
    beginning_of,
    in_the_way,
    is_drafted,
    kinds_of,
    state_of,
    version_of,
)
from ledger.web.pages.entries import body_of
from ledger.web.pages.filling import (
    Page,
    back_of,
    changes,
    fields_of,
    follows_of,
    page_of,
    placed,
    suggested,
    suggestions,
    unplaced,
)
from ledger.web.pages.offered import OFFERED, called, endpoint_of, rule_of
from ledger.web.pages.times import in_address
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import say, words

blueprint = Blueprint("acts", __name__)


def _register() -> None:
    for act in OFFERED:
        view = allow(*act.roles)(_view(act))
        blueprint.add_url_rule(rule_of(act), endpoint_of(act), view, methods=["GET", "POST"])


def _view(act: Act) -> Callable[..., str | Response | Redirect | tuple[str, int]]:
    def view(**named: Any) -> str | Response | Redirect | tuple[str, int]:
        state_of(act, named)  # of what there is not, or is not theirs to see, nothing is told
        if in_address().given:
            return render_template("acts/then.html", act=act, today=request.path)
        if request.method == "POST":
            return _posted(act, named)
        page = Page(
            act=act,
            named=named,
            typed={**beginning_of(act, named), **request.args.to_dict()},
            key=secrets.token_hex(16),
            version=version_of(act, named),
            draft=request.args.get("draft", "") if is_drafted(act) else "",
        )
        if (name := request.args.get("suggest", "")) and request.headers.get("HX-Request"):
            begun = request.args.get(request.args.get("field", ""), "").strip()
            options = suggested(page, name, begun)
            return render_template("acts/suggestions.html", options=options)
        page.refusal = in_the_way(act, named)
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
        draft=request.form.get("draft", "") if is_drafted(act) else "",
    )
    what, _, of = request.form.get("do", "send").partition(":")
    if what in ("keep", "drop") and is_drafted(act):
        return _kept(page) if what == "keep" else _dropped(page)
    if what == "more" and of:
        page.more = {of: 1}
        return _shown(page)
    if what == "even" and of in evens(act):
        return _made_even(page, of)
    if what in ways_on.WAYS:
        way = ways_on.WAYS[what]
        page.typed |= way.fills(of, page.typed)
        what = way.then
    if act is attesting.APPROVE and request.headers.get("HX-Request"):
        asked_in = request.form.get("row", "")
        page.row = asked_in if asked_in in attesting.ROWS else ""
    page.at = of if what == "edit" else ""
    page.sent = confirming.is_asked(act) and what in ("send", confirming.SURE)
    page.proposed = what == "propose" and act.shared
    sure = page.proposed or what == (confirming.SURE if page.sent else "send")
    if sure and page.sent:
        _look_again(page)
    if not (sure or page.sent or act.dry_run):
        return _shown(page)
    try:
        return _carried_out(page) if sure and not (page.unseen or page.changed) else _tried(page)
    except Refusal as refusal:
        if sure or page.sent:
            attempted.note(refusal)
        if page.row:  # 409 whatever it is: htmx puts the row there, which says why
            return attesting.row(page.row, state_of(act, named), refusal=refusal), 409
        page.refusal = refusal
        if isinstance(refusal, KeyReused):
            page.key = secrets.token_hex(16)
        if isinstance(refusal, VersionDiffers | ReleaseDiffers):
            page.version = version_of(act, named)
        return _shown(page), status_of(type(refusal))


def _look_again(page: Page) -> None:
    """Whether what is pressed is what was shown: a fee that the day has changed, or a limit that
    warns, is shown before it is done. What is refused is refused where it is done, or answered as
    it was the first time."""
    try:
        page.tried = _done(page, dry_run=True)
    except Refusal:
        return
    state = state_of(page.act, page.named)
    shown = request.form.get("shown")
    page.changed = shown is not None and shown != confirming.mark(page, state)
    page.unseen = "seen" not in request.form and bool(confirming.warnings(page.act, page.tried))


def evens(act: Act) -> Sequence[str]:
    """The lists of a form whose amounts may be made even."""
    return evenly.LISTS if (act.to, act.name) == ("agreement", "place") else ()


def _made_even(page: Page, of: str) -> str | tuple[str, int]:
    assert page.act.body is not None, "an order has a body"
    state = state_of(page.act, page.named)
    try:
        page.typed |= evenly.spread(of, body_of(page.act.body(), page.typed), state.currency)
    except Invalid as refusal:
        page.refusal = refusal
        return _shown(page), status_of(Invalid)
    page.at = f"{of}-0-amount"
    return _shown(page)


OUR_OWN = ("csrf_token", "key", "version", "do", "role", "token", "next", "draft",
           "seen", "shown", "row")  # fmt: skip
"""Fields of a form that are not the body's, and those of signing in while it was kept."""


def _kept(page: Page) -> Redirect:
    """What is typed is kept, with whatever faults it has, and the form goes on with it."""
    by, agreement = asker().by, str(page.named.get("number", ""))
    typed = {name: text for name, text in page.typed.items() if text.strip()}
    registry = ledger().registry
    kept = drafts.keep(registry, by.person, by.organisation, agreement, typed, page.draft)
    flash(say(words("Kept as a draft until {day}.", day=day_of(kept.until)), of_request()))
    return redirect(url_for(request.endpoint or "", **page.named, draft=kept.id), 303)


def _dropped(page: Page) -> Redirect:
    drafts.drop(ledger().registry, asker().by.person, page.draft)
    flash(say(words("The draft is removed."), of_request()))
    return redirect(url_for("pages.start.first"), 303)


def _done(page: Page, *, dry_run: bool) -> doing.Done:
    act, who = page.act, asker()
    assert act.body is not None, "only what has a body is offered"
    body = body_of(act.body(), page.typed, kinds=kinds_of(state_of(act, page.named)))
    # What it was asked with is what its key stands for: the same form sent twice is one act.
    once = doing.once(who.by.person, page.key, "POST", request.path, msgspec.json.encode(body))
    return doing.do(
        who,
        act,
        page.named,
        parsing.load(act.body, body),
        once=None if dry_run else once,
        expected=(page.version,) if page.version and not act.creates else None,
        dry_run=dry_run,
        propose=page.proposed,
    )


def _tried(page: Page) -> str | tuple[str, int]:
    """What the act would come to; of one that was sent, the page that asks of it once more."""
    page.tried = _done(page, dry_run=True)
    if page.act.dry_run:
        page.effect = changes(doing.effect(asker(), page.tried))
    if page.sent:
        shown = confirming.of_act(page, state_of(page.act, page.named))
        if page.unseen or page.changed:
            return shown, 422 if page.unseen else 409
        return shown
    return _shown(page)


def _carried_out(page: Page) -> str | Redirect:
    act, who = page.act, asker()
    done = _done(page, dry_run=False)
    receipt = done.outcome.receipt.partition(":")[0]
    if page.row:
        return attesting.row(page.row, done.state, receipt)
    template = "{what}: {name}. Receipt {receipt}."
    if page.proposed:
        template = "Proposed to the other buyers: {what}, {name}. Receipt {receipt}."
    figures = {"name": _name_of(done.state), "receipt": receipt}
    said = words(template, what=say(called(act), of_request()), **figures)
    flash(say(said, of_request()))
    if page.draft:
        drafts.drop(ledger().registry, who.by.person, page.draft)
    where = _where(act, done.state)
    if page.proposed:
        where = url_for("pages.agreements.members", number=done.state.number)
    response = redirect(where, 303)
    if act.creates and isinstance(done.state, order.State):
        choices.remember_unit(response, who.by, done.state.unit)
    return response


def _where(act: Act, state: Any) -> str:
    """Where what an act came to is told: of an agreement, its part that it is about."""
    part = particular.PARTS.get((act.to, act.name))
    return page_of(state) if part is None else url_for(part, number=state.number)


def _name_of(state: Any) -> str:
    return str(state.invoice if isinstance(state, drawdown.State) else state.number)


# ── The page ──────────────────────────────────────────────────────────────────────────────────


def _shown(page: Page) -> str:
    act, fields = page.act, fields_of(page)
    wanted = labels.FIRST.get((act.to, act.name), ())
    by_member = {one.member: one for one in fields}
    first = [by_member[name] for name in wanted if name in by_member]
    rest = [one for one in fields if one.member not in wanted]
    if not wanted:
        first, rest = rest, []
    else:
        first += [one for one in rest if one.required]
        rest = [one for one in rest if not one.required]
    state = state_of(act, page.named)
    alone = bool(request.headers.get("HX-Request"))  # while the form is filled in
    template = particular.TEMPLATES.get((act.to, act.name), "acts/form.html")
    template = "acts/effect.html" if alone else template
    return render_template(
        template,
        alone=alone,
        page=page,
        act=act,
        title=called(act),
        follows=follows_of(act, state),
        asked_again=confirming.is_asked(act),
        suggestions={} if alone else suggestions(page, fields),
        first=first,
        rest=rest,
        rest_open=any(one.filled for one in rest),
        placed=placed(fields, page.faults),
        unplaced=unplaced(fields, page.faults),
        **ways_on.from_refusal(page.refusal, page.typed, state),
        state=state,
        evens=evens(act),
        may_propose=isinstance(page.refusal, AllMustAgree),
        may_keep=is_drafted(act),
        back=back_of(state),
        currency=state.currency if state is not None else "SEK",
        **particular.more((act.to, act.name), state, page.typed, page.tried, page.refusal),
    )


_register()
