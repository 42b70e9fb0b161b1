"""A form of the settings: its fields are those of the act's body, read as a program would send
them; what refuses stands above it with everything that was typed."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from flask import flash, redirect, render_template, request
from msgspec.structs import replace
from werkzeug import Response as Redirect

from ledger.application import doing
from ledger.application.acts.act import Act
from ledger.application.bodies import parsing
from ledger.domain.refusals import Invalid, KeyReused, Refusal, VersionDiffers
from ledger.service import Outcome
from ledger.store import Request
from ledger.web import attempted
from ledger.web.language import of_request
from ledger.web.pages.entries import TICKED, Control, Option, body_of, controls, in_a_form
from ledger.web.pages.filling import placed, unplaced
from ledger.web.pages.settings.called import ACTS as CALLED
from ledger.web.pages.settings.called import FOLLOWS, MEMBERS
from ledger.web.pages.settings.parts import links
from ledger.web.pages.times import in_address
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words

Answer = str | Redirect | tuple[str, int]
Body = dict[str, Any]
Expected = tuple[int, ...] | None
Run = Callable[[Body, Request, Expected], Outcome | None]
"""Carries the act out by what was typed. Raises a Refusal."""
Options = Mapping[str, Sentence]
OUR_OWN = ("csrf_token", "key", "version", "do")
"""Fields of a form that are not the body's."""
IRREVOCABLE = ("erase", "end", "end-role", "end-token", "end-deputy")
"""Acts that end something: their buttons say so by their colour."""


class Form(msgspec.Struct, kw_only=True):
    """A form as it is shown. `of` is what it is about, as people call it; `stream` what the act
    writes to, whose version it is held against; `picks` are members of which one is chosen out of
    some, or several are ticked; `back` is where one comes from, and to after it."""

    act: Act
    of: str
    back: str
    stream: str = ""
    picks: Mapping[str, Options] = {}
    typed: dict[str, str] = {}
    key: str = ""
    version: int = 0
    more: dict[str, int] = {}
    refusal: Refusal | None = None

    @property
    def at(self) -> str:
        """The field that one came back to change: forms of the settings are not asked again."""
        return ""

    @property
    def faults(self) -> Sequence[Any]:
        found = self.refusal.faults if isinstance(self.refusal, Invalid) else ()
        return [in_a_form(fault) for fault in found]


def asked(form: Form, run: Run, then: Callable[[], Answer] | None = None) -> Answer:
    """The form's page; once it is sent, what comes of it: `then`, or the page that one came from
    with what was done at its top."""
    if in_address().given:
        return render_template("acts/then.html", act=form.act, today=request.path)
    if request.method == "GET":
        form.typed = {**form.typed, **request.args.to_dict()}
        form.key, form.version = secrets.token_hex(16), _version(form.stream)
        return _shown(form)
    form.typed = {name: text for name, text in request.form.items() if name not in OUR_OWN}
    form.key = request.form.get("key") or secrets.token_hex(16)
    version = request.form.get("version", "")
    form.version = int(version) if re.fullmatch(r"\d{1,15}", version, re.ASCII) else 0
    what, _, of = request.form.get("do", "send").partition(":")
    if what != "send":  # another row is asked for; or it comes back after signing in anew
        form.more = {of: 1} if what == "more" and of else {}
        return _shown(form)
    try:
        outcome = _run(form, run)
    except Refusal as refusal:
        attempted.note(refusal)
        form.refusal = refusal
        if isinstance(refusal, KeyReused):
            form.key = secrets.token_hex(16)
        if isinstance(refusal, VersionDiffers):
            form.version = _version(form.stream)
        return _shown(form), status_of(type(refusal))
    if then is not None:
        return then()
    flash(say(_said(form, outcome), of_request()))
    return redirect(form.back, 303)


def _run(form: Form, run: Run) -> Outcome | None:
    who, shape = asker(), form.act.body
    body = {} if shape is None else body_of(shape(), form.typed)
    sent = msgspec.json.encode(body)
    once = doing.once(who.by.person, form.key, "POST", request.path, sent)
    assert once is not None, "a form has a key"
    read = {} if shape is None else parsing.load(shape, body)
    return run(read, once, (form.version,) if form.version else None)


def _said(form: Form, outcome: Outcome | None) -> Sentence:
    what = say(called(form.act), of_request())
    receipt = outcome.receipt.partition(":")[0] if outcome else ""
    if not receipt:
        return words("{what}: {name}.", what=what, name=form.of)
    return words("{what}: {name}. Receipt {receipt}.", what=what, name=form.of, receipt=receipt)


def called(act: Act) -> Sentence:
    return CALLED[act.to, act.name]


def _version(stream: str) -> int:
    """At which version what the act writes to is; 0 where it is nothing yet."""
    return ledger().service.load(stream)[0] if stream else 0


def _shown(form: Form) -> str:
    shape = form.act.body
    fields = [] if shape is None else _fields(form, shape())
    return render_template(
        "settings/form.html",
        page=form,
        title=called(form.act),
        follows=FOLLOWS[form.act.to, form.act.name],
        ends=form.act.name in IRREVOCABLE,
        fields=fields,
        placed=placed(fields, form.faults),
        unplaced=unplaced(fields, form.faults),
        links=links(),
    )


def _fields(form: Form, shape: Any) -> list[Control]:
    found = controls(shape, form.typed, form.faults, form.more, labels=MEMBERS)
    return [_picked(one, form) for one in found]


def _picked(one: Control, form: Form) -> Control:
    """The field with what may be chosen in words, where it is chosen out of some."""
    rows = [[_picked(below, form) for below in row] for row in one.rows]
    one = replace(one, rows=rows)
    some = form.picks.get(one.member)
    if some is None:
        return one
    if one.kind == "many":
        ticked = {
            value for value in some if form.typed.get(f"{one.name}-{value}", "") in TICKED
        } | {part.strip() for part in one.value.split(",")}
        options = [Option(value, said, value in ticked) for value, said in some.items()]
        return replace(one, kind="several", options=options, value="")
    options = [Option(value, said, value == one.value) for value, said in some.items()]
    return replace(one, kind="pick", options=options)
