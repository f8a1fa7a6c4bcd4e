"""What is said of an entity: each statement with its source, or how it changed with time."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.as_of import last_day
from c4f_graph.contradictions import contradict
from c4f_graph.engine import Rows, Term, run_query
from c4f_graph.namespaces import C4F, DCTERMS, OWL, RDF, VOCAB, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from c4f_graph.engine import QuadStore

BELONGS = ("ofCluster", "ofCandidacy", "forPhase", "forProject", "subject")
"""The properties, by their local names in c4f:, that make one thing a part of another."""
_ISSUED = ox.NamedNode(f"{DCTERMS}issued")
_REGISTRY = f"{VOCAB}source-kind/registry"
_INTEGER = ox.NamedNode(f"{XSD}integer")
_SAID = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
PREFIX owl: <{OWL}>
PREFIX rdf: <{RDF}>
SELECT DISTINCT ?subject ?property ?value ?source ?date ?rank ?has_one_value WHERE {{
  {{
    ?subject ({"|".join(f"c4f:{name}" for name in BELONGS)})* ENTITY .
    GRAPH ?source {{ ?subject ?property ?value }}
  }} UNION {{
    GRAPH ?source {{ ?subject ?property ENTITY }}
    BIND(ENTITY AS ?value)
  }}
  OPTIONAL {{ GRAPH ?source {{ ?source dcterms:issued ?date }} }}
  OPTIONAL {{
    GRAPH ?source {{ ?source c4f:sourceKind ?kind }}
    OPTIONAL {{ ?kind c4f:trustRank ?rank }}
  }}
  BIND(EXISTS {{ ?property a owl:FunctionalProperty }} AS ?has_one_value)
  FILTER(?property != rdf:type)
  FILTER(!BOUND(?kind) || ?kind != <{_REGISTRY}>)
}}
"""


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement as one source makes it."""

    subject: Term
    predicate: Term
    value: Term
    source: Term
    date: Term | None
    rank: int
    has_one_value: bool

    @property
    def order(self) -> tuple[datetime.date, int, str, str]:
        """What is undated comes last; of one day, the most trusted source comes first."""
        day = last_day(self.date.value) if isinstance(self.date, ox.Literal) else None
        return (day or datetime.date.max, self.rank, str(self.source), str(self.value))


def statements_about(store: QuadStore, entity: ox.NamedNode) -> Rows:
    """Give each statement about an entity, and each that mentions it, with its source."""
    quads = [
        *store.quads_for_pattern(entity, None, None, None),
        *store.quads_for_pattern(None, None, entity, None),
    ]
    issued = {
        quad.subject: quad.object
        for quad in store.quads_for_pattern(None, _ISSUED, None, None)
        if quad.subject == quad.graph_name
    }
    rows = []
    for quad in quads:
        source = quad.graph_name
        if not isinstance(source, ox.DefaultGraph):
            rows.append((quad.subject, quad.predicate, quad.object, source, issued.get(source)))
    rows.sort(key=lambda row: (row[0] != entity, *map(str, row)))
    return Rows(("subject", "property", "value", "source", "issued"), list(rows))


def history_of(store: QuadStore, entity: ox.NamedNode) -> Rows:
    """Give what the sources said of an entity and of its parts, in the order of their dates.

    A row is a statement, with the source that said it first and how many say it. A property that
    has one true value gets a row each time that the next source gives another; `instead_of` is
    what was said until then, where the two contradict each other: a month does not contradict a
    day in it. What only undated sources say comes last. The registry, which makes no claims, is
    left out, and so are the classes.
    """
    answer = run_query(store, _SAID.replace("ENTITY", str(entity)), timeout=None, name="history")
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    by_property: dict[tuple[str, str], list[_Said]] = {}
    for said in map(_said, answer.rows):
        by_property.setdefault((str(said.subject), str(said.predicate)), []).append(said)
    found = []
    for group in by_property.values():
        group.sort(key=lambda said: said.order)
        changes = _changes(group) if group[0].has_one_value else _firsts(group)
        found += [(said, former, _sources(group, said)) for said, former in changes]
    found.sort(key=lambda row: (row[0].order[0], str(row[0].subject), str(row[0].predicate)))
    return Rows(
        ("date", "subject", "property", "value", "source", "sources", "instead_of"),
        [
            (
                said.date,
                said.subject,
                said.predicate,
                said.value,
                said.source,
                ox.Literal(str(sources), datatype=_INTEGER),
                former,
            )
            for said, former, sources in found
        ],
    )


def _said(row: Sequence[Term | None]) -> _Said:
    subject, predicate, value, source, date, rank, has_one_value = row
    if subject is None or predicate is None or value is None or source is None:
        raise AssertionError("a statement lacks a part")
    return _Said(
        subject,
        predicate,
        value,
        source,
        date,
        int(rank.value) if isinstance(rank, ox.Literal) else 99,
        isinstance(has_one_value, ox.Literal) and has_one_value.value == "true",
    )


def _firsts(group: Iterable[_Said]) -> Iterator[tuple[_Said, Term | None]]:
    """Yield each value as it was first said."""
    seen = set()
    for said in group:
        if said.value not in seen:
            seen.add(said.value)
            yield said, None


def _changes(group: Iterable[_Said]) -> Iterator[tuple[_Said, Term | None]]:
    """Yield each value that is not the one said before; undated sources only for what is new."""
    seen = set()
    current: Term | None = None
    for said in group:
        if said.date is None:
            if said.value not in seen:
                seen.add(said.value)
                yield said, None
        elif current is None or said.value != current:
            contradicts = current is not None and contradict(current, said.value)
            if contradicts or said.value not in seen:
                yield said, current if contradicts else None
            seen.add(said.value)
            current = said.value


def _sources(group: Iterable[_Said], wanted: _Said) -> int:
    return len({str(said.source) for said in group if said.value == wanted.value})
