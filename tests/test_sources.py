"""`--sources`: each row of an answer names the sources of what made it, and nothing else."""

from __future__ import annotations

import csv
import functools
import io
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from c4f_graph.corpus import united
from c4f_graph.engine import run_query
from c4f_graph.errors import QueryError
from c4f_graph.evidence.sources import SourcedRows, with_sources
from c4f_graph.export.answers import as_rows
from c4f_graph.questions import ask
from tests.process import answer, c4f
from tests.reading import rdflib_graph
from tests.test_answers import COLUMNS, CONSTRUCTS, PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph import ProgrammeGraph

pytestmark = pytest.mark.usefixtures("store")
GRAPH = "https://w3id.org/c4f/graph/"
EX = "http://example.org/"
SMALL = f"""
@prefix : <{EX}> .
@prefix c4f: <https://w3id.org/c4f/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
:g1 {{ :a :p :b . :a :q 1 . }}
:g2 {{ :a :p :b . :b :p :c . }}
:g3 {{ :c :p :d . :a :q 2 . :d :q 2 }}
:about {{
    :official c4f:trustRank 1 . :press c4f:trustRank 9 .
    :g1 a c4f:Source ; c4f:sourceKind :press ; dcterms:issued "2024" .
    :g2 a c4f:Source ; c4f:sourceKind :official .
    :g3 a c4f:Source ; c4f:sourceKind :press ; dcterms:issued "2025" .
}}
"""


def store_of(quads: Iterable[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(united(quads))
    return store


@pytest.fixture(scope="module")
def small() -> ox.Store:
    return store_of(ox.parse(SMALL, format=ox.RdfFormat.TRIG))


def trace(store: ox.Store, query: str) -> SourcedRows:
    text = f"PREFIX : <{EX}> PREFIX c4f: <https://w3id.org/c4f/ontology#> {query}"
    return with_sources(store, text, run_query(store, text))


def names(found: SourcedRows) -> list[str]:
    """Give the sources of each row by their short names, in their order."""
    return [" ".join(s.value.removeprefix(EX) for s in row) for row in found.sources]


@functools.cache
def sourced(graph: ProgrammeGraph, question_id: str) -> SourcedRows:
    return graph.ask_with_sources(question_id, PARAMETERS.get(question_id, {}))


@pytest.mark.parametrize("question_id", COLUMNS)
def test_each_row_of_a_question_has_sources_that_state_what_made_it(
    graph: ProgrammeGraph, question_id: str
) -> None:
    arguments = PARAMETERS.get(question_id, {})
    found = sourced(graph, question_id)
    assert found.rows == as_rows(graph.ask(question_id, arguments))
    for number, sources in enumerate(found.sources):
        statements = found.statements(number)
        assert sources
        assert {quad.graph_name for quad in statements} == set(sources)
        assert all(quad in graph.embedded for quad in statements)


@pytest.mark.parametrize("question_id", sorted(COLUMNS))
def test_the_sources_of_a_row_alone_give_the_row(graph: ProgrammeGraph, question_id: str) -> None:
    arguments = PARAMETERS.get(question_id, {})
    found = sourced(graph, question_id)
    rows = found.rows.rows
    for number in sorted({0, len(rows) // 2, len(rows) - 1} & set(range(len(rows)))):
        quads = [
            quad
            for source in found.sources[number]
            for quad in graph.store.quads_for_pattern(None, None, None, source)
        ]
        # A parameter is looked up by its name, which need not be among what made the row.
        quads += [
            quad
            for name in arguments
            if name in {"cluster", "milestone"}
            for quad in graph.embedded
            if not isinstance(quad.graph_name, ox.DefaultGraph)
            and quad.graph_name.value.startswith(f"{GRAPH}registry-")
        ]
        again = ask(store_of(quads), graph.question(question_id), arguments)
        assert rows[number] in as_rows(again).rows


def test_the_sources_stand_in_a_last_column(graph: ProgrammeGraph) -> None:
    out = answer("ask", "selection-funnel", "--sources", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert list(rows[0]) == ["round", "stage", "entries", "share_of_applications", "sources"]
    whole = [row for row in rows if row["round"] == "programme"]
    assert whole[0]["sources"] == "bmbf-slides-2023-09-11 vocab/source-kind vocab/stage"
    found = sourced(graph, "selection-funnel")
    assert [row["sources"].count(" ") + 1 for row in rows] == [*map(len, found.sources)]
    plain = list(csv.reader(io.StringIO(answer("ask", "selection-funnel", "--format", "csv"))))
    assert [line[:-1] for line in csv.reader(io.StringIO(out))] == plain


def test_in_json_the_sources_are_an_array() -> None:
    document = json.loads(answer("ask", "funding-by-year", "--sources", "--format", "json"))
    assert document["head"]["vars"] == ["year", "awarded_eur", "sources"]
    for row in document["results"]["bindings"]:
        assert [source["type"] for source in row["sources"]] == ["uri"] * len(row["sources"])
        assert any(source["value"].startswith(GRAPH) for source in row["sources"])


@pytest.mark.parametrize("form", ["jsonld", "ttl"])
def test_as_statements_a_row_names_each_source(graph: ProgrammeGraph, form: str) -> None:
    import rdflib

    read = rdflib_graph(answer("ask", "funding-by-year", "--sources", "--format", form), form)
    base = "https://w3id.org/c4f/question/funding-by-year#"
    for number, sources in enumerate(sourced(graph, "funding-by-year").sources, 1):
        row = rdflib.URIRef(f"{base}row={number}")
        found = {str(node) for node in read.objects(row, rdflib.URIRef(f"{base}sources"))}
        assert found == {source.value for source in sources}


@pytest.mark.parametrize("form", ["table", "md", "html", "tsv"])
def test_the_other_formats_have_the_column_too(form: str) -> None:
    query = "SELECT ?b { <https://w3id.org/c4f/id/programme/clusters4future> <{}budgetEUR> ?b }"
    text = query.replace("{}", "https://w3id.org/c4f/ontology#")
    out = answer("query", "-", "--sources", "--format", form, stdin=text)
    assert "sources" in out
    assert "technologieland-hessen-juryentscheidung-2026 bmbf-slides-2023-09-11" in out


def test_no_rows_are_no_rows_with_sources_too() -> None:
    done = c4f("ask", "unsourced-statements", "--sources", "--format", "csv")
    assert (done.code, done.out) == (0, "subject,property,value,sources\r\n")
    assert done.err == "c4f: no rows. Every statement has its source.\n"


def test_the_triples_of_a_construct_have_sources(graph: ProgrammeGraph) -> None:
    (question_id,) = CONSTRUCTS
    found = sourced(graph, question_id)
    assert found.rows.columns == ("subject", "predicate", "object")
    assert all(found.sources)


def test_sources_come_by_trust_then_the_newest_first(small: ox.Store) -> None:
    assert names(trace(small, "SELECT (COUNT(*) AS ?n) { ?s :p|:q ?o }")) == ["g2 g3 g1"]


def test_a_union_and_an_optional_give_what_matched(small: ox.Store) -> None:
    found = trace(small, "SELECT * { ?s :p ?o OPTIONAL { ?o :q ?n } } ORDER BY ?s")
    assert names(found) == ["g2 g1", "g2", "g3"]
    found = trace(small, "SELECT ?s { { ?s :p :b } UNION { ?s :q 1 } } LIMIT 1")
    assert names(found) == ["g2 g1"]


def test_a_path_gives_each_step(small: ox.Store) -> None:
    assert names(trace(small, "SELECT * { :a :p+ ?o } ORDER BY ?o")) == [
        "g2 g1",
        "g2 g1",
        "g2 g3 g1",
    ]
    assert names(trace(small, "SELECT * { :a :p/:p/:p/:q ?o }")) == ["g2 g3 g1"]
    assert names(trace(small, "SELECT * { :d ^:p* :b }")) == ["g2 g3"]
    assert names(trace(small, "SELECT * { GRAPH ?g { :b :p* ?o . ?s :p :b } } ORDER BY ?g ?o")) == [
        *("g1", "g2", "g2"),
    ]


def test_a_path_without_a_step_needs_the_node_to_be_mentioned(small: ox.Store) -> None:
    found = trace(small, "SELECT * { :b :p* ?o } ORDER BY ?o")
    assert names(found) == ["g2 g1", "g2", "g2 g3"]
    assert len(found.statements(0)) == 3


def test_blank_nodes_in_a_pattern_are_not_among_the_columns(small: ox.Store) -> None:
    assert names(trace(small, "SELECT * { ?s :p [ :p _:x ] . _:x :q 2 }")) == ["g2 g3"]


def test_a_name_inside_exists_or_a_subselect_stands_for_its_own(small: ox.Store) -> None:
    query = "SELECT * { { ?s :p :d FILTER EXISTS { :d :q ?n } } :a :q ?n } ORDER BY ?n"
    assert names(trace(small, query)) == ["g3 g1", "g3"]
    query = (
        "SELECT * { { SELECT ?s ?n { ?s :p :b OPTIONAL { :b :q ?n } } } OPTIONAL { ?s :q ?n } }"
        "ORDER BY ?n"
    )
    assert names(trace(small, query)) == ["g2 g1", "g2 g3 g1"]


def test_graph_and_from_name_the_sources_themselves(small: ox.Store) -> None:
    assert names(trace(small, "SELECT * { GRAPH ?g { :a :p :b } } ORDER BY ?g")) == ["g1", "g2"]
    assert names(trace(small, "SELECT ?o FROM :g1 { :a :p ?o }")) == ["g1"]
    assert names(trace(small, "SELECT ?g { GRAPH ?g { } } ORDER BY ?g")) == [
        *("about", "g1", "g2", "g3"),
    ]


def test_an_absence_has_no_sources_and_exists_has(small: ox.Store) -> None:
    query = "SELECT ?s { ?s :p ?o FILTER NOT EXISTS { ?o :q ?n } } ORDER BY ?s"
    assert names(trace(small, query)) == ["g2 g1", "g2"]
    assert names(trace(small, "SELECT ?s { ?s :p ?o FILTER EXISTS { ?o :q ?n } }")) == ["g3"]
    found = trace(small, "SELECT ?s { ?s :p :d FILTER EXISTS { ?a :q ?n FILTER(?a != ?s) } }")
    assert names(found) == ["g3 g1"]
    query = "SELECT ?s { ?s :p ?o MINUS { ?s :q ?n } } ORDER BY ?s"
    assert names(trace(small, query)) == ["g2", "g3"]


def test_a_group_gives_what_went_in_also_where_its_key_is_not_shown(small: ox.Store) -> None:
    query = "SELECT (COUNT(?o) AS ?n) { ?s :p ?o } GROUP BY ?s HAVING(COUNT(?o) > 0) ORDER BY ?s"
    assert names(trace(small, query)) == ["g2 g3 g1"] * 3
    query = "SELECT (MIN(?n) AS ?least) { ?s :q ?n } GROUP BY (STR(?s) AS ?name) ORDER BY ?name"
    assert names(trace(small, query)) == ["g3 g1", "g3"]
    query = "SELECT ?s ?most { ?s :p :b { SELECT ?s (MAX(?n) AS ?most) { ?s :q ?n } GROUP BY ?s } }"
    assert names(trace(small, query)) == ["g2 g3 g1"]


def test_what_nobody_states_has_no_sources(small: ox.Store) -> None:
    assert names(trace(small, "SELECT ?x { VALUES ?x { 1 2 } }")) == ["", ""]
    assert names(trace(small, "SELECT (COUNT(*) AS ?n) { ?s :none ?o }")) == [""]


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("ASK { ?s :p ?o }", "ASK has no rows"),
        ("DESCRIBE :a", "DESCRIBE has no rows"),
        ("SELECT * { ?s :p ?o BIND(RAND() AS ?r) }", "RAND gives something else each time"),
        ("SELECT ?s (NOW() AS ?now) { ?s :p ?o }", "asked again, it gives other rows"),
        ("SELECT * { ?s :p ?o FILTER(!EXISTS { ?o :q ?n }) }", "EXISTS outside of a FILTER"),
        ("SELECT * { ?s :p ?o BIND(EXISTS { ?o :q 1 } AS ?e) }", "EXISTS outside of a FILTER"),
        ("SELECT (EXISTS { ?o :q 1 } AS ?e) { ?s :p ?o }", "EXISTS outside of a FILTER"),
        (
            "SELECT * { ?s :p ?o OPTIONAL { ?x :p ?y FILTER EXISTS { ?o :p ?x } } }",
            "FILTER EXISTS in OPTIONAL, about what is outside",
        ),
        (
            "SELECT * { ?s :p ?o OPTIONAL { ?o :q ?n } FILTER EXISTS { ?s :q ?n } }",
            "FILTER EXISTS about what may have no value",
        ),
        (
            "SELECT * { ?s :p ?o FILTER EXISTS { ?o :p ?x MINUS { ?o :q ?n } } }",
            "this in FILTER EXISTS",
        ),
        (
            "SELECT * { ?s :p ?o FILTER EXISTS { { ?o :p ?x FILTER(?x != ?s) } } }",
            "this in FILTER EXISTS",
        ),
        ("SELECT * { ?s :p (1 2) }", "( in a triple pattern"),
        ("SELECT * { ?s :p ?_c4f_x }", "names that begin with _c4f_ are in use"),
        (
            "SELECT * { GRAPH ?g { { SELECT DISTINCT ?s { ?s :p ?o } } } }",
            "a subselect in GRAPH with a variable",
        ),
        ("CONSTRUCT { [] :p ?s } { ?s :p ?o }", "a template with blank nodes"),
    ],
)
def test_what_cannot_be_traced_is_refused(small: ox.Store, query: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        trace(small, query)
    assert str(caught.value).startswith("query")
    assert f"this query's sources cannot be traced: {reason}" in str(caught.value)


def test_a_refusal_names_the_place() -> None:
    done = c4f("query", "-", "--sources", stdin="SELECT ?s\n{ ?s ?p (1 2) }")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: stdin:2:9: this query's sources cannot be traced: ( in a triple pattern. "
        "Ask without --sources, or write that part otherwise.\n"
    )


def test_a_column_of_that_name_is_refused() -> None:
    done = c4f("query", "-", "--sources", stdin="SELECT ?sources { ?sources ?p 1 }")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: the query has a column ?sources of its own. Give that column another name.\n"
    )


def test_the_time_limit_holds_for_the_sources_too(graph: ProgrammeGraph) -> None:
    with pytest.raises(QueryError, match="no answer within"):
        graph.ask_with_sources("programme-overview", timeout=0.001)
