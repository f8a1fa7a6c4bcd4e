"""sh:sparql and custom components: how queries are rewritten, run and reported."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from c4f_graph.errors import QueryError, ShapesError
from c4f_graph.shacl import OxigraphEngine, compile_plan, validate
from c4f_graph.shacl.query_text import parse_query, rename, substitute
from tests.shacl.support import BASE, SPARQL_PREFIXES, found, report, shapes, short, store

DATA = ':a a :C ; :p 1, 2 ; :q :b . :b a :C ; :p 3 . :c a :D ; rdfs:label "c"@en .'


def constraint(query: str, extra: str = "") -> str:
    text = f"{SPARQL_PREFIXES}{query}"
    return f':S sh:targetClass :C ; sh:sparql [ {extra} sh:select """{text}""" ] .'


def plan_kinds(text: str) -> list[tuple[str, str]]:
    return [(query.kind, query.note) for query in compile_plan(shapes(text)).queries]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this ?value { $this :p ?value }",
        "SELECT $this (COUNT(?v) AS ?n) { $this :p ?v } GROUP BY $this",
        "SELECT $this { { SELECT $this (MAX(?v) AS ?m) { $this :p ?v } GROUP BY $this } }",
        "SELECT $this { GRAPH ?g { $this :p ?v } }",
        "SELECT $this ?v { $this :p ?v } ORDER BY ?v",
    ],
)
def test_set_at_a_time(query: str) -> None:
    assert plan_kinds(constraint(query)) == [("sparql", "")]


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("SELECT $this ?v { $this :p ?v } LIMIT 1", "LIMIT counts the rows of one focus node"),
        (
            "SELECT $this ?v { { SELECT $this ?v { $this :p ?v } OFFSET 1 } }",
            "OFFSET counts the rows of one focus node",
        ),
        (
            "SELECT $this ?v { GRAPH ?g { ?s :p ?v FILTER(?s = $this) } }",
            "$this is used inside GRAPH before a triple binds it",
        ),
    ],
)
def test_per_node(query: str, note: str) -> None:
    assert plan_kinds(constraint(query)) == [("per node", note)]
    explained = compile_plan(shapes(constraint(query))).explain()
    assert explained.startswith(f"# 1 per node ({note}): <http://example.org/S> SPARQL\n")


def test_a_query_groups_by_its_node() -> None:
    query = (
        "SELECT $this ?kind (COUNT(?v) AS ?value) { $this :p ?v ; a ?kind } GROUP BY ?kind $this"
    )
    assert found(DATA, constraint(query)) == [("a", "2"), ("b", "1")]
    inside = "SELECT $this { $this a :C { SELECT $this ?k { $this a ?k } GROUP BY ?k $this } }"
    assert [node for node, _ in found(DATA, constraint(inside))] == ["a", "b"]


def test_a_blank_node_runs_per_node() -> None:
    data = "[] a :C ; :p 1, 2 . :a a :C ; :p 3 ."
    query = "SELECT $this ?value { $this :p ?value } ORDER BY ?value LIMIT 1"
    assert sorted(found(data, constraint(query))) == [("_", "1"), ("a", "3")]


def test_a_blank_node_and_a_limit_inside() -> None:
    query = "SELECT $this ?value { { SELECT $this ?value { $this :p ?value } LIMIT 1 } }"
    with pytest.raises(QueryError, match="a focus node is a blank node"):
        found("[] a :C ; :p 1 .", constraint(query))


def test_messages_of_a_query() -> None:
    text = constraint(
        "SELECT $this ?value ?far { $this :p ?value BIND(?value + 1 AS ?far) FILTER(?value = 3) }",
        'sh:message "{$this} has {?value}, not {?far} or {?none}"@en, "Fehler {?value}"@de ;',
    )
    (result,) = report(DATA, text).results
    assert [(m.value, m.language) for m in result.messages] == [
        ("<http://example.org/b> has 3, not 4 or {?none}", "en"),
        ("Fehler 3", "de"),
    ]
    own = constraint('SELECT $this ?message { $this :p 3 BIND("own text" AS ?message) }')
    assert [m.value for m in report(DATA, own).results[0].messages] == ["own text"]
    of_shape = constraint("SELECT $this ?value { $this :p ?value }").rstrip(" .")
    texts = [
        r.messages[0].value for r in report(DATA, of_shape + ' ; sh:message "v {?value}" .').results
    ]
    assert texts == ["v 1", "v 2", "v 3"]
    plain = report(DATA, constraint("SELECT $this { $this :p 3 }")).results[0].messages
    assert plain[0].value == "The node must satisfy sh:SPARQLConstraintComponent."


def test_path_and_statement_of_a_query() -> None:
    (result,) = report(
        DATA, constraint("SELECT $this ?path ?value { $this ?path ?value . FILTER(?value = 3) }")
    ).results
    assert [short(term) for term in result.statement] == ["b", "p", "3"]
    query = f"{SPARQL_PREFIXES}SELECT $this ?value {{ $this $PATH ?value FILTER(?value > 1) }}"
    text = f':S sh:targetClass :C ; sh:path ( :q :p ) ; sh:sparql [ sh:select """{query}""" ] .'
    assert found(DATA, text) == [("a", "3")]


def test_a_deactivated_query_does_not_run() -> None:
    assert found(DATA, constraint("SELECT $this { $this :p ?v }", "sh:deactivated true ;")) == []


def test_a_query_inside_a_shape() -> None:
    query = f"{SPARQL_PREFIXES}SELECT $this ?value {{ $this :p ?value FILTER(?value > 2) }}"
    inner = f':T sh:sparql [ sh:select """{query}""" ] .'
    assert found(DATA, f":S sh:targetClass :C ; sh:node :T . {inner}") == [("b", "b")]
    assert found(DATA, f":S sh:targetClass :C ; sh:not :T . {inner}") == [("a", "a")]
    grouped = inner.replace("FILTER(?value > 2) }", "} GROUP BY $this ?value HAVING(?value > 2)")
    assert found(DATA, f":S sh:targetClass :C ; sh:node :T . {grouped}") == [("b", "b")]


def test_the_shapes_graph_and_the_current_shape() -> None:
    query = """SELECT $this { FILTER(BOUND($shapesGraph)) $this :p ?v
        GRAPH $shapesGraph { $currentShape :most ?m } FILTER(?v > ?m) }"""
    text = constraint(query).rstrip(" .") + " ; :most 2 ."
    assert found(DATA, text) == [("b", "b")]
    # The data graph of the other constraints stays as it was.
    assert found(DATA, text + " :T sh:targetSubjectsOf :most ; sh:nodeKind sh:Literal .") == [
        ("b", "b")
    ]


def test_the_shapes_graph_beside_one_named_graph() -> None:
    text = constraint("SELECT $this { $this a :C GRAPH $shapesGraph { $currentShape a :X } }")
    data = ox.Store()
    for quad in store(DATA):
        data.add(ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(BASE + "g")))
    parsed = shapes(text.rstrip(" .") + " ; a :X .")
    results = validate(parsed, OxigraphEngine(data)).results
    assert [short(result.focus_node) for result in results] == ["a", "b"]


COMPONENT = f"""
:Most a sh:ConstraintComponent ; sh:parameter [ sh:path :most ] ,
    [ sh:path :least ; sh:optional true ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "{{?value}} is not at most {{$most}}" ;
    sh:ask \"\"\"{SPARQL_PREFIXES}ASK {{ FILTER(?value <= $most && ?value >= COALESCE($least, 0)
      && bound($most)) }}\"\"\" ] .
"""


def test_component_with_ask() -> None:
    text = ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 2 ; :least 2 ] ." + COMPONENT
    results = report(DATA, text).results
    assert [(short(r.focus_node), short(r.value)) for r in results] == [("a", "1"), ("b", "3")]
    assert results[0].messages[0].value == "1 is not at most 2"
    assert short(results[0].source_constraint_component) == "Most"
    assert results[0].source_constraint is None
    optional = ":S sh:targetClass :C ; sh:property [ sh:path :p ; :most 2 ] ." + COMPONENT
    assert found(DATA, optional) == [("b", "3")]
    assert (
        found(DATA, ":S sh:targetClass :C ; sh:property [ sh:path :p ; :least 2 ] ." + COMPONENT)
        == []
    )


def test_component_with_select() -> None:
    component = f"""
    :Like a sh:ConstraintComponent ; sh:parameter [ sh:path :like ] ;
      sh:nodeValidator [ sh:select \"\"\"{SPARQL_PREFIXES}SELECT $this ?value
        {{ $this $like ?value }}\"\"\" ] ;
      sh:propertyValidator [ sh:select \"\"\"{SPARQL_PREFIXES}SELECT $this ?value
        {{ $this $PATH/$like ?value }}\"\"\" ] ."""
    assert found(DATA, ":S sh:targetClass :C ; :like :q, :p ." + component) == [
        ("a", "b"),
        ("a", "1"),
        ("a", "2"),
        ("b", "3"),
    ]
    assert found(DATA, ":S sh:targetClass :C ; sh:path :q ; :like :p ." + component) == [("a", "3")]


def test_component_without_fitting_validator() -> None:
    component = """:Like a sh:ConstraintComponent ; sh:parameter [ sh:path :like ] ;
      sh:propertyValidator [ sh:select "SELECT $this { $this $PATH ?v }" ] ."""
    with pytest.raises(ShapesError, match="has no validator for this kind of shape"):
        shapes(":S sh:targetClass :C ; :like 1 ." + component)


def test_queries_count_a_triple_once() -> None:
    graphs = ox.Store()
    for quad in store(DATA):
        for name in ("one", "two"):
            graphs.add(
                ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(BASE + name))
            )
    text = constraint("SELECT $this (COUNT(?v) AS ?value) { $this :p ?v } GROUP BY $this")
    results = validate(shapes(text), OxigraphEngine(graphs)).results
    assert [(short(r.focus_node), short(r.value)) for r in results] == [("a", "2"), ("b", "1")]
    named = constraint("SELECT $this ?value { GRAPH ?value { $this :p 3 } }")
    results = validate(shapes(named), OxigraphEngine(graphs)).results
    assert [short(r.value) for r in results] == ["one", "two"]
    assert validate(shapes(text), OxigraphEngine(graphs, is_union=False)).conforms


def test_prefixes_and_a_base() -> None:
    query = """BASE <http://example.org/x> PREFIX e: <> PREFIX f: <y/>
        PREFIX g: <http://example.org/> SELECT $this ?value { $this <p> ?value ; a g:C
        FILTER(e:z != f:z) }"""
    text = f':S sh:targetClass :C ; sh:sparql [ sh:select """{query}""" ] .'
    assert found(DATA, text) == [("a", "1"), ("a", "2"), ("b", "3")]
    assert "<http://example.org/y/z>" in compile_plan(shapes(text)).queries[0].text


def test_tokens_of_a_query() -> None:
    text = """PREFIX ex: <http://e/> # a comment with { and $this
    SELECT $this { $this ex:a.b ?v .
      FILTER(?v < 3 && ?v >2 && STR(?v) != "}'" && 'a\\'{' != '''x'y''') }"""
    tree = parse_query(text)
    assert str(tree) == text
    assert [token.variable for token in tree.tokens() if token.variable] == [
        *("this", "this", "v", "v", "v", "v")
    ]
    assert "?q_v < 3" in str(rename(tree, {"this": "x"}, "q_"))
    assert str(
        substitute(parse_query("SELECT $a ?b { FILTER(bound( $a ) && $a = ?b) }"), {"a": "1"})
    ) == ("SELECT  ?b { FILTER((true) && 1 = ?b) }")
