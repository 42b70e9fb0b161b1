"""Whatever is read of the log can be read as of a business date and as known at a moment."""

import click
import pytest

from ledger.cli import main
from tests.conftest import AGREEMENT, INVOICE, ORDER

ONE_DAY = "it is told for a day of its own: --on, or on"
NO_FACT = "it is no fact of the log: what is beside it has no history"
OF_THE_TREE = "it is of the hash tree, whose size says when"
PROOF = "it is of the proof, which is of all that is recorded"
ROUTES = {
    "/agreements/{number}/compare": "it has two views, each with both times",
    "/agreements/{number}/stale": ONE_DAY,
    "/agreements/{number}/forecast": ONE_DAY,
    "/organisations/{number}/attest": ONE_DAY,
    "/documents": NO_FACT,
    "/documents/{sha256}": NO_FACT,
    "/documents/{sha256}/attachments/{attachment}": NO_FACT,
    "/documents/{sha256}/check": NO_FACT,
    "/organisations/{number}/address": NO_FACT,
    "/persons": NO_FACT,
    "/persons/{id}": NO_FACT,
    "/audit/checkpoint": OF_THE_TREE,
    "/audit/inclusion/{index}": OF_THE_TREE,
    "/audit/consistency": OF_THE_TREE,
    "/audit/bundle": PROOF,
    "/orders/{number}/room-certificate": "it is of the moment at which the order took its room",
}
"""Routes that have not both times, and why."""

VERBS = {
    "tick": "it records what a day brings about",
    "compare": "it has two views, each with both times",
    "replay": "it steps through all times, up to --to",
    "attest who": ONE_DAY,
    "stale": ONE_DAY,
    "forecast": ONE_DAY,
    "queue": NO_FACT,
    "queue list": NO_FACT,
    "queue show": NO_FACT,
    "acts": NO_FACT,
    "token list": NO_FACT,
    "outbox list": NO_FACT,
    "webhook list": NO_FACT,
    "organisation address": NO_FACT,
    "doctor": "it says how the ledger is now",
    "person list": NO_FACT,
    "person show": NO_FACT,
    "document check": NO_FACT,
    "document show": NO_FACT,
    "verify": PROOF,
    "bundle": PROOF,
    "rebuild": PROOF,
}
"""Verbs that read, have not both times, and why."""

WRITING = {"--dry-run", "--new", "--reason", "--person", "--role", "--yes", "--once", "--state",
           "--key", "--host", "--programme", "--stop", "--witness"}  # fmt: skip
"""Options of verbs that change or run something."""


def verbs(path: str, command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {path: command}
    context = click.Context(command)
    below = {
        f"{path} {name}".strip(): command.get_command(context, name)
        for name in command.list_commands(context)
    }
    found = {name: verb for at, each in below.items() for name, verb in verbs(at, each).items()}
    if command.invoke_without_command:
        found[path] = command
    return found


def options(command: click.Command) -> set[str]:
    return {name for param in command.params for name in param.opts}


def parameters(operation: dict) -> set[str]:
    return {each.get("name", "") for each in operation.get("parameters", ())}


def test_every_reading_route_has_both_times_or_says_why_not(api):
    described = api.app.test_client().get("/api/v1/openapi.json").json
    lacking = {
        path.removeprefix("/api/v1")
        for path, methods in described["paths"].items()
        if "get" in methods and not {"as_of", "known_at"} <= parameters(methods["get"])
    }
    assert lacking <= set(ROUTES), "they lack a time, or the reason"


def test_every_reading_verb_has_both_times_or_says_why_not():
    reading = {
        name: options(verb)
        for name, verb in verbs("", main).items()
        if "--json" in options(verb) and not options(verb) & WRITING
    }
    assert {"balance", "statement", "history", "order list", "drawdown show"} <= set(reading)
    lacking = {name for name, has in reading.items() if not {"--as-of", "--known-at"} <= has}
    assert lacking <= set(VERBS), "they lack a time, or the reason"


@pytest.fixture
def written(api):
    """An agreement, an order and an invoice: recorded today, dated in 2023 and 2024."""
    assert api("manager").post("/agreements", AGREEMENT).status_code == 201
    assert api("orderer").post("/agreements/SKO-2023/orders", ORDER).status_code == 201
    assert api("supplier").post("/orders/SKO-2023-0001/confirm").status_code == 200
    assert api("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE).status_code == 201
    return api


@pytest.mark.parametrize(
    ("path", "in_2023"),
    [
        ("/agreements", 1),
        ("/orders", 1),
        ("/drawdowns", 0),
        ("/events", 3),
        ("/agreements/SKO-2023/history", 3),
        ("/agreements/SKO-2023/statement", 3),
    ],
)
def test_what_had_not_happened_or_was_not_known_is_in_no_list(written, path, in_2023):
    reader = written("finance")
    now = reader.get(path).json["items"]
    assert len(now) > in_2023 or path in ("/agreements", "/orders")
    assert reader.get(path, as_of="2023-01-01").json["items"] == []
    assert reader.get(path, known_at="2024-01-01T00:00:00Z").json["items"] == []
    later = {"as_of": "2200-12-31", "known_at": "2200-01-01T00:00:00Z"}
    assert len(reader.get(path, **later).json["items"]) == len(now)
    assert len(reader.get(path, as_of="2023-12-31").json["items"]) == in_2023


def test_the_history_of_a_day_is_what_counted_up_to_it(written):
    reader = written("finance")
    names = [
        item["name"]
        for item in reader.get("/agreements/SKO-2023/history", as_of="2023-11-20").json["items"]
    ]
    assert names[:2] == ["agreement-signed", "order-placed"]
    assert "drawdown-recorded" not in names


def test_the_command_line_tells_the_same_history(desk):
    desk.done("demo", "--programme", "harnosand")
    whole = desk.json("history", "SKO-2023")
    part = desk.json("history", "SKO-2023", "--as-of", "2023-12-31")
    assert part == [fact for fact in whole if fact["effective_on"] <= "2023-12-31"]
    assert 0 < len(part) < len(whole)
    assert "no agreement" in desk.refused("history", "SKO-2023", "--known-at", "2020-01-01T00:00")
