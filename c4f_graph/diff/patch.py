"""Write what differs as RDF Patch (https://afs.github.io/rdf-patch/): applied to A, it gives B."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

    from c4f_graph.diff.merge import Difference

_BEGIN = b"TX .\n"


def write_patch(stream: BinaryIO, found: Iterable[Difference]) -> int:
    """Write one transaction, a row for each statement, and give how many rows it has.

    A blank node goes by the name that A has for it. Only N-Triples, N-Quads and a store have
    lasting names; elsewhere `_:a0` stands for a node of A that the rows describe.

    Args:
        stream: is given UTF-8, a row at a time.
        found: what differs.
    """
    rows = 0
    for difference in found:
        # Not before: what cannot be read is found by now, and nothing is written then.
        if not rows:
            stream.write(_BEGIN)
        for letter, graphs in (("D", difference.removed), ("A", difference.added)):
            for graph in graphs:
                parts = (letter, difference.subject, difference.predicate, difference.object, graph)
                stream.write(f"{' '.join(part for part in parts if part)} .\n".encode())
                rows += 1
    if not rows:
        stream.write(_BEGIN)
    stream.write(b"TC .\n")
    return rows
