"""Find the property that a person means: by its local name, its label, or its IRI."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.entities import fold
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import OWL, PREFIXES, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from c4f_graph.engine import QuadStore

_OF_SUBJECT = "SELECT DISTINCT ?property WHERE {{ {} ?property ?value }}"
_DECLARED = f"""
PREFIX owl: <{OWL}>
PREFIX rdf: <{RDF}>
PREFIX rdfs: <{RDFS}>
PREFIX skos: <{SKOS}>
SELECT DISTINCT ?property ?label WHERE {{
  VALUES ?kind {{ owl:DatatypeProperty owl:ObjectProperty owl:AnnotationProperty rdf:Property }}
  ?property a ?kind
  OPTIONAL {{ ?property rdfs:label|skos:altLabel ?label }}
}}
"""
_SUGGESTIONS = 3


def properties_of(store: QuadStore, subject: ox.NamedNode) -> list[ox.NamedNode]:
    """List the properties that something is said to have, in order of their names."""
    rows = _rows(store, _OF_SUBJECT.format(subject))
    found = {row[0] for row in rows if isinstance(row[0], ox.NamedNode)}
    return sorted(found, key=lambda node: node.value)


def find_property(store: QuadStore, name: str, subject: ox.NamedNode) -> ox.NamedNode:
    """Find the one property that a person means.

    Args:
        store: where to look.
        name: an IRI, `c4f:budgetEUR`, `budgetEUR`, or a label in any language.
        subject: where several properties are called so, those that it has are meant.

    Raises:
        ParameterError: nothing is called that (with the nearest names), or several properties are.
    """
    own = properties_of(store, subject)
    wanted = fold(name)
    meant: dict[str, set[ox.NamedNode]] = {}
    shown: dict[str, str] = {}
    for node, text in _named(store, own):
        if name.strip("<>") in {node.value, compact(node)}:
            return node
        meant.setdefault(fold(text), set()).add(node)
        shown.setdefault(fold(text), text)
    found = meant.get(wanted, set())
    found = found & set(own) or found
    if len(found) == 1:
        return next(iter(found))
    if found:
        choices = ", ".join(sorted(map(compact, found)))
        raise ParameterError(
            f'several properties are called "{name}": {choices}.', hint="Name one of these."
        )
    near = difflib.get_close_matches(wanted, shown, n=_SUGGESTIONS)
    names = ", ".join(shown[key] for key in near)
    raise ParameterError(
        f'no property is called "{name}".',
        hint=f"Did you mean {names}?" if near else f"It has {', '.join(map(compact, own))}.",
    )


def compact(node: ox.NamedNode) -> str:
    """Write an IRI with its prefix, where it has one of the project's."""
    for prefix, namespace in PREFIXES.items():
        if node.value.startswith(namespace):
            return f"{prefix}:{node.value.removeprefix(namespace)}"
    return node.value


def _named(store: QuadStore, own: list[ox.NamedNode]) -> Iterator[tuple[ox.NamedNode, str]]:
    labels = [
        (node, label.value if isinstance(label, ox.Literal) else "")
        for node, label in _rows(store, _DECLARED)
        if isinstance(node, ox.NamedNode)
    ]
    for node in dict.fromkeys([*own, *(node for node, _ in labels)]):
        yield node, compact(node).rpartition(":")[2].rpartition("/")[2]
    for node, label in labels:
        if label:
            yield node, label


def _rows(store: QuadStore, query: str) -> list[tuple[object, ...]]:
    answer = run_query(store, query)
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    return [*answer.rows]
