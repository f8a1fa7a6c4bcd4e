"""The queries that must return nothing: each says what it checks, and finds nothing in the data."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml
from rdflib.plugins.sparql import prepareQuery

from c4f_graph.engine import Rows
from c4f_graph.namespaces import C4F
from tests.corpus_copy import ROOT

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph
    from tests.corpus_copy import CorpusCopy

CHECKS = {path.stem: path for path in sorted((ROOT / "queries" / "checks").glob("*.rq"))}


def decorators(text: str) -> dict[str, str]:
    lines = [line[2:].removeprefix(" ") for line in text.splitlines() if line[:2] == "#+"]
    about: dict[str, str] = yaml.safe_load("\n".join(lines))
    return about


def test_there_are_checks() -> None:
    assert len(CHECKS) >= 10


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_plain_sparql_with_a_summary_and_a_message(name: str) -> None:
    text = CHECKS[name].read_text(encoding="utf-8")
    about = decorators(text)
    assert about["summary"]
    query = prepareQuery(text)
    columns = {str(variable) for variable in query.algebra.PV}
    placeholders = set(re.findall(r"\{(\w+)\}", about["message"]))
    assert placeholders
    assert placeholders <= columns


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_finds_no_violation_in_the_data(graph: ProgrammeGraph, name: str) -> None:
    text = CHECKS[name].read_text(encoding="utf-8")
    found = graph.query(text, name=name)
    assert isinstance(found, Rows)
    severity = decorators(text).get("severity", "violation")
    assert severity in {"violation", "warning", "info"}
    assert severity != "violation" or found.rows == []


def check_text(*decorators: str, query: str = "SELECT ?c { ?c a c4f:Cluster }") -> str:
    return "".join(f"#+ {line}\n" for line in decorators) + f"PREFIX c4f: <{C4F}>\n{query}\n"


@pytest.mark.parametrize(("severities", "code"), [(("warning", "info"), 0), (("violation", ""), 1)])
def test_what_a_check_finds_is_reported_with_its_severity(
    corpus: CorpusCopy, severities: tuple[str, ...], code: int
) -> None:
    for severity in severities:
        more = [f"severity: {severity}"] if severity else []
        corpus.add(
            f"queries/checks/clusters-{severity}.rq",
            check_text("summary: None", 'message: "{c} is a cluster."', *more),
        )
    done = corpus.run("validate", "--format", "json")
    assert (done.code, done.err) == (code, "")
    for severity in severities:
        rule = f"clusters-{severity}"
        found = [f for f in json.loads(done.out)["findings"] if f["rule"] == rule]
        assert len(found) == 14
        assert {f["severity"] for f in found} == {severity or "violation"}
        saxocell = next(f for f in found if f["focus_node"].endswith("/saxocell"))
        assert saxocell["message"] == "<cluster/saxocell> is a cluster."
        lines = (corpus.root / saxocell["file"]).read_text("utf-8").splitlines()
        assert "<id/cluster/saxocell>" in lines[saxocell["line"] - 1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            check_text("summary: No message"),
            "odd.rq:1: a check needs a message, and a severity out of violation, warning, info.",
        ),
        (
            check_text('message: "{c}"', "severity: grave"),
            "odd.rq:1: a check needs a message, and a severity out of violation, warning, info.",
        ),
        (check_text('message: "x"', query="ASK {}"), "odd.rq:1: a check is a SELECT query."),
        (check_text('message: "{d}"'), "odd.rq:1: the message names {d}, "),
        (check_text('message: "x"', query="SELECT ?s { ?s ?p }"), "odd.rq:3:20: syntax error"),
        (check_text(), "odd.rq:1: there are no `#+` decorators."),
    ],
)
def test_a_check_that_cannot_be_used_is_exit_2_with_its_place(
    corpus: CorpusCopy, text: str, message: str
) -> None:
    corpus.add("queries/checks/odd.rq", text)
    done = corpus.run("validate")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
