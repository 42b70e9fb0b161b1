"""Signs that are not seen, or turn text about: refused on one line, harmless where they stand."""

import pytest

from ledger.application.acts import ACTS
from ledger.application.bodies.fields import Length, Words
from ledger.bounds import MAX_TEXT
from ledger.cli.output import table
from ledger.wording import say, words
from tests.conftest import AGREEMENT, ORDER

OVERRIDE, ISOLATE, ZERO_WIDTH, MARK = "\u202e", "\u2066", "\u200b", "\u200f"


LOOK_ALIKE = (
    "\u00ad",
    "\U000e0041",
    "\U000e007f",
    "\u3164",
    "\u115f",
    "\u2800",
    "\ufff9",
    "\ufffb",
)
"""A hyphen that is not written, tags, a filler, a cell without dots, a note between the lines."""


@pytest.mark.parametrize(
    "sign", ["\n", "\r", "\t", "\u2028", OVERRIDE, ISOLATE, ZERO_WIDTH, MARK, *LOOK_ALIKE]
)
def test_a_member_of_one_line_refuses_them_and_one_for_prose_takes_a_line_break(sign):
    one, prose = Words("A title."), Words("A reason.", MAX_TEXT)
    with pytest.raises(Exception, match="one line"):
        one.deserialize(f"Kurs{sign}500 000")
    assert one.deserialize("Kurs – 500 000 “åäö” é") == "Kurs – 500 000 “åäö” é", "the control"
    assert prose.deserialize("Först.\nSedan.") == "Först.\nSedan."


def test_each_text_of_an_act_has_room_for_prose_or_is_one_line():
    found = [
        (name, field)
        for act in ACTS
        if act.body
        for name, field in act.body._declared_fields.items()
        if isinstance(field, Words)
    ]
    assert len(found) > 50
    for name, field in found:
        (most,) = [one.max for one in field.validators if isinstance(one, Length)]
        assert field.is_one_line == (most < MAX_TEXT), name


def test_the_api_refuses_them_at_their_place(api):
    answer = api("manager").post("/agreements", {**AGREEMENT, "title": f"Takvolym {OVERRIDE}000 5"})
    assert answer.status_code == 422
    assert [one["pointer"] for one in answer.json["errors"]] == ["/title"]
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201, "the control"
    order = {**ORDER, "course": f"Kurs{ZERO_WIDTH}", "ordered_on": "2023-11-20"}
    refused = api("orderer").post("/agreements/SKO-2023/orders", order)
    assert [one["pointer"] for one in refused.json["errors"]] == ["/course"]


def test_in_a_sentence_what_somebody_wrote_turns_nothing_about():
    told = words("The course {course} costs {amount}.", course=f"שלום{OVERRIDE}", amount="1")
    assert say(told) == "The course \u2068שלום\u2069 costs 1."
    plain = words("The course {course} costs {amount}.", course="Förändring", amount="1")
    assert say(plain) == "The course Förändring costs 1.", "the control: nothing is added"


def test_in_a_table_of_a_terminal_they_are_shown_by_their_numbers(capsys):
    table(("Course",), [(f"Kurs\x1b[2J{OVERRIDE}\nSKO-2023",), ("Förändring",)])
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == [r"Kurs\u001b[2J\u202e\u000aSKO-2023", "Förändring"]
