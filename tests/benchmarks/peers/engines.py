"""One adapter for each engine: the neutral rules in its own language, in the form that is its fastest as far as we know.

An adapter takes the rules and gives a function of one patient (a plain dict, all 25 facts known) that returns the numbers of the rules that hold,
each once, in any order. All conversion of the patient is inside that function. Everything else may be done beforehand.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.benchmarks.peers.ruleset import BOOLEANS, CODES, FACTS, Condition, Patient

Answer = Callable[[Patient], list[int]]
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


# ---- this project -------------------------------------------------------------------------------------------------------
def index(rules: Sequence[Condition]) -> Answer:
    """Our index, asked with values; three-valued (rules that are undecided are found as well)."""
    from engine.inference.decide import Decider
    from engine.inference.index import places
    from tests.benchmarks.peers.ours import guideline

    match = Decider(guideline(rules), "off").match
    return lambda patient: places(match(patient).firm)


def decided(rules: Sequence[Condition]) -> Answer:
    """Our index as decisions use it: values are checked and made states first; assumed, derived and contradictory facts have their turn."""
    from engine.inference.facts import Resolver
    from engine.inference.index import places

    guideline, cells, _, compiled = _compiled(rules)
    read, resolve, match = guideline.vocabulary.read, Resolver(guideline, cells).resolve, compiled.match
    return lambda patient: places(match(resolve(read(patient)).states).firm)


def network(rules: Sequence[Condition]) -> Answer:
    """Our network: durable-rules inside the limits under which it is correct, three-valued."""
    from engine.inference.facts import Resolver
    from engine.inference.index import places
    from engine.inference.network import Network

    guideline, cells, position, compiled = _compiled(rules)
    read, resolve = guideline.vocabulary.read, Resolver(guideline, cells).resolve
    match = Network(guideline, compiled, cells, position).match
    return lambda patient: places(match(resolve(read(patient)).states).firm)


def _compiled(rules: Sequence[Condition]) -> tuple[Any, Any, Any, Any]:
    from engine.inference.facts import Resolver
    from engine.inference.index import Index
    from engine.inference.space import cells_of
    from tests.benchmarks.peers.ours import guideline

    made = guideline(rules)
    cells = cells_of(made)
    position = Resolver(made, cells).position
    return made, cells, position, Index(made, cells, position)


# ---- durable-rules as its manual shows it ---------------------------------------------------------------------------------
def durable_split(rules: Sequence[Condition]) -> Answer:
    """durable-rules in its Python language, 100 rules a ruleset; a patient is asserted and retracted."""
    return durable(rules, 100)  # of 150 rules, error 303


def durable(rules: Sequence[Condition], size: int = 1_000_000) -> Answer:
    """durable-rules in its Python language, one ruleset."""
    from durable import engine as durable_engine
    from durable import lang

    found: set[int] = set()
    names = []
    for start in range(0, len(rules), size):
        names.append(f"patients_{start}")
        with lang.ruleset(names[-1]):
            for number in range(start, min(start + size, len(rules))):
                lang.when_all(_durable(rules[number], lang.m))(_hit(found, number))

    def answer(patient: Patient) -> list[int]:
        found.clear()
        for name in names:
            fact = {**patient, "id": "p"}
            try:
                lang.assert_fact(name, fact)
                lang.retract_fact(name, fact)
            except durable_engine.MessageNotHandledException:
                pass
        return list(found)

    return answer


def _hit(found: set[int], number: int) -> Callable[[Any], None]:
    """What a rule does when it fires: one parameter, or durable-rules takes it for an asynchronous action."""

    def hit(context: Any) -> None:
        found.add(number)

    return hit


def _durable(raw: Condition, m: Any) -> Any:
    match raw:
        case ("all", parts):
            joined = _durable(parts[0], m)
            for part in parts[1:]:
                joined = joined & _durable(part, m)
            return joined
        case ("any", parts):
            joined = _durable(parts[0], m)
            for part in parts[1:]:
                joined = joined | _durable(part, m)
            return joined
        case ("not", ("clause", fact, operator, value)):
            if operator == "in":
                return _durable(("all", tuple(("clause", fact, "!=", one) for one in value)), m)
            return _durable(("clause", fact, OPPOSITE[operator], value), m)
        case (_, fact, "in", value):
            return _durable(("any", tuple(("clause", fact, "==", one) for one in value)), m)
        case (_, fact, operator, value):
            return _compare(getattr(m, fact), operator, value)
    raise AssertionError(raw)


def _compare(left: Any, operator: str, value: Any) -> Any:
    return (
        left == value if operator == "==" else left != value if operator == "!=" else left < value if operator == "<"
        else left <= value if operator == "<=" else left > value if operator == ">" else left >= value
    )  # fmt: skip


# ---- engines of expressions ---------------------------------------------------------------------------------------------
def _expression(
    raw: Condition, words: dict[str, str], literal: Callable[[Any], str], group: Callable[[Sequence[str]], str]
) -> str:
    match raw:
        case ("all" | "any" as kind, parts):
            return "(" + f" {words[kind]} ".join(_expression(part, words, literal, group) for part in parts) + ")"
        case ("not", part):
            return words["not"].format(_expression(part, words, literal, group))
        case (_, fact, "in", value):
            return f"({fact} in {group([literal(one) for one in value])})"
        case (_, fact, operator, value):
            return f"({fact} {operator} {literal(value)})"
    raise AssertionError(raw)


def _listed(items: Sequence[str]) -> str:
    return f"[{', '.join(items)}]"


def _literal(value: Any) -> str:
    return json.dumps(value)


def _true_places(values: Sequence[Any]) -> list[int]:
    return [place for place, value in enumerate(values) if value]


def zen_list(rules: Sequence[Condition]) -> Answer:
    """zen-engine: one compiled expression that gives a list of truths."""
    import zen

    words = {"all": "and", "any": "or", "not": "not({})"}
    evaluate = zen.compile_expression(_listed([_expression(rule, words, _literal, _listed) for rule in rules])).evaluate
    return lambda patient: _true_places(evaluate(patient))


def zen_table(rules: Sequence[Condition]) -> Answer:
    """zen-engine: a decision table that collects; alternatives of a rule are lines of their own."""
    import zen

    lines: list[dict[str, str]] = []
    for number, rule in enumerate(rules):
        for line in _lines(rule):
            cells = {fact: _cells(some) for fact, some in line.items()}
            lines.append({"_id": f"l{len(lines)}", **cells, "out": str(number)})
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": fact, "name": fact, "field": fact} for fact in FACTS],
        "outputs": [{"id": "out", "name": "rule", "field": "rule"}],
        "rules": [{**dict.fromkeys(FACTS, ""), **line} for line in lines],
    }
    graph = {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "table",
                "position": {"x": 1, "y": 0},
                "content": table,
            },
            {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 2, "y": 0}},
        ],
        "edges": [
            {"id": "e1", "sourceId": "in", "targetId": "table", "type": "edge"},
            {"id": "e2", "sourceId": "table", "targetId": "out", "type": "edge"},
        ],
    }
    # this loader compiles the table once; create_decision(text) does so at every call
    evaluate = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph}}}).evaluate
    return lambda patient: list({one["rule"] for one in evaluate("rules", patient)["result"]})


def _lines(raw: Condition) -> Iterator[dict[str, list[tuple[str, Any]]]]:
    """The lines of a table for one rule: for each fact what it must pass."""
    choices = [part[1] if part[0] == "any" else (part,) for part in raw[1]]
    for chosen in itertools.product(*choices):
        line: dict[str, list[tuple[str, Any]]] = {}
        for part in chosen:
            negated = part[0] == "not"
            _, fact, operator, value = part[1] if negated else part
            line.setdefault(fact, []).append((f"not {operator}" if negated else operator, value))
        yield line


def _cells(tests: Sequence[tuple[str, Any]]) -> str:
    """What one fact must pass; the short forms are faster than the ones with `$`."""
    operator, value = tests[0]
    if len(tests) == 1 and not operator.startswith(("not", "!=")):
        if operator == "in":
            return ", ".join(_literal(one) for one in value)
        return _literal(value) if operator == "==" else f"{operator} {value}"
    return " and ".join(_cell(*one) for one in tests)


def _cell(operator: str, value: Any) -> str:
    negated, bare = operator.startswith("not "), operator.removeprefix("not ")
    text = f"$ in {_listed([_literal(one) for one in value])}" if bare == "in" else f"$ {bare} {_literal(value)}"
    return f"not({text})" if negated else text


def cel(rules: Sequence[Condition]) -> Answer:
    """CEL (Rust, common-expression-language): one compiled expression that gives a list of truths."""
    import cel as package

    words = {"all": "&&", "any": "||", "not": "!{}"}
    execute = package.compile(_listed([_expression(rule, words, _literal, _listed) for rule in rules])).execute
    return lambda patient: _true_places(execute(patient))


def rule_engine(rules: Sequence[Condition]) -> Answer:
    """rule-engine: one compiled rule each."""
    import rule_engine as package

    words = {"all": "and", "any": "or", "not": "not {}"}
    tests = [package.Rule(_expression(rule, words, _literal, _listed)).matches for rule in rules]
    return lambda patient: [number for number, matches in enumerate(tests) if matches(patient)]


def json_logic(rules: Sequence[Condition]) -> Answer:
    """json-logic (panzi-json-logic): a list of rules."""
    from json_logic import jsonLogic

    written = [_json(rule) for rule in rules]
    return lambda patient: _true_places(jsonLogic(written, patient))


def _json(raw: Condition) -> Any:
    match raw:
        case ("all", parts):
            return {"and": [_json(part) for part in parts]}
        case ("any", parts):
            return {"or": [_json(part) for part in parts]}
        case ("not", part):
            return {"!": [_json(part)]}
        case (_, fact, "in", value):
            return {"in": [{"var": fact}, list(value)]}
        case (_, fact, operator, value):
            return {operator: [{"var": fact}, value]}
    raise AssertionError(raw)


# ---- CLIPS --------------------------------------------------------------------------------------------------------------
def clips(rules: Sequence[Condition]) -> Answer:
    """CLIPS (clipspy): one fact of a template a patient; groups of alternatives as tests on bound slots."""
    import clips as package

    environment = package.Environment()
    environment.build("(deftemplate patient " + " ".join(f"(slot {fact})" for fact in FACTS) + ")")
    found: list[int] = []
    environment.define_function(found.append, "hit")
    for number, rule in enumerate(rules):
        environment.build(_defrule(number, rule))
    template = environment.find_template("patient")
    coded = [*CODES, *BOOLEANS]

    def answer(patient: Patient) -> list[int]:
        found.clear()
        fact = template.assert_fact(**{**patient, **{name: package.Symbol(_symbol(patient[name])) for name in coded}})
        environment.run()
        fact.retract()
        return list(found)

    return answer


def _symbol(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _defrule(number: int, rule: Condition) -> str:
    slots: dict[str, list[str]] = {}
    tests: list[str] = []
    bound: set[str] = set()
    for part in rule[1]:
        if part[0] == "any":
            bound |= {one[1] for one in part[1]}
            tests.append(f"(test (or {' '.join(_function(one) for one in part[1])}))")
        elif part[0] == "not":
            _, fact, operator, value = part[1]
            slots.setdefault(fact, []).append(
                _constraint(fact, "!=" if operator == "==" else OPPOSITE[operator], value)
            )
        else:
            slots.setdefault(part[1], []).append(_constraint(*part[1:]))
    for fact in bound:
        slots.setdefault(fact, [])
    patterns = " ".join(f"({fact} {'&'.join([f'?{fact}', *some])})" for fact, some in slots.items())
    return f"(defrule r{number} (patient {patterns}) {' '.join(tests)} => (hit {number}))"


def _constraint(fact: str, operator: str, value: Any) -> str:
    if operator == "in":
        return "|".join(_symbol(one) for one in value)
    if operator in ("==", "!="):
        return ("~" if operator == "!=" else "") + _symbol(value)
    return f":({operator} ?{fact} {value})"


def _function(raw: Condition) -> str:
    _, fact, operator, value = raw
    if operator == "in":
        return "(or " + " ".join(f"(eq ?{fact} {_symbol(one)})" for one in value) + ")"
    if operator in ("==", "!="):
        return f"({'eq' if operator == '==' else 'neq'} ?{fact} {_symbol(value)})"
    return f"({operator} ?{fact} {value})"


# name -> (what is printed, adapter, package whose version is printed)
ENGINES: dict[str, tuple[str, Callable[[Sequence[Condition]], Answer], str]] = {
    "index": ("our index, three-valued, from values", index, "tnbc-cds"),
    "decided": ("our index after checked reading and resolution", decided, "tnbc-cds"),
    "network": ("our network (durable-rules, sealed), three-valued", network, "durable-rules"),
    "durable": ("durable-rules as its manual shows, one ruleset", durable, "durable-rules"),
    "durable-split": ("durable-rules as its manual shows, 100 rules a ruleset", durable_split, "durable-rules"),
    "zen-list": ("zen-engine, one list expression", zen_list, "zen-engine"),
    "zen-table": ("zen-engine, decision table", zen_table, "zen-engine"),
    "cel": ("CEL in Rust, one list expression", cel, "common-expression-language"),
    "clips": ("CLIPS", clips, "clipspy"),
    "rule-engine": ("rule-engine", rule_engine, "rule-engine"),
    "json-logic": ("json-logic", json_logic, "panzi-json-logic"),
}
