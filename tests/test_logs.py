"""What is logged: each happening once, with its cause; never a secret, nor what somebody sent."""

import json
import logging
import sqlite3

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from ledger import logs

TOKEN = "avrop-" + "Ab3_-xyz" * 5 + "Q1w"
SECRET = "kZ3-" * 10 + "abc"


@pytest.fixture(autouse=True)
def begun():
    logs.begin("info", "json")
    logs.again()
    logs.about()
    yield
    logs.begin("warning")
    logs.again()
    logs.about()


@pytest.fixture
def lines(capsys):
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def failing(secret: str) -> None:
    hidden_in_a_variable = secret
    raise ValueError(f"cannot read {hidden_in_a_variable}")


def test_a_failure_is_one_line_with_its_cause_and_no_variable_or_value(lines, capsys):
    try:
        failing("Anna Andersson")
    except ValueError as error:
        logs.log().error("request failed", exc_info=error)
    out = capsys.readouterr().err
    [line] = map(json.loads, out.splitlines())
    assert line["error"] == "ValueError"
    assert line["where"][-1].startswith("test_logs.py:")
    assert line["where"][-1].endswith(" failing")
    assert "Andersson" not in out


def test_what_a_system_says_of_itself_is_told_with_it(lines):
    try:
        try:
            raise sqlite3.OperationalError("database is locked")
        except sqlite3.OperationalError as error:
            raise OSError(28, "No space left on device", "/data/Anna.xml") from error
    except OSError as error:
        logs.log().error("request failed", exc_info=error)
    assert lines()[0]["error"] == (
        "OSError: No space left on device < sqlite3.OperationalError: database is locked"
    )


def test_a_value_that_a_database_repeats_is_left_out(lines):
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE names (name TEXT UNIQUE)"))
        add = text("INSERT INTO names VALUES (:name)")
        connection.execute(add, {"name": "Anna Andersson"})
        try:
            connection.execute(add, {"name": "Anna Andersson"})
        except IntegrityError as error:
            logs.log().error("request failed", exc_info=error)
    [line] = lines()
    assert line["error"] == "sqlalchemy.IntegrityError < sqlite3.IntegrityError"
    assert "Anna" not in json.dumps(line)


@pytest.mark.parametrize(
    "written",
    [
        TOKEN,
        f"Authorization: Bearer {TOKEN}",
        f"bearer {SECRET}",
        f"Cookie: avrop_session={SECRET}; avrop_form=x",
        f"?token={SECRET}",
        f"postgresql://avrop:{SECRET}@db/avrop",
        SECRET,
    ],
)
def test_secrets_are_hidden_wherever_they_stand(written, capsys):
    logs.log().info("told", what=written, some=[written])
    assert SECRET not in (said := capsys.readouterr().err)
    assert TOKEN not in said
    assert logs.REDACTED in said


def test_members_that_are_named_for_secrets_are_hidden_and_others_are_not(lines):
    logs.log().info(
        "told", cookie="abc", token_of="x", body={"a": 1}, format="csv", information="i"
    )
    [line] = lines()
    assert line["cookie"] == line["token_of"] == line["body"] == logs.REDACTED
    assert (line["format"], line["information"]) == ("csv", "i")


def test_a_digest_is_no_secret(lines):
    digest = "0f" * 32
    logs.log().info("told", sha256=digest)
    assert lines()[0]["sha256"] == digest


def test_of_one_cause_there_is_a_line_a_minute_and_the_next_says_how_many_more(lines, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(logs.time, "monotonic", lambda: clock[0])
    for _ in range(500):
        logs.log().warning("sign-in refused", address="127.0.0.1")
    logs.log().warning("sign-in refused", address="127.0.0.2")
    assert [line["address"] for line in lines()] == ["127.0.0.1", "127.0.0.2"]
    clock[0] += 61
    logs.log().warning("sign-in refused", address="127.0.0.1")
    assert [line["more"] for line in lines()] == [499]


def test_what_is_merely_told_is_told_each_time(lines):
    for _ in range(3):
        logs.log().info("signed in", person="p-1")
    assert len(lines()) == 3


def test_causes_that_are_remembered_are_bounded():
    for number in range(3_000):
        logs.log().warning("sign-in refused", address=str(number))
    assert len(logs._said) == 1_000


def test_lines_say_of_which_request_they_are_until_it_is_over(lines):
    logs.about(request="r1", person="p-1")
    logs.log().info("told")
    logs.about()
    logs.log().info("told")
    first, second = lines()
    assert (first["request"], first["person"]) == ("r1", "p-1")
    assert "request" not in second


def test_on_a_terminal_a_line_is_text_and_nothing_in_it_breaks_it(capsys):
    logs.begin("info", "text")
    logs.log().info("told", what="one\ntwo\x1b[31m", where=["a.py:1 f"])
    head, frame = capsys.readouterr().err.splitlines()
    assert head.endswith(r'info     told                         what="one\ntwo\u001b[31m"')
    assert frame == "    a.py:1 f"


def test_less_is_logged_where_that_is_said(lines):
    logs.begin("warning", "json")
    logs.log().info("told")
    assert lines() == []


def test_what_other_libraries_log_goes_the_same_way(lines):
    logger = logging.getLogger("tests.of.logs")
    logger.addHandler(logs.Foreign())
    logger.propagate = False
    logger.warning("invalid request from %s", "127.0.0.1")
    try:
        failing(TOKEN)
    except ValueError:
        logger.exception("Error handling request %s", f"/?name=Anna&token={SECRET}")
    first, second = lines()
    assert first["event"] == "invalid request from 127.0.0.1"
    assert (second["event"], second["error"]) == ("Error handling request", "ValueError")
    assert first["logger"] == "tests.of.logs"
