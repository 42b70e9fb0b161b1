"""What somebody wrote turns nothing about that stands beside it: on pages it is isolated."""

import re
from pathlib import Path

from ledger.domain.refusals import Person
from ledger.web import pages
from ledger.wording import isolated, say, words

TEMPLATES = Path(pages.__file__).parent.parent / "templates"
FREE = "text|title|course|note|reason|unit|challenge|comment|clause|description|name|decision"
WRITTEN = re.compile(r"\{\{-?\s*([^{}]*?\.(?:" + FREE + r")(?:\s(?:or|if)\s[^{}]*?)?)\s*-?\}\}")
"""What a template shows of free text, as it is."""
OURS = re.compile(
    r"^(?:part|kind|act|one\.act|button|figure|form|field|control|option|choice|step|issuer|limit|"
    r"checkpoint|group|section|column|way|format|way_back|head|page|link|tab|crumb|session|tie)\."
    r"|refusal\.title|agreement\.title|\.because"
)
"""What begins like that is a word of the ledger, and nobody's text."""


def unisolated(text):
    """Free text of a template that stands neither in a `bdi` nor in a tag nor in one of ours."""
    found = []
    for one in WRITTEN.finditer(text):
        before = text[: one.start()].rstrip()
        if "|isolated" in one[1] or "number=one.name" in text[: one.start()].rpartition("{{")[2]:
            continue
        in_tag = before.rfind("<") > before.rfind(">")
        if not (in_tag or re.search(r"<bdi[^>]*>$", before) or OURS.search(one[1])):
            found.append(one[1])
    return found


def test_free_text_on_every_page_is_isolated():
    found = {
        (path.relative_to(TEMPLATES).as_posix(), expression)
        for path in TEMPLATES.rglob("*.html")
        if path.parent.name != "reference"  # the API's own description
        for expression in unisolated(path.read_text())
    }
    assert found == set()


def test_the_control_what_is_not_isolated_is_seen():
    assert unisolated("<td>{{ one.reason }}</td>") == ["one.reason"]
    assert unisolated("<td><bdi>{{ one.reason }}</bdi></td>") == []
    assert unisolated("<td>{{ one.reason|isolated }}</td>") == []


def test_a_name_that_is_written_from_right_to_left_is_isolated_in_a_sentence():
    name = "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}"
    sentence = words("{who} 100 kr", who=Person("p-1"))
    assert say(sentence, "sv", lambda _: {"p-1": name}) == f"{isolated(name)} 100 kr"
    assert isolated(name) != name
    assert isolated("Åsa Öberg") == "Åsa Öberg", "the control"
