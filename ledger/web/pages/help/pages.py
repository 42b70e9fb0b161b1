"""The pages of help, for whoever comes; and the statement of accessibility, as lagen (2018:1937)
om tillgänglighet till digital offentlig service asks for it."""

from flask import Blueprint, render_template, url_for

from ledger.domain.refusals import NotFound
from ledger.web import access
from ledger.web.access import public
from ledger.web.pages.help.topics import TOPICS, WORDS, Topic
from ledger.web.pages.labels import label
from ledger.web.seen import ledger

blueprint = Blueprint("help", __name__)
CHECKED_ON = "2026-11-30"
"""When the pages were last gone through with axe, with the keyboard and at 320 px."""
WORDS_NAMED = "words"


def _is_theirs(topic: Topic) -> bool:
    visitor = access.visitor()
    return bool(visitor and set(topic.roles) & set(visitor.roles))


@blueprint.get("/help")
@public
def contents() -> str:
    """Every topic, those of the visitor's own work first."""
    topics = sorted(TOPICS.items(), key=lambda one: not _is_theirs(one[1]))
    return render_template("help/contents.html", topics=topics, is_theirs=_is_theirs)


@blueprint.get("/help/<topic>")
@public
def topic(topic: str) -> str:
    if topic == WORDS_NAMED:
        return render_template("help/words.html", words_told=WORDS)
    found = TOPICS.get(topic)
    if found is None:
        raise NotFound(what="help topic", name=topic[:40])
    # Of a page that the visitor may not open there is no link: it is told in words alone.
    steps = [
        (step.says, url_for(step.endpoint) if step.endpoint and access.visitor() else "")
        for step in found.steps
    ]
    return render_template("help/topic.html", topic=found, steps=steps)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    settings = ledger().settings
    return render_template(
        "help/accessibility.html",
        title=label("Accessibility"),
        operator=settings.operator,
        contact=settings.contact,
        checked_on=CHECKED_ON,
    )
