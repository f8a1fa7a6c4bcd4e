"""What the pages know of one edition of the graph: found out once, and kept as long as it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from c4f_graph.engine import Rows
from c4f_graph.evidence.trust import TrustOrder
from c4f_graph.namespaces import C4F, DCTERMS
from c4f_graph.web.names import Names

if TYPE_CHECKING:
    from c4f_graph.engine import Term
    from c4f_graph.graph import ProgrammeGraph

TIMEOUT = 10.0
"""Seconds that a query for a page may take."""
_SOURCES = f"""
SELECT ?source ?publisher ?title ?kind WHERE {{
  ?source a <{C4F}Source> ; <{DCTERMS}publisher> ?publisher ; <{DCTERMS}title> ?title
  OPTIONAL {{ ?source <{C4F}sourceKind> ?kind }}
}}
ORDER BY ?source ?publisher ?title
"""
_PAGES_KEPT = 200


@dataclass(frozen=True, slots=True)
class SourceNote:
    """What a link to a source says: who published it, and when."""

    iri: str
    publisher: str
    title: str
    issued: str


class Edition:
    """Names, sources and conflicts of one edition, and the pages that were made of it."""

    def __init__(self, graph: ProgrammeGraph) -> None:
        self.names = Names(graph.store)
        self.trust = TrustOrder(graph.store)
        answer = graph.ask("conflicting-statements", timeout=None)
        self.conflicts = (
            {(str(row[0]), str(row[1])) for row in answer.rows}
            if isinstance(answer, Rows)
            else set()
        )
        self._notes = {
            row[0]: (row[1], row[2]) for row in reversed(rows(graph, _SOURCES)) if row[0]
        }
        self._pages: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def is_disputed(self, subject: Term, about: Term) -> bool:
        """Tell whether sources disagree about a property of a thing."""
        return (str(subject), str(about)) in self.conflicts

    def note(self, source: str, code: str) -> SourceNote:
        """Give what a link to a source says, in a language."""
        node = ox.NamedNode(source)
        publisher, title = self._notes.get(node, (None, None))
        return SourceNote(
            source,
            self.names.short((publisher or node).value, code),  # type: ignore[union-attr]
            title.value if isinstance(title, ox.Literal) else "",
            self.trust.issued(node),
        )

    def notes(self, sources: set[str], code: str) -> list[SourceNote]:
        """Give the notes of sources, the most trusted first."""
        ordered = self.trust.sort(ox.NamedNode(source) for source in sources)
        return [self.note(source.value, code) for source in ordered]

    def kept(self, key: tuple[str, ...]) -> bytes | None:
        """Give a page that was made before."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, key: tuple[str, ...], page: bytes) -> None:
        """Keep a page; the one that was asked for least recently makes room."""
        with self._lock:
            self._pages[key] = page
            if len(self._pages) > _PAGES_KEPT:
                self._pages.popitem(last=False)


_known: WeakKeyDictionary[ProgrammeGraph, Edition] = WeakKeyDictionary()
_making = threading.Lock()


def edition_of(graph: ProgrammeGraph) -> Edition:
    """Give what is known of a graph; the first time for a graph takes half a second."""
    with _making:
        known = _known.get(graph)
        if known is None:
            known = _known[graph] = Edition(graph)
        return known


def rows(
    graph: ProgrammeGraph, query: str, bindings: dict[str, Term] | None = None
) -> list[tuple[Term | None, ...]]:
    """Give the rows of a query for a page.

    Raises:
        QueryError: no answer in time.
    """
    answer = graph.query(query, bindings, timeout=TIMEOUT)
    return answer.rows if isinstance(answer, Rows) else []
