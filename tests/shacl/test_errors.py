"""What is wrong with a shapes graph is said in words, all of it at once."""

from __future__ import annotations

import pytest

from c4f_graph.errors import QueryError, ShapesError
from c4f_graph.shacl import OxigraphEngine, check_shapes, parse_shapes, refuse_fatal
from tests.shacl.support import quads, store

TARGET = "sh:targetClass :C"
FATAL = {
    "two paths": (":S sh:path :p, :q", "exactly one sh:path"),
    "path of a literal": (':S sh:path "p"', "a literal is no path"),
    "path of one member": (":S sh:path ( :p )", "at least two members"),
    "empty blank node": (":S sh:path [ ]", "needs exactly one of sh:inversePath"),
    "circle of paths": (":S sh:path _:a . _:a sh:inversePath _:a", "path circle"),
    "looping path list": (
        ":S sh:path _:a . _:a rdf:first :p ; rdf:rest _:a",
        "the list loops",
    ),
    "looping list": (":S sh:in _:a . _:a rdf:first 1 ; rdf:rest _:a", "the list loops"),
    "forking list": (":S sh:in _:a . _:a rdf:first 1, 2 ; rdf:rest ()", "exactly one rdf:first"),
    "list without rest": (":S sh:or _:a . _:a rdf:first :T", "exactly one rdf:first"),
    "no count": (':S sh:path :p ; sh:minCount "x"', "must be a whole number"),
    "negative count": (":S sh:path :p ; sh:maxCount -1", "must be a whole number"),
    "two counts": (":S sh:path :p ; sh:minCount 1, 2", "at most one sh:minCount"),
    "count without path": (":S sh:minCount 1", "needs a shape with a sh:path"),
    "kind of node": (":S sh:nodeKind sh:Iri", "knows no sh:Iri"),
    "datatype of a literal": (':S sh:datatype "x"', "must be an IRI"),
    "limit of an IRI": (":S sh:minInclusive :x", "must be a literal"),
    "property without path": (":S sh:property [ sh:minCount 1 ]", "a shape with a sh:path"),
    "shape of a literal": (':S sh:node "T"', "must be a shape, not a literal"),
    "languages of IRIs": (":S sh:languageIn ( :en )", "must be literals"),
    "no boolean": (':S sh:closed "yes"', "must be true or false"),
    "class target": (':S sh:targetClass "C"', "the value of sh:targetClass must be an IRI"),
    "severity": (":S sh:severity sh:Info, sh:Warning", "at most one sh:severity"),
    "recursion": (":S sh:node :T . :T sh:property [ sh:path :p ; sh:node :S ]", "refers to itself"),
    "no select": (":S sh:sparql [ ]", "exactly one sh:select"),
}
QUERIES = {
    "SELECT $this { $this :p ?v MINUS { $this :q ?v } }": "MINUS is not allowed",
    "SELECT $this { VALUES ?v { 1 } }": "VALUES is not allowed",
    "SELECT $this { SERVICE <http://example.org/> { $this :p ?v } }": "SERVICE is not allowed",
    "SELECT $this FROM <http://example.org/> { $this :p ?v }": "FROM is not allowed",
    "SELECT $this { BIND(1 AS $this) }": "AS ?this is not allowed",
    "SELECT $this { { SELECT ?v { ?v :p $this } } }": "a subselect must return $this",
    "SELECT $this { { SELECT * { FILTER($this = :n) } } }": "a subselect must return $this",
    "SELECT ?v { ?v :p $this }": "it must return $this",
    "SELECT $this { $this :p }": "it is ill-formed",
    "SELECT $this { $this :p ?v": "is not closed",
    "SELECT $this { $this :p ?v } }": "closes nothing",
    "SELECT $this { $this none:p ?v }": "it is ill-formed",
    "INSERT DATA { :a :b :c }": "INSERT is not allowed",
    "LOAD <file:///etc/passwd>": "LOAD is not allowed",
    "CONSTRUCT { $this :p :q } WHERE { $this :p ?v }": "must be a SELECT or an ASK",
}


@pytest.mark.parametrize(("text", "expected"), FATAL.values(), ids=FATAL.keys())
def test_shapes_that_cannot_be_read(text: str, expected: str) -> None:
    with pytest.raises(ShapesError, match=expected) as raised:
        parse_shapes(quads(f":S {TARGET} . {text} ."))
    assert "S>" in str(raised.value)


@pytest.mark.parametrize(("query", "expected"), QUERIES.items())
def test_queries_that_are_refused(query: str, expected: str) -> None:
    prefix = '[ sh:declare [ sh:prefix "" ; sh:namespace "http://example.org/"^^xsd:anyURI ] ]'
    constraint = f'sh:sparql [ sh:prefixes {prefix} ; sh:select """{query}""" ]'
    with pytest.raises(ShapesError) as raised:
        parse_shapes(quads(f":S {TARGET} ; {constraint} ."))
    assert expected in str(raised.value)


def test_all_faults_in_one_error() -> None:
    with pytest.raises(ShapesError) as raised:
        parse_shapes(quads(f":S {TARGET} ; sh:nodeKind sh:Iri ; sh:datatype 1 ; sh:minLength :a ."))
    assert len(str(raised.value).splitlines()) == 3


def test_two_namespaces_for_a_prefix() -> None:
    text = """:S sh:targetClass :C ; sh:sparql [ sh:select "SELECT $this { $this a ?c }" ;
        sh:prefixes :O ] . :O sh:declare [ sh:prefix "x" ; sh:namespace "http://a/" ] ,
        [ sh:prefix "x" ; sh:namespace "http://b/" ] ."""
    with pytest.raises(ShapesError, match="two namespaces"):
        parse_shapes(quads(text))


def messages(text: str, data: str | None = None, *, fatal: bool) -> list[str]:
    engine = None if data is None else OxigraphEngine(store(data))
    problems = check_shapes(quads(text), engine)
    return [problem.message for problem in problems if problem.fatal is fatal]


def test_no_shapes() -> None:
    assert "has no shapes" in messages(":a :b :c .", fatal=True)[0]


def test_nothing_targeted() -> None:
    found = messages(":S a sh:NodeShape ; sh:nodeKind sh:IRI .", fatal=True)
    assert found == ["no shape has a target, so that all data would conform"]


def test_shape_that_nothing_reaches() -> None:
    text = ":S a sh:NodeShape ; sh:targetClass :C . :T a sh:NodeShape ; sh:nodeKind sh:IRI ."
    assert messages(text, fatal=True) == []
    assert "no target and no other shape refers to it" in messages(text, fatal=False)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (":S sh:targetClass :C ; sh:minCout 1 .", "sh:minCout is no term of SHACL; did you mean "),
        (":S sh:targetClas :C ; sh:class :D .", "did you mean sh:targetClass?"),
        (":S a sh:NodShape .", "did you mean sh:NodeShape?"),
        (":S sh:targetClass :C ; sh:xqzwv 1 .", "sh:xqzwv is no term of SHACL"),
    ],
)
def test_unknown_terms(text: str, expected: str) -> None:
    assert any(expected in message for message in messages(text, fatal=True))


def test_unknown_term_at_data_is_a_warning() -> None:
    text = ":S sh:targetClass :C ; sh:class :D . :n sh:noSuchTerm :S ."
    assert messages(text, fatal=True) == []
    assert "sh:noSuchTerm" in messages(text, fatal=False)[0]


@pytest.mark.parametrize("pattern", ["(", "(?<=a)b", "[z-a]", "a{1000}{1000}{1000}"])
def test_ill_formed_patterns(pattern: str) -> None:
    text = f':S sh:targetClass :C ; sh:pattern "{pattern}" .'
    assert "no regular expression" in messages(text, fatal=True)[0]


def test_ill_formed_flags() -> None:
    text = ':S sh:targetClass :C ; sh:pattern "a" ; sh:flags "w" .'
    assert "sh:flags are wrong" in messages(text, fatal=True)[0]


def test_unknown_classes_and_properties() -> None:
    text = ":S sh:targetClass :C, :D ; sh:property [ sh:path ( :p [ sh:inversePath :q ] ) ] ."
    found = messages(text, ":a a :C ; :p 1 .", fatal=False)
    assert found == [
        "neither the data nor the ontology knows the class <http://example.org/D>",
        "neither the data nor the ontology knows the property <http://example.org/q>",
    ]


def test_reference_to_nothing_is_a_warning() -> None:
    found = messages(":S sh:targetClass :C ; sh:node :T .", fatal=False)
    assert "the shapes graph says nothing" in found[0]


def test_refuse_fatal() -> None:
    problems = check_shapes(quads(":S sh:targetClass :C ; sh:minCout 1 ; sh:maxCout 1 ."))
    with pytest.raises(ShapesError) as raised:
        refuse_fatal(problems)
    assert len(str(raised.value).splitlines()) == 2
    refuse_fatal(check_shapes(quads(":S sh:targetClass :C ; sh:nodeKind sh:IRI .")))


def test_deactivated_shapes_are_not_read() -> None:
    parse_shapes(quads(":S sh:targetClass :C ; sh:deactivated true ; sh:nodeKind sh:Iri ."))


def test_a_long_chain_of_shapes_is_no_recursion() -> None:
    links = " ".join(f":S{number} sh:node :S{number + 1} ." for number in range(3000))
    shapes = parse_shapes(quads(f":S0 sh:targetClass :C . {links}"))
    assert len(shapes.shapes) == 3001


def test_component_whose_parameters_are_all_optional() -> None:
    text = """:S sh:targetClass :C ; :most 1 . :Most a sh:ConstraintComponent ;
      sh:parameter [ sh:path :most ; sh:optional true ] ; sh:validator [ sh:ask "ASK { }" ] ."""
    with pytest.raises(ShapesError, match="needs a parameter that is not optional"):
        parse_shapes(quads(text))


def test_two_values_for_one_of_two_parameters() -> None:
    text = """:S sh:targetClass :C ; :least 1, 2 ; :most 1 . :Most a sh:ConstraintComponent ;
      sh:parameter [ sh:path :most ] , [ sh:path :least ] ; sh:validator [ sh:ask "ASK { }" ] ."""
    with pytest.raises(ShapesError, match="has more than one parameter"):
        parse_shapes(quads(text))


def test_a_blank_node_as_target_is_a_warning() -> None:
    found = messages(":S sh:targetNode [ ] ; sh:targetClass :C ; sh:nodeKind sh:IRI .", fatal=False)
    assert found == ["a blank node as sh:targetNode is no node of the data: it is left out"]


def test_errors_of_the_engine() -> None:
    engine = OxigraphEngine(store(":a :b :c ."))
    assert engine.ask("ASK { ?s ?p ?o }") is True
    with pytest.raises(QueryError, match="no ASK query"):
        engine.ask("SELECT * { ?s ?p ?o }")
    with pytest.raises(QueryError, match="no SELECT query"):
        engine.select("ASK { ?s ?p ?o }")
    with pytest.raises(QueryError, match="cannot run a query"):
        engine.select("SELECT")
