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
