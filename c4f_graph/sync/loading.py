"""Bring a large graph, of which a server has nothing, there in one request by its bulk loader.

A transaction holds what it writes in memory, some kilobytes a statement. An engine's bulk loader
does not, and shows all of a request at once: the graph, its part of the merge, and what the
manifest says of it. But it asks for no lock. A request that was cut off when its body was there may
still come to its end, so that is written down before the body ends, and the next push waits for it.
"""

from __future__ import annotations

import time
import uuid
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

import pyoxigraph as ox

from c4f_graph.errors import EndpointError
from c4f_graph.sync import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from c4f_graph.remote.store import RemoteStore
    from c4f_graph.remote.writing import RemoteWriter
    from c4f_graph.sync.states import GraphState

# Statements that are sent as one piece.
_PIECE = 10_000
# How long a load takes at most once its body is there: seconds, and statements a second.
_LANDING_SECONDS = 5.0
_LANDING_RATE = 10_000
_POLL_SECONDS = 0.1


class GraphLines:
    """A graph as N-Quads, written anew each time that it is iterated over.

    Args:
        store: where it is.
        name: the graph.
        targets: the graphs that it shall be in; None is the default graph.
        sent: is called with the number of statements of each piece.
        last: is called before the last piece, which it gives.
    """

    def __init__(
        self,
        store: ox.Store,
        name: str,
        targets: tuple[str | None, ...],
        sent: Callable[[int], None],
        last: Callable[[], str] = str,
    ) -> None:
        self._store = store
        self._name = name
        self._targets = targets
        self._sent = sent
        self._last = last
        self._running: list[Generator[bytes, None, None]] = []

    def __iter__(self) -> Iterator[bytes]:
        self._running.append(self._pieces())
        return self._running[-1]

    def close(self) -> None:
        """Let go of the store, in the thread that iterated, as pyoxigraph wants it."""
        while self._running:
            self._running.pop().close()

    def _pieces(self) -> Generator[bytes, None, None]:
        graph = ox.NamedNode(self._name)
        quads = self._store.quads_for_pattern(None, None, None, graph)
        # No other text of N-Quads has a line break in it.
        here = f" {graph} .\n".encode()
        ends = [f" <{name}> .\n".encode() if name else b" .\n" for name in self._targets]
        while piece := list(islice(quads, _PIECE)):
            text = ox.serialize(piece, format=ox.RdfFormat.N_QUADS) or b""
            yield b"".join(text.replace(here, end) for end in ends)
            self._sent(len(piece))
        if last := self._last().encode():
            yield last


def load(
    store: ox.Store,
    remote: RemoteStore,
    writer: RemoteWriter,
    token: str,
    name: str,
    state: GraphState,
    sent: Callable[[int], None],
) -> bool:
    """Bring a graph that the server does not have there, for all to see at once.

    Args:
        store: what is here.
        remote: the server.
        writer: how it is written to.
        token: that of the lock.
        name: the graph.
        state: what it becomes.
        sent: is called with the number of statements that were sent, again and again.

    Returns:
        False where the server has no bulk loader; nothing was changed.

    Raises:
        EndpointError: as for `sync.push`.
    """
    lock = manifest.lock_pattern(token)
    # What is known of one that somebody else removed.
    writer.update(manifest.forget_operation(name, lock))

    def last() -> str:
        identity = f"{uuid.uuid4().hex}-{state.statements}"
        writer.update(manifest.loading_operation(name, identity, lock))
        if name not in manifest.loads(remote):
            raise EndpointError(f"somebody else took over while {name} was sent.")
        return manifest.loaded_lines(name, state, identity)

    with closing(GraphLines(store, name, (name, None), sent, last)) as lines:
        if not writer.load_quads(lines):
            return False
    if not manifest.loads(remote).get(name, ("", False))[1]:
        raise EndpointError(
            f"the server does not have what it was sent of {name}.",
            hint="Push again; nothing has changed for readers.",
        )
    writer.update(manifest.no_load_update(name))
    return True


def await_loads(remote: RemoteStore, writer: RemoteWriter) -> None:
    """Wait for loads of a push that broke off, until they have come or can come no more.

    Raises:
        EndpointError: as for `sync.push`.
    """
    start = time.monotonic()
    loads = manifest.loads(remote)
    while any(
        not has_come and time.monotonic() - start < _landing_seconds(load)
        for load, has_come in loads.values()
    ):
        time.sleep(_POLL_SECONDS)
        loads = manifest.loads(remote)
    for name in loads:
        writer.update(manifest.no_load_update(name))


def _landing_seconds(load: str) -> float:
    return _LANDING_SECONDS + int(load.rpartition("-")[2]) / _LANDING_RATE
