"""Which queries of a plan a native engine can answer, and the shapes that ask it for them.

The shapes are written from our own model, not copied: each has a name of its own, so that a result
of the engine tells which check of which query it belongs to. What is not known to be the same in
both, or not shown to be by the tests, is left to the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from c4f_graph.namespaces import XSD
from c4f_graph.shacl import constraints
from c4f_graph.shacl.datatypes import PATTERNS, RANGES
from c4f_graph.shacl.native_literals import (
    NUMBERS,
    NotNativeError,
    has_exact_forms,
    is_limit,
    minds_forms,
    predicates_of_values,
)
from c4f_graph.shacl.paths import Alternative, Inverse, Path, Predicate, Sequence
from c4f_graph.shacl.terms import (
    RDF_FIRST,
    RDF_NIL,
    RDF_REST,
    Term,
    sh,
    skolem,
)
from c4f_graph.shacl.written import is_stored_as_written

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from c4f_graph.shacl.constraints import Constraint
    from c4f_graph.shacl.focus import Focus
    from c4f_graph.shacl.model import ShapesGraph
    from c4f_graph.shacl.plan import Check, Plan, Query
    from c4f_graph.shacl.report import ValidationResult

_NAMES = "urn:c4f:native:"
_TARGETS = {
    "node": sh("targetNode"),
    "class": sh("targetClass"),
    "subjectsOf": sh("targetSubjectsOf"),
    "objectsOf": sh("targetObjectsOf"),
}
# The engine compares texts whatever their languages are, which SPARQL does not.
COMPARABLE = frozenset(
    NamedNode(XSD + name)
    for name in (*RANGES, "integer", "decimal", "double", "float", "date", "dateTime", "string")
)


@dataclass(frozen=True, slots=True)
class NativeShapes:
    """What a native engine is asked.

    Attributes:
        text: a shapes graph in N-Triples.
        checks: what a result is about, by the IRIs of its source shape and its component: the
            number of a query in the plan, and the check of that query.
        queries: the numbers of the queries that the engine answers whole.
        compared: predicates whose values it compares: it may only be asked where these are nodes,
            or literals of the datatypes in `COMPARABLE`.
        as_written: predicates whose values it judges by their form: it finds what a store finds
            only where that keeps these values as they are written. What it says of sh:maxCount
            is the same only where no two of the values are one to the store.

    """

    text: str
    checks: Mapping[tuple[str, str], tuple[int, Check]]
    queries: frozenset[int]
    compared: frozenset[NamedNode]
    as_written: frozenset[NamedNode]


def native_shapes(plan: Plan, shapes: ShapesGraph) -> NativeShapes:
    """Return the shapes that ask a native engine for what some queries of a plan find."""
    writer = _Writer(shapes)
    numbers = []
    for number, query in enumerate(plan.queries):
        if query.kind == "scan" and query.focus.targets and all(map(writer.can, query.checks)):
            numbers.append(number)
            writer.write(number, query)
    return NativeShapes(
        "".join(writer.lines),
        writer.checks,
        frozenset(numbers),
        frozenset(writer.compared),
        frozenset(writer.as_written),
    )


def is_false_alarm(result: ValidationResult) -> bool:
    """Tell whether a literal is well-formed of which the engine says that it is not."""
    constraint, value = result.constraint, result.value
    if not isinstance(constraint, constraints.Datatype) or not isinstance(value, Literal):
        return False
    pattern = PATTERNS.get(constraint.iri.value.removeprefix(XSD))
    same = value.datatype == constraint.iri
    return same and pattern is not None and re.fullmatch(pattern, value.value) is not None


class _Writer:
    """Writes shapes as lines of N-Triples, and remembers what they are about."""

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._count = 0
        self._roots: dict[Focus, NamedNode] = {}
        self._asked: dict[tuple[Focus, Path | None], list[NamedNode]] = {}
        self.lines: list[str] = []
        self.checks: dict[tuple[str, str], tuple[int, Check]] = {}
        self.compared: set[NamedNode] = set()
        self.as_written: set[NamedNode] = set()

    def can(self, check: Check) -> bool:
        """Tell whether a check can be written."""
        kept = self.lines, self.compared, self.as_written
        self.lines, self.compared, self.as_written = [], set(), set()
        try:
            if check.shape.path is not None:
                self._path(check.shape.path)
            self._constraint(self._name(), check.shape.path, check.constraint)
        except NotNativeError:
            return False
        finally:
            self.lines, self.compared, self.as_written = kept
        return True

    def write(self, number: int, query: Query) -> None:
        """Write the checks of a query."""
        for check in query.checks:
            path, component = check.shape.path, check.constraint.component.value
            nodes = self._asked.setdefault((query.focus, path), [])
            # A result does not tell two constraints of one component at one shape apart.
            free = (node for node in nodes if (node.value, component) not in self.checks)
            node = next(free, None)
            if node is None:
                node = self._property(query.focus, path) if path else self._root(query.focus)
                nodes.append(node)
            self._constraint(node, path, check.constraint)
            self.checks[node.value, component] = (number, check)

    def _root(self, focus: Focus) -> NamedNode:
        node = self._name()
        for target in focus.targets:
            self._add(node, _TARGETS[target.kind], target.term)
        return node

    def _property(self, focus: Focus, path: Path) -> NamedNode:
        if focus not in self._roots:
            self._roots[focus] = self._root(focus)
        node = self._name()
        self._add(self._roots[focus], sh("property"), node)
        self._add(node, sh("path"), self._path(path))
        return node

    def _name(self) -> NamedNode:
        self._count += 1
        return NamedNode(f"{_NAMES}{self._count}")

    def _blank(self) -> BlankNode:
        self._count += 1
        return BlankNode(f"n{self._count}")

    def _add(self, subject: Term, predicate: NamedNode, value: Term) -> None:
        self.lines.append(f"{subject} {predicate} {value} .\n")

    def _list(self, members: Iterable[Term]) -> Term:
        head: Term = RDF_NIL
        for member in reversed([*members]):
            cell = self._blank()
            self._add(cell, RDF_FIRST, member)
            self._add(cell, RDF_REST, head)
            head = cell
        return head

    def _path(self, path: Path) -> Term:
        match path:
            case Predicate(iri):
                return iri
            case Sequence(paths):
                return self._list([self._path(each) for each in paths])
            case Alternative(paths):
                predicate, value = sh("alternativePath"), self._list(map(self._path, paths))
            case Inverse(inner):
                predicate, value = sh("inversePath"), self._path(inner)
            case _:
                raise NotNativeError
        node = self._blank()
        self._add(node, predicate, value)
        return node

    def _nested(self, term: Term) -> NamedNode:
        """Write a shape inside a shape, each time anew."""
        shape = self._shapes.shapes[term]
        node = self._name()
        if shape.path is not None:
            self._add(node, sh("path"), self._path(shape.path))
        for constraint in shape.constraints:
            # How many values a shape inside a shape counts is seen in no result.
            match constraint:
                case constraints.Datatype(iri) if iri in NUMBERS:
                    raise NotNativeError
                case constraints.MaxCount():
                    raise NotNativeError
            self._constraint(node, shape.path, constraint)
        return node

    def _constraint(self, node: NamedNode, path: Path | None, constraint: Constraint) -> None:
        if minds_forms(constraint):
            self.as_written |= predicates_of_values(path)
        for name, value in self._parameters(path, constraint):
            self._add(node, sh(name), value)

    def _parameters(self, path: Path | None, constraint: Constraint) -> Iterator[tuple[str, Term]]:
        match constraint:
            case constraints.Class(term):
                yield "class", skolem(term)
            case constraints.Datatype(iri) if has_exact_forms(iri):
                yield "datatype", iri
            case constraints.NodeKind(kind):
                yield "nodeKind", kind
            case constraints.MinCount(1):
                yield "minCount", Literal(1)
            case constraints.MaxCount(count):
                predicates_of_values(path)
                yield "maxCount", Literal(count)
            case constraints.Range(bound, _, limit) if is_limit(limit):
                yield bound[0].lower() + bound[1:], limit
            case constraints.MinLength(length):
                yield "minLength", Literal(length)
            case constraints.MaxLength(length):
                yield "maxLength", Literal(length)
            case constraints.Pattern(pattern, ""):
                yield "pattern", Literal(pattern)
            case constraints.LanguageIn(tags):
                yield "languageIn", self._list(Literal(tag) for tag in tags)
            case constraints.UniqueLang():
                yield "uniqueLang", Literal(True)
            case constraints.Disjoint(predicate):
                self.as_written.add(predicate)
                yield "disjoint", predicate
            case constraints.LessThan(predicate) if isinstance(path, Predicate):
                self.compared |= {path.iri, predicate}
                yield "lessThan", predicate
            case constraints.LessThanOrEquals(predicate) if isinstance(path, Predicate):
                self.compared |= {path.iri, predicate}
                yield "lessThanOrEquals", predicate
            case constraints.HasValue(term) if is_stored_as_written(term):
                yield "hasValue", skolem(term)
            case constraints.In(terms) if all(map(is_stored_as_written, terms)):
                yield "in", self._list(map(skolem, terms))
            case constraints.Closed(allowed) if path is None:
                yield "closed", Literal(True)
                yield "ignoredProperties", self._list(allowed)
            case constraints.Not(shape):
                yield "not", self._nested(shape)
            case constraints.And(inner):
                yield "and", self._list(map(self._nested, inner))
            case constraints.Or(inner):
                yield "or", self._list(map(self._nested, inner))
            case constraints.Xone(inner):
                yield "xone", self._list(map(self._nested, inner))
            case constraints.Node(shape):
                yield "node", self._nested(shape)
            case constraints.Property(shape):
                yield "property", self._nested(shape)
            case _:
                raise NotNativeError
