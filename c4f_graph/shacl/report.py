"""Validation results, and the standard report as triples (SHACL, section 3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from c4f_graph.shacl.paths import path_triples
from c4f_graph.shacl.terms import RDF_TYPE, sh

if TYPE_CHECKING:
    from c4f_graph.shacl.constraints import Constraint
    from c4f_graph.shacl.paths import Path
    from c4f_graph.shacl.terms import Term


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One thing that is wrong, or worth a warning (SHACL, section 3.6.2).

    Attributes:
        focus_node: the node that was validated.
        path: the path from it to the value, if the result has one.
        value: the value that is wrong, if it is one value.
        messages: what is wrong, in one or more languages; at least one.
        severity: sh:Violation, sh:Warning, sh:Info or another.
        source_shape: the shape that was violated.
        source_constraint_component: the kind of constraint.
        source_constraint: the sh:sparql constraint, if it is one.
        constraint: the constraint itself; None if another engine found the result.
        statement: subject, predicate and object of the triple that is wrong, as far as there is
            one: the object, or predicate and object, are None where something is missing.

    """

    focus_node: Term
    path: Path | None
    value: Term | None
    messages: tuple[Literal, ...]
    severity: NamedNode
    source_shape: Term
    source_constraint_component: NamedNode
    source_constraint: Term | None
    constraint: Constraint | None
    statement: tuple[Term, NamedNode | None, Term | None]


@dataclass(frozen=True, slots=True)
class Timing:
    """What one query of a plan took: seconds, and the number of results that it gave."""

    purpose: str
    seconds: float
    results: int


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What validation found.

    Attributes:
        conforms: whether there is no result.
        results: what was found, in the order of the shapes and then by focus node.
        timings: one for each query of the plan that was run, in its order.
        is_complete: whether all results are there, rather than the first `max_results`.

    """

    conforms: bool
    results: tuple[ValidationResult, ...]
    timings: tuple[Timing, ...] = ()
    is_complete: bool = True


def report_triples(report: ValidationReport) -> list[Triple]:
    """Return a report as the triples that the specification asks for (section 3.6).

    A blank node of the data or of the shapes keeps its label; those of the report and of paths
    are named after their position, so that the same report gives the same triples.
    """
    prefix = _free_prefix(report)
    root = BlankNode(f"{prefix}port")
    triples = [
        Triple(root, RDF_TYPE, sh("ValidationReport")),
        Triple(root, sh("conforms"), Literal(report.conforms)),
    ]
    count = 0

    def fresh() -> BlankNode:
        nonlocal count
        count += 1
        return BlankNode(f"{prefix}path{count}")

    for number, result in enumerate(report.results, 1):
        node = BlankNode(f"{prefix}sult{number}")
        triples.append(Triple(root, sh("result"), node))
        triples.append(Triple(node, RDF_TYPE, sh("ValidationResult")))
        triples.append(Triple(node, sh("focusNode"), result.focus_node))
        if result.path is not None:
            path, more = path_triples(result.path, fresh)
            triples.append(Triple(node, sh("resultPath"), path))
            triples.extend(more)
        if result.value is not None:
            triples.append(Triple(node, sh("value"), result.value))
        triples.extend(Triple(node, sh("resultMessage"), text) for text in result.messages)
        triples.append(Triple(node, sh("resultSeverity"), result.severity))
        triples.append(Triple(node, sh("sourceShape"), result.source_shape))
        component = result.source_constraint_component
        triples.append(Triple(node, sh("sourceConstraintComponent"), component))
        if result.source_constraint is not None:
            triples.append(Triple(node, sh("sourceConstraint"), result.source_constraint))
    return triples


def _free_prefix(report: ValidationReport) -> str:
    """Return how no blank node that results name begins."""
    labels = {
        term.value
        for result in report.results
        for term in (
            *(result.focus_node, result.value),
            *(result.source_shape, result.source_constraint),
        )
        if isinstance(term, BlankNode)
    }
    prefix = "re"
    while any(label.startswith(prefix) for label in labels):
        prefix += "re"
    return prefix
