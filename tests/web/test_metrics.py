"""What is counted of a ledger that serves: enough to be woken by, and nobody's name or number."""

import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import yaml
from msgspec.structs import force_setattr
from prometheus_client import generate_latest
from werkzeug.test import EnvironBuilder

from ledger import metrics
from ledger.audit.published import end_alarm, raise_alarm
from ledger.bounds import BACKUP_HOURS, CHECKPOINT_HOURS, FREE_WARNING, TICK_HOURS
from ledger.config import read
from ledger.web import create_app
from ledger.web.measured import FIGURES, Looked
from tests.conftest import AGREEMENT, BUYER, ORDER
from tests.people import let_in
from tests.test_calls import calls_of

RULES = Path(__file__).resolve().parents[2] / "docs/examples/prometheus/avrop.rules.yaml"
NAME = "Anna Andersson"


@pytest.fixture
def settings(database, tmp_path):
    notary = tmp_path / "notary"
    notary.mkdir()
    return read({"AVROP_DATABASE": database, "AVROP_METRICS": "9100", "AVROP_NOTARY": str(notary)})


@pytest.fixture
def counting(ledger):
    """A client of a ledger that counts, and what it counts."""
    client = create_app(ledger=ledger).test_client()
    yield client, ledger
    metrics.Counting.now = None


def figures(ledger):
    """Name and labels → figure."""
    registry = metrics.Counting.now.registry
    lines = generate_latest(registry).decode() + shown(ledger)
    pairs = (line.rsplit(" ", 1) for line in lines.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def shown(ledger):
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    registry.register(Looked(ledger))
    return generate_latest(registry).decode()


def play(client, ledger):
    """An agreement, an order, one that the cap refuses, a question, and what is none of ours."""
    token = let_in(ledger, NAME, BUYER, ("manager", "orderer"))
    as_anna = {"Authorization": f"Bearer {token}"}
    there = f"/api/v1/agreements/{AGREEMENT['number']}"

    def sent(path, body):
        return client.post(path, json=body, headers=as_anna).status_code

    assert sent("/api/v1/agreements", AGREEMENT) == 201
    assert sent(f"{there}/orders", ORDER) == 201
    large = {**ORDER, "lines": [{**ORDER["lines"][0], "amount": "9000000.00"}]}
    assert sent(f"{there}/orders", large) == 409
    assert client.get(f"{there}/balance", headers=as_anna).status_code == 200
    assert client.open("/ANNA/850101-1234", method="ANNA").status_code in (404, 405)
    return token


def test_requests_facts_and_refusals_are_counted(counting):
    client, ledger = counting
    play(client, ledger)
    found = figures(ledger)
    rule = "/api/v1/agreements/<agreement:number>/orders"
    route = next(name for name in found if "orders" in name and 'status="201"' in name)
    rule = re.search(r'route="([^"]+)"', route)[1]
    assert "<" in rule, "the rule, not the path"

    def count(status):
        return found[
            f'avrop_request_seconds_count{{method="POST",route="{rule}",status="{status}"}}'
        ]

    assert (count(201), count(409)) == (1, 1)
    assert found['avrop_refusals_total{type="cap-exceeded"}'] == 1
    end = ledger.store.leaves.end()
    before = figures(ledger)["avrop_facts_appended_total"]
    assert found["avrop_log_entries"] == end
    client.post("/api/v1/agreements", json={})
    assert figures(ledger)["avrop_facts_appended_total"] == before, "nothing was recorded"
    assert 3 <= before <= end
    assert found["avrop_commands_waiting"] == 0


def test_no_label_has_a_name_or_a_number_of_anybody(counting):
    client, ledger = counting
    token = play(client, ledger)
    text = generate_latest(metrics.Counting.now.registry).decode() + shown(ledger)
    for secret in ("Anna", "ANNA", "850101", token, BUYER, AGREEMENT["number"], ORDER["course"]):
        assert secret not in text
    values = set(re.findall(r'(?:route|method|type|what)="([^"]*)"', text))
    rules = {rule.rule for rule in client.application.url_map.iter_rules()} | {"none"}
    for value in values - rules:
        assert re.fullmatch(r"[a-z-]+|[A-Z]+", value), value
    assert "other" in values, "a method that somebody made up"


def test_methods_that_are_made_up_take_no_room(counting):
    client, _ = counting
    for number in range(50):
        client.open("/", method=f"M{number}")
    counted = metrics.Counting.now
    assert {method for method, _, _ in counted._of_request} <= set(metrics.METHODS)


def test_the_figures_of_the_ledger_are_those_of_the_doctor(counting):
    client, ledger = counting
    play(client, ledger)
    ledger.views.catch_up()
    ledger.registry.happens("ticked")
    found = figures(ledger)
    assert found["avrop_read_models_lag_positions"] == found["avrop_read_models_lag_seconds"] == 0
    assert found["avrop_tick_age_seconds"] >= 0
    assert found['avrop_state{what="log"}'] == 0
    assert ("avrop_free_bytes" in found) == ledger.store.on_sqlite
    if ledger.store.on_sqlite:
        assert found["avrop_wal_bytes"] > 0


def test_what_the_read_models_lack_is_told_in_positions_and_in_seconds(counting, clock):
    client, ledger = counting
    play(client, ledger)
    ledger.views.catch_up()
    token = let_in(ledger, NAME, BUYER, ("manager",))
    body = {**AGREEMENT, "number": "B"}
    client.post("/api/v1/agreements", json=body, headers={"Authorization": f"Bearer {token}"})
    clock.wait(seconds=90)
    found = figures(ledger)
    assert found["avrop_read_models_lag_positions"] > 0
    assert found["avrop_read_models_lag_seconds"] >= 90


def test_a_ledger_that_cannot_be_read_is_said_to_be_so_and_is_counted_on(counting):
    client, ledger = counting
    play(client, ledger)
    assert figures(ledger)['avrop_state{what="log"}'] == 0, "the control"
    if ledger.store.on_sqlite:
        with closing(sqlite3.connect(ledger.store.place)) as connection:
            connection.execute("ALTER TABLE head RENAME TO moved")
    else:
        with psycopg.connect(ledger.settings.database) as connection:
            connection.execute("ALTER TABLE avrop_log.head RENAME TO moved")
    assert figures(ledger)['avrop_state{what="log"}'] == 2
    assert figures(ledger)["avrop_facts_appended_total"] > 0


def test_the_notarys_alarm_is_a_figure(counting):
    _, ledger = counting
    folder = Path(ledger.settings.notary)
    assert figures(ledger)["avrop_notary_alarm"] == 0
    raise_alarm(folder, "entry 3 is not what was signed.")
    assert figures(ledger)["avrop_notary_alarm"] == 1
    end_alarm(folder)
    assert figures(ledger)["avrop_notary_alarm"] == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_to_be_counted_makes_a_request_a_few_calls_dearer(ledger, settings):
    """Against the same request that is not counted."""
    token = let_in(ledger, NAME, BUYER, ("manager", "orderer"))

    def calls(app):
        environ = EnvironBuilder(
            "/api/v1/agreements", headers={"Authorization": f"Bearer {token}"}
        ).get_environ()
        return calls_of(lambda: lambda: b"".join(app.wsgi_app(environ, lambda *_: None)))

    counted = calls(create_app(ledger=ledger))
    metrics.Counting.now = None
    force_setattr(settings, "metrics", None)
    dearer = counted - calls(create_app(ledger=ledger))
    assert 0 < dearer <= 40


# ── The rules ─────────────────────────────────────────────────────────────────────────────────


def rules():
    (group,) = yaml.safe_load(RULES.read_text())["groups"]
    return group["rules"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_figure_that_a_rule_names_is_one_that_is_given_out(counting):
    client, ledger = counting
    play(client, ledger)
    text = generate_latest(metrics.Counting.now.registry).decode()
    given = set(re.findall(r"^(avrop_\w+)", text + shown(ledger), re.MULTILINE))
    given |= {figure.name for figure in FIGURES.values()}
    named = {name for rule in rules() for name in re.findall(r"\bavrop_\w+", rule["expr"])}
    assert len(rules()) == 5
    assert len(named) >= 8
    assert named - given == set()
    states = {what for rule in rules() for what in re.findall(r'what=~?"([^"]+)"', rule["expr"])}
    known = set(re.findall(r'avrop_state{what="([^"]+)"}', shown(ledger)))
    assert {one for state in states for one in state.split("|")} <= known


def test_the_rules_speak_from_when_the_doctor_does():
    of = {rule["alert"]: rule["expr"] for rule in rules()}
    late = [int(one) for one in re.findall(r"seconds > (\d+)", of["AvropNotDone"])]
    assert late == [3600 * one for one in (TICK_HOURS, BACKUP_HOURS, CHECKPOINT_HOURS)]
    assert float(of["AvropDiskFills"].rpartition("<")[2]) == FREE_WARNING


def test_prometheus_reads_the_rules():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("there is no promtool here")
    done = subprocess.run([promtool, "check", "rules", RULES], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


# ── The setting ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None),
        ("9100", ("127.0.0.1", 9100)),
        ("10.0.0.7:9100", ("10.0.0.7", 9100)),
        ("[::1]:9100", ("::1", 9100)),
        ("figures.internal:9100", ("figures.internal", 9100)),
    ],
)
def test_figures_are_given_out_where_the_setting_says(written, meant):
    assert read({"AVROP_METRICS": written}).metrics == meant


@pytest.mark.parametrize("written", ["yes", "0", "65536", ":9100", "10.0.0.7", "a:b", "9" * 5000])
def test_a_place_that_is_none_is_refused_in_words(written):
    with pytest.raises(ValueError, match="AVROP_METRICS must be a port"):
        read({"AVROP_METRICS": written})
