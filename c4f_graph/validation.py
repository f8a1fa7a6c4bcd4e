"""What every validation has in common: options, shapes and what is odd about them, the outcome."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE
from c4f_graph.errors import Location, ShapesError
from c4f_graph.findings import SEVERITIES, Finding, StatementIndex, sort_key
from c4f_graph.namespaces import SH
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
    from collections.abc import Sequence
    from pathlib import Path

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


def read_shapes(paths: Sequence[Path]) -> list[Statement]:
    """Read shapes with their places.

    Raises:
        InputError: a file that cannot be read.
    """
    return [statement for path in paths for statement in read_statements(path, base=BASE)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of running shapes: what is odd about them, the queries, and the report."""

    notes: list[str]
    plan: Plan
    report: ValidationReport


def run_shapes(
    shapes: list[Statement],
    store: ox.Store,
    written: Written,
    options: ValidationOptions,
) -> Outcome:
    """Run shapes inside a store.

    Args:
        shapes: the shapes with their places.
        store: the data are its default graph.
        written: the data as its files write them; see `run_plan`.
        options: how to validate.

    Raises:
        ShapesError: a shape that cannot be used.
        QueryError: out of time.
    """
    engine = OxigraphEngine(store, is_union=False)
    quads = [statement.quad for statement in shapes]
    parsed, problems = read_and_check(quads, engine)
    notes = shape_notes(shapes, problems)
    if options.engine == "pyshacl":
        from c4f_graph.reference import validate_with_pyshacl

        return Outcome(notes, Plan(()), validate_with_pyshacl(written(None), quads))
    plan = compile_plan(parsed)
    report = run_plan(
        plan,
        parsed,
        engine,
        max_results=options.max_results,
        time_limit=options.time_limit,
        written=written,
    )
    return Outcome(notes, plan, report)


def validation_of(
    findings: Sequence[Finding],
    outcome: Outcome,
    index: StatementIndex,
    options: ValidationOptions,
) -> Validation:
    """Put together what was found.

    Args:
        findings: what others than shapes found.
        outcome: what shapes found.
        index: finds the place of each result.
        options: how it was validated.
    """
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
