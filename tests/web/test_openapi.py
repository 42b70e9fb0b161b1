"""The API's description of itself: valid, and true of the running app on both databases."""

import logging
import re
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl

import msgspec
import pytest
import schemathesis
from hypothesis import strategies
from openapi_spec_validator import validate
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from stdnum import luhn
from werkzeug.serving import make_server

from ledger.application.acts import ACTS
from ledger.application.answers import Answer
from ledger.application.answers.refusals import Problem
from ledger.application.answers.terms import RECORDED
from ledger.application.bodies.examples import EXAMPLES
from ledger.domain.events import NAMES
from ledger.domain.refusals import Invalid, Refusal
from ledger.web import create_app, problems
from ledger.web.api import BLUEPRINTS
from tests.conftest import AGREEMENT, BUYER, INVOICE, ORDER, REASONS, SUPPLIER, Api, appoint
from tests.described import as_described
from tests.people import let_in

BUYERS = ("admin", "approver", "finance", "manager", "orderer")

# ── The running app, watched ──────────────────────────────────────────────────────────────────


class Watched:
    """The application, telling of each refusal that wrote more than that it was tried."""

    def __init__(self, app, ledger) -> None:
        self.app, self.ledger = app, ledger
        self.wrote: list[str] = []

    def __call__(self, environ, start_response):
        # A version made up out of nothing is always another: without this each write would end
        # with 412 and never be seen to succeed. What is no version at all stays.
        if re.fullmatch(r'0|(W/)?"\d+"', environ.get("HTTP_IF_MATCH", "")):
            environ["HTTP_IF_MATCH"] = "*"
        before = self.ledger.store.position()

        def started(status, headers, *rest):
            wrote = self.ledger.store.follow(before, 100) if int(status[:3]) >= 400 else ()
            if any(not fact.stream.startswith("access/") for fact in wrote):
                self.wrote.append(f"{status}: {environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
            return start_response(status, headers, *rest)

        return self.app(environ, started)


@pytest.fixture
def served(ledger) -> Iterator[tuple[str, Watched]]:
    """The address of the running app, with an agreement, an order and an invoice in it."""
    app = create_app(ledger=ledger)

    @app.errorhandler(Invalid)
    def refused(refusal: Invalid):
        response = problems.from_refusal(refusal)
        by_rule = refusal.__cause__ is None or isinstance(refusal.__cause__, Refusal)
        response.headers["Refused-By"] = "rule" if by_rule else "schema"
        return response

    def person(role: str, organisation: str = BUYER) -> Api:
        token = let_in(ledger, f"{role} {organisation}", organisation, (role,))
        return Api(app.test_client(), token)

    person("manager").post("/agreements", AGREEMENT)
    person("orderer").post("/agreements/SKO-2023/orders", ORDER)
    person("supplier", SUPPLIER).post("/orders/SKO-2023-0001/confirm", {})
    person("finance").post("/orders/SKO-2023-0001/drawdowns", INVOICE)
    watched = Watched(app, ledger)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, watched, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", watched
    server.shutdown()
    thread.join()
    server.server_close()


@schemathesis.check
def valid_by_the_description_is_valid_by_the_schema(ctx, response, case) -> None:
    """What the description calls valid may break a rule, never the form of a member."""
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    by_schema = response.headers.get("refused-by") == ["schema"]
    if positive and (by_schema or response.status_code in (400, 413, 415)):
        raise AssertionError(f"{response.status_code} {response.text[:500]}")


schemathesis.openapi.format(
    "organisation-number",
    strategies.from_regex(r"[2-9][0-9]{8}", fullmatch=True).map(
        lambda digits: digits + luhn.calc_check_digit(digits)
    ),
)


def faults(url: str, token: str, phases: tuple[str, ...], *, whole: bool) -> list[str]:
    """What schemathesis finds untrue: every check that it has, the same cases every time.

    A play of acts takes all of their bodies in all their ways, half of all the time: it is looked
    at by its examples, and else where the `whole` is asked for.
    """
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "headers": {"Authorization": f"Bearer {token}"},
            "generation": {"deterministic": True, "max-examples": 1},
            "phases": {
                name: {"enabled": name in phases}
                for name in ("examples", "coverage", "fuzzing", "stateful")
            },
            "checks": {
                # Rules that no schema can say (the course ends before it starts) answer 422 too,
                # and 412 is another's write: our own check above tells rules from forms.
                "positive_data_acceptance": {
                    "expected-statuses": ["2xx", "401", "403", "404", "409", "412", "422"]
                },
                "negative_data_rejection": {
                    "expected-statuses": [
                        *("400", "401", "403", "404", "405", "409", "412", "413", "415", "422")
                    ]
                },
            },
        }
    )
    schema = schemathesis.openapi.from_url(f"{url}/api/v1/openapi.json", config=config)
    if not whole and phases != ("examples",):
        schema = schema.exclude(path_regex="/what-if$")
    found: list[str] = []
    asked = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            found.append(f"{event.label}: {event.info}")
        if isinstance(event, events.ScenarioFinished):
            for checks in event.recorder.checks.values():
                asked += 1
                found += [
                    f"{event.label}: {check.name}: {check.failure_info.failure.message}\n"
                    f"{check.failure_info.code_sample}"
                    for check in checks
                    if check.failure_info
                ]
    assert asked > 30, "there was hardly anything to check"
    return found


# ── The description ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def described(api) -> dict:
    return api.app.test_client().get("/api/v1/openapi.json").json


def test_the_description_is_valid_openapi(described):
    assert described["openapi"] == "3.1.0"
    validate(described)


def test_every_route_of_the_api_is_described_with_its_access_and_its_refusals(described, api):
    for rule in api.app.url_map.iter_rules():
        if not rule.rule.startswith("/api/v1/") or rule.endpoint == "openapi":
            continue
        path = described["paths"][re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)]
        for method in rule.methods & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            operation = path[method.lower()]
            roles = api.app.view_functions[rule.endpoint]._access
            assert operation["summary"]
            assert operation["operationId"]
            assert operation["description"] == f"Roles: {', '.join(roles)}."
            assert {"401", "403", "503"} <= set(operation["responses"])
            assert ("404" in operation["responses"]) == bool(rule.arguments or method == "POST")


def test_every_member_is_described(described):
    ours = {
        name: shape
        for name, shape in described["components"]["schemas"].items()
        if not name.startswith(RECORDED)
    }
    silent = [
        f"{name}.{member}"
        for name, shape in ours.items()
        for member, says in shape.get("properties", {}).items()
        if not (says.keys() & {"description", "$ref", "anyOf", "enum", "items", "const"})
    ]
    assert silent == []


def test_every_example_is_taken_by_its_schema():
    shapes = {act.body.__name__: act.body for act in ACTS if act.body is not None}
    for name, body in EXAMPLES.items():
        shapes[name]().load(body)


# ── Descriptions and answers agree ────────────────────────────────────────────────────────────


def every(shape: type[Answer]) -> Iterator[type[Answer]]:
    """All answers that are declared, those that are built on `shape`."""
    for one in shape.__subclasses__():
        yield one
        yield from every(one)


def test_every_answer_that_is_declared_is_described_with_its_members(described):
    shapes = described["components"]["schemas"]
    for blueprint in BLUEPRINTS:
        assert blueprint.answers, blueprint.name
    for shape in every(Answer):
        if not shape.__module__.startswith("ledger."):
            continue
        if shape.__name__ not in shapes:
            assert shape.__subclasses__(), f"{shape} is no answer, and no answer is built on it"
            continue
        fields = msgspec.structs.fields(shape)
        described_so = shapes[shape.__name__]
        assert set(described_so["properties"]) == {field.encode_name for field in fields}
        assert set(described_so["required"]) == {f.encode_name for f in fields if f.required}
        assert described_so["additionalProperties"] is issubclass(shape, Problem)


def test_every_answer_is_as_its_route_describes_it(served):
    """Each answer that `Api` gets is held to what its route states."""
    _, watched = served
    ledger = watched.ledger
    token = let_in(ledger, "All", BUYER, BUYERS)
    client = Api(watched.app.test_client(), token)
    supplier = Api(watched.app.test_client(), let_in(ledger, "S", SUPPLIER, ("supplier",)))
    client.post(
        "/agreements/SKO-2023/amendments",
        {
            "change": {"limits": [{"name": "2024", "year": 2024, "amount": "900000.00"}]},
            "ground": "17:14",
            "reasons": REASONS,
            "decision": "KS 1",
        },
    )
    second = client.post("/agreements/SKO-2023/orders", ORDER).json["number"]
    supplier.post(f"/orders/{second}/counter", {"lines": ORDER["lines"], "reason": "Fler timmar"})
    person = {"person": "p-0123456789abcdef", "decision": "KS 2"}
    rules = f"/organisations/{BUYER}"
    client.post(f"{rules}/attest-rights", {**person, "responsibilities": ["4*"]})
    client.post(f"{rules}/deputies", {**person, "deputy": "p-fedcba9876543210"})
    ranges = [{"first": "1000", "last": "4999"}]
    parts = [{"name": "ansvar", "values": ["5200"], "ranges": ranges}]
    client.post(f"{rules}/code-map", {"parts": parts, "decision": "KS 3"})
    (id,) = (item["id"] for item in client.get("/drawdowns").json["items"])
    assert client.get(f"/orders/{second}").json["counter"] is not None

    decided = client.post("/agreements/SKO-2023/funding", EXAMPLES["DecideFunding"])
    assert decided.status_code == 200, decided.text

    for path in (
        "/agreements/SKO-2023",
        "/agreements/SKO-2023/funding",
        "/agreements",
        "/agreements/SKO-2023/balance",
        "/agreements/SKO-2023/statement",
        "/agreements/SKO-2023/stale",
        "/agreements/SKO-2023/balance/explain?figure=cap",
        "/agreements/SKO-2023/balance/explain?figure=remaining",
        "/agreements/SKO-2023/compare?from_as_of=2023-01-31",
        "/agreements/SKO-2023/forecast",
        "/agreements/SKO-2023/summary",
        "/agreements/SKO-2023/council",
        "/agreements/SKO-2023/suppliers",
        "/agreements/SKO-2023/rounds",
        "/agreements/SKO-2023/accruals?year=2024",
        "/agreements/SKO-2023/competitions",
        "/agreements/SKO-2023/history",
        "/agreements?as_of=2024-01-31",
        "/orders?as_of=2200-01-31",
        f"/orders/{second}",
        "/orders",
        f"/drawdowns/{id}",
        "/drawdowns",
        "/documents",
        rules,
        f"{rules}/attest",
        "/events",
    ):
        address, _, query = path.partition("?")
        answer = client.get(
            address, **dict(parse_qsl(query))
        )  # held to its schema: tests.described
        assert answer.status_code == 200, path
    tried = client.post(f"/orders/{second}/accept", {}, dry_run="true")
    assert tried.json["dry_run"]
    steps = [{"command": "place", **ORDER}, {"command": "confirm", "order": "SKO-2023-0001"}]
    played = client.post("/agreements/SKO-2023/what-if", {"steps": steps})
    assert [step["refusal"] is None for step in played.json["steps"]] == [True, False]


def test_an_answer_that_is_not_as_described_is_seen(api):
    placed = api("manager").post("/agreements", AGREEMENT)
    response = api("manager").get("/agreements/SKO-2023/balance")
    for wrong in ({"cap": 1}, {"remaining": "1"}, {"as_of": "today"}, {"more": 1}):
        response.set_data(msgspec.json.encode({**response.json, **wrong}))
        with pytest.raises(AssertionError, match="balance"):
            as_described(response, "/api/v1/agreements/<agreement:number>/balance")
    assert placed.status_code == 201


def test_every_fact_is_described_by_its_own_shape(described):
    shapes = described["components"]["schemas"]
    for event in NAMES.values():
        assert shapes[f"{RECORDED}{event.__name__}"]["additionalProperties"] is False


# ── The description is true ───────────────────────────────────────────────────────────────────


def is_searched(ledger, *, whole: bool) -> bool:
    """Whether cases are made up beside the examples. What is described is the same on either
    database, so that a commit's checks do so on the faster one."""
    return whole or ledger.settings.database.startswith("sqlite")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_running_app_does_what_its_description_says(served, request):
    url, watched = served
    whole = request.config.getoption("--long")
    token = let_in(watched.ledger, "All", BUYER, BUYERS)
    kinds = (("examples",), ("coverage", "fuzzing", "stateful"))
    for phases in kinds if is_searched(watched.ledger, whole=whole) else kinds[:1]:
        assert faults(url, token, phases, whole=whole) == []
    assert watched.wrote == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_description_is_true_whoever_asks(served, request):
    url, watched = served
    whole = request.config.getoption("--long")
    for role, organisation in (
        ("supplier", SUPPLIER),
        ("auditor", BUYER),
        ("orderer", BUYER),
        ("manager", "2120000787"),
    ):
        token = let_in(watched.ledger, f"{role} asks", organisation, (role,))
        if role == "auditor":
            appoint(watched.ledger, f"{role} asks", organisation)
        # Who may write least is refused by the access alone in most of what is made up.
        searched = whole or (role == "supplier" and is_searched(watched.ledger, whole=whole))
        for phase in ("examples", "fuzzing") if searched else ("examples",):
            assert faults(url, token, (phase,), whole=whole) == [], role
    assert watched.wrote == []
