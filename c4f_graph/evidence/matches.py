"""What a rewritten query tells of its patterns, and the evidence that comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from c4f_graph.evidence.model import OURS, Exists, Path, Select

if TYPE_CHECKING:
    import pyoxigraph as ox

    from c4f_graph.engine import Term

CONTEXT = f"?{OURS}graph"


@dataclass(frozen=True, slots=True)
class MatchedTriple:
    """A pattern, and the markers that are bound where it was matched. Terms are SPARQL text."""

    markers: tuple[str, ...]
    subject: str
    predicate: str
    object: str
    graph: str | None


@dataclass(frozen=True, slots=True)
class MatchedWalk:
    """A path with `?`, `*` or `+`, whose steps are found afterwards."""

    markers: tuple[str, ...]
    subject: str
    path: Path
    object: str
    graph: str | None


@dataclass(frozen=True, slots=True)
class MatchedGraph:
    """GRAPH with a variable: that there is a graph."""

    markers: tuple[str, ...]
    graph: str


@dataclass(frozen=True, slots=True)
class MatchedSelect:
    """A row of a subselect, by the texts of its columns."""

    markers: tuple[str, ...]
    select: Select
    columns: tuple[str, ...]
    graph: str | None


@dataclass(frozen=True, slots=True)
class MatchedExists:
    """A FILTER EXISTS: its marker must be bound, else the rewriting was not the same."""

    markers: tuple[str, ...]
    marker: str
    exists: Exists


Match: TypeAlias = MatchedTriple | MatchedWalk | MatchedGraph | MatchedSelect | MatchedExists


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A query that returns what was matched."""

    text: str
    matches: list[Match]
    names: tuple[str, ...]
    """The variables by which its solutions are put together, without marks."""


def terms(match: Match) -> list[str]:
    """Give the texts of the terms that tell of a match, without its markers."""
    match match:
        case MatchedTriple(_, subject, predicate, value, graph):
            texts = [subject, predicate, value, graph]
        case MatchedWalk(_, subject, _, value, graph):
            texts = [subject, value, graph]
        case MatchedGraph(_, graph):
            texts = [graph]
        case MatchedSelect(_, _, columns, graph):
            texts = [*columns, graph]
        case MatchedExists(_, marker):
            texts = [marker]
    return [text for text in texts if text]


class Statement(NamedTuple):
    """A triple, and its graph where the query names it."""

    subject: ox.NamedNode | ox.BlankNode
    predicate: ox.NamedNode
    object: Term
    graph: ox.NamedNode | ox.BlankNode | None


class Existence(NamedTuple):
    """That a graph is there, or that a node is mentioned in one: what a path of no steps needs."""

    graph: ox.NamedNode | ox.BlankNode | None
    node: Term | None = None


Evidence: TypeAlias = Statement | Existence
