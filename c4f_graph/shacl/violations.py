"""Constraints as patterns that find what violates them, and shapes as expressions.

A violation is a pattern that, where the focus node is bound, binds the offending values, and a
condition on them. At a focus it makes a query with results; inside another shape the same two
make an expression (`EXISTS`), as `conforms` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from c4f_graph.errors import ShapesError
from c4f_graph.shacl import constraints
from c4f_graph.shacl.conditions import compares, holds, is_at_most
from c4f_graph.shacl.focus import reach
from c4f_graph.shacl.paths import Predicate, is_nullable, path_sparql
from c4f_graph.shacl.sparql_constraints import violates
from c4f_graph.shacl.terms import short, sparql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pyoxigraph import NamedNode

    from c4f_graph.shacl.constraints import Constraint
    from c4f_graph.shacl.model import Shape, ShapesGraph
    from c4f_graph.shacl.paths import Path
    from c4f_graph.shacl.terms import Term

# Up to so many different values are asked for by one pattern each; more are counted.
MAX_JOINED = 3
# A shape inside shapes is written out each time it is used, which can grow without end.
MAX_LENGTH = 400_000
# Each shape inside a shape is a level of brackets, of which an engine bears some hundreds.
MAX_DEPTH = 40


def too_deep(node: Term) -> ShapesError:
    """Return the error that shapes are nested too deeply at a node."""
    return ShapesError(
        f"{short(node)}: more than {MAX_DEPTH} shapes stand inside one another.",
        hint="Refer to fewer shapes from within shapes.",
    )


@dataclass(frozen=True, slots=True)
class Violation:
    """Where a constraint is violated.

    Attributes:
        pattern: binds variables, given the focus node; may be empty.
        condition: an expression that is true where the constraint is violated, never an error.
        value: the variable of the offending value; None where a result has no value.
        path: the variable of the result's path, where it is not the path of the shape.
        columns: further variables, of which each combination is a result of its own.

    """

    pattern: str
    condition: str
    value: str | None = None
    path: str | None = None
    columns: tuple[str, ...] = ()


class Violations:
    """Finds the violations of constraints.

    Args:
        shapes: the shapes that constraints refer to.

    """

    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._count = 0
        self._depth = 0

    def of(
        self, shape: Shape, constraint: Constraint, this: str, value: str, start: str = ""
    ) -> Iterator[Violation]:
        """Yield the violations of one constraint.

        Args:
            shape: the shape that has the constraint.
            constraint: the constraint.
            this: the variable of the focus node.
            value: the variable for the values of the path; that of the focus node in a node shape.
            start: a pattern that binds the focus node; empty inside EXISTS, which has it bound.

        """
        path = shape.path
        values = ""
        if path is not None:
            values = reach(start if is_nullable(path) else "", this, path, value)
        right = self._holds(shape, constraint, this, value)
        if right is not None:
            yield Violation(values, f"!{right}", value)
        elif path is not None:
            yield from self._of_property(constraint, this, path, value, values)
        match constraint:
            case constraints.HasValue(term):
                yield Violation("", _lacks(this, path, sparql(term)))
            case constraints.Equals(predicate):
                yield Violation(values, f"NOT EXISTS {{ {this} {predicate} {value} }}", value)
                other = self._fresh("other")
                missing = f"!sameTerm({this}, {other})"
                if path is not None:
                    missing = _lacks(this, path, other)
                yield Violation(f"{this} {predicate} {other} .", missing, other)
            case constraints.Disjoint(predicate):
                yield Violation(values, f"EXISTS {{ {this} {predicate} {value} }}", value)
            case constraints.Closed(allowed):
                found, way = self._fresh("found"), self._fresh("path")
                listed = ", ".join(str(iri) for iri in allowed)
                other = f"{way} NOT IN ({listed})" if allowed else "true"
                pattern = f"{values} {value} {way} {found} ."
                columns = (value,) if path is not None else ()
                yield Violation(pattern, other, found, way, columns)
            case constraints.SparqlConstraint(is_ask=False):
                yield Violation("", violates(constraint, shape, this, self._fresh("q")))

    def _of_property(
        self, constraint: Constraint, this: str, path: Path, value: str, values: str
    ) -> Iterator[Violation]:
        match constraint:
            case constraints.MinCount(count):
                yield Violation("", f"!{self._at_least(count, this, path)}")
            case constraints.MaxCount(count):
                yield Violation("", self._at_least(count + 1, this, path))
            case constraints.Qualified():
                yield Violation("", self._miscounts(constraint, this, path))
            case constraints.UniqueLang():
                yield self._shares_language(this, value, values, path)
            case constraints.LessThan(predicate):
                other = self._fresh("other")
                right = compares(value, "<", other)
                yield _fails(right, this, value, values, predicate, other)
            case constraints.LessThanOrEquals(predicate):
                other = self._fresh("other")
                right = is_at_most(value, other)
                yield _fails(right, this, value, values, predicate, other)

    def conforms(self, node: Term, this: str) -> str:
        """Return the expression that the node of a variable conforms to a shape.

        Raises:
            ShapesError: the shapes inside shapes are too many to be written out.

        """
        if self._depth >= MAX_DEPTH:
            raise too_deep(node)
        self._depth += 1
        try:
            return self._conforms(node, this)
        finally:
            self._depth -= 1

    def _conforms(self, node: Term, this: str) -> str:
        shape = self._shapes.shapes[node]
        value = self._fresh("value") if shape.path is not None else this
        patterns: dict[str, list[str]] = {}
        for constraint in shape.constraints:
            for violation in self.of(shape, constraint, this, value):
                patterns.setdefault(violation.pattern, []).append(violation.condition)
        parts = []
        for pattern, conditions in patterns.items():
            wrong = " || ".join(conditions)
            parts.append(
                f"NOT EXISTS {{ {pattern} FILTER({wrong}) }}" if pattern else f"!({wrong})"
            )
        text = "(" + (" && ".join(parts) or "true") + ")"
        if len(text) > MAX_LENGTH:
            raise ShapesError(
                f"{short(node)}: the shapes inside this shape are too many for one query.",
                hint="Refer to fewer shapes from within shapes.",
            )
        return text

    def _holds(self, shape: Shape, constraint: Constraint, this: str, value: str) -> str | None:
        """Return the expression that a value is right, for constraints on single values."""
        match constraint:
            case constraints.Not(node):
                return f"(!{self.conforms(node, value)})"
            case constraints.Node(node) | constraints.Property(node):
                return self.conforms(node, value)
            case constraints.And(shapes):
                return self._joined(shapes, value, " && ")
            case constraints.Or(shapes):
                return self._joined(shapes, value, " || ")
            case constraints.Xone(shapes):
                terms = " + ".join(f"IF({self.conforms(each, value)}, 1, 0)" for each in shapes)
                return f"({terms or '0'} = 1)"
            case constraints.SparqlConstraint(is_ask=True):
                wrong = violates(constraint, shape, this, self._fresh("q"), value)
                return f"(!{wrong})"
            case _:
                return holds(constraint, value, self._fresh("kind"))

    def _joined(self, shapes: tuple[Term, ...], value: str, operator: str) -> str:
        parts = operator.join(self.conforms(each, value) for each in shapes)
        return f"({parts})" if parts else ("(true)" if operator == " && " else "(false)")

    def _fresh(self, stem: str) -> str:
        self._count += 1
        return f"?{stem}_{self._count}"

    def _at_least(
        self, count: int, this: str, path: Path, condition: Callable[[str], str] | None = None
    ) -> str:
        """Return the expression that a path has so many different values."""
        if count <= 0:
            return "(true)"
        # Where many values are alike or fail the condition, the join would try all combinations.
        is_joined = condition is None and isinstance(path, Predicate)
        if count > (MAX_JOINED if is_joined else 1):
            value = self._fresh("value")
            test = f"FILTER({condition(value)})" if condition else ""
            return (
                f"EXISTS {{ SELECT {this} WHERE {{ {reach('', this, path, value)} {test} }} "
                f"GROUP BY {this} HAVING(COUNT(DISTINCT {value}) >= {count}) }}"
            )
        values = [self._fresh("value") for _ in range(count)]
        parts: list[str] = []
        for index, value in enumerate(values):
            parts.append(_grouped(reach("", this, path, value), path))
            tests = [f"!sameTerm({value}, {other})" for other in values[:index]]
            tests += [condition(value)] if condition else []
            if tests:
                parts.append(f"FILTER({' && '.join(tests)})")
        return f"EXISTS {{ {' '.join(parts)} }}"

    def _miscounts(self, constraint: constraints.Qualified, this: str, path: Path) -> str:
        def counts(value: str) -> str:
            parts = [self.conforms(constraint.shape, value)]
            parts += [f"!{self.conforms(sibling, value)}" for sibling in constraint.siblings]
            return " && ".join(parts)

        if constraint.is_minimum:
            return f"!{self._at_least(constraint.count, this, path, counts)}"
        return self._at_least(constraint.count + 1, this, path, counts)

    def _shares_language(self, this: str, value: str, values: str, path: Path) -> Violation:
        other, language = self._fresh("other"), self._fresh("language")
        same = f"!sameTerm({other}, {value}) && LCASE(LANG({other})) = {language}"
        return Violation(
            f"{_grouped(values, path)} BIND(LCASE(LANG({value})) AS {language})",
            f'COALESCE({language} != "", false) && '
            f"EXISTS {{ {reach('', this, path, other)} FILTER({same}) }}",
            columns=(language,),
        )


def _fails(
    right: str, this: str, value: str, values: str, predicate: NamedNode, other: str
) -> Violation:
    """Return that a value and one of another property do not compare as they should."""
    pattern = f"{values} {this} {predicate} {other} ."
    return Violation(pattern, f"!{right}", value, columns=(other,))


def _grouped(values: str, path: Path) -> str:
    return f"{{ {values} }}" if is_nullable(path) else values


def _lacks(this: str, path: Path | None, term: str) -> str:
    """Return the expression that a term, or what a variable is bound to, is no value of a path."""
    if path is None:
        return f"!sameTerm({this}, {term})"
    lacks = f"NOT EXISTS {{ {this} {path_sparql(path)} {term} }}"
    return f"({lacks} && !sameTerm({this}, {term}))" if is_nullable(path) else lacks
