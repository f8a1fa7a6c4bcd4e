"""What engines do differently, in one place. An engine is known by the `Server` header it sends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

from c4f_graph.errors import QueryError
from c4f_graph.namespaces import RDF
from c4f_graph.sparql_text import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    merges_values: bool = False

    def query_text(self, text: str) -> str:
        """Put a query as this engine understands it, with our own graphs out of its sight."""
        return _hiding(text, "!STRSTARTS(STR(?{graph}), '" + OWN + "')")

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


class Virtuoso(Dialect):
    """OpenLink Virtuoso 7.

    - Its default graph is all graphs without merging: a triple stated by 60 sources matches 60
      times. So the merge is kept as a graph of its own, which queries name as their default graph
      and do not see among the named ones. Where a default graph is named, `GRAPH <name>` finds
      nothing, but `GRAPH ?graph` does.
    - A group of VALUES alone is empty to it where it is part of a UNION, but not with a filter.
    - The datatype of a text with a language is xsd:string for it, and `sameTerm` with a text that
      has none is false for those that were loaded, so both are written in other words.
    - JSON writes booleans as 0 and 1; XML does not, but its blank node labels begin with `nodeID:`.
    - An answer longer than its `ResultSetMaxRows` is cut off, which only a header tells.
    """

    def query_text(self, text: str) -> str:
        """Keep the engine's own graphs out of sight as well, and name graphs in filters."""
        listed = ", ".join(f"<{graph}>" for graph in _VIRTUOSO_OWN)
        hiding = _hiding(Dialect.query_text(self, text), "?{graph} NOT IN (" + listed + ")")
        return _keeping_values(_comparing_texts(_telling_languages(_naming_by_filter(hiding))))

    def parameters(self) -> Mapping[str, str]:
        """Name the merge as the default graph."""
        return {"default-graph-uri": UNION}

    def body(self, answer: Body) -> Body:
        """Make blank node labels well-formed. In a text, `<` would be written `&lt;`."""
        return _Replacing(answer, b"<bnode>nodeID://", b"<bnode>")

    def row_limit(self, headers: Mapping[str, str]) -> int | None:
        """Read the limit that the engine applied."""
        limit = headers.get("X-SPARQL-MaxRows", "")
        return int(limit) if limit.isdigit() else None


_VIRTUOSO_OWN = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/ns/ldp#",
    "http://localuriqaserver/sparql",
)
_ENGINES = (
    (
        re.compile(r"^oxigraph", re.IGNORECASE),
        Dialect(
            "Oxigraph",
            update_path="/update",
            graph_store_path="/store",
            switches_at_once=True,
            takes_datasets=True,
        ),
    ),
    (
        re.compile(r"^virtuoso", re.IGNORECASE),
        Virtuoso(
            "Virtuoso",
            update_path="/sparql-auth",
            graph_store_path="/sparql-graph-crud-auth",
            rows_as=XML,
            triples_as=TURTLE,
            keeps_union=True,
            merges_values=True,
        ),
    ),
)


class _Replacing:
    """A body with one mark replaced by another, also where two pieces share it."""

    def __init__(self, body: Body, mark: bytes, other: bytes) -> None:
        self._body = body
        self._mark = mark
        self._other = other
        self._held = b""

    def read(self, size: int = -1, /) -> bytes:
        while True:
            piece = self._body.read(size)
            text = (self._held + piece).replace(self._mark, self._other)
            if not piece:
                self._held = b""
                return text
            keep = _overlap(text, self._mark)
            self._held = text[len(text) - keep :]
            if len(text) > keep:
                return text[: len(text) - keep]


def _overlap(text: bytes, mark: bytes) -> int:
    """Count the bytes at a text's end with which a mark may begin."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)


def dialect_of(server: str) -> Dialect:
    """Recognise an engine by the text of its `Server` header."""
    for pattern, dialect in _ENGINES:
        if pattern.match(server):
            return dialect
    return Dialect()


def _hiding(text: str, condition: str) -> str:
    """Add a condition on the variable after each `GRAPH ?variable { … }` of a query."""
    stream = tokens(text)
    added = [
        (end, f" FILTER({condition.format(graph=stream[index].variable)})")
        for index, end in _graph_groups(stream)
        if stream[index].variable
    ]
    return _inserted(text, [(end, end, addition) for end, addition in added])


def _naming_by_filter(text: str) -> str:
    """Write `GRAPH <name> { … }` as `GRAPH ?hidden { … } FILTER(?hidden = <name>)`."""
    stream = tokens(text)
    changes = []
    for index, end in _graph_groups(stream):
        graph = stream[index]
        if not graph.variable:
            variable = f"?{HIDDEN}{index}"
            changes.append((graph.offset, graph.offset + len(graph.text), variable))
            changes.append((end, end, f" FILTER({variable} = {graph.text})"))
    return _inserted(text, changes)


def _telling_languages(text: str) -> str:
    """Write `DATATYPE(?x)` so that it is rdf:langString where there is a language."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[:-3]):
        variable = stream[index + 2]
        if token.keyword == "DATATYPE" and variable.variable and stream[index + 3].text == ")":
            name = variable.text
            told = f"IF(LANG({name}) != '', <{RDF}langString>, DATATYPE({name}))"
            changes.append((token.offset, stream[index + 3].offset + 1, told))
    return _inserted(text, changes)


def _comparing_texts(text: str) -> str:
    """Write `sameTerm(?x, "text")`, of a text without a language, by `=`."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[:-5]):
        variable, _, value, closing = stream[index + 2 : index + 6]
        if (
            token.keyword == "SAMETERM"
            and variable.variable
            and value.text[0] in "\"'"
            and closing.text == ")"
        ):
            same = (
                f"(isLiteral({variable.text}) && LANG({variable.text}) = '' && "
                f"STR({variable.text}) = {value.text})"
            )
            changes.append((token.offset, closing.offset + 1, same))
    return _inserted(text, changes)


def _keeping_values(text: str) -> str:
    """Write `{ VALUES … { … } }` with a filter that is always true."""
    stream = tokens(text)
    changes = []
    for index, token in enumerate(stream[1:], 1):
        if token.keyword == "VALUES" and stream[index - 1].text == "{":
            opening = next(n for n in range(index, len(stream)) if stream[n].text == "{")
            closing = next(n for n in range(opening, len(stream)) if stream[n].text == "}")
            if closing + 1 < len(stream) and stream[closing + 1].text == "}":
                end = stream[closing].offset + 1
                changes.append((end, end, " FILTER(true)"))
    return _inserted(text, changes)


def _graph_groups(stream: list[Token]) -> Iterator[tuple[int, int]]:
    """Find each `GRAPH name { … }`: the place of its name among the tokens, and where it ends."""
    for index, token in enumerate(stream[:-2]):
        if token.keyword == "GRAPH" and stream[index + 2].text == "{":
            depth = 0
            for closing in stream[index + 2 :]:
                depth += (closing.text == "{") - (closing.text == "}")
                if depth == 0:
                    yield index + 1, closing.offset + 1
                    break


def _inserted(text: str, changes: list[tuple[int, int, str]]) -> str:
    for start, end, addition in sorted(changes, reverse=True):
        text = text[:start] + addition + text[end:]
    return text


def bound(text: str, terms: Mapping[str, object]) -> str:
    """Bind variables in a query's text, where the protocol has no parameters for them.

    Args:
        text: a query; the variables stand in its outermost group.
        terms: variables, without marks, to what they stand for; str() of it is N-Triples.

    Raises:
        QueryError: the query has no group to bind them in, or a blank node would be bound.
    """
    if not terms:
        return text
    stream = tokens(text)
    is_construct = any(token.keyword == "CONSTRUCT" for token in stream)
    braces = parentheses = 0
    for before, token in pairwise(stream):
        is_outermost = token.text == "{" and braces == parentheses == 0
        if is_outermost and (not is_construct or before.keyword == "WHERE"):
            variables = " ".join(f"?{name}" for name in terms)
            values = " ".join(str(term) for term in terms.values())
            start = token.offset + 1
            return f"{text[:start]} VALUES ({variables}) {{ ({values}) }}{text[start:]}"
        braces += (token.text == "{") - (token.text == "}")
        parentheses += (token.text == "(") - (token.text == ")")
    raise QueryError(
        "a server cannot be asked this: the query has no outermost group to bind variables in.",
        hint="Write WHERE before its group.",
    )
