"""Validate a graph where it is: shapes and checks run inside the store, here or on a server."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.checks import run_checks
from c4f_graph.corpus import shape_files
from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import EndpointError, Location
from c4f_graph.findings import Finding, StatementIndex, sort_key
from c4f_graph.rdf_files import Statement
from c4f_graph.shacl import OxigraphEngine, compile_plan, read_and_check, run_plan
from c4f_graph.validation import (
    Validation,
    ValidationOptions,
    finding_of,
    read_shapes,
    shape_notes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from c4f_graph.engine import Answer, QuadStore
    from c4f_graph.paths import CorpusPaths
    from c4f_graph.remote.shacl_engine import RemoteEngine

# Subjects in one query: some 100 kB of text.
_AT_ONCE = 1000


def validate_store(
    store: QuadStore,
    corpus: CorpusPaths,
    shapes_paths: Sequence[Path] = (),
    options: ValidationOptions | None = None,
) -> Validation:
    """Validate what a store holds, without taking the data out of it.

    Files are unknown here: a finding names the graph that says what it is about, and the rules
    about files, such as where a statement must stand, are not applied.

    Args:
        store: the store; its default graph is the union of its named graphs.
        corpus: where the shapes and saved checks are.
        shapes_paths: validate against these shapes alone, without the saved checks.
        options: how to validate; `engine` is always `sparql`.

    Raises:
        InputError, ShapesError: shapes or checks that cannot be read or used.
        QueryError: a query that the store cannot run, or out of time.
        EndpointError: a server that cannot be reached, or does not answer as it should.
    """
    options = options or ValidationOptions()
    nowhere = StatementIndex([])
    shapes = read_shapes(shapes_paths or shape_files(corpus))
    engine = _engine(store)

    def ask(store: QuadStore, text: str, *, name: str) -> Answer:
        try:
            return run_query(store, text, name=name)
        except EndpointError as error:
            if isinstance(engine, OxigraphEngine) or not engine.takes_over(text, error):
                raise
            return run_query(engine.pulled(), text, name=name)

    found = [] if shapes_paths else list(run_checks(corpus.checks, store, nowhere, ask=ask))
    parsed, problems = read_and_check([statement.quad for statement in shapes], engine)
    notes = shape_notes(shapes, problems)
    plan = compile_plan(parsed)
    if any(query.uses_shapes_graph for query in plan.queries):
        notes.append("some queries read the shapes graph: they ran on a copy of the data, here.")
    report = run_plan(
        plan, parsed, engine, max_results=options.max_results, time_limit=options.time_limit
    )
    refused = {} if isinstance(engine, OxigraphEngine) else engine.refused
    if refused:
        notes.append(
            f"the server could not run {len(refused)} of the queries: they ran on "
            f"a copy of the data, here. The first: {next(iter(refused.values()))}"
        )
    about: list[tuple[Finding, tuple[object, ...]]] = [
        (finding, _about(finding)) for finding in found
    ]
    about += [
        (finding_of(result, nowhere, options.language), result.statement)
        for result in report.results
    ]
    index = StatementIndex(_statements(store, {terms[0] for _, terms in about}))
    findings = []
    for finding, terms in about:
        statement = index.find(*terms)
        location = Location(statement.path) if statement else None
        findings.append(replace(finding, location=location))
    return Validation(sorted(findings, key=sort_key), options.threshold, report, notes, plan)


def _engine(store: QuadStore) -> OxigraphEngine | RemoteEngine:
    if isinstance(store, ox.Store):
        return OxigraphEngine(store, is_union=False)
    from c4f_graph.remote.shacl_engine import RemoteEngine

    return RemoteEngine(store)


def _about(finding: Finding) -> tuple[object, object]:
    return finding.focus_node, ox.NamedNode(finding.path) if finding.path else None


def _statements(store: QuadStore, subjects: set[object]) -> Iterator[Statement]:
    """Give what is said of subjects, each with its graph in place of a file, first the first graph.

    A blank node has no name that a query could ask for.
    """
    named = sorted(str(subject) for subject in subjects if isinstance(subject, ox.NamedNode))
    for start in range(0, len(named), _AT_ONCE):
        some = named[start : start + _AT_ONCE]
        answer = run_query(
            store,
            f"SELECT DISTINCT ?s ?p ?o ?g WHERE {{ VALUES ?s {{ {' '.join(some)} }} "
            "GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p",
            name="where findings stand",
        )
        if not isinstance(answer, Rows):
            raise AssertionError("a SELECT query gives rows")
        for s, p, o, g in answer.rows:
            if isinstance(g, ox.NamedNode):
                yield Statement(ox.Quad(s, p, o, g), g.value, None)  # type: ignore[arg-type]
