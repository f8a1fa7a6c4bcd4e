"""Look for what is wrong with a shapes graph before anything is validated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode, Store

from c4f_graph.namespaces import SH
from c4f_graph.shacl.constraints import Pattern
from c4f_graph.shacl.graph import Graph
from c4f_graph.shacl.parse import SHAPE_CLASSES, TARGETS, ShapesReader
from c4f_graph.shacl.parse_constraints import PARAMETERS
from c4f_graph.shacl.paths import predicates
from c4f_graph.shacl.problems import Problems
from c4f_graph.shacl.terms import RDF_TYPE, quoted, sh, short, sparql
from c4f_graph.shacl.vocabulary import TERMS, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.shacl.engine import Engine
    from c4f_graph.shacl.model import Shape, ShapesGraph
    from c4f_graph.shacl.problems import ShapeProblem
    from c4f_graph.shacl.terms import Statement, Term

_EMPTY = Store()


def check_shapes(
    statements: Store | Iterable[Statement], engine: Engine | None = None
) -> list[ShapeProblem]:
    """Return what is wrong with a shapes graph; parameters are those of `read_and_check`."""
    return read_and_check(statements, engine)[1]


def read_and_check(
    statements: Store | Iterable[Statement], engine: Engine | None = None
) -> tuple[ShapesGraph, list[ShapeProblem]]:
    """Return the shapes of a shapes graph, and what is wrong with it, the fatal problems first.

    With a fatal problem, the shapes must not be used.

    Args:
        statements: the shapes graph: a store, quads or triples.
        engine: the data, and the ontology if there is one; with it, a target class and a
            property that neither of them knows are reported.

    """
    graph = Graph(statements)
    reader = ShapesReader(graph)
    shapes = reader.read()
    problems = reader.problems
    declared = _declared(graph)
    _check_terms(graph, {*declared, *shapes.shapes}, problems)
    _check_targets(graph, declared, shapes, problems)
    _check_patterns(shapes, problems)
    problems.sort(key=lambda problem: not problem.fatal)
    if engine is not None:
        problems.extend(check_known(shapes, engine))
    return shapes, problems


def _declared(graph: Graph) -> list[Term]:
    """Return the nodes that the shapes graph makes shapes, reached or not (section 2.1)."""
    declared: list[Term] = [*graph.instances(SHAPE_CLASSES)]
    for predicate in (*TARGETS, *PARAMETERS):
        declared.extend(graph.subjects(predicate))
    return list(dict.fromkeys(declared))


def _check_terms(graph: Graph, shapes: set[Term], problems: Problems) -> None:
    """Note terms of the SHACL namespace that do not exist.

    Data may stand in the same graph. At a node with a name that is no shape, such a term means
    nothing to validation, unless it is the class by which the node was meant to be one.
    """
    for triple in graph.triples:
        for term in (triple.predicate, triple.object):
            if not isinstance(term, NamedNode) or not term.value.startswith(SH):
                continue
            name = term.value.removeprefix(SH)
            if name and name not in TERMS:
                known = nearest(name)
                hint = f"; did you mean sh:{known}?" if known else ""
                subject = triple.subject
                node = subject if isinstance(subject, NamedNode | BlankNode) else None
                message = f"sh:{name} is no term of SHACL{hint}"
                is_data = node not in shapes and isinstance(node, NamedNode)
                if is_data and triple.predicate != RDF_TYPE:
                    problems.warn(message, node, term)
                else:
                    problems.fatal(message, node, term)


def _check_targets(
    graph: Graph, declared: list[Term], shapes: ShapesGraph, problems: Problems
) -> None:
    """Note that there is no shape, that none has a target, and those that nothing reaches."""
    # A parameter of a component and a validator have constraints of their own, but no targets.
    inner = {term for name in ("parameter", "validator") for term in _objects(graph, name)}
    if not declared and not shapes.shapes:
        problems.fatal("the shapes graph has no shapes, so that all data would conform")
    elif not shapes.targeted:
        problems.fatal("no shape has a target, so that all data would conform")
    for node in declared:
        if node not in shapes.shapes and node not in inner:
            problems.warn(
                "the shape has no target and no other shape refers to it: it checks nothing", node
            )


def _objects(graph: Graph, name: str) -> list[Term]:
    predicate = sh(name)
    return [term for node in graph.subjects(predicate) for term in graph.objects(node, predicate)]


def _check_patterns(shapes: ShapesGraph, problems: Problems) -> None:
    for shape in shapes.shapes.values():
        for constraint in shape.constraints:
            if isinstance(constraint, Pattern) and not _is_pattern(constraint):
                problems.fatal(
                    f"the sh:pattern {constraint.pattern!r} is no regular expression of XPath "
                    "(which has no look-around and no back-reference), or its sh:flags are wrong",
                    shape.node,
                    sh("pattern"),
                )


def _is_pattern(constraint: Pattern) -> bool:
    flags = f", {quoted(constraint.flags)}" if constraint.flags else ""
    matches = f"REGEX({quoted('')}, {quoted(constraint.pattern)}{flags})"
    # An ill-formed one is an error, which leaves the variable unbound.
    return bool(_EMPTY.query(f"ASK {{ BIND({matches} AS ?matches) FILTER(BOUND(?matches)) }}"))


def check_known(shapes: ShapesGraph, engine: Engine) -> list[ShapeProblem]:
    """Return which target classes and properties neither the data nor the ontology knows."""
    problems = Problems()
    classes, properties = used_terms(shapes)
    instances, use = f"?any {RDF_TYPE} ?term", "?any ?term ?other"
    for term in _unknown(list(classes), instances, engine):
        problems.warn(
            f"neither the data nor the ontology knows the class {short(term)}",
            classes[term].node,
            term,
        )
    for term in _unknown(list(properties), use, engine):
        problems.warn(
            f"neither the data nor the ontology knows the property {short(term)}",
            properties[term].node,
            term,
        )
    return problems


def used_terms(shapes: ShapesGraph) -> tuple[dict[Term, Shape], dict[Term, Shape]]:
    """Return the classes and the properties that shapes look for, each with the first that does."""
    classes: dict[Term, Shape] = {}
    properties: dict[Term, Shape] = {}
    for shape in shapes.shapes.values():
        for target in shape.targets:
            if target.kind != "node":
                found = classes if target.kind == "class" else properties
                found.setdefault(target.term, shape)
        if shape.path is not None:
            for iri in predicates(shape.path):
                properties.setdefault(iri, shape)
    return classes, properties


def _unknown(terms: list[Term], pattern: str, engine: Engine) -> list[Term]:
    values = " ".join(sparql(term) for term in terms)
    _, rows = engine.select(
        f"SELECT ?term WHERE {{ VALUES ?term {{ {values} }} FILTER NOT EXISTS {{ {pattern} }} "
        "FILTER NOT EXISTS { ?term ?about ?what } }"
    )
    return [term for (term,) in rows if term is not None]
