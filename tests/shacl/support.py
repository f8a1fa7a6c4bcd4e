"""Small graphs and shapes in Turtle, and what validation finds in them."""

from __future__ import annotations

import pyoxigraph as ox

from c4f_graph.shacl import (
    OxigraphEngine,
    ShapesGraph,
    ValidationReport,
    parse_shapes,
    validate,
)

BASE = "http://example.org/"
PREFIXES = """\
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SPARQL_PREFIXES = """\
PREFIX : <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def quads(turtle: str) -> list[ox.Quad]:
    return list(ox.parse(input=(PREFIXES + turtle).encode(), format=ox.RdfFormat.TURTLE))


def store(turtle: str) -> ox.Store:
    loaded = ox.Store()
    loaded.bulk_extend(quads(turtle))
    return loaded


def shapes(turtle: str) -> ShapesGraph:
    return parse_shapes(quads(turtle))


def report(data: str, shapes_text: str) -> ValidationReport:
    return validate(shapes(shapes_text), OxigraphEngine(store(data)))


def found(data: str, shapes_text: str) -> list[tuple[str, str]]:
    """Return the focus node and the value of each result, without the namespace."""
    return [
        (short(result.focus_node), short(result.value))
        for result in report(data, shapes_text).results
    ]


def short(term: object) -> str:
    if isinstance(term, ox.NamedNode):
        return term.value.removeprefix(BASE)
    if isinstance(term, ox.Literal):
        return term.value
    return "_" if isinstance(term, ox.BlankNode) else ""
