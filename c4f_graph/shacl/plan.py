"""From shapes to queries: what is asked of the store, and which constraint each answer is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode

from c4f_graph.shacl.constraints import (
    Constraint,
    Datatype,
    Property,
    SparqlConstraint,
)
from c4f_graph.shacl.datatypes import may_be_merged
from c4f_graph.shacl.focus import Focus, reach
from c4f_graph.shacl.parse import references, referred
from c4f_graph.shacl.paths import is_nullable, path_text
from c4f_graph.shacl.prebinding import NotSetAtATimeError, set_at_a_time
from c4f_graph.shacl.sparql_constraints import prepare, uses_shapes_graph
from c4f_graph.shacl.terms import short
from c4f_graph.shacl.violations import MAX_DEPTH, Violation, Violations, too_deep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.shacl.model import Shape, ShapesGraph

# Conditions in one query: enough to share its scan, few enough to leave work for other threads.
MAX_CONDITIONS = 12


@dataclass(frozen=True, slots=True)
class Check:
    """What a row of a query says: that a constraint is violated, if the flag's column is true."""

    shape: Shape
    constraint: Constraint
    flag: str | None
    value: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a plan.

    Attributes:
        text: SPARQL 1.1; for a query per node, the query that finds the nodes.
        kind: scan, sparql, per node, or as written (run only where the files are at hand).
        purpose: the shapes and constraints that it checks, for a person to read.
        checks: what its rows mean.
        focus: where its focus nodes come from.
        note: why it is not set at a time, or where it is not exact; empty if it is both.
        uses_shapes_graph: whether it reads the graph `SHAPES_GRAPH`.

    """

    text: str
    kind: str
    purpose: str
    checks: tuple[Check, ...]
    focus: Focus
    note: str = ""
    uses_shapes_graph: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The queries that validate data against shapes, in the order of their results."""

    queries: tuple[Query, ...]

    def explain(self) -> str:
        """Return each query with what it is for, for a person to read."""
        parts = []
        for number, query in enumerate(self.queries, 1):
            note = f" ({query.note})" if query.note else ""
            parts.append(f"# {number} {query.kind}{note}: {query.purpose}\n{query.text.strip()}\n")
        return "\n".join(parts)


def compile_plan(shapes: ShapesGraph) -> Plan:
    """Return the queries for shapes: each is for all focus nodes at once, where that is possible.

    Raises:
        ShapesError: shapes inside shapes that are too many to be written out.

    """
    return Plan(tuple(_Compiler(shapes).queries()))


@dataclass(frozen=True, slots=True)
class _Task:
    """A shape with the focus nodes at which it is validated, and the shape with the targets."""

    shape: Shape
    focus: Focus
    root: Shape


class _Compiler:
    def __init__(self, shapes: ShapesGraph) -> None:
        self._shapes = shapes
        self._violations = Violations(shapes)

    def queries(self) -> Iterator[Query]:
        for shape in self._shapes.targeted:
            focus = Focus(targets=shape.targets)
            tasks = list(self._tasks(shape, focus, shape))
            scans: dict[tuple[object, ...], list[tuple[_Task, Constraint, Violation]]] = {}
            for task in tasks:
                for constraint in task.shape.constraints:
                    for violation in self._found(task, constraint):
                        key = (
                            task.focus,
                            violation.pattern,
                            violation.value,
                            violation.path,
                            violation.columns,
                        )
                        scans.setdefault(key, []).append((task, constraint, violation))
            for found in scans.values():
                for start in range(0, len(found), MAX_CONDITIONS):
                    yield self._scan(found[start : start + MAX_CONDITIONS])
            for task in tasks:
                for constraint in task.shape.constraints:
                    if isinstance(constraint, SparqlConstraint) and not constraint.is_ask:
                        yield _sparql(task, constraint)
                    elif isinstance(constraint, Datatype):
                        yield from _as_written(task, constraint)

    def _tasks(self, shape: Shape, focus: Focus, root: Shape, depth: int = 1) -> Iterator[_Task]:
        """Yield a shape and, as their results are results too, the shapes at its sh:property."""
        if depth > MAX_DEPTH:
            raise too_deep(shape.node)
        yield _Task(shape, focus, root)
        for constraint in shape.constraints:
            if isinstance(constraint, Property):
                inner = self._shapes.shapes[constraint.shape]
                values = focus if shape.path is None else Focus(parent=focus, path=shape.path)
                yield from self._tasks(inner, values, root, depth + 1)

    def _found(self, task: _Task, constraint: Constraint) -> Iterator[Violation]:
        if isinstance(constraint, Property):
            return
        if isinstance(constraint, SparqlConstraint) and not constraint.is_ask:
            return
        value = "?this" if task.shape.path is None else "?value"
        yield from self._violations.of(task.shape, constraint, "?this", value, task.focus.pattern())

    def _scan(self, found: list[tuple[_Task, Constraint, Violation]]) -> Query:
        task, _, first = found[0]
        flags = [f"?c{index}" for index in range(len(found))] if len(found) > 1 else [None]
        columns = [*task.focus.columns(), first.value, first.path, *first.columns]
        names = list(dict.fromkeys(column for column in columns if column))
        conditions = [violation.condition for _, _, violation in found]
        projected = [
            f"({condition} AS {flag})"
            for condition, flag in zip(conditions, flags, strict=True)
            if flag
        ]
        pattern = f"{task.focus.pattern()} {first.pattern}"
        wrong = " || ".join(conditions)
        selected = " ".join([*names, *projected])
        text = f"SELECT DISTINCT {selected} WHERE {{ {pattern} FILTER({wrong}) }}"
        checks = tuple(
            Check(each.shape, constraint, flag, violation.value, violation.path)
            for (each, constraint, violation), flag in zip(found, flags, strict=True)
        )
        return Query(
            text=text,
            kind="scan",
            purpose="; ".join(_purpose(each, constraint) for each, constraint, _ in found),
            checks=checks,
            focus=task.focus,
            note=self._note(found),
            uses_shapes_graph=any(
                isinstance(constraint, SparqlConstraint) and uses_shapes_graph(constraint)
                for _, constraint, _ in found
            ),
        )

    def _note(self, found: list[tuple[_Task, Constraint, Violation]]) -> str:
        """Return which datatypes a store that merges them decides by range (see `datatypes`)."""
        merged: dict[str, None] = {}
        waiting = [node for _, constraint, _ in found for node in referred(constraint)]
        seen = set(waiting)
        while waiting:
            shape = self._shapes.shapes[waiting.pop()]
            for each in shape.constraints:
                if isinstance(each, Datatype) and may_be_merged("?value", each.iri):
                    merged[short(each.iri)] = None
            fresh = [node for node in references(shape) if node not in seen]
            seen.update(fresh)
            waiting.extend(fresh)
        if not merged:
            return ""
        return (
            f"{', '.join(sorted(merged))} inside another constraint: decided by the value's range"
        )


def _as_written(task: _Task, constraint: Datatype) -> Iterator[Query]:
    value = "?this" if task.shape.path is None else "?value"
    condition = may_be_merged(value, constraint.iri)
    if condition is None:
        return
    pattern = task.focus.pattern()
    if task.shape.path is not None:
        start = pattern if is_nullable(task.shape.path) else ""
        pattern += " " + reach(start, "?this", task.shape.path, value)
    names = " ".join(dict.fromkeys([*task.focus.columns(), value]))
    yield Query(
        text=f"SELECT DISTINCT {names} WHERE {{ {pattern} FILTER({condition}) }}",
        kind="as written",
        purpose=_purpose(task, constraint),
        checks=(Check(task.shape, constraint, None, value, None),),
        focus=task.focus,
        note="its rows are results where the file's datatype is another",
    )


def _sparql(task: _Task, constraint: SparqlConstraint) -> Query:
    tree = prepare(constraint, task.shape)
    check = Check(task.shape, constraint, None, "?value", "?path")
    purpose = _purpose(task, constraint)
    reads_shapes = uses_shapes_graph(constraint)
    try:
        text = str(set_at_a_time(tree, task.focus.distinct()))
    except NotSetAtATimeError as reason:
        nodes = f"SELECT DISTINCT ?this WHERE {{ {task.focus.pattern()} }}"
        return Query(nodes, "per node", purpose, (check,), task.focus, str(reason), reads_shapes)
    return Query(text, "sparql", purpose, (check,), task.focus, uses_shapes_graph=reads_shapes)


def _purpose(task: _Task, constraint: Constraint) -> str:
    name = constraint.component.value.rsplit("#", 1)[-1].removesuffix("ConstraintComponent")
    named = task.root if isinstance(task.shape.node, BlankNode) else task.shape
    path = f" {path_text(task.shape.path)}" if task.shape.path is not None else ""
    return f"{short(named.node)}{path} {name}"
