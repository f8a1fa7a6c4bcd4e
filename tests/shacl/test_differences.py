"""Where this validator and pySHACL differ, and what the specification says."""

from __future__ import annotations

import pytest
from pyshacl.errors import ReportableRuntimeError

from tests.shacl.test_differential import PREFIXES, found_by_pyshacl, found_by_us


def test_a_value_that_does_not_compare_is_a_violation() -> None:
    # Section 4.3.1: where the two cannot be compared, there is a result.
    data = PREFIXES + ":n :p 2 ."
    shapes = PREFIXES + ':S sh:targetNode 2 ; sh:minInclusive "2020-06-01"^^xsd:date .'
    assert len(found_by_us(data, shapes)) == 1
    assert found_by_pyshacl(data, shapes) == set()


def test_a_literal_has_no_values_of_a_path() -> None:
    # Section 2.3: a property shape at a literal has no value nodes, which is too few.
    data = PREFIXES + ":n :p 2 ."
    shapes = (
        PREFIXES + ":S a sh:NodeShape ; sh:targetNode 2 ; sh:node :T . "
        ":T a sh:PropertyShape ; sh:path :p ; sh:minCount 1 ."
    )
    assert len(found_by_us(data, shapes)) == 1
    with pytest.raises(ReportableRuntimeError):
        found_by_pyshacl(data, shapes)


def test_an_error_inside_not_in() -> None:
    # SPARQL 1.1, section 17.4.1.9: an ill-typed literal neither is nor is not one of the others.
    data = PREFIXES + ':n a :A ; :p "n"^^xsd:integer .'
    query = "SELECT $this { $this <http://example.org/p> ?v FILTER(?v NOT IN (1, 2)) }"
    shapes = (
        PREFIXES + f':S a sh:NodeShape ; sh:targetClass :A ; sh:sparql [ sh:select "{query}" ] .'
    )
    assert found_by_us(data, shapes) == set()
    assert len(found_by_pyshacl(data, shapes)) == 1


LONG = "9" * 23
COMPARED = [
    # SPARQL 1.1, section 17.3: false < true, and a boolean is written in two ways.
    ("false", "true", "less"),
    ("true", "false", "more"),
    ('"0"^^xsd:boolean', "true", "less"),
    ("true", "true", "equal"),
    # Integers and decimals have no end (XML Schema 1.1 part 2, section 3.3.3).
    ("1", LONG, "less"),
    (LONG, "1", "more"),
    (f"-{LONG}.5", "1e0", "less"),
    (LONG, LONG, "equal"),
    ("1", "1.0", "equal"),
    ('"a"', '"b"', "less"),
    ('"P1M"^^xsd:duration', '"P1M"^^xsd:duration', "equal"),
    ('"2020-01-01"^^xsd:date', '"2020-01-01"^^xsd:date', "equal"),
    # A number does not compare with NaN, nor NaN with itself (XPath functions 3.1, 4.3).
    ("1.0e0", '"NaN"^^xsd:double', "neither"),
    ('"NaN"^^xsd:double', '"NaN"^^xsd:double', "neither"),
    # SPARQL has no order of IRIs, of datatypes that it does not know, of ill-typed literals, and
    # of literals of unlike types: to compare them is an error, which is a result of SHACL 4.5.3.
    (":a", ":a", "neither"),
    (":a", ":b", "neither"),
    ('"x"^^:unknown', '"x"^^:unknown', "neither"),
    ('"ab"^^xsd:hexBinary', '"ab"^^xsd:hexBinary', "neither"),
    ('"x"^^xsd:integer', '"x"^^xsd:integer', "neither"),
    ('"x"^^xsd:boolean', '"x"^^xsd:boolean', "neither"),
    ('"2020-13-01"^^xsd:date', '"2020-13-01"^^xsd:date', "neither"),
    ("true", "2", "neither"),
]


@pytest.mark.parametrize(("value", "other", "order"), COMPARED)
def test_what_compares_is_what_sparql_compares(value: str, other: str, order: str) -> None:
    # pySHACL compares as rdflib sorts, which puts any two terms in an order.
    data = PREFIXES + f":n :p {value} ; :q {other} ."
    for component, right in (
        ("sh:lessThan :q", {"less"}),
        ("sh:lessThanOrEquals :q", {"less", "equal"}),
    ):
        shapes = PREFIXES + f":S sh:targetNode :n ; sh:path :p ; {component} ."
        assert (not found_by_us(data, shapes)) == (order in right)
    for component, right in (
        ("sh:maxExclusive", {"less"}),
        ("sh:maxInclusive", {"less", "equal"}),
        ("sh:minExclusive", {"more"}),
        ("sh:minInclusive", {"more", "equal"}),
    ):
        if not other.startswith(":"):
            shapes = PREFIXES + f":S sh:targetNode :n ; sh:path :p ; {component} {other} ."
            assert (not found_by_us(data, shapes)) == (order in right)
