"""`c4f validate` where shapes or data would run for ever: an error or a bounded run, each time.

Where time is what bounds a run, it is the command's own limit that ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.process import Finished, c4f

if TYPE_CHECKING:
    from pathlib import Path

PREFIXES = """\
@prefix : <http://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TARGET = ":S a sh:NodeShape ; sh:targetSubjectsOf :p ; "
NUMBERS = ", ".join(str(number) for number in range(2000))
ANY_THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"


def run(folder: Path, data: str, shapes: str, *options: str) -> Finished:
    data_path, shapes_path = folder / "data.ttl", folder / "shapes.ttl"
    data_path.write_text(PREFIXES + data, encoding="utf-8")
    shapes_path.write_text(PREFIXES + shapes, encoding="utf-8")
    return c4f("validate", data_path, "--shapes", shapes_path, *options)


def path_shape(path: str) -> str:
    return f"{TARGET} sh:property [ sh:path {path} ; sh:minCount 1 ] ."


def query_shape(query: str) -> str:
    return f'{TARGET} sh:sparql [ sh:select "{query}" ] .'


ILL_FORMED = {
    "a path whose blank nodes circle": (
        path_shape("_:a") + " _:a sh:inversePath _:b . _:b sh:inversePath _:a .",
        "shapes.ttl:6: a blank node: the sh:path is ill-formed: the blank nodes of the path circle",
    ),
    "a path that is a list which loops": (
        path_shape("_:a") + " _:a rdf:first :p ; rdf:rest _:a .",
        "the list of the sequence path is ill-formed: the list loops",
    ),
    "a path that is deep": (
        path_shape("[ sh:inversePath " * 3000 + ":p" + " ]" * 3000),
        "the sh:path is ill-formed: it has more than 5000 parts, or more than 40 inside",
    ),
    "a path whose parts double at each step": (
        path_shape("_:x0")
        + "".join(f" _:x{n} rdf:first _:x{n + 1} ; rdf:rest ( _:x{n + 1} ) ." for n in range(30))
        + " _:x30 sh:inversePath :p .",
        "the sh:path is ill-formed: it has more than 5000 parts, or more than 40 inside",
    ),
    "a list of values that loops": (
        TARGET + "sh:in _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest _:l .",
        "the value of sh:in is no well-formed list: the list loops",
    ),
    "a list of shapes that loops": (
        TARGET + "sh:or _:l . _:l rdf:first [ sh:nodeKind sh:IRI ] ; rdf:rest _:l .",
        "the value of sh:or is no well-formed list: the list loops",
    ),
    "a query that reaches out": (
        query_shape("SELECT $this { $this ?p ?o SERVICE <http://e.org/> { ?a ?b ?c } }"),
        "SERVICE is not allowed where variables are pre-bound",
    ),
    "a validator that reaches out": (
        ":C a sh:ConstraintComponent ; sh:parameter [ sh:path :par ] ; sh:validator "
        '[ sh:ask "ASK { SERVICE SILENT <http://e.org/> { ?a ?b ?c } }" ] . ' + TARGET + ":par 1 .",
        "SERVICE is not allowed where variables are pre-bound",
    ),
    "a regular expression that is too large": (
        TARGET + 'sh:pattern "^(((a{1,100}){1,100}){1,100})$" .',
        "is no regular expression of XPath",
    ),
    "a number that is none": (
        TARGET + 'sh:property [ sh:path :p ; sh:maxCount "x"^^xsd:integer ] .',
        "the value of sh:maxCount must be a whole number",
    ),
}


@pytest.mark.parametrize("case", ILL_FORMED)
def test_shapes_that_cannot_be_used(tmp_path: Path, case: str) -> None:
    shapes, message = ILL_FORMED[case]
    done = run(tmp_path, ":n :p 1 .", shapes)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("c4f: these shapes cannot be used.\n")
    assert message in done.err


ENDLESS = {
    "a query of billions of rows": query_shape(
        f"SELECT $this {{ $this <http://example.org/p> ?o . {ANY_THREE} FILTER(?c + ?f + ?i < 0) }}"
    ),
    "a path of billions of ways": TARGET
    + "sh:property [ sh:maxCount 1 ; sh:path ( [ sh:zeroOrMorePath :p ] "
    "[ sh:zeroOrMorePath [ sh:inversePath :p ] ] [ sh:zeroOrMorePath :p ] ) ] .",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_would_take_for_ever_is_given_up(tmp_path: Path, case: str) -> None:
    nodes = " ".join(
        f":n{n} :p :n{(n * 7 + 1) % 900} , :n{(n * 3 + 2) % 900} ." for n in range(900)
    )
    values = f" :n :p {NUMBERS} ." if "query" in case else ""
    done = run(tmp_path, nodes + values, ENDLESS[case], "--timeout", "0.5")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "c4f: The validation ran out of its 0.5 seconds. "
        "Allow more, or look for a shape or path that combines many values with many.\n"
    )


MANY = {
    "a query": query_shape(f"SELECT $this ?c (?f AS ?value) {{ $this ?p ?o . {ANY_THREE} }}"),
    "two properties": TARGET + "sh:property [ sh:path :p ; sh:lessThan :p ] .",
}


@pytest.mark.parametrize("case", MANY)
def test_a_report_of_billions_of_results_is_cut_off(tmp_path: Path, case: str) -> None:
    done = run(tmp_path, f":n :p {NUMBERS} .", MANY[case], "--max-results", "1000")
    assert done.code == 1
    assert done.out.endswith("does not conform: 1000 violations\n")
    assert done.err == "c4f: only the first 1,000 results are given; --max-results asks for more.\n"


BOUNDED = {
    "a regular expression that would run away": (
        f':n :p "{"a" * 20_000}!" .',
        TARGET + 'sh:property [ sh:path :p ; sh:pattern "^(a+)+$" ] .',
        'must match the pattern "^(a+)+$"',
    ),
    "such an expression in a query": (
        f':n :p "{"a" * 20_000}!" .',
        query_shape(
            "SELECT $this { $this <http://example.org/p> ?o FILTER(!REGEX(?o, '^(a|aa)+$')) }"
        ),
        "does not conform: 1 violation",
    ),
    "values that are counted": (
        f":n :p {NUMBERS} .",
        TARGET + "sh:property [ sh:path :p ; sh:qualifiedMinCount 3 ; "
        "sh:qualifiedValueShape [ sh:minInclusive 1998 ] ] .",
        "At least 3 of the values of p must be at least 1998.",
    ),
    "one value in many ways": (
        f":n :q {', '.join(f':m{n}' for n in range(2000))} . "
        + " ".join(f":m{n} :r :last ." for n in range(2000)),
        ":S a sh:NodeShape ; sh:targetNode :n ; "
        "sh:property [ sh:path ( :q :r ) ; sh:minCount 2 ] .",
        "There must be at least 2 values of ",
    ),
    "a list of the data that loops": (
        ":n :p _:l . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest _:l .",
        TARGET + "sh:property [ sh:maxInclusive 1 ; "
        "sh:path ( :p [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ] .",
        "does not conform: 1 violation",
    ),
    "classes that circle": (
        ":n :p 1 ; a :A . :A rdfs:subClassOf :B . :B rdfs:subClassOf :A .",
        ":S a sh:NodeShape ; sh:targetClass :B ; sh:class :C .",
        "The node must be of class <http://example.org/C>.",
    ),
}


@pytest.mark.parametrize("case", BOUNDED)
def test_what_might_run_away_ends(tmp_path: Path, case: str) -> None:
    data, shapes, message = BOUNDED[case]
    done = run(tmp_path, data, shapes)
    assert (done.code, done.err) == (1, "")
    assert message in done.out


OUT_OF_RANGE = {
    '"300"^^xsd:byte': "xsd:byte",
    '"-1"^^xsd:nonNegativeInteger': "xsd:nonNegativeInteger",
    f'"{"9" * 400}"^^xsd:long': "xsd:long",
    '"2023-02-29"^^xsd:date': "xsd:date",
    '"25:00:00"^^xsd:time': "xsd:time",
    '"yes"^^xsd:boolean': "xsd:boolean",
    '"1e"^^xsd:double': "xsd:double",
}


def test_literals_outside_their_datatypes_range(tmp_path: Path) -> None:
    data = " ".join(f":n :p{n} {literal} ." for n, literal in enumerate(OUT_OF_RANGE))
    shapes = ":S a sh:NodeShape ; sh:targetNode :n " + "".join(
        f"; sh:property [ sh:path :p{n} ; sh:datatype {datatype} ] "
        for n, datatype in enumerate(OUT_OF_RANGE.values())
    )
    done = run(tmp_path, data, shapes + ".")
    assert (done.code, done.err) == (1, "")
    for number, datatype in enumerate(OUT_OF_RANGE.values()):
        wanted = f"Each value of p{number} must be a well-formed literal of datatype {datatype}."
        assert wanted in done.out
    assert done.out.endswith(f"{len(OUT_OF_RANGE)} violations\n")
