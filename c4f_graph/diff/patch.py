"""Write what differs as RDF Patch (https://afs.github.io/rdf-patch/): applied to A, it gives B."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.diff.differences import Difference


def write_patch(stream: BinaryIO, found: Iterable[Difference]) -> int:
    """Write one transaction, a row for each statement, and give how many rows it has.

    A blank node goes by the name that A has for it. Only N-Triples, N-Quads and a store have
    lasting names; elsewhere `_:a0` stands for a node of A that the rows describe.

    Args:
        stream: is given UTF-8, a row at a time.
        found: what differs.
    """
    rows = 0
    stream.write(b"TX .\n")
    for difference in found:
        for letter, graphs in (("D", difference.removed), ("A", difference.added)):
            for graph in graphs:
                parts = (letter, difference.subject, difference.predicate, difference.object, graph)
                stream.write(f"{' '.join(part for part in parts if part)} .\n".encode())
                rows += 1
    stream.write(b"TC .\n")
    return rows
