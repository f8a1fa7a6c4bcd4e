"""Write RDF/XML (https://www.w3.org/TR/rdf-syntax-grammar/) whose namespaces stand in one order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.namespaces import PREFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

_ROOT_ELEMENT = re.compile(rb"<rdf:RDF[^>]*>")


def write_rdfxml(stream: BinaryIO, quads: Iterable[ox.Quad]) -> None:
    """Write the statements, in the order given, with pyoxigraph's writer."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if name not in {"id", "vocab"}}
    ox.serialize(
        (quad.triple for quad in quads),
        _InOrder(stream),  # type: ignore[arg-type]
        format=ox.RdfFormat.RDF_XML,
        prefixes=prefixes,
    )


class _InOrder:
    """Passes on what is written, with the namespaces, which the writer keeps in none, in order."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._head: bytes | None = b""

    def write(self, piece: bytes) -> int:
        if self._head is None:
            return self._stream.write(piece)
        self._head += piece
        root = _ROOT_ELEMENT.search(self._head)
        if root is not None:
            attributes = sorted(set(root.group()[len(b"<rdf:RDF") : -1].split()))
            self._stream.write(self._head[: root.start()])
            self._stream.write(b"<rdf:RDF " + b" ".join(attributes) + b">")
            self._stream.write(self._head[root.end() :])
            self._head = None
        return len(piece)

    def flush(self) -> None:
        self._stream.flush()
