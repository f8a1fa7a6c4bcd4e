"""The W3C's own tests of SHACL, core and SPARQL, as isomorphic graphs of the report."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.namespace import SH

from c4f_graph.errors import ShapesError
from c4f_graph.shacl import Engine, OxigraphEngine, parse_shapes, report_triples, validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SUITE = Path(__file__).parents[3] / "shared" / "w3c-shacl" / "tests"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")


@dataclass(frozen=True)
class Case:
    """A test of the suite: its files, and the node of its entry."""

    path: Path
    entry: rdflib.term.Node
    data: Path
    shapes: Path


@functools.cache
def turtle(path: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format="turtle", publicID=path.as_uri())


def cases(path: Path) -> Iterator[Case]:
    graph = turtle(path)
    root = rdflib.URIRef(path.as_uri())
    for included in graph.objects(root, MF.include):
        yield from cases(local(included))
    for head in graph.objects(root, MF.entries):
        for entry in graph.items(head):
            action = graph.value(entry, MF.action)
            data = graph.value(action, SHT.dataGraph)
            shapes = graph.value(action, SHT.shapesGraph)
            yield Case(path, entry, local(data), local(shapes))


def local(iri: object) -> Path:
    return Path(str(iri).removeprefix("file://"))


ALL = list(cases(SUITE / "manifest.ttl")) if SUITE.is_dir() else []


def quads(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path, format=ox.RdfFormat.TURTLE, base_iri=path.as_uri()))


def expected_report(case: Case) -> rdflib.Graph | None:
    """Return the report that the suite expects; None where validation must fail."""
    graph = turtle(case.path)
    result = graph.value(case.entry, MF.result)
    if result == SHT.Failure:
        return None
    assert result is not None
    report = rdflib.Graph()
    # The blank nodes of focus nodes, values and shapes have no triples in a report.
    waiting: list[tuple[rdflib.term.Node, bool]] = [(result, False)]
    while waiting:
        node, in_path = waiting.pop()
        for predicate, value in graph.predicate_objects(node):
            report.add((node, predicate, value))
            if isinstance(value, rdflib.BNode):
                if in_path or predicate == SH.resultPath:
                    waiting.append((value, True))
                elif predicate == SH.result:
                    waiting.append((value, False))
    return report


def has_messages(graph: rdflib.Graph) -> bool:
    return (None, SH.resultMessage, None) in graph


def check(case: Case, load: Callable[[list[ox.Quad]], Engine], *, written: bool) -> None:
    """Hold a case's report to what the suite expects, on the engine that its data are loaded to."""
    data = quads(case.data)
    shapes_quads = data if case.shapes == case.data else quads(case.shapes)
    expected = expected_report(case)
    if expected is None:
        with pytest.raises(ShapesError):
            parse_shapes(shapes_quads)
        return
    shapes = parse_shapes(shapes_quads)
    report = validate(shapes, load(data), written=(lambda _: data) if written else None)
    actual = rdflib.Graph()
    text = ox.serialize(report_triples(report), format=ox.RdfFormat.N_TRIPLES)
    actual.parse(data=text, format="nt")
    for found in list(actual.subjects(SH.focusNode)):
        if not has_messages(expected):
            actual.remove((found, SH.resultMessage, None))
    if not isomorphic(actual, expected):
        pytest.fail(
            "expected\n"
            + expected.serialize(format="turtle")
            + "\nfound\n"
            + actual.serialize(format="turtle")
        )


def embedded(data: list[ox.Quad]) -> Engine:
    store = ox.Store()
    store.bulk_extend(data)
    return OxigraphEngine(store)


def name(case: Case) -> str:
    return "/".join(case.path.parts[-3:])[:-4]


@pytest.mark.skipif(not ALL, reason=f"the W3C suite is not at {SUITE}")
@pytest.mark.parametrize("case", ALL, ids=name)
def test_w3c(case: Case) -> None:
    check(case, embedded, written=True)
