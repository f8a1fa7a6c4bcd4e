"""Read a shapes graph into shapes: which nodes are shapes, their targets, what they refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Store

from c4f_graph.shacl.constraints import (
    And,
    Constraint,
    Node,
    Not,
    Or,
    Property,
    Qualified,
    Xone,
)
from c4f_graph.shacl.graph import Graph
from c4f_graph.shacl.model import Shape, ShapesGraph, Target
from c4f_graph.shacl.parse_components import ComponentReader
from c4f_graph.shacl.parse_constraints import read_constraints
from c4f_graph.shacl.paths import IllFormedPathError, parse_path
from c4f_graph.shacl.problems import Problems, refuse_fatal
from c4f_graph.shacl.terms import OWL_CLASS, RDFS_CLASS, TRUE, sh, short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.shacl.paths import Path
    from c4f_graph.shacl.terms import Statement, Term

TARGETS = {
    sh("targetNode"): "node",
    sh("targetClass"): "class",
    sh("targetSubjectsOf"): "subjectsOf",
    sh("targetObjectsOf"): "objectsOf",
}
SHAPE_CLASSES = (sh("Shape"), sh("NodeShape"), sh("PropertyShape"))


def parse_shapes(statements: Store | Iterable[Statement]) -> ShapesGraph:
    """Read the shapes that have targets, and those that they refer to.

    Args:
        statements: the shapes graph: a store, quads or triples; the names of graphs do not matter.

    Raises:
        ShapesError: a shape cannot be read or refers to itself. The text names all faults.

    """
    reader = ShapesReader(Graph(statements))
    shapes = reader.read()
    refuse_fatal(reader.problems)
    return shapes


class ShapesReader:
    """Reads the shapes of a graph and notes what is wrong with them.

    Attributes:
        graph: the shapes graph.
        problems: what was found wrong while reading.

    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.problems = Problems()
        self._components = ComponentReader(graph, self.problems)
        self._implicit_classes = set(graph.instances([RDFS_CLASS, OWL_CLASS]))

    def read(self) -> ShapesGraph:
        """Return the shapes that validation can reach."""
        shapes: dict[Term, Shape] = {}
        waiting: list[Term] = [*reversed(self._roots())]
        while waiting:
            node = waiting.pop()
            if node not in shapes:
                shape = self._shape(node)
                shapes[node] = shape
                waiting.extend(reversed(list(references(shape))))
        self._refuse_recursion(shapes)
        return ShapesGraph(shapes, tuple(self.graph.triples))

    def _roots(self) -> list[Term]:
        roots: list[Term] = []
        for predicate in TARGETS:
            roots.extend(self.graph.subjects(predicate))
        declared = self.graph.instances(SHAPE_CLASSES)
        roots.extend(node for node in declared if node in self._implicit_classes)
        return list(dict.fromkeys(roots))

    def _shape(self, node: Term) -> Shape:
        path = self._path(node)
        deactivated = TRUE in self.graph.objects(node, sh("deactivated"))
        constraints: tuple[Constraint, ...] = ()
        if not deactivated:
            constraints = (
                *read_constraints(self.graph, node, path is not None, self.problems),
                *self._components.read(node, path),
            )
        return Shape(
            node=node,
            path=path,
            targets=tuple(self._targets(node)),
            constraints=constraints,
            severity=self._severity(node),
            messages=self._texts(node, "message"),
            is_deactivated=deactivated,
            names=self._texts(node, "name"),
        )

    def _path(self, node: Term) -> Path | None:
        values = self.graph.objects(node, sh("path"))
        if not values:
            return None
        if len(values) > 1:
            self.problems.fatal("a property shape has exactly one sh:path", node)
        try:
            return parse_path(self.graph, values[0])
        except IllFormedPathError as error:
            self.problems.fatal(f"the sh:path is ill-formed: {error}", node, values[0])
            return None

    def _targets(self, node: Term) -> Iterator[Target]:
        for predicate, kind in TARGETS.items():
            for term in self.graph.objects(node, predicate):
                if isinstance(term, NamedNode) or (kind == "node" and isinstance(term, Literal)):
                    yield Target(kind, term)
                elif kind != "node":
                    self.problems.fatal(
                        f"the value of {short(predicate)} must be an IRI", node, term
                    )
                else:
                    self.problems.warn(
                        "a blank node as sh:targetNode is no node of the data: it is left out",
                        node,
                        term,
                    )
        if (
            isinstance(node, NamedNode)
            and node in self._implicit_classes
            and node in self.graph.instances(SHAPE_CLASSES)
        ):
            yield Target("class", node)

    def _severity(self, node: Term) -> NamedNode:
        values = self.graph.objects(node, sh("severity"))
        if len(values) > 1 or any(not isinstance(value, NamedNode) for value in values):
            self.problems.fatal("a shape has at most one sh:severity, an IRI", node)
        value = values[0] if values else None
        return value if isinstance(value, NamedNode) else sh("Violation")

    def _texts(self, node: Term, name: str) -> tuple[Literal, ...]:
        return tuple(v for v in self.graph.objects(node, sh(name)) if isinstance(v, Literal))

    def _refuse_recursion(self, shapes: dict[Term, Shape]) -> None:
        # Depth first without Python's own recursion: a chain of shapes may be long.
        done: set[Term] = set()
        for root in shapes:
            trail: dict[Term, Iterator[Term]] = {}
            node: Term | None = root
            while node is not None or trail:
                if node is not None and node not in done:
                    trail[node] = references(shapes[node])
                node = None
                last = next(reversed(trail), None)
                if last is None:
                    break
                for child in trail[last]:
                    if child in trail:
                        self._note_recursion(list(trail), child)
                    elif child not in done:
                        node = child
                        break
                else:
                    done.add(last)
                    del trail[last]

    def _note_recursion(self, trail: list[Term], node: Term) -> None:
        circle = [*trail[trail.index(node) :], node]
        names = " -> ".join(short(each) for each in circle)
        named = next((each for each in circle if not isinstance(each, BlankNode)), node)
        self.problems.fatal(
            f"the shape refers to itself ({names}); SHACL gives recursive shapes no meaning", named
        )


def references(shape: Shape) -> Iterator[Term]:
    """Yield the nodes of the shapes that a shape refers to."""
    for constraint in shape.constraints:
        yield from referred(constraint)


def referred(constraint: Constraint) -> Iterator[Term]:
    """Yield the nodes of the shapes that a constraint refers to."""
    match constraint:
        case Not(node) | Node(node) | Property(node):
            yield node
        case And(nodes) | Or(nodes) | Xone(nodes):
            yield from nodes
        case Qualified(node, siblings=siblings):
            yield node
            yield from siblings
