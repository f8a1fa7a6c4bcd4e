"""Bring new states of graphs to a server, into graphs where nobody looks for them."""

from __future__ import annotations

from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import EndpointError
from c4f_graph.sync import manifest, switching
from c4f_graph.sync.loading import GraphLines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from c4f_graph.remote.store import RemoteStore
    from c4f_graph.remote.writing import RemoteWriter
    from c4f_graph.sync.states import GraphState

# Bytes sent at once; what has blank nodes may be more.
_PIECE = 4_000_000
# Statements, and graphs, that are marked as complete at once.
_BATCH_STATEMENTS = 20_000
_BATCH_GRAPHS = 100


@dataclass(frozen=True, slots=True)
class _Graph:
    """A graph to send, and where it shall wait."""

    name: str
    waiting: str
    statements: int


def stage(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    states: Mapping[str, GraphState],
    count: Count,
) -> dict[str, str]:
    """Bring graphs to the server, and give the names of those in which they wait there.

    What a push that broke off has brought already is used, or cleared away.

    Args:
        store: what is here.
        remote: the server.
        writer: how it is written to.
        states: the graphs to send, and their states.
        count: of what was sent.

    Raises:
        EndpointError: the server cannot be reached, or did not take all of it.
    """
    keys = {manifest.staging_key(name, state): name for name, state in states.items()}
    waiting: dict[str, str] = {}
    useless: dict[str, int] = {}
    complete = manifest.staged_graphs(remote)
    sizes = manifest.staging_graphs(remote)
    for graph in sorted(sizes.keys() | complete.keys()):
        name = keys.get(graph[: graph.rindex(":") + 1])
        held = complete.get(graph, -1)
        if name is not None and name not in waiting and _is_whole(remote, held, states[name]):
            waiting[name] = graph
        else:
            useless[graph] = sizes.get(graph, 0)
    clear(remote, writer, useless)
    missing = [
        _Graph(name, manifest.new_staging_graph(key), states[name].statements)
        for key, name in keys.items()
        if name not in waiting
    ]
    count.add(sum(states[name].statements for name in waiting))
    _send(store, remote, writer, missing, count)
    waiting |= {graph.name: graph.waiting for graph in missing}
    complete = manifest.staged_graphs(remote)
    for name, graph in waiting.items():
        held = complete.get(graph, 0)
        if not _is_whole(remote, held, states[name]):
            raise EndpointError(
                f"the server has {held:,} of the {states[name].statements:,} statements of {name} "
                "that it was sent.",
                hint="Push again; nothing has changed for readers.",
            )
    return waiting


def clear(remote: RemoteStore, writer: RemoteWriter, graphs: Mapping[str, int]) -> None:
    """Drop staging graphs.

    Args:
        remote: the server.
        writer: how it is written to.
        graphs: the graphs, and how many statements each has.

    Raises:
        EndpointError: the server cannot be reached, or does not take it.
    """
    if remote.dialect.switches_at_once:
        # An update is one transaction, which is held in memory.
        for graph, statements in graphs.items():
            if statements > switching.AT_ONCE:
                for update in manifest.thin_updates(graph, statements, switching.AT_ONCE):
                    writer.update(update)
    names = list(graphs)
    for start in range(0, len(names), _BATCH_GRAPHS):
        writer.update(manifest.drop_update(names[start : start + _BATCH_GRAPHS]))


def _is_whole(remote: RemoteStore, held: int, state: GraphState) -> bool:
    """Tell whether a server that counts so many statements has all of a state."""
    return held == state.statements or (
        remote.dialect.merges_values and 0 < held < state.statements
    )


class Count:
    """Counts statements sent by several threads.

    Args:
        progress: is told how many they are, again and again, by any thread.
    """

    def __init__(self, progress: Callable[[int], None]) -> None:
        self._count = 0
        self._progress = progress
        self._lock = Lock()

    def add(self, statements: int) -> None:
        """Count further statements."""
        with self._lock:
            self._count += statements
            self._progress(self._count)


def _send(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    graphs: list[_Graph],
    count: Count,
) -> None:
    """Send graphs over several connections; the first that fails ends the others."""
    with ThreadPoolExecutor(remote.dialect.connections) as pool:
        jobs = [
            pool.submit(_send_batch, store, remote, writer, batch, count)
            for batch in _batches(graphs)
        ]
        try:
            wait(jobs, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    for job in jobs:
        if not job.cancelled():
            job.result()


def _batches(graphs: Iterable[_Graph]) -> Iterator[list[_Graph]]:
    """Put small graphs together; a large one is alone."""
    batch: list[_Graph] = []
    statements = 0
    for graph in graphs:
        full = statements + graph.statements > _BATCH_STATEMENTS or len(batch) == _BATCH_GRAPHS
        if batch and full:
            yield batch
            batch, statements = [], 0
        batch.append(graph)
        statements += graph.statements
    if batch:
        yield batch


def _send_batch(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    batch: list[_Graph],
    count: Count,
) -> None:
    if not (
        _loaded(store, writer, batch, count)
        or (remote.dialect.takes_datasets and _sent_as_quads(store, writer, batch, count))
    ):
        for graph in batch:
            lines = ((f"{_statement(quad)} .\n", blank) for quad, blank in _quads(store, graph))
            with closing(lines):
                for piece, statements in _pieces(lines):
                    writer.add_to_graph(ox.NamedNode(graph.waiting), piece)
                    count.add(statements)
    writer.update(manifest.staged_update(graph.waiting for graph in batch))


def _loaded(store: ox.Store, writer: RemoteWriter, batch: list[_Graph], count: Count) -> bool:
    """Send a large graph by the bulk loader, and tell whether it is one and there is one."""
    graph, *others = batch
    if others or graph.statements <= switching.AT_ONCE:
        return False
    with closing(GraphLines(store, graph.name, (graph.waiting,), count.add)) as lines:
        return writer.load_quads(lines)


def _sent_as_quads(
    store: ox.Store, writer: RemoteWriter, batch: list[_Graph], count: Count
) -> bool:
    lines = (
        (f"{_statement(quad)} <{graph.waiting}> .\n", blank)
        for graph in batch
        for quad, blank in _quads(store, graph)
    )
    # An error must not carry them to another thread, as pyoxigraph wants it.
    with closing(lines):
        for piece, statements in _pieces(lines):
            if not writer.add_quads(piece):
                return False
            count.add(statements)
    return True


def _statement(quad: ox.Quad) -> str:
    return f"{quad.subject} {quad.predicate} {quad.object}"


def _quads(store: ox.Store, graph: _Graph) -> Iterator[tuple[ox.Quad, bool]]:
    """Give the statements of a graph, and whether there are blank nodes in each."""
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(graph.name)):
        blank = isinstance(quad.subject, ox.BlankNode) or isinstance(quad.object, ox.BlankNode)
        yield quad, blank


def _pieces(lines: Iterable[tuple[str, bool]]) -> Iterator[tuple[bytes, int]]:
    """Cut lines into pieces, and count those of each.

    All with blank nodes are in one piece: a label means the same node within one request only.
    """
    held: list[str] = []
    piece: list[str] = []
    size = 0
    for line, blank in lines:
        if blank:
            held.append(line)
            continue
        piece.append(line)
        size += len(line)
        if size >= _PIECE:
            yield "".join(piece).encode(), len(piece)
            piece, size = [], 0
    if piece or held:
        yield "".join([*piece, *held]).encode(), len(piece) + len(held)
