"""Run a plan on an engine, on a few threads, and collect its results in order."""

from __future__ import annotations

import time
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING, TypedDict, Unpack

from pyoxigraph import Literal

from c4f_graph.shacl.plan import Plan, Query, compile_plan
from c4f_graph.shacl.pool import in_order
from c4f_graph.shacl.report import Timing, ValidationReport, ValidationResult
from c4f_graph.shacl.results import results_of
from c4f_graph.shacl.sparql_constraints import SHAPES_GRAPH
from c4f_graph.shacl.terms import skolem_triple
from c4f_graph.shacl.written import WrittenLiterals, may_be_written_otherwise

if TYPE_CHECKING:
    from c4f_graph.shacl.engine import Engine
    from c4f_graph.shacl.model import ShapesGraph
    from c4f_graph.shacl.native import NativeRun
    from c4f_graph.shacl.written import Written


class RunOptions(TypedDict, total=False):
    """How a plan is run.

    Attributes:
        max_results: stop after so many results; all if None.
        threads: how many queries run at once; 2 if not given.
        time_limit: seconds after which to give up; no limit if None.
        written: gives the data as its files write them: what is said of the subjects that it is
            called with, or all. With it, results name literals as the files do, and sh:datatype
            is exact where a store merges datatypes; it is called once, and only if either matters.
        native: where some of the queries are answered beside the engine.

    """

    max_results: int | None
    threads: int
    time_limit: float | None
    written: Written | None
    native: NativeRun | None


def validate(
    shapes: ShapesGraph, engine: Engine, **options: Unpack[RunOptions]
) -> ValidationReport:
    """Validate the data of an engine against shapes (SHACL, section 3).

    Args:
        shapes: what `parse_shapes` returned.
        engine: the data.
        options: see `RunOptions`.

    Raises:
        QueryError: the engine cannot run a query, or the time is up.
        ShapesError: the shapes are too many to be written out as queries.
        NativeEngineError: `native` gives no answer that can be used.

    """
    return run_plan(compile_plan(shapes), shapes, engine, **options)


def run_plan(
    plan: Plan, shapes: ShapesGraph, engine: Engine, **options: Unpack[RunOptions]
) -> ValidationReport:
    """Run the queries of a plan; other parameters and errors are those of `validate`."""
    max_results, time_limit = options.get("max_results"), options.get("time_limit")
    written, native = options.get("written"), options.get("native")
    with_shapes = engine
    if any(query.uses_shapes_graph for query in plan.queries):
        triples = [skolem_triple(triple) for triple in shapes.triples]
        with_shapes = engine.with_graph(SHAPES_GRAPH, triples)

    def run(query: Query) -> tuple[list[ValidationResult], float]:
        start = time.perf_counter()
        results = results_of(
            query, with_shapes if query.uses_shapes_graph else engine, shapes.shapes
        )
        # One more than asked for shows that there are more.
        found = list(islice(results, max_results + 1 if max_results is not None else None))
        found.sort(key=_order)
        return found, time.perf_counter() - start

    numbers = [
        number
        for number, query in enumerate(plan.queries)
        if (written or query.kind != "as written")
        and (native is None or number not in native.queries)
    ]
    queries = [plan.queries[number] for number in numbers]
    outcomes: dict[int, tuple[list[ValidationResult], float]] = {}
    count = 0
    in_turn = in_order(run, queries, threads=options.get("threads", 2), seconds=time_limit)
    with closing(in_turn):
        for number, outcome in zip(numbers, in_turn, strict=False):
            outcomes[number] = outcome
            # What a query as written finds are candidates: most of them are as they should be.
            count += len(outcome[0]) if plan.queries[number].kind != "as written" else 0
            if max_results is not None and count > max_results:
                break
    literals = _literals(
        shapes, written, [each for found, _ in outcomes.values() for each in found]
    )
    if native is not None:
        outcomes |= _answered(native, shapes)
    results: list[ValidationResult] = []
    timings: list[Timing] = []
    for number, (found, seconds) in sorted(outcomes.items()):
        query = plan.queries[number]
        exact = found
        # A native engine keeps literals as the file has them.
        if literals is not None and (native is None or number not in native.queries):
            is_candidate = query.kind == "as written"
            exact = list(literals.mistyped(found) if is_candidate else literals.restored(found))
        results.extend(exact)
        timings.append(Timing(query.purpose, seconds, len(exact)))
    is_complete = max_results is None or len(results) <= max_results
    return ValidationReport(not results, tuple(results[:max_results]), tuple(timings), is_complete)


def _answered(
    native: NativeRun, shapes: ShapesGraph
) -> dict[int, tuple[list[ValidationResult], float]]:
    """Wait for what a native engine found; the time is that of all its queries, at the first."""
    results, seconds = native.results(shapes)
    first = min(results, default=0)
    return {
        number: (sorted(found, key=_order), seconds if number == first else 0.0)
        for number, found in results.items()
    }


def _literals(
    shapes: ShapesGraph, written: Written | None, results: list[ValidationResult]
) -> WrittenLiterals | None:
    """Read the literals of the files that results name; None if they name none."""
    concerned = [result for result in results if may_be_written_otherwise(result)]
    if written is None or not concerned:
        return None
    # The end of a longer path is a literal that some other subject has: then all are looked at.
    are_direct = all(
        result.statement[1] is not None and not isinstance(result.statement[0], Literal)
        for result in concerned
    )
    subjects = {result.statement[0] for result in concerned} if are_direct else None
    return WrittenLiterals(chain(written(subjects), shapes.triples))


def _order(result: ValidationResult) -> tuple[str, str, str]:
    return str(result.focus_node), str(result.value or ""), str(result.path or "")
