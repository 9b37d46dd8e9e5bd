"""A second guideline needs no Python: who may borrow which tool, through everything that answers about patients."""

import datetime
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.app import create_app
from api.settings import Settings
from engine import Engine, Guideline, load
from engine.cli import main
from engine.inference.decision import Decision
from engine.inference.reference import outcomes
from engine.language.schema import schemas
from tests.api.client import Client

HERE = Path(__file__).resolve().parent / "guidelines"
LENDING = HERE / "lending"
BORROWERS = sorted((HERE / "borrowers").glob("*.json"))
IN_2026 = datetime.date(2026, 3, 1)


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(LENDING)


@pytest.fixture(scope="module")
def engine(guideline: Guideline) -> Engine:
    return Engine(guideline, cross_check="always")


@pytest.fixture(scope="module")
def client(guideline: Guideline) -> Client:
    return Client(create_app(Settings(rules=LENDING), guideline))


@pytest.fixture(params=BORROWERS, ids=lambda path: path.stem)
def borrower(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(request.param.read_text())
    return found


def summary(decision: dict[str, Any]) -> dict[str, Any]:
    """A decision in the few words of a borrower's file."""
    Decision.model_validate(decision)

    def numbers(key: str, **wanted: str) -> list[str]:
        return [one["number"] for one in decision[key] if all(one[name] == value for name, value in wanted.items())]

    return {
        "status": decision["status"],
        "firm": numbers("recommendations", status="firm"),
        "provisional": numbers("recommendations", status="provisional"),
        "ruled_out": numbers("ruled_out"),
        "overridden": numbers("overridden"),
        "stopped": numbers("stopped"),
        "needs": sorted(one["fact"] for one in decision["needs"]),
        "contradictions": [one["code"] for one in decision["contradictions"]],
        "warnings": [one["code"] for one in decision["warnings"]],
        "assumed": sorted(name for name, one in decision["facts"].items() if one["source"] == "assumed"),
    }


def request_of(borrower: dict[str, Any]) -> dict[str, Any]:
    return {"facts": borrower["facts"], "as_of": borrower["as_of"]}


def expected(borrower: dict[str, Any]) -> dict[str, Any]:
    return {**borrower["expect"], "needs": sorted(borrower["expect"]["needs"])}


# ---- the engine -------------------------------------------------------------------------------------------------------
def test_the_lending_guideline_has_no_problem(guideline: Guideline) -> None:
    assert guideline.warnings == ()


def test_the_lending_guideline_uses_every_kind_of_rule(guideline: Guideline) -> None:
    kinds = {rule.kind for rule in guideline.rules}

    assert kinds == {
        "recommend", "consider", "recommend_against", "required_workup", "safety_alert", "request_data", "out_of_scope",
    }  # fmt: skip


def test_a_borrower_gets_the_expected_decision(engine: Engine, borrower: dict[str, Any]) -> None:
    decision = engine.decision(borrower["facts"], datetime.date.fromisoformat(borrower["as_of"]))

    assert summary(decision) == expected(borrower)


def test_a_modifier_lowers_strength_and_certainty_and_says_why(engine: Engine) -> None:
    facts = {"visit": "enquiry", "member": True, "age_years": 16, "tool": "ladder", "overdue_items": 0}
    lending = next(one for one in engine.decision(facts, IN_2026)["recommendations"] if one["number"] == "LND-01")

    assert (lending["strength"], lending["certainty"], lending["lowered"]) == (
        "conditional", "low", ["Accidents of borrowers under 18 were too few to count."],
    )  # fmt: skip


def test_an_unchecked_finding_is_printed_without_its_figure(engine: Engine) -> None:
    facts = {
        "visit": "enquiry",
        "member": True,
        "age_years": 30,
        "tool": "drill",
        "tool_state": "sound",
        "safety_course": "0",
    }
    decision = engine.decision({**facts, "overdue_items": 0, "last_test_months": 3}, IN_2026)
    bench = next(one for one in decision["recommendations"] if one["number"] == "LND-03")

    assert [(one["finding"], one["checked"], "value" in one) for one in bench["citations"]] == [
        ("volunteer", False, False)
    ]


def test_no_rule_answers_before_the_first_was_in_force(engine: Engine) -> None:
    decision = engine.decision({"member": True, "visit": "enquiry", "tool": "ladder"}, datetime.date(1999, 1, 1))

    assert (decision["recommendations"], decision["needs"], decision["status"]) == ([], [], "complete")


def test_every_evaluator_agrees_on_random_borrowers(guideline: Guideline, engine: Engine) -> None:
    chance = random.Random(2026)
    for _ in range(300):
        facts = dict(_random_facts(guideline, chance))
        decider, given = engine.decider(IN_2026), engine.read(facts)

        judged = decider.outcome_of(decider.judge(given).outcomes)

        assert judged == outcomes(guideline.as_of(IN_2026), given)


def _random_facts(guideline: Guideline, chance: random.Random) -> Iterator[tuple[str, Any]]:
    for name, fact in guideline.vocabulary.items():
        if not fact.given or chance.random() < 0.4:
            continue
        if fact.numeric:
            low, high = (int(bound) for bound in fact.range)
            number = chance.randint(low, high)
            yield name, chance.choice([number, number, {"le": number}, {"ge": number}, None])
        else:
            yield name, chance.choice([*fact.values, *fact.values, *fact.groups, *fact.open_values, None])


# ---- the command line -------------------------------------------------------------------------------------------------
@pytest.fixture
def asked(borrower: dict[str, Any], tmp_path: Path) -> Path:
    """A borrower as a file that the command line takes."""
    path = tmp_path / "borrower.json"
    path.write_text(json.dumps(request_of(borrower)))
    return path


def test_evaluate_prints_the_decision_as_json(
    asked: Path, borrower: dict[str, Any], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["evaluate", str(asked), "--rules", str(LENDING), "--json"])

    assert (code, summary(json.loads(capfdbinary.readouterr().out))) == (0, expected(borrower))


def test_evaluate_prints_the_decision_for_a_reader(
    asked: Path, borrower: dict[str, Any], guideline: Guideline, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["evaluate", str(asked), "--rules", str(LENDING)])
    text = capfdbinary.readouterr().out.decode()

    standing = [guideline.rule(number) for number in borrower["expect"]["firm"] + borrower["expect"]["provisional"]]
    assert code == 0
    assert [rule.number for rule in standing if rule.number not in text] == []


def test_explain_speaks_of_every_rule(
    tmp_path: Path, guideline: Guideline, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    facts = tmp_path / "facts.yaml"
    facts.write_text("{facts: {member: true, visit: collection, tool: powered}, as_of: 2024-06-01}")
    said = {}
    for rule in guideline.rules:
        code = main(["explain", str(facts), "--rule", rule.number, "--rules", str(LENDING)])
        said[rule.number] = (code, rule.number in capfdbinary.readouterr().out.decode())

    assert said == {rule.number: (0, True) for rule in guideline.rules}


def test_check_finds_nothing(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    code = main(["check", str(LENDING)])
    out = capfdbinary.readouterr().out.decode()

    assert (code, out.startswith("no problems, 1 waived: 13 rules")) == (0, True)


def test_check_finds_a_mistake(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    shutil.copytree(LENDING, tmp_path / "lending")
    rule = tmp_path / "lending" / "recommendations" / "lending" / "lend-hand-tools.yaml"
    rule.write_text(rule.read_text().replace("tool: hand", "tool: hands"))
    code = main(["check", str(tmp_path / "lending")])
    first = capfdbinary.readouterr().out.decode().splitlines()[0]

    assert (code, first) == (
        1, "lending/recommendations/lending/lend-hand-tools.yaml:9:9: unknown value `hands` of `tool` [unknown-value]",
    )  # fmt: skip


def test_check_tells_the_warnings_of_other_files_beside_an_error(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    rules = Path(shutil.copytree(LENDING, tmp_path / "rules"))
    _replace(rules / "recommendations/care/say-goggles.yaml", "strength: strong", "strength: storng")
    _replace(
        rules / "recommendations/care/test-before-lending.yaml",
        "strength: strong",
        "strength: strong\nregimen: saw-kit",
    )

    assert main(["check", "--rules", str(rules)]) == 1
    printed = capfdbinary.readouterr().out.decode()
    assert "did you mean `strong`?" in printed
    assert (
        "test-before-lending.yaml:5:7: warning: a regimen is offered by a rule that says `required_workup` [odd-rule]"
        in printed
    )


def test_a_record_in_fhir_is_not_taken_for_facts(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    (tmp_path / "record.json").write_text('{"resourceType": "Bundle", "type": "collection"}')

    assert main(["evaluate", "--rules", str(LENDING), str(tmp_path / "record.json")]) == 3
    assert "read it with `evaluate --fhir`" in capfdbinary.readouterr().err.decode()


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_schema_writes_schemas_that_the_files_follow(
    tmp_path: Path, guideline: Guideline, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    code = main(["schema", "--rules", str(LENDING), "--out", str(tmp_path)])

    assert code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(schemas(guideline))
    for name, file in guideline.files.items():
        schema = json.loads((tmp_path / _schema_of(name)).read_text())
        data = json.loads(json.dumps(file.data, default=str))  # dates as an editor sees them
        jsonschema.Draft7Validator(schema).validate(data)


def _schema_of(name: str) -> str:
    folder = name.split("/")[1].removesuffix(".yaml")
    singular = {"recommendations": "rule", "regimens": "regimen", "tables": "table"}
    return f"{singular.get(folder, folder)}.schema.json"


def test_serve_answers_from_the_folder_it_is_given(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "engine.cli", "serve", "--rules", str(LENDING), "--port", "0"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TNBC_")}
    with (tmp_path / "said").open("w") as said:
        service = subprocess.Popen(command, stdout=said, stderr=said, env=environment, cwd=HERE.parent.parent)
    try:
        address = _address(service, tmp_path / "said")
        with urllib.request.urlopen(f"{address}/v1/guideline", timeout=10) as answer:
            about = json.load(answer)
    finally:
        service.terminate()
        service.wait(timeout=20)

    assert (about["id"], about["version"]) == ("tool-lending", "2.1.0")


def _address(service: subprocess.Popen[bytes], said: Path) -> str:
    """Where a service that was just started says it listens."""
    for _ in range(300):
        found = re.search(r"http://[0-9.]+:[0-9]+", said.read_text())
        if found:
            return found[0]
        assert service.poll() is None, said.read_text()
        time.sleep(0.1)
    raise AssertionError(said.read_text())


# ---- the service ------------------------------------------------------------------------------------------------------
def test_the_service_gives_the_same_decision(client: Client, borrower: dict[str, Any]) -> None:
    answer = client.post("/v1/decisions", request_of(borrower))

    assert (answer.status, summary(answer.json())) == (200, expected(borrower))


def test_the_service_decides_all_borrowers_in_one_batch(client: Client) -> None:
    all_of_them = [json.loads(path.read_text()) for path in BORROWERS]
    answer = client.post("/v1/decisions/batch", [request_of(one) for one in all_of_them])

    assert answer.status == 200
    assert [summary(one.get("decision", one)) for one in answer.json()] == [expected(one) for one in all_of_them]


def test_the_service_names_a_fact_that_another_guideline_has(client: Client) -> None:
    answer = client.post("/v1/decisions", {"facts": {"tol": "drill"}, "as_of": "2026-03-01"})

    assert (answer.status, "tool" in answer.body.decode()) == (422, True)


@pytest.mark.parametrize(
    "address",
    ["/", "/v1/guideline", "/v1/facts", "/v1/rules", "/v1/rules/lend-hand-tools", "/v1/evidence",
     "/v1/evidence/accident-count", "/healthz", "/readyz", "/openapi.json", "/docs"],
)  # fmt: skip
def test_every_address_of_the_service_answers(client: Client, address: str) -> None:
    assert client.get(address).status == 200
