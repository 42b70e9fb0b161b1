"""The glossary says what the code says: no event, refusal, status or name that only one knows."""

import re
from pathlib import Path
from typing import get_args

import pytest

from ledger import domain
from ledger.domain import (
    access,
    agreement,
    codes,
    drawdown,
    events,
    forecast,
    funding,
    limits,
    money,
    order,
    organisation,
    position,
    refusals,
    regime,
    selection,
    sharing,
    summary,
)

PAGE = (Path(domain.__file__).parent / "README.md").read_text(encoding="utf-8")
NOUNS = {"agreement": agreement, "order": order, "drawdown": drawdown, "access": access}
STREAMS = {
    "agreement": events.AgreementEvent,
    "order": events.OrderEvent,
    "drawdown": events.DrawdownEvent,
    "organisation": events.OrganisationEvent,
    "access": events.AccessEvent,
    "file": events.FileEvent,
    "link": events.LinkEvent,
    "number": events.NumberTaken,
    "log": events.LogRestored,
}
MODULES = {
    **NOUNS,
    "codes": codes,
    "organisation": organisation,
    "forecast": forecast,
    "funding": funding,
    "limits": limits,
    "money": money,
    "position": position,
    "summary": summary,
}
NAME = re.compile(r"`((?:[a-z]+\.)?[A-Z]\w*(?:\.\w+)?|[a-z]+\.[a-z]\w*)`")
"""`Struct`, `Struct.field`, `noun.Struct.field` or `module.function` in code type."""


def section(title: str) -> str:
    """The words under a heading, to the next heading of its level or above."""
    level, _, _ = title.partition(" ")
    following = PAGE.split(f"\n{title}\n")
    assert len(following) == 2, f"{title} is a heading once"
    return re.split(rf"^#{{1,{len(level)}}} ", following[1], flags=re.MULTILINE)[0]


def rows(title: str) -> list[tuple[str, ...]]:
    """The cells of a heading's table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines[2:]]


def exists(name: str) -> bool:
    """A dotted name of the domain: from one of `MODULES`, or in one of its other modules."""
    first, *rest = name.split(".")
    if first in MODULES:
        owners: list[object] = [MODULES[first]]
    else:
        rest = [first, *rest]
        owners = [
            *(events, forecast, funding, limits, position, refusals, regime, selection, sharing),
            *(*NOUNS.values(), organisation, codes),
        ]
    return any(reaches(owner, rest) for owner in owners)


def reaches(owner: object, path: list[str]) -> bool:
    for part in path:
        if not hasattr(owner, part):
            return False
        owner = getattr(owner, part)
    return True


@pytest.mark.parametrize("noun", STREAMS)
def test_each_stream_lists_its_events_by_stored_name_and_struct(noun):
    listed = {(name, fact) for name, fact, _ in rows(f"### Stream `{noun}/…`")}
    kinds = get_args(STREAMS[noun]) or (STREAMS[noun],)
    assert listed == {(f"`{events.NAME_OF[kind]}`", f"`{kind.__name__}`") for kind in kinds}


def test_every_stored_name_is_in_the_glossary():
    listed = [row[0].strip("`") for noun in STREAMS for row in rows(f"### Stream `{noun}/…`")]
    assert sorted(listed) == sorted(events.NAMES)


def test_every_refusal_is_in_the_glossary_with_its_type_and_what_it_means():
    tree = [
        kind
        for kind in vars(refusals).values()
        if isinstance(kind, type) and issubclass(kind, refusals.Refusal)
    ]
    assert [kind for kind in tree if "means" not in vars(kind)] == []
    said = [(f"`{kind.type}`", f"`{kind.__name__}`", kind.means) for kind in tree]
    assert sorted(rows("## Refusals")) == sorted(said)


@pytest.mark.parametrize("noun", NOUNS)
def test_each_noun_s_diagram_shows_every_status(noun):
    diagram = section(f"### {noun.capitalize()}").split("```")[1]
    missing = set(get_args(NOUNS[noun].Status)) - set(re.findall(r"[a-z]+", diagram))
    assert not missing


@pytest.mark.parametrize("noun", NOUNS)
def test_each_noun_s_diagram_is_moved_by_its_own_events(noun):
    diagram = section(f"### {noun.capitalize()}").split("```")[1]
    drawn = set(re.findall(r"\b(?:[A-Z][a-z]+){2,}", diagram))
    assert drawn
    assert drawn <= {kind.__name__ for kind in get_args(STREAMS[noun])}


def test_each_word_stands_once_in_each_language():
    words = rows("## Words")
    assert len(words) > 40
    for column in (0, 1):
        said = [word.strip().lower() for row in words for word in row[column].split(", ")]
        assert len(said) == len(set(said)), sorted(w for w in said if said.count(w) > 1)


def test_every_word_says_what_it_means_here():
    assert [row for row in rows("## Words") if len(row) != 3 or not all(row)] == []


def test_every_name_in_code_type_exists():
    names = NAME.findall(PAGE)
    assert "agreement.State.limits" in names
    assert "money.split" in names
    assert [name for name in names if not exists(name)] == []
