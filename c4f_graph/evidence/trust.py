"""The trust order over sources, which is data: the rank of a source's kind, then the newer date."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import pyoxigraph as ox

from c4f_graph.engine import Rows, run_query
from c4f_graph.namespaces import C4F, DCTERMS, GRAPH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.engine import QuadStore, Term

GraphName: TypeAlias = ox.NamedNode | ox.BlankNode
UNRANKED = 89
"""The rank of what has none: the questions of the corpus count it so too."""
_BASE = "https://w3id.org/c4f/"
_SOURCES = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
SELECT ?source (MIN(?rank) AS ?first) (MAX(STR(?issued)) AS ?newest) WHERE {{
  ?source a c4f:Source
  OPTIONAL {{ ?source c4f:sourceKind/c4f:trustRank ?rank }}
  OPTIONAL {{ ?source dcterms:issued ?issued }}
}}
GROUP BY ?source
"""


class TrustOrder:
    """Sorts sources: the most trusted kind first, of one kind the newest, then by name."""

    def __init__(self, store: QuadStore) -> None:
        answer = run_query(store, _SOURCES)
        rows = answer.rows if isinstance(answer, Rows) else []
        self._about = {row[0]: (_number(row[1]), _text(row[2])) for row in rows}

    def rank(self, source: Term) -> int:
        """Give the rank of a source's kind, 1 for the most trusted."""
        return self._about.get(source, (UNRANKED, ""))[0]

    def issued(self, source: Term) -> str:
        """Give the date of a source, as exact as it is known; empty where it is not."""
        return self._about.get(source, (UNRANKED, ""))[1]

    def sort(self, sources: Iterable[GraphName]) -> tuple[GraphName, ...]:
        """Put sources in order."""
        by_name = sorted(sources, key=lambda source: source.value)
        newest_first = sorted(by_name, key=self.issued, reverse=True)
        return tuple(sorted(newest_first, key=self.rank))


def slug(source: GraphName) -> str:
    """Give the short name of a named graph, such as that of a source's file."""
    return source.value.removeprefix(GRAPH).removeprefix(_BASE)


def _number(term: Term | None) -> int:
    return int(term.value) if isinstance(term, ox.Literal) else UNRANKED


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, ox.Literal) else ""
