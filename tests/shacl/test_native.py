"""The native engine finds what the store finds, wherever it is asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import astuple, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings

from c4f_graph.shacl import (
    OxigraphEngine,
    Plan,
    ShapesGraph,
    compile_plan,
    parse_shapes,
    run_plan,
)
from c4f_graph.shacl.native import NativeEngineError, NativeRun, UnnamedResultError
from c4f_graph.shacl.native_shapes import native_shapes
from c4f_graph.shacl.touched import touched
from tests.shacl import test_differential as generated
from tests.shacl import test_w3c as w3c

if TYPE_CHECKING:
    from c4f_graph.shacl import ValidationReport

pytest.importorskip("shacl", reason="the extra native is not installed")

BASE = "http://example.org/"
SHAPES = Path(__file__).parents[2] / "ontology" / "shapes"
few = settings(generated.quick, max_examples=40)


def keys(report: ValidationReport) -> Counter[tuple[object, ...]]:
    """Give all that a result says, the constraint aside, and the statement about a literal."""
    return Counter(
        (
            *astuple(replace(result, constraint=None))[:-1],
            result.statement if not isinstance(result.statement[0], ox.Literal) else None,
        )
        for result in report.results
    )


def both(
    data: list[ox.Quad], path: Path, shapes: ShapesGraph, base: str = BASE
) -> tuple[ValidationReport, ValidationReport] | None:
    """Answer what the native engine can be asked with it, and by the store; None if nothing."""
    plan = compile_plan(shapes)
    asked = native_shapes(plan, shapes)
    if not asked.queries:
        return None
    store = ox.Store()
    store.bulk_extend(data)
    engine = OxigraphEngine(store, is_union=False)
    with NativeRun(asked, path, base) as native:
        natively = run_plan(plan, shapes, engine, written=lambda _: data, native=native)
    return natively, run_plan(plan, shapes, engine, written=lambda _: data)


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE))


def compare(data: str, shapes: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "data.ttl")
        path.write_text(data, encoding="utf-8")
        found = both(quads(data), path, parse_shapes(quads(shapes)))
    if found is not None:
        assert keys(found[0]) == keys(found[1])


@few
@given(
    generated.data_graphs(generated.values),
    generated.shapes_graphs(
        generated.values,
        generated.value_constraints,
        generated.path_constraints,
        generated.paths,
    ),
)
def test_same_results(data: str, shapes: str) -> None:
    compare(data, shapes)


@few
@given(
    generated.data_graphs(generated.numbers),
    generated.shapes_graphs(
        generated.numbers,
        generated.comparisons,
        generated.path_comparisons,
        generated.properties,
    ),
)
def test_same_comparisons(data: str, shapes: str) -> None:
    compare(data, shapes)


@pytest.mark.skipif(not w3c.ALL, reason=f"the W3C suite is not at {w3c.SUITE}")
def test_the_w3c_suite() -> None:
    answered = 0
    for case in w3c.ALL:
        if w3c.expected_report(case) is None:
            continue
        data = w3c.quads(case.data)
        shapes = parse_shapes(data if case.shapes == case.data else w3c.quads(case.shapes))
        try:
            found = both(data, case.data, shapes, case.data.as_uri())
        except UnnamedResultError:
            continue
        if found is not None:
            answered += 1
            assert keys(found[0]) == keys(found[1]), case.path
    assert answered > 50


@pytest.mark.parametrize("path", sorted(SHAPES.glob("*.ttl")), ids=lambda path: path.stem)
def test_the_shapes_of_the_corpus(path: Path, tmp_path: Path) -> None:
    """All valid and invalid examples of a class at once, which break everything."""
    base = "https://w3id.org/c4f/"
    examples = [
        SHAPES / "examples" / "valid" / path.name,
        *sorted((SHAPES / "examples" / "invalid").glob(f"{path.stem}--*.ttl")),
    ]
    data = {
        ox.Quad(quad.subject, quad.predicate, quad.object)
        for example in examples
        if example.exists()
        for quad in ox.parse(path=example, base_iri=base)
    }
    file = tmp_path / "data.nt"
    file.write_bytes(ox.serialize(data, format=ox.RdfFormat.N_TRIPLES) or b"")
    shapes = parse_shapes(
        quad
        for each in (SHAPES / "prefixes.ttl", path)
        if each.exists()
        for quad in ox.parse(path=each, base_iri=base)
    )
    found = both(list(data), file, shapes, base)
    if found is not None:
        assert keys(found[0]) == keys(found[1])


def native_values(values: str, constraint: str, tmp_path: Path) -> list[str]:
    """Give the values of :n :p that break a constraint, by the native engine alone."""
    data = generated.PREFIXES + f":n :p {values} ."
    path = tmp_path / "data.ttl"
    path.write_text(data, encoding="utf-8")
    shape = f":S a sh:PropertyShape ; sh:targetNode :n ; sh:path :p ; {constraint} ."
    shapes = parse_shapes(quads(generated.PREFIXES + shape))
    plan = compile_plan(shapes)
    asked = native_shapes(plan, shapes)
    assert len(asked.queries) == len(plan.queries)
    with NativeRun(asked, path, BASE) as native:
        report = run_plan(plan, shapes, OxigraphEngine(ox.Store(), is_union=False), native=native)
    return [str(result.value) for result in report.results]


def test_literals_are_those_of_the_file(tmp_path: Path) -> None:
    # RDF 1.1, section 3.3: other forms are other terms, which a store that keeps values merges.
    assert native_values('1, "01"^^xsd:integer', "sh:maxCount 1", tmp_path) == ["None"]
    assert len(native_values('1, "01"^^xsd:integer', "sh:in ( 1 )", tmp_path)) == 1
    assert len(native_values('"01"^^xsd:integer', "sh:maxLength 1", tmp_path)) == 1
    assert len(native_values('"5"^^xsd:byte', "sh:datatype xsd:integer", tmp_path)) == 1


def test_a_number_that_is_too_long_for_the_engine_is_well_formed(tmp_path: Path) -> None:
    long = f'"{"9" * 60}"^^xsd:decimal'
    assert native_values(long, "sh:datatype xsd:decimal", tmp_path) == []
    assert len(native_values('"9.9.9"^^xsd:decimal', "sh:datatype xsd:decimal", tmp_path)) == 1


@pytest.mark.parametrize(
    "constraint",
    [
        "sh:datatype xsd:hexBinary",  # it takes "0G"
        "sh:minInclusive 'a'",  # it compares texts whatever their language
        "sh:minInclusive '2020'^^xsd:gYear",  # 2020 is not at least 2020 to it
        "sh:pattern 'a' ; sh:flags 'q'",
        "sh:equals :q",
        "sh:or ( [ sh:datatype xsd:decimal ] [ sh:nodeKind sh:IRI ] )",
        "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:nodeKind sh:IRI ]",
    ],
)
def test_what_the_engine_is_not_asked(constraint: str) -> None:
    shape = f":S a sh:PropertyShape ; sh:targetNode :n ; sh:path :p ; {constraint} ."
    shapes = parse_shapes(quads(generated.PREFIXES + shape))
    assert not native_shapes(compile_plan(shapes), shapes).queries


def test_a_pattern_that_the_engine_cannot_read_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(NativeEngineError, match="the native SHACL engine gave no answer"):
        native_values('"a"', r'sh:pattern "\\i"', tmp_path)


P, Q = (f"<{BASE}{name}>" for name in "pq")


@pytest.mark.parametrize(
    ("pattern", "predicates"),
    [
        (f"?this {P} ?a ; {Q} 1, 'x'@en, '1'^^<http://e/d> ; . ?b a <http://e/C>", "pq type"),
        (f"OPTIONAL {{ ?this ^{P}/({Q}|{P})+ ?a }} FILTER NOT EXISTS {{ ?a {Q} -1 }}", "pq"),
        (f"{{ SELECT ?a (SUM(?b) AS ?c) {{ ?a {P} ?b }} GROUP BY ?a HAVING(COUNT(*) > 1) }}", "p"),
        (f"VALUES (?a ?b) {{ ({P} {Q}) }} ?a {Q} ?b BIND(EXISTS {{ ?a {P} ?b }} AS ?c)", "pq"),
        (f"?this {P}/{Q}* ?a . ?x {Q}* <http://e/C>", "pq"),
        ("?this ?p ?a", None),
        (f"?this {Q}* ?a", None),
        (f"?this !{P} ?a", None),
        (f"?this {P} [ {Q} ?a ]", None),
        (f"GRAPH ?g {{ ?this {P} ?a }}", None),
        (f"?this {P} ?a FILTER EXISTS {{ ?a ?b ?c }}", None),
    ],
)
def test_what_a_query_touches(pattern: str, predicates: str | None) -> None:
    found = touched([f"SELECT ?this WHERE {{ {pattern} }}"])
    if predicates is None:
        assert found is None
        return
    assert found is not None
    names = {iri.value.removeprefix(BASE).rpartition("#")[2] for iri in found.predicates}
    assert names == {*predicates.split()[0], *predicates.split()[1:]}


def test_nothing_is_asked_of_an_empty_plan() -> None:
    assert not native_shapes(Plan(()), ShapesGraph({}, ())).queries
