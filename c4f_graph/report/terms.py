"""How a report names things and sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.engine import Rows
from c4f_graph.export.names import compact, plain
from c4f_graph.export.tables import Names
from c4f_graph.namespaces import C4F, DCTERMS, RDFS, VOCAB
from c4f_graph.report.document import Text

if TYPE_CHECKING:
    from c4f_graph.engine import Answer, Term
    from c4f_graph.graph import ProgrammeGraph

_SOURCES = f"""
PREFIX c4f: <{C4F}>
PREFIX dcterms: <{DCTERMS}>
SELECT ?source (MAX(STR(?issued)) AS ?date) (MAX(STR(?looked)) AS ?consulted)
       (MIN(STR(?url)) AS ?address) WHERE {{
  ?source a c4f:Source
  FILTER NOT EXISTS {{ ?source c4f:sourceKind <{VOCAB}source-kind/registry> }}
  OPTIONAL {{ ?source dcterms:issued ?issued }}
  OPTIONAL {{ ?source c4f:consulted ?looked }}
  OPTIONAL {{ ?source c4f:documentURL ?url }}
}}
GROUP BY ?source
ORDER BY ?source
"""
_LABEL = ox.NamedNode(f"{RDFS}label")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """When a source came out and was looked at, and where it stands; empty where unknown."""

    name: str
    date: str
    consulted: str
    address: str


class Terms:
    """Names terms as the tables of the command do, and knows the sources.

    A registry makes no claims, and its date says only when its file was changed: it is not among
    them.
    """

    def __init__(self, graph: ProgrammeGraph) -> None:
        self._store = graph.store
        self._names = Names(graph.store, with_labels=True)
        self.sources: dict[Term | None, SourceFacts] = {
            source: SourceFacts(compact(plain(source)), plain(date), plain(looked), plain(address))
            for source, date, looked, address in rows(graph.query(_SOURCES, name="sources"))
        }

    def show(self, term: Term | None) -> str:
        """Give the text for a term."""
        return self._names.show(term)

    def class_name(self, term: Term | None) -> str:
        """Give the English label of a class, or what `show` gives."""
        if isinstance(term, ox.NamedNode):
            for quad in self._store.quads_for_pattern(term, _LABEL, None, None):
                if isinstance(quad.object, ox.Literal) and quad.object.language == "en":
                    return quad.object.value
        return self.show(term)

    def source(self, term: Term | None) -> Text:
        """Give the name of a source with its date, and the address of the document."""
        facts = self.sources.get(term)
        if facts is None:
            return Text(self.show(term))
        # The names of most sources end with the date.
        day = f" ({facts.date})" if facts.date and not facts.name.endswith(facts.date) else ""
        is_web = facts.address.startswith(("https://", "http://"))
        return Text(facts.name + day, facts.address if is_web else "")


def rows(answer: Answer) -> list[tuple[Term | None, ...]]:
    """Give the rows of a SELECT query's answer."""
    if not isinstance(answer, Rows):
        raise AssertionError("a SELECT query did not give rows")
    return answer.rows


def count(number: int, noun: str) -> str:
    """Write a number with a noun."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int, noun: str) -> str:
    """Give a noun in the form that goes with a number."""
    return noun if number == 1 else f"{noun}s"
