"""Write a backup: sort the statements on disk, describe them, and compress both into one file."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.backups.manifest import Manifest, described, header
from c4f_graph.errors import EndpointError
from c4f_graph.export.graph import graph_quads
from c4f_graph.export.order import ordered_lines
from c4f_graph.files import set_aside, written
from c4f_graph.rdf_streams import need_zstandard
from c4f_graph.remote.store import RemoteStore, RemoteTriples
from c4f_graph.sync.manifest import graph_sizes, remote_states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from c4f_graph.graph import ProgrammeGraph

# A higher level takes ten times as long for a tenth less.
_LEVEL = 3
_CHUNK = 1 << 20


def back_up(
    graph: ProgrammeGraph, path: Path, *, tell: Callable[[str], None] = lambda _message: None
) -> Manifest:
    """Write all named graphs into one file of zstd-compressed N-Quads that begins with a manifest.

    The same statements give the same bytes. Memory does not grow with their number, but with that
    of those with blank nodes in one graph.

    Args:
        graph: the graph, here or on a server.
        path: the file.
        tell: is told when there are too many blank nodes to name them anew.

    Raises:
        EndpointError: a server that cannot be reached, does not answer as it should, or changes
            while it is read.
        InputError: zstandard is not installed.
        StoreError: the file or the temporary folder cannot be written.
    """
    need_zstandard("no backup can be written")
    import zstandard

    store = graph.store
    quads = _remote_quads(store) if isinstance(store, RemoteStore) else graph_quads(store)

    def fill(stream: IO[bytes]) -> None:
        stream.writelines(ordered_lines(quads, tell=tell))

    with set_aside(fill, "statements cannot be set aside") as lines:
        manifest = described(lines, path, private=graph.private)
        head = header(manifest)
        size = len(head) + lines.tell()
        lines.seek(0)
        compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
        with (
            written(path) as stream,
            compressor.stream_writer(stream, size=size, closefd=False) as compressed,
        ):
            compressed.write(head)
            while chunk := lines.read(_CHUNK):
                compressed.write(chunk)
    return manifest


def _remote_quads(store: RemoteStore) -> Iterator[ox.Quad]:
    """Read a server's graphs one by one, and make sure that they are all of one moment."""
    sizes, states = graph_sizes(store), remote_states(store)
    for name, size in sorted(sizes.items()):
        graph = ox.NamedNode(name)
        count = 0
        # Triples, and not rows: Virtuoso writes a duration of nine years as 108 in rows.
        for triple in _triples(store, graph):
            count += 1
            yield ox.Quad(triple.subject, triple.predicate, triple.object, graph)
        if count != size:
            raise EndpointError(
                f"the server gave {count:,} of the {size:,} statements of <{name}>, so no backup "
                "was written.",
                hint="Raise its limit of rows, or run the command again if somebody writes there.",
            )
    if (graph_sizes(store), remote_states(store)) != (sizes, states):
        raise EndpointError(
            "somebody changed the graphs while they were read, so no backup was written.",
            hint="Run the command again.",
        )


def _triples(store: RemoteStore, graph: ox.NamedNode) -> Iterable[ox.Triple]:
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
    result = store.query(text)
    if not isinstance(result, RemoteTriples):
        raise AssertionError("a CONSTRUCT query gives triples")
    return result
