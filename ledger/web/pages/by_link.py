"""An order that is answered by a link out of a mail: looked at at will, answered once.

Looking changes nothing, also where a scanner of mail looks. The page leads nowhere else, and no
other site is told its address.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug import Response as Redirect

from ledger.application import by_link, doing, seeing, sheets
from ledger.application import certificates as certified
from ledger.application.acts import act_of
from ledger.application.acts.act import Act
from ledger.application.bodies import parsing
from ledger.application.by_link import Standing
from ledger.application.sentences.kinds import kind_word
from ledger.domain import order
from ledger.domain.order.state import OPEN
from ledger.domain.refusals import KeyReused, NotFound, Refusal
from ledger.outbox import following, letters
from ledger.registry import links as kept
from ledger.web import attempted, dear, problems
from ledger.web.access import public
from ledger.web.language import of_request
from ledger.web.pages import certificates, labels
from ledger.web.pages.answering import REASONS
from ledger.web.pages.beginning import beginning_of, kinds_of
from ledger.web.pages.entries import body_of
from ledger.web.pages.filling import Page, fields_of, placed, suggestions, unplaced
from ledger.web.problem_types import status_of
from ledger.web.seen import asker, ledger

blueprint = Blueprint("by_link", __name__)

WAYS = ("confirm", "decline", "counter")
NOT_THEIRS = ("csrf_token", "do", "letter", "on")
"""Fields of a form that say nothing of the answer, or that only who enters another's answer has."""
Answer = Response | Redirect


@blueprint.after_request
def unreferred(response: Response) -> Response:
    """No page that one goes to from here is told where one was: the address is the secret."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.route("/answer/<secret>", methods=["GET", "POST"])
@public
def one(secret: str) -> Answer:
    found = _found(secret)
    if isinstance(found, Response):
        return found
    if request.method == "POST" and request.form.get("do") == "again":
        return _sent_again(found)
    if not found.works:
        return _outcome(secret, found) if found.why == "used" else _not_any_more(secret, found)
    if request.method == "POST":
        return _answered(secret, found)
    return make_response(_shown(secret, found))


@blueprint.get("/answer/<secret>/days.ics")
@public
def days(secret: str) -> Answer:
    """The course days of an order that was answered by the link."""
    found = _found(secret)
    if isinstance(found, Response):
        return found
    assert found.state is not None, "what is found has its order"
    file = None
    if found.why == "used" and _is_theirs(found.state):
        file = letters.calendar_of(ledger(), found.state.number, ledger().now.isoformat())
    if file is None:
        raise NotFound(what="course days", name=found.state.number)
    headers = {"Content-Disposition": f'attachment; filename="{found.state.number}.ics"'}
    return Response(file, headers=headers, content_type="text/calendar; charset=utf-8")


@blueprint.get("/answer/<secret>/room-certificate")
@public
def certificate(secret: str) -> Answer:
    """That the order of a link lies within the agreement's maximum. Raises NotSigned,
    NoCertificate, NotAParty, NotFound."""
    found = _found(secret)
    if isinstance(found, Response):
        return found
    assert found.state is not None, "what is found has its order"
    if found.why not in ("", "used"):
        return _not_any_more(secret, found)
    with dear.work():
        return certificates.as_file(certified.of_order(asker(), found.state.number))


def _found(secret: str) -> Standing | Response:
    """The link of a secret, whose person is then who asks; or the page that says that there is
    none, or that too many were tried from this address: who has a link is kept from it by nobody
    who tries others beside them."""
    registry, address = ledger().registry, request.remote_addr or ""
    found = by_link.standing(ledger(), secret)
    if found.link is None or found.made is None:
        if not kept.may_try(registry, address):
            said = _("Too many links that lead nowhere were tried from here. Wait an hour.")
            return make_response(problems.page(_("Too many tries"), said, 429))
        kept.missed(registry, address)
        said = _(
            "There is no such link. Perhaps it was cut off in the mail: copy the whole address. "
            "Otherwise ask the buyer to send the order again."
        )
        return make_response(problems.page(_("There is no such link"), said, 404))
    g.asker = by_link.asker_of(ledger(), found, of_request())
    return found


# ── Answered ──────────────────────────────────────────────────────────────────────────────────


def _answered(secret: str, found: Standing) -> Answer:
    name = request.form.get("do", "")
    if name not in WAYS:
        return make_response(_shown(secret, found), 422)
    assert found.link is not None, "a link that works is there"
    assert found.state is not None, "a link that works has its order"
    page = _page(name, found.state, request.form.to_dict())
    act = page.act
    assert act.body is not None, "an answer has a body"
    body = body_of(act.body(), page.typed, kinds=kinds_of(found.state))
    try:
        once = by_link.once(found.link, name, body)
        named = {"number": found.state.number}
        doing.do(asker(), act, named, parsing.load(act.body, body), once=once)
    except KeyReused:
        pass  # it was used meanwhile, for another answer, which is shown
    except Refusal as refusal:
        attempted.note(refusal)
        page.refusal = refusal
        return make_response(_shown(secret, found, page), status_of(type(refusal)))
    return redirect(url_for(".one", secret=secret), 303)


def _page(name: str, state: order.State, typed: Mapping[str, str]) -> Page:
    act: Act = act_of("orders", name)
    given = {key: value for key, value in typed.items() if key not in NOT_THEIRS}
    if not typed and name == "counter":
        given = beginning_of(act, {"number": state.number})
    return Page(act=act, named={"number": state.number}, typed=given, key="", version=0)


def _sent_again(found: Standing) -> Answer:
    """A new link, to the address of record and nowhere else."""
    assert found.state is not None, "what is found has its order"
    if found.why not in ("", "ended"):
        return _not_any_more("", found)
    following.again(ledger(), found.state.number)
    return make_response(render_template("orders/link_over.html", secret="", why="sent"))


# ── The pages ─────────────────────────────────────────────────────────────────────────────────


def _shown(secret: str, found: Standing, page: Page | None = None) -> str:
    state, made = found.state, found.made
    assert state is not None, "a link that works has its order"
    assert made is not None, "a link that works was made"
    counter = page if page is not None and page.act.name == "counter" else None
    counter = counter or _page("counter", state, {})
    fields = fields_of(counter)
    return render_template(
        "orders/by_link.html",
        secret=secret,
        order=state,
        lines=_lines(state),
        certified=certificates.is_offered(state),
        ends_on=made.ends_on,
        sent=page,
        counter=counter,
        fields=fields,
        placed=placed(fields, counter.faults),
        unplaced=unplaced(fields, page.faults if page is not None else ()),
        suggestions=suggestions(counter, fields),
        follows={name: labels.FOLLOWS["order", name] for name in WAYS},
        reasons=REASONS,
    )


def _outcome(secret: str, found: Standing) -> Response:
    """What came of the answer, and what its invoice must carry; of an order that went on to another
    supplier what it was when it left."""
    assert found.state is not None, "a link that was used has its order"
    state = seeing.order_state(asker(), found.state.number)
    told: dict[str, Any] = {"secret": secret, "order": state, "lines": _lines(state)}
    told["certified"] = _is_theirs(found.state) and certificates.is_offered(state)
    if _is_theirs(found.state):
        sheet = sheets.of_order(asker(), state.number)
        told |= {"sheet": sheet, "has_days": bool(letters.course_days(state))}
    return make_response(render_template("orders/answered.html", **told))


def _is_theirs(state: order.State) -> bool:
    """Whether the order is yet whose link it is, and goes on."""
    return state.supplier == asker().by.organisation and state.status in OPEN


def _not_any_more(secret: str, found: Standing) -> Response:
    told = render_template("orders/link_over.html", secret=secret, why=found.why, order=found.state)
    return make_response(told, 410)


def _lines(state: order.State) -> list[tuple[Any, str]]:
    return [(one, one.text or kind_word(one.kind, of_request())) for one in state.lines]
