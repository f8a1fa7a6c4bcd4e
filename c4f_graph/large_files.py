"""Validate one large file without loading all of it: a native engine beside a small store.

The native engine reads the file in a process of its own and answers what it can be trusted with.
Meanwhile the file is read here, every statement of it, and the store gets only those that the
remaining queries can touch. Where that is not possible, all is loaded and asked as ever.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE
from c4f_graph.errors import C4fError
from c4f_graph.namespaces import RDF
from c4f_graph.shacl import (
    OxigraphEngine,
    Plan,
    compile_plan,
    read_and_check,
    run_plan,
)
from c4f_graph.shacl.check import check_known, used_terms
from c4f_graph.shacl.constraints import MaxCount
from c4f_graph.shacl.native import (
    FORMATS,
    NativeEngineError,
    NativeRun,
    UnnamedResultError,
    is_installed,
)
from c4f_graph.shacl.native_shapes import COMPARABLE, native_shapes
from c4f_graph.shacl.paths import Predicate
from c4f_graph.shacl.touched import Touched, touched
from c4f_graph.shacl.written import is_stored_as_written, stored_forms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set
    from pathlib import Path

    from c4f_graph.data_files import DataFiles
    from c4f_graph.shacl import ShapeProblem, ShapesGraph, ValidationReport
    from c4f_graph.shacl.native_shapes import NativeShapes

# Below, starting a process takes longer than it saves.
MIN_BYTES = 4_000_000
_TYPE = ox.NamedNode(f"{RDF}type")


class NotAnsweredError(C4fError):
    """This way gives no answer: all is to be loaded. The message says why, if it is odd."""


def is_large(paths: Sequence[Path]) -> bool:
    """Tell whether files are one large file that can be validated this way."""
    return (
        len(paths) == 1
        and paths[0].suffix.lower() in FORMATS
        and paths[0].is_file()
        and paths[0].stat().st_size >= MIN_BYTES
        and is_installed()
    )


@dataclass(frozen=True, slots=True)
class LargeOutcome:
    """What came of it: what is odd about the shapes, the plan with who ran what, the report."""

    problems: list[ShapeProblem]
    plan: Plan
    report: ValidationReport


def validate_large(
    data: DataFiles,
    path: Path,
    statements: Sequence[ox.Quad],
    *,
    time_limit: float | None = None,
) -> LargeOutcome:
    """Validate a file for which `is_large` is true.

    Args:
        data: the file, of which nothing is loaded yet.
        path: the same file.
        statements: the shapes graph.
        time_limit: seconds for the queries of the store; None for no limit.

    Raises:
        InputError: a file that cannot be read.
        NotAnsweredError: the shapes cannot be used, or only by loading all.
    """
    shapes, problems = read_and_check(statements)
    if any(problem.fatal for problem in problems):
        raise NotAnsweredError("")
    plan = compile_plan(shapes)
    asked = native_shapes(plan, shapes)
    wanted = _wanted(plan, asked)
    if wanted is None and not asked.queries:
        raise NotAnsweredError("")
    with NativeRun(asked, path, BASE) if asked.queries else nullcontext() as native:
        try:
            store = _store(data, asked, wanted, shapes)
            engine = OxigraphEngine(store, is_union=False)
            problems += check_known(shapes, engine)
            report = run_plan(
                plan,
                shapes,
                engine,
                time_limit=time_limit,
                written=data.statements,
                native=native,
            )
            _refuse_merged(report, data)
        except UnnamedResultError as error:
            raise NotAnsweredError("") from error
        except NativeEngineError as error:
            raise NotAnsweredError(f"{error} The store answered instead.") from error
    note = "the package shacl, beside the store"
    queries = (
        replace(query, kind="native", note=note) if number in asked.queries else query
        for number, query in enumerate(plan.queries)
    )
    return LargeOutcome(problems, Plan(tuple(queries)), report)


def _wanted(plan: Plan, asked: NativeShapes) -> Touched | None:
    """Give what the queries for the store can touch; None if it may be anything."""
    rest = [query for number, query in enumerate(plan.queries) if number not in asked.queries]
    if any(query.kind == "per node" or query.uses_shapes_graph for query in rest):
        return None
    return touched(query.text for query in rest)


def _store(
    data: DataFiles, asked: NativeShapes, wanted: Touched | None, shapes: ShapesGraph
) -> ox.Store:
    if wanted is not None:
        classes, properties = used_terms(shapes)
        terms = {term for term in (*classes, *properties) if isinstance(term, ox.NamedNode)}
        return data.selected(partial(_chosen, wanted, terms, asked))
    store = data.store
    watched = asked.compared | asked.as_written
    for quad in data.statements() if watched else ():
        if quad.predicate in watched:
            _refuse(quad, asked)
    return store


def _chosen(
    wanted: Touched,
    terms: Set[ox.NamedNode],
    asked: NativeShapes,
    quads: Iterator[ox.Quad],
) -> Iterator[ox.Quad]:
    """Yield the statements that queries can touch, and witnesses.

    A witness shows that something is in the graph: each predicate, each node of `wanted`, and, for
    each of the terms that shapes look for, that it is a class with an instance or is described.
    """
    watched = asked.compared | asked.as_written
    seen: set[ox.NamedNode] = set()
    missing: set[object] = set(wanted.nodes)
    unknown: set[object] = set(terms)
    for quad in quads:
        predicate = quad.predicate
        is_chosen = predicate in wanted.predicates
        if predicate not in seen:
            seen.add(predicate)
            unknown.discard(predicate)
            is_chosen = True
        if missing or unknown:
            subject, value = quad.subject, quad.object
            if subject in missing or value in missing:
                missing -= {subject, value}
                is_chosen = True
            if subject in unknown or (predicate == _TYPE and value in unknown):
                unknown -= {subject, value}
                is_chosen = True
        if predicate in watched:
            _refuse(quad, asked)
        if is_chosen:
            yield quad


def _refuse(quad: ox.Quad, asked: NativeShapes) -> None:
    """Give up where the native engine would see another value than the store."""
    predicate, value = quad.predicate, quad.object
    if not isinstance(value, ox.Literal):
        return
    if (predicate in asked.compared and value.datatype not in COMPARABLE) or (
        predicate in asked.as_written and not is_stored_as_written(value)
    ):
        raise NotAnsweredError("")


def _refuse_merged(report: ValidationReport, data: DataFiles) -> None:
    """Give up where the native engine counted values that are one to the store."""
    index = data.index({result.statement[0] for result in report.results})
    for result in report.results:
        if isinstance(result.constraint, MaxCount) and isinstance(result.path, Predicate):
            values = {
                statement.quad.object
                for statement in index.about(result.focus_node)
                if statement.quad.predicate == result.path.iri
            }
            numbers = {value for value in values if isinstance(value, ox.Literal)}
            if len({*stored_forms(numbers).values()}) < len(numbers):
                raise NotAnsweredError("")
