"""Which acts have a page, where it is, and which of them can be done to a thing as it stands."""

import secrets
from collections.abc import Sequence
from typing import Any

import msgspec
from flask import url_for

from ledger.application import versions
from ledger.application.acts import ACTS
from ledger.application.acts.act import Act
from ledger.application.allowed import NOUNS, Allowed, Who, allowed
from ledger.deciding.loaded import Loaded
from ledger.domain import drawdown
from ledger.domain.refusals import AllMustAgree, Amount, Refusal
from ledger.web.language import of_request
from ledger.web.pages import labels
from ledger.web.seen import asker, ledger
from ledger.wording import Sentence, say, words

SHORT = {"place": "order", "record": "invoice", "record-over-orders": "invoice"}
"""What an act's page is called in its address, where that is not the act's name."""
OFFERED = tuple(
    act
    for act in ACTS
    if act.route and act.body and not act.by_hand and act.to in ("agreement", "order", "drawdown")
)
HEADS = {
    "agreement": "/agreements/<agreement:number>",
    "order": "/orders/<order:number>",
    "drawdown": "/invoices/<drawdown:id>",
}


def rule_of(act: Act) -> str:
    """The address of an act's page."""
    if act.name == "sign":
        return "/agreements/new"
    if act.part is not None:
        return act.route.replace("/drawdowns/<", "/invoices/<")
    return f"{HEADS[act.to]}/{SHORT.get(act.name, act.name)}"


def endpoint_of(act: Act) -> str:
    return f"{act.to}-{act.name}"


def told_of(state: Any) -> Sequence[Allowed]:
    """Of each act on a thing whether the visitor may do it, and else why not."""
    who = asker()
    find = Loaded(ledger().service.load).find
    newest = find(f"{NOUNS[type(state)]}/{getattr(state, 'id', None) or state.number}") or state
    by = Who(who.by.person, who.by.organisation, who.roles)
    return allowed(newest, by, who.today, find, ledger().service.selves)


def is_entered(act: Act) -> bool:
    """Whether the visitor does it for the supplier, who did it by letter or e-mail."""
    return (act.to, act.name) in labels.ENTERED and "supplier" not in asker().roles


def called(act: Act) -> Sentence:
    """What an act is called to the visitor."""
    return (labels.ENTERED if is_entered(act) else labels.ACTS)[act.to, act.name]


class AtOnce(msgspec.Struct, frozen=True, kw_only=True):
    """An act with which nothing has to be said, so that it is done where it is offered: what its
    button is called, what follows, and what it is sent with."""

    label: str
    follows: str
    key: str
    version: int


class Button(msgspec.Struct, frozen=True, kw_only=True):
    """An act that a page offers, or why it does not."""

    name: str
    label: str
    address: str
    because: Refusal | None
    at_once: AtOnce | None = None

    @property
    def is_main(self) -> bool:
        """Whether it can be done, and may be what the page is for."""
        return self.because is None and self.name not in ENDINGS


def _at_once(act: Act, state: Any) -> AtOnce | None:
    """Of an answer of yes; None: the act has its form only."""
    if (act.to, act.name) == ("order", "confirm") and not is_entered(act):
        label, key = called(act), f"order/{state.number}"
    elif act.name == "approve" and isinstance(state, drawdown.State):
        if state.is_credit or state.asks:  # it has to be said where the room goes, or which
            return None
        label = words("Approve {amount}", amount=Amount(state.amount, state.currency))
        key = f"drawdown/{state.id}"
    else:
        return None
    return AtOnce(
        label=say(label, of_request()),
        follows=say(labels.FOLLOWS[act.to, act.name], of_request()),
        key=secrets.token_hex(16),
        version=versions.newest(asker(), state, key),
    )


def part_buttons(state: Any, names: Sequence[str], part: dict[str, Any]) -> list[Button]:
    """The same of acts on a numbered part of a thing, as the answer to a proposed move of a share:
    those of the names that the visitor's roles have."""
    return [
        Button(
            name=one.act.name,
            label=say(called(one.act), of_request()),
            address=url_for(
                f"pages.acts.{endpoint_of(one.act)}", **{"number": state.number, **part}
            ),
            because=one.refusal,
        )
        for one in told_of(state)
        if one.act.name in names and set(one.act.roles) & set(asker().roles)
    ]


OWN_ANSWERS = (("order", "accept"), ("order", "reject"))
"""What the visitor is asked comes before what they may enter for others."""
ENDINGS = ("cancel", "decline", "lapse", "void", "withdraw", "recode")
"""What ends a thing, or puts it right, is never what its page is for: it comes last."""


def _rank(noun: str, name: str) -> int:
    return -1 if (noun, name) in OWN_ANSWERS else 1 if name in ENDINGS else 0


def buttons(state: Any) -> list[Button]:
    """What can be done to a thing by the visitor: what their roles have, each as it stands; what
    others have to agree to is proposed in its form."""
    noun = NOUNS[type(state)]
    name = {"drawdown": "id"}.get(noun, "number")
    value = getattr(state, name)
    found = []
    for one in told_of(state):
        act = one.act
        if act not in OFFERED or act.part is not None or not set(act.roles) & set(asker().roles):
            continue
        found.append(
            Button(
                name=act.name,
                label=say(called(act), of_request()),
                address=url_for(f"pages.acts.{endpoint_of(act)}", **{name: value}),
                because=None if isinstance(one.refusal, AllMustAgree) else one.refusal,
                at_once=None if one.refusal else _at_once(act, state),
            )
        )
    return sorted(found, key=lambda one: _rank(noun, one.name))
