"""The list of acts, held to what it is made into: commands, routes, verbs and steps."""

import json
import re

import click
import pytest
from marshmallow import ValidationError

from ledger.__main__ import main
from ledger.application.acts import ACTS
from ledger.application.steps import PLAYED, STEPS
from ledger.domain.events import ROLES

ROUTED = [act for act in ACTS if act.route]
MADE = [act for act in ROUTED if not act.by_hand]
ELSEWHERE = {
    "amend": {"change"},
    "sign": set(),
    "record": {"lines"},
    "record-over-orders": {"lines"},
    "move": {"order", "line", "lines"},
}
"""Members of bodies that stand otherwise in the command: what was changed, each for itself; an
invoice's lines are the command's parts."""
FUNDING = ("decide-funding", "change-funding", "withdraw-funding")


def name(act):
    return f"{act.to} {act.name}"


@pytest.mark.parametrize("act", MADE, ids=name)
def test_no_member_of_a_body_is_dropped_on_its_way_to_the_command(act):
    members = set(act.body._declared_fields) - {"on", act.body.day} - ELSEWHERE.get(act.name, set())
    if act.name in FUNDING[:2]:  # they are the source's
        members -= set(act.body._declared_fields) - {"decision"}
    assert members <= set(act.command.__struct_fields__)


@pytest.mark.parametrize(
    "act", [act for act in MADE if act.body.day != "on" and "on" in act.body._declared_fields],
    ids=name,
)  # fmt: skip
def test_the_date_of_an_act_may_also_be_called_on_and_is_given_once(act):
    def faults(body: dict) -> dict:
        try:
            act.body().load(body)
        except ValidationError as error:
            return error.normalized_messages()
        return {}

    assert not faults({"on": "2024-05-02"}).keys() & {"on", act.body.day}
    assert faults({"on": "2024-05-02", act.body.day: "2024-13-02"})[act.body.day]
    twice = act.body()
    twice.fields = {n: f for n, f in twice.fields.items() if n in ("on", act.body.day)}
    with pytest.raises(ValidationError) as refused:
        twice._one_day({"on": 1, act.body.day: 1})
    assert refused.value.messages == ["The date is given twice."]


@pytest.mark.parametrize("act", ROUTED, ids=name)
def test_an_act_says_what_it_does_who_may_and_what_it_is_called(act):
    assert re.fullmatch(r"[A-Z].*[^.]\.", act.says)
    assert act.roles
    assert set(act.roles) <= set(ROLES)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", act.name)


def test_acts_are_told_apart_by_their_noun_and_name():
    assert len({(act.to, act.name) for act in ACTS}) == len(ACTS)
    assert len({(act.method, act.route) for act in ROUTED}) == len(ROUTED)


@pytest.mark.parametrize("act", ROUTED, ids=name)
def test_an_act_has_its_verb(act):
    verb: click.Command = main
    for word in act.words:
        assert isinstance(verb, click.Group), act.words
        found = verb.get_command(click.Context(verb), word)
        assert found is not None, f"avrop {' '.join(act.words)}"
        verb = found
    assert (verb.callback.__doc__ or "").strip()


@pytest.mark.parametrize("act", MADE, ids=name)
def test_the_api_describes_an_act_as_the_list_has_it(act, described):
    operation = described["paths"][act.address][act.method.lower()]
    assert operation["summary"] == act.says
    assert operation["description"] == f"Roles: {', '.join(act.roles)}."
    named = {one.get("name") for one in operation["parameters"]}
    assert ("dry_run" in named) == act.dry_run


@pytest.fixture(scope="module")
def described():
    from ledger.web.api import BLUEPRINTS
    from ledger.web.openapi import described

    return json.loads(described(BLUEPRINTS))


def test_every_step_is_an_act_by_its_name():
    assert set(STEPS) == set(PLAYED) == {act.played_as for act in ACTS if act.played_as}


def test_what_is_done_to_an_agreements_money_can_be_played():
    left_out = {name(act) for act in MADE if act.played_as is None}
    assert left_out == {
        "agreement sign",  # there is no agreement to play it on yet
        "order record",  # played as `invoice`
        "agreement record-over-orders",
        # What all would agree to is played as what is proposed.
        *("agreement accept-change", "agreement decline-change", "agreement withdraw-change"),
        *(name(act) for act in MADE if act.to == "organisation"),
    }
