"""The graph as of a day: what the sources that had come out until then said, and nothing else.

A registry says who and what exists and makes no claims. Of it, an as-of view has what those sources
mention: a cluster that nobody had spoken of yet is not there. Ontology and vocabularies only define
what words mean, and are there whole.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.corpus import BASE, united
from c4f_graph.engine import Rows, run_query
from c4f_graph.errors import ParameterError
from c4f_graph.namespaces import C4F, DCTERMS, VOCAB

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from c4f_graph.engine import QuadStore

_GRAPHS = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
SELECT ?graph (MAX(STR(?day)) AS ?issued) (MAX(STR(?of)) AS ?kind) WHERE {{
  {{ SELECT DISTINCT ?graph WHERE {{ GRAPH ?graph {{ ?subject ?property ?value }} }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?graph dcterms:issued ?day }} }}
  OPTIONAL {{ GRAPH ?graph {{ ?graph c4f:sourceKind ?of }} }}
}}
GROUP BY ?graph
ORDER BY ?graph
"""
_REGISTRY = f"{VOCAB}source-kind/registry"
_DEFINING = (f"{BASE}ontology", VOCAB)
_ISSUED = ox.NamedNode(f"{DCTERMS}issued")
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which graphs are in a view of a day, by their names, and how many are not.

    Attributes:
        day: the day.
        sources: those that had come out by the end of it.
        registries: those of which the view has what the sources mention.
        definitions: ontologies and vocabularies.
        later: how many sources came out later, or in a month or year that was not over.
        undated: how many graphs have no date, so that nobody can tell.
    """

    day: datetime.date
    sources: tuple[ox.NamedNode, ...]
    registries: tuple[ox.NamedNode, ...]
    definitions: tuple[ox.NamedNode, ...]
    later: int
    undated: int

    def __str__(self) -> str:
        """Say in one sentence what is in and what is not."""
        return (
            f"as of {self.day}: {len(self.sources):,} sources are in, {self.later:,} of a later "
            f"date or of a month or year not yet over are not, nor {self.undated:,} without a "
            "date; the registry only names what those sources mention."
        )


def parse_day(text: str) -> datetime.date:
    """Read a day, such as `2023-09-11`.

    Raises:
        ParameterError: it is none.
    """
    match = _DATE.fullmatch(text)
    try:
        if match is not None and match[3] is not None:
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise ParameterError(
        f'"{text}" is no day.', hint="Write it with year, month and day, as 2023-09-11."
    )


def last_day(text: str) -> datetime.date | None:
    """Give the last day of a date, a month or a year; None where it is none of them."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or _DECEMBER)
    try:
        first = datetime.date(year, month, 1)
        if match[3] is not None:
            return first.replace(day=int(match[3]))
        following = first.replace(day=28) + datetime.timedelta(days=4)
        return following - datetime.timedelta(days=following.day)
    except ValueError:
        return None


def graphs_as_of(store: QuadStore, day: datetime.date) -> AsOf:
    """Decide which graphs are in a view of a day.

    A source that is dated by a month or a year counts from its last day on: before, nobody can
    tell whether it was out.

    Raises:
        ParameterError: no source had come out by then (with the day of the first).
    """
    answer = run_query(store, _GRAPHS, timeout=None, name="as of")
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    sources, registries, definitions, days = [], [], [], []
    undated = 0
    for graph, issued, kind in answer.rows:
        if not isinstance(graph, ox.NamedNode):
            undated += 1
        elif graph.value.startswith(_DEFINING):
            definitions.append(graph)
        elif isinstance(kind, ox.Literal) and kind.value == _REGISTRY:
            registries.append(graph)
        elif not isinstance(issued, ox.Literal) or (out := last_day(issued.value)) is None:
            undated += 1
        else:
            days.append(out)
            if out <= day:
                sources.append(graph)
    if not sources:
        first = f"the first came out by {min(days)}" if days else "none of them has a date"
        raise ParameterError(
            f"no source had come out by {day}: {first}.", hint="Give a later day with --as-of."
        )
    return AsOf(
        day,
        tuple(sources),
        tuple(registries),
        tuple(definitions),
        len(days) - len(sources),
        undated,
    )


def view_as_of(store: QuadStore, view: AsOf) -> ox.Store:
    """Make a store in memory of what was known: a view's graphs, and their union.

    A registry's own date is left out of it: it says when its file was last changed, and would make
    the names in it later than the day.
    """
    quads = list(_statements(store, (*view.definitions, *view.sources)))
    known: set[object] = {
        node
        for quad in quads
        for node in (quad.subject, quad.object)
        if isinstance(node, ox.NamedNode | ox.BlankNode)
    }
    quads += _mentioned(store, view.registries, known)
    result = ox.Store()
    result.bulk_extend(united(quads))
    return result


def _mentioned(
    store: QuadStore, registries: tuple[ox.NamedNode, ...], known: set[object]
) -> Iterator[ox.Quad]:
    """Yield what registries say of known things, of what that mentions in turn, and of themselves.

    An actor's city is known because the actor is, and so is its Land.
    """
    about: dict[object, list[ox.Quad]] = {}
    for quad in _statements(store, registries):
        if quad.subject == quad.graph_name:
            if quad.predicate != _ISSUED:
                yield quad
                known.add(quad.object)
        else:
            about.setdefault(quad.subject, []).append(quad)
    waiting = [subject for subject in about if subject in known]
    while waiting:
        for quad in about.pop(waiting.pop(), ()):
            yield quad
            if quad.object in about:
                waiting.append(quad.object)


def _statements(store: QuadStore, graphs: Iterable[ox.NamedNode]) -> Iterator[ox.Quad]:
    for graph in graphs:
        yield from store.quads_for_pattern(None, None, None, graph)
