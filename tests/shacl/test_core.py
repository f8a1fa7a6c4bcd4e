"""Details of SHACL Core that the W3C's tests leave open."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest

from c4f_graph.shacl import OxigraphEngine, compile_plan, report_triples, validate
from c4f_graph.shacl.terms import RDF_TYPE
from tests.shacl.support import BASE, found, quads, report, shapes, short, store

VALID = {
    "boolean": ["true", "0"],
    "integer": ["-5", "+007"],
    "decimal": ["1.", ".5", "-3"],
    "double": ["1e5", "INF", "NaN", "-.5E-3"],
    "byte": ["127", "-128"],
    "unsignedLong": ["18446744073709551615"],
    "positiveInteger": ["1"],
    "nonPositiveInteger": ["0", "-3"],
    "date": ["2024-02-29", "2000-02-29Z", "-0001-12-31", "2021-06-30+14:00"],
    "time": ["24:00:00", "23:59:59.5-01:00"],
    "dateTime": ["2020-01-01T00:00:00", "2020-01-01T24:00:00Z"],
    "gYear": ["2020", "-12020Z"],
    "gYearMonth": ["2020-12"],
    "gMonthDay": ["--02-29"],
    "gDay": ["---31"],
    "duration": ["P1Y2M3DT4H5M6.7S", "-P1D", "PT1S"],
    "dayTimeDuration": ["P1DT1H"],
    "hexBinary": ["", "0aF1"],
    "base64Binary": ["", "YQ==", "YWI="],
    "language": ["de-AT"],
    "anyURI": ["http://example.org/"],
    "string": ["any"],
}
INVALID = {
    "boolean": ["yes", "True"],
    "integer": ["5.0", "", "abc"],
    "decimal": ["1e5", "."],
    "double": ["x", "+"],
    "byte": ["128", "-129", "1.0"],
    "unsignedLong": ["18446744073709551616", "-1"],
    "positiveInteger": ["0"],
    "nonPositiveInteger": ["1"],
    "date": ["2023-02-29", "1900-02-29", "2021-06-31", "2021-6-3", "soon", "2021-00-01"],
    "time": ["24:00:01", "12:00"],
    "dateTime": ["2020-01-01", "2020-01-01T25:00:00"],
    "gYear": ["20", "02020"],
    "gYearMonth": ["2020-13"],
    "gMonthDay": ["--02-30"],
    "gDay": ["---32"],
    "duration": ["P", "1Y"],
    "dayTimeDuration": ["P1Y"],
    "hexBinary": ["0", "xy"],
    "base64Binary": ["YQ=", "!"],
    "language": ["toolonglanguage"],
}


@pytest.mark.parametrize("name", VALID)
def test_lexical_forms(name: str) -> None:
    def wrong(texts: list[str]) -> int:
        if not texts:
            return 0
        listed = ", ".join(f'"{text}"^^xsd:{name}' for text in texts)
        return len(
            found(
                f":n :p {listed} .", f":S sh:targetNode :n ; sh:path :p ; sh:datatype xsd:{name} ."
            )
        )

    assert wrong(VALID[name]) == 0
    assert wrong(INVALID.get(name, [])) == len(INVALID.get(name, []))


def test_datatypes_that_the_store_merges() -> None:
    data = ':n :p "5"^^xsd:byte, "6"^^xsd:integer, "300"^^xsd:byte .'
    parsed = shapes(":S sh:targetNode :n ; sh:path :p ; sh:datatype xsd:byte .")
    engine = OxigraphEngine(store(data))
    # The store alone cannot tell a byte from an integer in its range.
    assert [short(r.value) for r in validate(parsed, engine).results] == ["300"]
    exact = validate(parsed, engine, written=lambda _: quads(data)).results
    assert {str(result.value) for result in exact} == {
        '"300"^^<http://www.w3.org/2001/XMLSchema#byte>',
        '"6"^^<http://www.w3.org/2001/XMLSchema#integer>',
    }


def test_literals_as_files_write_them() -> None:
    data = ':n :p "4.0"^^xsd:decimal, 4.00, "x"@en, 007 . :m :p 4.000 .'
    parsed = shapes(":S sh:targetNode :n ; sh:path :p ; sh:nodeKind sh:IRI .")
    results = validate(parsed, OxigraphEngine(store(data)), written=lambda _: quads(data)).results
    assert sorted((short(r.value), short(r.statement[2])) for r in results) == [
        ("007", "007"),
        ("4.0", "4.0"),
        ("4.00", "4.00"),
        ("x", "x"),
    ]


def test_a_focus_node_as_a_file_writes_it() -> None:
    data = ":n :p 4.0 ."
    parsed = shapes(
        ":S sh:targetObjectsOf :p ; sh:path [ sh:inversePath :p ] ; sh:nodeKind sh:Literal ."
    )
    (result,) = validate(parsed, OxigraphEngine(store(data)), written=lambda _: quads(data)).results
    assert (short(result.focus_node), short(result.value)) == ("4.0", "n")
    assert [short(term) for term in result.statement] == ["n", "p", "4.0"]


def test_paths_of_no_steps_from_a_node_in_no_triple() -> None:
    text = (
        ':S sh:targetNode "x", :n ; sh:path [ sh:zeroOrMorePath :p ] ; sh:nodeKind sh:BlankNode .'
    )
    assert sorted(found("", text)) == [("n", "n"), ("x", "x")]
    for count, wrong in (
        ("minCount 1", 0),
        ("maxCount 0", 2),
        ("minCount 2", 2),
        ("minCount 5", 2),
    ):
        counted = f':S sh:targetNode "x", :n ; sh:path [ sh:zeroOrOnePath :p ] ; sh:{count} .'
        assert len(found("", counted)) == wrong, count
    has = ":S sh:targetNode :n ; sh:path [ sh:zeroOrMorePath :p ] ; sh:hasValue :n ."
    assert found("", has) == []


def test_counts_of_any_size() -> None:
    data = ":n :p 1, 2, 3, 4, 5, 6 ."
    for count in range(9):
        at_least = f":S sh:targetNode :n ; sh:path :p ; sh:minCount {count} ."
        at_most = f":S sh:targetNode :n ; sh:path :p ; sh:maxCount {count} ."
        assert bool(found(data, at_least)) is (count > 6), count
        assert bool(found(data, at_most)) is (count < 6), count
        nested = f":S sh:targetNode :n ; sh:not [ sh:path :p ; sh:minCount {count} ] ."
        assert bool(found(data, nested)) is (count <= 6), count
        qualified = f"sh:qualifiedMinCount {count} ; sh:qualifiedValueShape [ sh:minInclusive 3 ]"
        some = f":S sh:targetNode :n ; sh:path :p ; {qualified} ."
        assert bool(found(data, some)) is (count > 4), count


def test_a_value_of_two_nodes_is_validated_for_each() -> None:
    data = ":a :p :x . :b :p :x . :x :q 1 ."
    text = ":S sh:targetSubjectsOf :p ; sh:path :p ; sh:property [ sh:path :q ; sh:maxCount 0 ] ."
    assert found(data, text) == [("x", ""), ("x", "")]


def test_a_node_of_two_targets_is_validated_once() -> None:
    text = ":S sh:targetClass :C, :D ; sh:targetNode :n ; sh:nodeKind sh:Literal ."
    assert found(":D rdfs:subClassOf :C . :n a :C, :D .", text) == [("n", "n")]


def test_subclasses_in_a_circle() -> None:
    data = ":A rdfs:subClassOf :B . :B rdfs:subClassOf :A . :n a :A ; :p :m . :m a :B ."
    text = (
        ":S sh:targetClass :B ; sh:nodeKind sh:Literal ; sh:property [ sh:path :p ; sh:class :A ] ."
    )
    assert found(data, text) == [("m", "m"), ("n", "n")]


def test_closed_at_a_property_shape() -> None:
    data = ":n :p :v . :v :q 1 ; :r 2 ."
    text = ":S sh:targetNode :n ; sh:path :p ; sh:closed true ; sh:ignoredProperties ( :q ) ."
    (result,) = report(data, text).results
    assert (short(result.focus_node), short(result.value)) == ("n", "2")
    assert [short(term) for term in result.statement] == ["v", "r", "2"]


def test_statements_of_results() -> None:
    data = ":n :p 1 . :m :q :n ."
    text = """:S sh:targetNode :n ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] ,
      [ sh:path [ sh:inversePath :q ] ; sh:nodeKind sh:Literal ] , [ sh:path :r ; sh:minCount 1 ] ,
      [ sh:path ( :p :q ) ; sh:minCount 1 ] ; sh:nodeKind sh:Literal ."""
    found_statements = {
        tuple(short(term) for term in result.statement) for result in report(data, text).results
    }
    assert found_statements == {
        ("n", "p", "1"),
        ("m", "q", "n"),
        ("n", "r", ""),
        ("n", "", ""),
    }


def test_severity_and_messages_of_a_shape() -> None:
    text = ":S sh:targetNode :n ; sh:nodeKind sh:Literal ; sh:severity sh:Info"
    (result,) = report("", f'{text} ; sh:message "a"@en, "b"@de .').results
    assert result.severity.value.endswith("#Info")
    assert [message.value for message in result.messages] == ["a", "b"]


def test_a_report_has_the_paths_of_its_results() -> None:
    alternatives = "[ sh:alternativePath ( :q [ sh:zeroOrMorePath :r ] ) ]"
    path = f"( [ sh:inversePath :p ] {alternatives} )"
    text = f":S sh:targetNode :n ; sh:path {path} ; sh:minCount 1 ."
    triples = report_triples(report("", text))
    names = [triple.predicate.value.rsplit("#", 1)[1] for triple in triples]
    for name in ("resultPath", "inversePath", "alternativePath", "zeroOrMorePath"):
        assert names.count(name) == 1
    assert names.count("first") == 4
    again = report_triples(report("", text))
    assert [str(triple) for triple in triples] == [str(triple) for triple in again]


def test_a_report_names_no_other_blank_node() -> None:
    parsed = shapes(":S sh:targetClass :C ; sh:nodeKind sh:IRI .")
    data = ox.Store()
    for label in ("report", "result1"):
        data.add(ox.Quad(ox.BlankNode(label), RDF_TYPE, ox.NamedNode(BASE + "C")))
    triples = report_triples(validate(parsed, OxigraphEngine(data)))
    subjects = {triple.subject for triple in triples}
    assert len(subjects) == 3
    assert not subjects & {ox.BlankNode("report"), ox.BlankNode("result1")}


def test_constraints_of_one_path_share_a_scan() -> None:
    text = """:S sh:targetClass :C ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ; sh:class :D ;
      sh:minCount 1 ; sh:maxCount 1 ] , [ sh:path :q ; sh:minCount 1 ] ."""
    queries = compile_plan(shapes(text)).queries
    assert [len(query.checks) for query in queries] == [2, 3]


def test_rdflib_is_not_imported() -> None:
    code = (
        "import sys, c4f_graph.shacl; "
        "sys.exit(any(m.split('.')[0] in ('rdflib', 'pyshacl') for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
