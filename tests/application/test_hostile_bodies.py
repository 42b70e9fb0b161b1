"""Whatever a body holds, the work on it grows with its size and no faster, and few faults are told.

Each is held against the control: reading sound JSON of the same size, in the same process.
"""

import json
import time
from collections.abc import Callable, Iterator

import pytest
from marshmallow import Schema, fields

from ledger.application.acts import ACTS
from ledger.application.bodies.fields import Length, Listed
from ledger.application.bodies.parsing import load, read_json
from ledger.bounds import MAX_FAULTS, MAX_JSON_BODY
from ledger.domain.refusals import Invalid
from ledger.web.pages.entries import body_of

SIZE = MAX_JSON_BODY - 1_000
BODIES = sorted({act.body for act in ACTS if act.body}, key=lambda body: body.__name__)
TIMES = 60
"""What reading and refusing may cost of reading alone. What grows by the square costs thousands: of
one body of 0.3 MB it took a minute."""


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def filled(head: str, each: Callable[[int], str], tail: str, most: int = SIZE) -> str:
    found, size, at = [], len(head) + len(tail), 0
    while size < most:
        one = each(at)
        found.append(one)
        size += len(one) + 1
        at += 1
    return head + ",".join(found)[: most - len(tail)].rpartition(",")[0] + tail


SOUND = filled("{", lambda at: f'"n{at}":{at}', "}")


def costs_too_much(work: Callable[[], object], times: float = TIMES) -> bool:
    """Whether it costs more than so many times the control, each time that it is tried: the machine
    has other work, and what grows by the square does so every time. What is cheap beside the least
    that the control is taken for is held against no more."""
    for _ in range(5):
        taken = seconds(work)
        if taken < times * 0.02 or taken < times * seconds(lambda: json.loads(SOUND)):
            return False
    return True


def lists_of(
    schema: type[Schema], way: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], fields.Field]]:
    """The lists of a body, each by the members that lead to it; "[]" stands for one of a list."""
    for name, field in schema._declared_fields.items():
        inner = field
        here = (*way, name)
        if isinstance(field, fields.List):
            yield here, field
            inner, here = field.inner, (*here, "[]")
        if isinstance(inner, fields.Nested):
            yield from lists_of(inner.nested, here)


def within(way: tuple[str, ...], value: str) -> tuple[str, str]:
    """What stands before and after a value at the end of a way."""
    head = "".join("[" if step == "[]" else f'{{"{step}":' for step in way)
    tail = "".join("]" if step == "[]" else "}" for step in reversed(way))
    return head + value, tail


def refused(body: type[Schema], raw: str) -> Invalid:
    with pytest.raises(Invalid) as caught:
        load(body, read_json(raw))
    return caught.value


HOSTILE = {
    "one name again and again": filled("{", lambda at: '"course":1', "}"),
    "each name twice": filled("{", lambda at: f'"n{at // 2}":1', "}"),
    "names that there are not": filled("{", lambda at: f'"n{at}":1', "}"),
    "twice, far within": filled(
        "".join(f'{{"{"n" * 180}":' for _ in range(800)) + "{",
        lambda at: f'"n{at // 2}":1',
        "}" * 801,
    ),
    "objects within objects": filled("[", lambda at: '{"a":{"a":1,"a":2}}', "]"),
    "lists within lists": "[" * (SIZE // 2) + "]" * (SIZE // 2),
    "a name as long as may be": f'{{"{"n" * (SIZE - 10)}":1}}',
    "a number as long as may be": f'{{"seats":{"9" * (SIZE - 20)}}}',
    "no JSON": '{"a":' * (SIZE // 5),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_body_that_means_harm_costs_what_its_size_does(what):
    from ledger.application.bodies.orders import PlaceOrder

    assert not costs_too_much(lambda: refused(PlaceOrder, HOSTILE[what]))
    assert len(refused(PlaceOrder, HOSTILE[what]).faults) <= MAX_FAULTS


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_each_list_is_bounded_and_refused_before_its_members_are_read(body):
    for way, field in lists_of(body):
        assert isinstance(field, Listed), way
        assert [one.max for one in field.validators if isinstance(one, Length)], way
        for one in ("{}", '"x"'):
            head, tail = within(way, "[")
            raw = filled(head, lambda _, one=one: one, "]" + tail, SIZE // 10)
            assert not costs_too_much(lambda raw=raw: refused(body, raw), TIMES / 10), (way, one)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_each_member_refuses_a_text_of_a_megabyte_in_no_time(body):
    for name in body._declared_fields:
        for text in ("a", "1", "a@", " ", "1-"):
            raw = json.dumps({name: text * (SIZE // 2)})
            assert not costs_too_much(lambda raw=raw: refused(body, raw)), (name, text[:2])


def test_of_many_faults_the_first_are_told_and_all_are_counted():
    from ledger.application.bodies.orders import PlaceOrder

    found = refused(PlaceOrder, filled("{", lambda at: f'"n{at}":1', "}"))
    assert len(found.faults) == MAX_FAULTS
    assert found.figures["count"] > 50_000
    few = refused(PlaceOrder, '{"course":"Kurs","lines":[{"kind":"delivery","amount":1}]}')
    assert [fault.pointer for fault in few.faults] == ["/lines/0/amount"], "the control"


def test_a_form_of_many_fields_costs_what_its_size_does():
    from ledger.application.bodies.orders import PlaceOrder

    typed = {f"x{at}": "" for at in range(25_000)} | {"lines-998-kind": "delivery"}
    assert not costs_too_much(lambda: body_of(PlaceOrder(), typed), TIMES / 4)
