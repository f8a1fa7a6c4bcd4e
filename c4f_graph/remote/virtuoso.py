"""OpenLink Virtuoso 7, as far as requests and answers go; `virtuoso_queries` is about queries.

- Its default graph is all graphs without merging: a triple stated by 60 sources matches 60 times.
  So the merge is kept as a graph of its own, which queries name as their default graph and do not
  see among the named ones.
- JSON writes booleans as 0 and 1; XML does not, but its blank node labels begin with `nodeID:`.
- An answer longer than its `ResultSetMaxRows` is cut off, which only a header tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from c4f_graph.remote.dialects import UNION, Body, Dialect, hiding
from c4f_graph.remote.virtuoso_queries import rewritten

if TYPE_CHECKING:
    from collections.abc import Mapping

_OWN = (
    "http://www.openlinksw.com/schemas/virtrdf#",
    "http://www.w3.org/ns/ldp#",
    "http://localuriqaserver/sparql",
)


class Virtuoso(Dialect):
    """OpenLink Virtuoso 7."""

    def query_text(self, text: str) -> str:
        """Write a query as Virtuoso answers it right, with its own graphs out of sight as well."""
        listed = ", ".join(f"<{graph}>" for graph in _OWN)
        return rewritten(hiding(Dialect.query_text(self, text), "?{graph} NOT IN (" + listed + ")"))

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
