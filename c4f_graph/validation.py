"""Validate the corpus, files added to it, or any files against any shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.checks import run_checks
from c4f_graph.corpus import BASE, CorpusFile, corpus_files, read_corpus, shape_files, united
from c4f_graph.corpus_checks import check_corpus, check_terms
from c4f_graph.data_files import DataFiles
from c4f_graph.errors import Location, ShapesError
from c4f_graph.findings import SEVERITIES, Finding, StatementIndex, sort_key
from c4f_graph.large_files import NotAnsweredError, is_large, validate_large
from c4f_graph.namespaces import GRAPH, SH
from c4f_graph.rdf_files import Statement, read_statements
from c4f_graph.shacl import (
    OxigraphEngine,
    Plan,
    ShapeProblem,
    ValidationReport,
    ValidationResult,
    compile_plan,
    read_and_check,
    report_triples,
    run_plan,
)
from c4f_graph.shacl.messages import message_in
from c4f_graph.shacl.paths import path_sparql

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence, Set
    from pathlib import Path

    from c4f_graph.paths import CorpusPaths
    from c4f_graph.shacl.written import Written


@dataclass(frozen=True, slots=True)
class ValidationOptions:
    """How to validate.

    Attributes:
        threshold: the mildest severity with which the data does not conform.
        max_results: how many SHACL results to give at most; all where it is None.
        engine: `sparql`, which runs the shapes inside the store, or `pyshacl`, the reference.
        language: the language tag of the messages of findings; see `message_in`.
        time_limit: seconds after which `sparql` gives up; no limit where it is None.
    """

    threshold: str = "violation"
    max_results: int | None = None
    engine: str = "sparql"
    language: str = "en"
    time_limit: float | None = None


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validation found.

    Attributes:
        findings: all of them, ordered by file and line.
        threshold: the mildest severity with which the data does not conform.
        report: the SHACL results among them.
        notes: what is odd about the shapes, though they can be used.
        plan: the queries that were run; empty where another engine validated.
    """

    findings: list[Finding]
    threshold: str
    report: ValidationReport
    notes: list[str]
    plan: Plan

    @property
    def conforms(self) -> bool:
        """Tell whether no finding is as severe as the threshold, or more."""
        limit = SEVERITIES.index(self.threshold)
        return all(SEVERITIES.index(finding.severity) > limit for finding in self.findings)

    def triples(self) -> list[ox.Triple]:
        """Give the standard validation report (SHACL, section 3.6) of the SHACL results."""
        return report_triples(self.report)


def validate_corpus(
    corpus: CorpusPaths,
    additions: Sequence[Path] = (),
    *,
    private: bool = False,
    options: ValidationOptions | None = None,
) -> Validation:
    """Validate the corpus against its shapes and rules, together with files that may join it.

    Args:
        corpus: where the corpus is.
        additions: files checked as if they stood in `data/sources`.
        private: include `data/private`.
        options: as for `validate_statements`.

    Raises:
        InputError: a file that cannot be read.
        ShapesError: a shape that cannot be used.
    """
    files = corpus_files(corpus, private=private)
    present = {file.path.resolve() for file in files}
    for path in additions:
        if path.resolve() not in present:
            files.append(CorpusFile(path, ox.NamedNode(GRAPH + path.stem), "source"))
    statements = list(read_corpus(files))
    return validate_statements(corpus, files, statements, _union(statements), options)


def validate_statements(
    corpus: CorpusPaths,
    files: list[CorpusFile],
    statements: list[Statement],
    store: ox.Store,
    options: ValidationOptions | None = None,
) -> Validation:
    """Validate a corpus that is read and loaded already.

    Args:
        corpus: where the shapes are.
        files: its files.
        statements: their statements.
        store: a store whose default graph is their union.
        options: how to validate; by default, a violation means that the corpus does not conform.

    Raises:
        ShapesError: a shape that cannot be used.
    """
    index = StatementIndex(statements)
    # The store answers the checks while this thread reads the shapes and looks at the files.
    found = run_checks(corpus.checks, store, index)
    shapes = read_shapes(shape_files(corpus))
    findings = [
        *check_corpus(files, statements, index),
        *check_terms((s for s in shapes if _in_ontology(s)), index),
    ]
    options = options or ValidationOptions()

    def written(subjects: Set[object] | None) -> Iterator[ox.Quad]:
        for subject in index.subjects():
            if subjects is None or subject in subjects:
                yield from (statement.quad for statement in index.about(subject))

    outcome = _outcome(shapes, store, written, options)
    findings += found
    return _validation(findings, outcome, index, options)


def validate_files(
    paths: Sequence[Path], shapes_paths: Sequence[Path], options: ValidationOptions | None = None
) -> Validation:
    """Validate files against shapes, with nothing else added to either.

    Args:
        paths: the files.
        shapes_paths: the shapes.
        options: how to validate; by default, any result means that the data do not conform.

    Raises:
        InputError: a file that cannot be read.
        ShapesError: shapes that cannot be used.
    """
    options = options or ValidationOptions(threshold="info")
    data = DataFiles(paths, BASE)
    shapes = read_shapes(shapes_paths)
    outcome = _files_outcome(data, paths, shapes, options)
    if any(isinstance(result.statement[0], ox.BlankNode) for result in outcome.report.results):
        data.keep_lines()
        outcome = _outcome(shapes, data.store, data.statements, options)
    index = data.index({result.statement[0] for result in outcome.report.results})
    return _validation([], outcome, index, options)


def _union(statements: Iterable[Statement]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(united(statement.quad for statement in statements))
    return store


def read_shapes(paths: Sequence[Path]) -> list[Statement]:
    """Read shapes with their places.

    Raises:
        InputError: a file that cannot be read.
    """
    return [statement for path in paths for statement in read_statements(path, base=BASE)]


def _in_ontology(statement: Statement) -> bool:
    return isinstance(statement.quad.object, ox.NamedNode)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of running shapes."""

    notes: list[str]
    plan: Plan
    report: ValidationReport


def _files_outcome(
    data: DataFiles, paths: Sequence[Path], shapes: list[Statement], options: ValidationOptions
) -> _Outcome:
    """Run shapes on files: on a large one without loading all of it, if possible."""
    odd = []
    if options.engine == "sparql" and is_large(paths):
        quads = [statement.quad for statement in shapes]
        try:
            large = validate_large(data, paths[0], quads, time_limit=options.time_limit)
        except NotAnsweredError as reason:
            odd = [str(reason)] if reason.message else []
        else:
            # Which results are the first is for the store to say.
            if options.max_results is None or len(large.report.results) <= options.max_results:
                return _Outcome(shape_notes(shapes, large.problems), large.plan, large.report)
    outcome = _outcome(shapes, data.store, data.statements, options)
    return replace(outcome, notes=[*odd, *outcome.notes])


def _outcome(
    shapes: list[Statement],
    store: ox.Store,
    written: Written,
    options: ValidationOptions,
) -> _Outcome:
    """Run shapes inside a store."""
    engine = OxigraphEngine(store, is_union=False)
    quads = [statement.quad for statement in shapes]
    parsed, problems = read_and_check(quads, engine)
    notes = shape_notes(shapes, problems)
    if options.engine == "pyshacl":
        from c4f_graph.reference import validate_with_pyshacl

        return _Outcome(notes, Plan(()), validate_with_pyshacl(written(None), quads))
    plan = compile_plan(parsed)
    report = run_plan(
        plan,
        parsed,
        engine,
        max_results=options.max_results,
        time_limit=options.time_limit,
        written=written,
    )
    return _Outcome(notes, plan, report)


def _validation(
    findings: list[Finding],
    outcome: _Outcome,
    index: StatementIndex,
    options: ValidationOptions,
) -> Validation:
    results = outcome.report.results
    findings = [*findings, *(finding_of(result, index, options.language) for result in results)]
    return Validation(
        sorted(findings, key=sort_key),
        options.threshold,
        outcome.report,
        outcome.notes,
        outcome.plan,
    )


def shape_notes(shapes: list[Statement], problems: list[ShapeProblem]) -> list[str]:
    """Refuse shapes that would validate nothing, and give what is merely odd about them.

    Raises:
        ShapesError: at least one problem is fatal; the text has all of them, each with its place.
    """
    index = StatementIndex(shapes)
    told = []
    for problem in problems:
        statement = index.find(problem.node) if problem.node is not None else None
        for candidate in shapes if problem.term is not None else ():
            quad = candidate.quad
            if quad.subject == problem.node and problem.term in (quad.predicate, quad.object):
                statement = candidate
                break
        where = f"{Location(statement.path, statement.line)}: " if statement else ""
        told.append((problem.fatal, f"{where}{problem}"))
    fatal = [text for is_fatal, text in told if is_fatal]
    if fatal:
        raise ShapesError("\n".join(["these shapes cannot be used.", *fatal]))
    return [text for _, text in told]


def finding_of(result: ValidationResult, index: StatementIndex, language: str) -> Finding:
    """Make a finding of a SHACL result: its message in a language, its place by the index."""
    statement = index.find(*result.statement)
    return Finding(
        severity=_severity(result.severity),
        message=message_in(result.messages, language).value,
        focus_node=result.focus_node,
        path=path_sparql(result.path) if result.path is not None else None,
        value=result.value,
        rule=_rule(result),
        location=Location(statement.path, statement.line) if statement else None,
    )


def _severity(severity: ox.NamedNode) -> str:
    """Name a severity; one that the specification does not know counts as a violation."""
    name = severity.value.removeprefix(SH).lower()
    return name if name in SEVERITIES else "violation"


def _rule(result: ValidationResult) -> str:
    named = [result.source_shape, result.source_constraint_component]
    return " ".join(
        re.split("[#/]", node.value)[-1] for node in named if isinstance(node, ox.NamedNode)
    )
