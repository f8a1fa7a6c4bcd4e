"""From the rows of a query to validation results (SHACL, sections 3.6.2 and 5.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from c4f_graph.errors import QueryError
from c4f_graph.shacl.constraints import Closed, SparqlConstraint
from c4f_graph.shacl.messages import default_messages, filled
from c4f_graph.shacl.paths import Inverse, Path, Predicate
from c4f_graph.shacl.prebinding import set_at_a_time
from c4f_graph.shacl.report import ValidationResult
from c4f_graph.shacl.sparql_constraints import prepare
from c4f_graph.shacl.terms import TRUE, Term, sparql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from c4f_graph.shacl.engine import Engine
    from c4f_graph.shacl.model import Shape
    from c4f_graph.shacl.plan import Check, Query

Row = dict[str, "Term | None"]


def results_of(
    query: Query, engine: Engine, shapes: Mapping[Term, Shape]
) -> Iterator[ValidationResult]:
    """Run a query and yield the results that its rows stand for, as they are found.

    Args:
        query: a query of a plan.
        engine: what it is run on.
        shapes: all shapes by node, for messages.

    Raises:
        QueryError: the engine cannot run the query.
    """
    readers = [RowReader(check, shapes) for check in query.checks]
    for row in _rows(query, engine):
        for reader in readers:
            if reader.flag is None or _is_true(row.get(reader.flag)):
                result = reader.result(row)
                if result is not None:
                    yield result


def _rows(query: Query, engine: Engine) -> Iterator[Row]:
    names, rows = engine.select(query.text)
    if query.kind != "per node":
        for row in rows:
            yield dict(zip(names, row, strict=True))
        return
    check = query.checks[0]
    if not isinstance(check.constraint, SparqlConstraint):
        return
    tree = prepare(check.constraint, check.shape)
    for (node,) in rows:
        if node is None:
            continue
        bindings = None
        text = str(tree)
        if isinstance(node, BlankNode):
            # It has no name in a query: only the engine's own binding can stand for it, and
            # that does not reach into a subselect.
            if any(group.first_keyword() == "SELECT" for group in tree.blocks("{")):
                raise QueryError(
                    f"{query.purpose}: a focus node is a blank node, for which a query with LIMIT "
                    "in a subselect cannot be run.",
                    hint="Give the node a name, or write the query without LIMIT.",
                )
            bindings = {"this": node}
        else:
            focus = f"VALUES ?this {{ {sparql(node)} }}"
            text = str(set_at_a_time(tree, focus, one_node=True))
        names, found = engine.select(text, bindings)
        for row in found:
            yield dict(zip(names, row, strict=True))


class RowReader:
    """Reads results of one check from rows; what they have in common is made once."""

    def __init__(self, check: Check, shapes: Mapping[Term, Shape]) -> None:
        self.flag = _name(check.flag)
        self._value = _name(check.value)
        self._path = _name(check.path)
        self._shape = check.shape
        self._constraint = check.constraint
        self._component = check.constraint.component
        self._messages = check.shape.messages
        # sh:closed at a property shape is about the triples of its values.
        is_about_values = isinstance(check.constraint, Closed) and check.shape.path is not None
        self._subject = "value" if is_about_values else "this"
        if isinstance(check.constraint, SparqlConstraint):
            self._messages = self._messages or check.constraint.messages
        if not self._messages:
            self._messages = default_messages(check.constraint, check.shape.path, shapes)

    def result(self, row: Row) -> ValidationResult | None:
        """Return the result that a row stands for; None if it has no focus node."""
        shape, constraint = self._shape, self._constraint
        focus = row.get("this")
        if focus is None:
            return None
        value = row.get(self._value) if self._value else None
        path, predicate = shape.path, None
        named = row.get(self._path) if self._path else None
        if isinstance(named, NamedNode):
            path, predicate = Predicate(named), named
        source: Term | None = None
        messages = self._messages
        if isinstance(constraint, SparqlConstraint):
            if value is None and shape.path is None:
                value = focus
            if constraint.component_node is None:
                source = constraint.node
            messages = self._filled(constraint, row, value)
        return ValidationResult(
            focus_node=focus,
            path=path,
            value=value,
            messages=messages,
            severity=shape.severity,
            source_shape=shape.node,
            source_constraint_component=self._component,
            source_constraint=source,
            constraint=constraint,
            statement=_statement(row.get(self._subject) or focus, shape.path, predicate, value),
        )

    def _filled(
        self, constraint: SparqlConstraint, row: Row, value: Term | None
    ) -> tuple[Literal, ...]:
        own = row.get("message")
        messages = self._messages
        if isinstance(own, Literal) and not constraint.is_ask:
            messages = (own,)
        known = {**row, "value": value, **dict(constraint.parameters)}
        return tuple(filled(message, known) for message in messages)


def _statement(
    subject: Term, path: Path | None, predicate: NamedNode | None, value: Term | None
) -> tuple[Term, NamedNode | None, Term | None]:
    if predicate is not None:
        return subject, predicate, value
    match path:
        case Predicate(iri):
            return subject, iri, value
        case Inverse(Predicate(iri)) if value is not None:
            return value, iri, subject
        case _:
            return subject, None, None


def _is_true(flag: Term | None) -> bool:
    """Tell whether a condition holds; some engines give the number 1 for true."""
    return flag == TRUE or (isinstance(flag, Literal) and flag.value == "1")


def _name(variable: str | None) -> str | None:
    return variable[1:] if variable else None
