"""Each question, answered on the project's data, word for word as in `tests/golden`.

After a change of the data, `pytest tests/test_answers.py --renew-golden` writes the answers anew:
read what `git diff tests/golden` then shows against the sources before you keep it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from c4f_graph.export.answers import as_rows
from tests.process import answer, c4f
from tests.reading import rdflib_graph

if TYPE_CHECKING:
    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
GOLDEN = Path(__file__).parent / "golden"
PARAMETERS = {
    "cluster-partners": {"cluster": "SaxoCell"},
    "projects": {"cluster": "SaxoCell"},
    "milestones": {"from": "2024-01-01", "to": "2024-12-31"},
    "next-milestones": {"on": "2024-06-01"},
    "overdue-milestones": {"on": "2024-06-01"},
    "milestone-chain": {"milestone": "saxocell-phase-2-start"},
}
CONSTRUCTS = {"collaboration-network"}
COLUMNS = {
    "programme-overview": (
        "programme, ministry, agency, rounds, clusters, actors, budget_eur, first_date, last_date"
    ),
    "selection-funnel": "round, stage, entries, share_of_applications",
    "clusters": "cluster, name, round, city, state, field",
    "clusters-by-state": "state, clusters, names",
    "clusters-by-field": "field, clusters, names",
    "finalists-not-selected": "candidacy, name, round, city, coordinator",
    "cluster-partners": "actor, name, kind, role, city, state, since",
    "coordinators": "cluster, coordinator, city",
    "bridging-actors": "actor, clusters, names",
    "actor-types-by-cluster": "cluster, kind, actors",
    "sme-share": "cluster, companies, smes, share",
    "funding-by-actor": "actor, name, part, awards, awarded_eur",
    "funding-by-cluster": "cluster, awarded_eur, ceiling_eur, share_of_ceiling",
    "funding-by-state": "state, awarded_eur",
    "funding-by-year": "year, awarded_eur",
    "projects": "project, fkz, title, recipient, start, end, amount_eur",
    "phases": "cluster, phase, start, end, amount_eur, decision",
    "milestones": "milestone, label, date, kind, subject, status",
    "next-milestones": "milestone, label, due, subject",
    "overdue-milestones": "milestone, label, due, subject",
    "milestone-chain": "step, milestone, label, date",
    "timeline": "date, what, subject",
    "strategy-contribution": "field, clusters, names",
    "strategic-dimensions": "cluster, dimension, indicator, value, date",
    "collaboration-network": "subject, predicate, object",
    "sources": "source, title, publisher, date, statements",
    "conflicting-statements": "subject, property, value, source, date",
    "superseded-statements": (
        "source, date, subject, property, value, newer_value, newer_source, newer_date"
    ),
    "unsourced-statements": "subject, property, value",
    "trust-order": "rank, kind, sources_known, newest",
    "data-completeness": "class, property, have, of, share",
}
MAY_BE_EMPTY = {"unsourced-statements", "overdue-milestones", "strategy-contribution"}
PROGRAMME = "https://w3id.org/c4f/id/programme/clusters4future"
C4F = "https://w3id.org/c4f/ontology#"
ID = "https://w3id.org/c4f/id/"


def ask(question_id: str, form: str = "csv") -> str:
    """Ask a question with its parameters of the table above."""
    parameters = [
        part
        for name, value in PARAMETERS.get(question_id, {}).items()
        for part in ("--param", f"{name}={value}")
    ]
    done = c4f("ask", question_id, *parameters, "--format", form)
    assert done.code == 0, done.err
    return done.out


def rows(question_id: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ask(question_id), newline="")))


@pytest.mark.parametrize("question_id", COLUMNS)
def test_the_answer_is_the_golden_one(question_id: str, request: pytest.FixtureRequest) -> None:
    form = "ttl" if question_id in CONSTRUCTS else "csv"
    path = GOLDEN / f"{question_id}.{form}"
    found = ask(question_id, form).replace("\r\n", "\n")
    if request.config.getoption("--renew-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8"), (
        f"{path.name} is not what the question answers now. If the data changed, and the new "
        "answer is right by the sources: pytest tests/test_answers.py --renew-golden"
    )


@pytest.mark.parametrize("question_id", COLUMNS)
def test_the_columns_and_parameters_are_those_that_were_agreed(
    graph: ProgrammeGraph, question_id: str
) -> None:
    question = graph.question(question_id)
    arguments = PARAMETERS.get(question_id, {})
    assert [parameter.name for parameter in question.parameters] == list(arguments)
    found = as_rows(graph.ask(question_id, arguments))
    assert ", ".join(found.columns) == COLUMNS[question_id]
    assert list(question.columns) == list(found.columns)
    assert found.rows or question_id in MAY_BE_EMPTY


def test_there_is_a_question_for_each_agreed_id_and_a_golden_answer_for_each_question(
    graph: ProgrammeGraph,
) -> None:
    ids = {question.id for question in graph.questions()}
    assert ids == set(COLUMNS)
    assert {path.stem for path in GOLDEN.iterdir()} == ids


def test_254_applied_31_became_finalists_and_14_were_selected() -> None:
    entries = {(row["round"], row["stage"]): row["entries"] for row in rows("selection-funnel")}
    stages = ("application", "finalist", "selected")
    assert [[entries[name, stage] for stage in stages] for name in ("1", "2", "programme")] == [
        ["137", "16", "7"],
        ["117", "15", "7"],
        ["254", "31", "14"],
    ]
    assert len(entries) == 9


def test_each_number_of_the_funnel_has_a_source() -> None:
    text = """
    PREFIX c4f: <https://w3id.org/c4f/ontology#>
    PREFIX dcterms: <http://purl.org/dc/terms/>
    SELECT DISTINCT ?entries {
      GRAPH ?source { ?stage a c4f:SelectionStage ; c4f:entries ?entries }
      ?source a c4f:Source ; dcterms:publisher ?publisher .
    }
    """
    found = answer("query", "-", "--format", "csv", stdin=text).split()[1:]
    assert {"254", "31", "14", "137", "117", "16", "15", "7"} <= set(found)


def test_the_programme_has_fourteen_clusters_in_two_rounds_and_630_million_euros() -> None:
    (programme,) = (row for row in rows("programme-overview") if row["programme"] == PROGRAMME)
    assert float(programme["budget_eur"]) == 630_000_000
    assert programme["clusters"] == "14"
    assert programme["rounds"] == "2"
    assert programme["ministry"] == f"{ID}ministry/bmftr"
    assert programme["agency"] == f"{ID}agency/ptj"


def test_the_ministry_was_the_bmbf_in_2023() -> None:
    text = """
    PREFIX c4f: <https://w3id.org/c4f/ontology#>
    SELECT DISTINCT ?ministry FROM <https://w3id.org/c4f/graph/bmbf-slides-2023-09-11>
    WHERE { ?programme c4f:responsibleMinistry ?ministry }
    """
    found = answer("query", "-", "--format", "csv", stdin=text)
    assert found == f"ministry\r\n{ID}ministry/bmbf\r\n"


def test_all_fourteen_clusters_are_there_seven_a_round() -> None:
    found = rows("clusters")
    assert {row["cluster"].removeprefix(f"{ID}cluster/") for row in found} == {
        "mcube",
        "otc-rostock",
        "neurosys",
        "proxidrugs",
        "qsens",
        "saxocell",
        "hydrogen",
        "cnatm",
        "curatime",
        "etos",
        "nanodiag-bw",
        "qvls-ilabs",
        "semeco",
        "thwic",
    }
    assert sorted(row["round"] for row in found) == ["1"] * 7 + ["2"] * 7


def test_the_finalists_that_were_not_selected_are_those_without_a_cluster() -> None:
    found = rows("finalists-not-selected")
    slugs = {row["candidacy"].removeprefix(f"{ID}candidacy/") for row in found}
    assert len(slugs) == len(found) <= 31 - 14
    assert slugs >= {"6g", "smarthi", "smart4life", "amber"}
    selected = {row["cluster"].removeprefix(f"{ID}cluster/") for row in rows("clusters")}
    assert slugs.isdisjoint(selected)
    assert {row["round"] for row in found} == {"1", "2"}


def test_nothing_is_unsourced() -> None:
    done = c4f("ask", "unsourced-statements", "--format", "csv")
    assert (done.code, done.out) == (0, "subject,property,value\r\n")
    assert done.err.startswith("c4f: no rows. ")


def conflict(subject: str, name: str) -> dict[str, set[str]]:
    """Give the values that are in conflict, each with the sources that state it."""
    values: dict[str, set[str]] = {}
    for row in rows("conflicting-statements"):
        if (row["subject"], row["property"]) == (subject, C4F + name):
            values.setdefault(row["value"], set()).add(row["source"])
    return values


def test_the_two_sums_of_the_programme_stand_side_by_side() -> None:
    found = conflict(PROGRAMME, "budgetEUR")
    assert {float(value) for value in found} == {630_000_000, 450_000_000}
    slides = "https://w3id.org/c4f/graph/bmbf-slides-2023-09-11"
    assert slides in next(found[value] for value in found if float(value) == 630_000_000)


def test_the_two_dates_of_the_second_announcement_stand_side_by_side() -> None:
    found = conflict(f"{ID}milestone/round-2-selection", "reachedDate")
    assert {"2022-07-18", "2022-07-14"} <= set(found)
    assert found["2022-07-18"].isdisjoint(found["2022-07-14"])


def test_a_milestone_s_chain_begins_with_itself_and_goes_back() -> None:
    found = rows("milestone-chain")
    assert found[0]["milestone"] == f"{ID}milestone/saxocell-phase-2-start"
    assert [int(row["step"]) for row in found] == sorted(int(row["step"]) for row in found)
    assert found[0]["step"] == "1"
    assert len(found) > 1


def test_milestones_lie_within_the_days_asked_for() -> None:
    dates = [row["date"] for row in rows("milestones")]
    assert dates == sorted(dates)
    assert all(date.startswith("2024") for date in dates)
    # Of a month or a year no more is known: it is due until its end.
    assert all(row["due"] >= "2024-06-01"[: len(row["due"])] for row in rows("next-milestones"))


def test_each_collaboration_stands_once_and_names_its_clusters() -> None:
    import rdflib

    network = rdflib_graph(ask("collaboration-network", "ttl"), "ttl")
    works_with = rdflib.URIRef(f"{C4F}worksWith")
    pairs = set(network.subject_objects(works_with))
    assert pairs
    assert not any((b, a) in pairs for a, b in pairs)
    members = set(network.objects(None, rdflib.URIRef("http://www.w3.org/ns/org#hasMember")))
    assert {actor for pair in pairs for actor in pair} <= members
