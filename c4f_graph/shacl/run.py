"""Run a plan on an engine, on a few threads, and make results of the rows that come back."""

from __future__ import annotations

import time
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from c4f_graph.errors import QueryError
from c4f_graph.shacl.messages import default_message, filled
from c4f_graph.shacl.model import Closed, ShapesGraph, SparqlConstraint
from c4f_graph.shacl.paths import Inverse, Path, Predicate
from c4f_graph.shacl.plan import Check, Plan, Query, compile_plan
from c4f_graph.shacl.pool import in_order
from c4f_graph.shacl.prebinding import set_at_a_time
from c4f_graph.shacl.report import Timing, ValidationReport, ValidationResult
from c4f_graph.shacl.sparql_constraints import SHAPES_GRAPH, prepare
from c4f_graph.shacl.terms import TRUE, Term, skolem_triple, sparql
from c4f_graph.shacl.written import WrittenLiterals, is_normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from c4f_graph.shacl.engine import Engine
    from c4f_graph.shacl.model import Shape
    from c4f_graph.shacl.terms import Statement


def validate(
    shapes: ShapesGraph,
    engine: Engine,
    *,
    max_results: int | None = None,
    threads: int = 2,
    time_limit: float | None = None,
    written: Callable[[], Iterable[Statement]] | None = None,
) -> ValidationReport:
    """Validate the data of an engine against shapes (SHACL, section 3).

    Args:
        shapes: what `parse_shapes` returned.
        engine: the data.
        max_results: stop after so many results; all if None.
        threads: how many queries run at once.
        time_limit: seconds after which to give up; no limit if None.
        written: gives the data as its files write it. With it, results name literals as the
            files do, and sh:datatype is exact where a store merges datatypes; it is called only
            if either matters.

    Raises:
        QueryError: the engine cannot run a query, or the time is up.
        ShapesError: the shapes are too many to be written out as queries.

    """
    plan = compile_plan(shapes)
    return run_plan(
        plan,
        shapes,
        engine,
        max_results=max_results,
        threads=threads,
        time_limit=time_limit,
        written=written,
    )


def run_plan(
    plan: Plan,
    shapes: ShapesGraph,
    engine: Engine,
    *,
    max_results: int | None = None,
    threads: int = 2,
    time_limit: float | None = None,
    written: Callable[[], Iterable[Statement]] | None = None,
) -> ValidationReport:
    """Run the queries of a plan; parameters and errors are those of `validate`."""
    with_shapes = engine
    if any(query.uses_shapes_graph for query in plan.queries):
        triples = [skolem_triple(triple) for triple in shapes.triples]
        with_shapes = engine.with_graph(SHAPES_GRAPH, triples)

    def run(query: Query) -> tuple[list[ValidationResult], float]:
        start = time.perf_counter()
        results = _results(query, with_shapes if query.uses_shapes_graph else engine, shapes.shapes)
        # One more than asked for shows that there are more.
        found = list(islice(results, max_results + 1 if max_results is not None else None))
        found.sort(key=_order)
        return found, time.perf_counter() - start

    queries = [query for query in plan.queries if written or query.kind != "as written"]
    results: list[ValidationResult] = []
    timings: list[Timing] = []
    literals = _LazyLiterals(shapes, written)
    outcomes = in_order(run, queries, threads=threads, seconds=time_limit)
    with closing(outcomes):
        for query, (found, seconds) in zip(queries, outcomes, strict=False):
            exact = literals.exact(found, query)
            results.extend(exact)
            timings.append(Timing(query.purpose, seconds, len(exact)))
            if max_results is not None and len(results) > max_results:
                break
    is_complete = max_results is None or len(results) <= max_results
    return ValidationReport(not results, tuple(results[:max_results]), tuple(timings), is_complete)


class _LazyLiterals:
    """The literals of the files, read when they are first needed."""

    def __init__(
        self, shapes: ShapesGraph, written: Callable[[], Iterable[Statement]] | None
    ) -> None:
        self._shapes = shapes
        self._written = written
        self._literals: WrittenLiterals | None = None

    def exact(self, results: list[ValidationResult], query: Query) -> list[ValidationResult]:
        """Return the results of a query with the literals of the files."""
        concerned = any(
            is_normalised(result.value) or is_normalised(result.focus_node) for result in results
        )
        if self._written is None or not concerned:
            return results
        if self._literals is None:
            self._literals = WrittenLiterals(chain(self._written(), self._shapes.triples))
        if query.kind == "as written":
            return list(self._literals.mistyped(results))
        return list(self._literals.restored(results))


def _results(
    query: Query, engine: Engine, shapes: Mapping[Term, Shape]
) -> Iterator[ValidationResult]:
    for names, row in _rows(query, engine):
        values = dict(zip(names, row, strict=True))
        for check in query.checks:
            if check.flag is None or values.get(check.flag[1:]) == TRUE:
                result = _result(check, values, shapes)
                if result is not None:
                    yield result


def _rows(
    query: Query, engine: Engine
) -> Iterator[tuple[tuple[str, ...], tuple[Term | None, ...]]]:
    names, rows = engine.select(query.text)
    if query.kind != "per node":
        yield from ((names, row) for row in rows)
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
        yield from ((names, row) for row in found)


def _result(
    check: Check, values: dict[str, Term | None], shapes: Mapping[Term, Shape]
) -> ValidationResult | None:
    shape, constraint = check.shape, check.constraint
    focus = values.get("this")
    if focus is None:
        return None
    value = values.get(check.value[1:]) if check.value else None
    path, predicate = shape.path, None
    named = values.get(check.path[1:]) if check.path else None
    if isinstance(named, NamedNode):
        path, predicate = Predicate(named), named
    # sh:closed at a property shape is about the triples of its values.
    subject = values.get("value") if isinstance(constraint, Closed) and shape.path else focus
    source: Term | None = None
    messages = shape.messages
    if isinstance(constraint, SparqlConstraint):
        if value is None and shape.path is None:
            value = focus
        if constraint.component_node is None:
            source = constraint.node
        own = values.get("message")
        messages = messages or constraint.messages
        if isinstance(own, Literal) and not constraint.is_ask:
            messages = (own,)
        known = {**values, "this": focus, "value": value, **dict(constraint.parameters)}
        messages = tuple(filled(message, known) for message in messages)
    return ValidationResult(
        focus_node=focus,
        path=path,
        value=value,
        messages=messages or (default_message(constraint, shape.path, shapes),),
        severity=shape.severity,
        source_shape=shape.node,
        source_constraint_component=constraint.component,
        source_constraint=source,
        constraint=constraint,
        statement=_statement(subject or focus, shape.path, predicate, value),
    )


def _statement(
    focus: Term,
    path: Path | None,
    predicate: NamedNode | None,
    value: Term | None,
) -> tuple[Term, NamedNode | None, Term | None]:
    if predicate is not None:
        return focus, predicate, value
    match path:
        case Predicate(iri):
            return focus, iri, value
        case Inverse(Predicate(iri)) if value is not None:
            return value, iri, focus
        case _:
            return focus, None, None


def _order(result: ValidationResult) -> tuple[str, str, str]:
    return str(result.focus_node), str(result.value or ""), str(result.path or "")
