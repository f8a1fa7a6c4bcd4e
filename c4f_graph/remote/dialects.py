"""What may differ between engines that answer SPARQL, and how one that keeps to the standards does.

Those that do not have a module of their own, named after the engine; `engines` lists them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

from c4f_graph.sparql_text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from c4f_graph.sparql_tokens import Token

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
TURTLE = "text/turtle"
# Graphs of this name are no sources: they keep the books of `c4f push`.
OWN = "urn:c4f:"
# How variables begin that only a dialect has put into a query.
HIDDEN = "c4f_hidden_"
# The merge of all named graphs, for an engine that has no default graph of its own.
UNION = f"{OWN}union"


class Body(Protocol):
    """What is read of an answer, a piece at a time."""

    def read(self, size: int = -1, /) -> bytes:
        """Give a piece, or nothing at the end."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """An engine that keeps to the standards, and what is not standard about the addresses.

    Attributes:
        name: what the engine is called.
        update_path: the update address beside the query address; None where it is not known.
        graph_store_path: the same of the graph store's.
        rows_as: the media type of rows to ask for.
        triples_as: the media type of triples to ask for.
        keeps_union: the merge of all graphs is kept as a graph of its own.
        switches_at_once: an update of many operations is one transaction.
        takes_datasets: the graph store takes N-Quads, where no graph is named.
        bulk_parameter: a parameter of the graph store's address, with which what is sent is loaded
            at once, whole or not at all, without the memory of a transaction; None without one.
        adds_graphs: an ADD is one transaction however large the graph, while an INSERT is not.
        connections: how many may send at once without being in one another's way.
        merges_values: two literals of the same value may become one.
    """

    name: str = "an endpoint"
    update_path: str | None = None
    graph_store_path: str | None = None
    rows_as: str = JSON
    triples_as: str = N_TRIPLES
    keeps_union: bool = False
    switches_at_once: bool = False
    takes_datasets: bool = False
    bulk_parameter: str | None = None
    adds_graphs: bool = False
    connections: int = 4
    merges_values: bool = False

    def query_text(self, text: str) -> str:
        """Put a query as this engine understands it, with our own graphs out of its sight."""
        return hiding(text, "!STRSTARTS(STR(?{graph}), '" + OWN + "')")

    def parameters(self) -> Mapping[str, str]:
        """Give what a query request carries besides the query."""
        return {}

    def body(self, answer: Body) -> Body:
        """Give an answer's body as a parser can take it."""
        return answer

    def row_limit(self, headers: Mapping[str, str]) -> int | None:
        """Give the number of rows after which the engine cuts an answer off, if it says so."""
        del headers
        return None

    def beside(self, query_address: str, path: str | None) -> str | None:
        """Give another address of the same server."""
        if path is None:
            return None
        parts = urlsplit(query_address)
        stem = parts.path.rpartition("/")[0]
        return urlunsplit((parts.scheme, parts.netloc, stem + path, "", ""))


def hiding(text: str, condition: str) -> str:
    """Add a condition on the variable after each `GRAPH ?variable { … }` of a query."""
    stream = tokens(text)
    added = [
        (end, f" FILTER({condition.format(graph=stream[index].variable)})")
        for index, end in graph_groups(stream)
        if stream[index].variable
    ]
    return changed(text, [(end, end, addition) for end, addition in added])


def graph_groups(stream: list[Token]) -> Iterator[tuple[int, int]]:
    """Find each `GRAPH name { … }`: the place of its name among the tokens, and where it ends."""
    for index, token in enumerate(stream[:-2]):
        if token.keyword == "GRAPH" and stream[index + 2].text == "{":
            yield index + 1, stream[end_of_group(stream, index + 2)].offset + 1


def end_of_group(stream: list[Token], opening: int) -> int:
    """Find the brace that closes a group, by its place among the tokens of a well-formed query."""
    depth = 0
    for index in range(opening, len(stream)):
        depth += (stream[index].text == "{") - (stream[index].text == "}")
        if depth == 0:
            return index
    raise AssertionError("a query is parsed before it is rewritten")


def changed(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """Put texts in the place of parts of a text; each part by its start and its end."""
    for start, end, addition in sorted(changes, reverse=True):
        text = text[:start] + addition + text[end:]
    return text
