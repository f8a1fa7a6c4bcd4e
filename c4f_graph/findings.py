"""What a check finds, whoever checks: a rule of the corpus or a SHACL shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyoxigraph as ox

    from c4f_graph.errors import Location
    from c4f_graph.rdf_files import Statement

SEVERITIES = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: what is wrong, with what, by which rule, and where it was written."""

    severity: str
    message: str
    focus_node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    path: str | None
    value: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None
    rule: str
    location: Location | None


def sort_key(finding: Finding) -> tuple[str, int, int, str, str, str]:
    """Order findings by file and line, then by severity, so that a report is the same each time."""
    location = finding.location
    return (
        str(location.path) if location else "",
        (location.line or 0) if location else 0,
        SEVERITIES.index(finding.severity),
        str(finding.focus_node),
        finding.message,
        str(finding.value),
    )


class StatementIndex:
    """Finds the file and line of a statement, also where the store has normalised its literal."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._by_subject: dict[object, list[Statement]] = {}
        for statement in statements:
            self._by_subject.setdefault(statement.quad.subject, []).append(statement)
        self._first: dict[object, dict[tuple[object, object], Statement]] = {}

    def subjects(self) -> Iterable[object]:
        """Give each subject once, in the order in which they came."""
        return self._by_subject.keys()

    def about(self, subject: object) -> Sequence[Statement]:
        """Give the statements about a subject, in their order."""
        return self._by_subject.get(subject, ())

    def find(
        self, subject: object, predicate: object = None, value: object = None
    ) -> Statement | None:
        """Give the statement, else the nearest: same subject and predicate, then same subject."""
        if subject not in self._by_subject:
            return None
        if subject not in self._first:
            # A node may have thousands of statements, and each of them a finding.
            self._first[subject] = _first_of_each(self._by_subject[subject])
        first = self._first[subject]
        known = predicate if (predicate, None) in first else None
        exact = first.get((known, value))
        return exact or first.get((known, _number(value))) or first[known, None]


def _first_of_each(about: list[Statement]) -> dict[tuple[object, object], Statement]:
    """Give the first statement by predicate and object, or its number; None stands for any."""
    first: dict[tuple[object, object], Statement] = {}
    for statement in about:
        value = statement.quad.object
        for predicate in (statement.quad.predicate, None):
            for wanted in (value, _number(value), None):
                first.setdefault((predicate, wanted), statement)
    return first


def _number(term: object) -> float | None:
    """Give a literal's number: a store may keep 15000000 where the file says 15000000.00."""
    try:
        return float(getattr(term, "value", ""))
    except ValueError:
        return None
