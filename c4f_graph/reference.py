"""pySHACL as a second opinion: the reference for our own engine, and the one for SHACL-AF."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import ShapesError
from c4f_graph.namespaces import SH
from c4f_graph.shacl import ValidationReport, ValidationResult
from c4f_graph.shacl.graph import Graph
from c4f_graph.shacl.paths import parse_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    import rdflib
    from rdflib.term import Node

    from c4f_graph.shacl.terms import Statement, Term


def validate_with_pyshacl(
    data: Iterable[Statement], shapes: Iterable[Statement]
) -> ValidationReport:
    """Validate with pySHACL in memory, with SHACL Advanced Features and without inference.

    Args:
        data: the data; their graphs are merged.
        shapes: the shapes.

    Raises:
        ShapesError: pySHACL cannot use the shapes.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError, ValidationFailure

    try:
        _, report, _ = pyshacl.validate(
            _to_rdflib(data), shacl_graph=_to_rdflib(shapes), advanced=True, do_owl_imports=False
        )
    except (ReportableRuntimeError, ShapeLoadError, ValidationFailure) as error:
        raise ShapesError(f"pySHACL cannot use these shapes: {error}.") from error
    if isinstance(report, ValidationFailure):
        raise ShapesError(f"pySHACL cannot use these shapes: {report}.")
    graph = Graph(
        ox.Triple(_from_rdflib(s), _from_rdflib(p), _from_rdflib(o))  # type: ignore[arg-type]
        for s, p, o in report
    )
    nodes = graph.subjects(_sh("sourceConstraintComponent"))
    results = sorted((_result(graph, node) for node in nodes), key=_order)
    return ValidationReport(not results, tuple(results))


def _result(graph: Graph, node: Term) -> ValidationResult:
    def value(name: str) -> Term | None:
        return next(iter(graph.objects(node, _sh(name))), None)

    focus, component = value("focusNode"), value("sourceConstraintComponent")
    severity, shape = value("resultSeverity"), value("sourceShape")
    path_node, found = value("resultPath"), value("value")
    path = parse_path(graph, path_node) if path_node is not None else None
    if focus is None or shape is None or not isinstance(component, ox.NamedNode):
        raise ShapesError("pySHACL gave a result without focus node, shape or component.")
    # rdflib keeps no order of them.
    messages = sorted(graph.objects(node, _sh("resultMessage")), key=str)
    return ValidationResult(
        focus_node=focus,
        path=path,
        value=found,
        messages=tuple(text for text in messages if isinstance(text, ox.Literal)),
        severity=severity if isinstance(severity, ox.NamedNode) else _sh("Violation"),
        source_shape=shape,
        source_constraint_component=component,
        source_constraint=value("sourceConstraint"),
        constraint=None,
        statement=(
            focus,
            path_node if isinstance(path_node, ox.NamedNode) else None,
            found,
        ),
    )


def _order(result: ValidationResult) -> tuple[str, ...]:
    return tuple(
        str(part)
        for part in (
            result.source_shape,
            result.focus_node,
            result.source_constraint_component,
            result.value,
        )
    )


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)


def _to_rdflib(quads: Iterable[Statement]) -> rdflib.Graph:
    import rdflib

    def convert(term: object) -> Node:
        if isinstance(term, ox.NamedNode):
            return rdflib.URIRef(term.value)
        if isinstance(term, ox.BlankNode):
            return rdflib.BNode(term.value)
        if not isinstance(term, ox.Literal):
            raise ShapesError("pySHACL has no quoted triples.")
        datatype = None if term.language else rdflib.URIRef(term.datatype.value)
        if datatype == rdflib.XSD.string:
            datatype = None
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((convert(quad.subject), convert(quad.predicate), convert(quad.object)))
    return graph


def _from_rdflib(term: Node) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return ox.BlankNode(str(term))
    if isinstance(term, rdflib.Literal):
        if term.language:
            return ox.Literal(str(term), language=term.language)
        datatype = ox.NamedNode(str(term.datatype)) if term.datatype else None
        return ox.Literal(str(term), datatype=datatype)
    raise AssertionError(f"{term!r} is no RDF term")
